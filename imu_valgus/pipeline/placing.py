"""Trials of a reference → their leg and their place in session time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imu_valgus.core import FloatArray, ImuValgusError, RecordingError, Side
from imu_valgus.pipeline.derived import Derived
from imu_valgus.recording.references import ReferenceAngles
from imu_valgus.sync import CurveFit, align_curves

TrialClock = Literal["shared", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingParams:
    """How trials are laid in time.

    Parameters
    ----------
    side : {"left", "right"}, optional
        The leg of a reference that does not say it.
    clock : {"shared", "own"}, optional
        ``shared``: one offset for all trials, near 0; ``own``: one a trial, anywhere in the
        session. None: shared where the reference counts seconds since 1970, else own.
    offset_s : float, optional
        What to add to the reference's time; then nothing is looked for.
    search_s : float
        How far from 0 the offset of a shared clock is looked for.
    least_flexion_sd_deg : float
        A trial whose flexion moves less cannot be found in time.
    doubtful_rest : float
        A second place is told where the flexion's difference there is smaller than this multiple
        of that at the best one.
    """

    side: Side | None = None
    clock: TrialClock | None = None
    offset_s: float | None = None
    search_s: float = 2.0
    least_flexion_sd_deg: float = 2.0
    doubtful_rest: float = 1.25


@dataclass(frozen=True, slots=True, eq=False)
class PlacedTrial:
    """A trial with its leg and its place.

    ``time_s`` (n,) is session time. ``offset_s`` was added to the reference's time (seconds since
    1970: after the session's start was taken off). ``note`` says what is in doubt.
    """

    trial: ReferenceAngles
    side: Side
    offset_s: float
    time_s: FloatArray
    note: str


def place_trials(
    derived: Derived, trials: Sequence[ReferenceAngles], *, params: PlacingParams
) -> tuple[PlacedTrial, ...]:
    """Find each trial's leg and time in an analysed session, by its flexion.

    Raises
    ------
    ImuValgusError
        Where the session lacks the leg or the time, or the flexion does not move or not match.
    """
    legs: list[Side] = [_leg_of(derived, trial, params) for trial in trials]
    own_s = [_nominal_time(derived, trial) for trial in trials]
    keys = [_shared_clock(trial, params) or trial.name for trial in trials]
    placed: dict[int, PlacedTrial] = {}
    for key in dict.fromkeys(keys):
        group = [n for n, other in enumerate(keys) if other == key]
        fit = _fit(derived, [(trials[n], legs[n], own_s[n]) for n in group], params)
        for n in group:
            placed[n] = PlacedTrial(
                trial=trials[n],
                side=legs[n],
                offset_s=fit.offset_s,
                time_s=own_s[n] + fit.offset_s,
                note=_doubt(trials[n].name, fit, params),
            )
    return tuple(placed[n] for n in range(len(trials)))


def clock_of(trial: ReferenceAngles, params: PlacingParams) -> TrialClock:
    """Say whether a trial shares its clock with others."""
    return params.clock or ("shared" if trial.clock == "unix" else "own")


def _shared_clock(trial: ReferenceAngles, params: PlacingParams) -> tuple[str, str] | None:
    return ("clock", trial.clock) if clock_of(trial, params) == "shared" else None


def _leg_of(derived: Derived, trial: ReferenceAngles, params: PlacingParams) -> Side:
    """Return the leg that a trial shows: it says so, or the caller does, or there is one only."""
    ours = derived.angles
    known: list[Side] = list(ours.loc[ours["valgus_deg"].notna(), "side"].unique())
    if not known:
        raise ImuValgusError(
            "the session holds no knee angles",
            hint="a leg needs a thigh and a shank sensor",
        )
    if trial.side and params.side and trial.side != params.side:
        raise RecordingError(
            f"the reference's trial {trial.name} is of the {trial.side} leg, not the {params.side}",
            hint="leave --side out",
        )
    side = trial.side or params.side or (known[0] if len(known) == 1 else None)
    if side is None:
        raise RecordingError(
            "the reference does not say of which leg it is",
            hint="say --side left or --side right, or add a column side",
        )
    if side not in known:
        raise RecordingError(
            f"the reference is of the {side} leg, the session has angles of the {known[0]} one "
            "only",
            hint="name the reference of that leg",
        )
    return side


def _nominal_time(derived: Derived, trial: ReferenceAngles) -> FloatArray:
    if trial.clock == "own":
        return trial.time_s
    if derived.info.start is None:
        raise RecordingError(
            "the reference counts seconds since 1970, the session does not know its start",
            hint="write start in session.json, or name the reference's column time_s",
        )
    return trial.time_s - derived.info.start.timestamp()


def _fit(
    derived: Derived,
    group: Sequence[tuple[ReferenceAngles, Side, FloatArray]],
    params: PlacingParams,
) -> CurveFit:
    """Lay trials of one clock onto the leg of the first."""
    if params.offset_s is not None:
        return CurveFit(offset_s=params.offset_s, rest=np.nan, other_rest=np.nan)
    first, side, _ = group[0]
    curves = [(time_s, trial.angles.flexion_deg) for trial, leg, time_s in group if leg == side]
    for (_, flexion_deg), (trial, _, _) in zip(curves, group, strict=False):
        if not float(np.nanstd(flexion_deg)) >= params.least_flexion_sd_deg:
            raise RecordingError(
                f"the reference's flexion hardly moves in trial {trial.name}: it cannot be found "
                "in the session",
                hint="take a trial with movement, or give --offset",
            )
    ours = derived.angles_of(side)
    time_s = ours["time_s"].to_numpy(dtype=np.float64)
    flexion_deg = ours["flexion_deg"].to_numpy(dtype=np.float64)
    near = clock_of(first, params) == "shared"
    within_s = (-params.search_s, params.search_s) if near else (-np.inf, np.inf)
    return align_curves(curves, (time_s, flexion_deg), within_s=within_s)


def _doubt(name: str, fit: CurveFit, params: PlacingParams) -> str:
    if not fit.other_rest < params.doubtful_rest * fit.rest:
        return ""
    return (
        f"Trial {name} would lie almost as well elsewhere in the session (difference of flexion "
        f"{fit.other_rest:.1f}° instead of {fit.rest:.1f}°): give its offset if you know it."
    )
