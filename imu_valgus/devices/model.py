"""What the rest of the program must know of a kind of sensor."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, Protocol

from imu_valgus.devices.packet import Message, Notification, Packet

LossProof = Literal["index and CRC", "index", "time stamps and CRC", "time stamps", "none"]
"""By what a lost sample is seen. With a CRC no wrong sample passes for a right one."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How a sensor is asked to measure.

    ``session_id`` names the recording to sensors that keep one; the others ignore it.
    """

    sampling_rate_hz: float
    acc_range_g: float = 16.0
    gyr_range_dps: float = 2000.0
    session_id: int = 0


@dataclass(frozen=True, slots=True)
class Write:
    """One command: the characteristic (full UUID, lower case) and the bytes to write to it.

    Written with response where ``response``. ``answered`` says that the sensor sends a
    notification in return, which is to be awaited before the next write; ``pause_s`` is what it
    needs to carry the command out.
    """

    characteristic: str
    payload: bytes
    response: bool = True
    answered: bool = False
    pause_s: float = 0.0


class Decoder(Protocol):
    """Notifications of one sensor in, in the order of arrival; what they say out.

    It keeps what one notification leaves over for the next (half a frame, the ranges that the
    sensor told). Bytes that make no sense come out as ``Damaged``; nothing is raised.
    """

    def update(self, notification: Notification) -> tuple[Message, ...]:
        """Return what this notification completes."""
        ...


@dataclass(frozen=True, slots=True)
class SelfLogging:
    """How a sensor records on its own memory while nobody is connected.

    Parameters
    ----------
    capacity_samples : int or None
        How many samples of all six axes fit in all; None where the maker does not say.
    rates_hz : tuple of float
        Rates at which it can log.
    loss_proof : LossProof
        By what a lost sample is seen in what is downloaded.
    """

    capacity_samples: int | None
    rates_hz: tuple[float, ...]
    loss_proof: LossProof

    def minutes_at(self, sampling_rate_hz: float) -> float | None:
        """Return for how many minutes an empty memory lasts, if that is known."""
        if self.capacity_samples is None:
            return None
        return self.capacity_samples / sampling_rate_hz / 60.0


@dataclass(frozen=True, slots=True)
class SensorModel:
    """One kind of sensor: what it is called, how it is known, what it can do and prove.

    Parameters
    ----------
    key : str
        Its name in files and on the command line; its page is ``firmware_notes/<key>.md``.
    name : str
        What the user reads.
    service_uuids, name_prefixes : tuple of str
        What it advertises: full UUIDs in lower case, none where other kinds of sensors share them;
        how its advertised name begins.
    rates_hz : tuple of float
        Rates at which it streams both sensors.
    acc_ranges_g, gyr_ranges_dps : tuple of float
        Ranges that can be asked for.
    settings : StreamSettings
        What running needs, as near as the sensor comes to it.
    loss_proof : LossProof
        By what a lost sample is seen in the live stream.
    loss_sentence : str
        The same for the user, printed wherever the sensor's data are.
    backfill : bool
        Samples lost on the way can be asked for again while it streams.
    logging : SelfLogging or None
        None where it cannot record on its own at a rate fit for running.
    time_wraps_s : float or None
        Where the clock in its packets starts again at zero (``np.unwrap`` with this period makes it
        go on); None where it never does in use.
    commands : type of IntEnum
        What can be written, by its code; each stands on the sensor's page.
    subscribe : tuple of str
        Characteristics to subscribe to, in this order, before anything is written.
    start_commands, stop_commands : callable
        The commands that start and stop the stream; ``start`` checks what is asked for first.
    decoder : callable
        A fresh decoder for one connection.
    encode : callable
        The notification in which the sensor would send a packet that it can send: for the virtual
        sensor and the tests.
    greeting : callable
        What the sensor says in answer to ``start`` that a decoder must have heard before samples.
    why_not_live : str
        Why nobody should record it live, and what to do instead; empty where it can be recorded so.
    buffers_stream : bool
        A stream goes on into the sensor's own buffer while no link is up: on a new link it is to be
        heard first, since ``start`` would forget what waits. Such a sensor's bytes go on where they
        broke off, with the same decoder.
    about : tuple of Write
        What to ask so that the sensor says who and how it is.
    ping : callable or None
        What to write at a host's time in ns so that a ``ClockReading`` with that number comes; None
        where the sensor's clock cannot be asked.
    """

    key: str
    name: str
    service_uuids: tuple[str, ...]
    name_prefixes: tuple[str, ...]
    rates_hz: tuple[float, ...]
    acc_ranges_g: tuple[float, ...]
    gyr_ranges_dps: tuple[float, ...]
    settings: StreamSettings
    loss_proof: LossProof
    loss_sentence: str
    backfill: bool
    logging: SelfLogging | None
    time_wraps_s: float | None
    commands: type[IntEnum]
    subscribe: tuple[str, ...]
    start_commands: Callable[[StreamSettings], tuple[Write, ...]]
    stop_commands: Callable[[StreamSettings], tuple[Write, ...]]
    decoder: Callable[[StreamSettings], Decoder]
    encode: Callable[[Packet, StreamSettings], Notification]
    greeting: Callable[[StreamSettings], tuple[Notification, ...]] = lambda _settings: ()
    why_not_live: str = ""
    buffers_stream: bool = False
    about: tuple[Write, ...] = ()
    ping: Callable[[int], Write] | None = None

    def start(self, settings: StreamSettings) -> tuple[Write, ...]:
        """Return what to write, after subscribing, so that the sensor streams.

        Raises
        ------
        ValueError
            Where the sensor does not offer the rate or a range.
        """
        for asked, offered, what in (
            (settings.sampling_rate_hz, self.rates_hz, "Hz"),
            (settings.acc_range_g, self.acc_ranges_g, "g"),
            (settings.gyr_range_dps, self.gyr_ranges_dps, "deg/s"),
        ):
            if asked not in offered:
                raise ValueError(f"{self.name}: {asked:g} {what}, expected one of {offered}")
        return self.start_commands(settings)

    def stop(self, settings: StreamSettings) -> tuple[Write, ...]:
        """Return what to write so that the sensor stops streaming."""
        return self.stop_commands(settings)
