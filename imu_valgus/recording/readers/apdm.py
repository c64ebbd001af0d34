"""APDM Opal, HDF5 of Motion Studio, Mobility Lab and Moveo (the optional extra ``hdf5``).

=======  ==========================================================================================
version  layout (``FileFormatVersion`` of the file), as APDM's examples, skdh and KielMAT read it
=======  ==========================================================================================
5        ``Sensors/⟨number⟩/Accelerometer, Gyroscope, Magnetometer, Time`` and ``Configuration``
         with ``Label 0``, such as ``Left Upper Leg``
3, 4     ``⟨case⟩/Calibrated/Accelerometers, Gyroscopes, Magnetometers`` and ``⟨case⟩/Time``; the
         file's ``CaseIdList`` and ``MonitorLabelList`` name them
=======  ==========================================================================================

(n, 3) in m/s², rad/s, µT, in their ``Units`` where written; time in µs since 1970, one clock for
all Opals. Where a number is missing (NaN), the sensor has a gap. ``Processed/…/Orientation`` is not
read.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu_valgus.core import FloatArray, RecordingError, require
from imu_valgus.recording.readers.layout import RADPS_PER_DPS, Axes, SensorFile
from imu_valgus.recording.readers.source import MAX_BYTES, Progress, SeenFile, read_bytes, wrong

_MAGIC: Final = b"\x89HDF\r\n\x1a\n"
_EXPORT: Final = "export it again from Moveo Explorer or Mobility Lab, with raw data"
_BROKEN: Final = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError)
"""What h5py raises where bytes are wrong."""

_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "Accelerometer": {"": 1.0, "m/s^2": 1.0, "m/s²": 1.0},
    "Gyroscope": {"": 1.0, "rad/s": 1.0, "deg/s": RADPS_PER_DPS},
    "Magnetometer": {"": 1.0, "ut": 1.0, "µt": 1.0, "μt": 1.0},
}


@dataclass(frozen=True, slots=True)
class _Opal:
    """Where one sensor's data stand in the file: its group, and what the arrays are called."""

    serial: str
    label: str
    group: Any
    arrays: Mapping[str, str]


class Apdm:
    """APDM Opal, HDF5."""

    name = "APDM Opal HDF5"
    summary = "APDM Opal: .h5 of Motion Studio, Mobility Lab or Moveo"

    def knows(self, seen: SeenFile) -> bool:
        """Say whether the file is HDF5: no other program's is read."""
        return seen.head.startswith(_MAGIC)

    def read(self, path: Path, progress: Progress) -> tuple[SensorFile, ...]:
        """Read each sensor; RecordingError names what is wrong."""
        h5py = require("h5py", extra="hdf5", what=f"reading {path}")
        content = io.BytesIO(read_bytes(path, progress))
        try:
            with h5py.File(content, "r") as file:
                opals = [opal for opal in _opals(path, file) if _measures(opal)]
                if not opals:
                    raise _nothing(path, file)
                return tuple(_sensor(path, opal) for opal in opals)
        except _BROKEN as error:
            raise wrong(
                path,
                f"the HDF5 file is cut off or broken: {_first_line(error)}",
                hint="copy it again, or export it again",
            ) from error


def _opals(path: Path, file: Any) -> Iterator[_Opal]:
    """Find the sensors, in either layout."""
    names = {name: name for name in _UNITS}
    if "Sensors" in file:
        for serial, group in _members(path, file["Sensors"]):
            said = group["Configuration"].attrs if "Configuration" in group else {}
            yield _Opal(serial, _text(said.get("Label 0", "")) or serial, group, names)
    elif "CaseIdList" in file.attrs:
        cases = [_text(case) for case in file.attrs["CaseIdList"]]
        labels = [_text(label) for label in file.attrs.get("MonitorLabelList", cases)]
        if len(labels) != len(cases) or any(case not in file for case in cases):
            raise wrong(path, "the sensors that it lists are not all there", hint=_EXPORT)
        older = {name: f"Calibrated/{name}s" for name in _UNITS}
        groups = dict(_members(path, file))
        for case, label in zip(cases, labels, strict=True):
            if case in groups:
                yield _Opal(case, label or case, groups[case], older)
    else:
        raise wrong(path, "an HDF5 file, but none of APDM: it has no Sensors", hint=_EXPORT)


def _members(path: Path, group: Any) -> Iterator[tuple[str, Any]]:
    """Yield the groups in a group."""
    if not hasattr(group, "items"):
        raise wrong(path, "an HDF5 file, but none of APDM: Sensors is no group", hint=_EXPORT)
    yield from ((name, one) for name, one in group.items() if hasattr(one, "items"))


def _text(value: Any) -> str:
    text = value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
    return text.partition("\0")[0].strip()


def _first_line(error: Exception) -> str:
    return (str(error).strip('"') or type(error).__name__).splitlines()[0]


def _measures(opal: _Opal) -> bool:
    return opal.arrays["Accelerometer"] in opal.group and opal.arrays["Gyroscope"] in opal.group


def _sensor(path: Path, opal: _Opal) -> SensorFile:
    if "Time" not in opal.group:
        raise wrong(path, f"{opal.label} has no Time", hint=_EXPORT)
    time_s = 1e-6 * _read(path, opal, "Time").reshape(-1)
    found = {name: _values(path, opal, name, len(time_s)) for name in _UNITS}
    there = ~np.isnan(np.column_stack([v for v in found.values() if v is not None])).any(axis=1)
    acc, gyr, mag = (None if v is None else v[there] for v in found.values())
    return SensorFile(
        path=path,
        time_s=time_s[there],
        acc_mps2=acc,
        gyr_radps=gyr,
        mag_ut=mag,
        label=opal.label,
        model="APDM Opal",
        serial=opal.serial,
        time_column="Time",
        acc_named=_named(opal, "Accelerometer"),
        gyr_named=_named(opal, "Gyroscope"),
    )


def _named(opal: _Opal, what: str) -> Axes:
    where = opal.arrays[what]
    return Axes((where, where, where), 1.0)


def _values(path: Path, opal: _Opal, name: str, n: int) -> FloatArray | None:
    where = opal.arrays[name]
    if where not in opal.group:
        return None
    unit = _text(opal.group[where].attrs.get("Units", ""))
    values = _read(path, opal, where)
    if values.shape != (n, 3):
        raise wrong(
            path,
            f"{where} of {opal.label} has the shape {values.shape}, Time {n} samples",
            hint=_EXPORT,
        )
    if unit.lower() not in _UNITS[name]:
        raise wrong(path, f"{where} of {opal.label} is in {unit}", hint=_EXPORT)
    return _UNITS[name][unit.lower()] * values


def _read(path: Path, opal: _Opal, where: str) -> FloatArray:
    """Read one array whole; a file of a few bytes may claim to hold any number of samples."""
    dataset = opal.group[where]
    if not hasattr(dataset, "shape") or dataset.dtype.kind not in "iuf":
        raise wrong(path, f"{where} of {opal.label} holds no numbers", hint=_EXPORT)
    if 8 * int(np.prod(dataset.shape, dtype=np.float64)) > MAX_BYTES:
        raise wrong(path, f"{where} of {opal.label} is longer than any recording", hint=_EXPORT)
    with np.errstate(invalid="ignore"):
        return np.asarray(dataset[()], dtype=np.float64)


def _nothing(path: Path, file: Any) -> RecordingError:
    only = "orientation only, " if "Processed" in file else ""
    return wrong(path, f"{only}no sensor has both acceleration and turn rate", hint=_EXPORT)
