"""What a session is called in a dataset: labels of letters and digits, none given twice."""

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from imu_valgus.recording import SIDECAR_KEY, TASK


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one session: of its athlete and its own."""

    subject: str
    session: str

    @property
    def folder(self) -> Path:
        """Where the session's files stand in a dataset."""
        return Path(f"sub-{self.subject}") / f"ses-{self.session}"

    @property
    def stem(self) -> str:
        """What the names of its files begin with, task included."""
        return f"sub-{self.subject}_ses-{self.session}_task-{TASK}"

    @property
    def scans_name(self) -> str:
        """The name of its table of recordings."""
        return f"sub-{self.subject}_ses-{self.session}_scans.tsv"

    @classmethod
    def find(cls, *, athlete: str, session: str, dataset: Path) -> Self:
        """Find the labels of a session in a dataset that may hold others.

        The session's label is the folder's name without what is neither letter nor digit. Where
        that is taken by another session of the athlete, a number follows it.
        """
        bare = "".join(one for one in session if one.isascii() and one.isalnum()) or "session"
        taken = {
            folder.name.removeprefix("ses-").casefold(): folder
            for folder in (dataset / f"sub-{athlete}").glob("ses-*")
        }
        for number in count(1):
            label = bare if number == 1 else f"{bare}{number}"
            folder = taken.get(label.casefold())
            if folder is None or session in _sources(folder):
                return cls(athlete, label if folder is None else folder.name.removeprefix("ses-"))
        raise AssertionError


def _sources(folder: Path) -> set[str]:
    """Return which sessions the sidecars of a folder were exported from."""
    found: set[str] = set()
    for path in folder.glob("motion/*_motion.json"):
        try:
            found.add(json.loads(path.read_text(encoding="utf-8"))[SIDECAR_KEY]["session"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found
