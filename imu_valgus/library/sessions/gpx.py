"""GPX 1.0 and 1.1: track points with their times, positions and, if they tell it, speed.

Read by expat without a document type: a file that declares one (and with it entities, which may
grow without bound or name other files) is refused before anything is expanded.
"""

import datetime as dt
from pathlib import Path
from typing import Final
from xml.parsers import expat

from imu_valgus.core import RecordingError
from imu_valgus.library.sessions.speeds import WatchPoint

_SPEEDS: Final = (
    "http://www.topografix.com/GPX/1/0 speed",
    "http://www.garmin.com/xmlschemas/TrackPointExtension/v2 speed",
)
"""The two elements that mean metres a second; others called speed may mean anything."""


def read_gpx(content: bytes, path: Path) -> list[WatchPoint]:
    """Read the track points of a GPX file; ``path`` only names it in what goes wrong.

    Raises
    ------
    RecordingError
        Where it is no whole XML, declares a document type, or a point cannot be read.
    """
    reader = _Reader(path)
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise RecordingError(
            f"{path}, line {error.lineno}: no whole XML: {expat.ErrorString(error.code)}",
            hint="export it from the watch once more",
        ) from error
    return reader.points


class _Reader:
    """What expat calls; it hands over names as "namespace name"."""

    def __init__(self, path: Path) -> None:
        self.points: list[WatchPoint] = []
        self._path = path
        self._place: tuple[float, float] | None = None
        self._unix_s: float | None = None
        self._speed_mps: float | None = None
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._read

    def _refuse(self, *_: object) -> None:
        raise RecordingError(
            f"{self._path}, line {self.parser.CurrentLineNumber}: declares a document type",
            hint="no watch writes one: export the file from the watch itself",
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "trkpt":
            self._place = self._number(attributes, "lat", 90), self._number(attributes, "lon", 180)
            self._unix_s = self._speed_mps = None
        elif self._place is not None and (_local(name) == "time" or name in _SPEEDS):
            self._text = []

    def _read(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if _local(name) == "trkpt":
            if self._unix_s is not None:
                self.points.append(
                    WatchPoint(self._unix_s, self._speed_mps, position_deg=self._place)
                )
            self._place = None
        if self._text is None:
            return
        said, self._text = "".join(self._text).strip(), None
        try:
            if _local(name) == "time":
                self._unix_s = _unix_s(said)
            else:
                self._speed_mps = float(said)
        except ValueError:
            raise self._wrong(f"{_local(name)} {said!r}") from None

    def _number(self, attributes: dict[str, str], name: str, limit: float) -> float:
        try:
            number = float(attributes[name])
        except (KeyError, ValueError):
            number = float("nan")
        if not abs(number) <= limit:
            raise self._wrong(f"{name} {attributes.get(name)!r}")
        return number

    def _wrong(self, what: str) -> RecordingError:
        line = self.parser.CurrentLineNumber
        return RecordingError(
            f"{self._path}, line {line}: {what} cannot be read",
            hint="export it from the watch once more",
        )


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _unix_s(text: str) -> float:
    """Read a time; GPX counts in UTC, also where it does not say so."""
    found = dt.datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp()
