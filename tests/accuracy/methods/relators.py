"""Other ways to tie thigh and shank than ours: called as it is, with its clocks, start and arms.

Put in its place they leave all else, axis and angles, as it is.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from unittest.mock import patch

import numpy as np
from accuracy.methods.ours import motion_of
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, ImuSignal, SegmentOrientation, about_vertical, compose
from imu_valgus.orientation import (
    Course,
    LeverArms,
    RelativeOrientation,
    RelativeParams,
    relate_segments,
)
from imu_valgus.orientation.attitude import attitude_at
from imu_valgus.orientation.block_chain import BlockChain
from imu_valgus.orientation.bridging import bridged
from imu_valgus.orientation.chain import smooth_chain
from imu_valgus.orientation.heading import knot_evidence
from imu_valgus.orientation.knots import Knots
from imu_valgus.orientation.lever_arms import expected_arms, fit_arms
from imu_valgus.orientation.relative import HeadingTie, tie_by_heading
from imu_valgus.sync import inside

Pair = tuple[SegmentOrientation, SegmentOrientation]
Relator = Callable[..., RelativeOrientation]


@contextmanager
def in_the_pipeline(relate: Relator) -> Generator[None]:
    """Let the analysis relate the segments in another way."""
    with patch("imu_valgus.pipeline.leg.relate_segments", relate):
        motion_of.cache_clear()
        yield
    motion_of.cache_clear()


def by_heading(
    thigh: ImuSignal,
    shank: ImuSignal,
    attitudes: Pair,
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    params: RelativeParams | None = None,
) -> RelativeOrientation:
    """Find one angle a second, the filters' verticals believed: what ours starts from."""
    params = params or RelativeParams()
    tie = _tie(thigh, shank, attitudes, (thigh_up, shank_up), params)
    return _told(thigh, shank, attitudes, tie, tie.heading)


def by_heading_and_standing(
    thigh: ImuSignal,
    shank: ImuSignal,
    attitudes: Pair,
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    params: RelativeParams | None = None,
) -> RelativeOrientation:
    """Find the same, and believe that the feet point alike, to 5°, whenever the runner stands."""
    params = params or RelativeParams()
    tie = _tie(thigh, shank, attitudes, (thigh_up, shank_up), params)
    knots = Knots.every(params.heading.knot_s, tie.near.time_s)
    agreement, weight = knot_evidence(
        knots.of_sample,
        tie.near.joint_mps2(tie.arms.thigh_m),
        tie.far.joint_mps2(tie.arms.shank_m),
        time_s=tie.near.time_s,
        params=params.heading,
    )
    value = tie.heading.value
    seen = value + np.angle(agreement * np.exp(-1j * value))
    expected, sure = _standing(thigh, shank, attitudes, tie, knots)
    walk = params.heading.walk_rad_per_sqrt_s**2 * np.diff(knots.time_s)
    stiffness = np.where(knots.cut, 0.0, 1.0 / walk)
    value = smooth_chain(weight * seen + sure * expected, weight + sure, stiffness)
    return _told(thigh, shank, attitudes, tie, replace(tie.heading, value=value))


@dataclass(frozen=True, slots=True)
class WindowParams:
    """``window_s``: length. ``heading_walk``, ``tilt_walk``: of the turn between windows.

    ``tilt_sd_rad``: how far the two filters' verticals may part. Chosen on simulated runs, seeds 1
    to 6 with 2 minutes each.
    """

    window_s: float = 10.0
    heading_walk_rad_per_sqrt_s: float = float(np.radians(0.4))
    tilt_walk_rad_per_sqrt_s: float = float(np.radians(0.1))
    tilt_sd_rad: float = float(np.radians(1.5))
    floor_mps2: float = 0.5
    independent_per_s: float = 3.0
    rounds: int = 3
    steps: int = 4


_WINDOW: Final = WindowParams()


def by_windows(
    thigh: ImuSignal,
    shank: ImuSignal,
    attitudes: Pair,
    *,
    thigh_up: FloatArray,
    shank_up: FloatArray,
    params: RelativeParams | None = None,
) -> RelativeOrientation:
    """Find the whole turn between the two earths, three angles every 10 s."""
    params = params or RelativeParams()
    tie = _tie(thigh, shank, attitudes, (thigh_up, shank_up), params)
    knots = Knots.every(_WINDOW.window_s, tie.near.time_s)
    turn = np.column_stack([np.zeros((len(knots), 2)), tie.heading.at(knots.time_s)])
    for _ in range(_WINDOW.rounds):
        for _ in range(_WINDOW.steps):
            turn = turn + _window_step(tie, knots, turn)
        arms = fit_arms(
            tie.near,
            tie.far,
            turn=knots.read(_rotation(turn), tie.near.time_s).as_matrix(),
            weight=np.ones(len(tie.near.time_s)),
            expected=expected_arms(thigh_up, shank_up, params=params.arms),
            params=params.arms,
        )
        tie = replace(tie, arms=arms)
    found = _told(thigh, shank, attitudes, tie, tie.heading)
    late_s = found.time_s + found.lateness.at(found.time_s)
    to_earth = compose(knots.read(_rotation(turn), found.time_s), attitude_at(attitudes[1], late_s))
    return replace(found, shank_to_earth=to_earth)


