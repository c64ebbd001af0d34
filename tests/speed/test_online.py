"""How much faster than life one leg's live angles are, run by hand with ``poe bench``."""

import time

import pytest
from live import live_leg, packets

from imu_valgus.pipeline import OnlineKnee

pytestmark = pytest.mark.benchmark


def test_a_leg_live_is_20_times_as_fast_as_200_hz():
    leg = live_leg()
    both = list(zip(*(packets(signal, 16) for signal in leg.live()), strict=False))
    knee = OnlineKnee(leg.calibration)

    started = time.process_time()
    n = sum(len(knee.update(thigh, shank)) for thigh, shank in both)
    per_s = n / (time.process_time() - started)

    print(f"live: {per_s:.0f} samples a second, {per_s / 200:.0f} times 200 Hz, packets of 16")
    assert per_s > 20 * 200
