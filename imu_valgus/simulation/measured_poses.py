"""Virtual sensors on the poses of a real run: optical markers → signals with a known truth.

Thigh and shank are rigid shells of skin markers, each by itself: the two knee centres that they
carry part and meet again as the skin slides. This is kept. The knee angle of the shells is the
truth of the sensors that ride on them, not of the bones below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, Self

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from imu_valgus.core import (
    SIDES,
    Bout,
    FloatArray,
    ImuSignal,
    IntArray,
    LegLandmarks,
    Markers,
    Pelvis,
    Placement,
    Segment,
    Side,
    fit_rigid,
    placement_of,
)
from imu_valgus.simulation.body import ISB_TO_EARTH, read_angles
from imu_valgus.simulation.marker_contacts import find_marker_contacts
from imu_valgus.simulation.markers import shell, smooth
from imu_valgus.simulation.params import SensorParams
from imu_valgus.simulation.sensor_model import (
    Motion,
    SensorClock,
    SensorErrors,
    SensorMounting,
    draw_mounting,
    motion_through,
    sense,
)
from imu_valgus.simulation.simulated_run import SimulatedRun, chance, draw_clocks, in_stance
from imu_valgus.simulation.timeline import ease

_SEGMENTS: Final[tuple[Segment, Segment]] = ("thigh", "shank")
_FOOT_MARKERS: Final = ("Heel.Bottom", "MT1", "MT5")
_SPARE_S: Final = 1.0
"""Poses go on for so long at either end: sensors start and stop when they will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRunParams:
    """How measured poses become a session.

    Parameters
    ----------
    seed : int
        Draws the sensors.
    rate_hz : float
        Of the markers; frame ``i`` is at ``i / rate_hz``.
    cutoff_hz : float
        Low-pass of the markers of thigh and shank: skin markers carry the run's motion and little
        else below 15 Hz, and twice-differentiated noise above. Impacts are lost with it.
    foot_cutoff_hz : float
        Low-pass of the foot's markers, which only tell when it lands.
    standing_s : float
        The standing pose is held for so long before the run and after it.
    ramp_s : float
        Within this time, at each end of the run, the standing pose and the run pass into each
        other.
    sensor : SensorParams
    """

    seed: int = 0
    rate_hz: float = 150.0
    cutoff_hz: float = 15.0
    foot_cutoff_hz: float = 40.0
    standing_s: float = 12.0
    ramp_s: float = 1.0
    sensor: SensorParams = field(default_factory=SensorParams)


