"""Which sensor of which file sat where: ``FILE``, or ``FILE#LABEL`` of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final, cast

from imu_valgus.core import PLACEMENTS, Placement, RecordingError
from imu_valgus.recording.readers import Progress, SensorFile, read_sensors, wrong

LABEL_MARK: Final = "#"


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSensor:
    """A sensor of a file and where it sat; its label where the file holds others as well."""

    placement: Placement
    sensor: SensorFile
    path: Path
    label: str


def choose_sensors(
    files: Sequence[tuple[Placement | None, Path]], progress: Progress
) -> tuple[PlacedSensor, ...]:
    """Read files, each once, and say where each sensor sat.

    Parameters
    ----------
    files : sequence of (Placement, Path)
        ``FILE#LABEL`` is one sensor of several; without a placement the labels are placements, and
        all sensors of the file are taken.
    progress : callable
        Told of each piece read, in bytes.

    Raises
    ------
    RecordingError
        Where a file cannot be read, or it does not become clear which of its sensors sat where.
    """
    if not files:
        raise ValueError("no files to import")
    read: dict[Path, tuple[SensorFile, ...]] = {}
    chosen: list[PlacedSensor] = []
    for placement, named in files:
        path, label = split_label(named)
        key = path.resolve()
        if key not in read:
            read[key] = read_sensors(path, progress)
        if placement is None:
            chosen.extend(_by_their_labels(path, label, read[key]))
        else:
            sensor = _labelled(path, label, read[key], placement)
            told = label or (sensor.label if len(read[key]) > 1 else "")
            chosen.append(PlacedSensor(placement, sensor, path, told))
    _refuse_same_sensor(chosen)
    return tuple(chosen)


def split_label(named: Path) -> tuple[Path, str]:
    """Part ``FILE#LABEL``; a file that is there under the whole name has no label.

    Raises
    ------
    RecordingError
        Where no file can have such a name.
    """
    text = str(named)
    places = [at for at, mark in enumerate(text) if mark == LABEL_MARK]
    try:
        if not named.exists():
            for at in places:
                if (path := Path(text[:at])).is_file():
                    return path, text[at + 1 :]
    except OSError as error:
        hint = "look at the spelling of the path"
        raise wrong(named, f"cannot be read: {error.strerror}", hint=hint) from error
    return named, ""


def _by_their_labels(
    path: Path, label: str, sensors: Sequence[SensorFile]
) -> tuple[PlacedSensor, ...]:
    wanted = [sensor for sensor in sensors if label in {"", sensor.label}]
    if not wanted:
        raise _no_such_label(path, label, sensors)
    if any(sensor.label not in PLACEMENTS for sensor in wanted):
        labels = f": it holds {_listed(sensors)}" if len(sensors) > 1 else ""
        raise RecordingError(
            f"{path} does not say where the sensor sat{labels}",
            hint=f"write left_thigh={path}" + ("#LABEL" if labels else ""),
        )
    return tuple(
        PlacedSensor(cast("Placement", sensor.label), sensor, path, sensor.label)
        for sensor in wanted
    )


def _labelled(
    path: Path, label: str, sensors: Sequence[SensorFile], placement: Placement
) -> SensorFile:
    if not label and len(sensors) == 1:
        return sensors[0]
    if not label:
        raise wrong(
            path,
            f"holds {len(sensors)} sensors: {_listed(sensors)}",
            hint="say which: " + quote(f"{placement}={path}{LABEL_MARK}{sensors[0].label}"),
        )
    for sensor in sensors:
        if sensor.label == label:
            return sensor
    raise _no_such_label(path, label, sensors)


def _no_such_label(path: Path, label: str, sensors: Sequence[SensorFile]) -> RecordingError:
    listed = _listed(sensors)
    holds = f"it holds {listed}" if listed else "its one sensor has no label: name the file alone"
    return wrong(path, f"no sensor is called {label}", hint=holds)


def _listed(sensors: Sequence[SensorFile]) -> str:
    return ", ".join(sensor.label for sensor in sensors if sensor.label)


def _refuse_same_sensor(chosen: Sequence[PlacedSensor]) -> None:
    seen: dict[int, Placement] = {}
    for one in chosen:
        earlier = seen.get(id(one.sensor))
        if earlier is not None:
            raise wrong(
                one.path,
                f"named twice for {one.placement}"
                if earlier == one.placement
                else f"named for {earlier} and again for {one.placement}",
                hint="name each file once",
            )
        seen[id(one.sensor)] = one.placement
