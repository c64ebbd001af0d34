"""One sensor that only streams, kept streaming through whatever happens to its link."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from imu_valgus.collect.capture import Record
from imu_valgus.collect.keeper_params import KeeperParams
from imu_valgus.collect.sensors import Health, SensorAtHand
from imu_valgus.collect.stream import StreamLedger
from imu_valgus.collect.tape import Tape
from imu_valgus.core import ImuValgusError
from imu_valgus.devices import SENSORS, Packet, Write
from imu_valgus.devices.ble import Adapter, BluetoothError, ConnectionLostError, Link

_LOGGER = logging.getLogger(__name__)

_ANSWER_S: Final = 2.0
_HEAR_OUT_S: Final = 120.0
"""A buffer of 40 s goes over the air in less, also where the radio is no faster than the sensor."""

_PACKET_SAMPLES: Final = 16
"""More than any of them sends together, but for frames of Polar's."""


class Streamer:
    """Keeps one sensor streaming: connects, subscribes, starts, comes back, stops.

    Nothing can be asked for again. Where the sensor keeps what nobody hears in a buffer of its own,
    it is let speak before it is started anew, and heard out after the stop.

    Parameters
    ----------
    adapter : Adapter
    sensor : SensorAtHand
    tape : Tape
    resumed : bool
        The recording goes on: the sensor may still stream.
    on_packet : callable, optional
        Told of every packet that is right and new.
    params : KeeperParams, optional
    """

    def __init__(
        self,
        adapter: Adapter,
        sensor: SensorAtHand,
        tape: Tape,
        *,
        resumed: bool = False,
        on_packet: Callable[[Packet], None] = lambda _: None,
        params: KeeperParams | None = None,
    ) -> None:
        self.sensor = sensor
        self.model = SENSORS[sensor.model]
        self.ledger = StreamLedger(self.model, on_packet=on_packet)
        self.connected = False
        self._adapter, self._tape, self._params = adapter, tape, params or KeeperParams()
        self._started = resumed
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._heard_s = self._loop.time()
        self._packet_came, self._answer_came = asyncio.Event(), asyncio.Event()
        tape.listen(sensor.placement, self._on_record)

    async def connect(self) -> None:
        """Reach the sensor, listen to it, and ask who and how it is.

        Raises
        ------
        ConnectionLostError, BluetoothError
        """
        placement = self.sensor.placement
        self._link = await self._adapter.connect(
            self.sensor.address, name=placement, patience_s=self._params.reach_s
        )
        try:
            self._tape.note("link", placement=placement)
            self.ledger.on_link()
            for characteristic in self.model.subscribe:
                await self._link.subscribe(
                    characteristic, partial(self._tape.received, placement, characteristic)
                )
            for write in self.model.about:
                await self._write(write)
        except ConnectionLostError:
            await self.disconnect()
            raise
        self.connected = True
        self._tape.note("connected", placement=placement)
        self._heard_s = self._loop.time()

    async def disconnect(self) -> None:
        """End the link; also one that is lost already must be ended."""
        link, self._link = self._link, None
        if link is not None:
            if self.connected:
                self._tape.note("disconnected", placement=self.sensor.placement)
            self.connected = False
            await link.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Record until ``stop``; returns when all is here that the sensor will send.

        A sensor that is out of reach is waited for, and so is Bluetooth itself.

        Raises
        ------
        ImuValgusError
            Where the sensor does not stream at all.
        """
        while True:
            try:
                if self._link is None:
                    if stop.is_set() and not self.model.buffers_stream:
                        return
                    await self.connect()
                await self._ensure_streaming(stop)
                async with self._pinging():
                    await self._tend(stop)
                await self._finish()
            except (ConnectionLostError, BluetoothError) as lost:
                _LOGGER.info("%s: %s", self.sensor.placement, lost)
                self._tape.note("lost", placement=self.sensor.placement, why=str(lost))
            else:
                return
            finally:
                await self.disconnect()
            await asyncio.sleep(self._params.turn_s)

    def health(self) -> Health:
        """Return how the sensor does right now."""
        battery = self.ledger.battery
        return Health(
            placement=self.sensor.placement,
            connected=self.connected,
            samples=self.ledger.received,
            missing=self.ledger.missing,
            rate_hz=self.model.settings.sampling_rate_hz,
            lag_s=self._loop.time() - self._heard_s,
            battery_percent=battery.percent if battery else None,
            clipped=self.ledger.clipped,
        )

    async def _ensure_streaming(self, stop: asyncio.Event) -> None:
        """Hear what a buffer kept, or start the stream; the first start must bring samples."""
        if self._started and self.model.buffers_stream and await self._hears():
            return
        if stop.is_set():
            return
        for write in self.model.start(self.model.settings):
            await self._write(write)
        self._heard_s = self._loop.time()
        if not self._started and not await self._hears():
            self._check_link()
            raise ImuValgusError(
                f"{self.sensor.placement} does not stream: {self.model.name} sends no samples",
                hint="switch it off and on again, and end what it records for somebody else",
            )
        self._started = True

    async def _tend(self, stop: asyncio.Event) -> None:
        """Look after the link until ``stop``."""
        while not stop.is_set():
            self._check_link()
            silent_s = self._loop.time() - self._heard_s
            if silent_s > self._patience_s:
                raise ConnectionLostError(
                    f"{self.sensor.placement} was silent for {silent_s:.1f} s", hint="bring it near"
                )
            await self._first_of(stop, self._open_link.lost, within_s=self._params.turn_s)

    async def _finish(self) -> None:
        """Stop the stream, and hear out what was under way or waited in the sensor's buffer.

        Some sensors cannot be stopped: what they go on sending is not waited for.
        """
        for write in self.model.stop(self.model.settings):
            await self._write(write)
        hear_out_s = _HEAR_OUT_S if self.model.buffers_stream else self._params.turn_s
        deadline_s = self._loop.time() + hear_out_s
        while await self._hears(within_s=self._params.turn_s) and self._loop.time() < deadline_s:
            self._check_link()

    async def _write(self, write: Write) -> None:
        """Write a command, and await its answer where there is one."""
        self._answer_came.clear()
        self._tape.written(self.sensor.placement, write.characteristic, write.payload)
        await self._open_link.write(write.characteristic, write.payload, response=write.response)
        if write.answered:
            await self._first_of(self._answer_came, self._open_link.lost, within_s=_ANSWER_S)
            self._check_link()
        await asyncio.sleep(write.pause_s)

    async def _hears(self, *, within_s: float | None = None) -> bool:
        """Tell whether samples come within a time; the patience of the watchdog by default."""
        self._packet_came.clear()
        patience_s = self._patience_s if within_s is None else within_s
        await self._first_of(self._packet_came, self._open_link.lost, within_s=patience_s)
        return self._packet_came.is_set()

    @asynccontextmanager
    async def _pinging(self) -> AsyncGenerator[None]:
        """Ping the sensor's clock meanwhile, where it answers; a lost link is noticed elsewhere."""
        pinging = asyncio.create_task(self._keep_pinging(self._open_link))
        try:
            yield
        finally:
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)

    async def _keep_pinging(self, link: Link) -> None:
        """Ping quickly at first, then slowly, each at a moment drawn by lot."""
        if self.model.ping is None:
            return
        quick = self._params.first_pings
        while True:
            mean_s = self._params.first_ping_s if quick > 0 else self._params.ping_s
            quick -= 1
            await asyncio.sleep(random.uniform(0.0, 2 * mean_s))  # noqa: S311 (no secret)
            write = self.model.ping(self._tape.now_ns())
            self._tape.written(self.sensor.placement, write.characteristic, write.payload)
            await link.write(write.characteristic, write.payload, response=False)

    def _on_record(self, record: Record) -> None:
        """Take note of what was written onto the tape about this sensor."""
        if record.written:
            return
        found = self.ledger.on_notification(
            record.characteristic, record.payload, record.host_ns * 1e-9
        )
        for message in found:
            if isinstance(message, Packet):
                self._heard_s = self._loop.time()
                self._packet_came.set()
            else:
                self._answer_came.set()

    async def _first_of(self, *events: asyncio.Event, within_s: float) -> None:
        """Wait for one of the events, but no longer than this."""
        tasks = [asyncio.ensure_future(one.wait()) for one in events]
        await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    def _check_link(self) -> None:
        if self._open_link.lost.is_set():
            raise ConnectionLostError(
                f"the link to {self.sensor.placement} ended", hint="bring it near"
            )

    @property
    def _patience_s(self) -> float:
        period_s = _PACKET_SAMPLES / self.model.settings.sampling_rate_hz
        return self._params.silence_periods * period_s + self._params.silence_s

    @property
    def _open_link(self) -> Link:
        if self._link is None:
            raise ConnectionLostError(f"{self.sensor.placement} is not connected")
        return self._link
