"""``imu-valgus recover``: what a session captured → its signals."""

from pathlib import Path
from typing import Annotated

import typer

from imu_valgus.app.cli.sensor_options import print_accounts
from imu_valgus.collect import decode_session


def recover(
    session: Annotated[Path, typer.Argument(help="A session whose recording broke off.")],
) -> None:
    """Decode what a recording captured until it broke off; the sensors are not needed.

    What the sensors still hold is fetched by record --resume.
    """
    print_accounts(session, decode_session(session))
