"""Standing, squats, walking and running are told apart, whatever the mounting."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from imu_valgus.activities import find_bouts
from imu_valgus.core import GRAVITY_MPS2, Bout, FloatArray, ImuSignal, Placement

RATE_HZ = 100.0
Part = tuple[FloatArray, FloatArray]
ReadTrial = Callable[[str], Mapping[Placement, ImuSignal]]


def planar_signal(
    time_s: FloatArray, tilt_deg: FloatArray, bounce_g: FloatArray | float = 0.0
) -> ImuSignal:
    """A segment that tilts about its z axis while the whole leg is accelerated upwards."""
    to_earth = Rotation.from_euler("z", tilt_deg[:, np.newaxis], degrees=True)
    up = np.zeros((len(time_s), 3))
    up[:, 1] = (1.0 + bounce_g) * GRAVITY_MPS2
    gyr = np.zeros((len(time_s), 3))
    gyr[:, 2] = np.gradient(np.deg2rad(tilt_deg), time_s)
    return ImuSignal(time_s=time_s, acc_mps2=to_earth.inv().apply(up), gyr_radps=gyr)


def standing(duration_s: float) -> Part:
    """Tilt and bounce of nothing at all."""
    n = round(duration_s * RATE_HZ)
    return np.zeros(n), np.zeros(n)


def squatting(duration_s: float, *, depth_deg: float = 70.0) -> Part:
    """One squat in 2.5 s."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return depth_deg * 0.5 * (1 - np.cos(2 * np.pi * t / 2.5)), np.zeros_like(t)


def walking(duration_s: float) -> Part:
    """0.9 strides a second, hardly a bounce."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return 22 * np.sin(2 * np.pi * 0.9 * t), 0.15 * np.sin(2 * np.pi * 1.8 * t)


def running(duration_s: float) -> Part:
    """1.4 strides a second, in flight at every step."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return 35 * np.sin(2 * np.pi * 1.4 * t), 1.1 * np.sin(2 * np.pi * 2.8 * t)


def lying(duration_s: float) -> Part:
    """Still, but on the back."""
    n = round(duration_s * RATE_HZ)
    return np.full(n, 90.0), np.zeros(n)


def leg(*parts: Part) -> ImuSignal:
    """String parts together."""
    tilt_deg, bounce_g = (np.concatenate(column) for column in zip(*parts, strict=True))
    return planar_signal(np.arange(len(tilt_deg)) / RATE_HZ, tilt_deg, bounce_g)


def kinds(bouts: tuple[Bout, ...]) -> list[str]:
    return [bout.kind for bout in bouts]


WHOLE = leg(
    standing(4),
    *[squatting(2.5)] * 4,
    standing(3),
    walking(10),
    running(20),
    walking(6),
    standing(3),
)


def test_a_whole_session_is_parted_into_its_activities():
    found = find_bouts({"right_thigh": WHOLE})

    assert kinds(found) == ["stand", "squat", "stand", "walk", "run", "walk", "stand"]


def test_bouts_begin_and_end_within_a_second_and_a_half_of_the_truth():
    truth = np.cumsum([0, 4, 10, 3, 10, 20, 6, 3])

    found = find_bouts({"right_thigh": WHOLE})

    np.testing.assert_allclose([bout.start_s for bout in found], truth[:-1], atol=1.5)


@settings(max_examples=10, deadline=None)
@given(angles=st.tuples(*[st.floats(-180, 180)] * 3), shift_s=st.floats(-1e4, 1e4, allow_nan=False))
def test_neither_mounting_nor_a_shift_of_time_changes_the_activities(
    angles: tuple[float, float, float], shift_s: float
):
    mounting = Rotation.from_euler("xyz", angles, degrees=True)
    turned = ImuSignal(
        WHOLE.time_s + shift_s, mounting.apply(WHOLE.acc_mps2), mounting.apply(WHOLE.gyr_radps)
    )

    before = find_bouts({"left_thigh": WHOLE})
    after = find_bouts({"left_thigh": turned})

    assert kinds(after) == kinds(before)
    np.testing.assert_allclose(
        [bout.start_s - shift_s for bout in after], [b.start_s for b in before], atol=0.05
    )


def test_two_seconds_of_standing_are_found():
    found = find_bouts({"left_thigh": leg(walking(10), standing(2), walking(10))})

    assert kinds(found) == ["walk", "stand", "walk"]


def test_lying_is_no_standing():
    found = find_bouts({"left_thigh": leg(lying(10), walking(20), standing(3))})

    assert kinds(found) == ["walk", "stand"]


def test_a_single_deep_bend_is_no_set_of_squats():
    found = find_bouts({"left_thigh": leg(standing(4), squatting(2.5), standing(4))})

    assert kinds(found) == ["stand", "stand"]


def test_a_gap_of_minutes_ends_a_bout():
    time_s = WHOLE.time_s + np.where(WHOLE.time_s > 35, 300.0, 0.0)

    found = find_bouts({"left_thigh": WHOLE.retimed(time_s)})

    runs = [bout for bout in found if bout.kind == "run"]
    assert [bout.stop_s < 36 for bout in runs] == [True, False]


def test_lost_packets_change_no_activity():
    kept = np.random.default_rng(1).random(len(WHOLE) // 10) > 0.1
    mask = np.repeat(kept, 10)
    n = len(mask)
    gappy = ImuSignal(WHOLE.time_s[:n][mask], WHOLE.acc_mps2[:n][mask], WHOLE.gyr_radps[:n][mask])

    assert kinds(find_bouts({"left_thigh": gappy})) == kinds(find_bouts({"left_thigh": WHOLE}))


def test_a_leg_that_moves_while_the_other_stands_is_no_standing():
    quiet = leg(standing(20), walking(10))
    busy = leg(standing(5), *[squatting(2.5, depth_deg=20.0)] * 4, standing(5), walking(10))

    found = find_bouts({"left_thigh": quiet, "right_thigh": busy})

    assert [round(bout.start_s) for bout in found if bout.kind == "stand"] == [0, 15]


def test_a_biased_gyroscope_still_stands():
    biased = replace(WHOLE, gyr_radps=WHOLE.gyr_radps + np.deg2rad([3.0, -4.0, 2.0]))

    assert kinds(find_bouts({"left_thigh": biased}))[0] == "stand"


def test_no_leg_sensor_gives_no_bouts():
    assert find_bouts({"pelvis": WHOLE}) == ()


@pytest.mark.parametrize(
    ("trial", "kind", "share"),
    [
        ("f14", "stand", 0.95),
        ("f32", "squat", 0.7),
        ("f34", "walk", 0.8),
        ("f58", "walk", 0.95),
        ("f68", "run", 0.9),
    ],
)
@pytest.mark.parametrize(
    "worn", [("right_thigh", "right_shank"), ("right_thigh",), ("right_shank",)]
)
def test_real_trials_are_what_their_names_say(
    read_trial: ReadTrial, trial: str, kind: str, share: float, worn: tuple[Placement, ...]
):
    signals: dict[Placement, ImuSignal] = {
        placement: read_trial(trial)[placement] for placement in worn
    }

    found = find_bouts(signals)

    named_s = sum(bout.duration_s for bout in found if bout.kind == kind)
    assert named_s > share * signals[worn[0]].duration_s


@pytest.mark.parametrize("trial", ["f34", "f36", "f38", "f40", "f42", "f44", "f58"])
def test_real_walking_is_never_taken_for_running(read_trial: ReadTrial, trial: str):
    found = find_bouts(read_trial(trial))

    assert "run" not in kinds(found)
