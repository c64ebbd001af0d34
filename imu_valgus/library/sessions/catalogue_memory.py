"""What the catalogue remembers between two runs: one file in the library, never the only copy."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from imu_valgus import __version__
from imu_valgus.core import RecordingError
from imu_valgus.library.sessions.session_facts import SessionFacts
from imu_valgus.recording import write_atomically

MEMORY_FOLDER: Final = ".imu_valgus"
"""In the library; it may be deleted at any time."""
_NAME: Final = "catalogue.json"
_FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class _Memory:
    format_version: int
    imu_valgus_version: str
    sessions: dict[str, SessionFacts]


_ADAPTER: Final = TypeAdapter(_Memory)


def recall(library: Path) -> dict[str, SessionFacts]:
    """Return what is remembered of a library's sessions; nothing where that is stale or damaged."""
    path = _path(library)
    if path is None:
        return {}
    try:
        memory = _ADAPTER.validate_json(path.read_bytes())
    except (OSError, ValidationError, RecordingError):
        return {}
    is_ours = (memory.format_version, memory.imu_valgus_version) == (_FORMAT, __version__)
    return memory.sessions if is_ours else {}


def remember(library: Path, sessions: Mapping[str, SessionFacts]) -> None:
    """Write what is known; a library that cannot be written is read anew next time."""
    path = _path(library)
    if path is None:
        return
    content = _ADAPTER.dump_json(_Memory(_FORMAT, __version__, dict(sessions)))
    with contextlib.suppress(RecordingError, OSError):
        path.parent.mkdir(exist_ok=True)
        with write_atomically(path) as partial:
            partial.write_bytes(content)


def _path(library: Path) -> Path | None:
    """Return the file; None where a link there would lead out of the library."""
    path = library / MEMORY_FOLDER / _NAME
    return None if path.is_symlink() or path.parent.is_symlink() else path
