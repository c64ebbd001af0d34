"""What holds for every sensor that is known."""

from dataclasses import replace

import numpy as np
import pytest
from devices.sendable import PACKETS
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.devices import (
    SENSORS,
    Damaged,
    Notice,
    Notification,
    Packet,
    SensorModel,
    StreamSettings,
    recognise,
)

MODELS = pytest.mark.parametrize("model", SENSORS.values(), ids=SENSORS)


def said_of(packet: Packet) -> dict[str, object]:
    return {
        "first_index": packet.first_index,
        "session_id": packet.session_id,
        "source": packet.source,
        "clipped": packet.clipped.tolist(),
        "gap_before": packet.gap_before,
        "dropped_before": packet.dropped_before,
    }


def arrive(model: SensorModel, packet: Packet) -> Packet:
    """What the sensor's decoder makes of a packet, on its way as bytes."""
    decoder = model.decoder(model.settings)
    for notification in model.greeting(model.settings):
        decoder.update(notification)
    (arrived,) = decoder.update(model.encode(packet, model.settings))
    assert isinstance(arrived, Packet)
    return arrived


@MODELS
@settings(max_examples=30)
@given(data=st.data())
def test_the_samples_arrive_as_they_were_sent(model, data):
    packet = data.draw(PACKETS[model.key]())

    arrived = arrive(model, packet)

    for name in ("acc_mps2", "gyr_radps"):
        before, after = getattr(packet, name), getattr(arrived, name)
        assert (before is None) == (after is None)
        if before is not None:
            np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-9)


@MODELS
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_said_of_the_samples_arrives_as_it_was_sent(model, data):
    packet = data.draw(PACKETS[model.key]())

    arrived = arrive(model, packet)

    assert said_of(arrived) == said_of(packet)


@MODELS
@settings(max_examples=30)
@given(data=st.data())
def test_the_sensor_s_times_arrive_within_a_microsecond(model, data):
    packet = data.draw(PACKETS[model.key]())

    arrived = arrive(model, packet)

    before = np.empty(0) if packet.time_s is None else packet.time_s
    after = np.empty(0) if arrived.time_s is None else arrived.time_s
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-6)


@MODELS
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_decoded_is_sent_again_as_the_same_bytes(model, data):
    packet = data.draw(PACKETS[model.key]())
    first = model.encode(packet, model.settings)

    again = model.encode(arrive(model, packet), model.settings)

    assert again == first


@MODELS
@settings(max_examples=30)
@given(data=st.data())
def test_whatever_the_bytes_the_decoder_answers(model, data):
    uuid = data.draw(st.sampled_from(model.subscribe))
    chunks = data.draw(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
    decoder = model.decoder(model.settings)

    said = [message for chunk in chunks for message in decoder.update(Notification(uuid, chunk))]

    assert all(isinstance(message, Packet | Notice) for message in said)


@MODELS
def test_a_strange_characteristic_is_said_to_be_damaged(model):
    decoder = model.decoder(model.settings)

    (said,) = decoder.update(Notification("00000000-0000-0000-0000-000000000000", b"?"))

    assert isinstance(said, Damaged)


@pytest.mark.parametrize(
    ("key", "uuid"), [(key, uuid) for key, model in SENSORS.items() for uuid in model.service_uuids]
)
def test_a_sensor_is_recognised_by_its_service(key, uuid):
    recognised = recognise("some name", [uuid.upper()])

    assert recognised is SENSORS[key]


@pytest.mark.parametrize(
    ("key", "prefix"),
    [(key, name) for key, model in SENSORS.items() for name in model.name_prefixes],
)
def test_a_sensor_is_recognised_by_its_name(key, prefix):
    recognised = recognise(f"{prefix} 12", [])

    assert recognised is SENSORS[key]


def test_what_is_no_sensor_is_not_recognised():
    recognised = recognise("Kitchen scales", ["0000180f-0000-1000-8000-00805f9b34fb"])

    assert recognised is None


@MODELS
def test_the_settings_for_running_are_among_what_the_sensor_offers(model):
    wanted = model.settings

    assert wanted.sampling_rate_hz in model.rates_hz
    assert wanted.acc_range_g in model.acc_ranges_g
    assert wanted.gyr_range_dps in model.gyr_ranges_dps


@pytest.mark.parametrize(
    "wrong", [{"sampling_rate_hz": 7.0}, {"acc_range_g": 3.0}, {"gyr_range_dps": 7.0}]
)
@MODELS
def test_what_a_sensor_does_not_offer_is_refused(model, wrong):
    with pytest.raises(ValueError, match=r"expected one of"):
        model.start(replace(model.settings, **wrong))


@MODELS
def test_a_sensor_is_started_and_stopped_by_commands_to_its_own_characteristics(model):
    every_range = [
        StreamSettings(rate_hz, acc_g, gyr_dps, session_id=7)
        for rate_hz in model.rates_hz
        for acc_g in model.acc_ranges_g
        for gyr_dps in model.gyr_ranges_dps
    ]

    written = [write for each in every_range for write in model.start(each) + model.stop(each)]

    assert {len(write.characteristic) for write in written} == {36}
    assert all(write.payload for write in written)


def test_a_memory_of_unknown_size_promises_nothing():
    memory = SENSORS["capture2go"].logging

    assert memory is not None
    assert memory.minutes_at(200.0) is None


def test_the_reference_sensor_s_memory_lasts_for_13_minutes():
    memory = SENSORS["reference"].logging

    assert memory is not None
    assert memory.minutes_at(208.0) == pytest.approx(13.6, abs=0.05)
