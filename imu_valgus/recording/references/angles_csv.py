"""Knee angles as CSV: what a laboratory's own software made of its markers.

Columns ``time_s`` or ``unix_s``; ``flexion_deg``, ``abduction_deg`` (or ``valgus_deg``) and, if
there is one, ``internal_rotation_deg``, all positive the clinical way; ``side`` (left, right) if
not said otherwise; ``trial`` (or ``walk``) where the file holds several. Empty: not measured. Lines
that begin with ``#`` are comments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from imu_valgus.core import SIDES, FloatArray, KneeAngles, RecordingError, Side
from imu_valgus.recording.readers import open_unpacked, wrong

ReferenceClock = Literal["unix", "own"]
"""``unix``: seconds since 1970; ``own``: whatever the laboratory counts from."""

_TIMES: Final[dict[str, ReferenceClock]] = {"unix_s": "unix", "time_s": "own"}
_VALGUS: Final = ("valgus_deg", "abduction_deg")
_TRIALS: Final = ("trial", "walk")
_KNOWN: Final = (
    "time_s or unix_s, flexion_deg, abduction_deg or valgus_deg, internal_rotation_deg, "
    "side, trial or walk"
)
_MOST_DEG: Final = 180.0


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceAngles:
    """One leg's angles of one trial.

    Parameters
    ----------
    name : str
        Of the trial.
    side : {"left", "right"}, optional
        None where the file does not say.
    clock : {"unix", "own"}
        What ``time_s`` counts from.
    time_s : (n,)
        Strictly increasing.
    angles : KneeAngles, n
        NaN where nothing was measured.
    """

    name: str
    side: Side | None
    clock: ReferenceClock
    time_s: FloatArray
    angles: KneeAngles


def read_reference_angles(path: Path) -> tuple[ReferenceAngles, ...]:
    """Read a table of angles, one ``ReferenceAngles`` a leg and trial, in the file's order.

    Raises
    ------
    RecordingError
        Naming file, line and column of what is wrong.
    """
    table = _read(path)
    columns = {name: _only(path, table, names) for name, names in _wanted().items()}
    trial_column = next((name for name in _TRIALS if name in table), None)
    numbers = {name: _numbers(path, table, column) for name, column in columns.items()}
    numbers["rotation"] = (
        _numbers(path, table, "internal_rotation_deg")
        if "internal_rotation_deg" in table
        else np.full(len(table), np.nan)
    )
    _check(path, columns, numbers)
    sides = _sides(path, table)
    names = table[trial_column] if trial_column else pd.Series(path.name.split(".")[0], table.index)
    return tuple(
        ReferenceAngles(
            name=trial,
            side=side,
            clock=_TIMES[columns["time"]],
            time_s=_increasing(path, numbers["time"][rows], columns["time"]),
            angles=KneeAngles(*(numbers[n][rows] for n in ("flexion", "valgus", "rotation"))),
        )
        for trial, side, rows in _parts(names, sides)
    )


def _wanted() -> dict[str, tuple[str, ...]]:
    return {"time": tuple(_TIMES), "flexion": ("flexion_deg",), "valgus": _VALGUS}


def _read(path: Path) -> pd.DataFrame:
    try:
        with open_unpacked(path) as (_, text):
            table = pd.read_csv(text, comment="#", dtype=str, skipinitialspace=True)
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        what = str(error).strip().splitlines()[0]
        raise wrong(path, f"no table with commas: {what}", hint=f"columns: {_KNOWN}") from error
    known = {*_TIMES, *_VALGUS, *_TRIALS, "flexion_deg", "internal_rotation_deg", "side"}
    unknown = [name for name in table.columns if name not in known]
    if unknown:
        raise wrong(path, "a column that is not known", column=unknown[0], hint=f"known: {_KNOWN}")
    if len(table) < 2:
        raise wrong(path, "fewer than two rows of angles", hint="export the angles again")
    return table


def _only(path: Path, table: pd.DataFrame, names: tuple[str, ...]) -> str:
    found = [name for name in names if name in table]
    if len(found) != 1:
        both = " and ".join(names) if found else " or ".join(names)
        what = f"both {both}: which one counts?" if found else f"no column {both}"
        raise wrong(path, what, hint=f"columns: {_KNOWN}")
    return found[0]


def _numbers(path: Path, table: pd.DataFrame, column: str) -> FloatArray:
    text = table[column]
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    bad = np.flatnonzero(np.isnan(numbers) & text.notna().to_numpy())
    if bad.size:
        raise wrong(
            path,
            f"{text.iloc[bad[0]]!r} is no number (row {bad[0] + 1} of the data)",
            column=column,
            hint="mend that row, or leave the cell empty",
        )
    return numbers


def _check(path: Path, columns: dict[str, str], numbers: dict[str, FloatArray]) -> None:
    if np.isnan(numbers["time"]).any():
        raise wrong(path, "empty", column=columns["time"], hint="every row needs its time")
    named = {**columns, "rotation": "internal_rotation_deg"}
    for name in ("flexion", "valgus", "rotation"):
        known = numbers[name][np.isfinite(numbers[name])]
        if known.size and np.abs(known).max() > _MOST_DEG:
            largest = known[np.argmax(np.abs(known))]
            raise wrong(
                path, f"{largest:.4g} is no knee", column=named[name], hint="angles are degrees"
            )
        if name != "rotation" and (known.size < 2 or np.ptp(known) == 0):
            raise wrong(
                path,
                "flat: all values are the same, or none is there",
                column=named[name],
                hint="export the angles of a trial with movement",
            )


def _sides(path: Path, table: pd.DataFrame) -> list[Side | None]:
    if "side" not in table:
        return [None] * len(table)
    known: dict[object, Side] = {side: side for side in SIDES}
    bad = [side for side in table["side"] if side not in known]
    if bad:
        raise wrong(path, f"{bad[0]!r} is no leg", column="side", hint="write left or right")
    return [known[side] for side in table["side"]]


def _parts(
    names: pd.Series, sides: list[Side | None]
) -> Iterator[tuple[str, Side | None, np.ndarray[tuple[int], np.dtype[np.intp]]]]:
    """Yield each trial and leg with its rows."""
    keys = list(zip(names.fillna("").astype(str), sides, strict=True))
    for trial, side in dict.fromkeys(keys):
        yield trial, side, np.flatnonzero([key == (trial, side) for key in keys])


def _increasing(path: Path, time_s: FloatArray, column: str) -> FloatArray:
    if len(time_s) < 2 or not (np.diff(time_s) > 0).all():
        raise RecordingError(
            f"{path}, column {column}: time must increase from row to row of a trial and leg",
            hint="name the trials in a column trial, the legs in a column side",
        )
    return time_s
