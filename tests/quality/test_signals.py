"""What is said of a sensor by itself."""

import numpy as np
import pytest

from imu_valgus.core import GRAVITY_MPS2, ImuSignal
from imu_valgus.quality import Finding, Topic
from imu_valgus.quality.signals import check_signal
from imu_valgus.quality.stillness import StillnessParams, find_stillness

RATE_HZ = 200.0


def resting_then_swinging(*, scale: float = 1.0, bias_radps: float = 0.01) -> ImuSignal:
    """Rest for ten seconds, then swing for twenty."""
    time_s = np.arange(0.0, 30.0, 1 / RATE_HZ)
    moves = time_s > 10.0
    angle = np.where(moves, 0.7 * np.sin(6 * (time_s - 10.0)), 0.0)
    rate = np.where(moves, 0.7 * 6 * np.cos(6 * (time_s - 10.0)), 0.0)
    acc = GRAVITY_MPS2 * np.stack([np.sin(angle), np.cos(angle), 0 * angle], axis=1)
    gyr = np.stack([0 * rate, 0 * rate, rate], axis=1) + bias_radps
    return ImuSignal(time_s, scale * acc, gyr)


def topics_of(signal: ImuSignal) -> dict[Topic, Finding]:
    at_rest = find_stillness(signal, params=StillnessParams())
    findings = check_signal(signal, placement="left_thigh", at_rest=at_rest)
    return {finding.topic: finding for finding in findings}


def found(signal: ImuSignal, topic: Topic) -> Finding:
    return topics_of(signal)[topic]


def without(signal: ImuSignal, *cuts: slice) -> ImuSignal:
    kept = np.ones(len(signal), dtype=np.bool_)
    for cut in cuts:
        kept[cut] = False
    return ImuSignal(signal.time_s[kept], signal.acc_mps2[kept], signal.gyr_radps[kept])


@pytest.mark.parametrize(
    ("scale", "severity"),
    [(1.0, "ok"), (1.03, "ok"), (0.9, "warning"), (2.0, "error"), (0.102, "error")],
)
def test_gravity_at_rest_is_weighed(scale, severity):
    finding = found(resting_then_swinging(scale=scale), "gravity")

    assert (finding.severity, finding.number) == (severity, pytest.approx(scale))


def test_a_known_wrong_unit_is_named():
    finding = found(resting_then_swinging(scale=1 / GRAVITY_MPS2), "gravity")

    assert "g were taken for m/s²" in finding.text


def test_a_sensor_that_never_rests_cannot_weigh_gravity():
    moving = resting_then_swinging()[2000:]

    finding = found(moving, "gravity")

    assert (finding.severity, finding.number) == ("warning", None)


def test_the_bias_of_the_gyroscope_is_what_it_reads_at_rest():
    at_rest = find_stillness(resting_then_swinging(bias_radps=0.02), params=StillnessParams())

    assert at_rest is not None
    np.testing.assert_allclose(at_rest.gyr_radps, 0.02)


def test_the_rate_is_that_of_the_clock_and_not_the_mean_over_gaps():
    finding = found(without(resting_then_swinging(), slice(100, 900)), "rate")

    assert finding.number == pytest.approx(RATE_HZ)


def test_lost_samples_are_no_jitter():
    finding = found(without(resting_then_swinging(), slice(10, 11), slice(50, 53)), "rate")

    assert "steps off by 0.000 ms" in finding.text


def test_lost_samples_are_counted():
    finding = found(without(resting_then_swinging(), slice(10, 11), slice(50, 53)), "gaps")

    assert "2 gaps, 4 samples lost" in finding.text


@pytest.mark.parametrize(("lost", "severity"), [(0, "ok"), (10, "note"), (100, "warning")])
def test_how_grave_a_gap_is_depends_on_its_length(lost, severity):
    finding = found(without(resting_then_swinging(), slice(3000, 3000 + lost)), "gaps")

    assert finding.severity == severity


def test_a_long_gap_is_a_pause_and_no_loss():
    paused = without(resting_then_swinging(), slice(3000, 4500))

    assert (found(paused, "gaps").number, found(paused, "pauses").number) == (0.0, 1.0)


def test_a_signal_without_pauses_does_not_speak_of_them():
    assert "pauses" not in topics_of(resting_then_swinging())


@pytest.mark.parametrize(("axis", "named"), [("acc", "accelerometer"), ("gyr", "gyroscope")])
def test_what_clipped_is_named(axis, named):
    signal = resting_then_swinging()
    acc, gyr = signal.acc_mps2.copy(), signal.gyr_radps.copy()
    values, end = (acc, 20.0) if axis == "acc" else (gyr, 10.0)
    values[4000:4010, 1] = end
    clipped = np.zeros(len(signal), dtype=np.bool_)
    clipped[4000:4010] = True

    finding = found(ImuSignal(signal.time_s, acc, gyr, clipped), "clipping")

    assert f"the {named} sat at the end of its range in 10 samples" in finding.text
