"""Virtual sensors on the markers of a real run."""

from itertools import accumulate
from operator import mul
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    GRAVITY_MPS2,
    SIDES,
    ImuSignal,
    Markers,
    RecordingError,
    Side,
    placement_of,
)
from imu_valgus.simulation import (
    MeasuredRunParams,
    SensorParams,
    SimulatedRun,
    read_angles,
    read_markers,
    simulate_measured_run,
)
from imu_valgus.simulation.marker_contacts import find_marker_contacts
from imu_valgus.simulation.measured_poses import _measure


@pytest.fixture(scope="module")
def standing_markers(shared_data: Path) -> Markers:
    return read_markers(shared_data / "rbds001" / "RBDS001static.txt.gz")


@pytest.fixture(scope="module")
def running_markers(shared_data: Path) -> Markers:
    return read_markers(shared_data / "rbds001" / "RBDS001runT25markers.txt.gz")


@pytest.fixture(scope="module")
def perfect_run(
    standing_markers: Markers, running_markers: Markers, perfect_sensor: SensorParams
) -> SimulatedRun:
    params = MeasuredRunParams(sensor=perfect_sensor)
    return simulate_measured_run(standing_markers, running_markers, params=params)


def dead_reckon(signal: ImuSignal) -> Rotation:
    """Add up a perfect gyroscope's turns from the first sample on."""
    steps = np.diff(signal.time_s)[:, None] * (signal.gyr_radps[1:] + signal.gyr_radps[:-1]) / 2
    turns = accumulate(Rotation.from_rotvec(steps), mul, initial=Rotation.identity())
    return Rotation.concatenate(list(turns))


def test_the_marker_of_the_foot_that_hits_first_tells_the_contact():
    time_s = np.arange(0, 6, 1 / 150)
    flexion_deg = 40 - 40 * np.cos(2 * np.pi * (time_s - 0.5) / 0.75)
    bumps = [np.exp(-(((np.mod(time_s, 0.75) - at) / 0.01) ** 2)) for at in (0.40, 0.42)]

    landed, _ = find_marker_contacts(flexion_deg, np.column_stack(bumps[::-1]), rate_hz=150.0)

    np.testing.assert_allclose(np.mod(landed / 150, 0.75), 0.40, atol=1 / 150)


def test_markers_that_are_not_there_are_named(tmp_path: Path):
    with pytest.raises(RecordingError, match="nowhere"):
        read_markers(tmp_path / "nowhere.txt")


def test_a_marker_without_its_height_is_named(tmp_path: Path):
    table = tmp_path / "markers.txt"
    table.write_text("Time\tR.KneeX\tR.KneeZ\n0\t1\t2\n")

    with pytest.raises(RecordingError, match=r"R\.KneeY"):
        read_markers(table)


def test_a_lost_marker_is_filled_in_linearly(tmp_path: Path):
    table = tmp_path / "markers.txt"
    table.write_text("Time\tMX\tMY\tMZ\n0\t1000\t0\t0\n0.007\t\t0\t0\n0.013\t3000\t0\t0\n")

    assert read_markers(table)["M"][1, 0] == pytest.approx(2.0)


def test_the_standing_pose_is_held_still_and_upright(perfect_run: SimulatedRun):
    standing = perfect_run.bouts[0]

    for signal in perfect_run.signals.values():
        held = signal[signal.between(standing.start_s, standing.stop_s - 0.6)]
        np.testing.assert_allclose(np.linalg.norm(held.acc_mps2, axis=1), GRAVITY_MPS2, atol=1e-3)


def test_the_truth_is_zero_before_and_after_the_run(perfect_run: SimulatedRun):
    truth = perfect_run.truth
    still = (truth["time_s"] < 11.9) | (truth["time_s"] > 42.1)
    angles = truth.loc[still, ["flexion_deg", "valgus_deg", "internal_rotation_deg"]]

    assert angles.abs().to_numpy().max() < 1e-3


@pytest.mark.parametrize("side", SIDES)
def test_gyroscopes_alone_lead_back_to_the_true_angle(
    perfect_run: SimulatedRun, standing_markers: Markers, running_markers: Markers, side: Side
):
    standing = {name: places.mean(axis=0) for name, places in standing_markers.items()}
    thigh, shank = _measure(side, standing, running_markers, MeasuredRunParams()).standing
    first, last = 2400, 3400
    truth = perfect_run.truth[perfect_run.truth["side"] == side]["flexion_deg"].to_numpy()

    thigh_turn = dead_reckon(perfect_run.signals[placement_of(side, "thigh")][first:last])
    shank_turn = dead_reckon(perfect_run.signals[placement_of(side, "shank")][first:last])

    before = read_angles(thigh, shank, side=side).flexion_deg
    knee = read_angles(thigh * thigh_turn, shank * shank_turn, side=side)
    np.testing.assert_allclose(knee.flexion_deg - before, truth[first:last], atol=0.2)


@pytest.mark.parametrize("side", SIDES)
def test_strides_last_as_long_as_those_of_the_markers(perfect_run: SimulatedRun, side: Side):
    contacts = perfect_run.contacts[perfect_run.contacts["side"] == side]

    assert np.mean(np.diff(contacts["initial_contact_s"])) == pytest.approx(0.766, abs=0.003)


@pytest.mark.parametrize("side", SIDES)
def test_the_foot_travels_with_the_belt_in_stance(
    perfect_run: SimulatedRun, running_markers: Markers, side: Side
):
    contacts = perfect_run.contacts[perfect_run.contacts["side"] == side]
    middle_s = contacts[["initial_contact_s", "toe_off_s"]].mean(axis=1).to_numpy()
    forefoot_m = running_markers[f"{side[0].upper()}.MT5"][:, 0]
    frames = np.round((middle_s - 12.0) * 150).astype(int)

    speed_mps = (forefoot_m[frames + 5] - forefoot_m[frames - 5]) * 150 / 10

    np.testing.assert_allclose(speed_mps, -2.5, atol=0.25)


@pytest.mark.parametrize("side", SIDES)
def test_the_knee_centres_of_thigh_and_shank_part_as_skin_does(
    standing_markers: Markers, running_markers: Markers, side: Side
):
    standing = {name: places.mean(axis=0) for name, places in standing_markers.items()}

    leg = _measure(side, standing, running_markers, MeasuredRunParams())

    # Cappozzo et al. 1996, doi:10.1016/0268-0033(95)00046-1: skin slides by up to 40 mm.
    assert 0.002 < np.median(np.linalg.norm(leg.gap_m, axis=1)) < 0.040


def test_the_same_seed_gives_the_same_session(
    perfect_run: SimulatedRun,
    standing_markers: Markers,
    running_markers: Markers,
    perfect_sensor: SensorParams,
):
    params = MeasuredRunParams(sensor=perfect_sensor)
    again = simulate_measured_run(standing_markers, running_markers, params=params)

    for placement, signal in again.signals.items():
        np.testing.assert_array_equal(signal.acc_mps2, perfect_run.signals[placement].acc_mps2)
