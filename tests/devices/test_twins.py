"""Twins of other makers' sensors over the virtual radio, by bleak, without a collector."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
import warp
from twins import TwinStage, noise, on_air, who

from imu_valgus.devices import (
    SENSORS,
    Battery,
    ClockReading,
    Damaged,
    Message,
    Notification,
    Packet,
)
from imu_valgus.devices.ble import Link
from imu_valgus.devices.decoders import capture2go, movella_dot
from imu_valgus.devices.decoders.movella_dot import Command, Event
from imu_valgus.devices.virtual.capture2go import Capture2GoTwin
from imu_valgus.devices.virtual.movella_dot import MovellaDotTwin
from imu_valgus.devices.virtual.twin import Twin

Talk = Callable[["Talking"], Awaitable[None]]


class Talking:
    """A link to a twin: what it said, decoded, and as it came."""

    def __init__(self, key: str, stage: TwinStage) -> None:
        self.model = SENSORS[key]
        self._stage = stage
        self._decoder = self.model.decoder(self.model.settings)
        self.heard: list[Message] = []
        self.came: list[Notification] = []
        self.link: Link

    async def connect(self) -> None:
        one = self._stage.peripherals[0]
        self.link = await self._stage.adapter.connect(one.address, name="twin", patience_s=5)
        for uuid in (*self.model.subscribe, *({movella_dot.LONG} & self._offered())):
            await self.link.subscribe(uuid, lambda payload, at=uuid: self._hear(at, payload))

    async def write(self, uuid: str, payload: bytes, *, then_s: float = 0.5) -> None:
        await self.link.write(uuid, payload)
        await asyncio.sleep(then_s)

    def _offered(self) -> set[str]:
        return {one.uuid for one in self._stage.twin.offered}

    def _hear(self, uuid: str, payload: bytes) -> None:
        self.came.append(Notification(uuid, payload))
        self.heard += self._decoder.update(self.came[-1])


def talk(key: str, twin: Twin, say: Talk) -> Talking:
    async def run() -> Talking:
        stage = await on_air([twin])
        talking = Talking(key, stage)
        await talking.connect()
        await say(talking)
        await talking.link.close()
        await stage.adapter.close()
        return talking

    return warp.run(run())


def of_kind(talking: Talking, kind: type) -> list[Message]:
    return [one for one in talking.heard if isinstance(one, kind)]


async def _stream(talking: Talking) -> None:
    for one in talking.model.about:
        await talking.write(one.characteristic, one.payload)
    for one in talking.model.start(talking.model.settings):
        await talking.write(one.characteristic, one.payload, then_s=0.1)
    if talking.model.ping is not None:
        ping = talking.model.ping(4711)
        await talking.write(ping.characteristic, ping.payload)
    await asyncio.sleep(3)


@pytest.fixture(scope="module")
def streamed() -> tuple[Capture2GoTwin, Talking]:
    twin = Capture2GoTwin(who(), noise(200))
    return twin, talk("capture2go", twin, _stream)


def test_capture2go_says_who_it_is_and_how_it_is(streamed):
    _, talking = streamed

    assert of_kind(talking, capture2go.DeviceInfo)
    assert {one.percent for one in talking.heard if isinstance(one, Battery)} == {85}


def test_capture2go_answers_a_ping_by_its_own_clock(streamed):
    _, talking = streamed

    (reading,) = of_kind(talking, ClockReading)

    assert isinstance(reading, ClockReading)
    assert (reading.ping, 17 < reading.received_s < 25) == (4711, True)


def test_capture2go_s_frames_straddle_its_notifications_and_none_is_damaged(streamed):
    _, talking = streamed
    whole = [one for one in talking.came if one.payload[:2] == bytes((0xFF, 0x02))]

    assert 0 < len(whole) < len(talking.came)
    assert not of_kind(talking, Damaged)


def test_capture2go_refuses_a_rate_that_it_does_not_measure_at():
    async def ask(talking: Talking) -> None:
        mode = capture2go.measurement_mode(100.0)
        asked = capture2go.frame(capture2go.Command.SET_MEASUREMENT_MODE, mode)
        await talking.write(capture2go.WRITE, asked)

    talking = talk("capture2go", Capture2GoTwin(who(), noise(200)), ask)

    assert of_kind(talking, capture2go.Refused) == [capture2go.Refused(0xFB, 0x0120)]


@pytest.mark.parametrize("mode", list(movella_dot.PayloadMode))
def test_a_dot_sends_one_sample_a_notification_in_either_mode(mode):
    async def stream(talking: Talking) -> None:
        await talking.write(movella_dot.DEVICE_CONTROL, movella_dot.set_rate(60.0))
        await talking.write(movella_dot.MEASURE, bytes((1, 1, mode)), then_s=2.0)

    twin = MovellaDotTwin(who(), noise(60))
    talking = talk("movella_dot", twin, stream)

    packets = [one for one in talking.heard if isinstance(one, Packet)]
    received = [one.acc_mps2[0] for one in packets if one.acc_mps2 is not None]
    taken = twin.measuring.packet(0, len(packets)).acc_mps2
    assert taken is not None
    assert 110 < len(packets) < 122
    np.testing.assert_allclose(np.array(received), taken, rtol=1e-6)


async def _record_and_export(talking: Talking) -> None:
    """Record for 3 s of which nobody is connected for 2, then fetch it."""
    await talking.write(movella_dot.DEVICE_CONTROL, movella_dot.set_rate(120.0))
    await talking.write(movella_dot.MESSAGE, movella_dot.start_recording(1_700_000_000))
    await talking.link.close()
    await asyncio.sleep(2)
    await talking.connect()
    await talking.write(movella_dot.MESSAGE, movella_dot.command(Command.STOP_RECORDING))
    for command, data in ((Command.GET_FILE_INFO, b"\x01"), (Command.GET_FILE_DATA, b"\x01")):
        await talking.write(movella_dot.MESSAGE, movella_dot.command(command, data), then_s=4.0)


@pytest.fixture(scope="module")
def exported() -> tuple[MovellaDotTwin, Talking]:
    """A recording of which message 100 came with a wrong checksum, and 200 could not be read."""

    async def fetch(talking: Talking) -> None:
        await _record_and_export(talking)
        await talking.write(movella_dot.MESSAGE, movella_dot.retransmit(100), then_s=4.0)

    twin = MovellaDotTwin(who(), noise(120), garbled=frozenset({100}), unreadable=frozenset({200}))
    return twin, talk("movella_dot", twin, fetch)


def _numbers(talking: Talking) -> list[int]:
    return [one.first_index or 0 for one in talking.heard if isinstance(one, Packet)]


def test_a_dot_s_recording_goes_on_without_a_link(exported):
    _, talking = exported

    assert max(_numbers(talking)) > 120 * 2


def test_a_message_with_a_wrong_checksum_is_no_sample(exported):
    _, talking = exported

    assert _numbers(talking)[:101] == [*range(100), 101]
    assert len(of_kind(talking, Damaged)) == 1


def test_what_was_damaged_on_the_way_comes_when_it_is_asked_for_again(exported):
    _, talking = exported

    assert set(range(max(_numbers(talking)) + 1)) - set(_numbers(talking)) == {200}


def test_a_sample_that_cannot_be_read_back_is_named(exported):
    _, talking = exported

    assert of_kind(talking, movella_dot.SpoiltSample)[0] == movella_dot.SpoiltSample(200)


def test_the_export_ends_with_a_word(exported):
    _, talking = exported

    told = [one.data[0] for one in talking.heard if isinstance(one, movella_dot.Told)]
    assert told.count(Event.FILE_DATA_DONE) == 2


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (
            capture2go.encode_device_info(capture2go.DeviceInfo("12ab34", "1.2.3", 1, "B")),
            capture2go.DeviceInfo("12ab34", "1.2.3", 1, "B"),
        ),
        (
            capture2go.encode_status(capture2go.Status(70, True, 5.25, 2, False, 33)),
            capture2go.Status(70, True, 5.25, 2, False, 33),
        ),
        (
            capture2go.encode_clock(ClockReading(123456789, 5.5, 5.75)),
            ClockReading(123456789, 5.5, 5.75),
        ),
        (
            capture2go.encode_refused(capture2go.Refused(0xFB, 0x150)),
            capture2go.Refused(0xFB, 0x150),
        ),
    ],
)
def test_what_capture2go_says_is_read_as_it_was_said(made, told):
    assert capture2go.read_frame(made) == told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (
            movella_dot.encode_acknowledged(movella_dot.Acknowledged(0, 0x40, b"\x01")),
            movella_dot.Acknowledged(0, 0x40, b"\x01"),
        ),
        (
            movella_dot.encode_file_info(movella_dot.FileInfo(1_700_000_000, 600)),
            movella_dot.FileInfo(1_700_000_000, 600),
        ),
        (
            movella_dot.encode_spoilt(movella_dot.SpoiltSample(17)),
            movella_dot.SpoiltSample(17),
        ),
    ],
)
def test_what_a_dot_says_is_read_as_it_was_said(made, told):
    assert movella_dot.read_message(made) == told
