"""A sensor fixed to a moving frame: what it would read, and what it reads with its errors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal
from imu_valgus.simulation.attitudes import small_turn
from imu_valgus.simulation.params import SensorParams, Strap

Motion = Callable[[FloatArray], tuple[Rotation, FloatArray]]
"""Times (n,) in s → attitude to earth (n), origin (n, 3) in m in earth."""

_STEP_S: Final = 2.5e-4
"""Half the span of the central differences: 0.03 % short on a shock of 40 Hz."""
_CHUNK: Final = 50_000
_LATERAL_STRAP: Final = Rotation.from_matrix([[0, -1, 0], [-1, 0, 0], [0, 0, -1]])


@dataclass(frozen=True, slots=True, eq=False)
class SensorMounting:
    """How a sensor sits on its segment.

    Parameters
    ----------
    position_m : (3,)
        In the segment's frame, from its origin.
    sensor_to_segment : Rotation
    """

    position_m: FloatArray
    sensor_to_segment: Rotation


@dataclass(frozen=True, slots=True)
class SensorClock:
    """A sensor's own clock: device time = (true time − start) × (1 + drift).

    ``start_s`` is the true session time at which it starts to count.
    """

    start_s: float = 0.0
    drift_ppm: float = 0.0

    def device_time(self, true_s: FloatArray) -> FloatArray:
        """Turn true session time into what the sensor's clock shows."""
        return (true_s - self.start_s) * (1 + self.drift_ppm * 1e-6)

    def true_time(self, device_s: FloatArray) -> FloatArray:
        """Turn what the sensor's clock shows into true session time."""
        return device_s / (1 + self.drift_ppm * 1e-6) + self.start_s


@dataclass(frozen=True, slots=True, eq=False)
class SensorErrors:
    """The errors of one sensor; the default is a perfect one.

    Parameters
    ----------
    gyr_bias_radps, acc_bias_mps2 : (3,)
    gyr_gain, acc_gain : (3, 3)
        What is read for a true unit along each axis: scale on the diagonal, cross-axis beside it.
    gyr_bias_walk_radps_sqrt_s : float
    gyr_noise_radps_sqrt_hz, acc_noise_mps2_sqrt_hz : float
        Densities; white up to half the sampling rate.
    gyr_range_radps, acc_range_mps2 : float
    resolution_bits : int
    clock : SensorClock
    """

    gyr_bias_radps: FloatArray = field(default_factory=lambda: np.zeros(3))
    acc_bias_mps2: FloatArray = field(default_factory=lambda: np.zeros(3))
    gyr_gain: FloatArray = field(default_factory=lambda: np.eye(3))
    acc_gain: FloatArray = field(default_factory=lambda: np.eye(3))
    gyr_bias_walk_radps_sqrt_s: float = 0.0
    gyr_noise_radps_sqrt_hz: float = 0.0
    acc_noise_mps2_sqrt_hz: float = 0.0
    gyr_range_radps: float = np.inf
    acc_range_mps2: float = np.inf
    resolution_bits: int = 16
    clock: SensorClock = field(default_factory=SensorClock)

    @classmethod
    def draw(cls, params: SensorParams, rng: np.random.Generator, clock: SensorClock) -> Self:
        """Draw one sensor of this make."""
        normal, mg, deg = rng.standard_normal, GRAVITY_MPS2 * 1e-3, np.pi / 180
        scale, cross = params.scale_error_percent / 100, params.cross_axis_percent / 100
        spread = np.where(np.eye(3, dtype=bool), scale, cross)
        return cls(
            gyr_bias_radps=params.gyr_bias_dps * deg * normal(3),
            acc_bias_mps2=params.acc_bias_mg * mg * normal(3),
            gyr_gain=np.eye(3) + spread * normal((3, 3)),
            acc_gain=np.eye(3) + spread * normal((3, 3)),
            gyr_bias_walk_radps_sqrt_s=params.gyr_bias_walk_dps_sqrt_h * deg / 60,
            gyr_noise_radps_sqrt_hz=params.gyr_noise_dps_sqrt_hz * deg,
            acc_noise_mps2_sqrt_hz=params.acc_noise_ug_sqrt_hz * mg * 1e-3,
            gyr_range_radps=params.gyr_range_dps * deg,
            acc_range_mps2=params.acc_range_g * GRAVITY_MPS2,
            resolution_bits=params.resolution_bits,
            clock=clock,
        )


def draw_mounting(
    position_m: FloatArray, *, strap: Strap, error_max_deg: float, rng: np.random.Generator
) -> SensorMounting:
    """Strap a sensor on: the strap's orientation, then a turn about each axis within ± the error.

    ``position_m`` (3,) is the sensor's place in the segment's frame; its side of the segment says
    which way the z axis of the "lateral" strap looks: outwards.
    """
    error = Rotation.from_euler("xyz", rng.uniform(-1, 1, 3) * error_max_deg, degrees=True)
    if strap == "arbitrary":
        base = Rotation.random(rng=rng)
    elif strap == "lateral":
        outwards = Rotation.from_euler("y", 0.0 if position_m[2] < 0 else np.pi)
        base = outwards * _LATERAL_STRAP
    else:
        base = Rotation.identity()
    return SensorMounting(position_m, error * base)


