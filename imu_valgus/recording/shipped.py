"""The run that comes with the package: real running poses of both legs, computed sensors.

In a clone of the repository it lies in ``recordings/``; an installed package carries the same files
in a folder of its own, where nobody writes: an installation may be read-only, and is replaced by
the next.
"""

import filecmp
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.recording.atomic import write_folder_atomically
from imu_valgus.recording.session import INFO_NAME

SHIPPED_NAME: Final = "rbds001_treadmill-run"
DEMO_LIBRARY: Final = "imu-valgus-demo"
"""The folder, where the user is, that takes a copy of what an installed package brings."""

_IN_PACKAGE: Final = "shipped"
_IN_CLONE: Final = "recordings"


def shipped_session() -> Path:
    """Return the session folder that comes with the package: to be read, not to be written.

    Raises
    ------
    RecordingError
        Where the installation lacks it.
    """
    package = Path(str(files("imu_valgus")))
    for folder in (package / _IN_PACKAGE, package.parent / _IN_CLONE):
        if (folder / SHIPPED_NAME / INFO_NAME).is_file():
            return folder / SHIPPED_NAME
    raise RecordingError(
        f"{package}: the shipped run {SHIPPED_NAME} is missing",
        hint="install imu-valgus anew, or work in a clone of the repository",
    )


def demo_session(to: Path | None = None) -> Path:
    """Return the shipped session where it may be analysed: in the clone, else as a copy.

    A copy that stands there already is taken as it is, with what was noted in it.

    Parameters
    ----------
    to : Path, optional
        The copy's session folder. Without it the clone's own session is returned, of an installed
        package a copy in ``imu-valgus-demo/`` where the user is.

    Raises
    ------
    RecordingError
        Where something else stands there, or it cannot be written.
    """
    shipped = shipped_session()
    if to is None and shipped.parent.name == _IN_CLONE:
        return shipped
    copy = to or Path(DEMO_LIBRARY) / SHIPPED_NAME
    if not _is_copy(copy, shipped):
        _refuse_other(copy)
        _copy(shipped, copy)
    return copy


def _is_copy(session: Path, shipped: Path) -> bool:
    """Tell whether a folder holds the shipped description and signals; the rest may be edited."""
    names = [INFO_NAME, *(f"signals/{path.name}" for path in (shipped / "signals").iterdir())]
    _, differing, lacking = filecmp.cmpfiles(shipped, session, names, shallow=False)
    return not differing and not lacking


def _refuse_other(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise RecordingError(
            f"{folder} is there already and is not the shipped run",
            hint="name a folder that is not there yet: imu-valgus demo --to FOLDER",
        )


def _copy(shipped: Path, to: Path) -> None:
    """Copy the files, not their modes: an installation's may be read-only."""
    with write_folder_atomically(to) as partial:
        for path in sorted(shipped.rglob("*")):
            name = path.relative_to(shipped)
            if path.is_file() and name.parts[0] != "derived":
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, partial / name)
