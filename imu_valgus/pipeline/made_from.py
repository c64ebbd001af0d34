"""What results were made from: the same signals, activities and version make them again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast, get_args

from pydantic import TypeAdapter

from imu_valgus import __version__
from imu_valgus.calibration import StrapPrior
from imu_valgus.core import ActivityKind
from imu_valgus.orientation import ArmParams, AttitudeMethod, RelativeParams
from imu_valgus.pipeline.derived import SUMMARY_NAME
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.summary import Summary
from imu_valgus.recording import INFO_NAME, read_events, write_atomically

MADE_FROM_NAME: Final = "made_from.json"
_ACTIVITIES: Final[tuple[str, ...]] = get_args(ActivityKind)
_BLOCK_BYTES: Final = 1 << 20


def fingerprint(session: Path) -> str:
    """Return a hash of all that an analysis reads, and of this version.

    Of the events only activities count: laps, rejects and restores are followed without a new
    analysis (``follow_events``).

    Raises
    ------
    RecordingError
        Where ``events.tsv`` cannot be read.
    """
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for path in (session / INFO_NAME, *sorted((session / "signals").glob("*.parquet"))):
        digest.update(f"\0{path.name}\0".encode())
        for block in _blocks(path):
            digest.update(block)
    for event in read_events(session / "events.tsv"):
        if event.trial_type in _ACTIVITIES:
            digest.update(repr(event).encode())
    return digest.hexdigest()


def write_made_from(session: Path, inputs: str) -> None:
    """Say beside the results what they were made from; written last."""
    with write_atomically(session / "derived" / MADE_FROM_NAME) as partial:
        said = {"imu_valgus_version": __version__, "inputs": inputs}
        partial.write_text(json.dumps(said) + "\n", encoding="utf-8")


def is_made_from(session: Path, inputs: str) -> bool:
    """Tell whether a session's results are whole and made from these inputs by this version."""
    folder = session / "derived"
    try:
        said = json.loads((folder / MADE_FROM_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    same = isinstance(said, dict) and said.get("inputs") == inputs
    return same and (folder / SUMMARY_NAME).is_file()


def chosen_params(summary: Summary) -> AnalysisParams:
    """Return what the user chose for an earlier analysis; all else as this version has it."""
    earlier = summary.parameters
    relative = cast("dict[str, dict[str, float]]", earlier.get("relative", {}))
    height_m = relative.get("arms", {}).get("height_m", ArmParams().height_m)
    strap = TypeAdapter[StrapPrior | None](StrapPrior | None)
    return AnalysisParams(
        attitude=cast("AttitudeMethod", earlier.get("attitude", "vqf")),
        left_standing_valgus_deg=cast("float", earlier.get("left_standing_valgus_deg", 0.0)),
        right_standing_valgus_deg=cast("float", earlier.get("right_standing_valgus_deg", 0.0)),
        track_length_m=cast("float | None", earlier.get("track_length_m")),
        thigh_strap=strap.validate_python(earlier.get("thigh_strap")),
        shank_strap=strap.validate_python(earlier.get("shank_strap")),
        pca_crosstalk=cast("bool", earlier.get("pca_crosstalk", False)),
        relative=RelativeParams(arms=ArmParams(height_m=height_m)),
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
