"""``imu-valgus import``: sensor files → a session."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from imu_valgus.core import PLACEMENTS, Placement, RecordingError
from imu_valgus.recording import (
    FORMATS,
    Clock,
    ImportParams,
    Recording,
    import_session,
    split_label,
)
from imu_valgus.recording import Progress as OnRead

FORMATS_READ = "\n".join(
    ["\b", "Files that are read:", *(f"- {known.summary}" for known in FORMATS)]
)
"""What stands below the command's help."""


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACEMENT=FILE...",
            help="Where each sensor sat and what it recorded, such as left_thigh=a.csv; several "
            "files of one sensor are joined. The first placement named counts the time. Of several "
            "sensors in a file name one, left_thigh=a.h5#LABEL; a file that says itself where they "
            "sat needs no placement. "
            f"Placements: {', '.join(PLACEMENTS)}.",
        ),
    ],
    *,
    to: Annotated[Path, typer.Option(help="The session folder to make.", show_default=False)],
    athlete: Annotated[
        str | None,
        typer.Option(
            help="A code for the athlete, such as a03; never a name. Read from the files if not "
            "said, else a00.",
            show_default=False,
        ),
    ] = None,
    clock: Annotated[
        Clock | None,
        typer.Option(
            help="Do all sensors count time from one moment? Found out from the files if not said.",
            show_default=False,
        ),
    ] = None,
    acc_range: Annotated[
        float | None,
        typer.Option(
            metavar="G",
            min=1,
            help="Range of the accelerometers; found out if not said.",
            show_default=False,
        ),
    ] = None,
    gyr_range: Annotated[
        float | None,
        typer.Option(
            metavar="DPS",
            min=1,
            help="Range of the gyroscopes; found out if not said.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a session that is there.")
    ] = False,
) -> None:
    """Make a session of sensor files; each format is known by its content, also packed as .gz.

    Columns of a CSV of your own: time_s, time_ms or time_us; acc_x_g or acc_x_mps2 and so on for y
    and z; gyr_x_dps or gyr_x_radps; if there is one, mag_x_ut. Accelerometer and gyroscope may come
    in two files: name both for the same placement.
    """
    placed = [_placed(file) for file in files]
    params = ImportParams(
        athlete=athlete, acc_range_g=acc_range, gyr_range_dps=gyr_range, clock=clock
    )
    with _progress_bar({split_label(path)[0] for _, path in placed}) as on_read:
        recording = import_session(placed, to, params=params, force=force, progress=on_read)
    print_answer(to, recording)


def print_answer(session: Path, recording: Recording) -> None:
    """Say what the session holds, one line a sensor."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{session}: sensors {len(recording.signals)}, athlete {recording.info.athlete}")
    for sensor in recording.info.sensors:
        signal = recording.signals[sensor.placement]
        is_reference = sensor.placement == recording.info.reference
        console.print(
            f"{sensor.placement}: {len(signal)} samples at {sensor.sampling_rate_hz:.2f} Hz over "
            f"{signal.duration_s:.1f} s, gaps {len(signal.spans()) - 1}, "
            f"clipped {int(signal.clipped.sum())}, "
            f"clock {'reference' if is_reference else sensor.clock}"
        )


def _placed(argument: str) -> tuple[Placement | None, Path]:
    placement, equals, file = argument.partition("=")
    if not equals or split_label(Path(argument))[0].is_file():
        return None, Path(argument)
    if not file:
        raise RecordingError(
            f"{argument} does not say where the sensor sat", hint="write left_thigh=FILE"
        )
    if placement not in PLACEMENTS:
        close = get_close_matches(placement, PLACEMENTS, n=1)
        hint = f"is it {close[0]}? " if close else ""
        raise RecordingError(
            f"{placement} in {argument} is no placement",
            hint=f"{hint}Placements: {', '.join(PLACEMENTS)}",
        )
    return placement, Path(file)


@contextmanager
def _progress_bar(paths: Collection[Path]) -> Generator[OnRead]:
    console = Console(stderr=True)
    total = sum(path.stat().st_size for path in paths if path.is_file())
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda n_bytes: bar.advance(task, n_bytes)
