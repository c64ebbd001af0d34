"""Inertial sensors in the analog channels of a .c3d file (the optional extra ``c3d``).

The format knows analog channels, not sensors: six channels belong to one sensor where their
labels differ in quantity and axis only. Our own export writes ``left_thigh_acc_x``,
``left_thigh_gyr_x`` and so on; laboratories have ``Left_Thigh_AccX``, ``ACCX1`` or
``DelsysTrignoBase 1: Sensor 2IM ACC Pitch`` (Delsys calls x, y, z pitch, roll, yaw). Units are
those of ``ANALOG:UNITS``. All channels have the rate of ``ANALOG:RATE``: the program that wrote
the file put slower sensors onto it. Where a channel holds no number (NaN), the sensor has a gap:
that is how our own export writes one. Time counts as the markers' does, from the first frame's
number (c3d.org, user guide).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu_valgus.core import GRAVITY_MPS2, FloatArray, RecordingError
from imu_valgus.recording.readers.c3d_file import C3D_HINT, C3D_KEY, open_c3d
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, Axes, SensorFile
from imu_valgus.recording.readers.source import Progress, SeenFile, wrong

_MOST_BLOCKS: Final = 0x20
"""More than any has before its parameters; no letter has so low a code."""

_LABEL: Final = re.compile(
    r"(?P<sensor>.*?)[\s._:/-]*(?:IM[\s._-]+)?(?P<free>free|lin(?:ear)?)?[\s._-]*"
    r"(?P<what>acc(?:el(?:eration|erometer)?)?|gyro?(?:scope)?)[\s._:-]*"
    r"(?P<axis>[xyz]|pitch|roll|yaw)(?P<number>[\s._-]*\d+)?",
    re.IGNORECASE,
)
_AXES: Final = {"x": 0, "y": 1, "z": 2, "pitch": 0, "roll": 1, "yaw": 2}
_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "acc": {
        **dict.fromkeys(("m/s^2", "m/s²", "m/s2", "m/s/s", "m*s^-2"), 1.0),
        **dict.fromkeys(("mm/s^2", "mm/s²", "mm/s2", "mm/s/s"), 1e-3),
        **dict.fromkeys(("g",), GRAVITY_MPS2),
    },
    "gyr": {
        **dict.fromkeys(("deg/s", "°/s", "dps", "deg/sec", "degrees/s"), RADPS_PER_DPS),
        **dict.fromkeys(("rad/s", "rads/s", "rad/sec"), 1.0),
    },
}
_SIX: Final = "six analog channels a sensor are needed, such as left_thigh_acc_x … left_thigh_gyr_z"


class C3d:
    """Analog channels of a .c3d file."""

    name = "C3D with inertial sensors"
    summary = "C3D: analog channels of inertial sensors, of Vicon, Qualisys, Delsys and others"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether the file begins as a .c3d file does."""
        return len(seen.head) > 1 and seen.head[1] == C3D_KEY and seen.head[0] < _MOST_BLOCKS

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read each sensor that has six channels; RecordingError names what is wrong."""
        content = open_c3d(path)
        progress(path.stat().st_size)
        labels = list(_texts(content, "LABELS"))
        sensors = _sensors(path, labels)
        complete = {
            name: found
            for name, found in sensors.items()
            if len(found.get("acc", {})) == 3 and len(found.get("gyr", {})) == 3
        }
        if not complete:
            raise _incomplete(path, labels, sensors)
        units = list(_texts(content, "UNITS"))
        analogs = np.asarray(content["data"]["analogs"], dtype=np.float64)[0]
        time_s = _times(path, content, analogs.shape[1])
        return tuple(
            _sensor(path, name, found, labels=labels, units=units, analogs=analogs, time_s=time_s)
            for name, found in complete.items()
        )


def _texts(content: Any, parameter: str) -> Iterator[str]:
    """Yield the texts of an ANALOG parameter, and of its continuations where there are many."""
    analog = content["parameters"].get("ANALOG", {})
    for name in (parameter, *(f"{parameter}{n}" for n in range(2, 10))):
        if name not in analog:
            return
        yield from (_decoded(str(text)).strip() for text in analog[name]["value"])


def _decoded(text: str) -> str:
    """Decode what ezc3d left as bytes: the format is older than UTF-8, ° and ² may be Latin-1."""
    content = text.encode("utf-8", errors="surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _sensors(path: Path, labels: Sequence[str]) -> dict[str, dict[str, dict[int, int]]]:
    """Sort the channels: sensor → ``acc``, ``gyr`` or ``free`` → axis → number of the channel."""
    sensors: dict[str, dict[str, dict[int, int]]] = {}
    for number, label in enumerate(labels):
        found = _LABEL.fullmatch(label)
        if not found:
            continue
        what = "free" if found["free"] else found["what"][:3].lower()
        channels = sensors.setdefault(_sensor_name(found), {}).setdefault(what, {})
        axis = _AXES[found["axis"].lower()]
        if axis in channels:
            raise wrong(
                path,
                "the same axis twice",
                column=label,
                hint="give each sensor a name of its own before exporting",
            )
        channels[axis] = number
    return sensors


def _sensor_name(found: re.Match[str]) -> str:
    number = (found["number"] or "").strip(" ._-")
    return " ".join(part for part in (found["sensor"].strip(" ._:/-"), number) if part)


def _sensor(
    path: Path,
    name: str,
    found: Mapping[str, Mapping[int, int]],
    *,
    labels: Sequence[str],
    units: Sequence[str],
    analogs: FloatArray,
    time_s: FloatArray,
) -> SensorFile:
    named: dict[str, Axes] = {}
    values: dict[str, FloatArray] = {}
    for what in ("acc", "gyr"):
        x, y, z = (found[what][axis] for axis in range(3))
        factor = _factor(path, what, [(labels[n], _at(units, n)) for n in (x, y, z)])
        named[what] = Axes((labels[x], labels[y], labels[z]), factor)
        values[what] = factor * analogs[[x, y, z]].T
    there = np.isfinite(np.column_stack(list(values.values()))).all(axis=1)
    return SensorFile(
        path=path,
        time_s=time_s[there],
        acc_mps2=values["acc"][there],
        gyr_radps=values["gyr"][there],
        label=name,
        model="C3D",
        acc_named=named["acc"],
        gyr_named=named["gyr"],
    )


def _at(units: Sequence[str], number: int) -> str:
    return units[number] if number < len(units) else ""


def _factor(path: Path, what: str, channels: Sequence[tuple[str, str]]) -> float:
    known = _UNITS[what]
    for label, unit in channels:
        if unit.lower() not in known:
            wanted = "m/s^2 or g" if what == "acc" else "deg/s or rad/s"
            raise wrong(
                path,
                f"the unit is {unit!r}" if unit else "no unit is given",
                column=label,
                hint=f"{C3D_HINT}, with {wanted} in ANALOG:UNITS",
            )
    factors = {known[unit.lower()] for _, unit in channels}
    if len(factors) > 1:
        raise wrong(
            path, "the axes have several units", column=channels[0][0], hint=f"{C3D_HINT}, in one"
        )
    return factors.pop()


def _times(path: Path, content: Any, n_samples: int) -> FloatArray:
    analogs, points = content["header"]["analogs"], content["header"]["points"]
    rate_hz, frames_hz = float(analogs["frame_rate"]), float(points["frame_rate"])
    if not (np.isfinite(rate_hz) and rate_hz > 0):
        raise wrong(path, "the analog channels have no rate", hint=C3D_HINT)
    start_s = int(points["first_frame"]) / frames_hz if frames_hz > 0 else 0.0
    return start_s + np.arange(n_samples) / rate_hz


def _incomplete(
    path: Path, labels: Sequence[str], sensors: Mapping[str, Mapping[str, Mapping[int, int]]]
) -> RecordingError:
    kinds = {what for found in sensors.values() for what in found}
    if not labels:
        problem = "no analog channels"
    elif not kinds:
        problem = f"no accelerometer or gyroscope among {', '.join(labels)[:60]}"
    elif "acc" not in kinds and "free" in kinds:
        problem = "acceleration without gravity only"
    elif "gyr" not in kinds:
        problem = "acceleration without turn rate"
    elif "acc" not in kinds:
        problem = "turn rate without acceleration"
    else:
        named = " and ".join(repr(name) for name in sorted(sensors) if name)[:60]
        problem = f"no sensor has all six axes{f', looked at {named}' if named else ''}"
    return wrong(path, problem, hint=_SIX)
