"""A session against the same runner's earlier ones: the verdicts of ``library``, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from imu_valgus.app.web.analysed import Analysed, analysed
from imu_valgus.app.web.headline import shape
from imu_valgus.app.web.pages import inside, part
from imu_valgus.app.web.sessions_at import session_at, session_of
from imu_valgus.app.web.words import say
from imu_valgus.core import ANGLE_COLUMNS, REP_COLUMNS, ImuValgusError, Side
from imu_valgus.library import MetricError, library_errors
from imu_valgus.library.change.comparing import Change, Comparison, compare_sessions
from imu_valgus.pipeline import Derived
from imu_valgus.report import norm
from imu_valgus.report.curves import from_contact, mean_curve
from imu_valgus.report.wording import degrees, signed_degrees

MOST: Final = 5
"""So many earlier sessions are taken in, the latest: each must be read, and runners change."""

METRICS: Final = ("valgus_excursion_deg", "valgus_peak_deg")
"""The headline's numbers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One number of one leg after another: ``kind`` is the verdict's word, ``text`` all of it."""

    kind: str
    what: str
    text: str


def earlier_than(sessions: pd.DataFrame, name: str, *, most: int = MOST) -> list[str]:
    """Return the names of the same runner's analysed sessions before one, the latest ones.

    Parameters
    ----------
    sessions : DataFrame
        Of ``Catalogue.sessions``.
    name : str
    most : int
        At most so many.
    """
    days = pd.to_datetime(sessions["date"], utc=True, errors="coerce")
    listed = sessions.assign(at=sessions["started"].fillna(days)).drop_duplicates("session")
    this = listed[listed["session"] == name]
    if this.empty or this["at"].isna().item():
        return []
    is_earlier = (
        (listed["athlete"] == this["athlete"].item())
        & (listed["state"] == "analysed")
        & (listed["at"] < this["at"].item())
    )
    return listed[is_earlier].sort_values("at")["session"].tolist()[-most:]


def verdicts(changes: Sequence[Change]) -> list[Verdict]:
    """Put the changes of the headline's numbers in words, leg by leg."""
    return [
        Verdict(
            kind=change.verdict,
            what=say(
                "earlier.what",
                leg=say(f"headline.{change.side}"),
                metric=say(f"earlier.{change.metric}"),
            ),
            text=say(
                f"earlier.{change.verdict.replace(' ', '_')}",
                change=signed_degrees(change.estimate_deg),
                low=signed_degrees(change.low_deg),
                high=signed_degrees(change.high_deg),
                mdc=degrees(change.mdc95_deg),
                margin=degrees(change.margin_deg),
            ),
        )
        for change in changes
        if change.activity == "run" and change.metric in METRICS
    ]


def earlier(request: Request) -> JSONResponse:
    """Hold a session against the runner's earlier ones."""
    session = session_of(request)
    library = request.app.state.library
    names = earlier_than(request.app.state.catalogue.sessions(), session.name)
    folders = [found for one in names if (found := session_at(library, one)) is not None]
    now = analysed(session)
    problem, found = "", None
    try:
        found = _compared(folders, now, errors=library_errors(library)) if folders else None
    except ImuValgusError as error:
        problem = inside(request, str(error))
    html = part(
        "earlier.html.j2",
        shapes=[(side, leg_shape(now, side)) for side in now.sides],
        n=len(folders),
        names=names,
        this=session.name,
        problem=problem,
        verdicts=verdicts(found.changes) if found else [],
        caveats=[one.text for one in found.caveats] if found else [],
    )
    return JSONResponse({"html": html})


def numbers_of(found: Analysed) -> Derived:
    """Return a session's results without its angles, which take their time to read."""
    return Derived(
        info=found.info,
        summary=found.summary,
        strides=found.strides,
        repetitions=pd.DataFrame(columns=list(REP_COLUMNS)),
        angles=pd.DataFrame(columns=list(ANGLE_COLUMNS)),
    )


def leg_shape(found: Analysed, side: Side) -> str:
    """Say how one leg's mean valgus over stance goes beside the 46 runners'."""
    strides = found.leg(side)
    good = strides[strides["quality"] == "good"]
    curves = found.curves(good, column="valgus_deg", span="stance")
    whole = curves[np.isfinite(curves).all(axis=1)]
    if not len(whole):
        return ""
    return shape(mean_curve(from_contact(whole)), norm.stance_band("valgus"))


def _compared(
    folders: Sequence[Path], now: Analysed, *, errors: Sequence[MetricError]
) -> Comparison:
    wanted = [one for one in errors if one.activity == "run" and one.metric in METRICS]
    before = [numbers_of(Analysed(folder)) for folder in folders]
    return compare_sessions(before, [numbers_of(now)], errors=wanted)


EARLIER_ROUTES = [Route("/sessions/{name}/earlier", earlier)]
