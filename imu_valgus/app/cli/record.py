"""``imu-valgus record``: live sensors → a session."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.app.cli.recording_screen import QuietScreen, TerminalScreen
from imu_valgus.app.cli.sensor_options import (
    VIRTUAL,
    AthleteCode,
    RecordFor,
    SensorsWorn,
    VirtualCount,
    VirtualRate,
    open_adapter,
    parse_sensors,
    plan_sensors,
    print_accounts,
    virtual_sensors,
)
from imu_valgus.collect import (
    STANDARD_STEPS,
    OpenAdapter,
    RecordingPlan,
    SensorAtHand,
    Step,
    record_session,
    resume_session,
)
from imu_valgus.core import Placement
from imu_valgus.recording import refuse_overwrite
from imu_valgus.recording.info import check_athlete


def record(
    sensors: SensorsWorn = None,
    *,
    to: Annotated[
        Path | None, typer.Option(help="The session folder to make.", show_default=False)
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="SESSION",
            help="Go on with a recording that broke off, and fetch what the sensors still hold.",
            show_default=False,
        ),
    ] = None,
    athlete: AthleteCode = "a00",
    seconds: RecordFor = None,
    yes: Annotated[bool, typer.Option("--yes", help="No prompts and no keys.")] = False,
    virtual: VirtualCount = 0,
    rate: VirtualRate = 200.0,
    drop: Annotated[
        str,
        typer.Option(
            metavar="10s@15,…",
            help="Virtual sensors get out of reach: for 10 s, 15 s after the beginning.",
            show_default=False,
        ),
    ] = "",
    ring: Annotated[
        int, typer.Option(metavar="SAMPLES", min=16, help="RAM ring of the virtual sensors.")
    ] = 8192,
    flash: Annotated[
        int, typer.Option(metavar="SAMPLES", min=0, help="Flash of the virtual sensors.")
    ] = 169_984,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="SESSION",
            help="What the virtual sensors measure, instead of a simulated runner.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated runner.")] = 0,
) -> None:
    """Record sensors over Bluetooth: stand, walk, squat, run, stand.

    What a sensor could not send it is asked for again; what is lost in the end is named. Exit
    code 0 also where samples are lost: the answer says which.
    """
    steps = STANDARD_STEPS if seconds is None else (Step("recording", seconds),)
    session = _session(to, resume)
    plan = RecordingPlan(session=session, athlete=check_athlete(athlete), steps=steps)
    with ExitStack() as stack:
        opener: OpenAdapter = open_adapter
        at_hand: Sequence[SensorAtHand] | Mapping[Placement, str] = ()
        if (session / VIRTUAL).is_dir() and resume is not None:
            opener, at_hand = stack.enter_context(virtual_sensors(session, None))
        elif virtual or replay is not None:
            refuse_overwrite(session, force=False)
            asked = plan_sensors(
                virtual,
                rate=rate,
                seconds=seconds,
                seed=seed,
                replay=replay,
                drop=drop,
                ring=ring,
                flash=flash,
            )
            opener, at_hand = stack.enter_context(virtual_sensors(session, asked))
        elif resume is None:
            at_hand = parse_sensors(sensors or [])
        screen = QuietScreen() if yes else stack.enter_context(TerminalScreen.opened())
        if resume is None:
            recording = record_session(opener, at_hand, plan, screen)
        else:
            recording = resume_session(opener, plan, screen, until_s=seconds)
    print_accounts(session, recording)


def _session(to: Path | None, resume: Path | None) -> Path:
    session = to or resume
    if session is None or (to and resume):
        raise typer.BadParameter("name the session: --to for a new one, --resume to go on")
    return session
