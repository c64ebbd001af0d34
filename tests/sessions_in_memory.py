"""Analysed sessions that never were files: strides that scatter about a known excursion."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from imu_valgus.core import REP_COLUMNS, SIDES, STRIDE_COLUMNS, Side
from imu_valgus.pipeline import (
    CalibrationFacts,
    Derived,
    SideSummary,
    Statistic,
    StrideCounts,
    Summary,
)
from imu_valgus.recording import SensorInfo, SessionInfo

STRIDE_S = 0.7
STANCE_S = 0.3
START = datetime(2026, 10, 1, 9, tzinfo=UTC)
FIRST_CONTACT_S = 60.0


def a_session(
    name: str,
    excursion_deg: float,
    *,
    sides: Sequence[Side] = SIDES,
    n: int = 60,
    scatter_deg: float = 0.4,
    squat_deg: float | None = None,
    seed: int = 0,
    days: int = 0,
    **told,
) -> Derived:
    """Make a session; ``told``: cadence_spm, speed_mps, sd_shared, athlete, version, attitude …"""
    rng = np.random.default_rng(seed)
    logs = [
        _strides(name, side, excursion_deg + scatter_deg * rng.standard_normal(n)) for side in sides
    ]
    leg = SideSummary(
        calibration=CalibrationFacts(standing_valgus_deg=told.get("standing_valgus_deg", 0.0)),
        strides=StrideCounts(good=n),
        valgus_excursion_deg=Statistic(excursion_deg, scatter_deg, told.get("sd_shared", 2.0), 0.1),
    )
    return Derived(
        info=SessionInfo(
            athlete=told.get("athlete", "a03"),
            start=START + timedelta(days=days),
            reference="left_shank",
            sensors=(SensorInfo(placement="left_shank", sampling_rate_hz=200.0),),
        ),
        summary=Summary(
            session=name,
            imu_valgus_version=told.get("version", "1"),
            parameters={"attitude": told.get("attitude", "vqf")},
            sides=dict.fromkeys(sides, leg),
        ),
        strides=pd.concat(logs, ignore_index=True).assign(
            cadence_spm=told.get("cadence_spm", 120 / STRIDE_S),
            speed_mps=told.get("speed_mps", np.nan),
        ),
        repetitions=_squats(name, squat_deg),
        angles=pd.concat([_angles(side, excursion_deg, n) for side in sides], ignore_index=True),
    )


def _strides(name: str, side: Side, excursions_deg: np.ndarray) -> pd.DataFrame:
    n = len(excursions_deg)
    contact_s = FIRST_CONTACT_S + STRIDE_S * np.arange(n)
    log = pd.DataFrame(np.nan, index=range(n), columns=list(STRIDE_COLUMNS))
    return log.assign(
        session=name,
        side=side,
        stride=np.arange(n) + 1,
        lap=1 + np.arange(n) // 20,
        initial_contact_s=contact_s,
        toe_off_s=contact_s + STANCE_S,
        next_contact_s=contact_s + STRIDE_S,
        valgus_ic_deg=1.0,
        valgus_excursion_deg=excursions_deg,
        valgus_peak_deg=1.0 + excursions_deg,
        valgus_mean_deg=0.5 * excursions_deg,
        quality="good",
        reason="",
    )


def _squats(name: str, excursion_deg: float | None) -> pd.DataFrame:
    n = 0 if excursion_deg is None else 5
    log = pd.DataFrame(np.nan, index=range(n), columns=list(REP_COLUMNS))
    return log.assign(
        session=name,
        side="left",
        kind="squat",
        start_s=np.arange(float(n)),
        valgus_excursion_deg=excursion_deg if n else np.nan,
        quality="good",
    )


def _angles(side: Side, excursion_deg: float, n: int) -> pd.DataFrame:
    time_s = np.arange(FIRST_CONTACT_S - 2.0, FIRST_CONTACT_S + STRIDE_S * n + 1.0, 0.02)
    phase = np.minimum(((time_s - FIRST_CONTACT_S) % STRIDE_S) / STANCE_S, 1.0)
    valgus_deg = 1.0 + excursion_deg * np.sin(np.pi * phase)
    return pd.DataFrame({"time_s": time_s, "side": side, "valgus_deg": valgus_deg})
