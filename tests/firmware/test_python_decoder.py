"""Whatever the C core says in a fuzzed conversation, the Python decoder reads as the truth was."""

import ctypes
from dataclasses import dataclass

import numpy as np
import pytest
from firmware.fuzz import converse
from firmware.host import Host
from firmware.sensor import BACKFILL, END_MARK_BYTES, TIME

from imu_valgus.core import GRAVITY_MPS2
from imu_valgus.devices.decoders import reference

CONVERSATIONS = range(40_000, 40_020)


@dataclass(frozen=True, slots=True)
class Heard:
    """All that one host heard, and the host, who knows the truth."""

    host: Host
    end_marks: list[bytes]
    packets: list[bytes]


@pytest.fixture(scope="module")
def conversations(core: ctypes.CDLL) -> list[Heard]:
    hosts = [converse(core, seed) for seed in CONVERSATIONS]
    return [
        Heard(
            host,
            [p for c, p in host.heard if c == BACKFILL and len(p) == END_MARK_BYTES],
            [p for c, p in host.heard if c != TIME and len(p) != END_MARK_BYTES],
        )
        for host in hosts
    ]


def test_every_packet_decodes_to_the_samples_that_were_pushed(conversations: list[Heard]):
    for heard in conversations:
        for payload in heard.packets:
            packet = reference.decode(payload)

            samples = heard.host.sessions[packet.session_id or 0].samples
            first = packet.first_index or 0
            raw = np.array([samples[first + k] for k in range(len(packet))])
            assert packet.acc_mps2 is not None
            assert packet.gyr_radps is not None
            np.testing.assert_allclose(packet.acc_mps2, raw[:, :3] * 488e-6 * GRAVITY_MPS2)
            np.testing.assert_allclose(packet.gyr_radps, np.radians(raw[:, 3:] * 70e-3))


def test_every_packet_encodes_to_the_same_bytes_but_for_its_alarms(conversations: list[Heard]):
    for heard in conversations:
        for payload in heard.packets:
            flags = payload[1]
            alarm = reference.Alarm(bool(flags & 8), bool(flags & 16), bool(flags & 32))

            assert reference.encode(reference.decode(payload), alarm=alarm) == payload


def test_every_end_mark_is_read(conversations: list[Heard]):
    for heard in conversations:
        marks = [reference.decode_end_mark(payload) for payload in heard.end_marks]

        assert [(m.status, m.first, m.stop, m.count, m.crc_samples) for m in marks] == [
            (m.status, m.first, m.behind, m.count, m.crc_samples) for m in heard.host.end_marks
        ]


def test_every_answer_is_read(conversations: list[Heard]):
    for heard in conversations:
        for payload in heard.host.answers:
            answer = reference.decode_answer(payload)

            assert reference.encode_answer(answer) == payload
