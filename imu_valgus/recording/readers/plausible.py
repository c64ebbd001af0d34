"""What no recording of a body-worn sensor holds: numbers that are none, time that runs back."""

from collections.abc import Callable
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray, RecordingError
from imu_valgus.recording.readers.layout import Axes, SensorFile
from imu_valgus.recording.readers.source import wrong

_RATE_RANGE_HZ: Final = (10.0, 10_000.0)
"""Under 10 Hz no stride is seen; above 10 kHz no body-worn sensor samples."""

_MAX_ACC_MPS2: Final = 4500.0
_MAX_GYR_RADPS: Final = 80.0
"""No body-worn sensor reads beyond: 400 g ranges (3923 m/s²) and 4000 deg/s (70 rad/s) with room.

A thigh or shank in running turns at 5 to 15 rad/s, 300 to 900 if degrees are taken for radians.
"""
_TIME_HINT: Final = "look at the unit: time_s is seconds, time_ms 1e-3 s, time_us 1e-6 s"
_ACC_HINT: Final = "look at the unit: acc_x_g is 9.81 m/s², acc_x_mps2 is m/s²"
_GYR_HINT: Final = "look at the unit: gyr_x_dps is degrees a second, gyr_x_radps radians a second"


def check_samples(
    sensor: SensorFile,
    *,
    line_of: Callable[[int], int] | None = None,
    written_time: FloatArray | None = None,
) -> None:
    """Refuse samples that cannot have been measured.

    Parameters
    ----------
    sensor : SensorFile
    line_of : callable, optional
        Where a sample stands, from its index counted from 0; None where the file is no text.
    written_time : (n,), optional
        Time as the file writes it, to be named; the seconds where None.

    Raises
    ------
    RecordingError
        Naming the first that is wrong: its line, or its number counted from 1.
    """
    check = _Check(sensor, line_of, sensor.time_s if written_time is None else written_time)
    check.finite()
    check.time()
    check.possible(sensor.acc_mps2, sensor.acc_named, limit=_MAX_ACC_MPS2, hint=("m/s²", _ACC_HINT))
    check.possible(
        sensor.gyr_radps, sensor.gyr_named, limit=_MAX_GYR_RADPS, hint=("rad/s", _GYR_HINT)
    )


class _Check:
    def __init__(
        self,
        sensor: SensorFile,
        line_of: Callable[[int], int] | None,
        written_time: FloatArray,
    ) -> None:
        self._sensor = sensor
        self._line_of = line_of
        self._written_time = written_time

    def finite(self) -> None:
        sensor = self._sensor
        for name, values in (
            ("time", sensor.time_s),
            ("acceleration", sensor.acc_mps2),
            ("turn rate", sensor.gyr_radps),
            ("magnetic field", sensor.mag_ut),
        ):
            if values is None or np.isfinite(values).all():
                continue
            row = int(np.argmin(np.isfinite(values.reshape(len(values), -1)).all(axis=1)))
            raise self._wrong(
                row, f"the {name} is no number", hint="copy the file again, or export it again"
            )

    def time(self) -> None:
        time_s = self._sensor.time_s
        if len(time_s) < 2:
            raise wrong(
                self._sensor.path,
                f"{'one sample' if len(time_s) else 'no samples'}, a recording needs two or more",
                hint="export the recording again",
            )
        steps = np.diff(time_s)
        if not (steps > 0).all():
            raise self._wrong_step(int(np.argmax(steps <= 0)) + 1)
        rate_hz = 1.0 / float(np.median(steps))
        if not _RATE_RANGE_HZ[0] <= rate_hz <= _RATE_RANGE_HZ[1]:
            raise wrong(
                self._sensor.path,
                f"{rate_hz:.4g} samples a second are impossible",
                line=self._sensor.first_line,
                column=self._sensor.time_column,
                hint=self._hint("times", _TIME_HINT),
            )

    def possible(
        self, values: FloatArray | None, named: Axes | None, *, limit: float, hint: tuple[str, str]
    ) -> None:
        if values is None or not (beyond := np.abs(values) > limit).any():
            return
        row = int(np.argmax(beyond.any(axis=1)))
        axis = int(np.argmax(beyond[row]))
        factor = named.factor if named else 1.0
        raise self._wrong(
            row,
            f"{values[row, axis] / factor:.4g} is more than any sensor measures "
            f"({limit / factor:.0f})",
            column=named.columns[axis] if named else "",
            hint=self._hint(hint[0], hint[1]),
        )

    def _wrong_step(self, row: int) -> RecordingError:
        sensor = self._sensor
        before, now = (float(value) for value in self._written_time[row - 1 : row + 1])
        parts = (sensor.time_s, sensor.acc_mps2, sensor.gyr_radps, sensor.mag_ut)
        if all(part is None or np.array_equal(part[row], part[row - 1]) for part in parts):
            problem, hint = "the same row twice", "delete the second; export without repeats"
        elif before == now:
            problem = f"two samples at the same time, {now:.12g}"
            hint = "give the sensor's own time with more decimals, not the time of arrival"
        else:
            problem = f"time runs back, from {before:.12g} to {now:.12g}"
            hint = "sort the rows by time, or split the file there and name both parts"
        return self._wrong(row, problem, column=sensor.time_column, hint=hint)

    def _wrong(self, row: int, problem: str, *, column: str = "", hint: str) -> RecordingError:
        sensor = self._sensor
        if self._line_of:
            return wrong(sensor.path, problem, line=self._line_of(row), column=column, hint=hint)
        of = f" of {sensor.label}" if sensor.label else ""
        return wrong(sensor.path, f"sample {row + 1}{of}: {problem}", column=column, hint=hint)

    def _hint(self, unit: str, free: str) -> str:
        """Say where to look: at the names that people give, or at a program's own export."""
        if not self._sensor.model:
            return free
        return f"export it again, unchanged: these are no {unit} of {self._sensor.model}"
