"""Ours: the raw signals and nothing else."""

from functools import lru_cache

from accuracy.case import LegAngles, LegCase

from imu_valgus.activities import find_bouts
from imu_valgus.core import ImuSignal, Placement, placement_of
from imu_valgus.pipeline import AnalysisParams, LegMotion, analyze, leg_motion
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, SensorInfo, assemble_recording


def ours(case: LegCase) -> dict[str, LegAngles]:
    """Analyse the leg as a user does whose runner wears two sensors on it.

    The summary tells one lateness of the shank; the analysis follows it through the session.
    """
    zero_s = float(case.thigh.time_s[0])
    found = analyze(_recording_of(case))
    angles, strides = found.angles, found.strides
    return {
        "": LegAngles(
            time_s=angles["time_s"].to_numpy() + zero_s,
            flexion_deg=angles["flexion_deg"].to_numpy(),
            valgus_deg=angles["valgus_deg"].to_numpy(),
            shank_s=motion_of(case).shank.time_s + zero_s,
            valgus_sd_deg=angles["valgus_sd_deg"].to_numpy(),
            strides=strides.assign(initial_contact_s=strides["initial_contact_s"] + zero_s),
        )
    }


@lru_cache(maxsize=1)
def motion_of(case: LegCase) -> LegMotion:
    """Return what stands behind the angles, by the same stages."""
    signals = on_session_time(_recording_of(case)).signals
    return leg_motion(
        signals[placement_of(case.side, "thigh")],
        signals[placement_of(case.side, "shank")],
        find_bouts(signals),
        side=case.side,
        params=AnalysisParams(),
    )


def _recording_of(case: LegCase) -> Recording:
    signals: dict[Placement, ImuSignal] = {
        placement_of(case.side, "thigh"): case.thigh,
        placement_of(case.side, "shank"): case.shank,
    }
    sensors = [
        SensorInfo(
            placement=placement,
            sampling_rate_hz=signal.sampling_rate_hz,
            clock=case.clock,
            signals=case.signals,
            impacts=case.impacts,
        )
        for placement, signal in signals.items()
    ]
    return assemble_recording(sensors, signals)
