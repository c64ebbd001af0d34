"""``imu-valgus live``: each stride's valgus in the terminal or on a page, while it is recorded."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.app.cli.pages import NoOpen, Port, live_page
from imu_valgus.app.cli.recording_screen import StrideLines, TerminalScreen
from imu_valgus.app.cli.sensor_options import (
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
    LIVE_SAMPLES_A_PACKET,
    STANDARD_STEPS,
    Band,
    CollectorParams,
    KeeperParams,
    OpenAdapter,
    RecordingPlan,
    Screen,
    Screens,
    SensorAtHand,
    Step,
    record_session,
)
from imu_valgus.core import Placement
from imu_valgus.recording import refuse_overwrite
from imu_valgus.recording.info import check_athlete


def live(
    sensors: SensorsWorn = None,
    *,
    to: Annotated[Path, typer.Option(help="The session folder to make.", show_default=False)],
    target: Annotated[
        str, typer.Option(metavar="LOW,HIGH", help="Excursion in stance to stay within, degrees.")
    ] = "0,6",
    athlete: AthleteCode = "a00",
    seconds: RecordFor = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="No prompts and no keys: one line a stride.")
    ] = False,
    virtual: VirtualCount = 0,
    rate: VirtualRate = 200.0,
    web: Annotated[bool, typer.Option("--web", help="Show it on a page in the browser, too.")] = (
        False
    ),
    lan: Annotated[
        bool,
        typer.Option(
            "--lan",
            help="Let phones of this network open the page, after typing a code. Others in the "
            "network can read along: it is plain http.",
        ),
    ] = False,
    port: Port = 8766,
    no_open: NoOpen = False,
) -> None:
    """Record, and show the last strides' valgus against a target band.

    Stand and walk first: they calibrate. The session is one as record makes it.
    """
    band = _band(target)
    if lan and not web:
        raise typer.BadParameter("--lan is for the page: add --web")
    refuse_overwrite(to, force=False)
    steps = STANDARD_STEPS if seconds is None else (Step("recording", seconds),)
    plan = RecordingPlan(
        session=to,
        athlete=check_athlete(athlete),
        steps=steps,
        live=True,
        collector=CollectorParams(keeper=KeeperParams(samples_a_packet=LIVE_SAMPLES_A_PACKET)),
    )
    with ExitStack() as stack:
        page = None
        if web:
            page = stack.enter_context(live_page(Band(*band), lan=lan, port=port, no_open=no_open))
        opener: OpenAdapter = open_adapter
        at_hand: Sequence[SensorAtHand] | Mapping[Placement, str]
        if virtual:
            asked = plan_sensors(virtual, rate=rate, seconds=seconds)
            opener, at_hand = stack.enter_context(virtual_sensors(to, asked))
        else:
            at_hand = parse_sensors(sensors or [])
        notice = page.notice if page else _silent
        screens: list[Screen] = [
            StrideLines(band, notice)
            if yes
            else stack.enter_context(TerminalScreen.opened(band, notice))
        ]
        if page:
            screens.append(page.board)
        recording = record_session(opener, at_hand, plan, Screens(screens))
    print_accounts(to, recording)


def _silent() -> str:
    return ""


def _band(text: str) -> tuple[float, float]:
    """Read ``0,6``."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = 0.0
    if not -30 <= low < high <= 30:
        raise typer.BadParameter(
            f"{text!r} is no band: write 0,6, in degrees within ±30", param_hint="--target"
        )
    return low, high
