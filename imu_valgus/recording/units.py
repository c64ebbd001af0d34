"""Whether the numbers bear out the units that a file claims: gravity must stand still.

Accelerations that are turned along with the gyroscope keep one direction for gravity, and whatever
a runner does averages out over two seconds, for nobody gains speed for long. So the mean over 2 s
is 1 g upwards in the right units: 0.95 to 1.05 g in all blocks of real standing, squats, walking
and running of the nms-dyn and x-IMU3 data, and 0.1 to 0.5 g where degrees are taken for radians.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, FloatArray, IntArray, spans
from imu_valgus.recording.readers import SensorFile, wrong

_BLOCK_S: Final = 2.0
_MAX_BLOCKS: Final = 30
"""Spread over the file: enough for a median, quick for hours."""

_MEAN_RANGE_G: Final = (0.6, 4.0)
"""Median over blocks of the mean in the sensor's own frame: 0.9 to 1.3 was seen, the shank of a
runner highest, for it swings about the knee; 0 to 0.4 where gravity had been taken out."""

_CARRIED_RANGE_G: Final = (0.7, 1.5)
_MOVING_SD_G: Final = 0.1
_LEAST_MOVING_RADPS: Final = np.radians(30.0)
"""Where |a| varied by more than 0.1 g, real legs turned at 147 to 433 deg/s in their 0.5 % fastest
samples: 3 to 8 deg/s if radians are taken for degrees."""

_TURNED_RAD: Final = np.radians(20.0)
"""Means of 0.5 s whose direction differs by more than this: the gyroscope of real legs then went
1.5 to 17 times as far, a 57th of that if radians are taken for degrees."""

_RESTING_SD_G: Final = 0.01
_MOST_RESTING_RADPS: Final = 0.5
"""At rest a gyroscope shows its bias: 1 to 5 deg/s was seen, 10 (0.17 rad/s) is poor."""


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Stretches without a gap: (k, n, 3) each, and their sampling period."""

    acc_g: FloatArray
    gyr_radps: FloatArray
    period_s: float


def check_units(
    acc_file: SensorFile,
    gyr_file: SensorFile,
    time_s: FloatArray,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
) -> None:
    """Refuse accelerations and turn rates that contradict gravity.

    Parameters
    ----------
    acc_file, gyr_file : SensorFile
        Where the two came from, to be named; may be one and the same.
    time_s : (n,)
    acc_mps2, gyr_radps : (n, 3)
        At the same times.

    Raises
    ------
    RecordingError
        Where acceleration lacks gravity, or either is in another unit than its columns say.
    """
    blocks = _blocks(time_s, acc_mps2, gyr_radps)
    _check_gravity(acc_file, blocks)
    _check_turn_rate(gyr_file, blocks)


def _check_gravity(file: SensorFile, blocks: _Blocks) -> None:
    mean_g = float(np.median(np.linalg.norm(blocks.acc_g.mean(axis=1), axis=1)))
    carried_g = float(np.median(_carried_g(blocks, _by_turning(blocks)[0])))
    possible = _MEAN_RANGE_G[0] <= mean_g <= _MEAN_RANGE_G[1]
    scaled = not _is_gravity(carried_g) and carried_g >= _CARRIED_RANGE_G[0] * mean_g
    if possible and not scaled:
        return
    in_g = file.acc_named is not None and file.acc_named.factor != 1.0
    found_g = carried_g if scaled else mean_g
    unit, found = ("g", found_g) if in_g else ("m/s²", found_g * GRAVITY_MPS2)
    if not in_g and _is_gravity(carried_g * GRAVITY_MPS2):
        hint = f"the numbers look like g: {_renamed(file, 'acc_x_g, acc_y_g, acc_z_g')}"
    elif in_g and _is_gravity(carried_g / GRAVITY_MPS2):
        hint = f"the numbers look like m/s²: {_renamed(file, 'acc_x_mps2, acc_y_mps2, acc_z_mps2')}"
    elif scaled:
        hint = "look at the range that the export was scaled with"
    else:
        hint = "export the raw acceleration, gravity included: no free or linear acceleration"
    raise wrong(
        file.path,
        f"{found:.3g} {unit} on average, where gravity is {GRAVITY_MPS2 if not in_g else 1:.3g}",
        line=file.first_line,
        column=file.acc_named.columns[0] if file.acc_named else "",
        hint=hint,
    )


