"""The files of one sensor → one six-axis signal on the sensor's own clock.

Several trials are joined in time order. A gyroscope's samples are the signal's; an accelerometer
with times of its own is put onto them by cubic splines, inside stretches without a gap only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from imu_valgus.core import (
    BoolArray,
    FloatArray,
    ImuSignal,
    Placement,
    RecordingError,
    spans,
)
from imu_valgus.recording.clipping import find_acc_clipping, find_gyr_clipping
from imu_valgus.recording.readers import SensorFile, wrong
from imu_valgus.recording.units import check_units

_SAME_RATE: Final = 0.05
"""Files of one sensor at rates further apart than this were not recorded in one setting."""


@dataclass(frozen=True, slots=True, eq=False)
class JoinedSensor:
    """One sensor's signal on its own clock; a range is None where no sample reached its end."""

    signal: ImuSignal
    model: str
    serial: str
    firmware: str
    acc_range_g: float | None
    gyr_range_dps: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Samples (n, 3) of one kind over all files of a sensor, and which sat at the range's end."""

    time_s: FloatArray
    values: FloatArray
    clipped: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Six axes at the samples of one gyroscope file that have acceleration around them."""

    track: _Track
    acc_mps2: FloatArray
    mag_ut: FloatArray | None


def join_files(
    placement: Placement,
    files: Sequence[SensorFile],
    *,
    acc_range_g: float | None = None,
    gyr_range_dps: float | None = None,
) -> JoinedSensor:
    """Make one signal of all files of one sensor.

    Gyroscope samples without acceleration around them are left out: they make or widen a gap. The
    magnetic field is kept where each file with turn rates has it too.

    Parameters
    ----------
    placement : Placement
    files : sequence of SensorFile
        In any order.
    acc_range_g, gyr_range_dps : float, optional
        Full scales; read from the numbers where they are not given.

    Raises
    ------
    RecordingError
        Where files overlap in time, one of the two sensors is missing, or units contradict gravity.
    """
    acc_files = _in_time_order(placement, files, "accelerometer", lambda file: file.acc_mps2)
    gyr_files = _in_time_order(placement, files, "gyroscope", lambda file: file.gyr_radps)
    acc = _end_to_end([file.acc_mps2 for file in acc_files if file.acc_mps2 is not None])
    peaks = find_acc_clipping(acc, range_g=acc_range_g)
    acc_track = _Track(_end_to_end([file.time_s for file in acc_files]), acc, peaks.clipped)
    gyr = _end_to_end([file.gyr_radps for file in gyr_files if file.gyr_radps is not None])
    turns = find_gyr_clipping(gyr, range_dps=gyr_range_dps)
    ends = np.cumsum([0, *(len(file.time_s) for file in gyr_files)])
    pieces = [
        _six_axes(acc_files, acc_track, file, turns.clipped[first:last])
        for file, (first, last) in zip(gyr_files, pairwise(ends.tolist()), strict=True)
    ]
    first = gyr_files[0]
    return JoinedSensor(
        signal=_concatenate(pieces),
        model=first.model,
        serial=first.serial,
        firmware=first.firmware,
        acc_range_g=peaks.full_scale,
        gyr_range_dps=turns.full_scale,
    )


def _in_time_order(
    placement: Placement,
    files: Sequence[SensorFile],
    what: str,
    values: Callable[[SensorFile], FloatArray | None],
) -> list[SensorFile]:
    ordered = sorted(
        (file for file in files if values(file) is not None), key=lambda file: file.time_s[0]
    )
    if not ordered:
        raise RecordingError(
            f"{', '.join(str(file.path) for file in files)}: no {what} for {placement}",
            hint=f"name its file as well: {placement}={what}.csv",
        )
    for earlier, later in pairwise(ordered):
        if later.time_s[0] <= earlier.time_s[-1]:
            raise wrong(
                later.path,
                f"begins at {later.time_s[0]:.12g} s, but {earlier.path} lasts until "
                f"{earlier.time_s[-1]:.12g} s",
                line=later.first_line,
                column=later.time_column,
                hint=f"files of one sensor ({placement}) follow each other on its clock",
            )
        _check_same_rate(earlier, later)
    return ordered


def _check_same_rate(earlier: SensorFile, later: SensorFile) -> None:
    before_hz, now_hz = (1.0 / float(np.median(np.diff(f.time_s))) for f in (earlier, later))
    if abs(now_hz / before_hz - 1.0) > _SAME_RATE:
        raise wrong(
            later.path,
            f"{now_hz:.4g} samples a second, {earlier.path} has {before_hz:.4g}",
            line=later.first_line,
            column=later.time_column,
            hint="import recordings at different rates as sessions of their own",
        )


def _six_axes(
    acc_files: Sequence[SensorFile], acc: _Track, file: SensorFile, clipped: BoolArray
) -> _Piece:
    """Find the acceleration at each sample of a gyroscope file, and check the two together."""
    if file.gyr_radps is None:
        raise ValueError(f"{file.path} holds no turn rates")
    values, known = _values_at(acc, file.time_s)
    if np.count_nonzero(known) < 2:
        raise wrong(
            file.path,
            f"turns from {file.time_s[0]:.12g} s to {file.time_s[-1]:.12g} s, when no "
            "accelerometer was read",
            line=file.first_line,
            column=file.time_column,
            hint="name the accelerometer's file of the same trial",
        )
    kept = slice(None) if known.all() else known
    time_s, acc_mps2, gyr = file.time_s[kept], values[kept], file.gyr_radps[kept]
    acc_file = next(f for f in reversed(acc_files) if f.time_s[0] <= time_s[0])
    check_units(acc_file, file, time_s, acc_mps2, gyr)
    before = np.searchsorted(acc.time_s, time_s, side="right") - 1
    after = np.searchsorted(acc.time_s, time_s, side="left")
    track = _Track(time_s, gyr, clipped[kept] | acc.clipped[before] | acc.clipped[after])
    return _Piece(track, acc_mps2, None if file.mag_ut is None else file.mag_ut[kept])


def _values_at(track: _Track, time_s: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return a track's values at other times (n, 3), and where they are known (n,).

    A sample at just that time is taken as it is; between samples a cubic spline keeps more of an
    impact than a straight line does; in gaps and beyond the ends nothing is known.
    """
    nearest = np.minimum(np.searchsorted(track.time_s, time_s), len(track.time_s) - 1)
    known = track.time_s[nearest] == time_s
    values = track.values[nearest]
    if known.all():
        return values, known
    for span in spans(track.time_s):
        if span.stop - span.start < 2:
            continue
        start_s, stop_s = track.time_s[span.start], track.time_s[span.stop - 1]
        first, last = np.searchsorted(time_s, [start_s, np.nextafter(stop_s, np.inf)])
        if first < last:
            curve = CubicSpline(track.time_s[span], track.values[span])
            values[first:last] = curve(time_s[first:last])
            known[first:last] = True
    return values, known


def _end_to_end(arrays: Sequence[FloatArray]) -> FloatArray:
    """Concatenate, without a copy where there is one: files may fill the memory."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _concatenate(pieces: Sequence[_Piece]) -> ImuSignal:
    mag = [piece.mag_ut for piece in pieces if piece.mag_ut is not None]
    return ImuSignal(
        time_s=_end_to_end([piece.track.time_s for piece in pieces]),
        acc_mps2=_end_to_end([piece.acc_mps2 for piece in pieces]),
        gyr_radps=_end_to_end([piece.track.values for piece in pieces]),
        clipped=np.concatenate([piece.track.clipped for piece in pieces]),
        mag_ut=_end_to_end(mag) if len(mag) == len(pieces) else None,
    )
