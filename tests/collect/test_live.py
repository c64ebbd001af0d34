"""The live cue: strides by the calibration of a warm-up, against the truth."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from live import RUNNER, live_leg
from truth import recording_of

from imu_valgus.collect import LiveStride, calibrate_live
from imu_valgus.core import CalibrationError, Placement
from imu_valgus.devices import Packet
from imu_valgus.recording import Recording
from imu_valgus.simulation import SimulatedRun, simulate_run
from imu_valgus.strides import normalise

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
    told: list[LiveStride] = []
    length = min(map(len, recording.signals.values()))
    for first in range(0, length - PACKET, PACKET):
        for placement, signal in recording.signals.items():
            part = signal[first : first + PACKET]
            device_s = recording.info.sensor(placement).device_time(part.time_s)
            stamps_s = np.where(np.arange(PACKET) == 0, device_s, np.nan)
            leg.take(placement, Packet(part.acc_mps2, part.gyr_radps, stamps_s, first))
        told += leg.strides()
    return run, told


def _stances() -> list[LiveStride]:
    return [one for one in _told()[1] if one.next_contact_s is None]


def _strides() -> list[LiveStride]:
    return [one for one in _told()[1] if one.next_contact_s is not None]


def test_nearly_every_stance_of_the_run_is_told():
    run, _ = _told()

    assert len(_stances()) == pytest.approx(len(run.contacts), rel=0.05)


def test_a_stance_is_told_once():
    assert min(np.diff([one.contact_s for one in _stances()])) > 0.4


def test_a_stride_is_told_again_when_the_foot_has_landed():
    assert len(_strides()) >= len(_stances()) - 1


def test_the_stride_says_what_its_stance_said_to_a_tenth_of_a_degree():
    stances = {one.contact_s: one.valgus_excursion_deg for one in _stances()}

    off = [one.valgus_excursion_deg - stances[one.contact_s] for one in _strides()]

    assert np.abs(off).max() <= 0.1


def test_live_excursions_lie_within_a_degree_of_batch_whose_axis_has_seen_the_run():
    batch = live_leg().batch

    def excursion_of(one: LiveStride) -> float:
        start_s, stop_s = np.array([one.contact_s]), np.array([one.toe_off_s])
        (curve,) = normalise(batch.time_s, batch.angles.valgus_deg, start_s, stop_s)[:, :-1]
        return float(curve.max() - curve[0])

    off = [one.valgus_excursion_deg - excursion_of(one) for one in _strides() if not one.uncertain]

    assert np.quantile(np.abs(off), 0.95) <= 1.0


def test_the_excursion_that_is_told_holds_its_error():
    run, _ = _told()
    time_s, valgus_deg = run.truth["time_s"].to_numpy(), run.truth["valgus_deg"].to_numpy()
    off = []
    for one in _strides():
        stance = valgus_deg[(time_s >= one.contact_s) & (time_s < one.toe_off_s)]
        sd_deg = np.hypot(one.excursion_own_sd_deg, one.excursion_shared_sd_deg)
        off.append((one.valgus_excursion_deg - (stance.max() - stance[0])) / sd_deg)

    assert np.mean(np.abs(off) <= 2.0) >= 0.95


def test_the_peak_that_is_told_is_right_to_4_degrees():
    run, _ = _told()
    time_s, valgus_deg = run.truth["time_s"].to_numpy(), run.truth["valgus_deg"].to_numpy()

    errors = [
        one.valgus_peak_deg
        - valgus_deg[(time_s >= one.contact_s) & (time_s < one.contact_s + 0.26)].max()
        for one in _strides()
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
