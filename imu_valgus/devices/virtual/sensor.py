"""The reference sensor in software: profile IVG1 without a radio, bytes in and bytes out.

It follows ``firmware_notes/reference/PROTOCOL.md``. Time comes in as an argument; what the sensor
measures is replayed.
"""

from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import PLACEMENTS, DecodeError
from imu_valgus.devices.decoders.reference import (
    ERASE_MAGIC,
    LOG_TO_FLASH,
    NOTHING,
    Advertised,
    Answer,
    BackfillRequest,
    ByteRequest,
    Command,
    Erased,
    EraseRequest,
    Info,
    Limit,
    NoRequest,
    Request,
    SensorStatus,
    SessionRequest,
    Started,
    StartRequest,
    Status,
    Stopped,
    decode_request,
    encode_advertised,
    encode_answer,
    encode_info,
    encode_time,
)
from imu_valgus.devices.decoders.reference.control import Values
from imu_valgus.devices.packet import ClockReading, Notification
from imu_valgus.devices.virtual.flash import SECTOR_SAMPLES, Flash
from imu_valgus.devices.virtual.sampling import TICK_HZ, Replay, Sampler, VirtualParams
from imu_valgus.devices.virtual.sending import Sender

_NAME_PREFIX: Final = "IVG-"
_FIRMWARE: Final = (1, 0, 0)
_BATTERY_MV: Final = 3900
_LOW_BATTERY_PERCENT: Final = 10
_NO_SESSION: Final = (0, 0xFFFFFFFF)
_MOST_S: Final = 65535
_RUNNING, _LOGGED, _FULL, _BACKFILLING, _LOW = 1, 2, 4, 8, 16

_Answered = tuple[Status, Values | None]


