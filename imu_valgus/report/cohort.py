"""A cohort's answer: its tables in words, its figures, and the page and files that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from plotly import graph_objects as go
from scipy import stats

from imu_valgus.library.groups.cohort import RANDOM_WORDS, CohortEffect, CohortResult
from imu_valgus.library.groups.cohort_checks import CohortChecks
from imu_valgus.recording import write_atomically
from imu_valgus.report.drawing import (
    COLOURS,
    FAINT_GREY,
    GREY,
    Part,
    figure_of,
    light,
    plain_axis,
    value_axis,
)
from imu_valgus.report.gallery import PlacedFigure
from imu_valgus.report.html import render

EFFECT_COLUMNS: Final = ("", "estimate", "interval", "t (df)", "p", "d", "verdict")
TERM_COLUMNS: Final = ("term", "estimate", "SE", "df", "95 % interval", "p")
PAGE_NAME: Final = "cohort.html"
COUNT_COLUMNS: Final = ("group", "phase", "runners", "sessions", "rows", "strides", "mean", "SD")
_BLUE: Final = COLOURS["left"]

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortPage:
    """What the page says, in its order."""

    title: str
    answer: tuple[str, ...]
    effects: tuple[Row, ...]
    counts: tuple[Row, ...]
    terms: tuple[Row, ...]
    sds: tuple[Row, ...]
    notes: tuple[str, ...]
    figures: tuple[PlacedFigure, ...]
    checks: tuple[PlacedFigure, ...]


def write_cohort(folder: Path, result: CohortResult, checks: CohortChecks) -> tuple[Path, ...]:
    """Write the page, the effects, the model's table and the rows it was fitted to.

    Into a folder of its own: ``PAGE_NAME`` opens offline, the others are CSV. Returns the paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / PAGE_NAME
    with write_atomically(page) as partial:
        partial.write_text(render_cohort(result, checks), encoding="utf-8", newline="\n")
    tables = {
        "effects.csv": effects_table(result),
        "model.csv": result.coefficients,
        "rows.csv": result.rows,
        "influence.csv": checks.influence,
    }
    for name, table in tables.items():
        with write_atomically(folder / name) as partial:
            table.to_csv(partial, index=False, float_format="%.6g", lineterminator="\n")
    return (page, *(folder / name for name in tables))


def render_cohort(result: CohortResult, checks: CohortChecks) -> str:
    """Return the page."""
    page = CohortPage(
        title=result.table.metric,
        answer=tuple(effect_sentence(one) for one in result.effects),
        effects=effect_rows(result),
        counts=count_rows(result),
        terms=term_rows(result),
        sds=sd_rows(result),
        notes=(*result.table.left_out, *result.notes, *checks.words),
        figures=(_runners_figure(result), _effects_figure(result)),
        checks=(_residuals_figure(result), _quantiles_figure(result), _influence_figure(checks)),
    )
    return render("cohort.html.j2", page=page, result=result, columns=_COLUMNS)


_COLUMNS: Final = {"effects": EFFECT_COLUMNS, "counts": COUNT_COLUMNS, "terms": TERM_COLUMNS}


def effects_table(result: CohortResult) -> pd.DataFrame:
    """Return one row an answer, its numbers in degrees."""
    return pd.DataFrame(
        [
            {
                "metric": result.table.metric,
                "question": one.question,
                "group": one.group,
                "than": one.than or "",
                "phase": one.phase,
                "against": one.against,
                "estimate_deg": one.estimate.value,
                "se_deg": one.estimate.se,
                "df": one.estimate.df,
                "level": one.level,
                "low_deg": one.estimate.low,
                "high_deg": one.estimate.high,
                "p": one.estimate.p,
                "equivalence_low_deg": one.equivalence_low_deg,
                "equivalence_high_deg": one.equivalence_high_deg,
                "margin_deg": result.params.margin_deg,
                "d": one.d,
                "d_low": one.d_low,
                "d_high": one.d_high,
                "verdict": one.verdict,
                "n_runners": result.n_runners,
            }
            for one in result.effects
        ]
    )


def effect_name(effect: CohortEffect) -> str:
    """Name what is answered."""
    time = f"{effect.phase} minus {effect.against}"
    if effect.than is None:
        return f"{effect.group}: {time}"
    return f"{effect.group} more than {effect.than}: {time}"


def _label(effect: CohortEffect, *, with_phase: bool) -> str:
    """Name what is answered in a table, whose caption names two phases once."""
    who = effect.group if effect.than is None else f"{effect.group} vs {effect.than}"
    return f"{who}, {effect.phase}" if with_phase else who


