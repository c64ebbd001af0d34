"""A .c3d file opened by ezc3d (the optional extra ``c3d``): its markers and its analog channels."""

from pathlib import Path
from typing import Any, Final

from imu_valgus.core import RecordingError, require
from imu_valgus.recording.readers.source import wrong

C3D_HINT: Final = "export the trial again as .c3d"


def open_c3d(path: Path, *, instead: str = "") -> Any:
    """Read all of a .c3d file.

    Parameters
    ----------
    path : Path
    instead : str
        What would do without the extra.

    Returns
    -------
    Any
        As ezc3d gives it: ``header``, ``parameters``, ``data``.

    Raises
    ------
    RecordingError
        Where the file is missing or broken.
    ImuValgusError
        Where the extra is not installed.
    """
    ezc3d = require("ezc3d", extra="c3d", what=f"reading {path}", instead=instead)
    if not path.is_file():
        raise wrong(path, "there is no such file", hint="look at the spelling of the path")
    try:
        return ezc3d.c3d(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        what = str(error).strip().splitlines()[0]
        raise RecordingError(f"{path}: no .c3d file: {what}", hint=C3D_HINT) from error
