"""A simulated run is physics, its truth is exact, and its seed repeats it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, Placement, Side, placement_of
from imu_valgus.simulation import RunnerParams, SensorParams, SimulatedRun, simulate_run
from imu_valgus.simulation.run import SEGMENTS, build_legs

SIDES: tuple[Side, Side] = ("left", "right")


def peaks_in_stance(run: SimulatedRun, side: Side) -> np.ndarray:
    truth = run.truth[run.truth["side"] == side]
    strides = run.contacts[run.contacts["side"] == side]
    time_s, valgus_deg = truth["time_s"].to_numpy(), truth["valgus_deg"].to_numpy()
    edges = np.searchsorted(time_s, strides[["initial_contact_s", "toe_off_s"]].to_numpy())
    return np.array([valgus_deg[start:stop].max() for start, stop in edges[5:-5]])


def acceleration_of_the_knee(run: SimulatedRun, placement: Placement) -> FloatArray:
    """Return the specific force at the knee in the segment's axes, from one perfect sensor."""
    signal, lever_m = run.signals[placement], run.mountings[placement].position_m
    rate = signal.gyr_radps
    turning = CubicSpline(signal.time_s, rate)(signal.time_s, 1)
    carried = np.cross(turning, lever_m) + np.cross(rate, np.cross(rate, lever_m))
    return np.asarray(signal.acc_mps2 - carried)


@pytest.mark.parametrize("side", SIDES)
def test_the_gyroscopes_integrate_to_the_change_of_attitude(
    bare_run: SimulatedRun, bare_runner: RunnerParams, side: Side
):
    signal = bare_run.signals[placement_of(side, "shank")]
    leg = build_legs(bare_runner)[1][side]
    part = slice(*np.searchsorted(signal.time_s, [40.0, 42.0]))
    ends = signal.time_s[[part.start, part.stop]]

    steps = Rotation.from_rotvec(
        0.5
        * (signal.gyr_radps[part] + signal.gyr_radps[part.start + 1 : part.stop + 1])
        * np.diff(signal.time_s).mean()
    )
    turned = Rotation.identity()
    for step in steps:
        turned = turned * step

    before, after = leg.shank(ends, leg.angles(ends))[0]
    assert np.degrees((turned.inv() * before.inv() * after).magnitude()) < 0.1


@pytest.mark.parametrize("side", SIDES)
def test_thigh_and_shank_agree_on_the_acceleration_of_the_knee(
    bare_run: SimulatedRun, bare_runner: RunnerParams, side: Side
):
    leg = build_legs(bare_runner)[1][side]
    time_s = bare_run.signals[placement_of(side, "thigh")].time_s[:11_000]
    angles = leg.angles(time_s)
    at_knee = {
        segment: acceleration_of_the_knee(bare_run, placement_of(side, segment))[: len(time_s)]
        for segment in SEGMENTS
    }

    difference = leg.thigh(time_s, angles)[0].apply(at_knee["thigh"])
    difference -= leg.shank(time_s, angles)[0].apply(at_knee["shank"])

    assert np.sqrt(np.mean(difference[2:-2] ** 2)) < 0.01


def test_truth_reads_the_commanded_angles_back(bare_run: SimulatedRun, bare_runner: RunnerParams):
    leg = build_legs(bare_runner)[1]["left"]
    truth = bare_run.truth[bare_run.truth["side"] == "left"]

    commanded = leg.angles(truth["time_s"].to_numpy()).knee.valgus_deg

    np.testing.assert_allclose(truth["valgus_deg"], commanded, atol=1e-9)


@pytest.mark.parametrize("angle", ["flexion_deg", "valgus_deg", "internal_rotation_deg"])
def test_the_angles_are_zero_in_the_standing_pose(real_run: SimulatedRun, angle: str):
    standing = real_run.truth[real_run.truth["time_s"] < 8.0]

    assert standing[angle].abs().max() < 0.2


def test_a_still_sensor_reads_gravity_within_its_errors(real_run: SimulatedRun):
    signal = real_run.signals["right_thigh"]

    still = np.linalg.norm(signal.acc_mps2[signal.time_s < 8.0], axis=1)

    assert still.mean() == pytest.approx(GRAVITY_MPS2, abs=0.6)


