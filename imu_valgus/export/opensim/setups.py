"""The set-up files of OpenSim's IMU placer and inverse kinematics, and the names that they share.

The elements are those that OpenSim 4.6 writes of the two tools. All paths are relative: the tools
are run in the folder that holds the files. Orientations are in OpenSim's ground already, so nothing
is turned and no heading corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

MODEL_BUILT: Final = "legs"


@dataclass(frozen=True, slots=True)
class FileNames:
    """What the files of one set are called.

    Parameters
    ----------
    suffix : str
        Empty, or ``_left`` and ``_right`` where the legs' clocks are not tied to each other.
    model : str
        The model's name without ending: ``MODEL_BUILT``, or what the user is to put there.
    """

    suffix: str = ""
    model: str = "model"

    @property
    def orientations(self) -> str:
        """Attitudes over time."""
        return f"orientations{self.suffix}.sto"

    @property
    def calibration(self) -> str:
        """The one row of the calibration pose."""
        return f"calibration{self.suffix}.sto"

    @property
    def angles(self) -> str:
        """Our knee angles."""
        return f"knee_angles{self.suffix}.mot"

    @property
    def model_file(self) -> str:
        """The model that the IMUs are placed on."""
        return f"{self.model}{self.suffix}.osim"

    @property
    def calibrated_model(self) -> str:
        """The model with IMUs."""
        return f"{self.model}_calibrated{self.suffix}.osim"

    @property
    def placer(self) -> str:
        """The set-up of the IMU placer."""
        return f"setup_placer{self.suffix}.xml"

    @property
    def kinematics(self) -> str:
        """The set-up of inverse kinematics."""
        return f"setup_ik{self.suffix}.xml"

    @property
    def solved(self) -> str:
        """What inverse kinematics finds."""
        return f"ik{self.suffix}.mot"


def write_setups(folder: Path, names: FileNames, *, start_s: float, stop_s: float) -> None:
    """Write both set-ups; inverse kinematics is to go from ``start_s`` to ``stop_s``.

    The times must be named: without them OpenSim 4.6 stops at 2 s.
    """
    placer = {
        "model_file": names.model_file,
        "sensor_to_opensim_rotations": "0 0 0",
        "orientation_file_for_calibration": names.calibration,
        "output_model_file": names.calibrated_model,
    }
    kinematics = {
        "results_directory": ".",
        "model_file": names.calibrated_model,
        "time_range": f"{start_s:.6f} {stop_s:.6f}",
        "output_motion_file": names.solved,
        "report_errors": "true",
        "sensor_to_opensim_rotations": "0 0 0",
        "orientations_file": names.orientations,
    }
    _write(folder / names.placer, "IMUPlacer", placer)
    _write(folder / names.kinematics, "IMUInverseKinematicsTool", kinematics)


def _write(path: Path, tool: str, properties: Mapping[str, str]) -> None:
    document = ET.Element("OpenSimDocument", Version="40500")
    element = ET.SubElement(document, tool)
    for name, value in properties.items():
        ET.SubElement(element, name).text = value
    ET.indent(document)
    ET.ElementTree(document).write(path, encoding="UTF-8", xml_declaration=True)
