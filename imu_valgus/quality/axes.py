"""Gyroscope against accelerometer: whether they turn the same way, in the same unit.

Gravity stands still on earth. Turned to earth by the gyroscope, the specific force of a window of
several strides must therefore average to one steady vector of 1 g; with an axis of one of the two
sensors mirrored, exchanged or in another unit it does not. What is mirrored in both alike cannot be
seen: a whole left-handed sensor obeys the same equation.
"""

from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal, Placement
from imu_valgus.quality.findings import Finding
from imu_valgus.quality.stillness import Stillness
from imu_valgus.quality.windows import RATE_HZ, Windows, cut

_FACTORS: Final = (np.rad2deg(1.0), 4.0, 2.0, 0.5, 0.25, np.deg2rad(1.0))
_FACTOR_MEANS: Final = {
    np.rad2deg(1.0): "radians were taken for degrees",
    np.deg2rad(1.0): "degrees were taken for radians",
}


@dataclass(frozen=True, slots=True)
class AxesParams:
    """How gyroscope and accelerometer are held against each other.

    Parameters
    ----------
    window_s : float
        Long against a stride, short against the gyroscope's drift: 1 °/s makes 8° in it.
    average_s : float
        Over which the turned specific force must be steady; the body's own acceleration averages to
        its change of speed over this time, 0.03 g for 2 m/s.
    min_spread_g : float
        Windows in which the acceleration varies less say nothing.
    max_windows, min_windows : int
        Spread over the session; fewer than the least say nothing.
    better : float
        Other axes are believed where they leave less than this share of the mismatch (geometric
        mean over the windows) ...
    agreement : float
        ... and less in this share of the windows. On real and simulated legs without a fault no
        other axes left less than 1.4 times the mismatch, in more than a third of the windows.
    excluded : float
        Other axes are ruled out where they leave more than this times the mismatch.
    max_mismatch_g : float
        Above it no axes fit; real legs have 0.01 to 0.04 g.
    """

    window_s: float = 8.0
    average_s: float = 6.0
    min_spread_g: float = 0.1
    max_windows: int = 16
    min_windows: int = 2
    better: float = 0.8
    agreement: float = 0.8
    excluded: float = 1.25
    max_mismatch_g: float = 0.15


def signed_axes() -> FloatArray:
    """Return the 48 ways to exchange and mirror three axes: (48, 3, 3), the identity first."""
    ways = [
        np.diag(signs)[list(order)]
        for order in permutations(range(3))
        for signs in product((1.0, -1.0), repeat=3)
    ]
    return np.array(ways)


def gravity_mismatch(windows: Windows, maps: FloatArray, *, params: AxesParams) -> FloatArray:
    """Measure how unsteady gravity is when the gyroscope, mapped, turns it to earth.

    Parameters
    ----------
    windows : Windows
        w of them; acceleration in multiples of what the sensor reads at rest times g.
    maps : (c, 3, 3)
        Candidates for what the measured angular velocity must be multiplied with.
    params : AxesParams

    Returns
    -------
    (c, w) array
        Root mean square distance, in g, of the moving average from a vector of 1 g along its mean.
    """
    rates = np.einsum("cij,wtj->tcwi", maps, windows.gyr_radps)
    turns = Rotation.from_rotvec(rates.reshape(-1, 3) / RATE_HZ).as_matrix()
    turned = np.empty_like(rates)
    attitude = np.broadcast_to(np.eye(3), (*rates.shape[1:], 3))
    for step, turn in enumerate(turns.reshape(*rates.shape, 3)):
        turned[step] = (attitude @ windows.acc_mps2[:, step, :, np.newaxis])[..., 0]
        attitude = attitude @ turn
    width = round(params.average_s * RATE_HZ)
    total = np.concatenate([np.zeros_like(turned[:1]), np.cumsum(turned, axis=0)])
    average = (total[width:] - total[:-width]) / width
    mean = turned.mean(axis=0)
    up = mean / np.maximum(np.linalg.norm(mean, axis=-1, keepdims=True), 1e-9)
    distance = np.linalg.norm(average - GRAVITY_MPS2 * up, axis=-1)
    return np.sqrt(np.mean(distance**2, axis=0)) / GRAVITY_MPS2


