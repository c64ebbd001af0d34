"""A conversation with the firmware's C core, byte by byte, as the core itself wrote it down."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from imu_valgus.core import GRAVITY_MPS2, DecodeError
from imu_valgus.devices.decoders import reference

VECTORS = Path(__file__).parents[2] / "firmware_notes/reference/vectors/vectors.json"
SAID = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
NO_REQUESTS = ("unknown op", "empty request", "status with an argument")


def of_kind(*kinds: str, but: tuple[str, ...] = ()) -> pytest.MarkDecorator:
    chosen = [vector for vector in SAID if vector["kind"] in kinds and vector["name"] not in but]
    return pytest.mark.parametrize("vector", chosen, ids=[vector["name"] for vector in chosen])


def flat(values) -> Iterator[object]:
    """The leaves of what is nested, in order; numbers and hex alike as integers."""
    if isinstance(values, dict):
        yield from flat(list(values.values()))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from flat(value)
    else:
        yield values.hex() if isinstance(values, bytes) else values


def numbers(vector) -> list[object]:
    return list(flat(vector["meaning"]))


@of_kind("request", but=NO_REQUESTS)
def test_a_request_is_understood(vector):
    command, request = reference.decode_request(bytes.fromhex(vector["hex"]))

    magic = [reference.ERASE_MAGIC] if command is reference.Command.ERASE else []
    assert list(flat((command, request))) == numbers(vector) + magic


@of_kind("request", but=NO_REQUESTS)
def test_a_request_is_made(vector):
    command, request = reference.decode_request(bytes.fromhex(vector["hex"]))

    assert reference.encode_request(command, request).hex() == vector["hex"]


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_refused(name):
    (vector,) = [vector for vector in SAID if vector["name"] == name]

    with pytest.raises(DecodeError):
        reference.decode_request(bytes.fromhex(vector["hex"]))


@of_kind("answer")
def test_an_answer_is_understood(vector):
    answer = reference.decode_answer(bytes.fromhex(vector["hex"]))

    assert list(flat((answer.command, answer.status, answer.values))) == numbers(vector)


@of_kind("answer")
def test_an_answer_is_made(vector):
    answer = reference.decode_answer(bytes.fromhex(vector["hex"]))

    assert reference.encode_answer(answer).hex() == vector["hex"]


@of_kind("packet")
def test_a_packet_s_samples(vector):
    packet = reference.decode(bytes.fromhex(vector["hex"]))

    assert packet.acc_mps2 is not None
    assert packet.gyr_radps is not None
    raw = np.array(vector["meaning"]["samples"])
    np.testing.assert_allclose(packet.acc_mps2, raw[:, :3] * 488e-6 * GRAVITY_MPS2)
    np.testing.assert_allclose(packet.gyr_radps, np.radians(raw[:, 3:] * 0.070))


@of_kind("packet")
def test_what_a_packet_says_of_its_samples(vector):
    packet = reference.decode(bytes.fromhex(vector["hex"]))

    meant = vector["meaning"]
    assert packet.time_s is not None
    assert (packet.session_id, packet.first_index, packet.dropped_before) == (
        meant["session_id"],
        meant["first_index"],
        meant["dropped_before"],
    )
    assert packet.source == ("live", "ram", "flash")[meant["source"]]
    assert packet.time_s[0] * 1e6 == pytest.approx(meant["tick"], abs=1e-3)
    assert bool(packet.clipped.any()) == bool(meant["flags"] & 6)


@of_kind("packet")
def test_a_packet_is_made(vector):
    payload = bytes.fromhex(vector["hex"])
    flags = vector["meaning"]["flags"]
    alarm = reference.Alarm(bool(flags & 8), bool(flags & 16), bool(flags & 32))

    made = reference.encode(reference.decode(payload), alarm=alarm)

    assert made == payload


@of_kind("end_mark")
def test_an_end_mark_is_understood(vector):
    mark = reference.decode_end_mark(bytes.fromhex(vector["hex"]))

    assert [mark.status, mark.session_id, mark.first, mark.stop, mark.count] == numbers(vector)


@of_kind("end_mark")
def test_an_end_mark_is_made(vector):
    mark = reference.decode_end_mark(bytes.fromhex(vector["hex"]))

    assert reference.encode_end_mark(mark).hex() == vector["hex"]


def test_an_end_mark_s_checksum_is_over_the_samples_sent():
    names = [vector["name"] for vector in SAID]
    at = names.index("end mark of what remains")
    packet, mark = (bytes.fromhex(SAID[index]["hex"]) for index in (at - 1, at))

    crc = zlib.crc32(reference.samples_of(packet))

    assert crc == reference.decode_end_mark(mark).crc_samples


@of_kind("info")
def test_info_is_understood(vector):
    info = reference.decode_info(bytes.fromhex(vector["hex"]))

    fields = [getattr(info, name) for name in info.__dataclass_fields__]
    assert [1, *flat(fields)] == numbers(vector)


@of_kind("info")
def test_info_is_made(vector):
    info = reference.decode_info(bytes.fromhex(vector["hex"]))

    assert reference.encode_info(info).hex() == vector["hex"]


@of_kind("ping")
def test_a_ping_is_made(vector):
    made = reference.ping(vector["meaning"]["host_ns"])

    assert made.hex() == vector["hex"]


@of_kind("pong")
def test_the_answer_to_a_ping_is_understood(vector):
    reading = reference.decode_time(bytes.fromhex(vector["hex"]))

    ticks = [reading.ping, round(reading.received_s * 1e6), round(reading.sent_s * 1e6)]
    assert ticks == numbers(vector)
