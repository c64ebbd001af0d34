"""Every figure of a run: numbers in, Plotly figure out. Nothing here reads, writes or computes.

Both legs read alike: valgus is positive inwards, flexion positive. The two legs' colours
(Okabe & Ito) differ to the colour-blind; the right leg's line is dashed, so that a grey print
still tells them apart. Backgrounds are transparent: the page chooses light or dark.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from plotly import graph_objects as go
from plotly.subplots import make_subplots

from imu_valgus.core import SIDES, FloatArray, Side
from imu_valgus.report.curves import Angle, Course, MeanCurve, course
from imu_valgus.report.derived import Lap

COLOURS: Final[Mapping[Side, str]] = {"left": "#0072b2", "right": "#d55e00"}
_FAINT: Final[Mapping[Side, str]] = {
    "left": "rgba(0, 114, 178, 0.22)",
    "right": "rgba(213, 94, 0, 0.22)",
}
_DASHES: Final[Mapping[Side, str]] = {"left": "solid", "right": "dash"}
_GREY: Final = "#7a828c"
_FAINT_GREY: Final = "rgba(122, 130, 140, 0.20)"
_GRID: Final = "rgba(122, 130, 140, 0.25)"
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

_SIGN: Final[Mapping[Angle, str]] = {"valgus": "+ inwards", "flexion": "+ bent"}
_COURSE: Final[Mapping[str, str]] = {
    "valgus_excursion_deg": "Excursion (°)<br>+ inwards, 0 = at contact",
    "valgus_peak_deg": "Peak valgus (°)<br>+ inwards, 0 = standing",
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
    figure = go.Figure()
    if reference is not None:
        name = f"{reference.n} runners"
        _add_band(figure, reference, fill=_FAINT_GREY, group="reference")
        _add_mean(figure, reference, name=name, line={"color": _GREY, "dash": "dot", "width": 2})
    _add_runner(figure, runner, side)
    figure.update_layout(_layout(height=360))
    figure.update_xaxes(_percent_axis("Stance (%): 0 = contact, 100 = toe-off"))
    title = f"Knee {angle} (°)<br>{_SIGN[angle]}, 0 = at contact"
    figure.update_yaxes(_value_axis(title, y_range))
    return figure


def stride_figure(
    runner: MeanCurve,
    *,
    side: Side,
    angle: Angle,
    toe_off_pct: float | None = None,
    y_range: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw one leg's whole stride with the mean toe-off, 0 = standing."""
    figure = go.Figure()
    _add_runner(figure, runner, side)
    figure.update_layout(_layout(height=360))
    figure.update_xaxes(_percent_axis("Stride (%): 0 = contact, 100 = next contact"))
    figure.update_yaxes(_value_axis(_standing_title(angle), y_range))
    if toe_off_pct is not None and np.isfinite(toe_off_pct):
        _add_mark(figure, toe_off_pct, "toe-off")
    return figure


def sides_figure(runners: Mapping[Side, MeanCurve], *, angle: Angle) -> go.Figure:
    """Draw the stance of both legs over each other, 0 = standing."""
    figure = go.Figure()
    for side in SIDES:
        if side in runners:
            _add_runner(figure, runners[side], side)
    figure.update_layout(_layout(height=380))
    figure.update_xaxes(_percent_axis("Stance (%): 0 = contact, 100 = toe-off"))
    y_range = shared_range(*runners.values())
    figure.update_yaxes(_value_axis(_standing_title(angle), y_range))
    return figure


