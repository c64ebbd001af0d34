"""Capture2Go in software: it streams through a buffer that outlives a link.

It follows ``firmware_notes/capture2go.md``. That a stream goes on into the buffer while nobody is
connected, how large the buffer is and what is dropped when it is full are taken on trust there.
"""

from collections import deque
from dataclasses import replace
from typing import Final

from imu_valgus.core import DecodeError
from imu_valgus.devices.decoders.capture2go import (
    NOTIFY,
    SAMPLES_A_PACKET,
    SERVICE,
    WRITE,
    Command,
    DeviceInfo,
    Refused,
    Status,
    encode,
    encode_clock,
    encode_device_info,
    encode_refused,
    encode_status,
    frame,
    notification,
    rate_asked,
    read_frame,
    unframe,
)
from imu_valgus.devices.packet import ClockReading, Notification
from imu_valgus.devices.virtual.sampling import TICK_HZ, Replay
from imu_valgus.devices.virtual.twin import Measuring, Offered, TwinParams

_NAME_PREFIX: Final = "IMU_"
_MOST_BYTES: Final = 244
"""Of a notification, whatever the link would carry."""

_CANNOT: Final = 0xFB
_STATUS_S: Final = 1.0
_IDLE, _STREAMING = 1, 2
_ACKNOWLEDGED: Final = 1
"""An acknowledgement's header is the command's, plus one."""


class Capture2GoTwin:
    """One Capture2Go.

    Parameters
    ----------
    params : TwinParams
    replay : Replay
        At a rate that the sensor offers; it refuses to measure at any other.
    buffer_bytes : int
        Of its send buffer: 40 s at 200 Hz. A frame that finds it full is dropped.
    """

    advertised = (SERVICE,)
    offered = (
        Offered(SERVICE, WRITE, ("write", "write-without-response")),
        Offered(SERVICE, NOTIFY, ("notify",)),
    )

    def __init__(
        self, params: TwinParams, replay: Replay, *, buffer_bytes: int = 128 * 1024
    ) -> None:
        self.params = params
        self.measuring = Measuring(params, replay)
        self._buffer, self._buffer_bytes = bytearray(), buffer_bytes
        self._beside: deque[bytes] = deque()
        self._framed = 0
        self._dropped = False
        self._status_s = 0.0

    @property
    def name(self) -> str:
        """As it advertises itself."""
        return f"{_NAME_PREFIX}{self.params.uid[-4:].upper()}"

    def on_link(self) -> None:
        """Go on as before: the buffer waits for somebody to listen."""

    def read(self, characteristic: str) -> bytes:
        """Return nothing: there is no value to be read."""
        del characteristic
        return b""

    def reboot(self, now_s: float) -> None:
        """Reset it: the stream has ended, the clock begins anew."""
        self.measuring.running = False
        self.measuring.clock.reset(now_s)
        self._forget()

    def on_write(self, write: Notification, now_s: float) -> None:
        """Carry out a command; bytes that are no frame are passed over."""
        try:
            header, payload = unframe(write.payload)
        except DecodeError:
            return
        self._advance(now_s)
        if header == Command.CLOCK_ROUNDTRIP:
            self._round_trip(write.payload, now_s)
        else:
            self._put(self._carry_out(header, payload, now_s))

    def _carry_out(self, header: int, payload: bytes, now_s: float) -> bytes:
        """Carry out a command and return the answer."""
        match header:
            case Command.GET_DEVICE_INFO:
                return encode_device_info(DeviceInfo(self.params.uid[-5:], "1.0.0", 1, "1.0"))
            case Command.SET_MEASUREMENT_MODE:
                good = rate_asked(payload) == self.measuring.rate_hz
                return frame(header + _ACKNOWLEDGED) if good else _refused(header)
            case Command.START_STREAMING:
                self._start(now_s)
            case Command.STOP_STREAMING:
                self.measuring.running = False
            case Command.STOP_AND_CLEAR_BUFFER:
                self.measuring.running = False
                self._forget()
            case Command.GET_STATUS:
                return self._status(now_s)
            case _:
                return _refused(header)
        return frame(header + _ACKNOWLEDGED)

    def outgoing(self, now_s: float, *, payload_bytes: int, room: int) -> list[Notification]:
        """Return what goes out: real-time frames first, then the next bytes of the buffer."""
        self._advance(now_s)
        most = min(payload_bytes, _MOST_BYTES)
        sent: list[Notification] = []
        while len(sent) < room and (self._beside or self._buffer):
            left, beside = most - 1, list[bytes]()
            while self._beside and len(self._beside[0]) <= left:
                beside.append(self._beside.popleft())
                left -= len(beside[-1])
            chunk = bytes(self._buffer[:left])
            del self._buffer[:left]
            if not beside and not chunk:
                break
            sent.append(Notification(NOTIFY, notification(chunk, beside)))
        return sent

    def _start(self, now_s: float) -> None:
        self.measuring.start(now_s)
        self._framed, self._status_s = 0, now_s

    def _forget(self) -> None:
        self._buffer.clear()
        self._beside.clear()
        self._dropped = False

    def _advance(self, now_s: float) -> None:
        """Put into the buffer what was measured up to now, and how the sensor is."""
        if not self.measuring.running:
            return
        taken = self.measuring.taken(now_s)
        while taken - self._framed >= SAMPLES_A_PACKET:
            packet = self.measuring.packet(self._framed, SAMPLES_A_PACKET)
            self._framed += SAMPLES_A_PACKET
            whole = encode(replace(packet, gap_before=self._dropped), self.measuring.rate_hz)
            self._dropped = not self._put(whole)
        if now_s - self._status_s >= _STATUS_S:
            self._status_s = now_s
            self._put(self._status(now_s))

    def _put(self, whole: bytes) -> bool:
        """Put a frame into the buffer; return whether there was room."""
        fits = len(self._buffer) + len(whole) <= self._buffer_bytes
        if fits:
            self._buffer += whole
        return fits

    def _round_trip(self, ping: bytes, now_s: float) -> None:
        """Answer a ping beside the buffer, so that it does not wait for what is kept there."""
        asked = read_frame(ping)
        if isinstance(asked, ClockReading):
            shown_s = self._shown_s(now_s)
            self._beside.append(encode_clock(ClockReading(asked.ping, shown_s, shown_s)))

    def _status(self, now_s: float) -> bytes:
        state = _STREAMING if self.measuring.running else _IDLE
        return encode_status(
            Status(
                self.params.battery_percent,
                charging=False,
                time_s=self._shown_s(now_s),
                state=state,
            )
        )

    def _shown_s(self, now_s: float) -> float:
        return self.measuring.clock.tick(now_s) / TICK_HZ


def _refused(header: int) -> bytes:
    return encode_refused(Refused(_CANNOT, header))
