"""Several virtual sensors on one air, and what befalls them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from imu_valgus.core import Placement
from imu_valgus.devices.virtual.air import Air
from imu_valgus.devices.virtual.params import Outage, WorldParams
from imu_valgus.devices.virtual.peripheral import Peripheral
from imu_valgus.devices.virtual.sampling import Replay, VirtualParams
from imu_valgus.devices.virtual.sensor import VirtualSensor


class World:
    """Virtual sensors on their air.

    The motion that they replay begins with the first START of any of them.

    Parameters
    ----------
    replays : sequence of (Placement, Replay)
        One a sensor.
    flash_folder : Path
    params : WorldParams, optional
    """

    def __init__(
        self,
        replays: Sequence[tuple[Placement, Replay]],
        *,
        flash_folder: Path,
        params: WorldParams | None = None,
    ) -> None:
        self.air = Air()
        self.params = params or WorldParams()
        rng = np.random.default_rng(self.params.seed)
        self.peripherals = [
            self._peripheral(number, placement, replay, flash_folder, rng)
            for number, (placement, replay) in enumerate(replays, start=1)
        ]
        self._began = asyncio.Event()
        self.motion_s: float | None = None
        for one in self.peripherals:
            one.sensor.sampler.on_first_start = self.begin_motion

    def begin_motion(self, now_s: float) -> None:
        """Let the motion begin for all sensors, unless it has begun."""
        if self.motion_s is None:
            self.motion_s = now_s
            for one in self.peripherals:
                one.sensor.sampler.begin_motion(now_s)
            self._began.set()

    @property
    def connected(self) -> bool:
        """Whether any sensor is connected."""
        return any(one.connected for one in self.peripherals)

    async def motion(self) -> float:
        """Wait until the motion begins, and return when that was."""
        await self._began.wait()
        return self.motion_s or 0.0

    async def switch_on(self) -> None:
        """Switch all sensors on."""
        for one in self.peripherals:
            await one.power_on()

    async def run(self) -> None:
        """Let happen what shall befall the sensors; returns when all of it has."""
        await self._began.wait()
        await asyncio.gather(*(self._outage(one) for one in self.params.outages))

    async def _outage(self, outage: Outage) -> None:
        start_s = (self.motion_s or 0.0) + outage.start_s
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(start_s - loop.time(), 0.0))
        away = [
            one
            for one in self.peripherals
            if outage.placement in (None, one.sensor.params.placement)
        ]
        await asyncio.gather(*(one.leave() for one in away))
        await asyncio.sleep(max(start_s + outage.length_s - loop.time(), 0.0))
        await asyncio.gather(*(one.come_back() for one in away))

    def _peripheral(
        self,
        number: int,
        placement: Placement,
        replay: Replay,
        flash_folder: Path,
        rng: np.random.Generator,
    ) -> Peripheral:
        uid = rng.bytes(8).hex()
        sensor = VirtualSensor(
            VirtualParams(
                uid=uid,
                placement=placement,
                clock_offset_s=float(rng.uniform(5, 500)),
                ring_samples=self.params.ring_samples,
                flash_samples=self.params.flash_samples,
                battery_percent=self.params.battery_percent,
            ),
            replay,
            flash_folder=flash_folder / uid,
            seed=self.params.seed,
        )
        address = ":".join(["C0", *(f"{byte:02X}" for byte in number.to_bytes(5, "big"))])
        return Peripheral(
            self.air, sensor, address, params=self.params.radio, seed=self.params.seed
        )
