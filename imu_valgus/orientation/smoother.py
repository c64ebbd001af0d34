"""Both sensors' attitude over a whole recording at once, gyroscope bias and vertical included.

The gyroscopes are integrated freely; how far that has turned away from earth (three angles a
sensor) and the bias that turned it are unknown every two seconds. Neighbouring knots are tied by
what the bias would have turned, each sensor to gravity by its mean force, the two to each other by
the acceleration of the joint they share: a banded Gauss-Newton, in turn with the lever arms.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, BoolArray, FloatArray, SegmentOrientation, compose
from imu_valgus.orientation.attitude import attitude_at
from imu_valgus.orientation.block_chain import BlockChain
from imu_valgus.orientation.chain import Course
from imu_valgus.orientation.joint_acceleration import JointTerms
from imu_valgus.orientation.knots import Knots
from imu_valgus.orientation.lever_arms import ArmParams, LeverArms, fit_arms

_UNKNOWNS = 12
"""Turn of the thigh's sensor, of the shank's, bias of the thigh's gyroscope, of the shank's."""


@dataclass(frozen=True, slots=True)
class SmootherParams:
    """What the smoother believes; chosen on simulated runs, seeds 1 to 6 with 2 minutes each.

    Parameters
    ----------
    knot_s : float
        Distance of the knots.
    walk_rad_per_sqrt_s : float
        How an attitude wanders beside what its bias explains: scale and cross-axis errors in
        motion.
    bias_sd_radps, bias_walk_radps_per_sqrt_s, bias_jump_radps : float
        What is left of a bias after standing's was taken off, how it wanders, and how far it may
        go over a gap; scale errors times mean rates are in it.
    rest_turn_rad, rest_mps2, rest_sd_radps : float
        A sensor that turns less than this in a knot, and whose force changes less, is at rest, but
        for the body's sway; its mean rate is its bias to within ``rest_sd_radps``.
    gravity_sd_mps2 : float
        By how much a knot's mean force may be off the vertical: the runner speeds up and turns.
    clipped_sd_mps2 : float
        The same for what clipped impacts take away from it: 5 g missed for 10 ms in each stride.
    floor_mps2 : float
        The least mismatch of the joint's acceleration that sensors on flesh are granted.
    independent_per_s : float
        Samples that tell anything new, below the low-pass.
    flesh_rad : float
        What flesh that turns with every stride does to the heading of all of them alike: no
        smoothing takes it off, so it stays in the stated error.
    rounds, steps : int
        Fits of the lever arms, and Gauss-Newton steps before each.
    """

    knot_s: float = 2.0
    walk_rad_per_sqrt_s: float = float(np.radians(0.3))
    bias_sd_radps: float = float(np.radians(0.3))
    bias_walk_radps_per_sqrt_s: float = float(np.radians(0.03))
    bias_jump_radps: float = float(np.radians(0.1))
    rest_turn_rad: float = float(np.radians(1.5))
    rest_mps2: float = 0.3
    rest_sd_radps: float = float(np.radians(0.4))
    gravity_sd_mps2: float = 0.7
    clipped_sd_mps2: float = 1.0
    floor_mps2: float = 0.5
    independent_per_s: float = 3.0
    flesh_rad: float = float(np.radians(1.3))
    rounds: int = 2
    steps: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class SensorEvidence:
    """What one sensor brings, at the samples (n) on which the two are compared.

    ``terms``: of the joint, in the frame of ``frame`` (n), the attitude that its gyroscope alone
    gives. ``trusted`` (n,): the low-pass reaches no clipped sample. ``doubt_rad2`` (n,): variance
    of the turn that the gyroscope missed from this sample to the next, by clipping or a hole.
    """

    terms: JointTerms
    frame: Rotation
    trusted: BoolArray
    doubt_rad2: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SmoothedPair:
    """What is found: turns (k) at the knots from either sensor's integrated attitude to earth.

    ``heading_sd_rad`` (k,): of the shank's earth in the thigh's.
    """

    knots: Knots
    turns: tuple[Rotation, Rotation]
    heading_sd_rad: FloatArray
    arms: LeverArms
    mismatch_mps2: float

    def attitude(self, sensor: int, integrated: SegmentOrientation, time_s: FloatArray) -> Rotation:
        """Return a sensor's attitude at times (m,): 0 the thigh's, 1 the shank's.

        ``integrated`` is on the sensor's samples, on the thigh's clock.
        """
        turn = self.knots.read(self.turns[sensor], time_s)
        return compose(turn, attitude_at(integrated, time_s))

    def heading_sd_at(self, time_s: FloatArray) -> FloatArray:
        """Return the heading's standard deviation at times (m,)."""
        knots = self.knots
        return Course(knots.time_s, self.heading_sd_rad, self.heading_sd_rad, knots.cut).at(time_s)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The unknowns: turns and biases, thigh's and shank's, k each."""

    turns: tuple[Rotation, Rotation]
    biases: tuple[FloatArray, FloatArray]

    def moved(self, step: FloatArray) -> Self:
        """Return the state after a step (k, 12)."""
        turns, biases = (
            [step[:, first : first + 3] for first in firsts] for firsts in ((0, 3), (6, 9))
        )
        thigh, shank = (
            compose(Rotation.from_rotvec(small), turn)
            for small, turn in zip(turns, self.turns, strict=True)
        )
        return replace(
            self,
            turns=(thigh, shank),
            biases=(self.biases[0] + biases[0], self.biases[1] + biases[1]),
        )


def smooth_pair(
    sensors: tuple[SensorEvidence, SensorEvidence],
    to_earth: tuple[Rotation, Rotation],
    *,
    arms: tuple[LeverArms, LeverArms],
    arm_params: ArmParams,
    params: SmootherParams,
) -> SmoothedPair:
    """Find both sensors' attitudes from all that ties them.

    Parameters
    ----------
    sensors : (thigh's, shank's)
        On the same n samples.
    to_earth : (thigh's, shank's)
        Sensor to one earth (n each) to some 30°: where the search starts.
    arms : (believed, expected)
        Lever arms to start with, and those of anatomy that they lean on.
    """
    problem = _Problem(sensors, Knots.every(params.knot_s, sensors[0].terms.time_s), params)
    state = problem.start(to_earth)
    believed, expected = arms
    for _ in range(params.rounds):
        for _ in range(params.steps):
            state = state.moved(problem.equations(state, believed).solve())
        believed = problem.fitted_arms(state, believed, expected, arm_params)
    apart = np.zeros(_UNKNOWNS)
    apart[[2, 5]] = 1.0, -1.0
    variance = problem.equations(state, believed).variance_of(apart) + params.flesh_rad**2
    rest = problem.joint(0, state, believed) - problem.joint(1, state, believed)
    return SmoothedPair(
        knots=problem.knots,
        turns=state.turns,
        # Where nothing was seen the heading is anywhere on the circle: pi over root 3.
        heading_sd_rad=np.sqrt(np.minimum(variance, np.pi**2 / 3)),
        arms=believed,
        mismatch_mps2=float(np.sqrt(np.mean(np.sum(rest**2, axis=1)))),
    )


class _Problem:
    """The evidence in knots, and the equations that it makes of a state."""

    def __init__(
        self,
        sensors: tuple[SensorEvidence, SensorEvidence],
        knots: Knots,
        params: SmootherParams,
    ) -> None:
        self.knots = knots
        self._sensors = sensors
        self._params = params
        time_s = sensors[0].terms.time_s
        both = (sensors[0].trusted & sensors[1].trusted).astype(np.float64)
        self._worth = both * min(params.independent_per_s * float(np.median(np.diff(time_s))), 1.0)
        everything = np.ones(len(time_s))
        self._rest = [self._rest_of(sensor) for sensor in sensors]
        frames = [knots.means(sensor.frame.as_matrix(), everything) for sensor in sensors]
        steps_s = np.diff(knots.time_s)[:, None, None]
        # The turn that a unit of bias makes from knot to knot, in the integrated frame.
        self._drifts = [0.5 * (mean[1:] + mean[:-1]) * steps_s for mean in frames]

    def _rest_of(self, sensor: SensorEvidence) -> tuple[FloatArray, FloatArray]:
        """Return the mean rate of each knot (k, 3) and what it says of the bias, 1/(rad/s)²."""
        params, knots = self._params, self.knots
        numbers = np.arange(len(knots))
        first = np.searchsorted(knots.of_sample, numbers)
        last = np.searchsorted(knots.of_sample, numbers, side="right") - 1
        span_s = np.maximum(np.diff(sensor.terms.time_s[[first, last]], axis=0)[0], 1e-3)
        turn = compose(sensor.frame[first].inv(), sensor.frame[last]).as_rotvec()
        force = sensor.terms.force_mps2
        everything = np.ones(len(force))
        change = force - knots.means(force, everything)[knots.of_sample]
        spread = np.sqrt(knots.means(np.sum(change**2, axis=1), everything))
        still = (np.linalg.norm(turn, axis=1) < params.rest_turn_rad) & (spread < params.rest_mps2)
        still &= span_s > 0.5 * params.knot_s
        return turn / span_s[:, None], np.where(still, 1.0 / params.rest_sd_radps**2, 0.0)

    def start(self, to_earth: tuple[Rotation, Rotation]) -> _State:
        thigh, shank = (
            self.knots.mean_turns(compose(attitude, sensor.frame.inv()))
            for attitude, sensor in zip(to_earth, self._sensors, strict=True)
        )
        nothing = np.zeros((len(self.knots), 3))
        return _State((thigh, shank), (nothing, nothing))

    def joint(self, sensor: int, state: _State, arms: LeverArms) -> FloatArray:
        """Return the joint's acceleration (n, 3) in earth, by one sensor."""
        arm = arms.shank_m if sensor else arms.thigh_m
        turn = state.turns[sensor][self.knots.of_sample]
        return turn.apply(self._sensors[sensor].terms.joint_mps2(arm))

    def equations(self, state: _State, arms: LeverArms) -> BlockChain:
        chain = BlockChain(len(self.knots), _UNKNOWNS)
        self._observe_joint(chain, state, arms)
        for sensor in (0, 1):
            self._observe_gravity(chain, state, sensor)
            self._tie_turns(chain, state, sensor)
            self._tie_biases(chain, state, sensor)
        # Which way both look together nobody can tell, but it must not be free.
        chain.add(2, np.array([[1e-3]]), np.zeros((len(self.knots), 1)))
        return chain

    def fitted_arms(
        self, state: _State, arms: LeverArms, expected: LeverArms, arm_params: ArmParams
    ) -> LeverArms:
        near, far = (
            sensor.terms.turned(turn[self.knots.of_sample])
            for sensor, turn in zip(self._sensors, state.turns, strict=True)
        )
        rest = near.joint_mps2(arms.thigh_m) - far.joint_mps2(arms.shank_m)
        return fit_arms(
            near,
            far,
            turn=np.broadcast_to(np.eye(3), (len(rest), 3, 3)),
            weight=self._weight(rest),
            expected=expected,
            params=arm_params,
        )

    def _weight(self, rest: FloatArray) -> FloatArray:
        """Return what each sample weighs (n,): rough passages count less, clipped ones nothing."""
        variance = self.knots.means(np.mean(rest**2, axis=1), self._worth)
        return self._worth / (variance + self._params.floor_mps2**2)[self.knots.of_sample]

    def _observe_joint(self, chain: BlockChain, state: _State, arms: LeverArms) -> None:
        ours, theirs = (self.joint(sensor, state, arms) for sensor in (0, 1))
        rest = ours - theirs
        weight = self._weight(rest)
        between = self._normal(ours, theirs, weight)
        normal = np.block(
            [
                [self._normal(ours, ours, weight), -between],
                [-between.transpose(0, 2, 1), self._normal(theirs, theirs, weight)],
            ]
        )
        pulls = np.hstack([-np.cross(ours, rest), np.cross(theirs, rest)])
        chain.add(0, normal, self.knots.sums(weight[:, None] * pulls))

    def _normal(self, first: FloatArray, second: FloatArray, weight: FloatArray) -> FloatArray:
        """Return Σ w [a×]ᵀ[b×] of each knot (k, 3, 3): how turns of a and of b weigh together."""
        outer = self.knots.sums(weight[:, None, None] * second[:, :, None] * first[:, None, :])
        inner = np.trace(outer, axis1=1, axis2=2)
        return inner[:, None, None] * np.eye(3) - outer

    def _observe_gravity(self, chain: BlockChain, state: _State, sensor: int) -> None:
        """Hold the mean force of each knot upright."""
        evidence, params = self._sensors[sensor], self._params
        everything = np.ones(len(evidence.trusted))
        mean = state.turns[sensor].apply(self.knots.means(evidence.terms.force_mps2, everything))
        # A turn by (x, y) moves the force by (y, −x) times g.
        lever = np.array([[0.0, GRAVITY_MPS2], [-GRAVITY_MPS2, 0.0]])
        # Impacts cut short shift the mean; without the samples about them it would be a mean of
        # the strides' other phases only.
        clipped = self.knots.sums((~evidence.trusted).astype(np.float64)) > 0
        more = np.where(clipped, params.clipped_sd_mps2**2, 0.0)
        precision = 1.0 / (params.gravity_sd_mps2**2 + more)
        chain.add(
            3 * sensor,
            precision[:, None, None] * (lever.T @ lever),
            -precision[:, None] * (mean[:, :2] @ lever),
        )

    def _tie_turns(self, chain: BlockChain, state: _State, sensor: int) -> None:
        """Hold each turn to the one before, less what the bias turned in between."""
        turn, bias = state.turns[sensor], state.biases[sensor]
        by_bias = turn[:-1].as_matrix() @ self._drifts[sensor]
        rest = compose(turn[1:], turn[:-1].inv()).as_rotvec()
        rest = rest + (by_bias @ bias[:-1, :, None])[:, :, 0]
        here, there = (np.zeros((len(rest), 3, _UNKNOWNS)) for _ in range(2))
        own, of_bias = 3 * sensor, 6 + 3 * sensor
        here[:, :, own : own + 3] = -np.eye(3)
        here[:, :, of_bias : of_bias + 3] = by_bias
        there[:, :, own : own + 3] = np.eye(3)
        doubt = self.knots.sums(self._sensors[sensor].doubt_rad2)
        variance = self._params.walk_rad_per_sqrt_s**2 * np.diff(self.knots.time_s)
        variance = variance + doubt[1:] + doubt[:-1]
        chain.tie(here, there, rest, np.where(self.knots.cut, 0.0, 1.0 / variance))

    def _tie_biases(self, chain: BlockChain, state: _State, sensor: int) -> None:
        """Hold each bias to the one before, to the rate at rest, and the first to standing's."""
        params, bias, own = self._params, state.biases[sensor], 6 + 3 * sensor
        here, there = (np.zeros((len(bias) - 1, 3, _UNKNOWNS)) for _ in range(2))
        here[:, :, own : own + 3], there[:, :, own : own + 3] = -np.eye(3), np.eye(3)
        variance = params.bias_walk_radps_per_sqrt_s**2 * np.diff(self.knots.time_s)
        variance = np.where(self.knots.cut, params.bias_jump_radps**2, variance)
        chain.tie(here, there, np.diff(bias, axis=0), 1.0 / variance)
        rate, known = self._rest[sensor]
        expected = np.zeros(len(bias))
        expected[0] = 1.0 / params.bias_sd_radps**2
        pull = known[:, None] * (rate - bias) - expected[:, None] * bias
        chain.add(own, (known + expected)[:, None, None] * np.eye(3), pull)
