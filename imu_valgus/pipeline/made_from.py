"""What results were made from: the same signals, activities and version make them again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from imu_valgus import __version__
from imu_valgus.core import ActivityKind
from imu_valgus.pipeline.derived import SUMMARY_NAME
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


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
