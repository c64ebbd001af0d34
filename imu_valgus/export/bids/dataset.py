"""What a dataset says as a whole; a dataset that is there already is added to."""

from pathlib import Path
from typing import Final

from imu_valgus import __version__
from imu_valgus.export.bids.labels import Labels
from imu_valgus.export.bids.tracking import write_json
from imu_valgus.recording import Tsv, read_tsv, write_tsv

BIDS_VERSION: Final = "1.11.1"
PARTICIPANTS_NAME: Final = "participants.tsv"

_GENERATED_BY: Final = [{"Name": "imu_valgus", "Version": __version__}]
_README: Final = """\
# Running with sensors on thigh and shank

Motion-BIDS, written by imu_valgus. Each sensor is a tracking system of its own
(`tracksys-leftThigh` and so on), since each has its own clock and rate.

- `*_motion.tsv` has no header; `*_channels.tsv` names its columns. The first is the latency since
  the file's first sample, in seconds; a sample that is missing has no row. Then follow
  acceleration (specific force, gravity included) in m/s^2, turn rate in rad/s and, where it was
  measured, the magnetic field in uT, in the sensor's own axes.
- `*_events.tsv` belongs to the tracking system in its name, whose first sample is 0 of the session
  time.
- In `*_motion.json` stands under `ImuValgus` what the standard has no word for. `reference` is the
  sensor that counts the session time; a sensor whose `clock` is `shared` has its first sample at
  `first_sample_s` of that time; one with its `own` clock counts from its own first sample, and the
  signals must tell how it lies to the others. `acc_range_g` and `gyr_range_dps` are the full
  scales. The latencies take `clock_drift_ppm` into account already.
- `acq_time` in `*_scans.tsv` is the true time in UTC where the session knows it, and the names of
  sessions may hold a date: change both before you publish the dataset.
- `derivatives/imu_valgus`, where it is there, holds knee angles and strides computed from this.

Participants are codes; who is who is not in this dataset.
"""


def write_dataset(into: Path, out: Path, labels: Labels) -> None:
    """Write what the dataset in ``out`` lacks of its description, and its list of participants.

    Raises
    ------
    RecordingError
        Where ``participants.tsv`` is there and is no such list.
    """
    description = {
        "Name": "Running with inertial sensors on thigh and shank",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": _GENERATED_BY,
    }
    if not (out / "dataset_description.json").exists():
        write_json(into / "dataset_description.json", description)
    if not any(out.glob("README*")):
        (into / "README.md").write_text(_README, encoding="utf-8", newline="\n")
    words = {"participant_id": {"Description": "The athlete's pseudonymous code behind sub-."}}
    if not (out / "participants.json").exists():
        write_json(into / "participants.json", words)
    _add_participant(into / PARTICIPANTS_NAME, out / PARTICIPANTS_NAME, f"sub-{labels.subject}")


def write_derivative_description(folder: Path, there: Path) -> None:
    """Write what the derived dataset says of itself, unless it is there."""
    description = {
        "Name": "Knee angles and strides",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": _GENERATED_BY,
        "SourceDatasets": [{"URL": "../../"}],
    }
    if not (there / "dataset_description.json").exists():
        write_json(folder / "dataset_description.json", description)


def write_scans(path: Path, there: Path, times: dict[str, str]) -> None:
    """Write when each file of a session was taken; rows of files of others stay as they are.

    Raises
    ------
    RecordingError
        Where the table that is there has no column ``filename``.
    """
    key, column = "filename", "acq_time"
    known = read_tsv(there, needed=(key,)) if there.exists() else Tsv((key,), ())
    columns = dict.fromkeys((*known.columns, column))
    kept = [row for row in known.rows if row[key] not in times]
    mine = [{key: name, column: time} for name, time in times.items()]
    write_tsv(path, tuple(columns), [*kept, *mine])


def _add_participant(path: Path, there: Path, participant: str) -> None:
    key = "participant_id"
    known = read_tsv(there, needed=(key,)) if there.exists() else Tsv((key,), ())
    rows = list(known.rows)
    if participant not in {row[key] for row in rows}:
        rows.append({key: participant})
    write_tsv(path, known.columns, rows)
