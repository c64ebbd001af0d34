"""What straddles notifications, or comes in parts, is put together again: once, whole, in order."""

import numpy as np
import pytest
from devices.sendable import PACKETS
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.devices import SENSORS, Damaged, Message, Notification, Packet, StreamSettings
from imu_valgus.devices.decoders import capture2go, metamotion, movesense, witmotion
from imu_valgus.devices.decoders import polar_verity_sense as polar

FEW = settings(max_examples=30)


def cut(stream: bytes, lengths: list[int]) -> list[bytes]:
    """A stream in pieces of these lengths, over and over."""
    pieces: list[bytes] = []
    turn = 0
    while stream:
        length = lengths[turn % len(lengths)]
        pieces.append(stream[:length])
        stream = stream[length:]
        turn += 1
    return pieces


def all_that(update, pieces: list[bytes]) -> list[Message]:
    return [message for piece in pieces for message in update(piece)]


def samples(messages: list[Message]) -> list[bytes]:
    """The accelerations of the packets among the messages, to compare them."""
    packets = [message for message in messages if isinstance(message, Packet)]
    return [packet.acc_mps2.tobytes() for packet in packets if packet.acc_mps2 is not None]


lengths = st.lists(st.integers(1, 250), min_size=1, max_size=6)


@FEW
@given(sent=st.lists(PACKETS["capture2go"](), min_size=1, max_size=5), lengths=lengths)
def test_capture2go_frames_may_be_cut_anywhere(sent, lengths):
    frames = [capture2go.encode(packet, 200.0) for packet in sent]
    pieces = cut(b"".join(frames), lengths)

    messages = all_that(capture2go.FrameStream().update, pieces)

    assert samples(messages) == samples([capture2go.decode(frame) for frame in frames])
    assert len(messages) == len(frames)


@FEW
@given(sent=st.lists(PACKETS["witmotion"](), min_size=1, max_size=8), lengths=lengths)
def test_witmotion_frames_may_be_cut_anywhere(sent, lengths):
    frames = [witmotion.encode(packet) for packet in sent]
    pieces = cut(b"".join(frames), lengths)

    messages = all_that(witmotion.Reassembler().update, pieces)

    assert samples(messages) == samples([witmotion.decode(frame) for frame in frames])


@FEW
@given(junk=st.binary(min_size=1, max_size=300), packet=PACKETS["capture2go"]())
def test_a_capture2go_frame_is_found_behind_junk(junk, packet):
    frame = capture2go.encode(packet, 200.0)
    stream = capture2go.FrameStream()

    messages = all_that(stream.update, [junk, frame, frame, frame])

    assert samples([capture2go.decode(frame)])[0] in samples(messages)


def test_every_junk_byte_before_a_capture2go_frame_is_reported():
    frame = capture2go.frame(capture2go.Command.START_STREAMING)

    damaged, _ = capture2go.FrameStream().update(b"junk" + frame)

    assert isinstance(damaged, Damaged)
    assert damaged.payload == b"junk"


def test_a_frame_that_the_sensor_forgot_to_finish_does_not_hide_that_its_buffer_is_clear():
    forgotten = capture2go.frame(capture2go.Data.BYTES, bytes(200))[:50]
    cleared = capture2go.frame(capture2go.Data.BUFFER_CLEARED)

    damaged, answer = capture2go.FrameStream().update(forgotten + cleared)

    assert isinstance(damaged, Damaged)
    assert answer == capture2go.Answer(capture2go.Data.BUFFER_CLEARED, b"")


def test_frames_in_a_downloaded_file_are_the_file_s_and_not_the_stream_s():
    recorded = capture2go.frame(0x0151)
    piece = capture2go.frame(capture2go.Data.BYTES, bytes(4) + recorded * 20)
    stream = capture2go.FrameStream()

    messages = all_that(stream.update, [piece[:100], piece[100:]])

    assert messages == [capture2go.FileBytes(0, recorded * 20)]


def test_real_time_frames_come_before_what_is_buffered():
    model = SENSORS["capture2go"]
    status = capture2go.frame(0x0151)
    clock = capture2go.frame(0x0153)
    payload = capture2go.notification(status[:5], realtime=[clock])
    decoder = model.decoder(model.settings)

    first = decoder.update(Notification(capture2go.NOTIFY, payload))
    rest = capture2go.notification(status[5:])
    second = decoder.update(Notification(capture2go.NOTIFY, rest))

    assert first == (capture2go.Answer(0x0153, b""),)
    assert second == (capture2go.Answer(0x0151, b""),)


def test_a_damaged_real_time_frame_spoils_its_notification_only():
    model = SENSORS["capture2go"]
    clock = capture2go.frame(0x0153)
    payload = capture2go.notification(b"", realtime=[clock[:-1] + b"\0"])
    decoder = model.decoder(model.settings)

    (damaged,) = decoder.update(Notification(capture2go.NOTIFY, payload))
    after = decoder.update(Notification(capture2go.NOTIFY, capture2go.notification(clock)))

    assert isinstance(damaged, Damaged)
    assert after == (capture2go.Answer(0x0153, b""),)


def test_half_a_logged_sample_is_reported():
    decoder = metamotion.MetaMotionDecoder(StreamSettings(100.0))
    first = bytes.fromhex("0b07a0374300002a01c9ff")

    said = all_that(decoder.update, [first, first])

    assert [type(message) for message in said] == [Damaged]


def test_halves_of_two_samples_are_not_put_together():
    decoder = metamotion.MetaMotionDecoder(StreamSettings(100.0))
    first, second = "0b07a0374300002a01c9ff", "0b07a13a43000031100000"

    said = all_that(decoder.update, [bytes.fromhex(first), bytes.fromhex(second)])

    assert [type(message) for message in said] == [Damaged, Damaged]


def test_a_second_part_that_never_comes_is_reported():
    parts = movesense.Reassembler()
    whole = b"\x02\x01" + bytes(28)

    parts.update(b"\x02\x01" + bytes(27))
    damaged, packet = parts.update(whole)

    assert isinstance(damaged, Damaged)
    assert isinstance(packet, Packet)


def test_polar_samples_without_a_factor_are_not_guessed():
    model = SENSORS["polar_verity_sense"]
    packet = Packet(np.zeros((2, 3)), None, np.array([np.nan, 1.0]))

    (said,) = model.decoder(model.settings).update(model.encode(packet, model.settings))

    assert isinstance(said, Damaged)


def test_polar_frames_of_a_stream_that_was_refused_are_not_guessed():
    model = SENSORS["polar_verity_sense"]
    decoder = model.decoder(model.settings)
    refused = polar.encode_answer(polar.Answer(polar.Command.START, polar.What.ACC, 6))
    packet = Packet(np.zeros((2, 3)), None, np.array([np.nan, 1.0]))

    decoder.update(Notification(polar.CONTROL, refused))
    (said,) = decoder.update(model.encode(packet, model.settings))

    assert isinstance(said, Damaged)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 600])
def test_polar_blocks_hold_255_differences_at_the_most(count):
    model = SENSORS["polar_verity_sense"]
    times = np.full(count, np.nan)
    times[-1] = 3.0
    values = np.arange(3 * count).reshape(-1, 3) * (2000 / 32768)
    packet = Packet(None, np.radians(values), times)
    decoder = model.decoder(model.settings)
    for notification in model.greeting(model.settings):
        decoder.update(notification)

    (arrived,) = decoder.update(model.encode(packet, model.settings))

    assert isinstance(arrived, Packet)
    assert arrived.gyr_radps is not None
    np.testing.assert_allclose(np.degrees(arrived.gyr_radps), values, atol=1e-3)
