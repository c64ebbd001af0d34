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
        with open_text(self.path) as (_, text):
            for number, line in enumerate(io.TextIOWrapper(text, encoding="latin-1"), start=1):
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
        raise wrong(path, "is a folder", hint="name the file in it, such as Inertial.csv")
    with open_text(path) as (_, text):
        head = text.read(_HEAD_BYTES)
    if not head.strip():
        raise wrong(path, "is empty", line=1, hint="export the recording again")
    if head.startswith(_UTF16_MARKS):
        raise wrong(path, "is UTF-16 text", line=1, hint="save it as UTF-8")
    lines = head.removeprefix(_UTF8_MARK).splitlines()
    if b"\0" in head or (len(lines) == 1 and len(head) == _HEAD_BYTES):
        raise wrong(path, "is no text file", line=1, hint="export the recording as CSV")
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
        raise wrong(path, "is not there", hint="look at the spelling of the path") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise wrong(
            path, "its gzip packing is cut off or broken", hint="copy or export it again"
        ) from error
    except OSError as error:
        raise wrong(
            path, f"cannot be read: {error.strerror}", hint="look at the file and who owns it"
        ) from error


class MeteredText:
    """Text for a parser that asks for pieces; counts them, and keeps the end in sight.

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

    def read(self, size: int = -1) -> bytes:
        """Return the next piece; RecordingError past ``MAX_TEXT_BYTES``."""
        piece = self._text.read(size)
        self._n_bytes += len(piece)
        if self._n_bytes > MAX_TEXT_BYTES:
            raise wrong(
                self._path,
                f"is longer than {MAX_TEXT_BYTES / 1e9:g} GB of text",
                hint="split it by time and name all parts; they are joined again",
            )
        self.tail = (self.tail + piece)[-_HEAD_BYTES:]
        position = self._file.tell()
        self._progress(position - self._position)
        self._position = position
        return piece


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
