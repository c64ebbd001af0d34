"""Between bone and sensor: flesh that turns with flexion, muscle and impact, and the shocks.

A sensor's site is a frame at the knee centre that would be the bone's own, were there no flesh.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, Segment, mirror_of
from imu_valgus.simulation.attitudes import compose
from imu_valgus.simulation.body import Leg, LegAngles
from imu_valgus.simulation.gait_curves import StrideCurves

_SLIDE_SHARE: Final = 0.5
"""A slow turn slides the sensor over the bone by half of what a rigid shell about the knee would;
those of muscles and shocks happen where the sensor sits."""
_GIVE: Final = 0.6
"""How much sooner than flexion the flesh turns: 57 % of its turn at half the flexion."""
_FLESH_DRAWS: Final = 53
"""Direction and size of the turn with flexion, twice 8 by 3 of the muscles' turns, the slip."""
_STEEPNESS: Final = 6
"""Exponent of the gamma pulse: the deceleration's main lobe stands out from what leads up to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """A damped transient after each of many instants.

    Its size over time is a gamma pulse that peaks at ``rise_s`` and rings; it starts smoothly and
    is gone before the next.

    Parameters
    ----------
    at_s : (k,) instants; sizes : (k,) one each.
    vector : (3,)
        Direction and size in the segment's axes.
    """

    at_s: FloatArray
    sizes: FloatArray
    vector: FloatArray
    rise_s: float
    ring_hz: float

    def __call__(self, time_s: FloatArray) -> FloatArray:
        """Return the vector over time (n, 3)."""
        last = np.searchsorted(self.at_s, time_s, side="right") - 1
        known = last >= 0
        since = np.where(known, time_s - self.at_s[last], np.inf) / self.rise_s
        since = np.minimum(since, 20.0)
        pulse = since**_STEEPNESS * np.exp(_STEEPNESS * (1 - since))
        pulse *= np.cos(2 * np.pi * self.ring_hz * self.rise_s * (since - 1))
        return np.asarray((pulse * np.where(known, self.sizes[last], 0.0))[:, None] * self.vector)

    @property
    def curvature_ps2(self) -> float:
        """Acceleration at the peak over displacement at the peak, 1/s²."""
        return _STEEPNESS / self.rise_s**2 + (2 * np.pi * self.ring_hz) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where one sensor is strapped on, in motion.

    Parameters
    ----------
    position_m : (3,)
        Of the sensor in the segment's frame.
    flexion_turn : (3,)
        Turn in degrees at the bottom of a squat.
    muscle : StrideCurves
        Turn in degrees over the phase of running, three curves.
    slip : (3,)
        Turn in degrees over the whole run.
    turns, shifts : shocks
        Turns in degrees and displacements in m.
    """

    leg: Leg
    segment: Segment
    position_m: FloatArray
    flexion_turn: FloatArray
    muscle: StrideCurves
    slip: FloatArray
    turns: tuple[Shock, ...]
    shifts: tuple[Shock, ...]

    def __call__(self, time_s: FloatArray) -> tuple[Rotation, FloatArray]:
        """Return the site's attitude to earth (n) and origin (n, 3): a sensor is fixed to it."""
        angles = self.leg.angles(time_s)
        place = self.leg.thigh if self.segment == "thigh" else self.leg.shank
        bone_to_earth, knee_m = place(time_s, angles)
        slow_deg = self._slow_turn(time_s, angles)
        site_to_bone = Rotation.from_rotvec(slow_deg + self._fast_turn(time_s), degrees=True)
        slid = Rotation.from_rotvec(slow_deg, degrees=True).apply(self.position_m)
        shift = self.position_m + _SLIDE_SHARE * (slid - self.position_m)
        shift -= site_to_bone.apply(self.position_m)
        for shock in self.shifts:
            shift += shock(time_s)
        return compose(bone_to_earth, site_to_bone), knee_m + bone_to_earth.apply(shift)

    def _slow_turn(self, time_s: FloatArray, angles: LegAngles) -> FloatArray:
        """Return the turn of flexion and slip as a rotation vector (n, 3) in degrees."""
        # Half of it comes with the knee, half with the hip: deep squats do most of both.
        bent = 0.5 * angles.knee.flexion_deg / 105 + 0.5 * angles.thigh_flexion_deg / 85
        # Flesh gives way first and then is stretched.
        given = (1 - np.exp(-_GIVE * bent)) / (1 - np.exp(-_GIVE))
        return (
            given[:, None] * self.flexion_turn
            + self.leg.timeline.of_run(time_s)[:, None] * self.slip
        )

    def _fast_turn(self, time_s: FloatArray) -> FloatArray:
        """Return the turn of muscles and shocks as a rotation vector (n, 3) in degrees."""
        turn = np.zeros((len(time_s), 3))
        for kind, share in (("run", 1.0), ("walk", 0.4)):
            strides = self.leg.strides.get(kind)
            if strides is not None:
                size = share * self.leg.timeline.weight(kind, time_s)
                turn += size[:, None] * self.muscle(strides.phase_at(time_s)).T
        for shock in self.turns:
            turn += shock(time_s)
        return turn


