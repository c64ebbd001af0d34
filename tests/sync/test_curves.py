"""A curve is found again where it was cut out of a longer one."""

import numpy as np
import pytest

from imu_valgus.core import FloatArray, ImuValgusError
from imu_valgus.sync import CurveFit, align_curves

EVERYWHERE = (-np.inf, np.inf)
LONG_S = np.arange(0, 120, 1 / 200)


def flexion(time_s: FloatArray) -> FloatArray:
    """Strides of about a second, no two alike."""
    phase = 2 * np.pi * (time_s + 0.1 * np.sin(time_s / 3))
    return 30 + (20 + 4 * np.sin(time_s / 7)) * np.sin(phase) + 8 * np.cos(2 * phase)


def place(
    start_s: float, stop_s: float, *, shift_s: float, rate_hz: float = 100.0, add_deg: float = 0.0
) -> CurveFit:
    """Cut a piece, put it on another clock and look where it belongs."""
    time_s = np.arange(start_s, stop_s, 1 / rate_hz)
    piece = (time_s - shift_s, flexion(time_s) + add_deg)
    return align_curves([piece], (LONG_S, flexion(LONG_S)), within_s=EVERYWHERE)


@pytest.mark.parametrize("shift_s", [0.0, 0.0037, -12.3456, 1e9 + 0.1234])
@pytest.mark.parametrize("rate_hz", [100.0, 120.0])
def test_the_offset_is_found_below_a_sample(shift_s: float, rate_hz: float):
    fit = place(40.0, 48.0, shift_s=shift_s, rate_hz=rate_hz)

    assert fit.offset_s == pytest.approx(shift_s, abs=0.0005)


def test_another_zero_does_not_move_the_curve():
    fit = place(40.0, 48.0, shift_s=5.0, add_deg=15.0)

    assert fit.offset_s == pytest.approx(5.0, abs=0.0005)


def test_pieces_of_one_clock_are_placed_together():
    pieces = []
    for start_s in (20.0, 70.0):
        time_s = np.arange(start_s, start_s + 2, 0.01)
        pieces.append((time_s - 3.3, flexion(time_s)))

    fit = align_curves(pieces, (LONG_S, flexion(LONG_S)), within_s=(0.0, 5.0))

    assert fit.offset_s == pytest.approx(3.3, abs=0.0005)


def test_a_gap_in_either_curve_is_left_out():
    time_s = np.arange(40, 50, 0.01)
    seen = (time_s < 43) | (time_s > 45)
    kept = (LONG_S < 47) | (LONG_S > 48)

    fit = align_curves(
        [(time_s[seen] - 2.0, flexion(time_s[seen]))],
        (LONG_S[kept], flexion(LONG_S[kept])),
        within_s=EVERYWHERE,
    )

    assert fit.offset_s == pytest.approx(2.0, abs=0.0005)


def test_the_same_stride_again_and_again_leaves_the_place_in_doubt():
    time_s = np.arange(40, 44, 0.01)
    pure = np.sin(2 * np.pi * time_s), np.sin(2 * np.pi * LONG_S)

    fit = align_curves([(time_s, pure[0])], (LONG_S, pure[1]), within_s=(-3.0, 3.0))

    assert fit.other_rest == pytest.approx(fit.rest, abs=1e-6)


def test_curves_without_time_in_common_are_refused():
    time_s = np.arange(500, 510, 0.01)

    with pytest.raises(ImuValgusError, match="no time in common"):
        align_curves([(time_s, flexion(time_s))], (LONG_S, flexion(LONG_S)), within_s=(-2, 2))