def test_the_stance_peak_starts_where_it_was_set_and_drifts_as_far():
    run = simulate_run(
        RunnerParams(
            seed=5,
            sides=("right",),
            run_minutes=4.0,
            right_valgus_peak_deg=6.0,
            right_valgus_drift_deg=3.0,
            sensor=SensorParams(sampling_rate_hz=100.0),
        )
    )

    peaks = peaks_in_stance(run, "right")

    slope, start = np.polyfit(np.linspace(0, 1, len(peaks)), peaks, 1)
    assert (start, slope) == pytest.approx((6.0, 3.0), abs=0.2)


def test_the_peaks_differ_between_strides_by_the_noise_that_was_asked_for():
    run = simulate_run(
        RunnerParams(seed=6, sides=("left",), run_minutes=4.0, left_valgus_noise_sd_deg=0.44)
    )

    assert np.std(peaks_in_stance(run, "left")) == pytest.approx(0.44, rel=0.15)


def test_the_left_foot_lands_half_a_stride_after_the_right(real_run: SimulatedRun):
    left, right = (
        real_run.contacts.loc[real_run.contacts["side"] == side, "initial_contact_s"].to_numpy()
        for side in SIDES
    )
    later = left[np.searchsorted(left, right[5:-5])] - right[5:-5]

    assert np.median(later / np.diff(right).mean()) == pytest.approx(0.5, abs=0.03)


def test_in_stance_is_from_contact_to_toe_off(real_run: SimulatedRun):
    truth = real_run.truth[real_run.truth["side"] == "left"]
    stride = real_run.contacts[real_run.contacts["side"] == "left"].iloc[10]
    time_s = truth["time_s"]
    near = truth[
        (time_s > stride["initial_contact_s"] - 0.1) & (time_s < stride["toe_off_s"] + 0.1)
    ]

    stance = near.loc[near["in_stance"], "time_s"]

    edges = stride["initial_contact_s"], stride["toe_off_s"]
    assert (stance.min(), stance.max()) == pytest.approx(edges, abs=0.0051)


def test_the_same_seed_gives_the_same_run(bare_runner: RunnerParams, bare_run: SimulatedRun):
    again = simulate_run(bare_runner)

    np.testing.assert_array_equal(
        again.signals["right_shank"].acc_mps2, bare_run.signals["right_shank"].acc_mps2
    )


def test_other_sensors_leave_the_motion_as_it_was(
    bare_runner: RunnerParams, bare_run: SimulatedRun
):
    other = simulate_run(replace(bare_runner, sides=("left",), sensor=SensorParams()))

    left = bare_run.contacts[bare_run.contacts["side"] == "left"]
    np.testing.assert_array_equal(other.contacts["initial_contact_s"], left["initial_contact_s"])


def test_another_seed_gives_another_run(bare_runner: RunnerParams, bare_run: SimulatedRun):
    other = simulate_run(replace(bare_runner, seed=4))

    assert not np.array_equal(
        other.contacts["initial_contact_s"].iloc[:20],
        bare_run.contacts["initial_contact_s"].iloc[:20],
    )


def test_every_other_sensor_has_a_clock_of_its_own(real_run: SimulatedRun):
    clocks = {name: (clock.start_s, clock.drift_ppm) for name, clock in real_run.clocks.items()}

    assert clocks["left_thigh"] == (0.0, 0.0)
    assert clocks["right_thigh"] == tuple(-value for value in clocks["right_shank"])


def test_a_sensor_samples_the_same_motion_at_its_own_instants(bare_runner: RunnerParams):
    late = replace(
        bare_runner,
        sides=("left",),
        sensor=replace(bare_runner.sensor, clock_offset_s=0.3, clock_drift_ppm=80.0),
    )
    on_time = simulate_run(replace(bare_runner, sides=("left",))).signals["left_shank"]

    run = simulate_run(late)

    signal, clock = run.signals["left_shank"], run.clocks["left_shank"]
    true_s = clock.true_time(signal.time_s)
    inside = (true_s > 40) & (true_s < 60)
    expected = np.interp(true_s[inside], on_time.time_s, on_time.gyr_radps[:, 2])
    np.testing.assert_allclose(signal.gyr_radps[inside, 2], expected, atol=0.05)


def test_one_leg_alone_is_a_run():
    run = simulate_run(RunnerParams(run_minutes=0.2, sides=("right",), squats=0, walk_s=0.0))

    assert list(run.signals) == ["right_thigh", "right_shank"]
    assert [bout.kind for bout in run.bouts] == ["stand", "run", "stand"]


