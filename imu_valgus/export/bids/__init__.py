"""Motion-BIDS: a session into a dataset that may hold others.

Each sensor is a tracking system (``tracksys-leftThigh``) in its own axes and the standard's units
(m/s^2, rad/s, uT), with its times to the microsecond as a ``LATENCY`` channel and every digit of
the samples. Sessions that share a clock say so in ``_motion.json``, and by ``acq_time`` where the
session knows when it began. Of an analysed session the angles and strides stand beside that as the
derived dataset ``derivatives/imu_valgus``. What no file of the dataset holds: ``raw/``, the marks
of samples at the end of their range (an import finds them anew), speeds of a watch.

The standard: https://bids-specification.readthedocs.io, Motion; Jeung et al. (2024), Sci Data 11,
716, doi:10.1038/s41597-024-03559-8.
"""

from pathlib import Path
from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.export.bids.dataset import (
    PARTICIPANTS_NAME,
    write_dataset,
    write_derivative_description,
    write_scans,
)
from imu_valgus.export.bids.derived import write_derivatives
from imu_valgus.export.bids.labels import Labels
from imu_valgus.export.bids.raw import acquisition_times, write_raw
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.pipeline import read_derived
from imu_valgus.recording import read_session

_DERIVED: Final = Path("derivatives") / "imu_valgus"


class MotionBids:
    """One session more in a Motion-BIDS dataset."""

    name = "bids"
    summary = "Motion-BIDS, added to the dataset in DIR where there is one"
    takes: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset({PARTICIPANTS_NAME})

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write the session, analysed or not; see :class:`Exporter`."""
        del options
        recording = read_session(session)
        labels = Labels.find(athlete=recording.info.athlete, session=recording.name, dataset=out)
        write_raw(into, recording, labels)
        scans = labels.folder / labels.scans_name
        write_scans(into / scans, out / scans, acquisition_times(recording, labels))
        write_dataset(into, out, labels)
        if (session / "derived").is_dir() and any((session / "derived").iterdir()):
            write_derivatives(into / _DERIVED, read_derived(session), labels)
            write_derivative_description(into / _DERIVED, out / _DERIVED)
        for folder in (labels.folder, _DERIVED / labels.folder):
            _refuse_leftovers(into / folder / "motion", out / folder / "motion", labels)


def _refuse_leftovers(new: Path, there: Path, labels: Labels) -> None:
    """Refuse to leave files of an earlier export standing between those of this one."""
    for path in sorted(there.glob(f"{labels.stem}_*")):
        if not (new / path.name).exists():
            raise RecordingError(
                f"{path} is of an earlier export and not of this one",
                hint="delete that file, or export into another folder",
            )


__all__ = ["MotionBids"]
