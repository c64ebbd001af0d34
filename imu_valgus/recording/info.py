"""Who wore what in a session: the types behind ``session.json`` and their way to disk and back."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal, cast

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from imu_valgus.core import FloatArray, Placement, RecordingError

FORMAT_VERSION: Final = 1
"""The session format that this package writes and reads."""

SCHEMA_PATH: Final = Path(__file__).with_name("session.schema.json")
"""The JSON Schema of ``session.json``, shipped with the package."""

_ATHLETE_PATTERN: Final = r"^[a-z]{1,2}[0-9]{2,6}$"

Clock = Literal["shared", "own"]
SignalOrigin = Literal["measured", "computed"]
LossCause = Literal["device", "overwritten", "restart", "damaged", "link"]
PositiveNumber = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class LostSamples:
    """The samples [first, stop) of a sensor are missing, and why.

    ``device``: the sensor never had them; ``overwritten``: it holds them no more; ``restart``: it
    restarted and lost its RAM; ``damaged``: its memory could not be read; ``link``: it could not be
    asked.
    """

    first: Count
    stop: Count
    cause: LossCause


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAccount:
    """Where each sample of a sensor is: ``live + backfilled + lost = expected``.

    Parameters
    ----------
    expected : int, optional
        How many samples the sensor took; None where it never told, because it was not reached. Of
        a sensor that does not count them: from the first to the last that came, by their times.
    live, backfilled : int
        Received as they were taken; fetched later from the sensor's memory.
    lost : tuple of LostSamples
        The rest, by sample index.
    damaged_packets, repeated_packets : int
        Dropped since their bytes were wrong, or came before.
    restarts : int
        How often the sensor reset itself: each costs what its RAM held, which nobody counted.
    loss_shown : bool
        False where the sensor's samples carry neither number nor time: ``expected`` is then not
        known, and ``lost`` is only what fell into the time without a connection.
    proof : str
        By what a lost sample is seen, in one sentence; empty where each sample is counted by the
        sensor itself.
    """

    expected: Count | None
    live: Count
    backfilled: Count
    lost: tuple[LostSamples, ...] = ()
    damaged_packets: Count = 0
    repeated_packets: Count = 0
    restarts: Count = 0
    loss_shown: bool = True
    proof: str = ""

    @property
    def n_lost(self) -> int:
        """How many samples are missing."""
        return sum(one.stop - one.first for one in self.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAccount:
    """How a sensor's clock was tied to the computer's that recorded it.

    Parameters
    ----------
    method : {"pings", "arrivals"}
        Pings that the sensor stamped; the arrival of packets, where it stamps none.
    drift_ppm : float
        How much more the computer's clock showed than the sensor's.
    residual_ms : float, optional
        How far two halves of the stamps disagree; None where there were too few.
    stamps : int
    """

    method: Literal["pings", "arrivals"]
    drift_ppm: float
    residual_ms: float | None
    stamps: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorInfo:
    """One sensor of a session.

    Parameters
    ----------
    placement : Placement
    sampling_rate_hz : float
        The mean rate outside gaps, by the sensor's own clock.
    clock : {"shared", "own"}
        ``shared``: its device time and that of the reference sensor count from the same moment.
    zero_device_time_s : float
        What the sensor's clock showed at 0 of its signal in session time.
    clock_drift_ppm : float
        How much faster session time goes than the sensor's clock, as far as is known from outside
        the signals: ``ImuSignal.time_s`` is ``device_time_s`` in ``signals/<placement>.parquet``
        minus ``zero_device_time_s``, times 1 + this.
    signals : {"measured", "computed"}
        ``computed``: laid on a known motion by a virtual sensor.
    impacts : bool
        False where the accelerations carry no impacts (computed from smoothed poses): no shock may
        be read from them.
    model, serial, firmware : str
        Empty where unknown.
    acc_range_g, gyr_range_dps : float, optional
        Full scale to either side; None where unknown.
    samples : SampleAccount, optional
        Of a sensor that was recorded live; None for imported files.
    host_clock : ClockAccount, optional
        The same.
    files : tuple of str
        Of an imported sensor: files under ``raw/`` that hold it, beyond those in the folder of its
        placement; ``FILE#LABEL`` where the file holds others as well.
    """

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    placement: Placement
    sampling_rate_hz: PositiveNumber
    clock: Clock = "own"
    zero_device_time_s: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    clock_drift_ppm: Annotated[float, Field(gt=-1000, lt=1000)] = 0.0
    signals: SignalOrigin = "measured"
    impacts: bool = True
    model: str = ""
    serial: str = ""
    firmware: str = ""
    acc_range_g: PositiveNumber | None = None
    gyr_range_dps: PositiveNumber | None = None
    samples: SampleAccount | None = None
    host_clock: ClockAccount | None = None
    files: tuple[str, ...] = ()

    def session_time(self, device_s: FloatArray) -> FloatArray:
        """Turn times of the sensor's clock (n,) into its signal's."""
        return (device_s - self.zero_device_time_s) * (1 + self.clock_drift_ppm * 1e-6)

    def device_time(self, time_s: FloatArray) -> FloatArray:
        """Turn times of the sensor's signal (n,) into its clock's."""
        return time_s / (1 + self.clock_drift_ppm * 1e-6) + self.zero_device_time_s


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """What ``session.json`` says.

    Parameters
    ----------
    athlete : str
        A code such as ``a03``, never a name: one or two small letters and two to six digits.
    reference : Placement
        The sensor whose first sample is 0 of the session time, and whose clock counts it.
    sensors : tuple of SensorInfo
    start : datetime with time zone, optional
        When the reference sensor's first sample was taken; None where its clock does not tell.
    notes : str
        The protocol in plain words, source and licence of data that came from elsewhere.
    format_version : int
    """

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    format_version: Literal[1] = FORMAT_VERSION
    athlete: Annotated[str, StringConstraints(pattern=_ATHLETE_PATTERN)] = "a00"
    start: AwareDatetime | None = None
    reference: Placement
    sensors: Annotated[tuple[SensorInfo, ...], Field(min_length=1)]
    notes: str = ""

    def __post_init__(self) -> None:
        placements = [sensor.placement for sensor in self.sensors]
        if len(set(placements)) != len(placements):
            raise ValueError(f"a placement is named twice among the sensors {placements}")
        if self.reference not in placements:
            raise ValueError(f"the reference {self.reference} is none of the sensors {placements}")

    def sensor(self, placement: Placement) -> SensorInfo:
        """Return the sensor at a placement; KeyError where there is none."""
        for sensor in self.sensors:
            if sensor.placement == placement:
                return sensor
        raise KeyError(placement)


_ADAPTER: Final = TypeAdapter(SessionInfo)


def is_athlete(code: str) -> bool:
    """Say whether a word is such a code as a session may carry."""
    return re.fullmatch(_ATHLETE_PATTERN, code) is not None


def check_athlete(code: str) -> str:
    """Return an athlete's code as it is, or say why it may not stand in a session."""
    if is_athlete(code):
        return code
    raise RecordingError(
        f"{code!r} is no pseudonymous athlete code",
        hint="one or two small letters and two to six digits, such as a03; "
        "keep the list of names away from the recordings",
    )


