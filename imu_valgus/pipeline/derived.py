"""The files of ``derived/``: written whole, read and checked once."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import ANGLE_COLUMNS, REP_COLUMNS, SIDES, STRIDE_COLUMNS, RecordingError, Side
from imu_valgus.joint_angles import AngleErrorParams
from imu_valgus.metrics import (
    repetition_log_csv,
    stride_log_csv,
    write_log_csv,
    write_log_parquet,
)
from imu_valgus.orientation import ArmParams, RelativeParams
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.summary import DERIVED_VERSION, Summary
from imu_valgus.recording import (
    SessionInfo,
    SpeedCurve,
    cannot_write,
    read_info,
    read_speeds,
    write_atomically,
)

SUMMARY_NAME: Final = "summary.json"
STRIDES_NAME: Final = "strides"
REPETITIONS_NAME: Final = "reps"
ANGLES_NAME: Final = "angles.parquet"
_SUMMARY: Final = TypeAdapter(Summary)
_PARAMETERS: Final = TypeAdapter(AnalysisParams)


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """One session's results: the summary, one row a stride, a repetition, a sample.

    ``angles`` is empty where no leg wears two sensors.
    """

    info: SessionInfo
    summary: Summary
    strides: pd.DataFrame
    repetitions: pd.DataFrame
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


def write_derived(
    session: Path,
    *,
    summary: Summary,
    strides: pd.DataFrame,
    repetitions: pd.DataFrame,
    angles: pd.DataFrame,
) -> None:
    """Write ``derived/``: the summary last, so that its presence says all is there.

    Raises
    ------
    RecordingError
        Where the disk is full or not to be written.
    """
    folder = session / "derived"
    try:
        folder.mkdir(exist_ok=True)
        (folder / SUMMARY_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    write_log_parquet(folder / ANGLES_NAME, angles, _about(summary))
    write_numbers(session, summary=summary, strides=strides, repetitions=repetitions)


def write_numbers(
    session: Path, *, summary: Summary, strides: pd.DataFrame, repetitions: pd.DataFrame
) -> None:
    """Write both logs and then the summary beside angles that stay; each file appears whole.

    Where a watch told the speed (``speed.tsv``), it stands in the stride log.
    """
    folder = session / "derived"
    strides = with_speeds(strides, read_speeds(session))
    version, about = summary.imu_valgus_version, _about(summary)
    for name, log, to_csv in (
        (STRIDES_NAME, strides, stride_log_csv),
        (REPETITIONS_NAME, repetitions, repetition_log_csv),
    ):
        write_log_parquet(folder / f"{name}.parquet", log, about)
        write_log_csv(
            folder / f"{name}.csv",
            to_csv(log, version, zero=where_zero(summary), notes=summary.notes),
        )
    with write_atomically(folder / SUMMARY_NAME) as path:
        content = _SUMMARY.dump_json(summary, indent=1)
        path.write_bytes(content + b"\n")


def with_speeds(strides: pd.DataFrame, curve: SpeedCurve | None) -> pd.DataFrame:
    """Give each stride the speed at its middle; what a lap's length told stays elsewhere."""
    if curve is None:
        return strides
    begins, ends, before = (
        strides[one].to_numpy(dtype=np.float64)
        for one in ("initial_contact_s", "next_contact_s", "speed_mps")
    )
    told = curve.at(0.5 * (begins + ends))
    return strides.assign(speed_mps=np.where(np.isfinite(told), told, before))


def _about(summary: Summary) -> dict[str, str]:
    """Say for the tables' metadata what made them."""
    return {
        "imu_valgus_version": summary.imu_valgus_version,
        "parameters": json.dumps(summary.parameters),
        "notes": json.dumps(summary.notes),
    }


def where_zero(summary: Summary) -> str:
    """Say for a log's header where the angles are zero."""
    measured = summary.standing_valgus_deg
    valgus = "0"
    if any(measured.values()):
        valgus = ", ".join(
            f"{deg:g} deg ({side}, as measured)" if deg else f"0 ({side})"
            for side, deg in measured.items()
        )
    rotation = ", ".join(
        f"{leg.calibration.rotation_zero} ({side})"
        for side, leg in summary.sides.items()
        if leg.calibration is not None
    )
    said = f"flexion is 0 and valgus {valgus} over the longest still standing before the run"
    return f"{said}; internal rotation is 0 at {rotation}" if rotation else said


