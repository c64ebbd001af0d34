"""Packets of Movesense in JSON → samples: however wrapped, each tells its first sample's time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu_valgus.core import FloatArray, RecordingError
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, SensorFile, in_dps, in_mps2
from imu_valgus.recording.readers.source import Progress, read_bytes, wrong

_TIME: Final = "Timestamp"
_ARRAYS: Final[Mapping[str, float]] = {
    "ArrayAcc": 1.0,
    "ArrayGyro": RADPS_PER_DPS,
    "ArrayMagn": 1.0,
}
"""Where the vectors stand, and their unit in m/s², rad/s, µT."""

_LOG: Final = "log or record IMU6 (or acc and gyro) at 104 Hz or more, and fetch it again"
_LOST: Final = 0.5
"""A packet that lasts this much longer or shorter than most was followed by lost samples."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """Packets of the same arrays: when each began in ms, how long it is, all samples in a row."""

    starts_ms: FloatArray
    counts: tuple[int, ...]
    values: Mapping[str, FloatArray]

    def times_s(self) -> FloatArray:
        """Time of each sample: evenly from one packet's first to the next one's.

        After a packet that is followed by lost samples, and after the last, at the usual rate.
        """
        counts = np.array(self.counts)
        steps = np.diff(self.starts_ms) / counts[:-1]
        usual = float(np.median(steps))
        lost = np.abs(steps - usual) > _LOST * abs(usual)
        steps = np.append(np.where(lost, usual, steps), usual)
        within = np.concatenate([np.arange(count) for count in self.counts])
        return 1e-3 * (np.repeat(self.starts_ms, counts) + within * np.repeat(steps, counts))


def read_packets(path: Path, *, model: str, progress: Progress) -> SensorFile:
    """Read all packets of one sensor.

    Raises
    ------
    RecordingError
        Where the file is no JSON, a packet is broken, nothing was measured that is needed, or
        acceleration and turn rate were logged at times of their own.
    """
    streams = _streams(path, _parse(path, read_bytes(path, progress)))
    if len(streams) > 1:
        raise wrong(
            path,
            "acceleration and turn rate were logged at times of their own",
            hint="log IMU6 instead, or save the two streams as files and name both",
        )
    (stream,) = streams
    if len(stream.counts) < 2:
        raise wrong(path, "one packet only, no time can be told", hint=_LOG)
    acc, gyr, mag = (stream.values.get(name) for name in _ARRAYS)
    return SensorFile(
        path=path,
        time_s=stream.times_s(),
        acc_mps2=acc,
        gyr_radps=gyr,
        mag_ut=mag,
        model=model,
        time_column=_TIME,
        acc_named=None if acc is None else in_mps2(*["ArrayAcc"] * 3),
        gyr_named=None if gyr is None else in_dps(*["ArrayGyro"] * 3),
    )


def _parse(path: Path, content: bytes) -> list[Any]:
    """Parse one JSON text, or one a line."""
    try:
        text = content.decode("utf-8")
        try:
            return [json.loads(text)]
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        end = len(content.rstrip())
        cut = "is cut off" if error.pos >= end - 1 else f"is no JSON: {error.msg}"
        raise wrong(
            path, f"the text {cut}", line=error.lineno, hint="copy or fetch the log again"
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise wrong(path, "no JSON of Movesense", hint="copy or fetch the log again") from error


def _streams(path: Path, documents: Sequence[Any]) -> list[_Stream]:
    """Put packets of the same arrays in a row; those of acc and gyr at the same times side by side.

    A stream without acceleration and turn rate is left out.
    """
    packets: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for packet in _packets(documents):
        kinds = tuple(name for name in _ARRAYS if name in packet)
        packets.setdefault(kinds, []).append(packet)
    found = [
        _stream(path, kinds, chosen)
        for kinds, chosen in packets.items()
        if {"ArrayAcc", "ArrayGyro"} & set(kinds)
    ]
    if not found:
        raise wrong(path, "neither acceleration nor turn rate", hint=_LOG)
    first, others = found[0], found[1:]
    for other in others:
        if first.counts != other.counts or not np.array_equal(first.starts_ms, other.starts_ms):
            return found
        first = _Stream(first.starts_ms, first.counts, {**first.values, **other.values})
    return [first]


def _packets(documents: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Find every object with a time and vectors, in order, however deep."""
    waiting: list[Any] = list(reversed(documents))
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if _TIME in one and any(name in one for name in _ARRAYS):
                yield one
            else:
                waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def _stream(path: Path, kinds: tuple[str, ...], packets: Sequence[Mapping[str, Any]]) -> _Stream:
    starts: list[float] = []
    counts: list[int] = []
    values: dict[str, list[FloatArray]] = {name: [] for name in kinds}
    for number, packet in enumerate(packets, start=1):
        try:
            starts.append(float(packet[_TIME]))
            arrays = {name: _vectors(packet[name]) for name in kinds}
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(path, number, kinds) from error
        lengths = {len(array) for array in arrays.values()}
        if len(lengths) != 1 or 0 in lengths:
            raise _broken(path, number, kinds)
        counts.append(lengths.pop())
        for name, array in arrays.items():
            values[name].append(_ARRAYS[name] * array)
    return _Stream(
        np.array(starts), tuple(counts), {name: np.concatenate(v) for name, v in values.items()}
    )


def _vectors(vectors: Sequence[Mapping[str, Any]]) -> FloatArray:
    return np.array([[float(vector[axis]) for axis in "xyz"] for vector in vectors]).reshape(-1, 3)


def _broken(path: Path, number: int, kinds: tuple[str, ...]) -> RecordingError:
    return wrong(
        path,
        f"packet {number} of {' and '.join(kinds)} is broken",
        hint="copy or fetch the log again",
    )
