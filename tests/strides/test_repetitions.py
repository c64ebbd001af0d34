"""Repetitions of legs whose poses are written down: found, told apart, judged."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, SIDES, Bout, Event, FloatArray, ImuSignal, Side
from imu_valgus.strides import (
    REPETITION_TABLE_COLUMNS,
    LegCourse,
    find_repetitions,
    hear_the_user,
)

RATE_HZ = 100.0
TIME_S = np.arange(0.0, 30.0, 1 / RATE_HZ)
STANDING = 0.0 * TIME_S
STAND_BOUTS = (Bout(0.0, 30.0, "stand"),)


def dip(start_s: float, end_s: float, *, held_s: float = 0.0) -> FloatArray:
    """0 before and after, smoothly to 1 in the middle (held there for a while) and back."""
    way_s = 0.5 * (end_s - start_s - held_s)
    down = np.clip((TIME_S - start_s) / way_s, 0, 1)
    up = np.clip((end_s - TIME_S) / way_s, 0, 1)
    share = np.minimum(down, up)
    return share**2 * (3 - 2 * share)


def leg(thigh_deg: FloatArray, flexion_deg: FloatArray, *, jolts_g=STANDING) -> LegCourse:
    """A leg whose thigh leans forwards and whose knee bends so; |a| is 1 g and the jolts."""
    acc = np.zeros((len(TIME_S), 3))
    acc[:, 1] = (1.0 + jolts_g) * GRAVITY_MPS2
    signal = ImuSignal(TIME_S, acc, np.zeros_like(acc), frame="segment")
    return LegCourse(TIME_S, flexion_deg, thigh_deg, thigh_deg - flexion_deg, signal, signal)


def squatting(depth: FloatArray) -> LegCourse:
    return leg(80.0 * depth, 105.0 * depth)


def on_one_leg(depth: FloatArray) -> LegCourse:
    return leg(45.0 * depth, 70.0 * depth)


STRAIGHT = leg(STANDING, STANDING)
FOUR_S = dip(10.0, 14.0)
LIFTED = dip(5.0, 20.0, held_s=14.0)
FREE_LEGS = {
    "straight": STRAIGHT,
    "in front": leg(40.0 * LIFTED, 5.0 * LIFTED),
    "bent behind": leg(-5.0 * LIFTED, 80.0 * LIFTED),
    "bent behind as it goes": leg(0.0 * FOUR_S, 60.0 * FOUR_S),
}


def found(legs: dict[Side, LegCourse], *, bouts=STAND_BOUTS, events=(), tied=True) -> pd.DataFrame:
    tables = find_repetitions(legs, bouts=bouts, events=events, tied=tied)
    return pd.concat([table.assign(side=side) for side, table in tables.items()])


def kinds(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["side"], table["kind"], strict=True))


def test_the_table_has_its_columns():
    table = find_repetitions({"left": squatting(FOUR_S)}, bouts=STAND_BOUTS)["left"]

    assert tuple(table) == REPETITION_TABLE_COLUMNS


def test_a_leg_that_stands_has_no_repetitions():
    assert found({"left": STRAIGHT}).empty


def test_both_knees_bending_together_is_a_squat_of_either_leg():
    both = squatting(FOUR_S)

    assert kinds(found({"left": both, "right": both})) == [("left", "squat"), ("right", "squat")]


def test_a_squat_that_leans_on_one_leg_stays_a_squat():
    legs: dict[Side, LegCourse] = {"left": squatting(FOUR_S), "right": squatting(0.75 * FOUR_S)}

    assert kinds(found(legs)) == [("left", "squat"), ("right", "squat")]


@pytest.mark.parametrize("event", ["start_s", "deepest_s", "end_s"])
def test_a_squat_is_timed_to_a_tenth_of_a_second(event):
    table = found({"left": squatting(FOUR_S)})

    true_s = {"start_s": 10.0, "deepest_s": 12.0, "end_s": 14.0}[event]
    assert table[event].to_numpy() == pytest.approx([true_s], abs=0.1)


def test_a_held_squat_is_deepest_in_the_middle_of_its_hold():
    table = found({"left": squatting(dip(10.0, 16.0, held_s=3.0))})

    assert table["deepest_s"].to_numpy() == pytest.approx([13.0], abs=0.05)


def test_a_squat_with_a_halt_half_way_is_one_and_starts_where_it_began():
    slow = 0.5 * dip(8.0, 16.0, held_s=6.0) + 0.5 * dip(11.0, 16.0, held_s=1.0)

    table = found({"left": squatting(slow)})

    assert table["start_s"].to_numpy() == pytest.approx([8.0], abs=0.1)


def test_repetitions_without_a_pause_are_parted_where_the_knee_is_straightest():
    table = found({"left": squatting(0.1 + 0.9 * (dip(10.0, 12.0) + dip(12.0, 14.0)))})

    assert table["end_s"].iloc[0] == pytest.approx(table["start_s"].iloc[1], abs=0.2)


def test_sitting_down_for_ten_seconds_is_no_repetition():
    assert found({"left": squatting(dip(8.0, 20.0, held_s=10.0))}).empty


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("free", FREE_LEGS)
def test_a_single_leg_squat_is_logged_for_the_leg_that_stands(free, side):
    other: Side = "left" if side == "right" else "right"

    table = found({side: on_one_leg(FOUR_S), other: FREE_LEGS[free]})

    assert kinds(table) == [(side, "single_leg_squat")]


@pytest.mark.parametrize("rear_flexion_deg", [10.0, 90.0])
def test_a_lunge_is_logged_for_its_front_leg(rear_flexion_deg):
    rear = leg(-15.0 * FOUR_S, rear_flexion_deg * FOUR_S)

    table = found({"left": rear, "right": leg(80.0 * FOUR_S, 90.0 * FOUR_S)})

    assert kinds(table) == [("right", "lunge")]


@dataclass(frozen=True)
class Drop:
    """A flight of so long, then a landing at 10 s with an impact."""

    flight_s: float = 0.25
    impact_g: float = 6.0

    def leg(self) -> LegCourse:
        since_s = TIME_S - 10.0
        jolts = np.where((since_s >= -self.flight_s) & (since_s < 0), -0.95, 0.0)
        jolts += np.where((since_s >= 0) & (since_s < 0.04), self.impact_g - 1.0, 0.0)
        sinking = 0.5 * dip(9.8, 10.4) * (TIME_S < 10.1) + 0.5
        bend = np.where(TIME_S < 10.1, sinking * dip(9.8, 10.4), dip(9.1, 11.1))
        return leg(40.0 * bend, 70.0 * bend, jolts_g=jolts)


def test_a_bend_after_flight_and_impact_is_a_landing():
    drop = Drop().leg()

    assert kinds(found({"left": drop, "right": drop})) == [
        ("left", "landing"),
        ("right", "landing"),
    ]


def test_a_landing_starts_at_contact():
    table = found({"left": Drop().leg()})

    assert table["start_s"].to_numpy() == pytest.approx([10.0], abs=0.03)


@pytest.mark.parametrize("drop", [Drop(flight_s=0.04), Drop(impact_g=1.2)])
def test_without_flight_or_impact_there_is_no_landing(drop):
    assert "landing" not in set(found({"left": drop.leg()})["kind"])


def test_a_knee_that_is_lifted_is_of_unknown_kind():
    moved = dip(10.0, 11.5)
    jolts_g = 0.3 * np.sin(2 * np.pi * (TIME_S - 10.0) / 1.5) * (moved > 0)

    table = found({"left": leg(90.0 * moved, 90.0 * moved, jolts_g=jolts_g), "right": STRAIGHT})

    assert list(zip(table["kind"], table["quality"], strict=True)) == [("unknown", "suspect")]


def test_a_heel_that_goes_to_the_buttock_is_of_unknown_kind():
    table = found({"left": leg(STANDING, 100.0 * FOUR_S), "right": STRAIGHT})

    assert list(table["kind"]) == ["unknown"]


def test_one_leg_worn_cannot_tell_a_squat_from_a_single_leg_squat_and_says_so():
    table = found({"left": on_one_leg(FOUR_S)})

    assert (table["kind"].item(), table["reason"].item()) == ("squat", "one leg worn")


def test_legs_on_clocks_that_are_not_tied_are_not_compared():
    table = found({"left": on_one_leg(FOUR_S), "right": STRAIGHT}, tied=False)

    assert (table["kind"].item(), table["reason"].item()) == ("squat", "other leg not known")


def test_noted_squats_bound_what_is_found():
    noted = Event(9.0, 6.0, "squat")

    table = found({"left": squatting(FOUR_S + dip(20.0, 24.0))}, events=[noted])

    assert table["deepest_s"].to_numpy() == pytest.approx([12.0], abs=0.1)


@pytest.mark.parametrize("kind", ["walk", "run"])
def test_bends_beside_gait_are_steps(kind):
    bouts = (Bout(0.0, 11.5, "stand"), Bout(12.5, 30.0, kind))

    assert found({"left": squatting(FOUR_S)}, bouts=bouts).empty


def test_a_rejected_repetition_is_named_by_side_and_start():
    start_s = float(found({"left": squatting(FOUR_S)})["start_s"].item())

    judged = found({"left": squatting(FOUR_S)})
    events = [Event(start_s, 0.0, "reject", "left")]
    table = hear_the_user(judged, events, side="left", start="start_s")

    assert (table["quality"].item(), table["reason"].item()) == ("rejected", "user")


def test_a_repetition_over_a_gap_of_a_sensor_is_rejected():
    whole = squatting(FOUR_S)
    kept = (TIME_S < 11.0) | (TIME_S > 11.5)
    acc = whole.shank.acc_mps2[kept]
    shank = ImuSignal(TIME_S[kept], acc, np.zeros_like(acc), frame="segment")

    table = found({"left": replace(whole, shank=shank)})

    assert (table["quality"].item(), table["reason"].item()) == ("rejected", "gap; one leg worn")
