"""Sensor files → a session: whose clock counts, what is kept, what is refused."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, ImuSignal, Placement
from imu_valgus.recording.choosing import PlacedSensor, choose_sensors
from imu_valgus.recording.facts import (
    facts_by_placement,
    reference_of,
    told_clock,
    told_zeros,
)
from imu_valgus.recording.info import Clock, SensorInfo, check_athlete
from imu_valgus.recording.joining import JoinedSensor, join_files
from imu_valgus.recording.raw_files import place_raw_files, raw_files_of
from imu_valgus.recording.readers import Progress, wrong
from imu_valgus.recording.recording import EPOCH_RANGE_S, Recording, assemble_recording
from imu_valgus.recording.session import read_info, refuse_overwrite, write_session

_COMMON_START_S: Final = 1.0
_NOBODY: Final = "a00"
LEAST_COUNT_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportParams:
    """What the files themselves do not say.

    Parameters
    ----------
    athlete : str, optional
        A code such as ``a03``; None takes the one in the files, or ``a00``.
    acc_range_g, gyr_range_dps : float, optional
        Full scale of all sensors; None reads it from flat tops in the numbers.
    clock : {"shared", "own"}, optional
        Whether all sensors count time from one moment; None decides as ``decide_clock`` says.
    """

    athlete: str | None = None
    acc_range_g: float | None = None
    gyr_range_dps: float | None = None
    clock: Clock | None = None


def import_session(
    files: Sequence[tuple[Placement | None, Path]],
    session: Path,
    *,
    params: ImportParams = ImportParams(),
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Recording:
    """Read sensor files and write them as a session; the files are kept under ``raw/`` as they are.

    Parameters
    ----------
    files : sequence of (Placement, Path)
        Several files a placement are joined; the first placement named is the reference, unless
        events belong to the file of another.
        ``FILE#LABEL`` is one of several sensors in a file; where the labels are placements, None
        takes all of them.
    session : Path
        The folder to make.
    params : ImportParams
    force : bool
        Replace a session that stands there.
    progress : callable
        Told of each piece read, in bytes.

    Raises
    ------
    RecordingError
        One line that names file, line and column; nothing has been written then.
    """
    refuse_overwrite(session, force=force)
    check_athlete(_NOBODY if params.athlete is None else params.athlete)
    chosen = choose_sensors(files, progress)
    raw = place_raw_files(chosen)
    recording = _assemble(chosen, params, raw.named)
    write_session(session, recording, raw_files=raw.copies, force=force)
    return recording


def import_files(
    files: Sequence[tuple[Placement | None, Path]],
    *,
    params: ImportParams = ImportParams(),
    progress: Progress = lambda _: None,
) -> Recording:
    """Read sensor files into a recording; see ``import_session``."""
    check_athlete(_NOBODY if params.athlete is None else params.athlete)
    return _assemble(choose_sensors(files, progress), params, {})


def _assemble(
    chosen: Sequence[PlacedSensor],
    params: ImportParams,
    named: Mapping[Placement, tuple[str, ...]],
) -> Recording:
    told = facts_by_placement(chosen)
    reference = reference_of(told)
    joined: dict[Placement, JoinedSensor] = {}
    for placement in sorted(told, key=lambda one: one != reference):
        known = told[placement].sensor
        joined[placement] = join_files(
            placement,
            [one.sensor for one in chosen if one.placement == placement],
            acc_range_g=params.acc_range_g or (known and known.acc_range_g),
            gyr_range_dps=params.gyr_range_dps or (known and known.gyr_range_dps),
        )
    _refuse_same_samples(chosen, joined)
    together = _in_the_file_of(reference, chosen)
    reference_s = joined[reference].signal.time_s
    sensors = [
        replace(
            _described(sensor, placement, told[placement].sensor),
            clock=params.clock
            or told_clock(told[placement], told[reference])
            or ("shared" if placement in together else None)
            or decide_clock(reference_s, sensor.signal.time_s),
            files=named.get(placement, ()),
        )
        for placement, sensor in joined.items()
    ]
    signals: dict[Placement, ImuSignal] = {
        placement: sensor.signal for placement, sensor in joined.items()
    }
    facts = told[reference]
    return assemble_recording(
        sensors,
        signals,
        athlete=params.athlete or facts.athlete or _NOBODY,
        notes=facts.notes,
        events=facts.events or (),
        start=facts.start,
        zeros=told_zeros(sensors, signals, told),
    )


def _described(sensor: JoinedSensor, placement: Placement, told: SensorInfo | None) -> SensorInfo:
    """Describe a sensor by its samples and what its files say; nobody counted its lost samples."""
    rate_hz = sensor.signal.sampling_rate_hz
    return replace(
        told or SensorInfo(placement=placement, sampling_rate_hz=rate_hz),
        placement=placement,
        sampling_rate_hz=rate_hz,
        model=sensor.model,
        serial=sensor.serial,
        firmware=sensor.firmware,
        acc_range_g=sensor.acc_range_g,
        gyr_range_dps=sensor.gyr_range_dps,
        samples=None,
        host_clock=None,
    )


def _in_the_file_of(reference: Placement, chosen: Sequence[PlacedSensor]) -> set[Placement]:
    """Return the sensors that one file holds with the reference: one recorder timed them."""
    paths = {one.path.resolve() for one in chosen if one.placement == reference}
    return {one.placement for one in chosen if one.path.resolve() in paths}


def import_command(session: Path, *, renamed: Mapping[Placement, Placement]) -> str:
    """Write the command that imports a session's own files anew under other placements.

    Parameters
    ----------
    session : Path
        With the imported files under ``raw/``.
    renamed : Placement → Placement
        What the session calls a sensor → where it is.

    Returns
    -------
    str
        A line for a shell, into a new session beside the old one; where ``raw/`` lacks the files of
        a sensor, what to exchange by hand.
    """
    info = read_info(session)
    ordered = sorted(info.sensors, key=lambda sensor: sensor.placement != info.reference)
    files: dict[Placement, tuple[Path, ...]] = {
        sensor.placement: raw_files_of(session, sensor) for sensor in ordered
    }
    if not all(files.values()):
        pairs = ", ".join(f"{old} to {new}" for old, new in renamed.items() if old in files)
        return f"raw/ lacks the files, so rename in signals/ and in session.json {pairs}"
    named = [
        f"{renamed.get(placement, placement)}={path}"
        for placement in files
        for path in files[placement]
    ]
    beside = session.with_name(f"{session.name}_renamed")
    words = ["imu-valgus", "import", *named, "--to", str(beside), "--athlete", info.athlete]
    return shlex.join(words)


def decide_clock(reference_s: FloatArray, other_s: FloatArray) -> Clock:
    """Say whether a sensor's clock counts from the same moment as the reference's.

    ``shared`` where the two were read at overlapping times and either both count seconds since
    1970, or both began within a second of each other at a count of 10 s or more: counters that
    start when a sensor is switched on do not agree so by chance, but two files that each begin at
    about 0 always would. ``own`` in all other cases: a clock wrongly taken for shared moves one
    sensor against the other, a clock wrongly taken for own only leaves more to find out.
    """
    overlap = reference_s[0] <= other_s[-1] and other_s[0] <= reference_s[-1]
    starts = np.array([reference_s[0], other_s[0]])
    since_1970 = bool((starts >= EPOCH_RANGE_S[0]).all() and (starts < EPOCH_RANGE_S[1]).all())
    together = bool(abs(starts[1] - starts[0]) <= _COMMON_START_S and starts.min() >= LEAST_COUNT_S)
    is_reference = reference_s is other_s
    return "shared" if is_reference or (overlap and (since_1970 or together)) else "own"


def _refuse_same_samples(
    chosen: Sequence[PlacedSensor], joined: Mapping[Placement, JoinedSensor]
) -> None:
    for first, second in combinations(joined, 2):
        if np.array_equal(joined[first].signal.gyr_radps, joined[second].signal.gyr_radps):
            path = next(one.path for one in chosen if one.placement == second)
            raise wrong(
                path,
                f"{second} holds the same samples as {first}",
                hint="one file was copied or exported twice: name the right one",
            )
