"""Every figure of a run: numbers in, Plotly figure out. Nothing here reads, writes or computes.

Both legs read alike: valgus is positive inwards, flexion positive. The two legs' colours
(Okabe & Ito) differ to the colour-blind; the right leg's line is dashed, so that a grey print
still tells them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Final

import numpy as np
import pandas as pd
from plotly import graph_objects as go

from imu_valgus.core import SIDES, FloatArray, Side
from imu_valgus.pipeline import LapTimes
from imu_valgus.report.curves import Angle, Course, MeanCurve, course
from imu_valgus.report.drawing import (
    COLOURS,
    FAINT,
    FAINT_GREY,
    GREY,
    Part,
    closed_outline,
    figure_of,
    filled,
    light,
    plain_axis,
    stretches,
    value_axis,
)

_DASHES: Final[Mapping[Side, str]] = {"left": "solid", "right": "dash"}


_SIGN: Final[Mapping[Angle, str]] = {"valgus": "+ inwards", "flexion": "+ bent"}


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    axis: str
    domain: tuple[float, float]


_PANELS: Final[Mapping[str, _Panel]] = {
    "valgus_excursion_deg": _Panel("Excursion (°)<br>+ inwards, 0 = at contact", "y", (0.54, 1.0)),
    "valgus_peak_deg": _Panel("Peak valgus (°)<br>+ inwards, {zero}", "y2", (0.0, 0.46)),
}

MAX_DOTS: Final = 1500
"""A leg with more strides shows the middle 80 % as a band instead of a dot a stride."""

LONG_RUN_S: Final = 180.0
"""A longer run counts in minutes."""

MAX_LAP_LABELS: Final = 12


def stance_figure(
    runner: MeanCurve,
    reference: MeanCurve | None = None,
    *,
    side: Side,
    angle: Angle,
    y_range: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw one leg's stance over the reference band, both 0 at initial contact."""
    return figure_of(
        [*(_reference(reference) if reference is not None else []), *_runner(runner, side)],
        xaxis=_percent_axis("Stance (%): 0 = contact, 100 = toe-off"),
        yaxis=value_axis(f"Knee {angle} (°)<br>{_SIGN[angle]}, 0 = at contact", y_range),
    )