RELATORS: Final[Mapping[str, Relator]] = {
    "ours: sparse smoother": relate_segments,
    "heading smoother": by_heading,
    "heading smoother + standing": by_heading_and_standing,
    "three-axis windows": by_windows,
}


def _tie(
    thigh: ImuSignal,
    shank: ImuSignal,
    attitudes: Pair,
    ups: tuple[FloatArray, FloatArray],
    params: RelativeParams,
) -> HeadingTie:
    whole = bridged(thigh), bridged(shank)
    return tie_by_heading(whole, attitudes, thigh_up=ups[0], shank_up=ups[1], params=params)


def _told(
    thigh: ImuSignal, shank: ImuSignal, attitudes: Pair, tie: HeadingTie, heading: Course
) -> RelativeOrientation:
    late_s = thigh.time_s + tie.lateness.at(thigh.time_s)
    shared = inside(shank.time_s, late_s)
    time_s = thigh.time_s[shared]
    return RelativeOrientation(
        time_s=time_s,
        thigh_to_earth=attitudes[0].to_earth[shared],
        shank_to_earth=compose(
            about_vertical(heading.at(time_s)), attitude_at(attitudes[1], late_s[shared])
        ),
        heading_sd_rad=heading.sd_at(time_s),
        lateness=tie.lateness,
        arms=LeverArms(tie.arms.thigh_m, tie.arms.shank_m),
        mismatch_mps2=0.0,
    )


_STANDING_RADPS: Final = float(np.radians(5.0))
_STANDING_SD_RAD: Final = float(np.radians(5.0))


def _standing(
    thigh: ImuSignal, shank: ImuSignal, attitudes: Pair, tie: HeadingTie, knots: Knots
) -> tuple[FloatArray, FloatArray]:
    """Return the heading (k,) at which the feet point as they do on average, 1/rad² where known."""
    time_s = tie.near.time_s
    late_s = time_s + tie.lateness.at(time_s)
    everything = np.ones(len(time_s))
    moving = np.zeros(len(knots))
    yaws: list[FloatArray] = []
    for signal, attitude, at_s in zip((thigh, shank), attitudes, (time_s, late_s), strict=True):
        speed = np.linalg.norm(signal.gyr_radps, axis=1)
        moving = np.maximum(moving, knots.means(np.interp(at_s, signal.time_s, speed), everything))
        # The sensor's axis that lies flattest when standing tells where it points.
        axes = attitude_at(attitude, at_s).as_matrix()
        flattest = int(np.argmin(np.abs(axes[:, 2, :]).mean(axis=0)))
        pointing = knots.means(axes[:, :2, flattest], everything)
        yaws.append(np.arctan2(pointing[:, 1], pointing[:, 0]))
    still = moving < _STANDING_RADPS
    apart = np.exp(1j * (yaws[0] - yaws[1] - tie.heading.value))
    usual = np.angle(np.sum(apart[still])) if still.any() else 0.0
    value = tie.heading.value
    expected = value + np.angle(apart * np.exp(-1j * usual))
    # All seconds of one standing say the same.
    bout = np.cumsum(np.diff(still, prepend=False) & still)
    length = np.bincount(bout, still)[bout]
    return expected, np.where(still, 1.0 / (_STANDING_SD_RAD**2 * np.maximum(length, 1)), 0.0)


def _window_step(tie: HeadingTie, knots: Knots, turn: FloatArray) -> FloatArray:
    """Return by how much tilts and heading (k, 3) should change."""
    fixed = tie.near.joint_mps2(tie.arms.thigh_m)
    moved = _rotation(turn)[knots.of_sample].apply(tie.far.joint_mps2(tie.arms.shank_m))
    everything = np.ones(len(fixed))
    variance = knots.means(np.mean((fixed - moved) ** 2, axis=1), everything)
    step_s = float(np.median(np.diff(tie.near.time_s)))
    worth = min(_WINDOW.independent_per_s * step_s, 1.0)
    weight = (worth / (variance + _WINDOW.floor_mps2**2))[knots.of_sample]
    outer = knots.sums(weight[:, None, None] * moved[:, :, None] * moved[:, None, :])
    normal = np.trace(outer, axis1=1, axis2=2)[:, None, None] * np.eye(3) - outer
    chain = BlockChain(len(knots), 3)
    chain.add(0, normal, knots.sums(weight[:, None] * np.cross(moved, fixed)))
    upright = np.array([1.0, 1.0, 0.0]) / _WINDOW.tilt_sd_rad**2
    chain.add(0, np.diag(upright), -upright * turn)
    walk = [_WINDOW.tilt_walk_rad_per_sqrt_s] * 2 + [_WINDOW.heading_walk_rad_per_sqrt_s]
    scaled = np.broadcast_to(np.diag(1.0 / np.array(walk)), (len(knots) - 1, 3, 3))
    rest = np.diff(turn, axis=0) / walk
    chain.tie(-scaled, scaled, rest, np.where(knots.cut, 0.0, 1.0 / np.diff(knots.time_s)))
    return chain.solve()


def _rotation(turn: FloatArray) -> Rotation:
    """Return heading, then tilt, of (k, 3): tilt about x and y, heading."""
    return compose(Rotation.from_rotvec(turn * [1.0, 1.0, 0.0]), about_vertical(turn[:, 2]))
