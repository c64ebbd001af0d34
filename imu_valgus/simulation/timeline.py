"""What happens when: bouts, squats, and the strides of each leg with their exact contacts."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from imu_valgus.core import SIDES, Bout, FloatArray, Side
from imu_valgus.simulation.gait_curves import (
    RUNNING_CONTACT_PHASE,
    RUNNING_PEAK_PHASE,
    RUNNING_TOE_OFF_PHASE,
)
from imu_valgus.simulation.params import RunnerParams

WALK_SPEED_MPS: Final = 1.3
WALK_STRIDE_S: Final = 1.07
"""Comfortable walking: Bohannon (1997), doi:10.1093/ageing/26.1.15; Winter (1991)."""
WALK_TOE_OFF_PHASE: Final = 0.62
PAUSE_S: Final = 3.0
RAMP_S: Final = 1.6
"""A gait starts and ends over this time, half of it on either side of the bout's edge."""
SQUAT_S: Final = 4.0
SQUAT_PAUSE_S: Final = 1.0
DEVIATIONS: Final = (
    "valgus_deg",
    "knee_gain",
    "thigh_gain",
    "adduction_deg",
    "rotation_deg",
    "shock",
)
_DEVIATION_SD: Final = (1.0, 0.02, 0.015, 0.5, 1.1, 0.12)
"""Between strides of RBDS001 (thigh, knee); the valgus is scaled by its own parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The protocol in true session time, from 0 to ``stop_s``."""

    bouts: tuple[Bout, ...]
    speed_mps: float
    squat_depths: FloatArray
    """One each squat, around 1."""

    @property
    def stop_s(self) -> float:
        """The end of the last bout."""
        return self.bouts[-1].stop_s

    def weight(self, kind: str, time_s: FloatArray) -> FloatArray:
        """Return how far the activity is on, 0–1 with smooth ramps (n,)."""
        total = np.zeros_like(time_s)
        for bout in self._of(kind):
            total += ease(_ramp(time_s, bout.start_s)) - ease(_ramp(time_s, bout.stop_s))
        return total

    def speed(self, time_s: FloatArray) -> FloatArray:
        """Return the mean speed forwards (n,) in m/s."""
        walking, running = (self.weight(kind, time_s) for kind in ("walk", "run"))
        return WALK_SPEED_MPS * walking + self.speed_mps * running

    def distance(self, time_s: FloatArray) -> FloatArray:
        """Return the way made since the start (n,) in m: the exact integral of the speed."""
        total = np.zeros_like(time_s)
        for kind, speed_mps in (("walk", WALK_SPEED_MPS), ("run", self.speed_mps)):
            for bout in self._of(kind):
                since = _ease_integral(_ramp(time_s, bout.start_s))
                total += speed_mps * RAMP_S * (since - _ease_integral(_ramp(time_s, bout.stop_s)))
        return total

    def of_run(self, time_s: FloatArray) -> FloatArray:
        """Return the share of the run that is over (n,), 0–1."""
        run = self._of("run")[0]
        return np.clip((time_s - run.start_s) / run.duration_s, 0.0, 1.0)

    def squat_depth(self, time_s: FloatArray) -> FloatArray:
        """Return the depth of the squats (n,), 0 upright to 1."""
        depth = np.zeros_like(time_s)
        for bout in self._of("squat"):
            since, period_s = time_s - bout.start_s, SQUAT_S + SQUAT_PAUSE_S
            inside = (since >= 0) & (time_s < bout.stop_s)
            which, within_s = np.divmod(since[inside], period_s)
            share = np.clip(within_s / SQUAT_S, 0, 1)
            depth[inside] = ease(1 - np.abs(1 - 2 * share)) * self.squat_depths[which.astype(int)]
        return depth

    def _of(self, kind: str) -> list[Bout]:
        return [bout for bout in self.bouts if bout.kind == kind]


@dataclass(frozen=True, slots=True, eq=False)
class Strides:
    """The strides of one leg in one gait.

    Parameters
    ----------
    initial_contact_s, toe_off_s : (k,)
        Exact, in true session time.
    phase : CubicSpline
        Time → strides on the tables' axis, twice continuously differentiable. Contact and toe-off
        lie at ``contact_phase`` and the tables' toe-off after the whole strides: runners differ
        in how far the foot has come back when it lands.
    deviations : CubicSpline
        Phase → how this stride differs, the columns of DEVIATIONS.
    contact_phase : float
    """

    initial_contact_s: FloatArray
    toe_off_s: FloatArray
    phase: CubicSpline
    deviations: CubicSpline
    contact_phase: float

    def phase_at(self, time_s: FloatArray) -> FloatArray:
        """Return the phase (n,) in strides; before the first and after the last it stands still."""
        knots = self.phase.x
        return np.asarray(self.phase(np.clip(time_s, knots[0], knots[-1])))


