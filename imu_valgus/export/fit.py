"""A FIT file of the run: the watch's own with our numbers in it, or a small one of our own.

With a watch's file, every message of it stays as it was, and its record, lap and session messages
get developer fields: peak and excursion of valgus in degrees and the tibia's shock in g, by leg, as
float32. Without one, an activity is made: a record each second, with the speed where the session
knows it, the session's laps, one session.

Each number is a median over good strides of one leg, counted by their contact:

- in a record message, of the strides whose contact lies in the second about its time, from half a
  second before to half a second after. So each stride counts in one second, which holds one or two
  of a leg, and a watch that records more rarely shows those about its points;
- in a lap or session message, of the strides in [start_time, start_time + total_elapsed_time).

Where there was no good stride, the field holds FIT's invalid value, never 0. A watch's times stay
what they were: session time is the watch's plus the offset, less the session's start. All that the
watch's file tells of a person, such as positions, is in the new one too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import SIDES, FloatArray, IntArray, RecordingError
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.export.fit_activity import made_activity
from imu_valgus.export.fit_fields import (
    DeveloperField,
    read_document,
    record_times,
    with_developer_fields,
)
from imu_valgus.library.sessions.watch import SessionSpan, read_bytes, span_of
from imu_valgus.pipeline import LapTimes, read_strides, read_summary
from imu_valgus.recording import read_speeds

_NUMBERS: Final = (
    ("valgus_peak", "valgus_peak_deg", "degrees"),
    ("valgus_excursion", "valgus_excursion_deg", "degrees"),
    ("tibial_shock", "tibial_shock_g", "g"),
)
"""Name in the file, column of the stride log, unit."""


class WatchFit:
    """The watch's activity with valgus and shock beside its own numbers."""

    name = "fit"
    summary = "an activity for training diaries, with valgus and shock each second and lap"
    takes = frozenset({"watch", "watch_offset_s"})
    carried_on: frozenset[str] = frozenset()

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write ``<session>.fit``; see :class:`Exporter`."""
        del out
        laps, strides = read_summary(session).laps, read_strides(session)
        span = span_of(session)
        begun_s = span.start.timestamp() - (options.watch_offset_s or 0.0)
        fields, medians = medians_of(strides, begun_s)
        if not fields:
            raise RecordingError(
                f"{session}: no good stride has a number to put into a .fit file",
                hint=f"see why: imu-valgus report {session}",
            )
        if options.watch is None:
            content, path = _own_activity(session, laps, span, options), session
        else:
            content, path = _watchs_activity(options.watch), options.watch
        document = read_document(content, path)
        if options.watch is not None:
            unix_s = record_times(document)
            _refuse_apart(unix_s, begun_s, span, options.watch)
            _refuse_no_stride(unix_s, medians, options.watch)
        written = with_developer_fields(document, fields, medians, path)
        (into / f"{session.resolve().name}.fit").write_bytes(written)


def _own_activity(
    session: Path, laps: Sequence[LapTimes], span: SessionSpan, options: ExportOptions
) -> bytes:
    if options.watch_offset_s is not None:
        raise RecordingError(
            "a watch's offset without a watch's file", hint="add --watch FILE.fit, or leave it out"
        )
    return made_activity(span, laps, read_speeds(session))


def _watchs_activity(watch: Path) -> bytes:
    content = read_bytes(watch)
    if watch.suffix.lower() == ".gpx":
        raise RecordingError(
            f"{watch}: a .gpx file has no place for more numbers",
            hint="export the run as .fit from the watch, or leave --watch out",
        )
    return content


def _refuse_apart(unix_s: FloatArray, begun_s: float, span: SessionSpan, watch: Path) -> None:
    if not len(unix_s):
        raise RecordingError(
            f"{watch} holds no points with a time", hint="name the file of the run's activity"
        )
    span.near(np.sort(unix_s) - begun_s, watch, option="--watch-offset")


def _refuse_no_stride(unix_s: FloatArray, medians: "StrideMedians", watch: Path) -> None:
    if np.isnan(medians.between(unix_s.min(), unix_s.max())).all():
        raise RecordingError(
            f"{watch}: no good stride of the session lies in its time",
            hint="was a clock off? --watch-offset SECONDS is added to the watch's times",
        )


@dataclass(frozen=True, slots=True, eq=False)
class StrideMedians:
    """Medians of good strides, by second and by stretch of time; see :class:`Told`.

    Parameters
    ----------
    second_of : mapping of int to (fields,)
        By the whole second since 1970 that is nearest to a contact.
    contact_unix_s : (fields, each)
        When each stride began whose number is known, in order.
    values : (fields, each)
    """

    second_of: dict[int, FloatArray]
    contact_unix_s: tuple[FloatArray, ...]
    values: tuple[FloatArray, ...]

    def at(self, unix_s: float) -> FloatArray:
        """Return the medians (fields,) of the second about a whole second since 1970."""
        return self.second_of.get(round(unix_s), np.full(len(self.values), np.nan))

    def between(self, begin_s: float, end_s: float) -> FloatArray:
        """Return the medians (fields,) of the strides that begin in [begin_s, end_s)."""
        medians = np.full(len(self.values), np.nan)
        for number, (times, values) in enumerate(
            zip(self.contact_unix_s, self.values, strict=True)
        ):
            first, last = np.searchsorted(times, [begin_s, end_s])
            if last > first:
                medians[number] = np.median(values[first:last])
        return medians


def medians_of(
    strides: pd.DataFrame, begun_s: float
) -> tuple[tuple[DeveloperField, ...], StrideMedians]:
    """Return the fields that any good stride has a number for, and the medians of each.

    Parameters
    ----------
    strides : DataFrame
        The stride log of a session.
    begun_s : float
        When session time was 0, seconds since 1970 by the watch's clock.
    """
    good = strides[strides["quality"] == "good"]
    fields: list[DeveloperField] = []
    times: list[FloatArray] = []
    values: list[FloatArray] = []
    for side in SIDES:
        leg = good[good["side"] == side].sort_values("initial_contact_s")
        contact_s = leg["initial_contact_s"].to_numpy(dtype=np.float64)
        for name, column, units in _NUMBERS:
            told = leg[column].to_numpy(dtype=np.float64)
            known = np.isfinite(told)
            if known.any():
                fields.append(DeveloperField(f"{side}_{name}", units))
                times.append(begun_s + contact_s[known])
                values.append(told[known])
    return tuple(fields), StrideMedians(_by_second(times, values), tuple(times), tuple(values))


def _by_second(times: Sequence[FloatArray], values: Sequence[FloatArray]) -> dict[int, FloatArray]:
    by_second: dict[int, FloatArray] = {}
    for number, (unix_s, told) in enumerate(zip(times, values, strict=True)):
        seconds: IntArray = np.floor(unix_s + 0.5).astype(np.int64)
        medians = pd.Series(told).groupby(seconds).median()
        for second, median in zip(medians.index.tolist(), medians.tolist(), strict=True):
            row = by_second.setdefault(second, np.full(len(values), np.nan))
            row[number] = median
    return by_second