def test_a_lap_of_the_track_turns_once_round(bare_runner: RunnerParams):
    leg = build_legs(bare_runner)[1]["left"]
    place, heading, _ = leg.path.at(np.linspace(0, 400, 4001))

    assert np.unwrap(heading)[-1] == pytest.approx(2 * np.pi, abs=1e-3)
    np.testing.assert_allclose(place[-1], place[0], atol=1e-6)


def test_the_stance_foot_keeps_up_with_the_belt():
    runner = RunnerParams(
        seed=1, run_minutes=0.3, course="treadmill", speed_mps=2.5, cadence_spm=156
    )
    timeline, legs = build_legs(runner)
    leg = legs["right"]
    contact_s = leg.strides["run"].initial_contact_s
    contact_s = contact_s[timeline.weight("run", contact_s) == 1.0]

    early, late = (
        (knee_m + turn.apply([0.0, -0.246 * runner.height_m, 0.0]))[:, 0]
        for turn, knee_m in (
            leg.shank(time_s, leg.angles(time_s)) for time_s in (contact_s + 0.06, contact_s + 0.18)
        )
    )

    assert np.mean(late - early) / 0.12 == pytest.approx(-2.5, rel=0.1)


def test_a_deep_squat_turns_the_thigh_sensor_on_the_bone(bare_runner: RunnerParams):
    bare = simulate_run(replace(bare_runner, sides=("left",)))
    fleshy = simulate_run(
        replace(
            bare_runner,
            sides=("left",),
            tissue=replace(bare_runner.tissue, squat_turn_deg=12.0),
        )
    )
    bottom = next(bout for bout in bare.bouts if bout.kind == "squat").start_s + 2.0
    at = int(np.searchsorted(bare.signals["left_thigh"].time_s, bottom))

    up = [run.signals["left_thigh"].acc_mps2[at] for run in (bare, fleshy)]

    cosine = up[0] @ up[1] / np.linalg.norm(up[0]) / np.linalg.norm(up[1])
    assert 9.0 < np.degrees(np.arccos(cosine)) < 14.0


def test_impacts_reach_the_shank_as_hard_as_asked_for(
    bare_runner: RunnerParams, bare_run: SimulatedRun
):
    run = simulate_run(replace(bare_runner, tibial_shock_g=8.0))
    signal, soft = run.signals["left_shank"], bare_run.signals["left_shank"]
    added_g = np.linalg.norm(signal.acc_mps2 - soft.acc_mps2, axis=1) / GRAVITY_MPS2
    contacts = run.contacts[run.contacts["side"] == "left"].iloc[3:-3]
    starts = np.searchsorted(signal.time_s, contacts["initial_contact_s"])

    shocks_g = [added_g[start : start + 14].max() for start in starts]

    assert np.mean(shocks_g) == pytest.approx(8.0, rel=0.1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sides": ()}, "sides"),
        ({"speed_mps": 0.0}, "speed_mps"),
        ({"stance_fraction": 0.9}, "0.6"),
    ],
)
def test_a_runner_that_cannot_be_is_refused(changed: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        RunnerParams(**changed)  # pyright: ignore[reportArgumentType]


def test_another_donning_leaves_the_gait_as_it_was():
    runner = RunnerParams(seed=5, run_minutes=0.2, walk_s=0.0, squats=0)

    first, again = (
        peaks_in_stance(simulate_run(one), "left") for one in (runner, replace(runner, donning=1))
    )

    # Single strides differ by 0.44°, the zero in standing is taken out.
    assert again.mean() == pytest.approx(first.mean(), abs=0.6)


def test_another_donning_mounts_the_sensors_anew():
    runner = RunnerParams(seed=5, run_minutes=0.2, walk_s=0.0, squats=0)

    first, again = (
        simulate_run(one).mountings["left_thigh"] for one in (runner, replace(runner, donning=1))
    )

    apart = first.sensor_to_segment.inv() * again.sensor_to_segment
    assert np.degrees(apart.magnitude()) > 1.0


def test_of_flesh_and_posture_only_the_share_that_is_not_kept_changes():
    runner = RunnerParams(
        seed=5, run_minutes=0.2, squats=0, kept_share=1.0, standing_valgus_sd_deg=0.0
    )

    first, again = (
        build_legs(one)[1]["left"].traits for one in (runner, replace(runner, donning=1))
    )

    assert again == first