def plan_timeline(runner: RunnerParams, rng: np.random.Generator) -> Timeline:
    """Lay the bouts of the protocol one after the other."""
    lengths: list[tuple[str, float]] = [("stand", runner.standing_s)]
    if runner.walk_s > 0:
        lengths += [("walk", runner.walk_s), ("stand", PAUSE_S)]
    if runner.squats > 0:
        lengths += [("squat", runner.squats * (SQUAT_S + SQUAT_PAUSE_S)), ("stand", PAUSE_S)]
    lengths += [("run", 60.0 * runner.run_minutes), ("stand", runner.standing_s)]
    bouts: list[Bout] = []
    now_s = 0.0
    for kind, length_s in lengths:
        bouts.append(Bout(now_s, now_s + length_s, kind))  # pyright: ignore[reportArgumentType]
        now_s += length_s
    depths = 1 + 0.06 * rng.standard_normal(runner.squats)
    return Timeline(tuple(bouts), runner.speed_mps, depths)


def plan_strides(
    runner: RunnerParams,
    bout: Bout,
    rng: np.random.Generator,
    *,
    deviating: np.random.Generator | None = None,
) -> dict[Side, Strides]:
    """Draw the strides of both legs in a bout of walking or running.

    How single strides differ comes of ``deviating`` if it is there, their times of ``rng``.
    """
    running = bout.kind == "run"
    mean_s = 120.0 / runner.cadence_spm if running else WALK_STRIDE_S
    lead_s = RAMP_S + 2 * mean_s
    count = int((bout.duration_s + 2 * lead_s) / mean_s) + 4
    times_s = mean_s * (1 + runner.stride_time_sd_percent / 100 * rng.standard_normal(count))
    odd = _odd_strides(runner.irregular_strides if running else 0, count, rng)
    times_s[odd] *= rng.choice([0.8, 1.25], size=odd.size)
    first_s = bout.start_s - lead_s
    right_s = first_s + np.concatenate([[0.0], np.cumsum(times_s)])
    offset = rng.normal(0.5, 0.004) + 0.006 * rng.standard_normal(count)
    contacts = {"right": right_s[:-1], "left": right_s[:-1] + offset * times_s}
    contact_phase = float(np.clip(rng.normal(RUNNING_CONTACT_PHASE, 0.012), 0.0, 0.05))
    noise_deg: dict[Side, float] = {
        "left": runner.left_valgus_noise_sd_deg,
        "right": runner.right_valgus_noise_sd_deg,
    }
    landing = _Landing(
        toe_off=runner.stance_fraction if running else WALK_TOE_OFF_PHASE,
        contact_phase=contact_phase if running else 0.0,
        toe_off_phase=RUNNING_TOE_OFF_PHASE if running else WALK_TOE_OFF_PHASE,
    )
    return {
        side: _strides(
            contacts[side],
            replace(landing, valgus_sd_deg=noise_deg[side]) if running else landing,
            odd,
            deviating or rng,
        )
        for side in SIDES
    }


@dataclass(frozen=True, slots=True)
class _Landing:
    """Toe-off as a share of the stride's time; contact and toe-off on the tables' phase."""

    toe_off: float
    contact_phase: float
    toe_off_phase: float
    valgus_sd_deg: float = 0.3


def _odd_strides(wanted: int, count: int, rng: np.random.Generator) -> np.ndarray:
    inner = np.arange(count // 8, count - count // 8)
    return rng.choice(inner, size=min(wanted, inner.size), replace=False)


def _strides(
    contact_s: FloatArray, landing: _Landing, odd: np.ndarray, rng: np.random.Generator
) -> Strides:
    times_s = np.diff(contact_s, append=2 * contact_s[-1] - contact_s[-2])
    share = landing.toe_off + 0.006 * rng.standard_normal(len(contact_s))
    toe_off_s = contact_s + share * times_s
    order = np.arange(len(contact_s), dtype=np.float64)
    knots_s = np.column_stack([contact_s, toe_off_s]).ravel()
    phases = np.column_stack([order + landing.contact_phase, order + landing.toe_off_phase]).ravel()
    deviations = rng.standard_normal((len(contact_s), len(DEVIATIONS))) * _DEVIATION_SD
    deviations[:, 0] *= landing.valgus_sd_deg
    deviations[odd] *= 5.0
    return Strides(
        initial_contact_s=contact_s,
        toe_off_s=toe_off_s,
        phase=CubicSpline(knots_s, phases, bc_type="natural"),
        deviations=CubicSpline(
            order + RUNNING_PEAK_PHASE + landing.contact_phase, deviations, bc_type="natural"
        ),
        contact_phase=landing.contact_phase,
    )


def _ramp(time_s: FloatArray, edge_s: float) -> FloatArray:
    return np.clip((time_s - edge_s) / RAMP_S + 0.5, 0.0, None)


def ease(share: FloatArray) -> FloatArray:
    """Return the quintic step from 0 to 1: no jump in acceleration at either end."""
    within = np.clip(share, 0.0, 1.0)
    return np.asarray(within**3 * (10 - 15 * within + 6 * within**2))


def _ease_integral(share: FloatArray) -> FloatArray:
    within = np.minimum(share, 1.0)
    return np.asarray(within**4 * (2.5 - 3 * within + within**2) + np.maximum(share - 1, 0.0))
