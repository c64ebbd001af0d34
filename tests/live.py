"""A simulated leg whose warm-up calibrates what is then told live, packet by packet."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from truth import recording_of

from imu_valgus.activities import find_bouts
from imu_valgus.core import ImuSamples, ImuSignal, KneeAngles, compose
from imu_valgus.joint_angles import knee_angles
from imu_valgus.pipeline import (
    AnalysisParams,
    KneeSamples,
    LegCalibration,
    LegMotion,
    OnlineKnee,
    leg_calibration,
    leg_motion,
)
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.simulation import RunnerParams, simulate_run

RUNNER = RunnerParams(
    seed=21, run_minutes=0.6, walk_s=20.0, standing_s=8.0, sides=("right",), squats=0
)
NONE = ImuSamples.none()


@dataclass(frozen=True)
class LiveLeg:
    """A run and its warm-up, thigh and shank on session time."""

    thigh: ImuSignal
    shank: ImuSignal
    batch: LegMotion
    calibration: LegCalibration
    run_s: float

    def live(self) -> tuple[ImuSignal, ImuSignal]:
        """What comes after the warm-up, a little of it once more."""
        start_s = self.calibration.start.thigh.time_s - 0.1
        thigh, shank = self.thigh, self.shank
        return (thigh[thigh.between(start_s, np.inf)], shank[shank.between(start_s, np.inf)])

    def batch_angles(self, found: KneeSamples) -> KneeAngles:
        """The batch attitudes at the same samples, resolved by the warm-up's calibration."""
        known, relative = self.calibration, self.batch.relative
        at = np.searchsorted(relative.time_s, found.time_s - 1e-9)
        np.testing.assert_allclose(relative.time_s[at], found.time_s)
        raw = knee_angles(
            compose(relative.thigh_to_earth[at], known.alignment.thigh.inv()),
            compose(relative.shank_to_earth[at], known.alignment.shank.inv()),
            side=known.side,
        )
        return replace(
            raw,
            flexion_deg=raw.flexion_deg - known.flexion_zero_deg,
            valgus_deg=raw.valgus_deg - known.valgus_zero_deg,
        )


@cache
def live_leg() -> LiveLeg:
    """Simulate a run, calibrate by its warm-up and analyse the whole of it, once for all tests."""
    found = on_session_time(recording_of(simulate_run(RUNNER)))
    thigh, shank = found.signals["right_thigh"], found.signals["right_shank"]
    bouts = find_bouts(found.signals)
    run_s = next(bout.start_s for bout in bouts if bout.kind == "run")
    params = AnalysisParams()
    warm = leg_motion(
        thigh[thigh.between(0, run_s)],
        shank[shank.between(0, run_s)],
        [bout for bout in bouts if bout.stop_s <= run_s],
        side="right",
        params=params,
    )
    batch = leg_motion(thigh, shank, bouts, side="right", params=params)
    return LiveLeg(thigh, shank, batch, leg_calibration(warm, params=params), run_s)


def packets(signal: ImuSignal, size: int) -> list[ImuSamples]:
    return [ImuSamples.of(signal, slice(k, k + size)) for k in range(0, len(signal), size)]


def fed(knee: OnlineKnee, thigh: list[ImuSamples], shank: list[ImuSamples]) -> list[KneeSamples]:
    """Feed packets of both sensors in turn; the longer list's rest comes alone."""
    n = max(len(thigh), len(shank))
    thigh, shank = thigh + [NONE] * (n - len(thigh)), shank + [NONE] * (n - len(shank))
    return [knee.update(*both) for both in zip(thigh, shank, strict=True)]
