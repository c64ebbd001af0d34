"""What real recordings do to the relative heading: holes, standing, squats, clipping, impacts.

One simulated right leg, flesh and sensor errors included; bounds in degrees of heading between the
two earths, and what is stated of it must hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from sensor_truth import true_attitudes

from imu_valgus.calibration import static_pose
from imu_valgus.core import ActivityKind, BoolArray, Bout, FloatArray, ImuSignal
from imu_valgus.orientation import RelativeOrientation, estimate_attitude, relate_segments
from imu_valgus.simulation import RunnerParams, SensorParams, TissueParams, simulate_run

USUAL = RunnerParams(seed=31, sides=("right",), walk_s=15.0, squats=2, run_minutes=0.5)


@dataclass(frozen=True)
class Leg:
    """Both sensors on true time, and the truth: ``still_s`` is a moment of standing."""

    thigh: ImuSignal
    shank: ImuSignal
    bouts: tuple[Bout, ...]
    still_s: float
    true_time: Callable[[FloatArray], FloatArray]
    runner: RunnerParams

    def true_shank_to_thigh(self, time_s: FloatArray):
        thigh, shank = true_attitudes(
            simulated(self.runner), self.runner, "right", self.true_time(time_s)
        )
        return thigh.inv() * shank


@dataclass(frozen=True)
class Outcome:
    """Error of the heading between the two earths, and what was stated of it, degrees."""

    leg: Leg
    time_s: FloatArray
    error_deg: FloatArray
    sd_deg: FloatArray

    def during(self, kind: ActivityKind) -> BoolArray:
        """Tell which samples belong to bouts of a kind."""
        bouts = [bout for bout in self.leg.bouts if bout.kind == kind]
        return np.any(
            [(b.start_s <= self.time_s) & (self.time_s < b.stop_s) for b in bouts], axis=0
        )

    def rms_deg(self, kind: ActivityKind) -> float:
        return float(np.sqrt(np.mean(self.error_deg[self.during(kind)] ** 2)))


simulated = cache(simulate_run)


def leg_of(runner: RunnerParams) -> Leg:
    run = simulated(runner)
    thigh, shank = (
        signal.retimed(run.clocks[name].true_time(signal.time_s))
        for name, signal in run.signals.items()
    )
    start_s = next(bout.start_s for bout in run.bouts if bout.kind == "run")
    return Leg(thigh, shank, run.bouts, start_s - 1.5, lambda time_s: time_s, runner)


def related(leg: Leg) -> RelativeOrientation:
    poses = [static_pose(signal, leg.bouts[0]) for signal in (leg.thigh, leg.shank)]
    thigh, shank = (
        replace(signal, gyr_radps=signal.gyr_radps - pose.gyr_bias_radps)
        for signal, pose in zip((leg.thigh, leg.shank), poses, strict=True)
    )
    attitudes = estimate_attitude(thigh), estimate_attitude(shank)
    return relate_segments(thigh, shank, attitudes, thigh_up=poses[0].up, shank_up=poses[1].up)


def standing_longer(leg: Leg, seconds: float) -> Leg:
    """Let the runner stand on at ``still_s``, and the biases wander by 0.03 °/s meanwhile."""
    at_s = leg.still_s

    def true_time(time_s: FloatArray) -> FloatArray:
        return np.where(time_s < at_s, time_s, np.maximum(at_s, time_s - seconds))

    def later(time_s: float) -> float:
        return time_s + seconds * (time_s > at_s)

    return replace(
        leg,
        thigh=_stretched(leg.thigh, at_s, seconds),
        shank=_stretched(leg.shank, at_s, seconds),
        bouts=tuple(Bout(later(b.start_s), later(b.stop_s), b.kind) for b in leg.bouts),
        true_time=true_time,
    )


def _stretched(signal: ImuSignal, at_s: float, seconds: float) -> ImuSignal:
    at = int(np.searchsorted(signal.time_s, at_s))
    rng = np.random.default_rng(int(signal.time_s[0] * 1e6) % 1000)
    rate_hz, n = signal.sampling_rate_hz, round(seconds * signal.sampling_rate_hz)
    wander = np.radians(0.03) * rng.normal(size=3)
    middle = {
        name: getattr(signal, name)[at - 100 : at + 100].mean(axis=0) + sd * rng.normal(size=(n, 3))
        for name, sd in (("acc_mps2", 0.03), ("gyr_radps", 0.003))
    }
    middle["gyr_radps"] += wander * np.linspace(0, 1, n)[:, None]
    return ImuSignal(
        np.concatenate(
            [
                signal.time_s[:at],
                signal.time_s[at - 1] + np.arange(1, n + 1) / rate_hz,
                signal.time_s[at:] + n / rate_hz,
            ]
        ),
        np.concatenate([signal.acc_mps2[:at], middle["acc_mps2"], signal.acc_mps2[at:]]),
        np.concatenate(
            [signal.gyr_radps[:at], middle["gyr_radps"], signal.gyr_radps[at:] + wander]
        ),
    )


def without(signal: ImuSignal, lost: BoolArray) -> ImuSignal:
    kept = ~lost
    return ImuSignal(
        signal.time_s[kept], signal.acc_mps2[kept], signal.gyr_radps[kept], signal.clipped[kept]
    )


def with_a_gap() -> Leg:
    """A shank sensor that is away for 3 minutes and comes back 8 s into the run."""
    leg = standing_longer(leg_of(USUAL), 170.0)
    lost = (leg.shank.time_s > leg.still_s) & (leg.shank.time_s < leg.still_s + AWAY_S)
    return replace(leg, shank=without(leg.shank, lost))


def lossy() -> Leg:
    """One packet of 8 samples in a hundred is lost, of either sensor by itself."""
    leg, rng = leg_of(USUAL), np.random.default_rng(32)
    thigh, shank = (
        np.repeat(rng.random(len(signal) // 8 + 1) < 0.01, 8)[: len(signal)]
        for signal in (leg.thigh, leg.shank)
    )
    return replace(leg, thigh=without(leg.thigh, thigh), shank=without(leg.shank, shank))


AWAY_S = 180.0
LEGS: dict[str, Callable[[], Leg]] = {
    "usual": lambda: leg_of(USUAL),
    "3 minutes away": with_a_gap,
    "lost packets": lossy,
    "5 minutes of standing": lambda: standing_longer(leg_of(USUAL), 300.0),
    "2 minutes of squats": lambda: leg_of(replace(USUAL, squats=24)),
    "500 °/s": lambda: leg_of(replace(USUAL, sensor=SensorParams(gyr_range_dps=500.0))),
    "8 g": lambda: leg_of(
        replace(USUAL, tibial_shock_g=15.0, sensor=SensorParams(acc_range_g=8.0))
    ),
    "hard impacts": lambda: leg_of(
        replace(USUAL, tibial_shock_g=15.0, tissue=TissueParams(impact_turn_deg=12.0))
    ),
}


@cache
def outcome(name: str) -> Outcome:
    leg = LEGS[name]()
    found = related(leg)
    true = leg.true_shank_to_thigh(found.time_s)
    error = found.thigh_to_earth.apply((found.shank_to_thigh * true.inv()).as_rotvec(degrees=True))
    return Outcome(leg, found.time_s, error[:, 2], np.degrees(found.heading_sd_rad))


@pytest.mark.parametrize(
    ("name", "bound_deg"),
    [
        ("3 minutes away", 2.5),
        ("lost packets", 3.0),
        ("5 minutes of standing", 2.5),
        ("2 minutes of squats", 2.5),
        ("500 °/s", 3.0),
        ("8 g", 2.5),
        ("hard impacts", 2.5),
    ],
)
def test_the_heading_in_running_survives(name: str, bound_deg: float):
    found = outcome(name)

    assert found.rms_deg("run") < bound_deg


@pytest.mark.parametrize(
    ("name", "kind"), [("5 minutes of standing", "stand"), ("2 minutes of squats", "squat")]
)
def test_minutes_that_tell_nothing_are_bridged_by_the_gyroscopes(name: str, kind: ActivityKind):
    found = outcome(name)

    assert found.rms_deg(kind) < 5.0


@pytest.mark.parametrize("name", list(LEGS))
def test_the_stated_error_of_the_heading_holds(name: str):
    found = outcome(name)

    assert np.mean(np.abs(found.error_deg) < 1.96 * found.sd_deg) > 0.95


def test_the_heading_is_stated_less_sure_the_longer_the_runner_stands():
    found = outcome("5 minutes of standing")

    early, middle = np.searchsorted(found.time_s, found.leg.still_s + np.array([2.0, 150.0]))
    assert found.sd_deg[middle] > 2 * found.sd_deg[early]


@pytest.mark.parametrize("name", ["500 °/s", "lost packets"])
def test_the_heading_is_stated_less_sure_where_the_gyroscope_missed_something(name: str):
    found, usual = outcome(name), outcome("usual")

    assert found.sd_deg[found.during("run")].mean() > 1.1 * usual.sd_deg[usual.during("run")].mean()


def test_nothing_is_told_while_a_sensor_is_away():
    found = outcome("3 minutes away")

    since_s = found.time_s - found.leg.still_s
    assert not ((since_s > 1.0) & (since_s < AWAY_S - 1.0)).any()
