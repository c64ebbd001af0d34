"""Virtual sensors in a process of their own, to try the whole way with no hardware.

The process outlives the collector, as sensors do; their flash lies in files. It ends by itself
once nobody has been connected for a while. Run by :func:`start_sensors`, as
``python -m imu_valgus.collect.rehearsal FOLDER``; the folder holds what it is asked for and what it
answers.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import TypeAdapter

from imu_valgus.collect.sensors import SensorAtHand
from imu_valgus.core import PLACEMENTS, ImuSignal, ImuValgusError, Placement, require
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.virtual import Outage, Replay, WorldParams
from imu_valgus.recording import read_session
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run

if TYPE_CHECKING:
    from imu_valgus.devices.virtual.world import World

_PLAN: Final = "plan.json"
_ANSWER: Final = "sensors.json"
_TRUTH: Final = "truth.json"
_LOG: Final = "log.txt"
_READY_S: Final = 120.0
_READY_PER_S: Final = 0.3
"""A long run takes its time to be simulated."""
_LOOK_S: Final = 0.05
_STARTED: Final[dict[int, "subprocess.Popen[bytes]"]] = {}
"""The sensors of this process, by their number, so that it can wait for their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalPlan:
    """What the virtual sensors are and do.

    Parameters
    ----------
    placements : tuple of Placement
    rate_hz, seconds : float
        Of the simulated runner, who stands, walks, runs and stands for as long.
    seed : int
    replay : str
        A session to replay instead of a simulated runner; empty for none.
    world : WorldParams
    idle_s : float
        With nobody connected for as long, the sensors are switched off.
    """

    placements: tuple[Placement, ...] = PLACEMENTS[:4]
    rate_hz: float = 200.0
    seconds: float = 60.0
    seed: int = 0
    replay: str = ""
    world: WorldParams = field(default_factory=WorldParams)
    idle_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The sensors' process: where it listens, what it plays."""

    port: int
    pid: int
    sensors: tuple[SensorAtHand, ...]

    async def adapter(self) -> Adapter:
        """Return this computer's Bluetooth among them."""
        radio = _on_bumble("central").VirtualRadio
        return Adapter.on_radio(await radio.over_tcp(self.port))

    def end(self) -> None:
        """Switch the sensors off."""
        started = _STARTED.pop(self.pid, None)
        if started is not None:
            started.terminate()
            started.wait()
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)


_PLANS: Final = TypeAdapter(RehearsalPlan)
_ANSWERS: Final = TypeAdapter(Rehearsal)


