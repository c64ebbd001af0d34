"""Mutated notifications: no exception, and no wrong sample where there is a CRC."""

from collections.abc import Iterator
from random import Random

import pytest
from devices.mutation import mutate
from devices.sendable import PACKETS
from devices.spoken import NOTICES
from hypothesis import HealthCheck, Phase, given, settings

from imu_valgus.devices import SENSORS, Message, Notice, Notification, Packet, SensorModel

N_ORIGINALS = 60
ONE_IN = 8
"""Every so many mutated notifications a whole one follows, as in life."""

MODELS = pytest.mark.parametrize("model", SENSORS.values(), ids=SENSORS)
CRC_KEYS = [key for key, model in SENSORS.items() if model.loss_proof.endswith("CRC")]
WITH_CRC = pytest.mark.parametrize("model", [SENSORS[key] for key in CRC_KEYS], ids=CRC_KEYS)
TIMES = pytest.mark.parametrize(
    "n_mutated", [10_000, pytest.param(1_000_000, marks=pytest.mark.slow)]
)


def packets_of(model: SensorModel) -> list[Packet]:
    """The same few dozen packets each time."""
    found: list[Packet] = []

    @settings(
        max_examples=N_ORIGINALS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(PACKETS[model.key]())
    def collect(packet: Packet) -> None:
        found.append(packet)

    collect()
    return found


def heard(model: SensorModel, n_mutated: int) -> Iterator[tuple[Message, ...]]:
    """What a decoder makes of mutated notifications, and of whole ones among them."""
    rng = Random(f"{model.key}, {n_mutated} times")
    said = [model.encode(packet, model.settings) for packet in packets_of(model)]
    said += NOTICES[model.key]()
    payloads = [notification.payload for notification in said]
    decoder = model.decoder(model.settings)
    for notification in model.greeting(model.settings):
        yield decoder.update(notification)
    for turn in range(n_mutated):
        characteristic, payload = rng.choice(said)
        yield decoder.update(Notification(characteristic, mutate(rng, payload, payloads)))
        if not turn % ONE_IN:
            yield decoder.update(rng.choice(said))


def content(packet: Packet) -> tuple[object, ...]:
    """All that a packet says, to tell two of them apart."""
    arrays = (packet.acc_mps2, packet.gyr_radps, packet.time_s, packet.clipped)
    return (
        *(None if array is None else array.tobytes() for array in arrays),
        packet.first_index,
        packet.session_id,
        packet.source,
        packet.gap_before,
        packet.dropped_before,
    )


@TIMES
@MODELS
def test_mutated_notifications_are_answered_and_never_raise(model, n_mutated):
    kinds = {type(message) for messages in heard(model, n_mutated) for message in messages}

    assert all(issubclass(kind, Packet | Notice) for kind in kinds)


@TIMES
@WITH_CRC
def test_where_there_is_a_crc_no_packet_passes_that_was_not_sent(model, n_mutated):
    decoder = model.decoder(model.settings)
    sent = {
        content(message)
        for packet in packets_of(model)
        for message in decoder.update(model.encode(packet, model.settings))
        if isinstance(message, Packet)
    }

    passed = {
        content(message)
        for messages in heard(model, n_mutated)
        for message in messages
        if isinstance(message, Packet)
    }

    assert passed == sent


@MODELS
def test_a_decoder_goes_on_after_damage(model):
    decoder = model.decoder(model.settings)
    for notification in model.greeting(model.settings):
        decoder.update(notification)
    whole = [model.encode(packet, model.settings) for packet in packets_of(model)]
    rng = Random(4)
    for characteristic, payload in whole:
        decoder.update(Notification(characteristic, rng.randbytes(len(payload))))

    heard_at_last = [message for each in whole for message in decoder.update(each)]

    found = sum(isinstance(message, Packet) for message in heard_at_last)
    assert found >= len(whole) - 1
