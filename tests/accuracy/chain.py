"""A hand-moved chain of two sensors with optical attitudes: relative orientation, no angles.

Weygers & Kok (2020), doi:10.1109/JSEN.2020.2982459. Every method is given the lever arms and the
gyroscopes' readings at rest; those that need a start are given the optical one.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import dfjimu
import numpy as np
from accuracy.methods import dfjimu_link
from accuracy.resolve import about_vertical
from accuracy.rows import OURS
from ahrs.filters import Madgwick
from scipy.io import loadmat
from scipy.spatial.transform import Rotation
from vqf import VQF

from imu_valgus.core import FloatArray, ImuSignal, SegmentOrientation
from imu_valgus.orientation import (
    ArmParams,
    RelativeParams,
    estimate_attitude,
    relate_segments,
)
from imu_valgus.orientation.attitude import attitude_at

CHAINS: Final = "chains"
RECORDINGS: Final = ("data_2D_02", "data_3D_01")
REST_S: Final = 0.6
"""Both recordings lie still at their start, hardly longer."""
_FREE: Final = 10.0
"""A standard deviation of metres is no expectation at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Two sensors (n samples) about one joint; arms (3,) from the joint to either sensor."""

    name: str
    first: ImuSignal
    second: ImuSignal
    arms_m: tuple[FloatArray, FloatArray]
    start: tuple[Rotation, Rotation]
    relative: Rotation
    """The second sensor in the first's, by optics."""


@dataclass(frozen=True, slots=True)
class ChainRow:
    """Root mean square angle of the relative orientation's error, its mean removed and not."""

    recording: str
    method: str
    error_deg: float
    error_with_mean_deg: float


Follow = Callable[[Chain], Rotation]


def score_chains(data: Path) -> list[ChainRow]:
    """Run every method on both recordings; of a method's variants the better one over both."""
    chains = [read_chain(data, name) for name in RECORDINGS]
    rows: list[ChainRow] = []
    for method, variants in FOLLOWERS.items():
        tried = [[_score(chain, method, follow) for chain in chains] for follow in variants]
        rows += min(tried, key=lambda found: sum(row.error_deg for row in found))
    return rows


def score_ours(chain: Chain) -> ChainRow:
    """Score our way, or what stands in its place."""
    return _score(chain, OURS, _ours)


def _score(chain: Chain, method: str, follow: Follow) -> ChainRow:
    off = chain.relative.inv() * follow(chain)
    return ChainRow(chain.name, method, rms_deg(off * off.mean().inv()), rms_deg(off))


def read_chain(data: Path, name: str) -> Chain:
    """Read one recording; its arms point from sensor to joint, ours the other way."""
    found = loadmat(data / "weygers" / f"{name}.mat", squeeze_me=True, struct_as_record=False)
    content = found["data"]
    rate_hz = float(content.rate)
    samples: FloatArray = np.asarray(content.sensorData, dtype=np.float64)
    attitudes = [
        Rotation.from_quat(content.ref[:, part], scalar_first=True)
        for part in (slice(0, 4), slice(4, 8))
    ]
    time_s = np.arange(len(samples)) / rate_hz
    rest = time_s < REST_S
    first, second = (
        ImuSignal(time_s, part[:, :3].copy(), part[:, 3:] - part[rest, 3:].mean(axis=0))
        for part in (samples[:, :6], samples[:, 6:])
    )
    return Chain(
        name=name,
        first=first,
        second=second,
        arms_m=(-np.asarray(content.r_12), -np.asarray(content.r_21)),
        start=(attitudes[0][0], attitudes[1][0]),
        relative=attitudes[0].inv() * attitudes[1],
    )


