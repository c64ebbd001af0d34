"""How many sensors a computer keeps up with in real time, both ends in one process.

Both ends' work is counted: on a real radio the sensors do theirs themselves.
"""

import asyncio
import time
from pathlib import Path
from typing import cast

import pytest
from radio import drifting, on_air

from imu_valgus.collect import Collector, CollectorParams, SensorAtHand
from imu_valgus.core import Placement
from imu_valgus.devices.virtual.world import World

pytestmark = pytest.mark.slow


async def _record(folder: Path, *, sensors: int, seconds: float) -> tuple[int, int, float]:
    """Return samples lost and taken, and the share of one core."""
    world = World(drifting(sensors, seconds), flash_folder=folder / "flash")
    adapter = await on_air(world)
    named = [
        SensorAtHand(cast("Placement", f"sensor_{k}"), one.address, one.sensor.name)
        for k, one in enumerate(world.peripherals)
    ]
    collector = Collector(
        adapter, named, folder / "session", params=CollectorParams(patience_s=20.0)
    )
    await collector.prepare()
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    busy_s, began_s = time.process_time(), time.monotonic()
    await collector.record(stop)
    share = (time.process_time() - busy_s) / (time.monotonic() - began_s)
    await collector.close()
    await adapter.close()
    sessions = [one for keeper in collector.keepers for one in keeper.ledger.sessions.values()]
    lost = sum(sum(map(len, one.missing())) for one in sessions)
    unknown = sum(one.final is None for one in sessions)
    return lost + unknown, sum(one.stop for one in sessions), share


@pytest.mark.parametrize("sensors", [12, 24, 48, 96])
def test_so_many_sensors_lose_nothing(tmp_path: Path, sensors: int):
    lost, taken, share = asyncio.run(_record(tmp_path, sensors=sensors, seconds=15))

    print(f"\n{sensors} sensors: {lost} lost of {taken}, {share:.0%} of one core")
    assert lost == 0
