"""The catalogue: a folder of sessions, asked as a whole.

A library is a folder that holds session folders. The catalogue reads the few small files of each
session, and DuckDB asks the stride logs where they lie (Parquet), in memory: no server, no
database file, no lock, so that any number of processes may look while another one analyses.
``LIBRARY/.imu_valgus/catalogue.json`` only remembers what was read; delete it at any time.
"""

import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pandas as pd

from imu_valgus.core import STRIDE_COLUMNS, RecordingError
from imu_valgus.library.sessions.catalogue_memory import recall, remember
from imu_valgus.library.sessions.catalogue_tables import covariates_table, sessions_table
from imu_valgus.library.sessions.covariates import athletes_stamp, read_athletes
from imu_valgus.library.sessions.session_facts import (
    NO_STRIDES,
    STRIDES_PATH,
    read_facts,
    readable,
    stamp_of,
)

OnRead = Callable[[int, int], None]
"""Told how many of how many changed sessions were read."""

_SESSION_PARTS: Final = ("session.json", "raw", "signals", "derived")
_IS_PATTERN: Final = re.compile(r"([*?\[])")
_STRIDES_VIEW: Final = """
    CREATE OR REPLACE VIEW strides AS
    SELECT stride_files.session, log.* EXCLUDE (session, filename)
    FROM read_parquet(getvariable('stride_files'), filename = true) AS log
    JOIN stride_files ON log.filename = stride_files.path
"""
_NO_STRIDES_VIEW: Final = "CREATE OR REPLACE VIEW strides AS FROM no_strides"


def _say_nothing(_n: int, _of: int) -> None: ...


def find_sessions(library: Path) -> list[Path]:
    """Return the session folders of a library by name; links are not followed.

    A folder counts as a session if it holds ``session.json`` or any of a session's folders, so that
    a broken one is found too.

    Raises
    ------
    RecordingError
        Where ``library`` is no folder, or a session itself.
    """
    if not library.is_dir():
        what = "is a file" if library.exists() else "is not there"
        raise RecordingError(f"{library} {what}", hint="name the folder that holds the sessions")
    if (library / _SESSION_PARTS[0]).is_file():
        raise RecordingError(
            f"{library} is one session, no library", hint="name the folder that holds it"
        )
    with os.scandir(library) as entries:
        found = sorted(entry.name for entry in entries if _is_session(entry))
    return [library / name for name in found]


def holds_session(folder: Path) -> bool:
    """Tell whether a folder holds any of what a session is made of."""
    return any((folder / part).exists() for part in _SESSION_PARTS)


def _is_session(entry: os.DirEntry[str]) -> bool:
    """Tell from the folder's own entry where that says enough: each question asks thousands."""
    if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
        return False
    return holds_session(Path(entry.path))


