"""What the user says of how a sensor was strapped on: a check, and one more source of the axes."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.calibration.segment_frames import segment_frame
from imu_valgus.core import FloatArray, Side, mirror_of

SensorAxis = Literal["x", "y", "z", "-x", "-y", "-z"]

_SIGMAS: Final = 3.0
_OTHER_WAY_DEG: Final = 135.0
"""Nearer to the opposite than to any right angle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrapPrior:
    """How a sensor was strapped to its segment, as far as the user knows.

    Parameters
    ----------
    up : SensorAxis, optional
        The sensor's axis that points up the segment; None: not said.
    outwards, forwards : SensorAxis, optional
        The axis that points away from the other leg, or the one that points to the front.
    sd_deg : float
        How far off that may be, 1 sigma about either axis. 15°: a hand's care, no jig.
    """

    up: SensorAxis | None = None
    outwards: SensorAxis | None = None
    forwards: SensorAxis | None = None
    sd_deg: float = 15.0

    def __post_init__(self) -> None:
        stated = [axis[-1] for axis in (self.up, self.outwards, self.forwards) if axis]
        if len(set(stated)) != len(stated):
            raise ValueError(f"one axis cannot point two ways: {self}")
        if self.outwards and self.forwards:
            raise ValueError(f"outwards and forwards say the same, one is enough: {self}")
        if not 0 < self.sd_deg <= 45:
            raise ValueError(f"sd_deg must lie above 0 and up to 45, found {self.sd_deg}")


@dataclass(frozen=True, slots=True)
class StrapParams:
    """How sure the other sources are, and how much the flesh makes of a strap, 1 sigma.

    Parameters
    ----------
    tilt_sd_deg : float
        Long axis from standing against the bone's: 2.4° on simulated runners, who stand bent.
    azimuth_sd_deg : float
        Fused flexion axis against the one that serves best: 1–3° on real walks, 2° on simulated
        runs. The error that is stated of valgus presumes more, as it must hold for every leg.
    flesh_deg : float
        The thigh's flesh turns the sensor about the bone by 3–12° in running (nms-dyn): so far is
        even a perfect strap from the axis that running needs.
    """

    tilt_sd_deg: float = 2.5
    azimuth_sd_deg: float = 3.0
    flesh_deg: float = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class StrapFit:
    """How one sensor sits against what was said of it, and its axes with that taken in.

    ``up`` and ``right`` (3,): the segment's long axis and its axis to the runner's right, in the
    sensor. ``tilt_off_deg``: from the long axis to where it was said to be; ``turn_off_deg``: about
    the long axis, signed; None where nothing was said. ``agrees``: both lie within three standard
    deviations; else nothing of what was said was taken in.
    """

    up: FloatArray
    right: FloatArray
    tilt_off_deg: float | None
    turn_off_deg: float | None
    agrees: bool
    outwards_stated: bool

    @property
    def upside_down(self) -> bool:
        """Whether the sensor's up is down."""
        return self.tilt_off_deg is not None and self.tilt_off_deg > _OTHER_WAY_DEG

    @property
    def faces_inwards(self) -> bool:
        """Whether what was said to point outwards points at the other leg."""
        turned = self.turn_off_deg is not None and abs(self.turn_off_deg) > _OTHER_WAY_DEG
        return self.outwards_stated and turned


def fuse_strap(
    frame: Rotation, strap: StrapPrior, *, side: Side, params: StrapParams = StrapParams()
) -> StrapFit:
    """Hold a segment's axes against what was said of the strap, and take that in where it agrees.

    Parameters
    ----------
    frame : Rotation
        Sensor to segment (x forward, y up, z right), from standing and gait alone, single.
    strap : StrapPrior
    side : {"left", "right"}
        Says where outwards is.
    params : StrapParams

    Returns
    -------
    StrapFit
        Tilt and turn move towards what was said by the ratio of the variances: the mean of two
        Gaussian observations. With 15° said that is 3 % of the way: the strap is a check first.
    """
    up, right = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    stated_up = up if strap.up is None else frame.apply(_vector(strap.up))
    tilt_off = None if strap.up is None else float(np.arccos(np.clip(stated_up @ up, -1, 1)))
    turn_off = _turn_off(frame, strap, side)
    turn_sd_deg = float(np.hypot(strap.sd_deg, params.flesh_deg))
    agrees = _within(tilt_off, strap.sd_deg, params.tilt_sd_deg) and _within(
        turn_off, turn_sd_deg, params.azimuth_sd_deg
    )
    if agrees:
        share = _share(params.azimuth_sd_deg, turn_sd_deg)
        right = Rotation.from_rotvec(share * (turn_off or 0.0) * up).apply(right)
        up = up + _share(params.tilt_sd_deg, strap.sd_deg) * (stated_up - up)
    into_sensor = (segment_frame(up, right) * frame).inv()
    return StrapFit(
        up=into_sensor.apply([0.0, 1.0, 0.0]),
        right=into_sensor.apply([0.0, 0.0, 1.0]),
        tilt_off_deg=None if tilt_off is None else float(np.degrees(tilt_off)),
        turn_off_deg=None if turn_off is None else float(np.degrees(turn_off)),
        agrees=agrees,
        outwards_stated=strap.outwards is not None,
    )


def _within(off_rad: float | None, strap_sd_deg: float, data_sd_deg: float) -> bool:
    """Tell whether two observations lie within three standard deviations of their difference."""
    limit_deg = _SIGMAS * float(np.hypot(strap_sd_deg, data_sd_deg))
    return off_rad is None or abs(np.degrees(off_rad)) <= limit_deg


def _turn_off(frame: Rotation, strap: StrapPrior, side: Side) -> float | None:
    """Return the angle about the long axis from the segment's axis to the stated one, radians."""
    if strap.outwards is not None:
        x, _, z = mirror_of(side) * frame.apply(_vector(strap.outwards))
    elif strap.forwards is not None:
        forward, _, right = frame.apply(_vector(strap.forwards))
        x, z = -right, forward
    else:
        return None
    return float(np.arctan2(x, z))


def _share(data_sd_deg: float, strap_sd_deg: float) -> float:
    return data_sd_deg**2 / (data_sd_deg**2 + strap_sd_deg**2)


def _vector(axis: SensorAxis) -> FloatArray:
    return np.eye(3)["xyz".index(axis[-1])] * (-1.0 if axis.startswith("-") else 1.0)
