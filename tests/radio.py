"""Virtual sensors, the real collector and bleak between them, in one process and on one clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import warp

from imu_valgus.collect import Collector, CollectorParams, SensorAtHand
from imu_valgus.core import PLACEMENTS, Placement
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.virtual import Replay, WorldParams
from imu_valgus.devices.virtual.central import VirtualRadio
from imu_valgus.devices.virtual.peripheral import Peripheral
from imu_valgus.devices.virtual.world import World

RATE_HZ = 200.0


@dataclass
class Stage:
    """All that a test may look at or meddle with."""

    world: World
    adapter: Adapter
    session: Path
    collector: Collector
    host_zero_s: float = 0.0
    """What the host's clock showed at 0 of the true time."""

    def sensor(self, placement: Placement) -> Peripheral:
        return next(
            one for one in self.world.peripherals if one.sensor.params.placement == placement
        )


OnStage = Callable[[Stage], Awaitable[None]]


async def nothing(stage: Stage) -> None:
    del stage


def noise(seconds: float, *, drift_ppm: float = 0.0, seed: int = 0) -> Replay:
    """Six axes of which no two samples are alike."""
    rng = np.random.default_rng(seed)
    return Replay(rng.normal(0.0, 5.0, (int(seconds * RATE_HZ), 6)), RATE_HZ, drift_ppm)


def drifting(sensors: int, seconds: float, *, seed: int = 0) -> list[tuple[Placement, Replay]]:
    """As many sensors, their clocks up to 40 ppm off; more than seven share placements."""
    rng = np.random.default_rng(seed)
    return [
        (
            PLACEMENTS[k % len(PLACEMENTS)],
            noise(seconds + 2, drift_ppm=float(rng.uniform(-40, 40)), seed=k),
        )
        for k in range(sensors)
    ]


async def on_air(world: World) -> Adapter:
    """Switch all on, and return this computer's adapter."""
    await world.switch_on()
    pipe = world.air.pipe()
    radio = VirtualRadio(pipe.source, pipe.sink)
    await radio.power_on()
    return Adapter.on_radio(radio)


def at_hand(world: World) -> list[SensorAtHand]:
    return [
        SensorAtHand(one.sensor.params.placement, one.address, one.sensor.name)
        for one in world.peripherals
    ]


def record(
    session: Path,
    *,
    seconds: float,
    sensors: int = 1,
    params: WorldParams | None = None,
    collector: CollectorParams | None = None,
    before: OnStage = nothing,
    meanwhile: OnStage = nothing,
) -> Stage:
    """Record virtual sensors for as long; ``before`` runs first, ``meanwhile`` beside it."""

    async def run() -> Stage:
        world = World(
            drifting(sensors, seconds), flash_folder=session.parent / "flash", params=params
        )
        adapter = await on_air(world)
        stage = Stage(
            world, adapter, session, Collector(adapter, at_hand(world), session, params=collector)
        )
        try:
            await before(stage)
            await stage.collector.prepare()
            befalls = asyncio.create_task(world.run())
            meddling = asyncio.ensure_future(meanwhile(stage))
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(seconds, stop.set)
            try:
                await stage.collector.record(stop)
            finally:
                befalls.cancel()
                meddling.cancel()
                await asyncio.gather(befalls, meddling, return_exceptions=True)
        finally:
            await stage.collector.close()
            loop = asyncio.get_running_loop()
            stage.host_zero_s = stage.collector.tape.now_ns() * 1e-9 - loop.time()
            await adapter.close()
        return stage

    return warp.run(run())
