"""A file as it came, plain or gzip'd: its head, its bytes, what is wrong with it in one line."""

import gzip
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from imu_valgus.core import RecordingError

MAX_BYTES: Final = 1_000_000_000
"""The most that one file may hold, unpacked: as text, 10 hours of six axes at 400 Hz.

Importing takes about four times as much memory as the text is long (1.2 GB for 0.3 GB): a laptop's.
"""

Progress = Callable[[int], None]
"""Told of each piece that was read from disk, in bytes."""

HEAD_BYTES: Final = 65_536
"""As much of a file is looked at to know its format; no line may be as long."""

GZIP_MAGIC: Final = b"\x1f\x8b"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SeenFile:
    """The head of a file, unpacked: what a format is known by.

    ``head`` holds at most ``HEAD_BYTES`` bytes; ``lines`` the same as text, whole lines only and
    without their ends, empty where the file is none.
    """

    path: Path
    head: bytes
    lines: tuple[str, ...]


def wrong(
    path: Path, problem: str, *, line: int | None = None, column: str = "", hint: str
) -> RecordingError:
    """Make the error of one file: one line that says where and what, and a hint."""
    row = f", line {line}" if line else ""
    name = f", column {column}" if column else ""
    return RecordingError(f"{path}{row}{name}: {problem}", hint=hint)


def look_at(path: Path) -> SeenFile:
    """Read the head of a file.

    Raises
    ------
    RecordingError
        Where there is no such file, or nothing in it.
    """
    if path.is_dir():
        raise wrong(path, "a folder, no file", hint="name the file in it, such as Inertial.csv")
    with open_unpacked(path) as (_, content):
        head = content.read(HEAD_BYTES)
    if not head.strip():
        raise wrong(path, "empty", line=1, hint="export the recording again")
    return SeenFile(path, head, _lines(head))


def _lines(head: bytes) -> tuple[str, ...]:
    if b"\0" in head or head.startswith(UTF16_MARKS):
        return ()
    text = head.removeprefix(_UTF8_MARK).decode("utf-8", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(lines[:-1] if len(head) == HEAD_BYTES else lines)


@contextmanager
def open_unpacked(path: Path) -> Generator[tuple[BinaryIO, BinaryIO]]:
    """Open a file as it lies on disk, and its content: the same, or what gzip packed in it.

    Raises
    ------
    RecordingError
        Where the file is missing, may not be read, or is packed and broken.
    """
    try:
        with path.open("rb") as file:
            packed = file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            yield file, cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
    except FileNotFoundError as error:
        raise wrong(
            path, "there is no such file", hint="look at the spelling of the path"
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise wrong(
            path, "the gzip packing is cut off or broken", hint="copy or export it again"
        ) from error
    except OSError as error:
        raise wrong(
            path, f"cannot be read: {error.strerror}", hint="look at the file and who owns it"
        ) from error


class MeteredFile:
    """A file's content for a parser that asks for pieces ahead, from a thread of its own.

    Counts the pieces and keeps the end in sight. What goes wrong in that thread ends the content
    there and is kept for ``finish``: raised there, it would leave the thread reading while we are
    gone.

    Parameters
    ----------
    path : Path
        Only named in what goes wrong.
    file, content : BinaryIO
        As ``open_unpacked`` gives them.
    progress : callable
    """

    def __init__(self, path: Path, file: BinaryIO, content: BinaryIO, progress: Progress) -> None:
        self.tail = b""
        self.closed = False
        self._path = path
        self._file = file
        self._content = content
        self._progress = progress
        self._n_bytes = 0
        self._position = 0
        self._finished = False
        self._fault: Exception | None = None
        if file is content and path.stat().st_size > MAX_BYTES:
            self._fault = _too_long(path)

    def read(self, size: int = -1) -> bytes:
        """Return the next piece; nothing after the end, a fault, or ``finish``."""
        if self._finished or self._fault:
            return b""
        try:
            piece = self._content.read(size)
        except (OSError, EOFError, zlib.error) as error:
            self._fault = error
            return b""
        self._n_bytes += len(piece)
        if self._n_bytes > MAX_BYTES:
            self._fault = _too_long(self._path)
            return b""
        self.tail = (self.tail + piece)[-HEAD_BYTES:]
        position = self._file.tell()
        self._progress(position - self._position)
        self._position = position
        return piece

    def finish(self) -> None:
        """Hand out no more, and raise what went wrong while reading."""
        self._finished = True
        if self._fault:
            raise self._fault


def read_bytes(path: Path, progress: Progress) -> bytes:
    """Read the whole content of a binary file, unpacked.

    Raises
    ------
    RecordingError
        Where it cannot be read, or is longer than ``MAX_BYTES``.
    """
    with open_unpacked(path) as (file, content):
        metered = MeteredFile(path, file, content, progress)
        pieces = list(iter(lambda: metered.read(1 << 20), b""))
        metered.finish()
    return b"".join(pieces)


def _too_long(path: Path) -> RecordingError:
    return wrong(
        path,
        f"longer than {MAX_BYTES / 1e9:g} GB",
        hint="split it by time and name all parts; they are joined again",
    )
