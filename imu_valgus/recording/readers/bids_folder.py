"""What stands beside a file in a BIDS dataset and holds for it, by its name.

A sidecar holds for a file where it lies beside it or above it, and each ``key-value`` of its name
stands in the file's name too; of two, the nearer one is meant (the standard's inheritance
principle). Names only find the sidecars: what a file is, its content says.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

from imu_valgus.recording.readers.source import wrong


@dataclass(frozen=True, slots=True)
class BidsFile:
    """A file of a BIDS dataset: its path, the entities and the suffix in its name."""

    path: Path
    entities: frozenset[str]
    suffix: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Part a name such as ``sub-01_task-walk_tracksys-imu_motion.tsv``."""
        *entities, suffix = path.name.partition(".")[0].split("_")
        return cls(path, frozenset(entities), suffix)

    def entity(self, key: str) -> str:
        """Return the value of an entity; empty where the name has none."""
        for entity in self.entities:
            name, dash, value = entity.partition("-")
            if dash and name == key:
                return value
        return ""

    def sidecars(self, suffix: str, extension: str) -> tuple[Path, ...]:
        """Return the files of a suffix that hold for this one, the nearest first."""
        found: list[Path] = []
        for folder in self._folders():
            here = [BidsFile.of(path) for path in sorted(folder.glob(f"*{suffix}{extension}"))]
            mine = [one for one in here if one.suffix == suffix and one.entities <= self.entities]
            found += [one.path for one in sorted(mine, key=lambda one: -len(one.entities))]
        return tuple(found)

    def _folders(self) -> Iterator[Path]:
        """Yield the file's folder and those above it, as far as their names are the standard's."""
        folder = self.path.resolve().parent
        yield folder
        while folder.name.startswith(("sub-", "ses-")) or folder.name == self.suffix:
            folder = folder.parent
            yield folder


def read_json(path: Path) -> dict[str, object]:
    """Read a sidecar.

    Raises
    ------
    RecordingError
        Where it is no JSON object.
    """
    try:
        content: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong(path, "no valid JSON", hint="mend it, or copy it again") from error
    if not isinstance(content, dict):
        raise wrong(path, "holds no JSON object", hint="mend it, or copy it again")
    return cast("dict[str, object]", content)
