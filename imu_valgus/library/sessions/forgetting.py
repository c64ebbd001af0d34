"""Removing all that a library holds of one person."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from imu_valgus.library.sessions.catalogue import find_sessions, holds_session
from imu_valgus.library.sessions.catalogue_memory import MEMORY_FOLDER
from imu_valgus.library.sessions.covariates import athlete_table
from imu_valgus.recording import cannot_write, check_athlete

_INFO_NAME: Final = "session.json"


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a library holds of one athlete, and what cannot be told.

    Parameters
    ----------
    sessions : tuple of Path
        Session folders, also those that a broken-off writing left behind under a hidden name.
    tables : tuple of Path
        Tables of notes.
    unknown : tuple of (Path, str)
        Sessions that do not tell whose they are, and why: they are left alone.
    links : tuple of Path
        Links that were not followed.
    n_bytes : int
        Size of what is to be removed.
    """

    sessions: tuple[Path, ...]
    tables: tuple[Path, ...]
    unknown: tuple[tuple[Path, str], ...]
    links: tuple[Path, ...]
    n_bytes: int

    @property
    def is_nothing(self) -> bool:
        """Whether nothing of the athlete is there."""
        return not (self.sessions or self.tables)


def find_belongings(library: Path, athlete: str) -> Belongings:
    """Look for all that a library holds of one athlete; nothing is changed.

    Raises
    ------
    RecordingError
        Where ``athlete`` is no code, or ``library`` no folder of sessions.
    """
    check_athlete(athlete)
    find_sessions(library)  # refuses what is no library
    sessions: list[Path] = []
    unknown: list[tuple[Path, str]] = []
    entries = sorted(library.iterdir())
    for path in entries:
        if path.is_symlink() or not path.is_dir() or not holds_session(path):
            continue
        found, why = _athlete_of(path)
        if found == athlete:
            sessions.append(path)
        elif found is None:
            unknown.append((path, why))
    table = athlete_table(library, athlete)
    links = [path for path in (*entries, table) if path.is_symlink()]
    inside = not table.parent.is_symlink() and not table.is_symlink() and table.is_file()
    tables = (table,) if inside else ()
    return Belongings(
        sessions=tuple(sessions),
        tables=tables,
        unknown=tuple(unknown),
        links=tuple(links),
        n_bytes=sum(_size(path) for path in (*sessions, *tables)),
    )


def forget(library: Path, belongings: Belongings) -> None:
    """Remove what was found, and all that the catalogue remembers.

    A session's description goes last, so that one whose removal broke off still tells whose it is.

    Raises
    ------
    RecordingError
        Where something cannot be removed; what came before it is gone.
    """
    for path in (*belongings.sessions, *belongings.tables):
        try:
            _remove(path)
        except OSError as error:
            raise cannot_write(path, error) from error
    memory = library / MEMORY_FOLDER
    if not memory.is_symlink():
        shutil.rmtree(memory, ignore_errors=True)


def _athlete_of(session: Path) -> tuple[str | None, str]:
    """Return whose session it is, even of one that is broken elsewhere; or None, and why."""
    path = session / _INFO_NAME
    if path.is_symlink():
        return None, f"{_INFO_NAME} is a link"
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, f"it holds no {_INFO_NAME}"
    except (OSError, ValueError) as error:
        return None, f"{_INFO_NAME} cannot be read: {type(error).__name__}"
    said = cast("dict[str, object]", content) if isinstance(content, dict) else {}
    athlete = said.get("athlete")
    if not isinstance(athlete, str):
        return None, f"{_INFO_NAME} names no athlete"
    return athlete, ""


def _remove(path: Path) -> None:
    """Remove a file or a folder with all it holds; of a link only the link itself."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for part in sorted(path.iterdir(), key=lambda one: one.name == _INFO_NAME):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink()
    path.rmdir()


def _size(path: Path) -> int:
    return sum(one.lstat().st_size for one in _files(path))


def _files(path: Path) -> Iterator[Path]:
    """Go through a folder without following a link."""
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for part in path.iterdir():
        yield from _files(part)
