"""What a session's figures are drawn from, as JSON: its strides, and the curves of a choice."""

from collections.abc import Mapping
from math import isfinite
from typing import Final

import numpy as np
import pandas as pd
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from imu_valgus.app.web.analysed import ANGLES, Analysed, analysed
from imu_valgus.app.web.choice import Choice, read_choice, read_count, read_span
from imu_valgus.app.web.sessions_at import session_of
from imu_valgus.core import SIDES, FloatArray, Side
from imu_valgus.library.change.fatigue import fatigue_slope
from imu_valgus.metrics import Span
from imu_valgus.pipeline import Estimate, SideSummary, Statistic, difference, run_mean
from imu_valgus.report import answers, norm, wording
from imu_valgus.report.curves import MeanCurve, course, from_contact, mean_curve
from imu_valgus.report.tables import legs_table, loading_table

_ALONG: Final = {
    "excursion": ("valgus_excursion_deg", 1.0),
    "peak": ("valgus_peak_deg", 1.0),
    "cadence_spm": ("cadence_spm", 1.0),
    "contact_time_s": ("contact_time_s", 1000.0),
    "tibial_shock_g": ("tibial_shock_g", 1.0),
}
"""What is drawn as a running median: the column, and its factor (contact time in ms)."""


def strides_json(request: Request) -> JSONResponse:
    """Answer with all strides of a session, column by column, and what lies along the run."""
    found = analysed(session_of(request))
    return JSONResponse(
        {
            "legs": {side: _columns(found.leg(side)) for side in found.sides},
            "along": {
                name: {side: _course(found.leg(side), *what) for side in found.sides}
                for name, what in _ALONG.items()
            },
            "laps": [[lap.lap, lap.start_s, lap.stop_s] for lap in found.summary.several_laps],
            "bends": _bends(found),
            "marks": [
                {"kind": e.trial_type, "t": e.onset_s, "leg": e.side, "text": e.value}
                for e in found.events
                if e.trial_type in ("pain", "note")
            ],
            "zero": wording.zero(found.summary, "valgus"),
        }
    )


def curves_json(request: Request) -> JSONResponse:
    """Answer with mean and spread of the chosen strides, leg by leg."""
    found = analysed(session_of(request))
    span = read_span(request.query_params)
    legs: dict[Side, dict[str, object]] = {}
    for side, strides in _chosen(found, read_choice(request.query_params)).items():
        good = _good(strides)
        curves = mean_curves(found, good, span)
        legs[side] = {
            "n_chosen": len(strides),
            "n_good": len(good),
            "curves": {name: _drawn(curve) for name, curve in curves.items()},
            "toe_off_pct": _toe_off_pct(good),
        }
    band = _drawn(norm.stance_band("valgus")) if span == "stance" else None
    return JSONResponse({"span": span, "legs": legs, "band": band})


def numbers_json(request: Request) -> JSONResponse:
    """Answer with the numbers of the chosen strides: a table, the legs' difference, slopes.

    Apart from the curves, which are waited for: figures are drawn while this is computed.
    """
    found = analysed(session_of(request))
    chosen = _chosen(found, read_choice(request.query_params))
    good: dict[Side, pd.DataFrame] = {side: _good(strides) for side, strides in chosen.items()}
    return JSONResponse(
        {
            "n_good": {side: len(strides) for side, strides in good.items()},
            "table": quantities(found, good),
            "verdict": _verdict(found, good),
            "slopes": {side: _slopes(strides) for side, strides in good.items()},
        }
    )


def stride_json(request: Request) -> JSONResponse:
    """Answer with one stride: its curves and its numbers."""
    found = analysed(session_of(request))
    side, span = read_choice(request.query_params).leg, read_span(request.query_params)
    number = read_count(request.query_params, "stride")
    if side is None or number is None:
        raise HTTPException(404)
    strides = found.leg(side)
    rows = strides[strides["stride"] == number]
    if len(rows) != 1:
        raise HTTPException(404)
    curves = {a: found.curves(rows, column=f"{a}_deg", span=span) for a in ANGLES}
    curves["from_contact"] = from_contact(curves["valgus"])
    row = rows.iloc[0]
    return JSONResponse(
        {
            "leg": side,
            "stride": number,
            "t": float(row["initial_contact_s"]),
            "lap": int(row["lap"]),
            "surface": row["surface"],
            "quality": row["quality"],
            "why": wording.reason_text(row["reason"]) if row["reason"] else "",
            "curves": {name: _listed(curve[0], 2) for name, curve in curves.items()},
            "table": quantities(found, {side: rows}),
        }
    )


def quantities(found: Analysed, legs: Mapping[Side, pd.DataFrame]) -> list[list[str]]:
    """Return the report's tables of the legs: name, unit and a cell a leg, row by row."""
    if not legs:
        return []
    zero = wording.zero(found.summary, "valgus")
    rows = (*legs_table(legs, zero=zero), *loading_table(legs))
    return [[row.name, row.unit, *row.cells] for row in rows]