def stride_figure(
    runner: MeanCurve,
    *,
    side: Side,
    angle: Angle,
    zero: str,
    toe_off_pct: float = nan,
    y_range: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw one leg's whole stride with the mean toe-off; ``zero`` says where the angle is 0."""
    return figure_of(
        _runner(runner, side),
        marks=[(toe_off_pct, "toe-off")] if isfinite(toe_off_pct) else [],
        xaxis=_percent_axis("Stride (%): 0 = contact, 100 = next contact"),
        yaxis=value_axis(f"Knee {angle} (°)<br>{_SIGN[angle]}, {zero}", y_range),
    )


def sides_figure(runners: Mapping[Side, MeanCurve], *, angle: Angle, zero: str) -> go.Figure:
    """Draw the stance of both legs over each other; ``zero`` says where the angle is 0."""
    y_range = shared_range(*runners.values())
    return figure_of(
        [trace for side in SIDES if side in runners for trace in _runner(runners[side], side)],
        xaxis=_percent_axis("Stance (%): 0 = contact, 100 = toe-off"),
        yaxis=value_axis(f"Knee {angle} (°)<br>{_SIGN[angle]}, {zero}", y_range),
    )


def course_figure(
    good_strides: pd.DataFrame,
    *,
    side: Side,
    zero: str,
    laps: Sequence[LapTimes] = (),
    y_ranges: Mapping[str, tuple[float, float]] | None = None,
) -> go.Figure:
    """Draw one leg's excursion and peak, stride by stride over the run, with the laps' starts.

    ``zero`` says where the peak is 0.
    """
    time_s = good_strides["initial_contact_s"].to_numpy(dtype=np.float64)
    is_long = bool(time_s.size) and float(np.ptp(time_s)) > LONG_RUN_S
    per_unit, unit = (60.0, "min") if is_long else (1.0, "s")
    traces: list[Part] = []
    for column, panel in _PANELS.items():
        values = good_strides[column].to_numpy(dtype=np.float64)
        drawn = _course(time_s / per_unit, course(time_s, values), values, side, per_unit)
        is_upper = panel.axis == "y"
        traces += [
            trace | {"yaxis": panel.axis, "showlegend": is_upper and bool(trace["name"])}
            for trace in drawn
        ]
    every = -(-len(laps) // MAX_LAP_LABELS)
    labels = [f"lap {lap.lap}" if n % every == 0 else "" for n, lap in enumerate(laps)]
    upper, lower = (
        value_axis(panel.title.format(zero=zero), (y_ranges or {}).get(column))
        | {"domain": panel.domain}
        for column, panel in _PANELS.items()
    )
    return figure_of(
        traces,
        height=520,
        marks=[(lap.start_s / per_unit, label) for lap, label in zip(laps, labels, strict=True)],
        xaxis=plain_axis(f"Time in the session ({unit})") | {"anchor": "y2"},
        yaxis=upper,
        yaxis2=lower,
    )


def shared_range(*curves: MeanCurve) -> tuple[float, float]:
    """Return the axis range that holds 0 and all curves with their bands: legs on one scale."""
    low = min(float(np.min(c.mean_deg - np.nan_to_num(c.sd_deg))) for c in curves)
    high = max(float(np.max(c.mean_deg + np.nan_to_num(c.sd_deg))) for c in curves)
    return _padded(min(low, 0.0), max(high, 0.0))


def shared_course_ranges(*good_strides: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the axis ranges that hold every stride of all legs, per number shown."""
    everything = pd.concat(good_strides)
    known = {column: everything[column].dropna() for column in _PANELS}
    return {c: _padded(float(v.min()), float(v.max())) for c, v in known.items() if len(v)}


def _padded(low: float, high: float) -> tuple[float, float]:
    """Leave some air, and never zoom in below two degrees: noise must not look like movement."""
    margin = max(0.06 * (high - low), (2.0 - (high - low)) / 2.0)
    return low - margin, high + margin


def _runner(runner: MeanCurve, side: Side) -> list[Part]:
    name = f"{side.capitalize()}, {runner.n} stride{'' if runner.n == 1 else 's'}"
    return [
        *_band(runner, fill=FAINT[side], group=side),
        _mean(runner, name=name, line=_line(side), group=side),
    ]


def _reference(reference: MeanCurve) -> list[Part]:
    line = {"color": GREY, "dash": "dot", "width": 2}
    return [
        *_band(reference, fill=FAINT_GREY, group="reference"),
        _mean(reference, name=f"{reference.n} runners", line=line, group="reference"),
    ]


def _line(side: Side) -> Part:
    return {"color": COLOURS[side], "dash": _DASHES[side], "width": 3}


def _band(curve: MeanCurve, *, fill: str, group: str) -> list[Part]:
    if not np.isfinite(curve.sd_deg).all():
        return []
    outline = closed_outline(curve.mean_deg - curve.sd_deg, curve.mean_deg + curve.sd_deg)
    band = filled(closed_outline(curve.percent, curve.percent), outline, fill)
    return [band | {"showlegend": False, "legendgroup": group}]


def _mean(curve: MeanCurve, *, name: str, line: Part, group: str) -> Part:
    return {
        "x": light(curve.percent),
        "y": light(curve.mean_deg),
        "name": name,
        "line": line,
        "mode": "lines",
        "legendgroup": group,
        "hovertemplate": "%{y:.1f}°",
    }


def _course(
    time: FloatArray, thin: Course, values: FloatArray, side: Side, per_unit: float
) -> list[Part]:
    """Draw the strides, as dots or as a band where they are too many, and their median."""
    if not np.isfinite(values).any():
        return []
    many = values.size > MAX_DOTS
    spread = _course_bands(thin, side, per_unit) if many else [_dots(time, values, side)]
    median = {
        "x": light(thin.time_s / per_unit),
        "y": light(thin.median),
        "mode": "lines",
        "line": _line(side) | {"dash": "solid"},
        "name": f"{side.capitalize()}, running median",
        "hovertemplate": "%{y:.1f}°",
    }
    return [*spread, median]


def _dots(time: FloatArray, values: FloatArray, side: Side) -> Part:
    return {
        "x": light(time),
        "y": light(values),
        "mode": "markers",
        "marker": {"color": COLOURS[side], "size": 5, "opacity": 0.35},
        "name": "one stride",
        "hoverinfo": "skip",
    }


def _course_bands(thin: Course, side: Side, per_unit: float) -> list[Part]:
    """Return one closed band for each stretch without a pause; the first stands in the legend."""
    bands: list[Part] = []
    for part in stretches(thin.time_s):
        x = closed_outline(thin.time_s[part], thin.time_s[part]) / per_unit
        band = filled(x, closed_outline(thin.low[part], thin.high[part]), FAINT[side])
        name = "" if bands else "middle 80 % of the strides"
        bands.append(band | {"name": name, "legendgroup": "spread"})
    return bands


def _percent_axis(title: str) -> Part:
    return plain_axis(title) | {
        "range": [0, 100],
        "dtick": 20,
        "hoverformat": ".0f",
        "ticksuffix": " %",
        "ticklabeloverflow": "allow",
        "showgrid": False,
    }
