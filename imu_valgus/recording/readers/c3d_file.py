"""A .c3d file opened by ezc3d (the optional extra ``c3d``): its markers and its analog channels.

ezc3d takes a file that was cut off for a shorter one, and broken parameters can end the whole
program: so the file's structure is looked at before (c3d.org, user guide: header, parameters).
"""

import struct
from pathlib import Path
from typing import Any, Final

from imu_valgus.core import RecordingError, require
from imu_valgus.recording.readers.source import GZIP_MAGIC, wrong

C3D_HINT: Final = "export the trial again as .c3d"
C3D_KEY: Final = 0x50
"""The second byte of every .c3d file."""

_BLOCK: Final = 512
_INTEL, _DEC, _MIPS = 84, 85, 86
_SIGN_BYTE: Final = {_INTEL: 15, _DEC: 13, _MIPS: 12}
"""Which byte of the header has the sign of the scale, by processor: negative means floats."""

_SCALING: Final = frozenset({"ANALOG:SCALE", "ANALOG:OFFSET"})
"""What analog channels need; ezc3d ends the program where one is missing."""

_TYPES: Final = {-1: 1, 1: 1, 2: 2, 4: 4}
"""Types of parameters (text, byte, integer, float), and the bytes that one value takes."""


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
        Where the file is missing, cut off or broken.
    ImuValgusError
        Where the extra is not installed.
    """
    ezc3d = require("ezc3d", extra="c3d", what=f"reading {path}", instead=instead)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise wrong(
            path, "there is no such file", hint="look at the spelling of the path"
        ) from error
    except OSError as error:
        raise _no_c3d(path, f"cannot be read: {error.strerror}") from error
    try:
        problem = _find_fault(content)
    except (struct.error, IndexError) as error:
        raise _no_c3d(path, "it is cut off") from error
    if problem:
        raise _no_c3d(path, problem)
    try:
        return ezc3d.c3d(str(path))
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        raise _no_c3d(path, str(error).strip().splitlines()[0]) from error


def _no_c3d(path: Path, problem: str) -> RecordingError:
    return RecordingError(f"{path}: no .c3d file: {problem}", hint=C3D_HINT)


def _find_fault(content: bytes) -> str:
    """Say what is wrong with a file's structure; nothing where it is whole."""
    if content.startswith(GZIP_MAGIC):
        return "it is packed, unpack it first"
    if content[1] != C3D_KEY:
        return "it begins otherwise"
    start = _BLOCK * (content[0] - 1)
    processor = content[start + 3]
    if start < _BLOCK or processor not in _SIGN_BYTE:
        return "it has no parameters"
    order = ">" if processor == _MIPS else "<"
    parameters = _parameters(content, start, order)
    if parameters is None:
        return "its parameters are broken"
    return _find_missing(content, parameters, start=start, processor=processor, order=order)


def _find_missing(
    content: bytes, parameters: frozenset[str], *, start: int, processor: int, order: str
) -> str:
    """Say which frames or scales are missing by what the header says; nothing where all are there.

    Beyond 65535 frames the header counts no further: such a file may be cut off unseen.
    """
    points, per_frame, first, last = struct.unpack_from(f"{order}4H", content, 2)
    (data_block,) = struct.unpack_from(f"{order}H", content, 16)
    value_bytes = 4 if content[_SIGN_BYTE[processor]] & 0x80 else 2
    frame_bytes = value_bytes * (4 * points + per_frame)
    frames = max(last - first + 1, 0)
    data_start = _BLOCK * (data_block - 1)
    if data_start < start:
        return "its data begin before its parameters"
    if per_frame and not parameters >= _SCALING:
        return f"without {' and '.join(sorted(_SCALING - parameters))} its numbers mean nothing"
    there = (len(content) - data_start) // frame_bytes if frame_bytes else frames
    return f"it is cut off: {max(there, 0)} of {frames} frames" if there < frames else ""


def _parameters(content: bytes, start: int, order: str) -> frozenset[str] | None:
    """Follow the chain of groups and parameters, and name the latter ``GROUP:NAME``.

    None where one does not end where the next one begins.
    """
    end = min(start + _BLOCK * content[start + 2], len(content))
    groups: dict[int, str] = {}
    named: list[tuple[int, str]] = []
    at = start + 4
    while at < end:
        n_name, group = struct.unpack_from("2b", content, at)
        if n_name == 0:
            break
        offset_at = at + 2 + abs(n_name)
        name = content[at + 2 : offset_at].decode("latin-1").upper()
        (offset,) = struct.unpack_from(f"{order}h", content, offset_at)
        following = offset_at + offset if offset else end
        if not offset_at + 2 < following <= end:
            return None
        if group < 0:
            groups[-group] = name
        elif not _fits(content, offset_at + 2, following):
            return None
        else:
            named.append((group, name))
        at = following
    return frozenset(f"{groups.get(group, '')}:{name}" for group, name in named)


def _fits(content: bytes, at: int, end: int) -> bool:
    """Say whether a parameter's values have room before the next one begins."""
    kind, n_dimensions = struct.unpack_from("bB", content, at)
    n_values = 1
    for size in content[at + 2 : at + 2 + n_dimensions]:
        n_values *= size
    return kind in _TYPES and at + 2 + n_dimensions + n_values * _TYPES[kind] <= end
