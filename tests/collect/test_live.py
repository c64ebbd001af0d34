"""The live cue: strides by the calibration of a warm-up, against the truth."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from live import RUNNER
from truth import recording_of

from imu_valgus.collect import LiveStride, calibrate_live
from imu_valgus.core import CalibrationError, Placement
from imu_valgus.devices import Packet
from imu_valgus.recording import Recording
from imu_valgus.simulation import SimulatedRun, simulate_run

PACKET = 16


def _until(recording: Recording, stop_s: float) -> Recording:
    cut = {p: one[one.between(-np.inf, stop_s)] for p, one in recording.signals.items()}
    return replace(recording, signals=cut)


@cache
def _told() -> tuple[SimulatedRun, list[LiveStride]]:
    """Calibrate by standing and walking, then feed the run packet by packet."""
    run = simulate_run(RUNNER)
    recording = recording_of(run)
    run_s = next(bout.start_s for bout in run.bouts if bout.kind == "run")
    (leg,) = calibrate_live(_until(recording, run_s - 1)).values()
    strides: list[LiveStride] = []
    length = min(map(len, recording.signals.values()))
    for first in range(0, length - PACKET, PACKET):
        for placement, signal in recording.signals.items():
            part = signal[first : first + PACKET]
            device_s = recording.info.sensor(placement).device_time(part.time_s)
            stamps_s = np.where(np.arange(PACKET) == 0, device_s, np.nan)
            leg.update(placement, Packet(part.acc_mps2, part.gyr_radps, stamps_s, first))
        if first % (10 * PACKET) == 0:
            strides += leg.strides()
    return run, strides


def test_nearly_every_stride_of_the_run_is_told():
    run, strides = _told()

    assert len(strides) == pytest.approx(len(run.contacts), rel=0.15)


def test_a_stride_is_told_once():
    _, strides = _told()

    assert min(np.diff([one.contact_s for one in strides])) > 0.4


def test_the_peak_that_is_told_is_right_to_4_degrees():
    run, strides = _told()
    time_s, valgus_deg = run.truth["time_s"].to_numpy(), run.truth["valgus_deg"].to_numpy()

    errors = [
        one.valgus_peak_deg
        - valgus_deg[(time_s >= one.contact_s) & (time_s < one.contact_s + 0.26)].max()
        for one in strides
        if not one.uncertain
    ]

    assert np.abs(np.median(errors)) <= 4.0


def test_without_standing_and_gait_there_is_no_cue():
    with pytest.raises(CalibrationError):
        calibrate_live(_until(recording_of(simulate_run(RUNNER)), 3.0))


def test_a_leg_with_one_sensor_gets_no_cue():
    recording = recording_of(simulate_run(RUNNER))
    thigh: Placement = "right_thigh"
    alone = replace(
        recording,
        info=replace(recording.info, sensors=(recording.info.sensor(thigh),), reference=thigh),
        signals={thigh: recording.signals[thigh]},
    )

    with pytest.raises(CalibrationError, match="no leg wears two sensors"):
        calibrate_live(alone)
