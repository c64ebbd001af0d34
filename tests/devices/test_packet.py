"""A packet is checked once, when it is made."""

import numpy as np
import pytest

from imu_valgus.devices import Packet

THREE = np.zeros((3, 3))


def test_nothing_is_clipped_unless_said():
    packet = Packet(THREE, THREE)

    assert packet.clipped.tolist() == [False, False, False]


def test_the_next_index_follows_the_last_sample():
    packet = Packet(THREE, None, first_index=40)

    assert packet.next_index == 43


def test_a_sensor_that_does_not_count_has_no_next_index():
    packet = Packet(None, THREE)

    assert packet.next_index is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"acc_mps2": None, "gyr_radps": None}, "one sample at least"),
        ({"acc_mps2": np.zeros((0, 3)), "gyr_radps": None}, "one sample at least"),
        ({"acc_mps2": THREE, "gyr_radps": np.zeros((2, 3))}, "gyr_radps has shape"),
        ({"acc_mps2": THREE * np.nan, "gyr_radps": None}, "not finite"),
        ({"acc_mps2": THREE, "gyr_radps": None, "time_s": np.zeros(2)}, "time_s has shape"),
        ({"acc_mps2": THREE, "gyr_radps": None, "clipped": np.ones(2, bool)}, "clipped has shape"),
        ({"acc_mps2": THREE, "gyr_radps": None, "source": "tape"}, "source is 'tape'"),
    ],
)
def test_what_does_not_fit_together_is_refused(fields, said):
    with pytest.raises(ValueError, match=said):
        Packet(**fields)
