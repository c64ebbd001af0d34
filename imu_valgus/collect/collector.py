"""All sensors of a recording, from the first connection to the last sample that can be had."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from imu_valgus.collect.keeper import Keeper
from imu_valgus.collect.keeper_params import KeeperParams
from imu_valgus.collect.ledger import Ledger
from imu_valgus.collect.refusals import refusal
from imu_valgus.collect.sensors import Health, SensorAtHand
from imu_valgus.collect.streamer import Streamer
from imu_valgus.collect.tape import Tape
from imu_valgus.core import ImuValgusError, Placement, Side
from imu_valgus.devices import ClockReading, Packet
from imu_valgus.devices.ble import Adapter
from imu_valgus.devices.decoders import reference
from imu_valgus.devices.decoders.reference import Info, Status

_LOOK_S: Final = 0.5
_RUNNING: Final = 1
"""A flag of INFO."""

OnPacket = Callable[[Placement, Packet], None]
OnClock = Callable[[Placement, ClockReading], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorParams:
    """How a recording is made.

    Parameters
    ----------
    keeper : KeeperParams
    patience_s : float
        After the end, the recording is closed when nothing came for as long: the sensors that are
        still missed are out of reach.
    lowest_battery_percent : int
        Below it a sensor may not last for a run: 10 % of a 150 mAh cell at 8 mA is two hours.
    """

    keeper: KeeperParams = field(default_factory=KeeperParams)
    patience_s: float = 60.0
    lowest_battery_percent: int = 10


class Collector:
    """Records sensors into a session folder.

    Parameters
    ----------
    adapter : Adapter
    sensors : sequence of SensorAtHand
        One a placement.
    session : Path
        Gets a new capture; nothing else in it is touched.
    session_id : int, optional
        The recording's number on the sensors; the time in seconds by default.
    athlete : str
    ledgers : mapping of Placement to Ledger, optional
        Of a recording that goes on: what is known of it.
    on_packet : callable, optional
        Told of every packet as it is written.
    on_clock : callable, optional
        Told of every answer to a ping, which carries the host's time in ns.
    params : CollectorParams, optional
    """

    def __init__(
        self,
        adapter: Adapter,
        sensors: Sequence[SensorAtHand],
        session: Path,
        *,
        session_id: int | None = None,
        athlete: str = "a00",
        ledgers: Mapping[Placement, Ledger] | None = None,
        on_packet: OnPacket = lambda _placement, _packet: None,
        on_clock: OnClock = lambda _placement, _reading: None,
        params: CollectorParams | None = None,
    ) -> None:
        self._params = params or CollectorParams()
        self.tape = Tape(session)
        self.session_id = session_id or int(time.time())
        self.keepers: list[Keeper] = []
        self.streamers: list[Streamer] = []
        for sensor in sensors:
            heard = partial(on_packet, sensor.placement)
            if sensor.model == reference.MODEL.key:
                keeper = Keeper(
                    adapter,
                    sensor,
                    self.tape,
                    session_id=self.session_id,
                    ledger=(ledgers or {}).get(sensor.placement),
                    on_packet=heard,
                    on_clock=partial(on_clock, sensor.placement),
                    params=self._params.keeper,
                )
                self.keepers.append(keeper)
            else:
                streamer = Streamer(
                    adapter,
                    sensor,
                    self.tape,
                    resumed=ledgers is not None,
                    on_packet=heard,
                    params=self._params.keeper,
                )
                self.streamers.append(streamer)
        self._loop = asyncio.get_running_loop()
        self.tape.note(
            "recording",
            session_id=self.session_id,
            athlete=athlete,
            sensors=[
                {
                    "placement": one.placement,
                    "address": one.address,
                    "name": one.name,
                    "uid": one.uid,
                    "model": one.model,
                }
                for one in sensors
            ],
        )
        self.tape.flush()
        self._writing = asyncio.create_task(self.tape.run())

    async def prepare(self) -> dict[Placement, Info]:
        """Connect to all sensors, one after the other, and look whether they can record.

        Raises
        ------
        ConnectionLostError, BluetoothError, ImuValgusError
        """
        infos: dict[Placement, Info] = {}
        for keeper in self.keepers:
            infos[keeper.sensor.placement] = info = await keeper.connect()
            self._refuse(keeper.sensor.placement, info)
        for streamer in self.streamers:
            await streamer.connect()
            battery = streamer.ledger.battery
            if battery is not None:
                self._refuse_battery(streamer.sensor.placement, battery.percent)
        return infos

    async def record(self, stop: asyncio.Event) -> None:
        """Record until ``stop``; returns when all that can be had is here.

        Raises
        ------
        BluetoothError, RecordingError, ImuValgusError
            What was recorded until then stays in the capture.
        """
        self.tape.note("start")
        running = [asyncio.create_task(keeper.run(stop)) for keeper in self._drivers]
        stopping = asyncio.create_task(self._give_up(stop))
        try:
            pending: set[asyncio.Task[None]] = {*running}
            while pending:
                done, _ = await asyncio.wait(
                    {*pending, self._writing, stopping}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
                pending -= done
                if stopping in done:
                    break
        finally:
            for task in (*running, stopping):
                task.cancel()
            await asyncio.gather(*running, stopping, return_exceptions=True)

    async def arm(self) -> None:
        """Let the connected sensors record on their own memory, and send nothing.

        Raises
        ------
        ConnectionLostError, ImuValgusError
        """
        self.tape.note("armed")
        await asyncio.gather(*(keeper.arm() for keeper in self.keepers))

    async def close(self) -> None:
        """End the links and the capture."""
        await asyncio.gather(*(keeper.disconnect() for keeper in self._drivers))
        self._writing.cancel()
        await asyncio.gather(self._writing, return_exceptions=True)
        self.tape.note("closed")
        self.tape.close()

    def mark(self, kind: str, *, side: Side | None = None, value: str = "") -> None:
        """Note an event at this moment: a lap, pain, a remark, the start of a phase."""
        facts: dict[str, Any] = {"trial_type": kind, "side": side, "value": value}
        self.tape.note("event", **facts)

    def health(self) -> list[Health]:
        """Return how all sensors do."""
        return [keeper.health() for keeper in self._drivers]

    @property
    def _drivers(self) -> list[Keeper | Streamer]:
        return [*self.keepers, *self.streamers]

    async def _give_up(self, stop: asyncio.Event) -> None:
        """Return when waiting any longer for sensors after the end is in vain."""
        await stop.wait()
        self.tape.note("stop")
        before, since_s = -1, self._loop.time()
        while self._loop.time() - since_s < self._params.patience_s:
            samples = sum(one.samples for one in self.health())
            if samples != before:
                before, since_s = samples, self._loop.time()
            await asyncio.sleep(_LOOK_S)

    def _refuse(self, placement: Placement, info: Info) -> None:
        if info.flags & _RUNNING and info.session_id != self.session_id:
            raise refusal(placement, Status.BUSY)
        self._refuse_battery(placement, info.battery_percent)

    def _refuse_battery(self, placement: Placement, percent: int) -> None:
        if percent < self._params.lowest_battery_percent:
            raise ImuValgusError(f"{placement}: its battery is at {percent} %", hint="charge it")
