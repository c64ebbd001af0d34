"""Ours against an optical system: the figures, the tables and the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from plotly import graph_objects as go

from imu_valgus.core import FloatArray, Side
from imu_valgus.metrics import Agreement
from imu_valgus.pipeline import PLANES, Plane, SideValidation, Validation
from imu_valgus.recording import write_atomically
from imu_valgus.report.drawing import (
    COLOURS,
    FAINT,
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
from imu_valgus.report.gallery import PlacedFigure
from imu_valgus.report.html import render

SHOWN_S: Final = 60.0
"""Longer references show their first minute: more no screen tells apart."""
MAX_DOTS: Final = 3000
"""Of a Bland-Altman figure; more samples are thinned out evenly."""
AGREEMENT_COLUMNS: Final = (
    "",
    "n",
    "RMSE (°)",
    "centred (°)",
    "r",
    "slope",
    "bias (°)",
    "limits (°)",
)
TRIAL_COLUMNS: Final = (
    "trial",
    "offset (s)",
    "r, flexion",
    "covered",
    "RMSE, valgus (°)",
    "centred (°)",
    "r",
)
_NAMES: Final[Mapping[Plane, str]] = {
    "flexion": "Flexion",
    "valgus": "Valgus",
    "internal_rotation": "Internal rotation",
}
_NONE: Final = "\N{EN DASH}"
_BREAK_S: Final = 0.5
_NORMAL_95: Final = 1.96

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegPart:
    """What the page says of one leg."""

    side: Side
    agreement: tuple[Row, ...]
    trials: tuple[Row, ...]
    interval: str
    curves: tuple[PlacedFigure, ...]
    differences: tuple[PlacedFigure, ...]
    shown_s: float
    """How much of the curves is shown; 0 where all of them are."""


def write_validation(session: Path, validation: Validation) -> Path:
    """Write ``derived/validation.html``, one file that opens offline, and return its path."""
    path = session / "derived" / "validation.html"
    with write_atomically(path) as partial:
        partial.write_text(render_validation(validation), encoding="utf-8", newline="\n")
    return path


def render_validation(validation: Validation) -> str:
    """Return the page."""
    result = validation.result
    return render(
        "validation.html.j2",
        result=result,
        agreement_columns=AGREEMENT_COLUMNS,
        trial_columns=TRIAL_COLUMNS,
        legs=[_leg(side, found, validation.pairs[side]) for side, found in result.sides.items()],
    )


def _leg(side: Side, found: SideValidation, pairs: pd.DataFrame) -> LegPart:
    planes: list[Plane] = [plane for plane in PLANES if plane in found.planes]
    laid, shown = _end_to_end(pairs)
    return LegPart(
        side=side,
        agreement=agreement_rows(found),
        trials=trial_rows(found),
        interval=interval_words(found),
        curves=tuple(
            PlacedFigure(
                id=f"curves-{plane}-{side}",
                title=f"{side.capitalize()}: {_NAMES[plane].lower()} over time",
                label=f"{_NAMES[plane]} of the {side} knee over time, ours over the reference.",
                figure=curve_figure(laid, side=side, plane=plane),
            )
            for plane in planes
        ),
        differences=tuple(
            PlacedFigure(
                id=f"differences-{plane}-{side}",
                title=f"{side.capitalize()}: {_NAMES[plane].lower()}, ours minus reference",
                label=f"Bland-Altman figure of {_NAMES[plane].lower()} of the {side} knee.",
                figure=difference_figure(
                    pairs, found.planes[plane].samples, side=side, plane=plane
                ),
            )
            for plane in planes
        ),
        shown_s=0.0 if shown else SHOWN_S,
    )


def agreement_rows(found: SideValidation) -> tuple[Row, ...]:
    """Return a row of AGREEMENT_COLUMNS a plane, sample by sample and, where there are, strides."""
    rows: list[Row] = []
    for plane, numbers in found.planes.items():
        for words, one in (
            ("", numbers.samples),
            (", peak", numbers.stride_peak),
            (", excursion", numbers.stride_excursion),
        ):
            if one is not None:
                rows.append((f"{_NAMES[plane]}{words}", *_agreement_cells(one)))
    return tuple(rows)


def trial_rows(found: SideValidation) -> tuple[Row, ...]:
    """Return a row of TRIAL_COLUMNS a trial."""
    rows: list[Row] = []
    for trial in found.trials:
        valgus = trial.planes.get("valgus")
        cells = _agreement_cells(valgus)[1:4] if valgus else (_NONE,) * 3
        rows.append(
            (
                trial.name,
                _number(trial.offset_s, 3),
                _number(trial.flexion_r, 3),
                f"{100 * trial.share:.0f} %",
                *cells,
            )
        )
    return tuple(rows)


def interval_words(found: SideValidation) -> str:
    """Say how often our stated error held."""
    if not isfinite(found.inside_95):
        return "Our angles carry no uncertainty here."
    return (
        f"{100 * found.inside_95:.0f} % of the reference's valgus samples lie within ours "
        f"± {_NORMAL_95} SD as stated, {100 * found.inside_95_centred:.0f} % with each trial's "
        "mean difference removed; 95 % is the aim."
    )


def _agreement_cells(one: Agreement) -> Row:
    return (
        str(one.n),
        _number(one.rmse_deg, 2),
        _number(one.rmse_centred_deg, 2),
        _number(one.r, 2),
        _number(one.slope, 2),
        _number(one.bias_deg, 2),
        f"{_number(one.lower_deg, 2)} to {_number(one.upper_deg, 2)}",
    )


def _number(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}") if isfinite(value) else _NONE


def _end_to_end(pairs: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Lay the trials one after another, with a break between; tell whether all of it is there."""
    pieces: list[pd.DataFrame] = []
    start_s = 0.0
    for _, trial in pairs.groupby("trial", sort=False):
        at_s = start_s + trial["time_s"].to_numpy(dtype=np.float64) - trial["time_s"].iloc[0]
        pieces.append(trial.assign(laid_s=at_s))
        start_s = float(at_s[-1]) + _BREAK_S
    laid = pd.concat(pieces, ignore_index=True)
    shown = laid[laid["laid_s"] <= SHOWN_S]
    return shown, len(shown) == len(laid)