def simulate_measured_run(
    static: Markers, run: Markers, *, params: MeasuredRunParams = MeasuredRunParams()
) -> SimulatedRun:
    """Lay virtual sensors on both legs of a runner whose markers were measured.

    Parameters
    ----------
    static : markers by name, (frames, 3) in m
        Standing, with the anatomical markers of knee and ankle and the shells of the run.
    run : markers by name, (n, 3) in m
        Running in place on a treadmill.
    params : MeasuredRunParams

    Returns
    -------
    SimulatedRun
        Stand, run, stand. ``truth`` is zero in the standing pose; ``contacts`` come of the foot's
        markers and the knee (``find_marker_contacts``).
    """
    session = _Session.of(len(next(iter(run.values()))), params)
    standing = {name: places.mean(axis=0) for name, places in static.items()}
    legs: dict[Side, _Leg] = {side: _measure(side, standing, run, params) for side in SIDES}
    # The treadmill stands elsewhere in the laboratory than the runner did in the static trial.
    moved_m = np.mean([np.mean(leg.hip_m - leg.standing_hip_m, axis=0) for leg in legs.values()], 0)
    moved_m[1] = 0.0
    motions: dict[Placement, Motion] = {
        placement_of(side, segment): motion
        for side, leg in legs.items()
        for segment, motion in zip(_SEGMENTS, _move(leg, session, moved_m), strict=True)
    }
    clocks = draw_clocks(params.sensor, list(motions), chance(params.seed, "clocks"))
    signals: dict[Placement, ImuSignal] = {}
    mountings: dict[Placement, SensorMounting] = {}
    for side, segment in product(SIDES, _SEGMENTS):
        name = placement_of(side, segment)
        site_m = legs[side].shells_m[segment]
        signals[name], mountings[name] = _record(
            name, site_m, motions[name], clocks[name], params=params, span_s=session.span_s
        )
    truth_s = next(iter(signals.values())).time_s
    contacts: dict[Side, pd.DataFrame] = {
        side: _contacts(leg, run, session, params) for side, leg in legs.items()
    }
    return SimulatedRun(
        signals=signals,
        truth=pd.concat(
            [_truth(side, truth_s, motions, contacts[side]) for side in SIDES], ignore_index=True
        ),
        contacts=pd.concat(list(contacts.values()), ignore_index=True),
        bouts=session.bouts,
        clocks=clocks,
        mountings=mountings,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Leg:
    """A leg's poses in laboratory axes: as it stood, and in each of n frames of the run.

    ``standing`` and ``running`` hold thigh and shank. ``knee_m`` (3,) is the knee centre from the
    hip in the thigh's frame; ``gap_m`` (n, 3) leads on from it to the shank's own knee centre.
    ``shells_m`` has the middle of each shell in its segment's frame, from the knee centre.
    """

    side: Side
    standing: tuple[Rotation, Rotation]
    running: tuple[Rotation, Rotation]
    standing_hip_m: FloatArray
    hip_m: FloatArray
    knee_m: FloatArray
    gap_m: FloatArray
    shells_m: Mapping[Segment, FloatArray]


def _measure(side: Side, standing: Markers, run: Markers, params: MeasuredRunParams) -> _Leg:
    letter = side[0].upper()
    leg = _landmarks(side, standing)
    hip_m, knee_m = leg.hip, leg.knee
    thigh, shank = leg.segment_axes()
    fits: list[tuple[Rotation, FloatArray]] = []
    centres_m: list[FloatArray] = []
    for segment in _SEGMENTS:
        names = [
            f"{letter}.{segment.capitalize()}.{end}.{face}"
            for end, face in product(("Top", "Bottom"), ("Lateral", "Medial"))
        ]
        reference = np.stack([standing[name] for name in names])
        places = smooth(shell(run, names), rate_hz=params.rate_hz, cutoff_hz=params.cutoff_hz)
        fits.append(fit_rigid(reference, places))
        centres_m.append(reference.mean(axis=0))
    (thigh_turn, thigh_shift), (shank_turn, shank_shift) = fits
    apart_m = shank_turn.apply(knee_m) + shank_shift - thigh_turn.apply(knee_m) - thigh_shift
    return _Leg(
        side=side,
        standing=(thigh, shank),
        running=(thigh_turn * thigh, shank_turn * shank),
        standing_hip_m=hip_m,
        hip_m=thigh_turn.apply(hip_m) + thigh_shift,
        knee_m=thigh.inv().apply(knee_m - hip_m),
        gap_m=(thigh_turn * thigh).inv().apply(apart_m),
        shells_m={
            segment: attitude.inv().apply(centre - knee_m)
            for segment, attitude, centre in zip(_SEGMENTS, (thigh, shank), centres_m, strict=True)
        },
    )


def _landmarks(side: Side, standing: Markers) -> LegLandmarks:
    letter = side[0].upper()
    pelvis = Pelvis(*(standing[name] for name in ("L.ASIS", "R.ASIS", "L.PSIS", "R.PSIS")))
    return LegLandmarks(
        side=side,
        hip=pelvis.hip_centre(side),
        lateral_epicondyle=standing[f"{letter}.Knee"],
        medial_epicondyle=standing[f"{letter}.Knee.Medial"],
        lateral_malleolus=standing[f"{letter}.Ankle"],
        medial_malleolus=standing[f"{letter}.Ankle.Medial"],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    """The frames of the session: which of the run's they show, and how much of it.

    Parameters
    ----------
    time_s : (m,) true session time.
    frame : (m,) of the run; its first and last are held before and after it.
    share : (m,) of the run in the pose, 0 standing to 1; twice differentiable.
    start_s, stop_s : float
        When the run's first frame is shown, and its last.
    """

    time_s: FloatArray
    frame: IntArray
    share: FloatArray
    start_s: float
    stop_s: float
    ramp_s: float

    @classmethod
    def of(cls, frames: int, params: MeasuredRunParams) -> Self:
        start_s = round(params.standing_s * params.rate_hz) / params.rate_hz
        stop_s = start_s + (frames - 1) / params.rate_hz
        first = -round(_SPARE_S * params.rate_hz)
        last = round((stop_s + params.standing_s + _SPARE_S) * params.rate_hz)
        time_s = np.arange(first, last + 1) / params.rate_hz
        frame = np.round((time_s - start_s) * params.rate_hz).astype(np.int64)
        return cls(
            time_s=time_s,
            frame=np.clip(frame, 0, frames - 1),
            share=ease((time_s - start_s) / params.ramp_s)
            * ease((stop_s - time_s) / params.ramp_s),
            start_s=start_s,
            stop_s=stop_s,
            ramp_s=params.ramp_s,
        )

    @property
    def span_s(self) -> tuple[float, float]:
        """When sensors may sample."""
        return float(self.time_s[0]) + _SPARE_S / 2, float(self.time_s[-1]) - _SPARE_S / 2

    @property
    def bouts(self) -> tuple[Bout, ...]:
        """Running is what is more running than standing."""
        run_s = self.start_s + self.ramp_s / 2, self.stop_s - self.ramp_s / 2
        stop_s = float(self.time_s[-1]) - _SPARE_S
        return Bout(0.0, run_s[0], "stand"), Bout(*run_s, "run"), Bout(run_s[1], stop_s, "stand")


def _move(leg: _Leg, session: _Session, moved_m: FloatArray) -> tuple[Motion, Motion]:
    """Return thigh and shank in motion, in earth; the standing pose passes into the run's.

    Hip, attitudes and what parts the knee centres are blended, so that the leg stays a chain.
    """
    attitudes = [
        pose * Rotation.from_rotvec(session.share[:, None] * (pose.inv() * run).as_rotvec())
        for pose, run in zip(
            leg.standing, (turn[session.frame] for turn in leg.running), strict=True
        )
    ]
    start_m = leg.standing_hip_m + moved_m
    share = session.share[:, None]
    hip_m = start_m + share * (leg.hip_m[session.frame] - start_m)
    knee_m = hip_m + attitudes[0].apply(leg.knee_m)
    own_knee_m = knee_m + attitudes[0].apply(share * leg.gap_m[session.frame])
    thigh, shank = (
        motion_through(session.time_s, ISB_TO_EARTH * attitude, ISB_TO_EARTH.apply(origin_m))
        for attitude, origin_m in zip(attitudes, (knee_m, own_knee_m), strict=True)
    )
    return thigh, shank


def _record(
    name: Placement,
    site_m: FloatArray,
    motion: Motion,
    clock: SensorClock,
    *,
    params: MeasuredRunParams,
    span_s: tuple[float, float],
) -> tuple[ImuSignal, SensorMounting]:
    """Strap a sensor on the middle of its shell and let it sample."""
    sensor, rng = params.sensor, chance(params.seed, "sensor", name)
    mounting = draw_mounting(
        site_m, strap=sensor.strap, error_max_deg=sensor.mounting_error_max_deg, rng=rng
    )
    signal = sense(
        motion,
        span_s,
        mounting=mounting,
        errors=SensorErrors.draw(sensor, rng, clock),
        rng=rng,
        sampling_rate_hz=sensor.sampling_rate_hz,
    )
    return signal, mounting


def _contacts(
    leg: _Leg, run: Markers, session: _Session, params: MeasuredRunParams
) -> pd.DataFrame:
    """Return the contacts at which the runner runs more than not, in session time."""
    foot = shell(run, [f"{leg.side[0].upper()}.{name}" for name in _FOOT_MARKERS])[..., 1]
    height_m = smooth(foot, rate_hz=params.rate_hz, cutoff_hz=params.foot_cutoff_hz)
    acc_mps2 = np.gradient(np.gradient(height_m, axis=0), axis=0) * params.rate_hz**2
    flexion_deg = read_angles(*leg.running, side=leg.side).flexion_deg
    found = find_marker_contacts(flexion_deg, acc_mps2, rate_hz=params.rate_hz)
    landed_s, left_s = (session.start_s + frames / params.rate_hz for frames in found)
    run_bout = session.bouts[1]
    kept = (landed_s >= run_bout.start_s) & (landed_s < run_bout.stop_s)
    return pd.DataFrame(
        {"side": leg.side, "initial_contact_s": landed_s[kept], "toe_off_s": left_s[kept]}
    )


def _truth(
    side: Side, time_s: FloatArray, motions: Mapping[Placement, Motion], contacts: pd.DataFrame
) -> pd.DataFrame:
    """Read the angles of the shells, less those of the standing pose, which is that of time 0."""
    thigh, shank = (motions[placement_of(side, segment)] for segment in _SEGMENTS)
    at_s = np.append(time_s, 0.0)
    angles = read_angles(thigh(at_s)[0], shank(at_s)[0], side=side)
    return pd.DataFrame(
        {
            "time_s": time_s,
            "side": side,
            **{
                name: getattr(angles, name)[:-1] - getattr(angles, name)[-1]
                for name in ("flexion_deg", "valgus_deg", "internal_rotation_deg")
            },
            "in_stance": in_stance(time_s, contacts),
        }
    )