def _ours(chain: Chain) -> Rotation:
    """Relate the two as thigh and shank are, the lever arms free.

    These sensors (Xsens) tell means over the step that ends in a sample; the attitudes that ours
    finds are those of the steps' middles.
    """
    lengths_m = [float(np.linalg.norm(arm)) for arm in chain.arms_m]
    arms = ArmParams(
        thigh_m=lengths_m[0], shank_m=lengths_m[1], along_sd_m=_FREE, across_sd_m=_FREE
    )
    related = relate_segments(
        chain.first,
        chain.second,
        (estimate_attitude(chain.first), estimate_attitude(chain.second)),
        thigh_up=chain.arms_m[0] / lengths_m[0],
        shank_up=-chain.arms_m[1] / lengths_m[1],
        params=RelativeParams(arms=arms),
    )
    middles = SegmentOrientation(related.time_s, related.shank_to_thigh)
    half_step_s = 0.5 / chain.first.sampling_rate_hz
    return attitude_at(middles, chain.first.time_s + half_step_s)


def _linked(
    run: Callable[..., tuple[FloatArray, FloatArray]], **settings: object
) -> tuple[Follow, Follow]:
    """Return a dfjimu estimator with the arms given, and with its own.

    Both sensors are made to start at one attitude, as it demands.
    """

    def follow(chain: Chain, *, given: bool) -> Rotation:
        turn = chain.start[0].inv() * chain.start[1]
        arms_m = (chain.arms_m[0], turn.apply(chain.arms_m[1])) if given else (None, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", dfjimu.ConvergenceWarning)
            first, second = run(
                chain.first.gyr_radps,
                turn.apply(chain.second.gyr_radps),
                chain.first.acc_mps2,
                turn.apply(chain.second.acc_mps2),
                *arms_m,
                chain.first.sampling_rate_hz,
                chain.start[0].as_quat(scalar_first=True),
                **settings,
            )
        return dfjimu_link.relative(first, second) * turn

    return partial(follow, given=True), partial(follow, given=False)


def _apart(run: Callable[[ImuSignal], FloatArray]) -> Follow:
    """Return a filter of each sensor, the headings aligned by optics at the start."""

    def follow(chain: Chain) -> Rotation:
        first, second = (
            Rotation.from_quat(np.asarray(run(signal)), scalar_first=True)
            for signal in (chain.first, chain.second)
        )
        still = round(REST_S * chain.first.sampling_rate_hz)
        wanted = (first[still] * chain.relative[still] * second[still].inv()).as_matrix()
        heading = np.arctan2(wanted[1, 0] - wanted[0, 1], wanted[0, 0] + wanted[1, 1])
        return first.inv() * about_vertical(heading) * second

    return follow


def _vqf(signal: ImuSignal) -> FloatArray:
    gyr, acc = np.ascontiguousarray(signal.gyr_radps), np.ascontiguousarray(signal.acc_mps2)
    return VQF(1.0 / signal.sampling_rate_hz).updateBatch(gyr, acc)["quat6D"]


def _madgwick(signal: ImuSignal) -> FloatArray:
    return Madgwick(gyr=signal.gyr_radps, acc=signal.acc_mps2, frequency=signal.sampling_rate_hz).Q


def rms_deg(turns: Rotation) -> float:
    """Return the root mean square angle of turns (n,)."""
    return float(np.degrees(np.sqrt(np.mean(turns.magnitude() ** 2))))


FOLLOWERS: Final[Mapping[str, tuple[Follow, ...]]] = {
    OURS: (_ours,),
    "dfjimu MEKF": _linked(dfjimu.mekf_acc),
    "dfjimu MAP": _linked(
        dfjimu.map_acc_stable,
        cov_w=dfjimu_link.MAP_GYRO_VARIANCE * np.eye(6),
        cov_i=dfjimu_link.MAP_START_VARIANCE * np.eye(3),
        cov_lnk=dfjimu_link.LINK_VARIANCE * np.eye(3),
        iterations=100,
    ),
    "VQF + standing": (_apart(_vqf),),
    "Madgwick + standing": (_apart(_madgwick),),
}
"""The methods that give a relative orientation; a hinge is none here."""
