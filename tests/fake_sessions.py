"""Analysed sessions that never were: curves shaped like the 46 runners', with known numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from imu_valgus.core import ANGLE_COLUMNS, SIDES, STRIDE_COLUMNS, FloatArray, Side

RATE_HZ = 100.0
STANCE = 0.38
EXCURSION_DEG: Mapping[Side, float] = {"left": 6.2, "right": 3.9}


@dataclass(frozen=True)
class FakeLeg:
    """One leg's strides and angles, as the stage before would have left them."""

    strides: pd.DataFrame
    angles: pd.DataFrame
    summary: dict[str, Any]


def valgus_shape(phase: FloatArray) -> FloatArray:
    """Go from 0 at contact to 1 at a third of stance and back to 0 at toe-off; still in swing."""
    in_stance = phase / STANCE
    return np.where(in_stance < 1.0, np.sin(np.pi * np.clip(in_stance, 0, 1) ** 0.63), 0.0)


def flexion_shape(phase: FloatArray) -> FloatArray:
    """Bend to 35 degrees in stance and to 90 degrees in swing."""
    stance = 8.0 + 27.0 * np.sin(np.pi * np.clip(phase / STANCE, 0, 1))
    swing = 8.0 + 82.0 * np.sin(np.pi * np.clip((phase - STANCE) / (1 - STANCE), 0, 1)) ** 2
    return np.where(phase < STANCE, stance, swing)


def fake_leg(side: Side, *, n_strides: int = 60, seed: int = 1, drift_deg: float = 1.2) -> FakeLeg:
    """Make ``n_strides`` of 0.75 s whose excursion grows by ``drift_deg`` over the run."""
    rng = np.random.default_rng(seed)
    period = 0.75
    contact = 20.0 + period * np.arange(n_strides) + (0.37 if side == "right" else 0.0)
    progress = np.linspace(-0.5, 0.5, n_strides)
    excursion = EXCURSION_DEG[side] + drift_deg * progress + rng.normal(0, 0.4, n_strides)
    at_contact = 2.0 + rng.normal(0, 0.3, n_strides)
    time_s = np.arange(contact[0] - 1.0, contact[-1] + period + 1.0, 1.0 / RATE_HZ)
    stride = np.clip(np.searchsorted(contact, time_s, side="right") - 1, 0, n_strides - 1)
    phase = np.clip((time_s - contact[stride]) / period, 0.0, 1.0)
    angles = pd.DataFrame(
        {
            "time_s": time_s,
            "side": pd.Categorical([side]).repeat(len(time_s)).set_categories(list(SIDES)),
            "flexion_deg": flexion_shape(phase),
            "valgus_deg": at_contact[stride] + excursion[stride] * valgus_shape(phase),
            "internal_rotation_deg": 6.0 * valgus_shape(phase) - 2.0,
            "thigh_tilt_deg": -3.0 * valgus_shape(phase),
            "shank_tilt_deg": 5.0 * valgus_shape(phase) + 1.0,
        }
    ).reindex(columns=list(ANGLE_COLUMNS))
    strides = pd.DataFrame(index=range(n_strides), columns=list(STRIDE_COLUMNS), dtype="float64")
    strides = strides.assign(
        session="fake",
        side=side,
        stride=np.arange(n_strides),
        lap=1 + (np.arange(n_strides) * 3) // n_strides,
        surface="straight",
        initial_contact_s=contact,
        toe_off_s=contact + STANCE * period,
        next_contact_s=contact + period,
        stride_time_s=period,
        contact_time_s=STANCE * period,
        cadence_spm=120 / period,
        valgus_ic_deg=at_contact,
        valgus_peak_deg=at_contact + excursion,
        valgus_peak_pct=33.0,
        valgus_excursion_deg=excursion,
        flexion_ic_deg=8.0,
        flexion_peak_stance_deg=35.0,
        flexion_peak_swing_deg=90.0,
        thigh_tilt_peak_deg=3.0 + rng.normal(0, 0.3, n_strides),
        shank_tilt_peak_deg=6.0 + rng.normal(0, 0.3, n_strides),
        tibial_shock_g=8.0 + rng.normal(0, 0.5, n_strides),
        quality="good",
        reason="",
    )
    return FakeLeg(strides, angles, leg_summary(strides))


