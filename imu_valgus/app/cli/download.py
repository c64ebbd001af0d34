"""``imu-valgus download``: what armed sensors hold → a session."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.app.cli.recording_screen import QuietScreen, TerminalScreen
from imu_valgus.app.cli.sensor_options import (
    VIRTUAL,
    open_adapter,
    print_accounts,
    virtual_sensors,
)
from imu_valgus.collect import OpenAdapter, RecordingPlan, resume_session


def download(
    session: Annotated[Path, typer.Argument(help="The session that arm made.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Show nothing while it goes on.")] = False,
) -> None:
    """Stop the armed sensors, fetch what they hold, and free their memory once all is here.

    After a cut, the same command goes on where it broke off.
    """
    with ExitStack() as stack:
        opener: OpenAdapter = open_adapter
        if (session / VIRTUAL).is_dir():
            opener, _ = stack.enter_context(virtual_sensors(session, None))
        screen = QuietScreen() if yes else stack.enter_context(TerminalScreen.opened())
        recording = resume_session(opener, RecordingPlan(session=session), screen, until_s=0.0)
    print_accounts(session, recording)
