"""Ours: the raw signals and nothing else."""

from accuracy.case import LegAngles, LegCase

from imu_valgus.activities import find_bouts
from imu_valgus.core import FloatArray, ImuSignal, Placement, placement_of
from imu_valgus.pipeline import AnalysisParams, analyze, leg_motion
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, SensorInfo, assemble_recording


def ours(case: LegCase) -> dict[str, LegAngles]:
    """Analyse the leg as a user does whose runner wears two sensors on it."""
    recording = _recording_of(case)
    zero_s = float(case.thigh.time_s[0])
    angles = analyze(recording).angles
    return {
        "": LegAngles(
            time_s=angles["time_s"].to_numpy() + zero_s,
            flexion_deg=angles["flexion_deg"].to_numpy(),
            valgus_deg=angles["valgus_deg"].to_numpy(),
            shank_s=_shank_times(case, recording) + zero_s,
            valgus_sd_deg=angles["valgus_sd_deg"].to_numpy(),
        )
    }


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


def _shank_times(case: LegCase, recording: Recording) -> FloatArray:
    """Return when the shank's samples were taken, in session time, as the analysis has it.

    The summary tells one lateness; the analysis follows it through the session.
    """
    signals = on_session_time(recording).signals
    motion = leg_motion(
        signals[placement_of(case.side, "thigh")],
        signals[placement_of(case.side, "shank")],
        find_bouts(signals),
        side=case.side,
        params=AnalysisParams(),
    )
    return motion.shank.time_s
