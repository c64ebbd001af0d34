"""The connection events of one link to a virtual sensor: what goes either way, and what is lost."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu_valgus.devices.decoders.reference import TIME
from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.sensor import VirtualSensor
from imu_valgus.devices.virtual.twin import Twin

_ATT_HEADER_BYTES: Final = 3


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The sensor's end of a link, whatever stack carries it."""

    mtu: Callable[[], int]
    streaming: Callable[[], bool]
    send: Callable[[Notification], Awaitable[None]]


class ConnectionEvents(ABC):
    """Runs a link's events; the sensor and its radio stay the same from link to link.

    ``silent``: nothing arrives, though neither end has noticed. ``uid`` draws the losses.
    """

    def __init__(self, uid: str, params: RadioParams, *, seed: int = 0) -> None:
        self._params = params
        self._rng = np.random.default_rng([seed, *bytes.fromhex(uid)])
        self.silent = False

    @abstractmethod
    def _begin(self) -> None:
        """Forget what the last link left."""

    @abstractmethod
    def _outgoing(self, end: LinkEnd) -> list[Notification]:
        """Take in what waits, and return what goes out at an event."""

    async def run(self, end: LinkEnd) -> None:
        """Exchange what waits, event by event, until cancelled; the phase is drawn by lot."""
        self._begin()
        at_s = now_s() + float(self._rng.uniform(0, self._params.interval_s))
        while True:
            await asyncio.sleep(max(at_s - now_s(), 0.0))
            if self._rng.random() >= self._params.missed:
                for notification in self._outgoing(end):
                    await self._send(end, notification)
            # A machine that is busy makes events late, as a busy radio does.
            at_s = max(at_s + self._params.interval_s, now_s())

    async def _send(self, end: LinkEnd, notification: Notification) -> None:
        if self.silent or self._rng.random() < self._params.loss:
            return
        for _ in range(1 + (self._rng.random() < self._params.duplicates)):
            await end.send(notification)


class LinkEvents(ConnectionEvents):
    """The events of a link to a reference sensor."""

    def __init__(self, sensor: VirtualSensor, params: RadioParams, *, seed: int = 0) -> None:
        super().__init__(sensor.params.uid, params, seed=seed)
        self._sensor = sensor
        self._pings: deque[bytes] = deque()
        self._pongs: deque[bytes] = deque()

    def on_ping(self, ping: bytes) -> None:
        """Take a ping from the host; it comes in at the next event."""
        self._pings.append(ping)

    def _begin(self) -> None:
        self._pings.clear()
        self._pongs.clear()

    def _outgoing(self, end: LinkEnd) -> list[Notification]:
        """Return what goes out now; pings that wait come in, and are answered an event later."""
        at_s = now_s()
        pongs = [Notification(TIME, pong) for pong in self._pongs]
        self._pongs.clear()
        while self._pings:
            pong = self._sensor.pong(self._pings.popleft(), received_s=at_s, sent_s=at_s)
            if pong is not None and not self.silent:
                self._pongs.append(pong)
        return pongs + self._sensor.outgoing(
            at_s,
            mtu=end.mtu(),
            room=self._params.packets_an_interval,
            streaming=end.streaming(),
        )


class TwinEvents(ConnectionEvents):
    """The events of a link to a twin.

    Out of reach the sensor's radio still takes what fits one event, and sends it in vain; then its
    queue is full, and the sensor keeps the rest.
    """

    def __init__(self, twin: Twin, params: RadioParams, *, seed: int = 0) -> None:
        super().__init__(twin.params.uid, params, seed=seed)
        self._twin = twin
        self._writes: deque[Notification] = deque()
        self._room_in_vain = params.packets_an_interval

    def on_write(self, write: Notification) -> None:
        """Take what the host wrote; it comes in at the next event."""
        self._writes.append(write)

    def _begin(self) -> None:
        self._writes.clear()
        self._room_in_vain = self._params.packets_an_interval

    def _outgoing(self, end: LinkEnd) -> list[Notification]:
        """Return what goes out now; what was written comes in, and is answered an event later."""
        at_s = now_s()
        room = self._room_in_vain if self.silent else self._params.packets_an_interval
        sent = (
            self._twin.outgoing(at_s, payload_bytes=end.mtu() - _ATT_HEADER_BYTES, room=room)
            if room and end.streaming()
            else []
        )
        if self.silent:
            self._room_in_vain -= len(sent)
            return sent
        while self._writes:
            self._twin.on_write(self._writes.popleft(), at_s)
        return sent


def now_s() -> float:
    """Return the true time."""
    return asyncio.get_running_loop().time()
