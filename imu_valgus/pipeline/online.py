"""One leg live: the knee's angles while samples arrive, by the calibration of a warm-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from imu_valgus.calibration import LegAlignment
from imu_valgus.core import BoolArray, FloatArray, ImuSamples, KneeAngles, Side, compose
from imu_valgus.joint_angles import ValgusError, frontal_tilt, knee_angles, valgus_error
from imu_valgus.orientation import (
    OnlineParams,
    OnlineRelative,
    RelativeSamples,
    RelativeStart,
    SensorStart,
)
from imu_valgus.pipeline.leg import LegMotion
from imu_valgus.pipeline.params import AnalysisParams

_Value = TypeVar("_Value", np.bool_, np.float64)

_ALL: Final = slice(None)


@dataclass(frozen=True, slots=True, eq=False)
class LegCalibration:
    """What a warm-up told of one leg: all that its live angles need.

    ``start``: where the streams go on from, the shank's lateness and the lever arms.
    ``flexion_zero_deg`` and ``valgus_zero_deg`` are taken off, so that standing is the zero.
    ``params``: what the warm-up was analysed with.
    """

    side: Side
    alignment: LegAlignment
    start: RelativeStart
    flexion_zero_deg: float
    valgus_zero_deg: float
    params: AnalysisParams


@dataclass(frozen=True, slots=True, eq=False)
class KneeSamples:
    """One leg's angles on k of the thigh's samples, as in ``derived/angles.parquet``.

    ``error``: of valgus, source by source. ``uncertain`` (k,): the relative heading is unknown, or
    the vertical has not settled since a long gap; no angle is to be trusted.
    """

    time_s: FloatArray
    angles: KneeAngles
    error: ValgusError
    thigh_tilt_deg: FloatArray
    shank_tilt_deg: FloatArray
    uncertain: BoolArray

    def __len__(self) -> int:
        return self.time_s.shape[0]

    @property
    def valgus_sd_deg(self) -> FloatArray:
        """1 sigma of valgus, all of it (k,)."""
        return self.error.sd_deg

    @classmethod
    def joined(cls, blocks: Sequence[Self], part: slice = _ALL) -> Self:
        """Return one or more blocks as one, or a part of it."""

        def column(read: Callable[[Self], NDArray[_Value]]) -> NDArray[_Value]:
            return np.concatenate([read(block) for block in blocks])[part]

        return cls(
            time_s=column(lambda block: block.time_s),
            angles=KneeAngles(
                flexion_deg=column(lambda block: block.angles.flexion_deg),
                valgus_deg=column(lambda block: block.angles.valgus_deg),
                internal_rotation_deg=column(lambda block: block.angles.internal_rotation_deg),
            ),
            error=replace(
                blocks[0].error,
                time_s=column(lambda block: block.error.time_s),
                azimuth_deg=column(lambda block: block.error.azimuth_deg),
                tilt_deg=column(lambda block: block.error.tilt_deg),
                flesh_deg=column(lambda block: block.error.flesh_deg),
                heading_deg=column(lambda block: block.error.heading_deg),
                sync_deg=column(lambda block: block.error.sync_deg),
            ),
            thigh_tilt_deg=column(lambda block: block.thigh_tilt_deg),
            shank_tilt_deg=column(lambda block: block.shank_tilt_deg),
            uncertain=column(lambda block: block.uncertain),
        )


def leg_calibration(motion: LegMotion, *, params: AnalysisParams | None = None) -> LegCalibration:
    """Take from the batch estimate of a warm-up (stand, walk) what the live estimate needs.

    Parameters
    ----------
    motion : LegMotion
        Of the warm-up. If the live samples go on from its end, so does the heading.
    params : AnalysisParams, optional
        What the warm-up was analysed with.
    """
    params = params or AnalysisParams()
    found, alignment = motion.relative, motion.alignment
    thigh, shank = _segments(found.thigh_to_earth[:1], found.shank_to_earth[:1], alignment)
    raw = knee_angles(thigh, shank, side=motion.side)
    stop = found.time_s[-1:]
    late_s = float(found.lateness.at(stop)[0])
    starts = [
        SensorStart(
            rate_hz=signal.sampling_rate_hz,
            gyr_bias_radps=pose.gyr_bias_radps,
            time_s=float(stop[0]) + offset_s,
            to_earth=to_earth[-1],
        )
        for signal, pose, to_earth, offset_s in (
            (motion.thigh, motion.poses[0], found.thigh_to_earth, 0.0),
            (motion.shank, motion.poses[1], found.shank_to_earth, late_s),
        )
    ]
    return LegCalibration(
        side=motion.side,
        alignment=alignment,
        start=RelativeStart(
            thigh=starts[0],
            shank=starts[1],
            arms=found.arms,
            heading_sd_rad=float(found.heading_sd_rad[-1]),
            lateness_s=late_s,
            lateness_sd_s=float(found.lateness.sd_at(stop)[0]),
        ),
        flexion_zero_deg=float(raw.flexion_deg[0] - motion.angles.flexion_deg[0]),
        valgus_zero_deg=float(raw.valgus_deg[0] - motion.angles.valgus_deg[0]),
        params=params,
    )


class OnlineKnee:
    """Tell one leg's knee angles while the samples of its two sensors arrive.

    Parameters
    ----------
    calibration : LegCalibration
    params : OnlineParams, optional

    Notes
    -----
    What is told never changes, whatever comes later, and does not depend on how the samples were
    parcelled or which sensor's came first. A sample of the thigh is answered when the shank's
    samples to both sides of it are there: one sampling period after it was taken, and the shank's
    lateness, if it is late. Only the slow heading between the sensors lags, by 0.25 to 1.25 s.
    Where samples are missing nothing is told: behind a hole of up to 0.1 s the angles go on, less
    sure; behind a longer one they are ``uncertain`` for some 6 s, until the vertical and the
    heading are found again. Alignment, lever arms and zero are the warm-up's throughout.
    """

    def __init__(self, calibration: LegCalibration, *, params: OnlineParams | None = None) -> None:
        self._calibration = calibration
        self._relative = OnlineRelative(
            calibration.start, relative=calibration.params.relative, params=params
        )
        self._last_s, self._last_valgus_deg = np.nan, np.nan

    def update(self, thigh: ImuSamples, shank: ImuSamples) -> KneeSamples:
        """Take what the sensors just sent and return what can be told by now.

        Parameters
        ----------
        thigh, shank : ImuSamples
            In the sensors' frames, on session time; blocks of any size, ``ImuSamples.none()`` for
            a sensor that sent nothing. Repeats are dropped.
        """
        return self._resolve(self._relative.update(thigh, shank))

    def _resolve(self, found: RelativeSamples) -> KneeSamples:
        """Read the angles off the aligned segments."""
        known = self._calibration
        side = known.side
        thigh, shank = _segments(found.thigh_to_earth, found.shank_to_earth, known.alignment)
        raw = knee_angles(thigh, shank, side=side)
        angles = KneeAngles(
            flexion_deg=raw.flexion_deg - known.flexion_zero_deg,
            valgus_deg=raw.valgus_deg - known.valgus_zero_deg,
            internal_rotation_deg=raw.internal_rotation_deg,
        )
        error = valgus_error(
            angles,
            time_s=found.time_s,
            thigh=thigh,
            shank=shank,
            heading_sd_rad=found.heading_sd_rad,
            lateness_sd_s=found.lateness_sd_s,
            valgus_rate_degps=self._rate(found.time_s, angles.valgus_deg),
            flesh_rad=known.params.relative.smoother.flesh_rad,
            params=known.params.error,
        )
        return KneeSamples(
            time_s=found.time_s,
            angles=angles,
            error=error,
            thigh_tilt_deg=frontal_tilt(thigh, side=side),
            shank_tilt_deg=frontal_tilt(shank, side=side),
            uncertain=found.uncertain,
        )

    def _rate(self, time_s: FloatArray, valgus_deg: FloatArray) -> FloatArray:
        """Return how fast valgus changed up to each sample; 0 for the first of all."""
        if not len(time_s):
            return time_s
        steps = np.diff(time_s, prepend=self._last_s)
        rate = np.diff(valgus_deg, prepend=self._last_valgus_deg) / steps
        self._last_s, self._last_valgus_deg = float(time_s[-1]), float(valgus_deg[-1])
        return np.nan_to_num(rate)


def _segments(
    thigh: Rotation, shank: Rotation, alignment: LegAlignment
) -> tuple[Rotation, Rotation]:
    """Return both segments' attitudes, n each, from their sensors'."""
    return compose(thigh, alignment.thigh.inv()), compose(shank, alignment.shank.inv())