def effect_sentence(effect: CohortEffect) -> str:
    """Say one answer in words."""
    one = effect.estimate
    words: str = effect.verdict
    if effect.verdict == "changed" and effect.within_margin:
        words += ", by less than the margin"
    elif effect.verdict == "equivalent":
        words += ": any change is within the margin"
    elif effect.verdict == "no detectable change":
        widest = max(-effect.equivalence_low_deg, effect.equivalence_high_deg)
        words += f"; equivalent it were only within ± {widest:.1f}°"
        if not effect.can_show_equivalence:
            words += ", and this study could not have shown equivalence"
    return (
        f"{effect_name(effect)}: {_signed(one.value)}° ({100 * effect.level:.4g} % interval "
        f"{_signed(one.low)}° to {_signed(one.high)}°): {words}"
    )


def effect_rows(result: CohortResult) -> tuple[Row, ...]:
    """Return a row of EFFECT_COLUMNS an answer."""
    several = len(result.table.phases) > 2
    return tuple(
        (
            _label(one, with_phase=several),
            f"{_signed(one.estimate.value)}°",
            f"{_signed(one.estimate.low)}° to {_signed(one.estimate.high)}° "
            f"({100 * one.level:.4g} %)",
            f"{one.estimate.value / one.estimate.se:.2f} ({one.estimate.df:.1f})",
            _p(one.estimate.p),
            f"{_signed(one.d)} ({_signed(one.d_low)} to {_signed(one.d_high)})",
            one.verdict,
        )
        for one in result.effects
    )


def term_rows(result: CohortResult) -> tuple[Row, ...]:
    """Return a row of TERM_COLUMNS a coefficient."""
    return tuple(
        (
            str(one["term"]),
            f"{one['estimate']:.3f}",
            f"{one['se']:.3f}",
            f"{one['df']:.1f}",
            f"{one['low']:.3f} to {one['high']:.3f}",
            _p(float(one["p"])),
        )
        for one in result.coefficients.to_dict("records")
    )


def count_rows(result: CohortResult) -> tuple[Row, ...]:
    """Return a row of COUNT_COLUMNS a group and phase; mean and SD are those of runners."""
    rows: list[Row] = []
    for group in result.table.groups:
        for phase in result.table.phases:
            own = result.rows[(result.rows["group"] == group) & (result.rows["phase"] == phase)]
            runners = own.groupby("athlete")[result.table.metric].mean()
            rows.append(
                (
                    group,
                    phase,
                    str(len(runners)),
                    str(own["session"].nunique()),
                    str(len(own)),
                    f"{int(own['n_strides'].sum()):,}",
                    f"{runners.mean():.1f}°",
                    f"{runners.std():.1f}°" if len(runners) > 1 else "\N{EN DASH}",
                )
            )
    return tuple(rows)


def sd_rows(result: CohortResult) -> tuple[Row, ...]:
    """Return what varies, and by how much (1 sigma)."""
    return tuple((RANDOM_WORDS[name], f"{sd:.2f}°") for name, sd in result.sds.items())


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}") if isfinite(value) else "\N{EN DASH}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _runners_figure(result: CohortResult) -> PlacedFigure:
    """Draw each runner's mean in each phase, one panel's width a group."""
    phases = list(result.table.phases)
    means = result.rows.groupby(["group", "athlete", "phase"])[result.table.metric].mean()
    traces: list[Part] = []
    ticks: list[tuple[float, str]] = []
    for number, group in enumerate(result.table.groups):
        at = [number * (len(phases) + 1.0) + k for k in range(len(phases))]
        ticks += [(x, f"{group}<br>{phase}") for x, phase in zip(at, phases, strict=True)]
        own = means.loc[group]
        for athlete in own.index.get_level_values("athlete").unique():
            heights = own.loc[athlete].reindex(phases).to_numpy(dtype=np.float64)
            traces.append(_line(at, heights, str(athlete), FAINT_GREY, width=1.5))
        centre = own.groupby("phase").mean().reindex(phases).to_numpy(dtype=np.float64)
        traces.append(_line(at, centre, f"mean of {group}", _BLUE, width=4))
    axis = plain_axis("") | {"tickvals": [x for x, _ in ticks], "ticktext": [t for _, t in ticks]}
    figure = figure_of(
        [trace | {"showlegend": False} for trace in traces],
        xaxis=axis,
        yaxis=value_axis(result.table.metric.removesuffix("_deg").replace("_", " "), None),
    )
    figure.update_layout(hovermode="closest")
    return PlacedFigure(
        id="runners",
        title="Each runner, and each group's mean",
        label="Each runner's mean before and after, by group.",
        figure=figure,
    )