class Catalogue:
    """All sessions of a library, as tables; several threads may ask the same one.

    Every question looks first for what has changed on disk, so new sessions appear by themselves.

    Parameters
    ----------
    library : Path
    on_read : callable, optional
        Told how many of how many sessions were read; those that did not change are not.

    Raises
    ------
    RecordingError
        Where ``library`` is no folder, or a session itself.
    """

    def __init__(self, library: Path, *, on_read: OnRead = _say_nothing) -> None:
        self._library = library
        self._lock = threading.RLock()
        self._notes_stamp: str | None = None
        self._sessions = pd.DataFrame()
        self._covariates = pd.DataFrame()
        self._problems: tuple[str, ...] = ()
        found = find_sessions(library)
        self._facts = recall(library)
        self._database = _database(library)
        self._look(found, on_read)

    @classmethod
    def open(cls, library: Path, *, on_read: OnRead = _say_nothing) -> Self:
        """Look at a library; see the class."""
        return cls(library, on_read=on_read)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._database.close()

    def sessions(self) -> pd.DataFrame:
        """Return one row a session and leg; a session without legs yet, or a broken one, has one.

        Returns
        -------
        DataFrame
            ``SESSION_COLUMNS``: ``started`` in UTC, ``date`` the day where the run was (from the
            folder's name where the session knows no time), ``state`` and ``why``, ``valgus_*_deg``
            the mean of the good strides (positive: inwards) and ``*_sd_deg`` its 1 sigma with what
            all strides share, ``pain`` the highest of 0 to 10. What is not known is NaN or NaT.
        """
        with self._lock:
            self.refresh()
            return self._sessions.copy()

    def covariates(self) -> pd.DataFrame:
        """Return one row a note, oldest first within a session; ``COVARIATE_TABLE_COLUMNS``.

        ``session`` is empty for what was noted of an athlete between sessions.
        """
        with self._lock:
            self.refresh()
            return self._covariates.copy()

    def problems(self) -> tuple[str, ...]:
        """Return what cannot be read besides the sessions, a line each."""
        with self._lock:
            self.refresh()
            return self._problems

    def strides(self, sessions: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the stride logs of these sessions, or of all, one under the other.

        ``STRIDE_COLUMNS``, with the folder's name as ``session``. Sessions that are broken or not
        analysed have no rows.
        """
        if sessions is None:
            found = self.query("SELECT * FROM strides ORDER BY session, side, stride")
        else:
            found = self.query(
                "SELECT * FROM strides WHERE session IN (SELECT unnest($sessions::VARCHAR[])) "
                "ORDER BY session, side, stride",
                {"sessions": list(sessions)},
            )
        return found[list(STRIDE_COLUMNS)]

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Ask in SQL; the tables are ``sessions``, ``strides`` and ``covariates``.

        Parameters
        ----------
        sql : str
            One SELECT. It reads nothing outside the library and writes nothing.
        parameters : mapping, optional
            What stands for each ``$name``. Never write values into ``sql``.

        Raises
        ------
        RecordingError
            Where there is no answer, with what DuckDB says.
        """
        with self._lock:
            self.refresh()
            try:
                statements = [one.type for one in self._database.extract_statements(sql)]
                if statements != [duckdb.StatementType.SELECT]:
                    raise RecordingError("the catalogue answers one SELECT at a time")
                answer = self._database.sql(sql, params=dict(parameters or {}))
                return answer.to_arrow_table().to_pandas()
            except duckdb.Error as error:
                line = str(error).splitlines()[0]
                raise RecordingError(f"the catalogue cannot answer: {line}") from error

    def refresh(self) -> None:
        """Read what has changed on disk since the last look."""
        with self._lock:
            self._look(find_sessions(self._library), _say_nothing)

    def _look(self, found: Sequence[Path], on_read: OnRead) -> None:
        """Read the sessions and notes whose files are not those of the last look."""
        paths = {readable(path.name): path for path in found}
        stamps = {name: stamp_of(path) for name, path in paths.items()}
        notes_stamp = athletes_stamp(self._library)
        changed = [name for name, stamp in stamps.items() if self._is_new(name, stamp)]
        gone = self._facts.keys() - stamps.keys()
        for number, name in enumerate(changed, start=1):
            self._facts[name] = read_facts(paths[name])
            on_read(number, len(changed))
        for name in gone:
            del self._facts[name]
        if changed or gone:
            remember(self._library, self._facts)
        if changed or gone or notes_stamp != self._notes_stamp:
            self._notes_stamp = notes_stamp
            self._tabulate()

    def _is_new(self, name: str, stamp: str) -> bool:
        return name not in self._facts or self._facts[name].stamp != stamp

    def _tabulate(self) -> None:
        """Make the tables anew; the stride logs stay where they lie."""
        athletes, self._problems = read_athletes(self._library)
        self._sessions = sessions_table(self._library, self._facts)
        self._covariates = covariates_table(self._facts, athletes)
        logs = {
            name: str(self._library / name / STRIDES_PATH)
            for name, facts in self._facts.items()
            if facts.has_strides
        }
        files = pd.DataFrame({"session": list(logs), "path": list(logs.values())}, dtype="str")
        for name, table in (
            ("sessions", self._sessions),
            ("covariates", self._covariates),
            ("stride_files", files),
            ("no_strides", NO_STRIDES),
        ):
            self._database.register("read", table)
            self._database.execute(f"CREATE OR REPLACE TABLE {name} AS FROM read")
            self._database.unregister("read")
        paths = [_IS_PATTERN.sub(r"[\1]", path) for path in files["path"]]
        self._database.execute("SET VARIABLE stride_files = $paths", {"paths": paths})
        self._database.execute(_STRIDES_VIEW if paths else _NO_STRIDES_VIEW)


def _database(library: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that reads the library's files and nothing else."""
    database = duckdb.connect(
        config={"python_enable_replacements": False, "autoinstall_known_extensions": False}
    )
    database.execute("SET enable_progress_bar = false")  # it would write among the answers
    database.execute("SET parquet_metadata_cache = true")
    database.execute("SET allowed_directories = $folders", {"folders": [str(library)]})
    database.execute("SET enable_external_access = false")
    return database
