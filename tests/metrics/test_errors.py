"""Errors of single strides, from curves whose answer is known."""

import numpy as np
import pytest

from imu_valgus.joint_angles import ValgusError
from imu_valgus.metrics import stride_errors

TIME_S = np.linspace(0.0, 1.0, 1001)
STANCE = {"start_s": np.array([0.0]), "toe_off_s": np.array([1.0])}
NONE = np.zeros(1001)


def error(**effects: np.ndarray) -> ValgusError:
    parts = {f"{name}_deg": NONE for name in ("azimuth", "tilt", "flesh", "heading", "sync")}
    parts |= {f"{name}_deg": effect for name, effect in effects.items()}
    return ValgusError(time_s=TIME_S, **parts, shape_deg=0.0, standing_deg=0.0, noise_deg=0.0)


def test_an_error_that_shifts_the_whole_stance_leaves_the_excursion_alone():
    found = stride_errors(6 * np.sin(np.pi * TIME_S), error(azimuth=NONE + 2.0), **STANCE)

    assert (found.peak_shared_deg[0], found.excursion_shared_deg[0]) == pytest.approx((2.0, 0.0))


def test_an_error_that_grows_towards_the_peak_is_in_the_excursion():
    shape = np.sin(np.pi * TIME_S)

    found = stride_errors(6 * shape, error(azimuth=2.0 * shape), **STANCE)

    assert found.excursion_shared_deg[0] == pytest.approx(2.0, abs=0.01)


def test_a_flat_curve_makes_an_excursion_of_an_error_of_either_sign():
    tilted = 2.0 * TIME_S

    found = stride_errors(NONE, error(tilt=tilted), **STANCE)

    assert found.excursion_shared_deg[0] == pytest.approx(np.sqrt(0.5) * 2.0, abs=0.05)


def test_what_flesh_does_to_every_heading_is_shared_by_all_strides():
    shape = np.sin(np.pi * TIME_S)

    found = stride_errors(6 * shape, error(flesh=0.5 * shape), **STANCE)

    assert (found.excursion_own_deg[0], found.excursion_shared_deg[0]) == pytest.approx(
        (0.0, 0.5), abs=0.01
    )


def test_what_wanders_through_the_session_is_the_strides_own():
    shape = np.sin(np.pi * TIME_S)

    found = stride_errors(6 * shape, error(heading=0.5 * shape), **STANCE)

    assert (found.excursion_own_deg[0], found.excursion_shared_deg[0]) == pytest.approx(
        (0.5, 0.0), abs=0.01
    )
