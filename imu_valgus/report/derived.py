"""What ``analyze`` left in ``derived/``, read and checked once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import ANGLE_COLUMNS, STRIDE_COLUMNS, Bout, RecordingError, Side
from imu_valgus.recording import SessionInfo, read_info

FORMAT_VERSION: Final = 1
"""The version of the files in ``derived/`` that this report reads."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number per stride over the run, degrees.

    ``sd_shared`` is the error that all strides share (calibration, soft tissue), ``sd_stride`` the
    error that differs between strides, ``sd_between_strides`` the spread that was seen.
    """

    mean: float | None = None
    sd_between_strides: float | None = None
    sd_shared: float | None = None
    sd_stride: float | None = None


@dataclass(frozen=True, slots=True)
class StrideCounts:
    """How many strides were good, suspect and rejected, and why."""

    good: int = 0
    suspect: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class CalibrationFacts:
    """What the sensor-to-segment alignment stands on."""

    standing_s: float | None = None
    axis_spread_deg: float | None = None


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """How the shank's clock was tied to the thigh's, or one leg's to the other's."""

    method: str | None = None
    residual_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Crosstalk:
    """How valgus goes with flexion: correlation and degrees of valgus per degree of flexion."""

    r: float | None = None
    slope: float | None = None


@dataclass(frozen=True, slots=True)
class SideSummary:
    """One leg's results."""

    calibration: CalibrationFacts | None = None
    sync: SyncFacts | None = None
    strides: StrideCounts | None = None
    valgus_peak_deg: Statistic | None = None
    valgus_excursion_deg: Statistic | None = None
    crosstalk: Crosstalk | None = None


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap [start_s, stop_s) in session time."""

    lap: int
    start_s: float
    stop_s: float


@dataclass(frozen=True, slots=True)
class FindingText:
    """One finding of ``check`` about the recording."""

    severity: str
    text: str
    topic: str = ""
    placement: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What of ``summary.json`` the report shows."""

    session: str = ""
    imu_valgus_version: str = ""
    bouts: tuple[Bout, ...] = ()
    laps: tuple[Lap, ...] = ()
    cross_leg_sync: SyncFacts | None = None
    sides: dict[Side, SideSummary] = field(default_factory=dict[Side, SideSummary])
    findings: tuple[FindingText, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def running_s(self) -> float:
        """How long the runner ran."""
        return sum(bout.duration_s for bout in self.bouts if bout.kind == "run")

    @property
    def several_laps(self) -> tuple[Lap, ...]:
        """The laps, or none where there is one only: a single lap is the run."""
        return self.laps if len(self.laps) > 1 else ()


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """One session's results: the summary, one row a stride, one row a sample (may be empty)."""

    info: SessionInfo
    summary: Summary
    strides: pd.DataFrame
    angles: pd.DataFrame

    def strides_of(self, side: Side) -> pd.DataFrame:
        """Return one leg's strides in their order."""
        return self.strides[self.strides["side"] == side].sort_values("initial_contact_s")

    def good_strides_of(self, side: Side) -> pd.DataFrame:
        """Return one leg's good strides in their order."""
        strides = self.strides_of(side)
        return strides[strides["quality"] == "good"]

    def angles_of(self, side: Side) -> pd.DataFrame:
        """Return one leg's angles in their order."""
        return self.angles[self.angles["side"] == side]


def read_derived(session: Path) -> Derived:
    """Read the results of one session folder.

    Raises
    ------
    RecordingError
        Where the folder is no session, or its results are missing, of another format version or
        damaged.
    """
    info = read_info(session)
    hint = f"run `imu-valgus analyze {session}`"
    folder = session / "derived"
    path = folder / "summary.json"
    if not path.is_file():
        raise RecordingError(f"{session}: not analysed yet, {path.name} is missing", hint=hint)
    return Derived(
        info=info,
        summary=_read_summary(path, hint),
        strides=_read_table(folder / "strides.parquet", STRIDE_COLUMNS, hint),
        angles=_read_table(folder / "angles.parquet", ANGLE_COLUMNS[:4], hint),
    )


def _read_summary(path: Path, hint: str) -> Summary:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordingError(f"{path}: no valid JSON: {error}", hint=hint) from None
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != FORMAT_VERSION:
        raise RecordingError(
            f"{path}: format version {version}, this version reads {FORMAT_VERSION}", hint=hint
        )
    try:
        return TypeAdapter(Summary).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecordingError(f"{path}: {where}: {first['msg']}", hint=hint) from None


def _read_table(path: Path, columns: Sequence[str], hint: str) -> pd.DataFrame:
    """Read a table, or an empty one where the file is absent: a leg may have no knee angles."""
    if not path.is_file():
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in columns})
    try:
        return pd.read_parquet(path, columns=list(columns))
    except (OSError, pa.ArrowException) as error:
        line = str(error).splitlines()[0]
        raise RecordingError(f"{path}: cannot be read: {line}", hint=hint) from None