def _check_turn_rate(file: SensorFile, blocks: _Blocks) -> None:
    calm, lively = _by_turning(blocks)
    resting_radps = _resting_rate(blocks, calm)
    fastest_radps = float(np.percentile(np.abs(blocks.gyr_radps), 99.5))
    moving = float(np.linalg.norm(blocks.acc_g, axis=2).std()) > _MOVING_SD_G
    degrees, radians = "gyr_x_dps, gyr_y_dps, gyr_z_dps", "gyr_x_radps, gyr_y_radps, gyr_z_radps"
    if not _is_gravity(float(np.median(_carried_g(blocks, lively)))):
        problem = "turns much faster than gravity does"
        hint = f"degrees taken for radians? Then {_renamed(file, degrees)}"
    elif resting_radps > _MOST_RESTING_RADPS:
        problem = f"{np.degrees(resting_radps):.3g} deg/s at rest"
        hint = f"degrees taken for radians? Then {_renamed(file, degrees)}"
    elif (moving and fastest_radps < _LEAST_MOVING_RADPS) or _turns_unseen(blocks):
        problem = f"no more than {np.degrees(fastest_radps):.2g} deg/s while the sensor moves"
        hint = f"radians taken for degrees? Then {_renamed(file, radians)}"
    else:
        return
    column = file.gyr_named.columns[0] if file.gyr_named else ""
    raise wrong(file.path, problem, line=file.first_line, column=column, hint=hint)


def _renamed(file: SensorFile, columns: str) -> str:
    """Say how to mend a wrong unit: people name columns themselves, programs do not."""
    if file.model:
        return f"{file.model} writes another unit, so export it again, unchanged"
    return f"name the columns {columns}"


def _is_gravity(value_g: float) -> bool:
    return _CARRIED_RANGE_G[0] <= value_g <= _CARRIED_RANGE_G[1]


def _by_turning(blocks: _Blocks) -> tuple[IntArray, IntArray]:
    """Return the indices of the half of the blocks that turns least, and of that that turns most.

    A single block is both.
    """
    order = np.argsort(np.linalg.norm(blocks.gyr_radps, axis=2).mean(axis=1))
    return order[: (len(order) + 1) // 2], order[len(order) // 2 :]


def _resting_rate(blocks: _Blocks, calm: IntArray) -> float:
    """Return the highest mean turn rate in rad/s of blocks without any movement; 0 without such."""
    resting = calm[(blocks.acc_g[calm].std(axis=1) < _RESTING_SD_G).all(axis=1)]
    rates = np.linalg.norm(blocks.gyr_radps[resting].mean(axis=1), axis=1)
    return float(rates.max(initial=0.0))


def _turns_unseen(blocks: _Blocks) -> bool:
    """Say whether gravity's direction turned in any block by more than the gyroscope ever did."""
    n = blocks.acc_g.shape[1]
    if n * blocks.period_s < 0.5 * _BLOCK_S:
        return False
    parts = np.stack([part.mean(axis=1) for part in np.array_split(blocks.acc_g, 4, axis=1)])
    up = parts / np.linalg.norm(parts, axis=2, keepdims=True)
    cosines = np.clip((up[:, None] * up[None]).sum(axis=3), -1.0, 1.0)
    turned = np.arccos(cosines.min(axis=(0, 1)))
    path = np.linalg.norm(blocks.gyr_radps, axis=2).mean(axis=1) * n * blocks.period_s
    return bool(((turned > _TURNED_RAD) & (path < turned / 3.0)).any())


def _carried_g(blocks: _Blocks, chosen: IntArray) -> FloatArray:
    """Mean acceleration of the chosen blocks in g, (k,), turned along with the gyroscope."""
    acc, gyr = blocks.acc_g[chosen], blocks.gyr_radps[chosen]
    attitude = Rotation.identity(len(chosen))
    total = np.zeros((len(chosen), 3))
    for sample in range(acc.shape[1]):
        total += attitude.apply(acc[:, sample])
        attitude *= Rotation.from_rotvec(gyr[:, sample] * blocks.period_s)
    return np.linalg.norm(total / acc.shape[1], axis=1)


def _blocks(time_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray) -> _Blocks:
    """Cut stretches of 2 s without a gap; the longest stretch as it is, where none is that long."""
    period_s = float(np.median(np.diff(time_s)))
    n = max(round(_BLOCK_S / period_s), 2)
    starts = [
        first
        for span in spans(time_s)
        for first, last in pairwise(range(span.start, span.stop + 1, n))
        if last - first == n
    ]
    if not starts:
        longest = max(spans(time_s), key=lambda span: span.stop - span.start)
        starts, n = [longest.start], longest.stop - longest.start
    picked = np.linspace(0, len(starts) - 1, min(len(starts), _MAX_BLOCKS)).round().astype(int)
    rows = np.asarray(starts)[picked][:, None] + np.arange(n)
    return _Blocks(acc_mps2[rows] / GRAVITY_MPS2, gyr_radps[rows], period_s)
