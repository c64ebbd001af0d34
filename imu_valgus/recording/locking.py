"""One writer at a time in a session folder, threads and programs alike."""

import contextlib
import os
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Final

from imu_valgus.recording.atomic import cannot_write

try:
    import fcntl
except ImportError:  # Windows: threads of one program still wait for each other
    fcntl = None

_THREADS: Final = threading.Lock()


@contextlib.contextmanager
def session_lock(session: Path) -> Generator[None]:
    """Wait until nobody else edits this session, and keep others waiting until the end.

    The lock is on the folder itself, so nothing is left behind by a program that dies.

    Raises
    ------
    RecordingError
        Where the folder cannot be opened.
    """
    if fcntl is None:
        with _THREADS:
            yield
        return
    try:
        folder = os.open(session, os.O_RDONLY)
    except OSError as error:
        raise cannot_write(session, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
