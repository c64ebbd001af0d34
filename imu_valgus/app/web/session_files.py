"""What the session's page shows, to take along: CSV for a spreadsheet, and the report."""

from urllib.parse import quote

import numpy as np
import pandas as pd
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imu_valgus.app.web.analysed import Analysed, analysed
from imu_valgus.app.web.choice import read_choice, read_span
from imu_valgus.app.web.session_data import mean_curves
from imu_valgus.app.web.sessions_at import session_of
from imu_valgus.core import Side
from imu_valgus.metrics import Span, csv_text, curves_header_lines, harmless, stride_log_csv
from imu_valgus.pipeline import where_zero
from imu_valgus.report.page import render_page


def strides_csv(request: Request) -> Response:
    """Send the chosen strides, good and bad, as the stride log has them."""
    session = session_of(request)
    found = analysed(session)
    chosen = found.strides[read_choice(request.query_params).takes(found.strides)]
    text = stride_log_csv(
        harmless(chosen),
        found.summary.imu_valgus_version,
        zero=where_zero(found.summary),
        notes=found.summary.notes,
    )
    return _attached(text, f"{session.name}_strides.csv", "text/csv")


def curves_csv(request: Request) -> Response:
    """Send mean and spread of the chosen strides' curves."""
    session = session_of(request)
    found = analysed(session)
    choice, span = read_choice(request.query_params), read_span(request.query_params)
    parts: list[pd.DataFrame] = []
    for side in found.sides:
        strides = found.leg(side)
        chosen = strides[choice.takes(strides) & (strides["quality"] == "good").to_numpy()]
        parts += _curves(found, chosen, side=side, span=span)
    table = pd.concat(parts) if parts else pd.DataFrame(columns=list(_COLUMNS))
    header = curves_header_lines(
        found.summary.imu_valgus_version, zero=where_zero(found.summary), span=span
    )
    return _attached(csv_text(table, header), f"{session.name}_curves.csv", "text/csv")


def report(request: Request) -> Response:
    """Send the report, made anew."""
    session = session_of(request)
    page = render_page(analysed(session).derived)
    return _attached(page, f"{session.name}_report.html", "text/html")


_COLUMNS = ("side", "angle", "percent", "mean_deg", "sd_deg", "n")


def _curves(
    found: Analysed, strides: pd.DataFrame, *, side: Side, span: Span
) -> list[pd.DataFrame]:
    return [
        pd.DataFrame(
            {
                "side": side,
                "angle": "valgus_from_contact" if angle == "from_contact" else angle,
                "percent": curve.percent.astype(np.int64),
                "mean_deg": curve.mean_deg,
                "sd_deg": curve.sd_deg,
                "n": curve.n,
            }
        )
        for angle, curve in mean_curves(found, strides, span).items()
    ]


def _attached(text: str, name: str, kind: str) -> Response:
    """Return a file that the browser saves and never shows: it is no page of ours."""
    disposition = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    return Response(text, media_type=kind, headers={"content-disposition": disposition})


SESSION_FILES_ROUTES = [
    Route("/sessions/{name}/strides.csv", strides_csv),
    Route("/sessions/{name}/curves.csv", curves_csv),
    Route("/sessions/{name}/report.html", report),
]