def _line(
    at: Sequence[float], heights: np.ndarray, name: str, colour: str, *, width: float
) -> Part:
    return {
        "x": list(at),
        "y": light(heights),
        "mode": "lines+markers",
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": 4 + width},
        "name": name,
        "hovertemplate": f"{name}: %{{y:.1f}}°<extra></extra>",
    }


def _effects_figure(result: CohortResult) -> PlacedFigure:
    """Draw every answer with its interval beside 0 and the margin."""
    several = len(result.table.phases) > 2
    names = [_label(one, with_phase=several) for one in result.effects][::-1]
    estimates = [one.estimate for one in result.effects][::-1]
    values = np.array([one.value for one in estimates])
    trace: Part = {
        "x": light(values),
        "y": names,
        "mode": "markers",
        "marker": {"color": _BLUE, "size": 10},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": light(np.array([one.high for one in estimates]) - values),
            "arrayminus": light(values - np.array([one.low for one in estimates])),
            "color": _BLUE,
            "thickness": 2,
        },
        "hovertemplate": "%{x:.1f}°<extra></extra>",
        "showlegend": False,
    }
    margin = result.params.margin_deg
    figure = figure_of(
        [trace],
        height=140 + 60 * len(names),
        marks=[(-margin, ""), (margin, "")],
        xaxis=value_axis("Change (°), + inwards", None),
        yaxis=plain_axis("") | {"automargin": True},
    )
    figure.update_layout(hovermode="closest")
    return PlacedFigure(
        id="effects",
        title="What changed; dotted: the margin of equivalence",
        label="Estimates with their intervals, beside zero and the margin of equivalence.",
        figure=figure,
    )


def _residuals_figure(result: CohortResult) -> PlacedFigure:
    return _dots(
        "residuals",
        "Residuals over fitted values",
        result.rows["fitted"].to_numpy(dtype=np.float64),
        result.rows["residual"].to_numpy(dtype=np.float64),
        ("Fitted (°)", "Residual (°)"),
    )


def _quantiles_figure(result: CohortResult) -> PlacedFigure:
    residuals = np.sort(result.rows["residual"].to_numpy(dtype=np.float64))
    shares = (np.arange(len(residuals)) + 0.5) / len(residuals)
    return _dots(
        "quantiles",
        "Residuals against a normal curve",
        stats.norm.ppf(shares) * residuals.std(),
        residuals,
        ("Of a normal curve (°)", "Residual (°)"),
        diagonal=True,
    )


def _influence_figure(checks: CohortChecks) -> PlacedFigure:
    table = checks.influence
    values = table["estimate"].to_numpy(dtype=np.float64)
    trace: Part = {
        "x": table["athlete"].tolist(),
        "y": light(values),
        "mode": "markers",
        "marker": {"color": _BLUE, "size": 7},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": light(table["high"].to_numpy(dtype=np.float64) - values),
            "arrayminus": light(values - table["low"].to_numpy(dtype=np.float64)),
            "color": GREY,
        },
        "hovertemplate": "without %{x}: %{y:.1f}°<extra></extra>",
        "showlegend": False,
    }
    figure = figure_of(
        [trace],
        xaxis=plain_axis("Without this runner") | {"type": "category"},
        yaxis=value_axis("The study's own answer (°)", None),
    )
    return PlacedFigure(
        id="influence",
        title="The answer without each runner",
        label="The study's own answer with each runner left out.",
        figure=figure,
    )


def _dots(
    name: str,
    title: str,
    x: np.ndarray,
    y: np.ndarray,
    axes: tuple[str, str],
    *,
    diagonal: bool = False,
) -> PlacedFigure:
    traces: list[Part] = [
        {
            "x": light(x),
            "y": light(y),
            "mode": "markers",
            "marker": {"color": _BLUE, "size": 6, "opacity": 0.6},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]
    if diagonal:
        ends = np.array([x.min(), x.max()])
        line: Part = {"color": GREY, "dash": "dash"}
        traces.append({"x": ends, "y": ends, "mode": "lines", "line": line, "showlegend": False})
    figure: go.Figure = figure_of(
        traces, xaxis=value_axis(axes[0], None), yaxis=value_axis(axes[1], None)
    )
    return PlacedFigure(id=name, title=title, label=f"{title}.", figure=figure)