def curve_figure(laid: pd.DataFrame, *, side: Side, plane: Plane) -> go.Figure:
    """Draw ours over the reference, trial after trial; valgus with its 95 % interval.

    Parameters
    ----------
    laid : DataFrame
        ``trial``, ``laid_s`` and the columns of ``Validation.pairs``.
    """
    traces: list[Part] = []
    marks: list[tuple[float, str]] = []
    for number, (name, trial) in enumerate(laid.groupby("trial", sort=False)):
        traces += _trial_traces(trial, side=side, plane=plane, in_legend=number == 0)
        marks.append((float(trial["laid_s"].iloc[0]), str(name)))
    several = len(marks) > 1
    return figure_of(
        traces,
        marks=marks if several else (),
        xaxis=plain_axis("Time, trial after trial (s)" if several else "Time in the trial (s)"),
        yaxis=value_axis(f"{_NAMES[plane]} (°)", None),
    )


def _trial_traces(
    trial: pd.DataFrame, *, side: Side, plane: Plane, in_legend: bool
) -> Sequence[Part]:
    time_s, ours, reference = (
        trial[column].to_numpy(dtype=np.float64)
        for column in ("laid_s", f"{plane}_deg", f"{plane}_reference_deg")
    )
    bands: list[Part] = []
    if plane == "valgus":
        error = _NORMAL_95 * trial["valgus_sd_deg"].to_numpy(dtype=np.float64)
        bands = [
            filled(
                closed_outline(time_s[part], time_s[part]),
                closed_outline((ours - error)[part], (ours + error)[part]),
                FAINT[side],
            )
            | {"name": "our 95 % interval", "legendgroup": "interval", "showlegend": False}
            for part in stretches(ours + error)
        ]
        if bands and in_legend:
            bands[0]["showlegend"] = True
    lines = [
        ("reference", reference, {"color": GREY, "dash": "dot", "width": 2}),
        ("ours", ours, {"color": COLOURS[side], "width": 2}),
    ]
    return bands + [
        {
            "x": light(time_s),
            "y": light(values),
            "mode": "lines",
            "line": line,
            "name": name,
            "legendgroup": name,
            "showlegend": in_legend,
            "hovertemplate": "%{y:.1f}°",
        }
        for name, values, line in lines
    ]


def difference_figure(
    pairs: pd.DataFrame, samples: Agreement, *, side: Side, plane: Plane
) -> go.Figure:
    """Draw Bland and Altman's figure: the difference over the mean, its bias and limits."""
    ours, reference = (
        pairs[column].to_numpy(dtype=np.float64)
        for column in (f"{plane}_deg", f"{plane}_reference_deg")
    )
    known = np.flatnonzero(np.isfinite(ours) & np.isfinite(reference))
    known = known[:: -(-len(known) // MAX_DOTS) or 1]
    mean, difference = (ours + reference)[known] / 2, (ours - reference)[known]
    dots = {
        "x": light(mean),
        "y": light(difference),
        "mode": "markers",
        "marker": {"color": COLOURS[side], "size": 4, "opacity": 0.35},
        "name": "one sample",
        "hoverinfo": "skip",
    }
    ends = np.array([mean.min(), mean.max()])
    bias = _level(ends, samples.bias_deg, f"bias {_number(samples.bias_deg, 1)}°", dash="solid")
    upper = _level(
        ends,
        samples.upper_deg,
        f"95 % limits {_number(samples.lower_deg, 1)}° to {_number(samples.upper_deg, 1)}°",
        dash="dash",
    )
    lower = _level(ends, samples.lower_deg, "", dash="dash") | {"showlegend": False}
    return figure_of(
        [dots, bias, upper, lower],
        xaxis=value_axis("Mean of both (°)", None) | {"zeroline": False},
        yaxis=value_axis("Ours minus reference (°)", None),
    )


def _level(ends: FloatArray, height: float, name: str, *, dash: str) -> Part:
    return {
        "x": light(ends),
        "y": light(np.full(2, height)),
        "mode": "lines",
        "line": {"color": GREY, "dash": dash, "width": 2},
        "name": name,
        "hoverinfo": "skip",
    }