def virtual_sensor(
    time_s: FloatArray,
    segment_to_earth: Rotation,
    origin_m: FloatArray,
    *,
    mounting: SensorMounting,
    errors: SensorErrors,
    rng: np.random.Generator,
    sampling_rate_hz: float = 200.0,
) -> ImuSignal:
    """Lay a virtual sensor on measured poses.

    See ``motion_through`` for what lies between the poses, and ``sense`` for the rest.

    Parameters
    ----------
    time_s : (n,)
        True session time of the poses, increasing.
    segment_to_earth : Rotation, n
        Attitude of the segment's frame; earth has z up.
    origin_m : (n, 3)
        The frame's origin in earth.
    mounting, errors : SensorMounting, SensorErrors
    rng : numpy Generator
        For the noise.
    sampling_rate_hz : float
        By the sensor's own clock.

    Returns
    -------
    ImuSignal
        On the sensor's own clock, in its own frame, over the span of the poses.
    """
    motion = motion_through(time_s, segment_to_earth, origin_m)
    return sense(
        motion,
        (float(time_s[0]) + _STEP_S, float(time_s[-1]) - _STEP_S),
        mounting=mounting,
        errors=errors,
        rng=rng,
        sampling_rate_hz=sampling_rate_hz,
    )


def motion_through(time_s: FloatArray, segment_to_earth: Rotation, origin_m: FloatArray) -> Motion:
    """Lay quintic splines through poses (n), so that their second derivatives are smooth too."""
    quaternions = np.asarray(segment_to_earth.as_quat())
    flips = np.cumprod(np.sign(np.sum(quaternions[1:] * quaternions[:-1], axis=1)))
    quaternions[1:] *= flips[:, None]
    spline = make_interp_spline(time_s, np.hstack([quaternions, origin_m]), k=5)

    def motion(at_s: FloatArray) -> tuple[Rotation, FloatArray]:
        values = spline(at_s)
        return Rotation.from_quat(values[:, :4]), values[:, 4:]

    return motion


def sense(
    motion: Motion,
    span_s: tuple[float, float],
    *,
    mounting: SensorMounting,
    errors: SensorErrors,
    rng: np.random.Generator,
    sampling_rate_hz: float,
) -> ImuSignal:
    """Sample a motion as a sensor does, at its own instants and with its errors.

    The specific force is the second central difference of the sensor's place in earth plus
    gravity's reaction, the angular velocity the central difference of its attitude, both at the
    very instants that the sensor's clock gives.

    Parameters
    ----------
    motion : callable
        The pose of the frame that the sensor is mounted on, at any time.
    span_s : (start, stop) in true session time
        Sampling starts with the sensor's clock and stays within.

    Returns
    -------
    ImuSignal
        On the sensor's own clock, in its own frame, quantised and clipped.
    """
    clock = errors.clock
    first, last = np.ceil(clock.device_time(np.array(span_s)) * sampling_rate_hz)
    device_s = np.arange(max(first, 0.0), last) / sampling_rate_hz
    acc_mps2, gyr_radps = np.empty((len(device_s), 3)), np.empty((len(device_s), 3))
    for start in range(0, len(device_s), _CHUNK):
        part = slice(start, start + _CHUNK)
        acc_mps2[part], gyr_radps[part] = _ideal(motion, mounting, clock.true_time(device_s[part]))
    noise = np.sqrt(sampling_rate_hz / 2)
    gyr_radps = gyr_radps @ errors.gyr_gain.T + errors.gyr_bias_radps
    gyr_radps += errors.gyr_noise_radps_sqrt_hz * noise * rng.standard_normal(gyr_radps.shape)
    step = errors.gyr_bias_walk_radps_sqrt_s / np.sqrt(sampling_rate_hz)
    gyr_radps += step * np.cumsum(rng.standard_normal(gyr_radps.shape), axis=0)
    acc_mps2 = acc_mps2 @ errors.acc_gain.T + errors.acc_bias_mps2
    acc_mps2 += errors.acc_noise_mps2_sqrt_hz * noise * rng.standard_normal(acc_mps2.shape)
    acc_mps2, acc_clipped = _convert(acc_mps2, errors.acc_range_mps2, errors.resolution_bits)
    gyr_radps, gyr_clipped = _convert(gyr_radps, errors.gyr_range_radps, errors.resolution_bits)
    return ImuSignal(device_s, acc_mps2, gyr_radps, acc_clipped | gyr_clipped)


def _ideal(
    motion: Motion, mounting: SensorMounting, time_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return specific force (n, 3) and angular velocity (n, 3) in the sensor's frame."""
    before, here, after = (motion(time_s + step) for step in (-_STEP_S, 0.0, _STEP_S))
    places = [turn.apply(mounting.position_m) + origin for turn, origin in (before, here, after)]
    force = (places[0] - 2 * places[1] + places[2]) / _STEP_S**2 + [0, 0, GRAVITY_MPS2]
    to_sensor = mounting.sensor_to_segment.inv()
    rate = small_turn(before[0], after[0]) / (2 * _STEP_S)
    return to_sensor.apply(here[0].inv().apply(force)), to_sensor.apply(rate)


def _convert(
    values: FloatArray, full_scale: float, resolution_bits: int
) -> tuple[FloatArray, np.ndarray]:
    """Clip and quantise; also return where (n,) an axis sat at the end of its range."""
    if not np.isfinite(full_scale):
        return values, np.zeros(len(values), dtype=np.bool_)
    steps = 2 ** (resolution_bits - 1)
    counts = np.clip(np.round(values * (steps / full_scale)), -steps, steps - 1)
    clipped = np.any((counts <= -steps) | (counts >= steps - 1), axis=1)
    return counts * (full_scale / steps), clipped
