"""A session → a folder of files for another program, whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.export.bids import MotionBids
from imu_valgus.export.c3d import LaboratoryC3d
from imu_valgus.export.csv_tables import CsvTables
from imu_valgus.export.exporter import Exporter, ExportOptions
from imu_valgus.export.fit import WatchFit
from imu_valgus.export.opensim import OpenSim
from imu_valgus.export.parquet_dataset import ParquetDataset
from imu_valgus.recording import add_files_atomically, files_below, read_info

_NO_OPTIONS: Final = ExportOptions()
_KINDS: Final[tuple[Exporter, ...]] = (
    CsvTables(),
    LaboratoryC3d(),
    MotionBids(),
    WatchFit(),
    OpenSim(),
    ParquetDataset(),
)
EXPORTS: Final[Mapping[str, Exporter]] = {one.name: one for one in _KINDS}
"""Each kind of export by its name."""


def export_session(
    session: Path,
    kind: str,
    out: Path,
    *,
    options: ExportOptions = _NO_OPTIONS,
    force: bool = False,
) -> tuple[Path, ...]:
    """Write a session as files of another program.

    Parameters
    ----------
    session : Path
        It is only read.
    kind : str
        One of ``EXPORTS``.
    out : Path
        The folder to write to; made where it is not there. What else it holds stays.
    options : ExportOptions
    force : bool
        Replace files of the same names.

    Returns
    -------
    tuple of Path
        The files written, in order.

    Raises
    ------
    ValueError
        Where there is no such kind.
    RecordingError
        Where the session lacks what the kind needs, the kind does not take an option, a file is in
        the way, or the disk is full or not to be written; ``out`` is as it was then.
    """
    if kind not in EXPORTS:
        raise ValueError(f"no export {kind!r}, there are {', '.join(EXPORTS)}")
    exporter = EXPORTS[kind]
    _refuse_options(exporter, options)
    read_info(session)
    _refuse_place(session, out)
    with add_files_atomically(
        out, may_replace=lambda file: force or file.as_posix() in exporter.carried_on
    ) as into:
        exporter.write(session, into, out=out, options=options)
        files = [path.relative_to(into) for path in files_below(into)]
    return tuple(out / file for file in files)


def _refuse_options(exporter: Exporter, options: ExportOptions) -> None:
    for name in options.given():
        if name not in exporter.takes:
            takers = [one.name for one in EXPORTS.values() if name in one.takes]
            raise RecordingError(
                f"an export to {exporter.name} takes no option {name}",
                hint=f"leave it out, or export to {' or '.join(takers)}"
                if takers
                else "leave it out",
            )


def _refuse_place(session: Path, out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise RecordingError(f"{out} is a file, no folder", hint="name a folder to write to")
    if out.resolve().is_relative_to(session.resolve()):
        raise RecordingError(
            f"{out} lies within the session", hint="name a folder outside of the session's"
        )
