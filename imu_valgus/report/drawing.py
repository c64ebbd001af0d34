"""What every figure is made of: axes, bands and the figure's frame, in Plotly's own words.

Backgrounds are transparent: the page chooses light or dark.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from plotly import graph_objects as go

from imu_valgus.core import FloatArray, Side

COLOURS: Final[Mapping[Side, str]] = {"left": "#0072b2", "right": "#d55e00"}
FAINT: Final[Mapping[Side, str]] = {
    "left": "rgba(0, 114, 178, 0.22)",
    "right": "rgba(213, 94, 0, 0.22)",
}
GREY: Final = "#7a828c"
FAINT_GREY: Final = "rgba(122, 130, 140, 0.20)"
_GRID: Final = "rgba(122, 130, 140, 0.25)"
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

Part = dict[str, Any]
"""A part of a figure in Plotly's own words."""


def closed_outline(low: FloatArray, high: FloatArray) -> FloatArray:
    """Go along the upper edge and back along the lower: the closed outline of a band."""
    return np.concatenate([high, low[::-1]])


def light(values: FloatArray) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Halve the weight of the page: seven digits are more than any screen shows."""
    return values.astype(np.float32)


def figure_of(
    traces: Sequence[Part],
    *,
    height: int = 360,
    marks: Sequence[tuple[float, str]] = (),
    **axes: Part,
) -> go.Figure:
    """Make the figure in one go: Plotly checks every change of a figure, which takes its time."""
    layout: Part = {
        "template": "none",
        "height": height,
        "margin": {"l": 64, "r": 26, "t": 54, "b": 52},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"family": _FONT, "size": 13, "color": "#4a525c"},
        "hovermode": "x unified",
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
        "shapes": [_mark_line(x) for x, _ in marks],
        "annotations": [_mark_label(x, label) for x, label in marks if label],
    }
    return go.Figure({"data": [{"type": "scatter"} | t for t in traces], "layout": layout | axes})


def _mark_line(x: float) -> Part:
    line = {"color": GREY, "dash": "dot", "width": 1}
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _mark_label(x: float, label: str) -> Part:
    place = {"x": x, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    return place | {"text": label, "font": {"size": 11}}


def filled(x: FloatArray, y: FloatArray, fill: str) -> Part:
    """Fill a closed outline."""
    return {
        "x": light(x),
        "y": light(y),
        "fill": "toself",
        "fillcolor": fill,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }


def plain_axis(title: str) -> Part:
    """Make an axis with its title."""
    return {
        "title": {"text": title, "font": {"size": 12}, "standoff": 8},
        "gridcolor": _GRID,
        "linecolor": GREY,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "outside",
        "tickcolor": GREY,
        "ticklen": 4,
    }


def value_axis(title: str, y_range: tuple[float, float] | None) -> Part:
    """Make an axis of degrees; without a range it fits the data."""
    axis = plain_axis(title) | {
        "ticksuffix": "°",
        "zeroline": True,
        "zerolinecolor": GREY,
        "zerolinewidth": 1.2,
        "nticks": 7,
    }
    return axis | ({"range": list(y_range)} if y_range is not None else {})


def stretches(values: FloatArray) -> list[slice]:
    """Return the runs of finite values, as slices in order."""
    edges = np.flatnonzero(np.diff(np.isfinite(values), prepend=False, append=False))
    return [slice(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]
