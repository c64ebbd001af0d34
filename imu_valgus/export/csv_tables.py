"""CSV that any program reads: signals that import again, angles, strides, repetitions, events.

``signals/<placement>.csv`` is what ``imu-valgus import`` reads: units in the column names, every
digit that the session holds. Its time is one that says by itself which sensors share a clock (see
:func:`clock_time`), so that an import gives the same signals on the same clocks. ``clipped`` is
not in it: an import finds the range's end anew. All else is on session time.
"""

import shlex
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from imu_valgus import __version__
from imu_valgus.core import Event, FloatArray, ImuSignal
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.metrics import harmless, repetition_log_csv, stride_log_csv
from imu_valgus.pipeline import Derived, read_derived, where_zero
from imu_valgus.recording import LEAST_COUNT_S, Recording, SensorInfo, SessionInfo, read_session

_PLAIN: Final = csv.WriteOptions(quoting_style="none")
_README: Final = "csv_README.txt"


class CsvTables:
    """Signals, angles, logs and events as CSV."""

    name = "csv"
    summary = "signals (to be imported again), angles, strides, repetitions and events as CSV"
    takes: frozenset[str] = frozenset()
    carried_on: frozenset[str] = frozenset()

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write the tables of an analysed session; see :class:`Exporter`."""
        del options
        derived = read_derived(session)
        recording = read_session(session)
        (into / "signals").mkdir()
        for sensor in recording.info.sensors:
            signal = recording.signals[sensor.placement]
            time_s = clock_time(recording.info, sensor, signal.time_s)
            _write_signal(into / "signals" / f"{sensor.placement}.csv", signal, time_s)
        _write_angles(into / "angles.csv", derived)
        version, zero = derived.summary.imu_valgus_version, where_zero(derived.summary)
        notes = derived.summary.notes
        _write_text(
            into / "strides.csv", stride_log_csv(derived.strides, version, zero=zero, notes=notes)
        )
        _write_text(
            into / "reps.csv",
            repetition_log_csv(derived.repetitions, version, zero=zero, notes=notes),
        )
        _write_text(into / "events.csv", _events_csv(recording.events))
        _write_text(into / _README, _readme(recording, out, zero))


def clock_time(info: SessionInfo, sensor: SensorInfo, time_s: FloatArray) -> FloatArray:
    """Return a signal's times as a clock that tells an import whether it is shared.

    Parameters
    ----------
    info : SessionInfo
    sensor : SensorInfo
        Of ``info``.
    time_s : (n,)
        The signal's times, as ``Recording`` has them.

    Returns
    -------
    (n,)
        Sensors whose clock is shared with the reference: session time, counted on from what the
        reference's clock showed at its 0, or from 10 s, below which an import believes no common
        count. Others: from their own first sample.
    """
    if sensor.placement != info.reference and sensor.clock == "own":
        return time_s
    return time_s + max(info.sensor(info.reference).zero_device_time_s, LEAST_COUNT_S)


def _write_signal(path: Path, signal: ImuSignal, time_s: FloatArray) -> None:
    """Write all digits: the axes are float32 on disk, whose shortest text brings them back."""
    columns: dict[str, pa.Array] = {"time_s": pa.array(time_s)}
    measured = {"acc": ("mps2", signal.acc_mps2), "gyr": ("radps", signal.gyr_radps)}
    if signal.mag_ut is not None:
        measured["mag"] = ("ut", signal.mag_ut)
    for what, (unit, values) in measured.items():
        for axis, column in zip("xyz", values.T, strict=True):
            columns[f"{what}_{axis}_{unit}"] = pa.array(column.astype(np.float32))
    with path.open("wb") as file:
        csv.write_csv(pa.table(columns), file, _PLAIN)


def _write_angles(path: Path, derived: Derived) -> None:
    header = [
        f"# imu_valgus knee angles, imu_valgus {derived.summary.imu_valgus_version}",
        "# one row a sample and leg; time_s: session time",
        "# flexion, valgus (knee abduction) and internal rotation are positive, for either leg",
        f"# zero: {where_zero(derived.summary)}",
        "# valgus_sd_deg: one standard deviation; empty: not known",
    ]
    with path.open("wb") as file:
        file.write("".join(line + "\n" for line in header).encode())
        csv.write_csv(pa.Table.from_pandas(derived.angles, preserve_index=False), file, _PLAIN)


def _events_csv(events: tuple[Event, ...]) -> str:
    table = pd.DataFrame(
        {
            "onset_s": [event.onset_s for event in events],
            "duration_s": [event.duration_s for event in events],
            "trial_type": [event.trial_type for event in events],
            "side": [event.side or "" for event in events],
            "value": [event.value for event in events],
        }
    )
    return harmless(table).to_csv(index=False, lineterminator="\n")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _readme(recording: Recording, out: Path, zero: str) -> str:
    info = recording.info
    placements = [info.reference, *(sensor.placement for sensor in info.sensors)]
    files = [f"{one}={out / 'signals' / one}.csv" for one in dict.fromkeys(placements)]
    clocks = {sensor.clock for sensor in info.sensors if sensor.placement != info.reference}
    words = ["imu-valgus", "import", *files, "--to", "NEW_SESSION", "--athlete", info.athlete]
    if len(clocks) == 1:
        words += ["--clock", clocks.pop()]
    return "\n".join(
        [
            f"Session {recording.name} of athlete {info.athlete}, by imu_valgus {__version__}.",
            "",
            "signals/<placement>.csv  what a sensor measured, in its own axes; time_s: its clock",
            "angles.csv               knee angles, one row a sample and leg",
            "strides.csv, reps.csv    one row a stride, one row a squat or landing",
            "events.csv               what was noted: onset and duration in session time",
            "",
            f"Angles: {zero}.",
            "Session time counts from the first sample of "
            f"{info.reference}" + (f", {info.start.isoformat()}." if info.start else "."),
            "",
            "To make a session of the signals again:",
            "",
            f"    {shlex.join(words)}",
            "",
        ]
    )
