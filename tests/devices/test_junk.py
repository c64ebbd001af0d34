"""Each function that reads bytes refuses junk with a ``DecodeError`` and with nothing else."""

import pytest
from devices.mutation import mutate
from devices.sendable import PACKETS
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.core import DecodeError
from imu_valgus.devices import SENSORS, StreamSettings
from imu_valgus.devices.decoders import (
    by_characteristic,
    capture2go,
    metamotion,
    movella_dot,
    movesense,
    reference,
    witmotion,
)
from imu_valgus.devices.decoders import polar_verity_sense as polar

READERS = {
    "battery": by_characteristic.decode_battery,
    "reference packet": reference.decode,
    "reference end mark": reference.decode_end_mark,
    "reference info": reference.decode_info,
    "reference time": reference.decode_time,
    "reference scan response": reference.decode_advertised,
    "reference request": reference.decode_request,
    "reference answer": reference.decode_answer,
    "reference samples": reference.samples_of,
    "capture2go samples": capture2go.decode,
    "capture2go frame": capture2go.read_frame,
    "movella sample": movella_dot.decode,
    "movella custom sample": movella_dot.decode_custom,
    "movella message": movella_dot.read_message,
    "movella battery": movella_dot.decode_battery,
    "metamotion live": lambda junk: metamotion.decode(junk, StreamSettings(100.0)),
    "metamotion message": lambda junk: metamotion.MetaMotionDecoder(StreamSettings(100.0)).update(
        junk
    ),
    "movesense data": movesense.decode,
    "movesense answer": movesense.decode_answer,
    "movesense notification": lambda junk: movesense.Reassembler().update(junk),
    "polar frame": lambda junk: polar.decode(junk, {polar.What.ACC: 1.0, polar.What.GYR: 1.0}),
    "polar answer": polar.decode_answer,
    "witmotion frame": witmotion.decode,
    "witmotion register": witmotion.decode_register,
}
ALL = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def is_refused(read, junk: bytes) -> bool:
    """Tell whether the reader refuses; whatever else it raises fails the test that asks."""
    try:
        read(junk)
    except DecodeError:
        return True
    return False


@ALL
@settings(max_examples=50)
@given(junk=st.binary(max_size=260))
def test_junk_is_refused_in_one_way_or_read(read, junk):
    assert is_refused(read, junk) in {True, False}


@ALL
def test_no_bytes_are_refused(read):
    assert is_refused(read, b"")


@settings(max_examples=300)
@given(data=st.data())
def test_info_that_is_nearly_right_is_read_or_refused(data):
    rng = data.draw(st.randoms(use_true_random=False))
    info = reference.Info(
        (1, 0, 0), bytes(8), 1, 2, reference.DEFAULT_FORMAT, 18, 0, 247, 0, 9, 9, 9, 1, 90, 4000
    )
    payload = reference.encode_info(info)

    changed = mutate(rng, payload, [payload])

    assert is_refused(reference.decode_info, changed) or len(changed) == len(payload)


@settings(max_examples=30)
@given(packet=PACKETS["reference"](), at=st.integers(0, 1000), bit=st.integers(0, 7))
def test_each_flipped_bit_of_the_reference_sensor_s_packets_is_found(packet, at, bit):
    model = SENSORS["reference"]
    changed = bytearray(model.encode(packet, model.settings).payload)
    changed[at % len(changed)] ^= 1 << bit

    assert is_refused(reference.decode, bytes(changed))
