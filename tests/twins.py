"""Twins of other makers' sensors, the real collector and bleak between them, on one clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import warp

from imu_valgus.collect import Collector, CollectorParams, SensorAtHand
from imu_valgus.core import Placement
from imu_valgus.devices import Notification, SensorModel
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.virtual import Replay
from imu_valgus.devices.virtual.air import Air
from imu_valgus.devices.virtual.central import VirtualRadio
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.twin import Measuring, Offered, Twin, TwinParams
from imu_valgus.devices.virtual.twin_peripheral import TwinPeripheral

PLACES: Sequence[Placement] = ("left_thigh", "left_shank", "right_thigh", "right_shank")


def who(number: int = 0) -> TwinParams:
    return TwinParams(
        uid=f"{number + 1:016x}", placement=PLACES[number], clock_offset_s=17.0 + number
    )


def noise(rate_hz: float, *, seconds: float = 40, drift_ppm: float = 30.0, seed: int = 0) -> Replay:
    """Six axes of which no two samples are alike."""
    rng = np.random.default_rng(seed)
    return Replay(rng.normal(0.0, 5.0, (int(seconds * rate_hz), 6)), rate_hz, drift_ppm)


class UncountedTwin:
    """A sensor that streams one sample a notification as soon as somebody listens, with no time."""

    def __init__(self, model: SensorModel, params: TwinParams, replay: Replay) -> None:
        self.params, self.measuring, self._model = params, Measuring(params, replay), model
        self.name = f"{model.name_prefixes[0]}901"
        self.advertised = model.service_uuids
        (notify,) = model.subscribe
        (write,) = {one.characteristic for one in model.start(model.settings)}
        (service,) = model.service_uuids
        self.offered = (
            Offered(service, notify, ("notify",)),
            Offered(service, write, ("write", "write-without-response")),
        )
        self._sent = 0

    def on_link(self) -> None:
        self.measuring.running = False

    def read(self, characteristic: str) -> bytes:
        del characteristic
        return b""

    def on_write(self, write: Notification, now_s: float) -> None:
        del write, now_s

    def outgoing(self, now_s: float, *, payload_bytes: int, room: int) -> list[Notification]:
        del payload_bytes, room
        if not self.measuring.running:
            self.measuring.start(now_s)
            self._sent = 0
        first, self._sent = self._sent, self.measuring.taken(now_s)
        packets = (self.measuring.packet(k, 1) for k in range(first, self._sent))
        return [self._model.encode(one, self._model.settings) for one in packets]


@dataclass
class TwinStage:
    """All that a test may look at or meddle with."""

    peripherals: Sequence[TwinPeripheral]
    adapter: Adapter
    host_zero_s: float = 0.0
    """What the host's clock showed at 0 of the true time."""

    @property
    def twin(self) -> Twin:
        return self.peripherals[0].twin


OnTwins = Callable[[TwinStage], Awaitable[None]]


async def nothing(stage: TwinStage) -> None:
    del stage


async def on_air(twins: Sequence[Twin], radio: RadioParams | None = None) -> TwinStage:
    """Switch the twins on, and this computer's radio."""
    air = Air()
    peripherals = [
        TwinPeripheral(air, one, f"C0:00:00:00:00:{k:02X}", params=radio or RadioParams())
        for k, one in enumerate(twins, start=1)
    ]
    for one in peripherals:
        await one.power_on()
    pipe = air.pipe()
    central = VirtualRadio(pipe.source, pipe.sink)
    await central.power_on()
    return TwinStage(peripherals, Adapter.on_radio(central))


def record_twins(
    session: Path,
    model: SensorModel,
    twins: Sequence[Twin],
    *,
    seconds: float,
    radio: RadioParams | None = None,
    meanwhile: OnTwins = nothing,
) -> TwinStage:
    """Record twins of one kind for as long."""

    async def run() -> TwinStage:
        stage = await on_air(twins, radio)
        at_hand = [
            SensorAtHand(one.twin.params.placement, one.address, one.name, model=model.key)
            for one in stage.peripherals
        ]
        collector = Collector(
            stage.adapter, at_hand, session, params=CollectorParams(patience_s=10.0)
        )
        try:
            await collector.prepare()
            meddling = asyncio.ensure_future(meanwhile(stage))
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.call_later(seconds, stop.set)
            try:
                await collector.record(stop)
            finally:
                meddling.cancel()
                await asyncio.gather(meddling, return_exceptions=True)
        finally:
            await collector.close()
            loop = asyncio.get_running_loop()
            stage.host_zero_s = collector.tape.now_ns() * 1e-9 - loop.time()
            await stage.adapter.close()
        return stage

    return warp.run(run())