def read_derived(session: Path) -> Derived:
    """Read the results of one session folder.

    Raises
    ------
    RecordingError
        Where the folder is no session, or its results are missing, of another format version or
        damaged.
    """
    info = read_info(session)
    summary = read_summary(session)
    return Derived(
        info=info,
        summary=summary,
        strides=read_strides(session),
        repetitions=read_repetitions(session),
        angles=_read_table(session / "derived" / ANGLES_NAME, ANGLE_COLUMNS, _cure(session)),
    )


def read_summary(session: Path) -> Summary:
    """Read what one session's analysis found, without its tables.

    Raises
    ------
    RecordingError
        Where the session is not analysed yet, or the summary is of another format version or
        damaged.
    """
    hint = _cure(session)
    path = session / "derived" / SUMMARY_NAME
    if not path.is_file():
        raise RecordingError(f"{session}: not analysed yet, {path.name} is missing", hint=hint)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # nested too deep
        raise RecordingError(f"{path}: no valid JSON: {error}", hint=hint) from None
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != DERIVED_VERSION:
        raise RecordingError(
            f"{path}: format version {version}, this version reads {DERIVED_VERSION}", hint=hint
        )
    try:
        return _SUMMARY.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecordingError(f"{path}: {where}: {first['msg']}", hint=hint) from None


def read_leg_angles(session: Path, columns: Sequence[str]) -> dict[Side, pd.DataFrame]:
    """Read some columns of ``angles.parquet`` by leg, as fast as the disk gives them.

    Raises
    ------
    RecordingError
        Where the file is damaged. Where it is missing, no leg has angles.
    """
    path = session / "derived" / ANGLES_NAME
    if not path.is_file():
        return {}
    with damage_told(path, f"run `imu-valgus analyze {session}`"):
        table = pq.read_table(path, columns=[*columns, "side"]).combine_chunks()
    side_of = table["side"].to_pandas()
    legs: dict[Side, pd.DataFrame] = {}
    for side in SIDES:
        rows = np.flatnonzero(side_of == side)
        if len(rows):
            # A leg's rows stand together: slices of the table are no copies.
            together = table.slice(int(rows[0]), int(rows[-1]) + 1 - int(rows[0]))
            mine = together if len(rows) == together.num_rows else table.take(rows)
            legs[side] = pd.DataFrame({name: mine[name].to_numpy() for name in columns}, copy=False)
    return legs


def read_parameters(session: Path) -> AnalysisParams | None:
    """Return what the user set for a session's results, those of another version included.

    All else is as this version has it, not as that one had. None where there are no results, or
    they do not tell.
    """
    path = session / "derived" / SUMMARY_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        before = _PARAMETERS.validate_python(content["parameters"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return replace(
        before,
        relative=RelativeParams(arms=ArmParams(height_m=before.relative.arms.height_m)),
        error=AngleErrorParams(),
    )


def read_strides(session: Path) -> pd.DataFrame:
    """Read one session's stride log; empty where the analysis left none.

    Raises
    ------
    RecordingError
        Where it is damaged.
    """
    path = session / "derived" / f"{STRIDES_NAME}.parquet"
    return _read_table(path, STRIDE_COLUMNS, _cure(session))


def read_repetitions(session: Path) -> pd.DataFrame:
    """Read one session's log of repetitions; empty where the analysis left none.

    Raises
    ------
    RecordingError
        Where it is damaged.
    """
    path = session / "derived" / f"{REPETITIONS_NAME}.parquet"
    return _read_table(path, REP_COLUMNS, _cure(session))


def _cure(session: Path) -> str:
    return f"run `imu-valgus analyze {session}`"


def _read_table(path: Path, columns: Sequence[str], hint: str) -> pd.DataFrame:
    """Read a table, or an empty one where the file is absent: the numbers stand without curves."""
    if not path.is_file():
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in columns})
    with damage_told(path, hint):
        return pd.read_parquet(path, columns=list(columns))


@contextmanager
def damage_told(path: Path, hint: str) -> Generator[None]:
    """Say of a Parquet file that cannot be read which it is, and how to mend it."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        line = str(error).splitlines()[0]
        raise RecordingError(f"{path}: cannot be read: {line}", hint=hint) from None
