"""The collector through bleak's own BlueZ backend, against a service that plays org.bluez."""

import asyncio
from pathlib import Path

import pytest
from bluez import BlueZ, Device, private_bus
from radio import drifting

from imu_valgus.collect import Collector, SensorAtHand, decode_session
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.virtual import Outage, RadioParams, VirtualParams, VirtualSensor
from imu_valgus.recording import SampleAccount


async def _record(
    folder: Path, *, sensors: int, seconds: float, outages: tuple[Outage, ...]
) -> None:
    bluez = BlueZ()
    await bluez.start()
    loop = asyncio.get_running_loop()
    at_hand: list[SensorAtHand] = []
    for k, (placement, replay) in enumerate(drifting(sensors, seconds)):
        params = VirtualParams(uid=f"{k + 1:016x}", placement=placement, clock_offset_s=10.0 + k)
        sensor = VirtualSensor(params, replay, flash_folder=folder / params.uid)
        sensor.sampler.clock.switch_on(loop.time())
        device = Device(bluez, sensor, f"C0:00:00:00:00:{k + 1:02X}", RadioParams())
        at_hand.append(SensorAtHand(placement, device.address, sensor.name))
    adapter = Adapter()
    collector = Collector(adapter, at_hand, folder / "session")
    await collector.prepare()
    start_s = loop.time()
    befalls = [
        asyncio.create_task(device.suffer(outage, start_s))
        for device in bluez.devices.values()
        for outage in outages
    ]
    stop = asyncio.Event()
    loop.call_later(seconds, stop.set)
    await collector.record(stop)
    await collector.close()
    await adapter.close()
    await asyncio.gather(*befalls)
    await bluez.stop()


def _accounts(folder: Path) -> list[SampleAccount]:
    recording = decode_session(folder / "session")
    return [one.samples for one in recording.info.sensors if one.samples is not None]


def test_through_bluez_a_runner_who_comes_back_loses_nothing(tmp_path: Path):
    with private_bus(tmp_path):
        asyncio.run(_record(tmp_path, sensors=2, seconds=7, outages=(Outage(2.5, 2),)))

    accounts = _accounts(tmp_path)
    assert [(one.lost, one.backfilled > 300, one.expected is not None) for one in accounts] == [
        ((), True, True)
    ] * 2


@pytest.mark.slow
def test_through_bluez_a_minute_of_four_sensors_loses_nothing(tmp_path: Path):
    outages = (Outage(10, 15), Outage(10, 30), Outage(5, 50))

    with private_bus(tmp_path):
        asyncio.run(_record(tmp_path, sensors=4, seconds=60, outages=outages))

    accounts = _accounts(tmp_path)
    assert (sum(one.n_lost for one in accounts), sum(one.expected or 0 for one in accounts)) == (
        0,
        pytest.approx(48_000, abs=200),
    )