def _columns(strides: pd.DataFrame) -> dict[str, object]:
    """Return one leg's strides; surface and quality by their first letters."""
    return {
        "stride": strides["stride"].tolist(),
        "t": _listed(strides["initial_contact_s"].to_numpy(np.float64), 2),
        "excursion": _listed(strides["valgus_excursion_deg"].to_numpy(np.float64), 2),
        "peak": _listed(strides["valgus_peak_deg"].to_numpy(np.float64), 2),
        "lap": strides["lap"].tolist(),
        "surface": "".join(word[0] for word in strides["surface"]),
        "quality": "".join(word[0] for word in strides["quality"]),
    }


def _course(strides: pd.DataFrame, column: str, scale: float) -> dict[str, object]:
    good = _good(strides)
    time_s = good["initial_contact_s"].to_numpy(np.float64)
    thin = course(time_s, scale * good[column].to_numpy(np.float64))
    named = {"t": thin.time_s, "median": thin.median, "low": thin.low, "high": thin.high}
    return {name: _listed(values, 2) for name, values in named.items()}


def _bends(found: Analysed) -> list[list[float]]:
    """Return where the track bends, [start, stop] in session time, as the first leg's strides say.

    The legs step in turn: one of them tells it without a seam.
    """
    if not found.sides:
        return []
    strides = found.leg(found.sides[0])
    in_bend = (strides["surface"] == "bend").to_numpy(dtype=np.int8)
    edges = np.flatnonzero(np.diff(in_bend, prepend=0, append=0)).reshape(-1, 2)
    starts = strides["initial_contact_s"].to_numpy(np.float64)
    stops = strides["next_contact_s"].to_numpy(np.float64)
    return [[float(starts[first]), float(stops[last - 1])] for first, last in edges]


def _chosen(found: Analysed, choice: Choice) -> dict[Side, pd.DataFrame]:
    legs: dict[Side, pd.DataFrame] = {
        side: found.leg(side) for side in found.sides if side in choice.sides
    }
    return {side: strides[choice.takes(strides)] for side, strides in legs.items()}


def _good(strides: pd.DataFrame) -> pd.DataFrame:
    return strides[strides["quality"] == "good"]


def mean_curves(found: Analysed, strides: pd.DataFrame, span: Span) -> dict[str, MeanCurve]:
    """Return mean and spread of each angle that some rows of a leg have, degrees.

    ``from_contact`` is valgus shifted to 0 at initial contact.
    """
    means: dict[str, MeanCurve] = {}
    for angle in ANGLES:
        curves = found.curves(strides, column=f"{angle}_deg", span=span)
        known = curves[np.isfinite(curves[:, 0])]
        if not len(known):
            continue
        means[angle] = mean_curve(known)
        if angle == "valgus":
            means["from_contact"] = mean_curve(from_contact(known))
    return means


def _drawn(curve: MeanCurve) -> dict[str, object]:
    return {"n": curve.n, "mean": _listed(curve.mean_deg, 2), "sd": _listed(curve.sd_deg, 2)}


def _toe_off_pct(strides: pd.DataFrame) -> float | None:
    mean = 100.0 * (strides["contact_time_s"] / strides["stride_time_s"]).mean()
    return round(float(mean), 2) if isfinite(mean) else None


def _verdict(found: Analysed, good: Mapping[Side, pd.DataFrame]) -> str:
    """Say whether the chosen strides of the legs differ by more than the measurement error."""
    if len(good) < len(SIDES):
        return ""
    apart = difference(*(_excursion(found, side, good[side]) for side in SIDES))
    return answers.between_legs(apart) if apart is not None else ""


def _slopes(good: pd.DataFrame) -> dict[str, object]:
    """Return by how much excursion and peak change over the chosen strides; null: too few."""
    return {name: _slope(good, _ALONG[name][0]) for name in ("excursion", "peak")}


def _slope(good: pd.DataFrame, column: str) -> dict[str, object] | None:
    found = fatigue_slope(good, column=column)
    if found is None:
        return None
    return {
        "over_run": found.over_run_deg,
        "low": found.low_over_run_deg,
        "high": found.high_over_run_deg,
        "per_hour": found.per_hour_deg,
        "drift": found.drift_budget_deg,
        "is_beyond": found.beyond_drift,
        "lasts_s": float(np.ptp(good["initial_contact_s"])),
        "n": found.n,
    }


def _excursion(found: Analysed, side: Side, good: pd.DataFrame) -> Estimate | None:
    """Return the mean excursion of some strides: the error that all share is the whole run's."""
    whole = found.summary.sides.get(side, SideSummary()).valgus_excursion_deg
    if whole is None:
        return None
    values = good["valgus_excursion_deg"].dropna()
    spread = float(values.std())
    chosen = Statistic(float(values.mean()), spread, whole.sd_shared, whole.sd_stride)
    return run_mean(chosen, len(values))


def _listed(values: FloatArray, digits: int) -> list[float | None]:
    """Round for the way to the page; what is not known is null."""
    rounded: list[float] = np.round(values.astype(np.float64), digits).tolist()
    return [value if isfinite(value) else None for value in rounded]


SESSION_DATA_ROUTES = [
    Route("/sessions/{name}/strides.json", strides_json),
    Route("/sessions/{name}/curves.json", curves_json),
    Route("/sessions/{name}/numbers.json", numbers_json),
    Route("/sessions/{name}/stride.json", stride_json),
]
