"""Sessions in a notebook: open one, analyse it in memory, take its strides and curves as tables.

Comes in: a session folder, as `imu-valgus import` or `record` makes it. Goes out: a ``Session``,
its results and pandas DataFrames; nothing is written. The numbers are those of `imu-valgus
analyze`: angles in degrees, positive the clinical way for either leg (flexion, valgus = the knee
goes inwards, internal rotation), zero over the longest still standing before the run.

Examples
--------
The session that comes with the package: real running poses of both legs, computed sensors.

>>> from imu_valgus.notebook import analyze, curves, open_session, shipped_session, strides
>>> session = open_session(shipped_session())
>>> sorted(session.signals)
['left_shank', 'left_thigh', 'right_shank', 'right_thigh']
>>> results = analyze(session)
>>> log = strides(results)
>>> log.groupby("side")["valgus_excursion_deg"].count().to_dict()
{'left': 37, 'right': 37}

The mean curve of each leg over stance, a row a percent and a column a leg, ready to be plotted:

>>> mean = curves(results, column="valgus_deg", span="stance").groupby("side").mean().T
>>> mean.shape
(101, 2)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pandas as pd

from imu_valgus.core import (
    ANGLE_COLUMNS,
    SIDES,
    Event,
    FloatArray,
    ImuSignal,
    Placement,
    Quality,
    Side,
)
from imu_valgus.metrics import CURVE_POINTS, Span, stride_curves
from imu_valgus.pipeline import (
    AnalysisParams,
    Derived,
    derive,
    read_leg_angles,
    read_strides,
    read_summary,
)
from imu_valgus.recording import (
    Recording,
    SessionInfo,
    read_events,
    read_info,
    read_session,
    shipped_session,
)

AngleColumn = Literal[
    "flexion_deg",
    "valgus_deg",
    "internal_rotation_deg",
    "valgus_sd_deg",
    "thigh_tilt_deg",
    "shank_tilt_deg",
]
"""What a curve may be of; ``valgus_sd_deg`` is the stated error of valgus (1 sigma)."""

_BY_STRIDE: Final = ["side", "stride"]


@dataclass(frozen=True, eq=False)
class Session:
    """A session folder that was opened.

    Parameters
    ----------
    path : Path
    info : SessionInfo
        Who wore what, and when; see ``session.json``.
    events : tuple of Event
        Laps, pain, notes and the like, in session time.
    """

    path: Path
    info: SessionInfo = field(repr=False)
    events: tuple[Event, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.resolve().name

    @cached_property
    def signals(self) -> Mapping[Placement, ImuSignal]:
        """One signal a sensor, in the sensor's frame and SI units; read when first asked for.

        ``time_s`` is session time where the sensor's clock is shared with the reference sensor,
        else it counts from the sensor's own first sample.
        """
        return read_session(self.path).signals


def open_session(path: str | PathLike[str]) -> Session:
    """Open a session folder; its signals are read when they are asked for.

    Parameters
    ----------
    path : str or path
        The folder; ``~`` is the user's home.

    Raises
    ------
    RecordingError
        Where it is no session, or its description or events cannot be read.

    Examples
    --------
    >>> session = open_session(shipped_session())
    >>> session.info.athlete
    'a00'
    >>> session.signals["left_shank"].acc_mps2.shape[1]
    3
    """
    folder = Path(path).expanduser()
    return Session(folder, read_info(folder), read_events(folder / "events.tsv"))


def analyze(session: Session, *, params: AnalysisParams | None = None) -> Derived:
    """Analyse a session in memory: knee angles, strides, repetitions and a summary.

    Nothing is written; `imu-valgus analyze`, or ``imu_valgus.pipeline.analyze_session``, keeps the
    same results in the session's ``derived/``.

    Parameters
    ----------
    session : Session
    params : AnalysisParams, optional
        Such as ``AnalysisParams(track_length_m=400)``; where not given, as `imu-valgus analyze`
        without options.

    Returns
    -------
    Derived
        ``summary``, and as DataFrames ``strides``, ``repetitions`` and ``angles``, the last with a
        row a sample and leg.

    Raises
    ------
    ImuValgusError
        Where no leg wears a sensor.
    CalibrationError
        Where there is no standing, or neither walking nor running.
    MisplacedSensorsError
        Where two sensors are certainly exchanged.

    Examples
    --------
    How far the left knee goes in from contact to its peak, and how sure that is:

    >>> session = open_session(shipped_session())
    >>> left = analyze(session).summary.sides["left"].valgus_excursion_deg
    >>> f"{left.mean:.1f}° ± {left.sd_shared:.1f}°"
    '4.6° ± 1.9°'
    """
    recording = Recording(
        info=session.info, signals=session.signals, events=session.events, name=session.name
    )
    return derive(session.path, recording, params=params)


def strides(
    of: Session | Derived, *, side: Side | None = None, quality: Quality | None = "good"
) -> pd.DataFrame:
    """Return the stride log: one row a stride, its columns with their units.

    Parameters
    ----------
    of : Session or Derived
        Results, or a session whose results `imu-valgus analyze` has kept.
    side : {"left", "right"}, optional
        One leg alone; else the left leg's strides stand before the right's.
    quality : {"good", "suspect", "rejected"} or None
        Only strides of this quality; None: all.

    Returns
    -------
    DataFrame
        In the order of contact on each leg. Excursion is the maximum in stance less the value at
        initial contact.

    Raises
    ------
    RecordingError
        Where the session is not analysed yet, or its results are damaged.
    ValueError
        Where there is no such side or quality.

    Examples
    --------
    >>> results = analyze(open_session(shipped_session()))
    >>> left = strides(results, side="left")
    >>> left[["initial_contact_s", "valgus_excursion_deg", "valgus_excursion_sd_deg"]].shape
    (37, 3)
    >>> len(strides(results, quality="rejected"))
    0
    """
    _check(side, (*SIDES, None), "side")
    _check(quality, (*get_args(Quality), None), "quality")
    log = _log_of(of)
    chosen = log[log["side"].isin(SIDES if side is None else [side])]
    if quality is not None:
        chosen = chosen[chosen["quality"] == quality]
    return chosen.sort_values(["side", "initial_contact_s"], ignore_index=True)


def curves(
    of: Session | Derived,
    *,
    column: AngleColumn = "valgus_deg",
    span: Span = "stance",
    side: Side | None = None,
    quality: Quality | None = "good",
) -> pd.DataFrame:
    """Return one curve a stride, of 101 points from 0 to 100 % of stance or of the whole stride.

    Parameters
    ----------
    of : Session or Derived
        Results, or a session whose results `imu-valgus analyze` has kept.
    column : str
        The angle, of the columns of ``Derived.angles``.
    span : {"stance", "stride"}
        From initial contact to toe-off, or to the next contact of the same foot.
    side, quality
        As of :func:`strides`; the rows are the same strides in the same order.

    Returns
    -------
    DataFrame
        (n, 101) in degrees, signs as in ``angles``: the rows by ``side`` and ``stride``, the
        columns by ``percent``. A row is NaN where its leg has no angle (one sensor alone has
        none of the knee) or the angle a gap.

    Raises
    ------
    RecordingError
        Where the session is not analysed yet, or its results are damaged.
    ValueError
        Where there is no such column, span, side or quality.

    Examples
    --------
    Valgus as it changes from contact on, the mean of the left leg's strides:

    >>> results = analyze(open_session(shipped_session()))
    >>> valgus = curves(results, side="left")
    >>> from_contact = valgus.sub(valgus[0], axis="index")
    >>> from_contact.mean().iloc[[0, 50, 100]].round(1).to_list()
    [0.0, -1.5, 4.7]
    """
    _check(column, get_args(AngleColumn), "column")
    _check(span, get_args(Span), "span")
    log = strides(of, side=side, quality=quality)
    legs: Sequence[Side] = SIDES if side is None else [side]
    found = [
        pd.DataFrame(
            _leg_curves(of, leg, rows, column=column, span=span),
            index=pd.MultiIndex.from_frame(rows[_BY_STRIDE]),
            columns=pd.RangeIndex(CURVE_POINTS, name="percent"),
        )
        for leg in legs
        for rows in [log[log["side"] == leg]]
    ]
    return pd.concat(found)


def _leg_curves(
    of: Session | Derived, side: Side, rows: pd.DataFrame, *, column: str, span: Span
) -> FloatArray:
    if isinstance(of, Derived):
        angles = of.angles_of(side)
    else:
        kept = read_leg_angles(of.path, ["time_s", column])
        angles = kept.get(side, pd.DataFrame(columns=list(ANGLE_COLUMNS)))
    return stride_curves(angles, rows, column=column, span=span)


def _log_of(of: Session | Derived) -> pd.DataFrame:
    if isinstance(of, Derived):
        return of.strides
    read_summary(of.path)  # tells a session that is not analysed from one without strides
    return read_strides(of.path)


def _check(found: object, allowed: tuple[Any, ...], what: str) -> None:
    if found not in allowed:
        raise ValueError(f"{what} is {found!r}, expected one of {', '.join(map(repr, allowed))}")


__all__ = [
    "AnalysisParams",
    "AngleColumn",
    "Derived",
    "Session",
    "analyze",
    "curves",
    "open_session",
    "shipped_session",
    "strides",
]
