"""Capture2Go IMU (SensorStim): a recording downloaded from its memory, ``….bin``, also gzip'd.

The file is a stream of the same frames as the sensor sends, each with a CRC, and may begin and end
in the middle of one (Capture2Go Communication Protocol; the vendor's ``loadBinaryFile`` skips such
ends too). Read are frames of eight samples, with or without magnetometer. A frame stamps its first
sample in nanoseconds of the clock that synchronised sensors share; the others follow at an eighth
of the step to the next frame, or at the nominal rate where frames are missing. Damaged frames leave
gaps.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray
from imu_valgus.devices.decoders.capture2go import SAMPLES_A_PACKET, Answer, DeviceInfo, FrameStream
from imu_valgus.devices.decoders.capture2go.frames import RATE_CODES
from imu_valgus.devices.packet import Damaged, Message, Packet
from imu_valgus.recording.readers.layout import SensorFile
from imu_valgus.recording.readers.source import Progress, SeenFile, read_bytes, wrong

_CHUNK_BYTES: Final = 1 << 16
_MOST_DAMAGED: Final = 0.5
_SINGLE_SAMPLES: Final = range(0x0241, 0x0262)
_ORIENTATION: Final = range(0x0271, 0x0297)
_SAME_STEP: Final = 0.1
"""A step that is within 10 % of the nominal one misses no sample: a lost frame doubles it."""


class Capture2Go:
    """Capture2Go, a recording from its memory."""

    name = "Capture2Go recording"
    summary = "Capture2Go: the .bin that its app or SDK downloads, full data, packed"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether the head holds a frame whose CRC is right."""
        messages = FrameStream("flash").update(seen.head)
        return any(not isinstance(message, Damaged) for message in messages)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read the one sensor; RecordingError says what a recording lacks."""
        messages = _messages(path, read_bytes(path, progress))
        packets = [message for message in messages if isinstance(message, Packet)]
        if len(packets) < 2:
            raise wrong(
                path,
                _what_else(messages),
                hint="record with full data at 100 or 200 Hz, packed, not with orientation only",
            )
        infos = [message for message in messages if isinstance(message, DeviceInfo)]
        return (_sensor(path, packets, infos),)


def _messages(path: Path, content: bytes) -> list[Message]:
    """Return all that the frames say; give up where most of a file is something else."""
    stream = FrameStream("flash")
    messages: list[Message] = []
    damaged = 0
    for at in range(0, len(content), _CHUNK_BYTES):
        found = stream.update(content[at : at + _CHUNK_BYTES])
        damaged += sum(len(one.payload) for one in found if isinstance(one, Damaged))
        if damaged > _MOST_DAMAGED * (at + _CHUNK_BYTES):
            raise wrong(
                path,
                f"of its first {at + _CHUNK_BYTES} bytes, {damaged} are no frames of Capture2Go",
                hint="download the recording again",
            )
        messages.extend(found)
    return messages


def _what_else(messages: Iterable[Message]) -> str:
    headers = {message.header for message in messages if isinstance(message, Answer)}
    if headers.intersection(_ORIENTATION):
        return "holds orientation only, no acceleration and no angular velocity"
    if headers.intersection(_SINGLE_SAMPLES):
        return "holds single samples, which are not read"
    return "holds less than two frames of samples"


def _sensor(path: Path, packets: list[Packet], infos: list[DeviceInfo]) -> SensorFile:
    first_s = np.array([packet.time_s[0] for packet in packets if packet.time_s is not None])
    acc = [packet.acc_mps2 for packet in packets if packet.acc_mps2 is not None]
    gyr = [packet.gyr_radps for packet in packets if packet.gyr_radps is not None]
    return SensorFile(
        path=path,
        time_s=_sample_times(first_s),
        acc_mps2=np.concatenate(acc),
        gyr_radps=np.concatenate(gyr),
        model="Capture2Go IMU",
        serial=infos[-1].serial if infos else "",
        firmware=infos[-1].firmware if infos else "",
    )


def _sample_times(first_s: FloatArray) -> FloatArray:
    """Turn the time of each frame's first sample, (k,), into that of all samples, (8 k,)."""
    steps_s = np.diff(first_s)
    typical_s = float(np.median(steps_s))
    rate_hz = min(RATE_CODES, key=lambda rate: abs(SAMPLES_A_PACKET / rate - typical_s))
    nominal_s = SAMPLES_A_PACKET / rate_hz
    whole = np.abs(steps_s / nominal_s - 1.0) <= _SAME_STEP
    frame_s = np.append(np.where(whole, steps_s, nominal_s), nominal_s)
    inside = np.arange(SAMPLES_A_PACKET) / SAMPLES_A_PACKET
    return (first_s[:, None] + frame_s[:, None] * inside).ravel()
