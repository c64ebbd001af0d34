"""What the commands about sensors share: who is where, which Bluetooth, what came of it."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from imu_valgus.collect import OpenAdapter, SensorAtHand, rehearsal
from imu_valgus.collect.rehearsal import Outage, Rehearsal, RehearsalPlan, WorldParams
from imu_valgus.core import PLACEMENTS, Placement
from imu_valgus.devices.ble import Adapter
from imu_valgus.recording import Recording, SampleAccount

SensorsWorn = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLACEMENT=SENSOR…",
        help="Who is where: left_thigh=IVG-3F2A (name, address or the end of its number).",
        show_default=False,
    ),
]
AthleteCode = Annotated[str, typer.Option(help="A code such as a03, never a name.")]
RecordFor = Annotated[
    float | None,
    typer.Option(
        "--for",
        metavar="S",
        min=1,
        help="Record for as long, without the guided protocol.",
        show_default=False,
    ),
]
VirtualCount = Annotated[
    int, typer.Option(metavar="N", min=0, max=len(PLACEMENTS), help="So many virtual sensors.")
]
VirtualRate = Annotated[
    float, typer.Option(metavar="HZ", min=20, max=400, help="Of the virtual sensors.")
]

_UNTIL_STOPPED_S: Final = 660.0
VIRTUAL: Final = "virtual"
"""The folder of a session in which its virtual sensors live."""


async def open_adapter() -> Adapter:
    """Return the operating system's Bluetooth."""
    return Adapter()


def parse_sensors(words: Sequence[str]) -> dict[Placement, str]:
    """Read ``left_thigh=IVG-3F2A`` and so on."""
    found: dict[Placement, str] = {}
    for word in words:
        name, _, called = word.partition("=")
        placement = _placement(name)
        if placement is None or not called:
            raise typer.BadParameter(
                f"{word!r} names no sensor: write left_thigh=IVG-3F2A; placements are "
                + ", ".join(PLACEMENTS)
            )
        if placement in found:
            raise typer.BadParameter(f"{placement} is named twice")
        found[placement] = called
    if not found:
        raise typer.BadParameter(
            "no sensor is named: write left_thigh=IVG-3F2A left_shank=…, as imu-valgus scan lists "
            "them, or try --virtual 4"
        )
    return found


def _placement(name: str) -> Placement | None:
    return next((one for one in PLACEMENTS if one == name), None)


def parse_outages(text: str) -> tuple[Outage, ...]:
    """Read ``10s@15,5s@50``; ``left_shank:10s@15`` for one sensor only."""
    outages: list[Outage] = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"(?:(\w+):)?(\d+(?:\.\d+)?)s@(\d+(?:\.\d+)?)", part.strip())
        placement = _placement(match[1]) if match and match[1] else None
        if match is None or (match[1] and placement is None):
            raise typer.BadParameter(
                f"{part!r} is no outage: write 10s@15 for 10 s from second 15 on",
                param_hint="--drop",
            )
        outages.append(Outage(float(match[2]), float(match[3]), placement))
    return tuple(outages)


def plan_sensors(
    count: int,
    *,
    rate: float,
    seconds: float | None,
    seed: int = 0,
    replay: Path | None = None,
    drop: str = "",
    ring: int = WorldParams().ring_samples,
    flash: int = WorldParams().flash_samples,
) -> RehearsalPlan:
    """Say what the virtual sensors are; without ``seconds`` the runner runs for 10 minutes."""
    return RehearsalPlan(
        placements=PLACEMENTS[:count],
        rate_hz=rate,
        seconds=_UNTIL_STOPPED_S if seconds is None else seconds,
        seed=seed,
        replay="" if replay is None else str(replay.resolve()),
        world=WorldParams(
            seed=seed, ring_samples=ring, flash_samples=flash, outages=parse_outages(drop)
        ),
    )


@contextmanager
def virtual_sensors(
    session: Path, plan: RehearsalPlan | None
) -> Generator[tuple[OpenAdapter, tuple[SensorAtHand, ...]]]:
    """Have the virtual sensors of a session, started by ``plan`` where it is given.

    They are switched off at the end; where the recording breaks off they stay, as sensors do.
    """
    folder = session / VIRTUAL
    played = rehearsal.find_sensors(folder) if plan is None else None
    played = played or started_sensors(session, plan or rehearsal.plan_of(folder))
    yield played.adapter, played.sensors
    played.end()


def started_sensors(session: Path, plan: RehearsalPlan) -> Rehearsal:
    """Start the virtual sensors of a session; they stay on."""
    with Console(stderr=True).status("starting the virtual sensors"):
        return rehearsal.start_sensors(session / VIRTUAL, plan)


def print_accounts(session: Path, recording: Recording) -> None:
    """Say sensor by sensor where all samples are, and in one line whether any is lost."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    lost = expected = 0
    for sensor in recording.info.sensors:
        if sensor.samples is not None:
            lost += sensor.samples.n_lost
            expected += sensor.samples.expected or 0
            console.print(f"{sensor.placement}: {describe(sensor.samples)}")
        if sensor.host_clock is not None and sensor.host_clock.residual_ms is not None:
            console.print(
                f"  clock by {sensor.host_clock.method}: {sensor.host_clock.drift_ppm:+.1f} ppm, "
                f"residual {sensor.host_clock.residual_ms:.1f} ms"
            )
    console.print(f"{session}: {lost} lost of {expected} samples")


def describe(account: SampleAccount) -> str:
    """Say in one line where a sensor's samples are."""
    taken = "not known" if account.expected is None else str(account.expected)
    text = f"taken {taken}, live {account.live}, fetched later {account.backfilled}"
    ranges = ", ".join(f"{one.first} to {one.stop - 1} ({one.cause})" for one in account.lost)
    if ranges:
        ranges = f": {ranges}"
    if account.proof:
        ranges += f"; {account.proof}"
    return f"{text}, lost {'at least ' * (not account.loss_shown)}{account.n_lost}{ranges}"