def check_axes(
    signal: ImuSignal,
    *,
    placement: Placement,
    at_rest: Stillness | None,
    params: AxesParams = AxesParams(),
) -> tuple[Finding, ...]:
    """Hold the gyroscope against the accelerometer: one finding on its unit, one on its axes.

    Parameters
    ----------
    signal : ImuSignal
        Sensor frame; any unit of the accelerometer, judged against what it reads at rest.
    placement : Placement
    at_rest : Stillness, optional
        For the gyroscope's bias and the accelerometer's scale.
    params : AxesParams
    """
    windows = _lively_windows(signal, at_rest, params)
    if len(windows) < params.min_windows:
        text = f"never moved for {params.window_s:.0f} s without a gap: axes not looked at"
        return (Finding(severity="note", topic="axes", placement=placement, text=text),)
    axes = signed_axes()
    factors = np.array([factor * np.eye(3) for factor in _FACTORS])
    mismatch = gravity_mismatch(windows, np.concatenate([axes, factors]), params=params)
    own, others = mismatch[0], mismatch[1:]
    better = _better(others, own, params)
    if better is not None and better + 1 >= len(axes):
        return (_wrong_unit(placement, _FACTORS[better + 1 - len(axes)]),)
    unit = Finding(
        severity="ok",
        topic="units",
        placement=placement,
        number=1.0,
        text="gyroscope and accelerometer turn by the same angles",
    )
    if better is not None:
        return (unit, _wrong_axes(placement, own, others[better], axes[better + 1]))
    return (unit, _agreement(placement, own, others[: len(axes) - 1], params))


def _lively_windows(signal: ImuSignal, at_rest: Stillness | None, params: AxesParams) -> Windows:
    """Return windows in which the sensor moves, spread over the session, bias and scale removed."""
    windows = cut(signal, width_s=params.window_s)
    scale = GRAVITY_MPS2 / at_rest.acc_norm_mps2 if at_rest else 1.0
    bias = at_rest.gyr_radps if at_rest else np.zeros(3)
    windows = Windows(windows.start_s, windows.acc_mps2 * scale, windows.gyr_radps - bias)
    spread = np.linalg.norm(windows.acc_mps2.std(axis=1), axis=1) / GRAVITY_MPS2
    lively = np.flatnonzero(spread > params.min_spread_g)
    chosen = np.linspace(0, len(lively) - 1, min(params.max_windows, len(lively)))
    return windows.take(lively[np.round(chosen).astype(np.int64)])


def _better(others: FloatArray, own: FloatArray, params: AxesParams) -> int | None:
    """Return which of the others (c, w) leaves clearly less than ``own`` (w,); None where none."""
    share = _share(others, own)
    agree = np.mean(others < own, axis=1)
    share = np.where(agree >= params.agreement, share, np.inf)
    best = int(np.argmin(share))
    return best if share[best] <= params.better else None


def _share(others: FloatArray, own: FloatArray) -> FloatArray:
    """Return the mismatch of others (c, w) as shares of ``own`` (w,), averaged: (c,)."""
    return np.exp(np.mean(np.log(others / own), axis=1))


def _wrong_unit(placement: Placement, factor: float) -> Finding:
    meaning = _FACTOR_MEANS.get(factor, "its range was set or read wrongly")
    return Finding(
        severity="error",
        topic="units",
        placement=placement,
        number=1.0 / factor,
        text=f"the gyroscope reads {1.0 / factor:.3g} times what the accelerometer sees: {meaning}",
        hint="import again with the right unit in the column names: gyr_x_dps or gyr_x_radps",
    )


def _wrong_axes(
    placement: Placement, own: FloatArray, other: FloatArray, axes: FloatArray
) -> Finding:
    return Finding(
        severity="error",
        topic="axes",
        placement=placement,
        number=_typical(own),
        unit="g",
        text=(
            f"gyroscope and accelerometer turn differently: gravity wanders by {_typical(own):.3f} "
            f"g, with the gyroscope's axes read as {axes_name(axes)} by {_typical(other):.3f} g"
        ),
        hint="an axis of one of the two is mirrored or exchanged: mend the columns, import again",
    )


def _agreement(
    placement: Placement, own: FloatArray, others: FloatArray, params: AxesParams
) -> Finding:
    mismatch_g = _typical(own)
    excluded = int(np.sum(_share(others, own) > params.excluded))
    fits = mismatch_g <= params.max_mismatch_g
    return Finding(
        severity="ok" if fits else "warning",
        topic="axes",
        placement=placement,
        number=mismatch_g,
        unit="g",
        text=(
            f"turned by the gyroscope, gravity stays within {mismatch_g:.3f} g; {excluded} of "
            f"{len(others)} mirrored or exchanged axes are ruled out"
            if fits
            else f"turned by the gyroscope, gravity wanders by {mismatch_g:.3f} g, "
            "and no exchange of axes mends it"
        ),
        hint=""
        if fits
        else "look for a gyroscope that drifts or clips, or for samples out of order",
    )


def _typical(mismatch: FloatArray) -> float:
    """Return the geometric mean of the mismatch over the windows, in g."""
    return float(np.exp(np.mean(np.log(mismatch))))


def axes_name(axes: FloatArray) -> str:
    """Name a signed exchange of axes, (3, 3): ``"x, -z, y"``."""
    names = np.array(["x", "y", "z"])[np.argmax(np.abs(axes), axis=1)]
    return ", ".join(
        f"{'-' if row.sum() < 0 else ''}{name}" for row, name in zip(axes, names, strict=True)
    )
