"""The reference sensor's decoder as a whole: formats of sessions, alarms, ends of backfills."""

from dataclasses import replace

import numpy as np
import pytest

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.devices import SENSORS, Damaged, Message, Notification, Packet
from imu_valgus.devices.decoders import reference

SESSION = 1_763_798_400
WIDER = reference.DEFAULT_FORMAT._replace(acc_range_g=32, acc_ng_per_lsb=976_000)
ONE_G = Packet(
    np.array([[0.0, 0.0, GRAVITY_MPS2]]),
    np.zeros((1, 3)),
    np.array([2.0]),
    first_index=5,
    session_id=SESSION,
)


def info_of(session_id: int, form: reference.Format) -> Notification:
    info = reference.Info(
        (1, 0, 0), bytes(8), 1, session_id, form, 18, 1, 247, 0, 9, 9, 9, 1, 90, 4000
    )
    return Notification(reference.INFO, reference.encode_info(info))


def up_mps2(message: Message) -> float:
    assert isinstance(message, Packet)
    assert message.acc_mps2 is not None
    return float(message.acc_mps2[0, 2])


def test_info_tells_what_a_step_is():
    decoder = reference.ReferenceDecoder()
    decoder.update(info_of(SESSION, WIDER))

    (packet,) = decoder.update(Notification(reference.STREAM, reference.encode(ONE_G, WIDER)))

    assert up_mps2(packet) == pytest.approx(GRAVITY_MPS2, rel=1e-3)


def test_an_older_session_keeps_its_own_format():
    decoder = reference.ReferenceDecoder()
    decoder.update(info_of(SESSION + 1, reference.DEFAULT_FORMAT))
    decoder.learn(SESSION, WIDER)

    (packet,) = decoder.update(Notification(reference.BACKFILL, reference.encode(ONE_G, WIDER)))

    assert up_mps2(packet) == pytest.approx(GRAVITY_MPS2, rel=1e-3)


def test_an_alarm_comes_beside_the_samples():
    alarm = reference.Alarm(resumed=True, battery_low=True)
    payload = reference.encode(ONE_G, alarm=alarm)

    packet, said = reference.ReferenceDecoder().update(Notification(reference.STREAM, payload))

    assert isinstance(packet, Packet)
    assert said == alarm


def test_a_packet_is_clipped_as_a_whole_where_only_its_flag_says_so():
    payload = reference.encode(
        Packet(
            np.ones((4, 3)),
            np.ones((4, 3)),
            np.array([1.0, np.nan, np.nan, np.nan]),
            first_index=0,
            session_id=SESSION,
            clipped=np.array([False, True, False, False]),
        )
    )

    packet = reference.decode(payload)

    assert packet.clipped.all()


def test_the_end_of_a_backfill_is_told():
    mark = reference.EndMark(reference.Status.OK, SESSION, 5, 6, 1, 0)
    payload = reference.encode_end_mark(mark)

    said = reference.ReferenceDecoder().update(Notification(reference.BACKFILL, payload))

    assert said == (mark,)


def test_the_scan_response_is_read_as_it_was_written():
    said = reference.Advertised(flags=3, battery_percent=87, flash_free_s=816, uid=b"\x01" * 8)

    assert reference.decode_advertised(reference.encode_advertised(said)) == said


def test_an_end_mark_is_no_live_packet():
    mark = reference.EndMark(reference.Status.OK, SESSION, 5, 6, 1, 0)
    payload = reference.encode_end_mark(mark)

    (said,) = reference.ReferenceDecoder().update(Notification(reference.STREAM, payload))

    assert isinstance(said, Damaged)


def test_the_host_chooses_the_session_s_number():
    model = SENSORS["reference"]

    (write,) = model.start(replace(model.settings, session_id=SESSION))

    start = reference.StartRequest(SESSION, 2080, 16, 16, 16, reference.LOG_TO_FLASH)
    assert reference.decode_request(write.payload) == (reference.Command.START, start)