class VirtualSensor:
    """One reference sensor.

    Parameters
    ----------
    params : VirtualParams
    replay : Replay
    flash_folder : Path
        Holds its flash from one process to the next.
    seed : int
        Draws the ids of its boots.
    """

    def __init__(
        self, params: VirtualParams, replay: Replay, *, flash_folder: Path, seed: int = 0
    ) -> None:
        self.params = params
        self.sampler = Sampler(params, replay, Flash(flash_folder, params.flash_samples))
        self._sender = Sender(self.sampler)
        self._placement = PLACEMENTS.index(params.placement) + 1
        self._rng = np.random.default_rng([seed, *bytes.fromhex(params.uid)])
        self._boot_id = int(self._rng.integers(1, 2**32))

    @property
    def name(self) -> str:
        """As it advertises itself."""
        return f"{_NAME_PREFIX}{self.params.uid[-4:].upper()}"

    def reboot(self, now_s: float) -> None:
        """Reset it: RAM is gone, the clock begins anew, the flash stays."""
        self.sampler.forget()
        self.sampler.clock.reset(now_s)
        self._boot_id = int(self._rng.integers(1, 2**32))
        self._sender.on_link()

    def on_link(self) -> None:
        """Hear that a link has begun or ended."""
        self._sender.on_link()

    def info(self, now_s: float, *, mtu: int) -> bytes:
        """Return INFO."""
        self.sampler.advance(now_s)
        session = self.sampler.session
        return encode_info(
            Info(
                firmware=_FIRMWARE,
                uid=bytes.fromhex(self.params.uid),
                boot_id=self._boot_id,
                session_id=session.session_id if session else 0,
                format=self.sampler.format,
                max_samples_a_packet=samples_that_fit(mtu),
                flags=self._flags,
                mtu=mtu,
                oldest=self._oldest,
                next=session.next if session else 0,
                flash_free_samples=self.sampler.flash.free,
                flash_total_samples=self.params.flash_samples,
                placement=self._placement,
                battery_percent=self.params.battery_percent,
                battery_mv=_BATTERY_MV,
            )
        )

    def advertised(self) -> bytes:
        """Return the service data of the scan response."""
        uid = bytes.fromhex(self.params.uid)
        said = Advertised(self._flags, self.params.battery_percent, self._flash_free_s, uid)
        return encode_advertised(said)

    def pong(self, ping: bytes, *, received_s: float, sent_s: float) -> bytes | None:
        """Answer a ping; None to what is none."""
        if len(ping) != 8:
            return None
        received, sent = (self.sampler.clock.tick(at) / TICK_HZ for at in (received_s, sent_s))
        reading = ClockReading(int.from_bytes(ping, "little"), received, sent)
        return encode_time(reading, self.sampler.format)

    def outgoing(
        self, now_s: float, *, mtu: int, room: int, streaming: bool = True
    ) -> list[Notification]:
        """Return what goes out in one connection event, ``room`` notifications at most.

        ``streaming``: STREAM is subscribed.
        """
        self.sampler.advance(now_s)
        return self._sender.outgoing(n_max=samples_that_fit(mtu), room=room, streaming=streaming)

    def control(self, payload: bytes, now_s: float, *, mtu: int) -> bytes:
        """Carry out a request and return the answer."""
        self.sampler.advance(now_s)
        asked = payload[0] if payload else 0
        try:
            command, request = decode_request(payload)
        except DecodeError:
            known = asked in frozenset(Command)
            status = Status.BAD_ARGUMENT if known else Status.UNKNOWN_COMMAND
            return encode_answer(Answer(asked & 0x7F, status))
        status, values = self._carry_out(command, request, now_s, samples_that_fit(mtu))
        return encode_answer(Answer(command, status, values or NOTHING))

    def _carry_out(self, command: Command, request: Request, now_s: float, n_max: int) -> _Answered:
        match request:
            case StartRequest():
                answered = self._start(request, now_s, n_max)
            case BackfillRequest() if n_max:
                answered = self._sender.begin_backfill(request)
            case BackfillRequest():
                answered = Status.MTU_TOO_SMALL, None
            case EraseRequest():
                answered = self._erase(request)
            case SessionRequest():
                answered = self._about_session(command, request.session_id)
            case ByteRequest():
                answered = self._set(command, request.value), None
            case NoRequest():
                answered = self._without_arguments(command)
        return answered

    def _about_session(self, command: Command, session_id: int) -> _Answered:
        if command is Command.STOP:
            return self._stop(session_id)
        if command is Command.LIST:
            return Status.OK, self.sampler.listed(session_id)
        if session_id not in self.sampler.sessions():
            return Status.WRONG_SESSION, None
        return Status.OK, self.sampler.format

    def _without_arguments(self, command: Command) -> _Answered:
        if command is Command.ABORT:
            self._sender.abort()
            return Status.OK, None
        session = self.sampler.session
        return Status.OK, SensorStatus(
            flags=self._flags,
            battery_percent=self.params.battery_percent,
            battery_mv=_BATTERY_MV,
            oldest=self._oldest,
            next=session.next if session else 0,
            dropped=0,
            flash_free_s=self._flash_free_s,
        )

    def _set(self, command: Command, value: int) -> Status:
        if command is Command.SET:
            if value > len(PLACEMENTS):
                return Status.BAD_ARGUMENT
            self._placement = value
        return Status.OK

    def _start(self, request: StartRequest, now_s: float, n_max: int) -> _Answered:
        session = self.sampler.session
        if session is not None and session.running:
            if session.session_id != request.session_id:
                return Status.BUSY, None
        else:
            refused = self._why_not(request, n_max)
            if refused is not None:
                return refused
            session = self.sampler.begin(request, boot_id=self._boot_id, now_s=now_s)
            self._sender.on_start()
        return Status.OK, Started(
            session.session_id, self.sampler.flash.free, session.samples_a_packet, n_max
        )

    def _why_not(self, request: StartRequest, n_max: int) -> _Answered | None:
        """Return how a START is refused; None where it is not."""
        known = self.sampler.format
        refusals = {
            Status.BAD_ARGUMENT: request.session_id in _NO_SESSION
            or request.rate_decihz not in (0, known.rate_decihz)
            or request.acc_range_g not in (0, known.acc_range_g)
            or request.gyr_range_125dps not in (0, known.gyr_range_125dps),
            Status.MTU_TOO_SMALL: request.samples_a_packet > n_max,
            Status.WRONG_SESSION: request.session_id in self.sampler.sessions(),
            Status.LOW_BATTERY: self.params.battery_percent < _LOW_BATTERY_PERCENT,
            Status.FLASH_FULL: bool(request.flags & LOG_TO_FLASH)
            and self.sampler.flash.free < SECTOR_SAMPLES,
            Status.BUSY: self._sender.backfilling,
        }
        status = next((one for one, applies in refusals.items() if applies), None)
        if status is Status.MTU_TOO_SMALL:
            return status, Limit(n_max)
        return None if status is None else (status, None)

    def _stop(self, session_id: int) -> _Answered:
        session = self.sampler.session
        if session is None:
            return Status.NOT_RUNNING, None
        if session.session_id != session_id:
            return Status.WRONG_SESSION, None
        if session.running:
            self.sampler.end(session)
        return Status.OK, Stopped(session_id, session.next)

    def _erase(self, request: EraseRequest) -> _Answered:
        if request.magic != ERASE_MAGIC:
            return Status.BAD_ARGUMENT, None
        session = self.sampler.session
        if self._sender.backfilling or (session is not None and session.running):
            return Status.BUSY, None
        self.sampler.flash.erase(request.session_id)
        return Status.OK, Erased(0)

    @property
    def _oldest(self) -> int:
        session = self.sampler.session
        return self.sampler.held(session.session_id)[0] if session else 0

    @property
    def _flash_free_s(self) -> int:
        return min(int(self.sampler.flash.free / self.sampler.rate_hz), _MOST_S)

    @property
    def _flags(self) -> int:
        session = self.sampler.session
        logged = session is not None and bool(session.flags & LOG_TO_FLASH)
        return (
            _RUNNING * (session is not None and session.running)
            | _LOGGED * logged
            | _FULL * (logged and self.sampler.flash.free <= 0)
            | _BACKFILLING * self._sender.backfilling
            | _LOW * (self.params.battery_percent < _LOW_BATTERY_PERCENT)
        )


def samples_that_fit(mtu: int) -> int:
    """Return how many samples a packet holds at an ATT MTU."""
    return max((mtu - 27) // 12, 0)
