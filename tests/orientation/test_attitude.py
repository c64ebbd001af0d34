"""The same motion for every attitude filter."""

import numpy as np
import pytest

from imu_valgus.orientation import ATTITUDE_METHODS, estimate_attitude


@pytest.mark.parametrize("method", sorted(ATTITUDE_METHODS))
def test_the_vertical_is_found(turner, method):
    attitude = estimate_attitude(turner.signal, method=method).to_earth

    up_by_filter = attitude.inv().apply([0.0, 0.0, 1.0])
    up = turner.to_earth.inv().apply([0.0, 0.0, 1.0])
    off_deg = np.degrees(np.arccos(np.clip(np.sum(up_by_filter * up, axis=1), -1, 1)))
    assert off_deg[3000:].max() < 2.0


@pytest.mark.parametrize("method", sorted(ATTITUDE_METHODS))
def test_a_turn_is_followed_and_not_undone(turner, method):
    attitude = estimate_attitude(turner.signal, method=method).to_earth

    truth = turner.to_earth
    off = (attitude[3000].inv() * attitude[5000]).inv() * truth[3000].inv() * truth[5000]
    assert np.degrees(off.magnitude()) < 3.0


def test_a_bias_handed_in_is_taken_off(rig):
    bias = np.array([0.02, -0.03, 0.01])
    biased = type(rig.thigh)(rig.thigh.time_s, rig.thigh.acc_mps2, rig.thigh.gyr_radps + bias)

    with_bias = estimate_attitude(biased, gyr_bias_radps=bias).to_earth
    without = estimate_attitude(rig.thigh).to_earth

    assert np.degrees((with_bias.inv() * without).magnitude().max()) < 1e-6


def test_the_filter_starts_anew_behind_a_gap(rig):
    time_s = rig.thigh.time_s.copy()
    time_s[3000:] += 60.0

    behind = estimate_attitude(rig.thigh.retimed(time_s)).to_earth[3000:]
    alone = estimate_attitude(rig.thigh[3000:]).to_earth

    assert np.degrees((behind.inv() * alone).magnitude().max()) < 1e-3


def test_a_slower_sensor_follows_the_same_turns_to_the_instant(turner):
    every = slice(None, None, 4)
    signal = turner.signal
    slow = type(signal)(signal.time_s[every], signal.acc_mps2[every], signal.gyr_radps[every])

    found = estimate_attitude(slow).to_earth

    true = turner.to_earth[every]
    off = (found[250].inv() * found[250:]).inv() * true[250].inv() * true[250:]
    assert np.degrees(off.magnitude()).max() < 0.5
