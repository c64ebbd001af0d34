"""The files of an optical system → knee angles to hold ours against."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from imu_valgus.core import (
    CalibrationError,
    FloatArray,
    KneeAngles,
    LegLandmarks,
    Pelvis,
    RecordingError,
)
from imu_valgus.joint_angles import Shell, optical_knee_angles, standing_knee_angles
from imu_valgus.recording.references import (
    MarkerFile,
    MarkerMap,
    ReferenceAngles,
    read_c3d,
    read_marker_map,
    read_reference_angles,
    read_trc,
)

LabAxis = Literal["x", "y", "z", "-x", "-y", "-z"]
Zero = Literal["standing", "anatomy"]

_MARKER_FILES: Final[Mapping[str, Callable[[Path], MarkerFile]]] = {
    ".trc": read_trc,
    ".c3d": read_c3d,
}
_ANGLE_FILES: Final = (".csv", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceParams:
    """What files of markers do not say themselves; files of angles need none of it.

    Parameters
    ----------
    static : Path, optional
        The static trial: the bony points and the shells of the standing runner.
    markers : Path, optional
        The marker map, see :mod:`imu_valgus.recording.references.marker_map`.
    up, forward : LabAxis
        The laboratory's axis that points up, and the one that the runner faces in the static trial.
        The angles do not need them: they are checked against, so that exchanged markers or legs
        are found.
    zero : {"standing", "anatomy"}
        Where the reference's angles are zero: in the static trial, as ours are in standing, or
        where the anatomical axes coincide.
    """

    static: Path | None = None
    markers: Path | None = None
    up: LabAxis = "y"
    forward: LabAxis = "x"
    zero: Zero = "standing"

    def __post_init__(self) -> None:
        if self.up[-1] == self.forward[-1]:
            raise ValueError(f"up {self.up} and forward {self.forward} are one axis")


def read_references(
    paths: Sequence[Path], *, params: ReferenceParams
) -> tuple[ReferenceAngles, ...]:
    """Read angles (.csv) or markers (.trc, .c3d) of one or more trials.

    Raises
    ------
    RecordingError
        Where a file cannot be read, or a marker is missing.
    CalibrationError
        Where the static trial does not show a leg that stands upright and looks forward.
    """
    found: list[ReferenceAngles] = []
    for path in paths:
        ending = _ending(path)
        if ending in _MARKER_FILES:
            found.append(_angles_of_markers(path, params))
        elif ending in _ANGLE_FILES:
            found += _named(path, read_reference_angles(path), several=len(paths) > 1)
        else:
            raise RecordingError(
                f"{path}: {ending or 'no ending'} is no format of a reference",
                hint="angles as .csv, markers as .trc or .c3d",
            )
    return tuple(found)


def _ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _stem(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).stem


def _named(
    path: Path, trials: Sequence[ReferenceAngles], *, several: bool
) -> list[ReferenceAngles]:
    """Tell apart trials of the same name in several files."""
    if not several or all(trial.name == _stem(path) for trial in trials):
        return list(trials)
    return [replace(trial, name=f"{_stem(path)} {trial.name}") for trial in trials]


def _angles_of_markers(path: Path, params: ReferenceParams) -> ReferenceAngles:
    if params.static is None or params.markers is None:
        missing = "--static" if params.static is None else "--markers"
        raise RecordingError(
            f"{path}: markers need {missing}",
            hint="--static names the static trial, --markers the map of who is who (JSON)",
        )
    names = read_marker_map(params.markers)
    static = _MARKER_FILES.get(_ending(params.static))
    if static is None:
        raise RecordingError(f"{params.static}: no .trc or .c3d", hint="name the static trial")
    standing = static(params.static)
    trial = _MARKER_FILES[_ending(path)](path)
    leg = _landmarks(standing, names)
    _check_standing(params.static, leg, params)
    angles = optical_knee_angles(
        leg,
        thigh=_shell(standing, trial, names.thigh),
        shank=_shell(standing, trial, names.shank),
    )
    if params.zero == "standing":
        angles = _less(angles, standing_knee_angles(leg))
    return ReferenceAngles(
        name=_stem(path), side=names.side, clock="own", time_s=trial.time_s, angles=angles
    )


def _less(angles: KneeAngles, zero: KneeAngles) -> KneeAngles:
    return KneeAngles(
        angles.flexion_deg - zero.flexion_deg,
        angles.valgus_deg - zero.valgus_deg,
        angles.internal_rotation_deg - zero.internal_rotation_deg,
    )


def _landmarks(standing: MarkerFile, names: MarkerMap) -> LegLandmarks:
    def place(name: str) -> FloatArray:
        return _standing_place(standing, name)

    if names.pelvis is not None:
        pelvis = Pelvis(
            left_asis=place(names.pelvis.left_asis),
            right_asis=place(names.pelvis.right_asis),
            left_psis=place(names.pelvis.left_psis),
            right_psis=place(names.pelvis.right_psis),
        )
        hip = pelvis.hip_centre(names.side)
    else:
        hip = place(names.hip or "")
    return LegLandmarks(
        side=names.side,
        hip=hip,
        lateral_epicondyle=place(names.epicondyles.lateral),
        medial_epicondyle=place(names.epicondyles.medial),
        lateral_malleolus=place(names.malleoli.lateral),
        medial_malleolus=place(names.malleoli.medial),
    )


def _shell(standing: MarkerFile, trial: MarkerFile, names: Sequence[str]) -> Shell:
    return Shell(
        standing=np.stack([_standing_place(standing, name) for name in names]),
        places=np.stack([_places(trial, name) for name in names], axis=1),
    )


def _standing_place(standing: MarkerFile, name: str) -> FloatArray:
    """Return a marker's mean place (3,) over the frames of the static trial that see it."""
    places = _places(standing, name)
    seen = np.isfinite(places).all(axis=1)
    if not seen.any():
        raise RecordingError(
            f"{standing.path}: the marker {name} is lost in every frame",
            hint="label it in the static trial, or leave it out of the marker map",
        )
    return np.asarray(places[seen].mean(axis=0), dtype=np.float64)


def _places(trial: MarkerFile, name: str) -> FloatArray:
    if name not in trial.places:
        raise RecordingError(
            f"{trial.path} lacks the marker {name}",
            hint=f"it holds {', '.join(trial.places)}",
        )
    return trial.places[name]


def _check_standing(path: Path, leg: LegLandmarks, params: ReferenceParams) -> None:
    """Refuse a static trial whose thigh or shank hangs upside down or faces backwards."""
    up, forward = _direction(params.up), _direction(params.forward)
    for segment, axes in zip(("thigh", "shank"), leg.segment_axes(), strict=True):
        x, y, _ = axes.as_matrix().T
        wrong = "upside down" if not float(y @ up) > 0 else ""
        wrong = wrong or ("facing backwards" if not float(x @ forward) > 0 else "")
        if wrong:
            raise CalibrationError(
                f"{path}: the {leg.side} {segment} stands {wrong} by the axes up {params.up}, "
                f"forward {params.forward}",
                hint="look at --up and --forward, and in the marker map at the side and at which "
                "markers are lateral and medial",
            )


def _direction(axis: LabAxis) -> FloatArray:
    return np.eye(3)["xyz".index(axis[-1])] * (-1.0 if axis.startswith("-") else 1.0)
