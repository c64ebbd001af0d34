"""Writing that happens whole or not at all: a temporary sibling, fsync, rename."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Generator, Sequence
from pathlib import Path, PurePath
from typing import Final

from imu_valgus.core import RecordingError

_CURES: Final = {
    errno.ENOSPC: "make room on that disk, or write to another one",
    errno.EDQUOT: "make room within your quota, or write to another disk",
    errno.EACCES: "write to a folder that belongs to you",
    errno.EPERM: "write to a folder that belongs to you",
    errno.EROFS: "that disk can only be read: write to another one",
}


@contextlib.contextmanager
def write_atomically(path: Path) -> Generator[Path]:
    """Yield a temporary path beside ``path``; what was written there becomes ``path`` at the end.

    An earlier file of that name stays as it was until then, and for good if the body fails or is
    interrupted. Use it for every file that is written into a session.

    Raises
    ------
    RecordingError
        Where the disk is full or the folder cannot be written.
    """
    target = path.resolve()
    partial = _sibling(target, "partial")
    try:
        yield partial
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


@contextlib.contextmanager
def write_folder_atomically(path: Path) -> Generator[Path]:
    """Yield an empty temporary folder beside ``path`` that becomes ``path`` at the end.

    A folder that stands there is replaced: it is moved aside first and deleted last, so that it
    survives every failure. Whether it may be replaced is for the caller to ask beforehand.

    Raises
    ------
    RecordingError
        Where the disk is full or the folder cannot be written.
    """
    target = path.resolve()
    partial = _sibling(target, "partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
        for written in partial.rglob("*"):
            _sync(written)
        _put_in_place(partial, target)
        _sync(target.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def add_files_atomically(
    folder: Path, *, may_replace: Callable[[PurePath], bool]
) -> Generator[Path]:
    """Yield an empty temporary folder whose files go to the same places in ``folder`` at the end.

    Each file appears whole, and none does before all are written. What else stands in ``folder``
    stays. Where the body fails or is interrupted, ``folder`` is as it was.

    Parameters
    ----------
    folder : Path
        Made where it is not there yet.
    may_replace : callable
        Asked of the place, relative to ``folder``, of each new file that finds another there.

    Raises
    ------
    RecordingError
        Where a file is in the way that may not be replaced, the disk is full or the folder cannot
        be written.
    """
    target = folder.resolve()
    made = [one for one in (target, *target.parents) if not one.exists()]
    partial = _sibling(target / "files", "partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        files = [path.relative_to(partial) for path in files_below(partial)]
        _refuse_in_the_way(folder, [file for file in files if not may_replace(file)])
        for file in files:
            _sync(partial / file)
        for file in files:
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            (partial / file).replace(target / file)
        for parent in {(target / file).parent for file in files}:
            _sync(parent)
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        with contextlib.suppress(OSError):  # what holds files stays
            for one in made:
                one.rmdir()


def files_below(folder: Path) -> list[Path]:
    """Return all files in a folder and its folders, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _refuse_in_the_way(folder: Path, files: Sequence[PurePath]) -> None:
    for file in files:
        if (folder / file).exists():
            raise RecordingError(
                f"{folder / file} is there already",
                hint="name another folder, or replace the files of that name with --force",
            )


def cannot_write(path: Path, error: OSError) -> RecordingError:
    """Say in one line why ``path`` cannot be written, and what to do about it."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    hint = _CURES.get(error.errno or 0, "look at that folder, or write to another one")
    return RecordingError(f"cannot write {path}: {reason}", hint=hint)


def _sibling(target: Path, role: str) -> Path:
    return target.with_name(f".{role}-{secrets.token_hex(4)}-{target.name}")


def _put_in_place(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    retired = _sibling(target, "retired")
    target.rename(retired)
    try:
        partial.rename(target)
    except BaseException:
        retired.rename(target)
        raise
    shutil.rmtree(retired, ignore_errors=True)


def _sync(path: Path) -> None:
    """Wait until the disk has it; a rename alone may overtake the bytes at a power cut."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