def session_json(info: SessionInfo) -> str:
    """Write a session's description as the text of ``session.json``.

    Raises
    ------
    RecordingError
        Where a value is none that ``session.json`` may hold.
    """
    text = _ADAPTER.dump_json(info, indent=2).decode() + "\n"
    parse_session_json(text, Path("session.json"))
    return text


def parse_session_json(text: str, path: Path) -> SessionInfo:
    """Read the text of a ``session.json``; ``path`` only names it in what goes wrong.

    Raises
    ------
    RecordingError
        Where the text is no JSON, another format version, or says something unheard of.
    """
    try:
        content: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise RecordingError(
            f"{path}, line {error.lineno}: no JSON: {error.msg}",
            hint="mend that line, or import the files under raw/ again",
        ) from error
    except RecursionError as error:
        raise RecordingError(
            f"{path}: its brackets are nested too deep to be read",
            hint="import the files under raw/ again with imu-valgus import",
        ) from error
    _check_version(content, path)
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "session"
        found = "" if isinstance(first["input"], dict | list) else f" (found {first['input']!r})"
        raise RecordingError(
            f"{path}, {where}: {first['msg']}{found}",
            hint=f"the fields and their values stand in {SCHEMA_PATH.name}",
        ) from error


def json_schema() -> str:
    """Return the JSON Schema that the types above make, as the text that is shipped."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "session.json of imu_valgus",
        **{key: value for key, value in _ADAPTER.json_schema().items() if key != "title"},
    }
    return json.dumps(schema, indent=2) + "\n"


def ship_json_schema() -> None:
    """Write the shipped schema anew, after the types above have changed (``poe schema``)."""
    SCHEMA_PATH.write_text(json_schema(), encoding="utf-8")


def _check_version(content: object, path: Path) -> None:
    found = cast("dict[str, object]", content) if isinstance(content, dict) else {}
    version = found.get("format_version")
    if not isinstance(version, int):
        raise RecordingError(
            f"{path}: says no format_version, so it describes no session",
            hint="import the files under raw/ again with imu-valgus import",
        )
    if version > FORMAT_VERSION:
        raise RecordingError(
            f"{path}: session format {version} is newer than {FORMAT_VERSION}, "
            "the newest that this imu-valgus reads",
            hint="update imu-valgus",
        )
    if version < FORMAT_VERSION:
        raise RecordingError(
            f"{path}: session format {version} is older than {FORMAT_VERSION}, "
            "the oldest that this imu-valgus reads",
            hint="import the files under raw/ again with imu-valgus import",
        )
