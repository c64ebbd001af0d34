"""Where a session keeps the files that it was imported from, and how they are named again.

A file of one sensor is ``raw/<placement>/<file>``. A file of several sensors, or one that others
belong to, is ``raw/together/<file>`` with those others, once; ``session.json`` names it for each of
its sensors as ``together/<file>#<label>``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imu_valgus.core import Placement
from imu_valgus.recording.choosing import LABEL_MARK, PlacedSensor
from imu_valgus.recording.info import SensorInfo

_TOGETHER: Final = "together"


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The copies to make, (path under ``raw/``, file), and what ``session.json`` says of them."""

    copies: tuple[tuple[str, Path], ...]
    named: Mapping[Placement, tuple[str, ...]]


def place_raw_files(chosen: Sequence[PlacedSensor]) -> RawFiles:
    """Give each file its place under ``raw/``; a name that is taken gets a number."""
    copies: dict[str, Path] = {}
    places: dict[Path, str] = {}
    named: dict[Placement, tuple[str, ...]] = {}
    for one in chosen:
        if not one.label and not one.sensor.companions:
            copies[_free_name(f"{one.placement}/", one.path, copies)] = one.path
            continue
        key = one.path.resolve()
        if key not in places:
            folder = _free_folder([one.path, *one.sensor.companions], copies)
            places[key] = f"{folder}/{one.path.name}"
            copies.update(
                {f"{folder}/{path.name}": path for path in (one.path, *one.sensor.companions)}
            )
        mark = f"{LABEL_MARK}{one.label}" if one.label else ""
        named[one.placement] = (*named.get(one.placement, ()), places[key] + mark)
    return RawFiles(tuple(copies.items()), named)


def raw_files_of(session: Path, sensor: SensorInfo) -> tuple[Path, ...]:
    """Return the files that a sensor was imported from, as ``import_session`` takes them."""
    raw = session / "raw"
    own = sorted((raw / sensor.placement).glob("*"))
    shared = [raw / name for name in sensor.files]
    return (*own, *shared)


def _free_name(folder: str, path: Path, copies: Mapping[str, Path]) -> str:
    ending = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    stem = path.name.removesuffix(ending)
    name, number = f"{folder}{path.name}", 2
    while _taken(name, copies):
        name, number = f"{folder}{stem}-{number}{ending}", number + 1
    return name


def _free_folder(paths: Sequence[Path], copies: Mapping[str, Path]) -> str:
    """Files that belong together know each other by name: the folder gets the number."""
    folder, number = _TOGETHER, 2
    while any(
        _taken(f"{folder}/{path.name}", copies) and copies.get(f"{folder}/{path.name}") != path
        for path in paths
    ):
        folder, number = f"{_TOGETHER}-{number}", number + 1
    return folder


def _taken(name: str, copies: Mapping[str, Path]) -> bool:
    return name.casefold() in {known.casefold() for known in copies}
