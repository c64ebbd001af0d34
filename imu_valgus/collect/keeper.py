"""One sensor, kept recording through whatever happens to its link."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from imu_valgus.collect.capture import Record
from imu_valgus.collect.conversation import Conversation
from imu_valgus.collect.fetching import Fetcher
from imu_valgus.collect.keeper_params import KeeperParams
from imu_valgus.collect.ledger import Ledger
from imu_valgus.collect.refusals import refusal
from imu_valgus.collect.sensors import Health, SensorAtHand
from imu_valgus.collect.tape import Tape
from imu_valgus.devices import ClockReading, Message, Packet
from imu_valgus.devices.ble import Adapter, BluetoothError, ConnectionLostError
from imu_valgus.devices.decoders.reference import (
    ERASE_MAGIC,
    LOG_TO_FLASH,
    SAMPLES_A_PACKET,
    WRAP,
    Answer,
    Command,
    EndMark,
    EraseRequest,
    Info,
    ReferenceDecoder,
    SensorStatus,
    SessionRequest,
    StartRequest,
    Status,
    StoredSession,
)

_LOGGER = logging.getLogger(__name__)


class Keeper:
    """Keeps one reference sensor recording: connects, starts, asks again, comes back, stops.

    Parameters
    ----------
    adapter : Adapter
    sensor : SensorAtHand
    tape : Tape
    session_id : int
        The number of the recording on the sensor.
    ledger : Ledger, optional
        Of a recording that goes on.
    on_packet : callable, optional
        Told of every packet of the recording.
    on_clock : callable, optional
        Told of every answer to a ping, which carries the host's time in ns.
    params : KeeperParams, optional
    """

    def __init__(
        self,
        adapter: Adapter,
        sensor: SensorAtHand,
        tape: Tape,
        *,
        session_id: int,
        ledger: Ledger | None = None,
        on_packet: Callable[[Packet], None] = lambda _: None,
        on_clock: Callable[[ClockReading], None] = lambda _: None,
        params: KeeperParams | None = None,
    ) -> None:
        self.sensor = sensor
        self.ledger = ledger or Ledger(ReferenceDecoder())
        self.ledger.wanted.add(session_id)
        self._on_packet, self._on_clock = on_packet, on_clock
        self.status: SensorStatus | None = None
        self.connected = False
        self._adapter, self._tape, self._params = adapter, tape, params or KeeperParams()
        self._session_id = session_id
        self._loop = asyncio.get_running_loop()
        self._conversation: Conversation | None = None
        self._wake = asyncio.Event()
        self._heard_s = self._loop.time()
        self._fetcher: Fetcher | None = None
        self._status_s = self._loop.time()
        tape.listen(sensor.placement, self._on_record)

    async def connect(self) -> Info:
        """Reach the sensor and hear who it is and how it is.

        Raises
        ------
        ConnectionLostError, BluetoothError
        """
        link = await self._adapter.connect(
            self.sensor.address, name=self.sensor.placement, patience_s=self._params.reach_s
        )
        self._conversation = Conversation(link, self.sensor.placement, self._tape)
        self._fetcher = Fetcher(self._conversation, self.ledger, self._params.fetch)
        try:
            await self._conversation.open()
            info = await self._until_info()
        except ConnectionLostError:
            await self.disconnect()
            raise
        self.connected = True
        self._tape.note("connected", placement=self.sensor.placement)
        self._heard_s = self._loop.time()
        return info

    async def disconnect(self) -> None:
        """End the link; also one that is lost already must be ended."""
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            if self.connected:
                self._tape.note("disconnected", placement=self.sensor.placement)
            self.connected = False
            await conversation.link.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Record until ``stop``, then fetch what is missing; returns when all is had.

        A sensor that is out of reach is waited for, and so is Bluetooth itself: an adapter that was
        pulled out or is busy for a moment must not end a recording that has begun.

        Raises
        ------
        ImuValgusError
            Where the sensor refuses to record.
        """
        while True:
            try:
                if self._conversation is None:
                    await self.connect()
                await self._ensure_running(stop)
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

    async def start(self) -> None:
        """Start the recording on the sensor, which must be connected.

        Raises
        ------
        ImuValgusError
            Where the sensor refuses.
        """
        samples = min(self._params.samples_a_packet, self._info.max_samples_a_packet)
        logged = LOG_TO_FLASH | WRAP if self._info.flash_free_samples else 0
        answer = await self._start(samples, logged)
        if answer.status is Status.FLASH_FULL:
            self._tape.note("flash full", placement=self.sensor.placement)
            answer = await self._start(samples, 0)
        if answer.status is not Status.OK:
            raise refusal(self.sensor.placement, answer.status)
        self._heard_s = self._loop.time()

    async def arm(self) -> None:
        """Start it on the sensor's own memory, with nothing sent, and look at its clock.

        Raises
        ------
        ImuValgusError
            Where the sensor refuses.
        """
        answer = await self._start(0, LOG_TO_FLASH)
        if answer.status is not Status.OK:
            raise refusal(self.sensor.placement, answer.status)
        await self._ping_quickly(self._talk)

    def health(self) -> Health:
        """Return how the sensor does right now."""
        sessions = list(self.ledger.sessions.values())
        info, status = self.ledger.info, self.status
        battery = status.battery_percent if status else info.battery_percent if info else None
        return Health(
            placement=self.sensor.placement,
            connected=self.connected,
            samples=sum(len(session.received) for session in sessions),
            missing=sum(sum(map(len, session.missing())) for session in sessions),
            rate_hz=info.format.rate_decihz / 10 if info else 0.0,
            lag_s=self._loop.time() - self._heard_s,
            battery_percent=battery,
            clipped=self.ledger.clipped,
        )

    async def _ensure_running(self, stop: asyncio.Event) -> None:
        """Start the session, or go on with it; a sensor that restarted gets a new one."""
        session = self.ledger.sessions.get(self._session_id)
        if session is None:
            await self.start()
            return
        if not session.ended_by_restart:
            return
        await self._list_stored()
        if not stop.is_set():
            self._session_id = max(self._tape.now_ns() // 1_000_000_000, self._session_id + 1)
            self.ledger.wanted.add(self._session_id)
            self._tape.note("session", placement=self.sensor.placement, session_id=self._session_id)
            await self.start()

    async def _tend(self, stop: asyncio.Event) -> None:
        """Look after the link until ``stop``."""
        while not stop.is_set():
            self._check_alive()
            await self._fetch.ask_for_missing()
            await self._ask_for_status()
            await self._rest(stop)

    async def _finish(self) -> None:
        """Stop the sensor, fetch what is missing, and free its memory once all is had."""
        answer = await self._talk.ask(Command.STOP, SessionRequest(self._session_id))
        if answer.status is not Status.OK:
            await self._talk.read_info()
        self._heard_s = self._loop.time()
        await self._settle()
        while any(session.to_ask_for() for session in self.ledger.sessions.values()):
            self._check_link()
            await self._fetch.ask_for_missing()
            await self._rest(None)
        self._tape.flush()  # what is freed there must be safe here
        for session in self.ledger.sessions.values():
            if not session.missing() and session.final is not None:
                await self._talk.ask(Command.ERASE, EraseRequest(session.session_id, ERASE_MAGIC))

    async def _settle(self) -> None:
        """Let arrive what the sensor had sent before it stopped."""
        session = self.ledger.sessions.get(self._session_id)
        if session is None:
            return
        deadline_s = self._loop.time() + self._params.turn_s
        while session.received.stop < session.stop and self._loop.time() < deadline_s:
            await self._rest(None)

    @asynccontextmanager
    async def _pinging(self) -> AsyncGenerator[None]:
        """Ping the sensor's clock meanwhile; a link that breaks is noticed elsewhere."""
        pinging = asyncio.create_task(self._keep_pinging(self._talk))
        try:
            yield
        finally:
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)

    async def _keep_pinging(self, talk: Conversation) -> None:
        await self._ping_quickly(talk)
        while True:
            await talk.ping(within_s=2 * self._params.ping_s)

    async def _ping_quickly(self, talk: Conversation) -> None:
        for _ in range(self._params.first_pings):
            await talk.ping(within_s=2 * self._params.first_ping_s)

    async def _ask_for_status(self) -> None:
        if self._loop.time() - self._status_s >= self._params.status_s:
            self._status_s = self._loop.time()
            await self._talk.ask(Command.STATUS)

    async def _list_stored(self) -> None:
        """Hear which sessions the flash holds, and how far."""
        after = 0
        while True:
            answer = await self._talk.ask(Command.LIST, SessionRequest(after))
            if not isinstance(answer.values, StoredSession) or not answer.values.session_id:
                return
            after = answer.values.session_id

    async def _start(self, samples_a_packet: int, flags: int) -> Answer:
        return await self._talk.ask(
            Command.START,
            StartRequest(self._session_id, 0, 0, 0, samples_a_packet, flags),
        )

    def _on_record(self, record: Record) -> None:
        """Take note of what was written onto the tape about this sensor."""
        if record.written:
            self.ledger.on_write(record.characteristic, record.payload)
            return
        for message in self.ledger.on_notification(record.characteristic, record.payload):
            if self._conversation is not None:
                self._hear(message, self._conversation)

    def _hear(self, message: Message, conversation: Conversation) -> None:
        match message:
            case Packet():
                self._hear_packet(message)
            case EndMark():
                self._fetch.on_end()
                self._wake.set()
            case Answer(values=values):
                if isinstance(values, SensorStatus):
                    self.status = values
                conversation.on_answer(message)
            case Info():
                self._wake.set()
            case ClockReading():
                self._on_clock(message)
            case _:
                pass

    def _hear_packet(self, packet: Packet) -> None:
        if packet.source == "live":
            self._heard_s = self._loop.time()
        else:
            self._fetch.on_samples()
        if packet.session_id in self.ledger.wanted:
            self._on_packet(packet)

    async def _until_info(self) -> Info:
        """Wait until INFO has gone over the tape."""
        self._wake.clear()
        for _ in range(20):
            await self._rest(None)
            if self.ledger.info is not None:
                return self.ledger.info
        raise ConnectionLostError(
            f"{self.sensor.placement} says nothing of itself", hint="switch it off and on again"
        )

    async def _rest(self, stop: asyncio.Event | None) -> None:
        """Wait for a turn, or for less: a lost link, the end of a backfill, ``stop``."""
        waits = [self._wake.wait(), self._talk.link.lost.wait()]
        if stop is not None:
            waits.append(stop.wait())
        tasks = [asyncio.ensure_future(one) for one in waits]
        await asyncio.wait(tasks, timeout=self._params.turn_s, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self._wake.clear()

    def _check_alive(self) -> None:
        """Raise where the link is gone, or brings nothing any more."""
        self._check_link()
        info = self._info
        period_s = 10 * SAMPLES_A_PACKET / info.format.rate_decihz
        silent_s = self._loop.time() - self._heard_s
        if silent_s > self._params.silence_periods * period_s + self._params.silence_s:
            raise ConnectionLostError(
                f"{self.sensor.placement} was silent for {silent_s:.1f} s", hint="bring it near"
            )

    def _check_link(self) -> None:
        if self._talk.link.lost.is_set():
            raise ConnectionLostError(
                f"the link to {self.sensor.placement} ended", hint="bring it near"
            )

    @property
    def _talk(self) -> Conversation:
        if self._conversation is None:
            raise ConnectionLostError(f"{self.sensor.placement} is not connected")
        return self._conversation

    @property
    def _fetch(self) -> Fetcher:
        if self._fetcher is None:
            raise ConnectionLostError(f"{self.sensor.placement} is not connected")
        return self._fetcher

    @property
    def _info(self) -> Info:
        if self.ledger.info is None:
            raise ConnectionLostError(f"{self.sensor.placement} says nothing of itself")
        return self.ledger.info