def leg_summary(strides: pd.DataFrame) -> dict[str, Any]:
    """Write one leg's part of the summary, in the pipeline's words."""
    counts = strides["quality"].value_counts()
    good = strides[strides["quality"] == "good"]

    def statistic(column: str, sd_shared: float) -> dict[str, float | None]:
        known = good[column].dropna()
        return {
            "mean": float(known.mean()) if len(known) else None,
            "sd_between_strides": float(known.std()) if len(known) > 1 else None,
            "sd_shared": sd_shared if len(known) else None,
            "sd_stride": 0.1,
        }

    return {
        "calibration": {
            "standing_s": 12.4,
            "axis_spread_deg": 2.6,
            "axis_range_deg": 4.0,
            "sources": {"walk displacement": 2.0, "walk thigh_rate": -2.0},
        },
        "lever_arms_m": {"thigh": [0.0, -0.18, 0.0], "shank": [0.0, 0.26, 0.0]},
        "sync": {
            "method": "knee_acceleration",
            "offset_s": 0.31,
            "drift_ppm": 12.0,
            "lateness_ms": 1.0,
            "residual_ms": 1.4,
        },
        "strides": {
            "good": int(counts.get("good", 0)),
            "suspect": int(counts.get("suspect", 0)),
            "rejected": int(counts.get("rejected", 0)),
            "reasons": {},
        },
        "valgus_peak_deg": statistic("valgus_peak_deg", 3.0),
        "valgus_excursion_deg": statistic("valgus_excursion_deg", 2.0),
        "crosstalk": {"r": 0.31, "slope": 0.021},
        "laps": [],
    }


@dataclass
class FakeSession:
    """What goes into ``derived/``; change it, then ``write`` it."""

    summary: dict[str, Any]
    strides: pd.DataFrame
    angles: pd.DataFrame

    def write(self, session: Path) -> Path:
        """Write the three files and return the session folder."""
        sensors: list[dict[str, object]] = [
            {"placement": f"{side}_{segment}", "sampling_rate_hz": RATE_HZ}
            for side in ("left", "right")
            for segment in ("thigh", "shank")
        ]
        info = {
            "format_version": 1,
            "athlete": "a03",
            "start": "2026-11-22T18:05:00+01:00",
            "reference": "left_thigh",
            "sensors": sensors,
            "notes": "Old shoes.\nWet track.",
        }
        derived = session / "derived"
        derived.mkdir(parents=True)
        (session / "session.json").write_text(json.dumps(info), encoding="utf-8")
        (derived / "summary.json").write_text(json.dumps(self.summary), encoding="utf-8")
        if len(self.strides):
            self.strides.to_parquet(derived / "strides.parquet")
        if len(self.angles):
            self.angles.to_parquet(derived / "angles.parquet")
        return session


def fake_session(legs: Mapping[Side, FakeLeg]) -> FakeSession:
    """Put legs together to a session of three laps with a finding of each severity."""
    strides = pd.concat([leg.strides for leg in legs.values()], ignore_index=True)
    start, stop = strides["initial_contact_s"].min(), strides["next_contact_s"].max()
    edges = np.linspace(start, stop, 4)
    return FakeSession(
        summary={
            "format_version": 1,
            "imu_valgus_version": "0.1.0",
            "session": "2026-11-22_a03_track-run",
            "parameters": {},
            "bouts": [{"kind": "run", "start_s": start, "stop_s": stop}],
            "laps": [
                {"lap": lap, "start_s": edges[lap - 1], "stop_s": edges[lap]} for lap in (1, 2, 3)
            ],
            "cross_leg_sync": {"method": "shared_epoch", "residual_ms": 3.0},
            "sides": {side: leg.summary for side, leg in legs.items()},
            "findings": [
                {
                    "severity": "ok",
                    "topic": "gravity",
                    "placement": "left_thigh",
                    "number": 1.004,
                    "unit": "g",
                    "text": "1.004 g when still.",
                    "hint": "",
                },
                {
                    "severity": "warning",
                    "topic": "clipping",
                    "placement": "left_shank",
                    "number": 2.1,
                    "unit": "%",
                    "text": "2.1 % of the strides reach the end of the range of 16 g.",
                    "hint": "Set the accelerometer to ±32 g if it has it.",
                },
                {
                    "severity": "note",
                    "topic": "squats",
                    "placement": None,
                    "number": 0,
                    "unit": "",
                    "text": "No squats found.",
                    "hint": None,
                },
            ],
            "notes": ["No squats: the flexion axis rests on walking and running."],
        },
        strides=strides,
        angles=pd.concat([leg.angles for leg in legs.values()], ignore_index=True),
    )


def both_fakes() -> FakeSession:
    """Both legs; the left goes further in, and more so towards the end."""
    return fake_session({"left": fake_leg("left"), "right": fake_leg("right", seed=2, drift_deg=0)})


def ninety_minutes() -> FakeSession:
    """Both legs for 90 minutes: 15,000 strides."""
    return fake_session(
        {
            "left": fake_leg("left", n_strides=7_500),
            "right": fake_leg("right", n_strides=7_500, seed=2),
        }
    )