def strap_site(
    leg: Leg,
    segment: Segment,
    position_m: FloatArray,
    rng: np.random.Generator,
    *,
    strapped: np.random.Generator | None = None,
) -> Site:
    """Draw what the flesh under one sensor does.

    The leg's own flesh comes of ``rng``. Where the sensor is put on again, it comes to lie on
    somewhat other flesh, by ``strapped``.
    """
    tissue, thigh = leg.runner.tissue, segment == "thigh"
    share = 1.0 if thigh else tissue.shank_share
    mirror = np.array([mirror_of(leg.side), mirror_of(leg.side), 1.0])
    drawn = rng.standard_normal(_FLESH_DRAWS)
    if strapped is not None:
        kept = leg.runner.kept_share
        drawn = np.sqrt(kept) * drawn + np.sqrt(1 - kept) * strapped.standard_normal(_FLESH_DRAWS)
    aside = np.radians(25 * drawn[0])
    axis = np.array([0.6 * np.sin(aside), np.cos(aside), 0.15])
    # Inwards, as the flesh of real thighs goes: it adds to what the knee's own rotation does.
    flexion_deg = tissue.squat_turn_deg * share * float(np.clip(1 + 0.25 * drawn[1], 0.3, 1.7))
    muscle = drawn[2:26].reshape(8, 3) + 1j * drawn[26:50].reshape(8, 3)
    muscle[0] = 0
    muscle *= np.array([0.3, 1.0, 0.2]) / np.sqrt(np.sum(np.abs(muscle) ** 2, axis=0))
    slip_axis = drawn[50:] / np.linalg.norm(drawn[50:])
    turns, shifts = _shocks(leg, segment, rng)
    return Site(
        leg=leg,
        segment=segment,
        position_m=position_m,
        flexion_turn=flexion_deg * axis / np.linalg.norm(axis) * mirror,
        muscle=StrideCurves(tissue.muscle_turn_deg * share * muscle),
        slip=leg.runner.sensor.strap_slip_deg * slip_axis,
        turns=turns,
        shifts=shifts,
    )


def _shocks(
    leg: Leg, segment: Segment, rng: np.random.Generator
) -> tuple[tuple[Shock, ...], tuple[Shock, ...]]:
    """Return turns and displacements after contact and toe-off, thigh later and softer."""
    thigh, mirror = segment == "thigh", mirror_of(leg.side)
    turn_deg = leg.runner.tissue.impact_turn_deg
    shock_mps2 = leg.runner.tibial_shock_g * GRAVITY_MPS2
    turns: list[Shock] = []
    shifts: list[Shock] = []
    for kind, share in (("run", 1.0), ("walk", 0.3)):
        strides = leg.strides.get(kind)
        if strides is None:
            continue
        contact_s = strides.initial_contact_s
        on = share * leg.timeline.weight(kind, contact_s)
        order = np.arange(len(contact_s)) + 0.13
        sizes = on * np.clip(1 + strides.deviations(order)[:, -1], 0.3, 2.0)
        spread = np.exp(0.3 * rng.standard_normal((2, len(sizes))))
        if thigh:
            shift = Shock(contact_s + 0.005, 0.75 * sizes, np.array([0.35, 0.9, 0.2]), 0.028, 12.0)
            turn = Shock(contact_s, on * spread[0], np.array([0.4, 1.0, 0.3]), 0.050, 8.0)
        else:
            shift = Shock(contact_s, sizes, np.array([-0.55, 0.8, 0.25]), 0.025, 15.0)
            turn = Shock(contact_s, on * spread[0], np.array([0.4, 0.2, -0.4]), 0.025, 15.0)
        push = Shock(strides.toe_off_s, 0.1 * on * spread[1], shift.vector, 0.040, 6.0)
        for shock in (shift, push):
            size = -shock_mps2 / shock.curvature_ps2
            direction = shock.vector * [1, 1, mirror] / np.linalg.norm(shock.vector)
            shifts.append(
                Shock(shock.at_s, shock.sizes, size * direction, shock.rise_s, shock.ring_hz)
            )
        vector = turn_deg * turn.vector * [mirror, mirror, 1]
        turns.append(Shock(turn.at_s, turn.sizes, vector, turn.rise_s, turn.ring_hz))
    return tuple(turns), tuple(shifts)
