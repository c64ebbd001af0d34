"""A real right leg: sensors on the skin, optical knee angles in five walks (nms-dyn, s0040)."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from accuracy.case import LegCase, Truth

from imu_valgus.core import GRAVITY_MPS2, Bout, FloatArray, ImuSignal

SENSORS: Final = {"thigh": "anterior_thigh_right", "shank": "distal_lateral_shank_right"}
STANDING: Final = "f14"
WALKS: Final = ("f36", "f38", "f40", "f42", "f44")
CALIBRATION: Final = {"f34": "walk", "f58": "walk", "f68": "run"}
SHANK_LATE_S: Final = 0.010
"""The shank's time stamps are about this late against the thigh's (README of the data)."""
_STILL_S: Final = 0.4
_RESTS_S: Final = 2.0
"""Each trial starts standing; the stillest moment of its first seconds is taken."""


def walking_leg(data: Path) -> LegCase:
    """Return the leg: one recording of nine trials, minutes apart.

    ``data`` is the folder of the recordings by others.
    """
    folder = data / "nmsdyn_s0040"
    trials = sorted((STANDING, *WALKS, *CALIBRATION), key=lambda name: int(name[1:]))
    parts = {name: {seg: _read(folder, name, seg) for seg in SENSORS} for name in trials}
    zero_s = float(parts[trials[0]]["thigh"].time_s[0])
    thigh, shank = (_join([parts[name][seg] for name in trials], zero_s) for seg in SENSORS)
    spans = {name: _span(parts[name]["thigh"], zero_s) for name in trials}
    optical = pd.read_csv(folder / "optical_walks_1-5.csv")
    return LegCase(
        group="walks",
        name="nms-dyn walks 1 to 5",
        side="right",
        key="nmsdyn_s0040",
        thigh=thigh,
        shank=shank,
        shank_s=shank.time_s - SHANK_LATE_S,
        standing=(
            Bout(*spans[STANDING], "stand"),
            *(_rest(parts[name]["thigh"], zero_s) for name in trials if name != STANDING),
        ),
        gaits=tuple(
            Bout(*spans[name], "run" if CALIBRATION.get(name) == "run" else "walk")
            for name in trials
            if name != STANDING
        ),
        truth=Truth(
            time_s=optical["unix_s"].to_numpy() - zero_s,
            flexion_deg=optical["flexion_deg"].to_numpy(),
            valgus_deg=optical["abduction_deg"].to_numpy(),
            trial=optical["walk"].to_numpy(dtype=np.float64),
            initial_contact_s=np.zeros(0),
            toe_off_s=np.zeros(0),
        ),
        clock="shared",
        signals="measured",
    )


def _read(folder: Path, trial: str, segment: str) -> ImuSignal:
    """Read one sensor of one trial on its gyroscope's samples; the header's unit is wrong."""
    files = {
        kind: next((folder / "MC10").glob(f"{trial}.*.{SENSORS[segment]}.{kind}.csv.gz"))
        for kind in ("accel", "gyro")
    }
    acc, gyr = (pd.read_csv(files[kind]).to_numpy(dtype=np.float64) for kind in ("accel", "gyro"))
    time_s = gyr[:, 0]
    covered = (time_s >= acc[0, 0]) & (time_s <= acc[-1, 0])
    acc_g = np.stack([np.interp(time_s, acc[:, 0], column) for column in acc[:, 1:].T], axis=1)
    return ImuSignal(time_s[covered], acc_g[covered] * GRAVITY_MPS2, np.radians(gyr[covered, 1:]))


def _join(parts: list[ImuSignal], zero_s: float) -> ImuSignal:
    """Put trials one after the other, the minutes between them left as gaps."""
    return ImuSignal(
        np.concatenate([part.time_s for part in parts]) - zero_s,
        np.concatenate([part.acc_mps2 for part in parts]),
        np.concatenate([part.gyr_radps for part in parts]),
    )


def _span(signal: ImuSignal, zero_s: float) -> tuple[float, float]:
    return float(signal.time_s[0]) - zero_s, float(signal.time_s[-1]) - zero_s


def _rest(signal: ImuSignal, zero_s: float) -> Bout:
    """Find the stillest moment of a trial's first seconds."""
    width = round(_STILL_S * signal.sampling_rate_hz)
    first = signal.between(float(signal.time_s[0]), float(signal.time_s[0]) + _RESTS_S)
    rate: FloatArray = np.linalg.norm(signal.gyr_radps[first], axis=1)
    mean = np.convolve(rate, np.ones(width) / width, mode="valid")
    start_s = float(signal.time_s[int(np.argmin(mean))]) - zero_s
    return Bout(start_s, start_s + _STILL_S, "stand")
