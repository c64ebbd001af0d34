"""The connection events of one link to a virtual sensor: what goes either way, and what is lost."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from imu_valgus.devices.decoders.reference import TIME
from imu_valgus.devices.packet import Notification
from imu_valgus.devices.virtual.params import RadioParams
from imu_valgus.devices.virtual.sensor import VirtualSensor


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The sensor's end of a link, whatever stack carries it."""

    mtu: Callable[[], int]
    streaming: Callable[[], bool]
    send: Callable[[Notification], Awaitable[None]]


class LinkEvents:
    """Runs a link's events; the sensor and its radio stay the same from link to link.

    ``silent``: nothing arrives, though neither end has noticed.
    """

    def __init__(self, sensor: VirtualSensor, params: RadioParams, *, seed: int = 0) -> None:
        self._sensor, self._params = sensor, params
        self._rng = np.random.default_rng([seed, *bytes.fromhex(sensor.params.uid)])
        self._pings: deque[bytes] = deque()
        self._pongs: deque[bytes] = deque()
        self.silent = False

    def on_ping(self, ping: bytes) -> None:
        """Take a ping from the host; it comes in at the next event."""
        self._pings.append(ping)

    async def run(self, end: LinkEnd) -> None:
        """Exchange what waits, event by event, until cancelled; the phase is drawn by lot."""
        self._pings.clear()
        self._pongs.clear()
        at_s = _now_s() + float(self._rng.uniform(0, self._params.interval_s))
        while True:
            await asyncio.sleep(max(at_s - _now_s(), 0.0))
            if self._rng.random() >= self._params.missed:
                for notification in self._outgoing(end):
                    await self._send(end, notification)
            # A machine that is busy makes events late, as a busy radio does.
            at_s = max(at_s + self._params.interval_s, _now_s())

    async def _send(self, end: LinkEnd, notification: Notification) -> None:
        if self.silent or self._rng.random() < self._params.loss:
            return
        for _ in range(1 + (self._rng.random() < self._params.duplicates)):
            await end.send(notification)

    def _outgoing(self, end: LinkEnd) -> list[Notification]:
        """Return what goes out now; pings that wait come in, and are answered an event later."""
        now_s = _now_s()
        pongs = [Notification(TIME, pong) for pong in self._pongs]
        self._pongs.clear()
        while self._pings:
            pong = self._sensor.pong(self._pings.popleft(), received_s=now_s, sent_s=now_s)
            if pong is not None and not self.silent:
                self._pongs.append(pong)
        return pongs + self._sensor.outgoing(
            now_s,
            mtu=end.mtu(),
            room=self._params.packets_an_interval,
            streaming=end.streaming(),
        )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
