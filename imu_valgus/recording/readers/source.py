"""A table of text as it came, plain or gzip'd: its header, its bytes, its lines by number."""

import gzip
import io
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from imu_valgus.core import RecordingError

MAX_TEXT_BYTES: Final = 1_000_000_000
"""The most text that one file may hold, unpacked: 10 hours of six axes at 400 Hz.

Importing takes about four times as much memory as the text is long (1.2 GB for 0.3 GB): a laptop's.
"""

Progress = Callable[[int], None]
"""Told of each piece that was read from disk, in bytes."""

_HEAD_BYTES: Final = 65_536
_EXPORT: Final = "export the recording as CSV"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """A table of text and the names in its header, in order."""

    path: Path
    columns: tuple[str, ...]

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every line that is not blank with its number, as an editor counts: from 1."""
        with open_text(self.path) as (_, raw), io.TextIOWrapper(raw, encoding="latin-1") as text:
            for number, line in enumerate(iter(lambda: text.readline(_HEAD_BYTES), ""), start=1):
                if len(line) == _HEAD_BYTES:
                    raise wrong(self.path, "no line end in sight", line=number, hint=_EXPORT)
                if line.strip():
                    yield number, line.rstrip("\n")

    def find_row(self, row: int) -> tuple[int, str]:
        """Return number and text of the line with a row of data, counted from 0 without blanks."""
        for position, found in enumerate(self.lines()):
            if position == row + 1:
                return found
        raise IndexError(row)


def wrong(
    path: Path, problem: str, *, line: int | None = None, column: str = "", hint: str
) -> RecordingError:
    """Make the error of one file: one line that says where and what, and a hint."""
    row = f", line {line}" if line else ""
    name = f", column {column}" if column else ""
    return RecordingError(f"{path}{row}{name}: {problem}", hint=hint)


def find_source(path: Path) -> Source:
    """Look at the head of a file and name its columns.

    Raises
    ------
    RecordingError
        Where there is no such file, or it holds no table with commas and a header.
    """
    if path.is_dir():
        raise wrong(path, "a folder, no file", hint="name the file in it, such as Inertial.csv")
    with open_text(path) as (file, text):
        if text is file and path.stat().st_size > MAX_TEXT_BYTES:
            raise _too_long(path)
        head = text.read(_HEAD_BYTES)
    if not head.strip():
        raise wrong(path, "empty", line=1, hint="export the recording again")
    if head.startswith(_UTF16_MARKS):
        raise wrong(path, "UTF-16 text", line=1, hint="save it as UTF-8")
    lines = head.removeprefix(_UTF8_MARK).splitlines()
    if b"\0" in head or (len(lines) == 1 and len(head) == _HEAD_BYTES):
        line = 1 + head.partition(b"\0")[0].count(b"\n")
        raise wrong(path, "no text file", line=line, hint=_EXPORT)
    return Source(path, _column_names(path, lines[0].decode("utf-8", errors="replace")))


@contextmanager
def open_text(path: Path) -> Generator[tuple[BinaryIO, BinaryIO]]:
    """Open a file as it lies on disk, and its text as bytes: the same, or what is packed in it.

    Raises
    ------
    RecordingError
        Where the file is missing, may not be read, or is packed and broken.
    """
    try:
        with path.open("rb") as file:
            packed = file.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
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


class MeteredText:
    """Text for a parser that asks for pieces ahead, from a thread of its own.

    Counts the pieces and keeps the end in sight. What goes wrong in that thread ends the text there
    and is kept for ``finish``: raised there, it would leave the thread reading while we are gone.

    Parameters
    ----------
    path : Path
        Only named in what goes wrong.
    file, text : BinaryIO
        As ``open_text`` gives them.
    progress : callable
    """

    def __init__(self, path: Path, file: BinaryIO, text: BinaryIO, progress: Progress) -> None:
        self.tail = b""
        self.closed = False
        self._path = path
        self._file = file
        self._text = text
        self._progress = progress
        self._n_bytes = 0
        self._position = 0
        self._finished = False
        self._fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next piece; nothing after the end, a fault, or ``finish``."""
        if self._finished or self._fault:
            return b""
        try:
            piece = self._text.read(size)
        except (OSError, EOFError, zlib.error) as error:
            self._fault = error
            return b""
        self._n_bytes += len(piece)
        if self._n_bytes > MAX_TEXT_BYTES:
            self._fault = _too_long(self._path)
            return b""
        self.tail = (self.tail + piece)[-_HEAD_BYTES:]
        position = self._file.tell()
        self._progress(position - self._position)
        self._position = position
        return piece

    def finish(self) -> None:
        """Hand out no more, and raise what went wrong while reading."""
        self._finished = True
        if self._fault:
            raise self._fault


def _too_long(path: Path) -> RecordingError:
    return wrong(
        path,
        f"longer than {MAX_TEXT_BYTES / 1e9:g} GB of text",
        hint="split it by time and name all parts; they are joined again",
    )


def _column_names(path: Path, header: str) -> tuple[str, ...]:
    names = tuple(name.strip().strip('"') for name in header.split(","))
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in header:
            raise wrong(
                path,
                f"the columns are parted by {word}",
                line=1,
                hint="save it with commas between the columns and points in the numbers",
            )
    if all(_is_number(name) for name in names):
        raise wrong(
            path,
            "numbers stand where the names of the columns belong",
            line=1,
            hint="put a header there, such as time_s,acc_x_g,acc_y_g,acc_z_g,gyr_x_dps,…",
        )
    return names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
