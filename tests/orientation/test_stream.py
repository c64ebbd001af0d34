"""One sensor's attitude sample by sample against the same filter over the whole signal."""

import numpy as np
import pytest

from imu_valgus.core import ImuSamples
from imu_valgus.orientation import OnlineAttitude, SensorStart, Track, estimate_attitude

RATE_HZ = 200.0


def following(turner, at: int) -> OnlineAttitude:
    """A stream that goes on from the true attitude at a sample."""
    start = SensorStart(RATE_HZ, np.zeros(3), turner.signal.time_s[at], turner.to_earth[at])
    return OnlineAttitude(start)


def off_deg(turner, found: Track) -> np.ndarray:
    at = np.searchsorted(turner.signal.time_s, found.time_s - 1e-9)
    true = turner.to_earth[at].as_quat()
    return np.degrees(2 * np.arccos(np.clip(np.abs(np.sum(true * found.to_earth, axis=1)), 0, 1)))


def test_a_stream_goes_on_from_the_attitude_it_is_given(turner):
    found = following(turner, 999).update(ImuSamples.of(turner.signal, slice(1000, 1600)))

    # The first step knows one end's rate only; then 3 s of the offset's sd.
    assert off_deg(turner, found).max() <= 3 * 0.03


def test_a_stream_that_begins_later_than_its_start_begins_anew(turner):
    found = following(turner, 999).update(ImuSamples.of(turner.signal, slice(1100, 1200)))

    assert set(found.stretch) == {1}


def test_a_stream_begun_anew_is_the_whole_signal_s_filter(turner):
    part = turner.signal[1100:3100]

    found = following(turner, 999).update(ImuSamples.of(part, slice(None)))

    whole = estimate_attitude(part).to_earth
    up = whole.inv().apply([0.0, 0.0, 1.0])
    mine = found.attitude.to_earth.inv().apply([0.0, 0.0, 1.0])
    np.testing.assert_allclose(mine, up, atol=0.01)


def test_what_was_sent_before_is_dropped(turner):
    stream = following(turner, 999)

    first = stream.update(ImuSamples.of(turner.signal, slice(990, 1016)))
    again = stream.update(ImuSamples.of(turner.signal, slice(1008, 1032)))

    times = np.concatenate([first.time_s, again.time_s])
    np.testing.assert_array_equal(times, turner.signal.time_s[1000:1032])


@pytest.mark.parametrize("lost", [1, 8, 16])
def test_a_bridged_hole_costs_no_more_than_its_doubt(turner, lost):
    stream = following(turner, 999)

    stream.update(ImuSamples.of(turner.signal, slice(1000, 1100)))
    found = stream.update(ImuSamples.of(turner.signal, slice(1100 + lost, 1200)))

    doubt_deg = np.degrees(np.sqrt(found.doubt_rad2[-1]))
    assert off_deg(turner, found)[lost] < 0.5 + 2 * doubt_deg


def test_bridged_samples_are_marked(turner):
    stream = following(turner, 999)

    stream.update(ImuSamples.of(turner.signal, slice(1000, 1100)))
    found = stream.update(ImuSamples.of(turner.signal, slice(1108, 1124)))

    np.testing.assert_array_equal(found.measured, [False] * 8 + [True] * 16)