def course_figure(
    good_strides: pd.DataFrame,
    *,
    side: Side,
    laps: Sequence[Lap] = (),
    y_ranges: Mapping[str, tuple[float, float]] | None = None,
) -> go.Figure:
    """Draw one leg's excursion and peak, stride by stride over the run, with the laps' starts."""
    time_s = good_strides["initial_contact_s"].to_numpy(dtype=np.float64)
    is_long = bool(time_s.size) and float(np.ptp(time_s)) > LONG_RUN_S
    per_unit, unit = (60.0, "min") if is_long else (1.0, "s")
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    for row, (column, title) in enumerate(_COURSE.items(), start=1):
        _add_course(figure, good_strides, column, side=side, row=row, per_unit=per_unit)
        figure.update_yaxes(_value_axis(title, (y_ranges or {}).get(column)), row=row, col=1)
    figure.update_layout(_layout(height=520))
    figure.update_xaxes(_axis())
    time_title = {"text": f"Time in the session ({unit})", "font": {"size": 12}}
    figure.update_xaxes({"title": time_title}, row=2, col=1)
    every = -(-len(laps) // MAX_LAP_LABELS)
    for number, lap in enumerate(laps):
        label = f"lap {lap.lap}" if number % every == 0 else ""
        _add_mark(figure, lap.start_s / per_unit, label)
    return figure


def shared_range(*curves: MeanCurve) -> tuple[float, float]:
    """Return the axis range that holds 0 and all curves with their bands: legs on one scale."""
    low = min(float(np.min(c.mean_deg - np.nan_to_num(c.sd_deg))) for c in curves)
    high = max(float(np.max(c.mean_deg + np.nan_to_num(c.sd_deg))) for c in curves)
    return _padded(min(low, 0.0), max(high, 0.0))


def shared_course_ranges(*good_strides: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the axis ranges that hold every stride of all legs, per number shown."""
    everything = pd.concat(good_strides)
    known = {column: everything[column].dropna() for column in _COURSE}
    return {c: _padded(float(v.min()), float(v.max())) for c, v in known.items() if len(v)}


def _padded(low: float, high: float) -> tuple[float, float]:
    """Leave some air, and never zoom in below two degrees: noise must not look like movement."""
    margin = max(0.06 * (high - low), (2.0 - (high - low)) / 2.0)
    return low - margin, high + margin


def _add_runner(figure: go.Figure, runner: MeanCurve, side: Side) -> None:
    _add_band(figure, runner, fill=_FAINT[side], group=side)
    name = f"{side.capitalize()}, {runner.n} stride{'' if runner.n == 1 else 's'}"
    _add_mean(figure, runner, name=name, line=_line(side), group=side)


def _line(side: Side) -> dict[str, Any]:
    return {"color": COLOURS[side], "dash": _DASHES[side], "width": 3}


def _add_band(figure: go.Figure, curve: MeanCurve, *, fill: str, group: str) -> None:
    if not np.isfinite(curve.sd_deg).all():
        return
    figure.add_trace(
        go.Scatter(
            x=_light(np.concatenate([curve.percent, curve.percent[::-1]])),
            y=_light(_outline(curve.mean_deg - curve.sd_deg, curve.mean_deg + curve.sd_deg)),
            fill="toself",
            fillcolor=fill,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
            legendgroup=group,
        )
    )


def _add_mean(
    figure: go.Figure, curve: MeanCurve, *, name: str, line: Mapping[str, Any], group: str = ""
) -> None:
    figure.add_trace(
        go.Scatter(
            x=_light(curve.percent),
            y=_light(curve.mean_deg),
            name=name,
            line=dict(line),
            mode="lines",
            legendgroup=group or "reference",
            hovertemplate="%{y:.1f}°",
        )
    )


def _add_course(
    figure: go.Figure,
    good_strides: pd.DataFrame,
    column: str,
    *,
    side: Side,
    row: int,
    per_unit: float,
) -> None:
    time_s = good_strides["initial_contact_s"].to_numpy(dtype=np.float64)
    values = good_strides[column].to_numpy(dtype=np.float64)
    if not np.isfinite(values).any():
        return
    thin = course(time_s, values)
    if values.size > MAX_DOTS:
        spread = _course_bands(thin, side, per_unit)
    else:
        spread = [_course_dots(time_s / per_unit, values, side)]
    median = go.Scatter(
        x=_light(thin.time_s / per_unit),
        y=_light(thin.median),
        mode="lines",
        line=_line(side) | {"dash": "solid"},
        name=f"{side.capitalize()}, running median",
        hovertemplate="%{y:.1f}°",
    )
    for number, trace in enumerate([*spread, median]):
        is_named = row == 1 and (number == 0 or trace is median)
        figure.add_trace(trace.update(showlegend=is_named), row=row, col=1)


def _course_dots(time: FloatArray, values: FloatArray, side: Side) -> go.Scatter:
    return go.Scatter(
        x=_light(time),
        y=_light(values),
        mode="markers",
        marker={"color": COLOURS[side], "size": 5, "opacity": 0.35},
        name="one stride",
        hoverinfo="skip",
    )


def _course_bands(thin: Course, side: Side, per_unit: float) -> list[go.Scatter]:
    """Return one closed band for each stretch without a pause."""
    return [
        go.Scatter(
            x=_light(_outline(thin.time_s[part], thin.time_s[part]) / per_unit),
            y=_light(_outline(thin.low[part], thin.high[part])),
            fill="toself",
            fillcolor=_FAINT[side],
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            name="middle 80 % of the strides",
            legendgroup="spread",
        )
        for part in _stretches(thin.time_s)
    ]


def _add_mark(figure: go.Figure, x: float, label: str) -> None:
    figure.add_vline(x=x, line={"color": _GREY, "dash": "dot", "width": 1})
    figure.add_annotation(
        x=x, y=1.0, yref="paper", yanchor="bottom", text=label, showarrow=False, font={"size": 11}
    )


def _stretches(time_s: FloatArray) -> list[slice]:
    """Return the runs of finite times, as slices in order."""
    edges = np.flatnonzero(np.diff(np.isfinite(time_s), prepend=False, append=False))
    return [slice(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _outline(low: FloatArray, high: FloatArray) -> FloatArray:
    """Go along the upper edge and back along the lower: the closed outline of a band."""
    return np.concatenate([high, low[::-1]])


def _light(values: FloatArray) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Halve the weight of the page: seven digits are more than any screen shows."""
    return values.astype(np.float32)


def _standing_title(angle: Angle) -> str:
    return f"Knee {angle} (°)<br>{_SIGN[angle]}, 0 = standing"


def _layout(*, height: int) -> dict[str, Any]:
    return {
        "template": "none",
        "height": height,
        "margin": {"l": 64, "r": 26, "t": 54, "b": 52},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"family": _FONT, "size": 13, "color": "#4a525c"},
        "hovermode": "x unified",
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
    }


def _axis() -> dict[str, Any]:
    return {
        "gridcolor": _GRID,
        "linecolor": _GREY,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "outside",
        "tickcolor": _GREY,
        "ticklen": 4,
    }


def _percent_axis(title: str) -> dict[str, Any]:
    return _axis() | {
        "title": {"text": title, "font": {"size": 12}},
        "range": [0, 100],
        "dtick": 20,
        "hoverformat": ".0f",
        "ticksuffix": " %",
        "ticklabeloverflow": "allow",
        "showgrid": False,
    }


def _value_axis(title: str, y_range: tuple[float, float] | None) -> dict[str, Any]:
    axis = _axis() | {
        "title": {"text": title, "standoff": 8, "font": {"size": 12}},
        "ticksuffix": "°",
        "zeroline": True,
        "zerolinecolor": _GREY,
        "zerolinewidth": 1.2,
        "nticks": 7,
    }
    return axis | ({"range": list(y_range)} if y_range is not None else {})
