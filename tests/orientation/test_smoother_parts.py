"""What the smoother is built of, against plain ways of doing the same."""

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.core import ImuSignal
from imu_valgus.orientation.block_chain import BlockChain
from imu_valgus.orientation.bridging import bridged, bridging_doubt
from imu_valgus.orientation.clipped import clipping_doubt, unclipped_around
from imu_valgus.orientation.knots import Knots
from imu_valgus.orientation.strapdown import integrate_rate


def chain_and_dense() -> tuple[BlockChain, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(6)
    k, m = 5, 3
    chain, normal, right = BlockChain(k, m), np.zeros((k * m, k * m)), np.zeros(k * m)
    for _ in range(2):
        here, there = rng.normal(size=(2, k - 1, 2, m))
        rest, precision = rng.normal(size=(k - 1, 2)), rng.uniform(0.5, 2, k - 1)
        chain.tie(here, there, rest, precision)
        for i in range(k - 1):
            row = np.zeros((2, k * m))
            row[:, i * m : (i + 1) * m], row[:, (i + 1) * m : (i + 2) * m] = here[i], there[i]
            normal += precision[i] * row.T @ row
            right -= precision[i] * row.T @ rest[i]
    pull = rng.normal(size=(k, 2))
    chain.add(1, np.eye(2), pull)
    for i in range(k):
        own = slice(i * m + 1, i * m + 3)
        normal[own, own] += np.eye(2)
        right[own] += pull[i]
    return chain, normal, right


def test_the_chain_s_solution_is_that_of_the_dense_normal_equations():
    chain, normal, right = chain_and_dense()

    found = chain.solve()

    np.testing.assert_allclose(found.ravel(), np.linalg.solve(normal, right), rtol=1e-5)


def test_the_chain_s_variance_is_that_of_the_dense_inverse():
    chain, normal, _ = chain_and_dense()
    weights = np.array([1.0, 0.0, -1.0])

    found = chain.variance_of(weights)

    inverse = np.linalg.inv(normal)
    blocks = [inverse[i : i + 3, i : i + 3] for i in range(0, 15, 3)]
    np.testing.assert_allclose(found, [weights @ b @ weights for b in blocks], rtol=1e-5)


def test_the_integrated_rate_is_the_product_of_all_steps(rig):
    part = rig.thigh[:700]

    found = integrate_rate(part).to_earth

    rates = 0.5 * (part.gyr_radps[1:] + part.gyr_radps[:-1])
    turn = found[0]
    for rate in rates:
        turn = turn * Rotation.from_rotvec(rate / part.sampling_rate_hz)
    assert (turn.inv() * found[-1]).magnitude() < 1e-9


def test_turns_are_never_read_across_a_gap():
    knots = Knots.every(1.0, np.array([0.0, 0.5, 1.0, 1.5, 60.0, 60.5, 61.0, 61.5]))
    turns = Rotation.from_rotvec(np.array([0.0, 0.2, 2.0, 2.2])[:, None] * [0.0, 0.0, 1.0])

    read = knots.read(turns, np.array([0.75, 20.0, 45.0])).as_rotvec()[:, 2]

    np.testing.assert_allclose(read, [0.1, 0.2, 2.0], atol=1e-3)


def holed(rig, lost: slice) -> ImuSignal:
    kept = np.ones(len(rig.thigh), dtype=np.bool_)
    kept[lost] = False
    signal = rig.thigh
    return ImuSignal(signal.time_s[kept], signal.acc_mps2[kept], signal.gyr_radps[kept])


def test_a_lost_packet_is_bridged(rig):
    found = bridged(holed(rig, slice(500, 508)))

    np.testing.assert_allclose(found.time_s, rig.thigh.time_s)


def test_a_long_hole_stays_one(rig):
    signal = holed(rig, slice(500, 530))

    assert bridged(signal) is signal


def test_a_bridged_hole_is_doubted_where_it_is(rig):
    doubt = bridging_doubt(holed(rig, slice(500, 508)), rig.thigh.time_s[::100])

    np.testing.assert_array_equal(np.flatnonzero(doubt), [4])


def clipping(rig, at: int) -> ImuSignal:
    clipped = np.zeros(len(rig.thigh), dtype=np.bool_)
    clipped[at] = True
    rate = rig.thigh.gyr_radps.copy()
    rate[at, 0] = 2 * np.abs(rate).max()
    return ImuSignal(rig.thigh.time_s, rig.thigh.acc_mps2, rate, clipped)


def test_what_lies_near_a_clipped_sample_is_not_trusted(rig):
    signal = clipping(rig, 1000)

    trusted = unclipped_around(signal, np.array([4.5, 4.95, 5.0, 5.05, 5.5]), reach_s=0.1)

    np.testing.assert_array_equal(trusted, [True, False, False, False, True])


def test_a_gyroscope_at_its_end_is_doubted_where_it_is(rig):
    doubt = clipping_doubt(clipping(rig, 1010), rig.thigh.time_s[::100])

    np.testing.assert_array_equal(np.flatnonzero(doubt), [10])
