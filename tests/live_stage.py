"""A live recording of virtual sensors: the warm-up in no time, the run at its true pace if asked.

Real are the collector, bleak's client, the cue and the screen; sensors, air and time are not.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from radio import at_hand, on_air
from warp import WarpLoop

from imu_valgus.collect import (
    LIVE_SAMPLES_A_PACKET,
    Collector,
    CollectorParams,
    KeeperParams,
    LiveCue,
    Screen,
    Step,
)
from imu_valgus.collect.guiding import Conductor
from imu_valgus.collect.rehearsal import RehearsalPlan, runner_of
from imu_valgus.collect.sessions import conduct
from imu_valgus.core import PLACEMENTS, Placement
from imu_valgus.devices.virtual import Replay
from imu_valgus.devices.virtual.world import World
from imu_valgus.simulation import SimulatedRun, simulate_run

RUNNER = replace(
    runner_of(RehearsalPlan(seed=3)), standing_s=6.0, walk_s=12.0, run_minutes=30.0 / 60.0
)

_T = TypeVar("_T")


class PacedLoop(WarpLoop):
    """Jumps from appointment to appointment until told to go no faster than time does."""

    def keep_pace(self) -> None:
        self._jump.keeps_pace = True


@dataclass(frozen=True)
class Scene:
    """What is played, and when it began by the loop's clock."""

    run: SimulatedRun
    world: World
    cue: LiveCue
    host_zero_s: float
    """What the host's clock shows at 0 of the loop's."""

    def toe_off_s(self, side: str, near_contact_s: float) -> float:
        """Return the true toe-off, by the loop's clock, of the stance with this contact."""
        own = self.run.contacts[self.run.contacts["side"] == side]
        contact_s, toe_off_s = (
            own[f"{name}_s"].to_numpy() for name in ("initial_contact", "toe_off")
        )
        nearest = np.argmin(np.abs(contact_s - near_contact_s))
        return float(toe_off_s[nearest]) + (self.world.motion_s or 0.0)


OnScene = Callable[[Scene], None]


async def record_live(
    session: Path,
    screen: Screen,
    *,
    steps: Sequence[Step],
    samples_a_packet: int = LIVE_SAMPLES_A_PACKET,
    begin: OnScene = lambda _: None,
) -> None:
    """Record four virtual sensors on a simulated runner, with the live cue."""
    run = simulate_run(RUNNER)
    world = World(
        [(p, _replay(run, p)) for p in PLACEMENTS[:4]], flash_folder=session.parent / "flash"
    )
    adapter = await on_air(world)
    cue = LiveCue(session)
    collector = Collector(
        adapter,
        at_hand(world),
        session,
        on_packet=cue.on_packet,
        on_clock=cue.on_clock,
        params=CollectorParams(keeper=KeeperParams(samples_a_packet=samples_a_packet)),
    )
    host_zero_s = collector.tape.now_ns() * 1e-9 - asyncio.get_running_loop().time()
    begin(Scene(run, world, cue, host_zero_s))
    conductor = Conductor(steps, screen, cue)
    await conduct(collector, conductor, cue)
    await adapter.close()


def play(doing: Coroutine[Any, Any, _T]) -> _T:
    with asyncio.Runner(loop_factory=PacedLoop) as runner:
        return runner.run(doing)


def _replay(run: SimulatedRun, placement: Placement) -> Replay:
    signal = run.signals[placement]
    values = np.hstack([signal.acc_mps2, signal.gyr_radps])
    return Replay(values, round(signal.sampling_rate_hz, 1), run.clocks[placement].drift_ppm)
