"""Laps from events or from whole turns; straights and bends from the heading rate."""

import numpy as np
import pytest

from imu_valgus.core import Event
from imu_valgus.strides import Turning, find_laps, full_turns, lap_numbers, surfaces
from imu_valgus.strides.laps import stride_turn_rates

TIME_S = np.arange(0.0, 400.0, 0.01)


def turning(rate_dps) -> Turning:
    """A leg whose heading also swings by 40 °/s within the stride."""
    swing = 40.0 * np.sin(2 * np.pi * TIME_S / 0.7)
    return Turning(TIME_S, np.deg2rad(rate_dps + swing))


def track(speed_mps: float) -> Turning:
    """84.39 m straights and bends of 36.5 m radius, counterclockwise."""
    in_lap_m = (speed_mps * TIME_S) % 400.0
    bend = (in_lap_m % 200.0) >= 84.39
    return turning(np.where(bend, np.rad2deg(speed_mps / 36.8), 0.0))


def laps_by(turned: Turning):
    return find_laps(0.0, 399.0, turns_s=full_turns(0.0, 399.0, turned))


def test_whole_turns_make_laps():
    laps = laps_by(turning(np.full(len(TIME_S), 3.6)))

    assert [round(lap.stop_s) for lap in laps] == [100, 200, 300, 399]


def test_only_laps_with_both_ends_are_whole():
    laps = laps_by(turning(np.full(len(TIME_S), 3.6)))

    assert [lap.whole for lap in laps] == [True, True, True, False]


def test_turning_right_counts_like_turning_left():
    laps = laps_by(turning(np.full(len(TIME_S), -3.6)))

    assert len(laps) == 4


def test_lap_events_override_the_heading():
    events = [Event(150.0, 0.0, "lap"), Event(250.0, 0.0, "lap"), Event(260.0, 0.0, "pain")]

    laps = find_laps(0.0, 399.0, events=events, turns_s=full_turns(0.0, 399.0, track(4.0)))

    assert [(lap.start_s, lap.stop_s) for lap in laps] == [(0, 150), (150, 250), (250, 399)]


def test_a_treadmill_is_one_lap():
    laps = laps_by(turning(np.zeros(len(TIME_S))))

    assert [(lap.number, lap.whole) for lap in laps] == [(1, False)]


def test_without_heading_or_events_there_is_one_lap():
    assert len(find_laps(0.0, 399.0)) == 1


def test_a_contact_belongs_to_the_lap_in_which_it_lies():
    laps = find_laps(10.0, 100.0, events=[Event(50.0, 0.0, "lap")])

    assert lap_numbers(np.array([9.9, 49.9, 50.0, 120.0]), laps).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize("speed_mps", [2.5, 3.5, 6.0])
def test_straights_and_bends_of_a_track_are_told_apart(speed_mps):
    start_s = np.arange(1.0, 390.0, 0.7)
    in_lap_m = (speed_mps * (start_s + 0.35)) % 200.0
    far_from_ends = np.minimum(np.abs(in_lap_m - 84.39), np.abs(in_lap_m - 200.0)) > 15
    far_from_ends &= in_lap_m > 15

    named = surfaces(stride_turn_rates(start_s, start_s + 0.7, track(speed_mps)))

    truth = np.where(in_lap_m >= 84.39, "bend", "straight")
    assert np.array_equal(np.array(named)[far_from_ends], truth[far_from_ends])


def test_a_treadmill_is_straight():
    rates = stride_turn_rates(np.array([1.0, 2.0]), np.array([1.7, 2.7]), track(0.0))

    assert surfaces(rates) == ["straight", "straight"]


def test_without_heading_the_surface_is_unknown():
    rates = stride_turn_rates(np.array([1.0, 2.0]), np.array([1.7, 2.7]), None)

    assert surfaces(rates) == ["unknown", "unknown"]
