"""The session folder: written whole or not at all, read with a word on what is wrong with it."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from imu_valgus.core import ImuSignal, IntArray, Placement, RecordingError
from imu_valgus.recording.atomic import cannot_write, write_atomically, write_folder_atomically
from imu_valgus.recording.events import read_events, write_events
from imu_valgus.recording.info import SessionInfo, parse_session_json, session_json
from imu_valgus.recording.recording import Recording
from imu_valgus.recording.signals import read_signal, signal_path, write_signal

INFO_NAME: Final = "session.json"
EVENTS_NAME: Final = "events.tsv"


def write_session(
    session: Path,
    recording: Recording,
    *,
    raw_files: Sequence[tuple[str, Path]] = (),
    write_more: Callable[[Path], None] = lambda _: None,
    force: bool = False,
) -> None:
    """Write a session folder; at no moment does a half-written one stand there.

    Parameters
    ----------
    session : Path
    recording : Recording
    raw_files : sequence of (str, Path)
        What came, copied as it is: the path under ``raw/`` and the file to copy.
    write_more : callable
        Given the folder before it takes its place: writes what else belongs to this session, such
        as the truth of a simulated one.
    force : bool
        Replace a session that stands there. It goes once the new one is complete, with all that it
        held.

    Raises
    ------
    RecordingError
        Where something stands there already, or the disk is full or not to be written.
    """
    refuse_overwrite(session, force=force)
    description = session_json(recording.info)
    with write_folder_atomically(session) as partial:
        for folder in ("raw", "signals", "derived"):
            (partial / folder).mkdir()
        (partial / INFO_NAME).write_text(description, encoding="utf-8", newline="\n")
        for name, source in raw_files:
            kept = partial / "raw" / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, kept)
        for sensor in recording.info.sensors:
            write_signal(
                signal_path(partial, sensor.placement),
                recording.signals[sensor.placement],
                sensor=sensor,
            )
        write_events(partial / EVENTS_NAME, recording.events)
        write_more(partial)


def write_collected_session(
    session: Path, recording: Recording, *, sample_index: Mapping[Placement, IntArray]
) -> None:
    """Write what a capture says into the session that holds it; ``raw/`` is left alone.

    Each file appears whole, ``session.json`` last: until then the session is what it was before.

    Parameters
    ----------
    session : Path
    recording : Recording
    sample_index : mapping of Placement to (n,)
        The index of each sample on its sensor: what is missing is left out.

    Raises
    ------
    RecordingError
        Where the disk is full or not to be written.
    """
    description = session_json(recording.info)
    try:
        for folder in ("signals", "derived"):
            (session / folder).mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(session, error) from error
    for sensor in recording.info.sensors:
        path = signal_path(session, sensor.placement)
        with write_atomically(path) as partial:
            write_signal(
                partial,
                recording.signals[sensor.placement],
                sensor=sensor,
                sample_index=sample_index[sensor.placement],
            )
    write_events(session / EVENTS_NAME, recording.events)
    with write_atomically(session / INFO_NAME) as partial:
        partial.write_text(description, encoding="utf-8", newline="\n")


def read_session(session: Path) -> Recording:
    """Read a session folder: who wore what, the signals on session time, the events.

    Raises
    ------
    RecordingError
        Naming the file that is missing or broken, and the cure.
    """
    info = read_info(session)
    signals: dict[Placement, ImuSignal] = {
        sensor.placement: read_signal(signal_path(session, sensor.placement), sensor=sensor)
        for sensor in info.sensors
    }
    events = read_events(session / EVENTS_NAME)
    return Recording(info=info, signals=signals, events=events, name=session.resolve().name)


def read_info(session: Path) -> SessionInfo:
    """Read who wore what in a session, without its signals.

    Raises
    ------
    RecordingError
        Where the folder is no session, or one of another format version.
    """
    if not session.is_dir():
        what = "is a file, no session folder" if session.exists() else "is not there"
        raise RecordingError(f"{session} {what}", hint="name a session folder under recordings/")
    path = session / INFO_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        captured = any((session / "raw").glob("capture*.mcap"))
        raise RecordingError(
            f"{session} is no session: it holds no {INFO_NAME}",
            hint=f"decode what was captured: imu-valgus recover {session}"
            if captured
            else "name the folder that holds it, or make one with imu-valgus import",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            f"{path} cannot be read as UTF-8 text",
            hint="import the files under raw/ again with imu-valgus import",
        ) from error
    return parse_session_json(text, path)


def refuse_overwrite(session: Path, *, force: bool) -> None:
    """Raise where writing a session would replace what may not be replaced.

    Without ``force`` nothing is replaced but an empty folder; with it, a session is, but never a
    folder of something else.
    """
    if not session.exists() or (session.is_dir() and not any(session.iterdir())):
        return
    if not (session / INFO_NAME).is_file():
        raise RecordingError(
            f"{session} is there and is no session", hint="name a folder that is not there yet"
        )
    if not force:
        raise RecordingError(
            f"{session} is there already",
            hint="name another folder, or replace it and all that it holds with --force",
        )
