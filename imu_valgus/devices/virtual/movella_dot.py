"""Movella DOT in software: live samples one by one, recordings exported by messages.

It follows ``firmware_notes/movella_dot.md``. Live it keeps nothing: what nobody hears is lost, and
the end of a link ends the measurement.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.movella_dot import (
    ACKNOWLEDGE,
    BATTERY,
    DEVICE_CONTROL,
    LONG,
    MEASURE,
    MEDIUM,
    MESSAGE,
    NOTIFY,
    Acknowledged,
    Command,
    Event,
    FileInfo,
    Kind,
    PayloadMode,
    SpoiltSample,
    encode,
    encode_acknowledged,
    encode_battery,
    encode_custom,
    encode_exported,
    encode_file_info,
    encode_spoilt,
    message,
    open_message,
    rate_asked,
    service_of,
)
from imu_valgus.devices.packet import Battery, Notification
from imu_valgus.devices.radio import Property
from imu_valgus.devices.virtual.sampling import Replay
from imu_valgus.devices.virtual.twin import Measuring, Offered, TwinParams

_NAME: Final = "Movella DOT"
_WELL, _IDLE, _RECORDING, _EXPORTING = 0, 6, 0x40, 0x70
_ABOUT_FILES: Final = frozenset((Command.GET_FILE_INFO, Command.GET_FILE_DATA, Command.RETRANSMIT))
_WAITING: Final = 12
"""Live samples that wait for the radio at the most, 0.2 s; what the real one keeps is unknown."""


def _offered(uuid: str, *properties: Property) -> Offered:
    return Offered(service_of(uuid), uuid, properties)


class MovellaDotTwin:
    """One DOT.

    Parameters
    ----------
    params : TwinParams
    replay : Replay
        At the rate that it will be asked for; asked for another, it measures nothing.
    garbled : frozenset of int
        Numbers of exported samples whose message has a wrong checksum the first time it is sent.
    unreadable : frozenset of int
        Numbers of samples that it cannot read back from its flash.
    """

    advertised = ()
    offered = (
        _offered(DEVICE_CONTROL, "write"),
        _offered(MEASURE, "write"),
        _offered(LONG, "notify"),
        _offered(MEDIUM, "notify"),
        _offered(BATTERY, "read", "notify"),
        _offered(MESSAGE, "write"),
        _offered(ACKNOWLEDGE, "read"),
        _offered(NOTIFY, "notify"),
    )

    def __init__(
        self,
        params: TwinParams,
        replay: Replay,
        *,
        garbled: frozenset[int] = frozenset(),
        unreadable: frozenset[int] = frozenset(),
    ) -> None:
        self.params = params
        self.measuring = Measuring(params, replay)
        self._garbled, self._unreadable = set(garbled), unreadable
        self._rate_asked: float | None = None
        self._mode: PayloadMode | None = None
        self._sent = 0
        self._recording = False
        self._file: FileInfo | None = None
        self._file_samples = 0
        self._said: deque[bytes] = deque()
        self._export: Iterator[bytes] = iter(())
        self._acknowledgement = b""

    @property
    def name(self) -> str:
        """As it advertises itself."""
        return _NAME

    def on_link(self) -> None:
        """End what needs a link; a recording goes on."""
        self._mode = None
        self._said.clear()
        self._export = iter(())
        self.measuring.running = self._recording

    def read(self, characteristic: str) -> bytes:
        """Return battery or the last acknowledgement."""
        if characteristic == BATTERY:
            return encode_battery(Battery(self.params.battery_percent, charging=False))
        return self._acknowledgement

    def on_write(self, write: Notification, now_s: float) -> None:
        """Carry out what was written; what makes no sense is passed over."""
        if write.characteristic == DEVICE_CONTROL:
            self._rate_asked = rate_asked(write.payload)
        elif write.characteristic == MEASURE:
            self._measure(write.payload, now_s)
        elif write.characteristic == MESSAGE:
            try:
                kind, data = open_message(write.payload)
            except DecodeError:
                return
            if kind is Kind.RECORDING:
                self._carry_out(data, now_s)

    def outgoing(self, now_s: float, *, payload_bytes: int, room: int) -> list[Notification]:
        """Return what goes out: messages first, then live samples, then an export."""
        del payload_bytes  # every message fits the MTU that its maker asks for
        sent: list[Notification] = []
        while len(sent) < room and self._said:
            sent.append(Notification(NOTIFY, self._said.popleft()))
        sent += self._live(now_s, room - len(sent))
        while len(sent) < room and (exported := next(self._export, None)) is not None:
            sent.append(Notification(NOTIFY, exported))
        return sent

    def _measure(self, payload: bytes, now_s: float) -> None:
        if len(payload) != 3 or self._rate_asked != self.measuring.rate_hz or self._recording:
            return
        _, action, mode = payload
        if not action:
            self._mode, self.measuring.running = None, False
        elif mode in frozenset(PayloadMode):
            self._mode, self._sent = PayloadMode(mode), 0
            self.measuring.start(now_s)

    def _live(self, now_s: float, room: int) -> list[Notification]:
        """Return the live samples that wait; those that waited for too long are dropped."""
        if self._mode is None:
            return []
        taken = self.measuring.taken(now_s)
        self._sent = max(self._sent, taken - _WAITING)
        last = min(taken, self._sent + room)
        packets = [self.measuring.packet(k, 1) for k in range(self._sent, last)]
        self._sent = max(last, self._sent)
        if self._mode is PayloadMode.CUSTOM_5:
            return [Notification(LONG, encode_custom(one)) for one in packets]
        return [Notification(MEDIUM, encode(one)) for one in packets]

    def _carry_out(self, data: bytes, now_s: float) -> None:
        """Answer a message about recording."""
        command, rest = data[0], data[1:]
        if command in _ABOUT_FILES:
            self._about_file(command, rest)
            return
        match command:
            case Command.GET_STATE | Command.SELECT_EXPORT:
                self._acknowledge(command, self._state)
            case Command.START_RECORDING if len(rest) == 6 and not self._recording:
                self._start_recording(rest, now_s)
                self._acknowledge(command, _WELL)
            case Command.STOP_RECORDING if self._recording:
                self._file_samples = self.measuring.taken(now_s)
                self._recording = self.measuring.running = False
                self._acknowledge(command, _WELL)
                self._say(bytes((Event.STOPPED,)))
            case Command.STOP_EXPORT:
                self._export = iter(())
                self._say(bytes((Event.EXPORT_STOPPED,)))
            case Command.ERASE if not self._recording:
                self._file, self._file_samples = None, 0
                self._say(bytes((Event.ERASED,)))
            case _:
                self._say(bytes((Event.BUSY,)))

    def _about_file(self, command: int, rest: bytes) -> None:
        """Answer what is asked about the one recording that it holds."""
        if self._file is None or self._recording:
            self._say(bytes((Event.NO_FILE,)))
        elif command == Command.GET_FILE_INFO:
            self._said.append(encode_file_info(self._file))
            self._say(bytes((Event.FILE_INFO_DONE,)))
        elif command == Command.GET_FILE_DATA:
            self._acknowledge(command, _EXPORTING)
            self._export = self._exported(0)
        else:
            self._export = self._exported(int.from_bytes(rest, "little"))

    def _start_recording(self, rest: bytes, now_s: float) -> None:
        start_s, seconds = int.from_bytes(rest[:4], "little"), int.from_bytes(rest[4:], "little")
        self._file = FileInfo(start_s, seconds)
        self._mode, self._recording = None, True
        self.measuring.start(now_s)

    def _exported(self, first: int) -> Iterator[bytes]:
        """Give the file's messages from a number on, then that they are done."""
        for number in range(first, self._file_samples):
            if number in self._unreadable:
                yield encode_spoilt(SpoiltSample(number))
                continue
            whole = encode_exported(self.measuring.packet(number, 1, source="flash"))
            if number in self._garbled:
                self._garbled.discard(number)
                whole = whole[:-1] + bytes((whole[-1] ^ 0xFF,))
            yield whole
        yield message(Kind.RECORDING, bytes((Event.FILE_DATA_DONE,)))

    def _acknowledge(self, command: int, result: int) -> None:
        self._acknowledgement = encode_acknowledged(Acknowledged(result, command, b""))
        self._said.append(self._acknowledgement)

    def _say(self, data: bytes) -> None:
        self._said.append(message(Kind.RECORDING, data))

    @property
    def _state(self) -> int:
        return _RECORDING if self._recording else _IDLE
