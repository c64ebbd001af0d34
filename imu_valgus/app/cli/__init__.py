"""The command line ``imu-valgus``: one file a command, each one library call and one answer.

Exit 0 done, 1 the user can mend it (one line and a hint), 2 usage.
"""

import typer
from rich.console import Console

from imu_valgus.app.cli.analyze import analyze
from imu_valgus.app.cli.arm import arm
from imu_valgus.app.cli.batch import batch
from imu_valgus.app.cli.check import check
from imu_valgus.app.cli.cohort import cohort
from imu_valgus.app.cli.compare import compare
from imu_valgus.app.cli.demo import demo
from imu_valgus.app.cli.download import download
from imu_valgus.app.cli.export import export
from imu_valgus.app.cli.forget import forget
from imu_valgus.app.cli.import_ import FORMATS_READ, import_
from imu_valgus.app.cli.live import live
from imu_valgus.app.cli.mdc import mdc
from imu_valgus.app.cli.note import note
from imu_valgus.app.cli.plan import plan
from imu_valgus.app.cli.record import record
from imu_valgus.app.cli.recover import recover
from imu_valgus.app.cli.report import report
from imu_valgus.app.cli.review import review
from imu_valgus.app.cli.scan import scan
from imu_valgus.app.cli.simulate import simulate
from imu_valgus.app.cli.squats import squats
from imu_valgus.app.cli.validate import validate
from imu_valgus.core import ImuValgusError

commands = typer.Typer(
    name="imu-valgus",
    help="How far the knee moves inwards, on every stride of a real run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@commands.callback()
def main() -> None:
    """How far the knee moves inwards, on every stride of a real run."""


commands.command()(demo)
commands.command("import", epilog=FORMATS_READ)(import_)
commands.command()(scan)
commands.command()(record)
commands.command()(live)
commands.command()(arm)
commands.command()(download)
commands.command()(recover)
commands.command()(check)
commands.command()(analyze)
commands.command()(batch)
commands.command()(report)
commands.command()(review)
commands.command()(simulate)
commands.command()(validate)
commands.command()(export)
commands.command()(note)
commands.command()(mdc)
commands.command()(forget)
commands.command()(cohort)
commands.command()(plan)
commands.command()(squats)
commands.command()(compare)


def app() -> None:
    """Run the command line; what the user can mend ends in one line, a hint and exit code 1."""
    try:
        commands()
    except ImuValgusError as error:
        console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        console.print(f"error: {error}")
        if error.hint:
            console.print(f"hint: {error.hint}")
        raise SystemExit(1) from None


__all__ = ["app", "commands"]
