"""Ours and its peers, all called alike: one leg in, angles out, one set a variant.

A peer's variants differ in where its flexion axis comes from (and its lever arms, its hinge): the
table shows the variant that serves it best over a group of cases, by its median error. Ours has
one variant.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from accuracy import pair as pair_module
from accuracy import resolve
from accuracy.cache import code, kept, releases
from accuracy.case import LegAngles, LegCase
from accuracy.methods import dfjimu_link, oracle, qmt_hinge, vqf_standing
from accuracy.methods.ours import ours
from accuracy.pair import Pair, pair_of
from accuracy.resolve import across, flexion_axes, resolved
from accuracy.rows import ORACLES, OURS
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray

Method = Callable[[LegCase], dict[str, LegAngles]]
Relate = Callable[[Pair], Rotation]
"""The shank's sensor in the thigh's, on the pair's samples."""


def peer(ways: Mapping[str, Relate], case: LegCase) -> dict[str, LegAngles]:
    """Read the angles off each way's relative orientation along each flexion axis."""
    pair = pair_of(case)
    found: dict[str, LegAngles] = {}
    olsson = _olsson(pair, case.key)
    for way, relate in ways.items():
        turn = related(relate, pair, case.key)
        axes = {**flexion_axes(pair, turn), "Olsson": olsson}
        variants = resolved(case, turn, axes)
        found |= {f"{axis}{way}": angles for axis, angles in variants.items()}
    return found


def related(relate: Relate, pair: Pair, key: str) -> Rotation:
    """Return the shank's sensor in the thigh's by a peer, kept from before if nothing changed."""
    quaternions = kept(
        lambda: relate(pair).as_quat().astype("float32"), "relative", key, *_origin(relate)
    )
    return Rotation.from_quat(quaternions.astype("float64"))


def _olsson(pair: Pair, key: str) -> FloatArray:
    axes = kept(lambda: qmt_hinge.olsson_axes(pair), "axis", key, *_origin(qmt_hinge.olsson_axes))
    return across(axes[0], pair.thigh_up)


def _origin(function: Callable[..., object]) -> tuple[str, str, str]:
    files = [str(inspect.getsourcefile(of)) for of in (function, pair_module, resolve)]
    return function.__name__, code(*map(Path, files)), releases("vqf", "ahrs", "qmt", "dfjimu")


METHODS: Final[Mapping[str, Method]] = {
    OURS: ours,
    ORACLES[0]: oracle.ours_with_fitted_azimuth,
    ORACLES[1]: oracle.true_attitudes_with_fitted_azimuth,
    "dfjimu MEKF": partial(
        peer,
        {
            ", own arms": dfjimu_link.mekf_own_arms,
            ", expected arms": dfjimu_link.mekf_expected_arms,
        },
    ),
    "dfjimu MAP": partial(
        peer,
        {
            ", own arms": dfjimu_link.map_own_arms,
            ", expected arms": dfjimu_link.map_expected_arms,
        },
    ),
    "qmt, Olsson hinge": partial(peer, {"": qmt_hinge.hinge_by_olsson}),
    "qmt, best hinge": partial(
        peer,
        {
            ", hinge by Olsson": qmt_hinge.hinge_by_olsson,
            ", hinge by rates": qmt_hinge.hinge_by_rates,
        },
    ),
    "VQF + standing": partial(peer, {"": vqf_standing.vqf_with_standing}),
    "Madgwick + standing": partial(peer, {"": vqf_standing.madgwick_with_standing}),
}
"""By the name in the table."""