def start_sensors(folder: Path, plan: RehearsalPlan) -> Rehearsal:
    """Start virtual sensors whose flash lies in a folder, and wait until they advertise.

    Raises
    ------
    ImuValgusError
        Where the extra ``virtual`` is not installed, or they do not come up.
    """
    _on_bumble("world")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _ANSWER).unlink(missing_ok=True)
    (folder / _PLAN).write_bytes(_PLANS.dump_json(plan, indent=1))
    with (folder / _LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (this very Python, and a folder)
            [sys.executable, "-m", "imu_valgus.collect.rehearsal", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _STARTED[process.pid] = process
    deadline_s = time.monotonic() + _READY_S + _READY_PER_S * plan.seconds
    while time.monotonic() < deadline_s and process.poll() is None:
        found = find_sensors(folder)
        if found is not None:
            return found
        time.sleep(_LOOK_S)
    raise ImuValgusError(
        "the virtual sensors did not start", hint=f"what they said stands in {folder / _LOG}"
    )


def find_sensors(folder: Path) -> Rehearsal | None:
    """Return the sensors that were started for a folder; None where there are none."""
    try:
        found = _ANSWERS.validate_json((folder / _ANSWER).read_bytes())
        os.kill(found.pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return found


def plan_of(folder: Path) -> RehearsalPlan:
    """Return what the sensors of a folder were started with.

    Raises
    ------
    ImuValgusError
        Where none ever were.
    """
    try:
        return _PLANS.validate_json((folder / _PLAN).read_bytes())
    except FileNotFoundError as error:
        raise ImuValgusError(
            f"{folder} holds no virtual sensors", hint="start some: record --virtual 4 --to …"
        ) from error


def main() -> None:
    """Be the sensors' process."""
    folder = Path(sys.argv[1])
    asyncio.run(_play(folder, plan_of(folder)))


async def _play(folder: Path, plan: RehearsalPlan) -> None:
    replays = _recorded(plan) if plan.replay else _simulated(folder, plan)
    world: World = _on_bumble("world").World(
        replays, flash_folder=folder / "flash", params=plan.world
    )
    await world.switch_on()
    server, port = await world.air.serve()
    answer = Rehearsal(
        port=port,
        pid=os.getpid(),
        sensors=tuple(
            SensorAtHand(
                one.sensor.params.placement, one.address, one.sensor.name, one.sensor.params.uid
            )
            for one in world.peripherals
        ),
    )
    ready = folder / f".{_ANSWER}"
    ready.write_bytes(_ANSWERS.dump_json(answer))
    ready.replace(folder / _ANSWER)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    befalls = asyncio.create_task(world.run())
    truth = asyncio.create_task(_tell_truth(folder, world))
    async with server:
        await _until_idle(world, stop, plan.idle_s)
    for task in (befalls, truth):
        task.cancel()
    await asyncio.gather(befalls, truth, return_exceptions=True)
    (folder / _ANSWER).unlink(missing_ok=True)


async def _until_idle(world: "World", stop: asyncio.Event, idle_s: float) -> None:
    loop = asyncio.get_running_loop()
    busy_s = loop.time()
    while not stop.is_set() and loop.time() - busy_s < idle_s:
        try:
            async with asyncio.timeout(1.0):
                await stop.wait()
        except TimeoutError:
            busy_s = loop.time() if world.connected else busy_s


async def _tell_truth(folder: Path, world: "World") -> None:
    """Write when the motion began, and what the sensors' clocks showed then and how they go."""
    motion_s = await world.motion()
    unix_s = time.time() - (asyncio.get_running_loop().time() - motion_s)
    clocks = {
        one.sensor.params.placement: {
            "motion_unix_s": unix_s,
            "motion_tick": one.sensor.sampler.clock.tick(motion_s),
            "drift_ppm": one.sensor.sampler.clock.drift_ppm,
        }
        for one in world.peripherals
    }
    (folder / _TRUTH).write_text(json.dumps(clocks, indent=1))


def _simulated(folder: Path, plan: RehearsalPlan) -> list[tuple[Placement, Replay]]:
    """Simulate the runner; a sensor at the pelvis or a foot measures what a shank does."""
    run = simulate_run(runner_of(plan))
    run.truth.to_parquet(folder / "truth.parquet")
    run.contacts.to_csv(folder / "truth_contacts.csv", index=False)
    return [(placement, _replay(run, placement)) for placement in plan.placements]


def runner_of(plan: RehearsalPlan) -> RunnerParams:
    """Return a runner who stands, walks, runs and stands for as long as is recorded."""
    standing_s = min(10.0, plan.seconds / 6)
    walk_s = min(30.0, 0.3 * plan.seconds)
    running_s = max(plan.seconds - 2 * standing_s - walk_s, 6.0)
    return RunnerParams(
        seed=plan.seed,
        run_minutes=running_s / 60.0,
        walk_s=walk_s,
        standing_s=standing_s,
        squats=0,
        sensor=replace(SensorParams(), sampling_rate_hz=plan.rate_hz, clock_offset_s=0.0),
    )


def _on_bumble(module: str) -> ModuleType:
    name = f"imu_valgus.devices.virtual.{module}"
    return require(name, extra="virtual", what="recording virtual sensors")


def _replay(run: SimulatedRun, placement: Placement) -> Replay:
    worn: Placement = placement if placement in run.signals else "right_shank"
    drift_ppm = run.clocks[worn].drift_ppm
    return _of_signal(run.signals[worn], drift_ppm)


def _recorded(plan: RehearsalPlan) -> list[tuple[Placement, Replay]]:
    """Replay a session; where samples are missing there, the rest comes sooner."""
    recording = read_session(Path(plan.replay))
    return [(placement, _of_signal(one, 0.0)) for placement, one in recording.signals.items()]


def _of_signal(signal: ImuSignal, drift_ppm: float) -> Replay:
    values = np.hstack([signal.acc_mps2, signal.gyr_radps])
    return Replay(values, round(signal.sampling_rate_hz, 1), drift_ppm)


__all__ = [
    "Outage",
    "Rehearsal",
    "RehearsalPlan",
    "WorldParams",
    "find_sensors",
    "plan_of",
    "runner_of",
    "start_sensors",
]

if __name__ == "__main__":
    main()
