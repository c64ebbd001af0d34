"""The folder that OpenSense works in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from imu_valgus import __version__
from imu_valgus.core import ImuValgusError
from imu_valgus.export.exporter import ExportOptions
from imu_valgus.export.opensim.facing import FACING_CUTOFF_HZ
from imu_valgus.export.opensim.orientations import Orientations, orientations_of
from imu_valgus.export.opensim.pelvis import PelvisFound, find_pelvis
from imu_valgus.export.opensim.setups import MODEL_BUILT, FileNames, write_setups
from imu_valgus.export.opensim.solving import need_opensim, solve
from imu_valgus.export.opensim.tables import write_motion, write_orientations
from imu_valgus.pipeline import (
    AnalysisParams,
    LegMotion,
    SessionLegs,
    Summary,
    read_parameters,
    read_summary,
    session_legs,
    where_zero,
)
from imu_valgus.recording import read_session

_README: Final = "opensim_README.txt"
_NO_PELVIS: Final = PelvisFound(None, "")


class OpenSim:
    """Orientations, calibration pose and set-ups for OpenSense, and our angles as a motion."""

    name = "opensim"
    summary = (
        "orientations, calibration pose and set-ups for OpenSense (OpenSim's tools for IMUs), knee "
        "angles as .mot"
    )
    takes: frozenset[str] = frozenset({"solve"})
    carried_on: frozenset[str] = frozenset()

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write what OpenSense needs; see :class:`imu_valgus.export.Exporter`."""
        del out
        if options.solve:
            need_opensim()
        summary = read_summary(session)
        params = read_parameters(session) or AnalysisParams()
        recording = read_session(session)
        worked_out = session_legs(recording, params=params)
        told: list[str] = []
        for suffix, legs in _on_one_clock(worked_out).items():
            names = FileNames(suffix, MODEL_BUILT) if options.solve else FileNames(suffix)
            pelvis = (
                find_pelvis(worked_out, legs, recording.info, method=params.attitude)
                if "pelvis" in recording.signals
                else _NO_PELVIS
            )
            found = orientations_of(legs, pelvis=pelvis.orientation)
            _write_set(into, names, found)
            if options.solve:
                solve(into, names, found.attitudes)
            told += [*_about(names, found, solved=options.solve), pelvis.words]
        text = "\n".join([*_introduction(session.resolve().name, summary), *told, ""])
        (into / _README).write_text(text, encoding="utf-8", newline="\n")


def _on_one_clock(found: SessionLegs) -> dict[str, Sequence[LegMotion]]:
    """Put legs whose clocks are tied into one set of files, by its suffix; others into one each.

    Raises
    ------
    ImuValgusError
        Where no leg wears two sensors.
    """
    legs = [leg for leg in found.legs.values() if isinstance(leg, LegMotion)]
    if not legs:
        raise ImuValgusError(
            "no leg wears both sensors, so there is no knee to export",
            hint="a leg needs a sensor on the thigh and one on the shank",
        )
    across = found.session.across
    if len(legs) > 1 and across is not None and across.method == "unknown":
        return {f"_{leg.side}": [leg] for leg in legs}
    return {"": legs}


def _write_set(folder: Path, names: FileNames, found: Orientations) -> None:
    write_orientations(
        folder / names.orientations, found.time_s, found.attitudes, rate_hz=found.rate_hz
    )
    write_orientations(
        folder / names.calibration, found.time_s[:1], found.standing, rate_hz=found.rate_hz
    )
    write_motion(folder / names.angles, found.time_s, found.angles)
    start_s, stop_s = float(found.time_s[0]), float(found.time_s[-1])
    write_setups(folder, names, start_s=start_s, stop_s=stop_s)


def _introduction(session: str, summary: Summary) -> list[str]:
    return [
        f"Session {session} for OpenSim 4.5 or newer (OpenSense), by imu_valgus {__version__}.",
        "",
        "Orientations are those of the segments in OpenSim's ground (X forward, Y up): nothing is",
        "to be turned, no heading to be corrected. Time is session time; gaps are left out.",
        "Heading is no measurement: each leg is turned to face forward, by its flexion axis below",
        f"{FACING_CUTOFF_HZ} Hz. So hip rotation means nothing; knee angles and inclinations do.",
        "Positive: knee_angle flexion, knee_adduction adduction (valgus is abduction: the sign is",
        "turned), knee_rotation internal rotation.",
        f"Zero: {where_zero(summary)}.",
        *summary.notes,
    ]


def _about(names: FileNames, found: Orientations, *, solved: bool) -> list[str]:
    run = [
        f"    python -c \"import opensim; opensim.{tool}('{setup}').run(False)\""
        for tool, setup in (
            ("IMUPlacer", names.placer),
            ("IMUInverseKinematicsTool", names.kinematics),
        )
    ]
    made = (
        [
            f"{names.model_file}: the model that was built",
            f"{names.calibrated_model}: the same with its IMUs",
            f"{names.solved}: what inverse kinematics found. To solve again, in this folder:",
        ]
        if solved
        else [
            f"Put your model here as {names.model_file}: upright, with knees at 0, by default,",
            "with bodies femur_r, tibia_r, femur_l, tibia_l. Then, in this folder:",
        ]
    )
    return [
        "",
        f"{names.orientations}: {', '.join(found.attitudes)}; {len(found.time_s)} rows at "
        f"{found.rate_hz:g} Hz from {found.time_s[0]:.2f} s to {found.time_s[-1]:.2f} s",
        f"{names.calibration}: the pose of standing, where all angles are zero",
        f"{names.angles}: our knee angles",
        *made,
        "",
        *run,
    ]
