"""Real recordings of a thigh and a shank."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from imu_valgus.core import ImuSignal, Placement
from imu_valgus.recording import import_files

LOCATIONS: dict[Placement, str] = {
    "right_shank": "distal_lateral_shank_right",
    "right_thigh": "anterior_thigh_right",
}


@pytest.fixture(scope="session")
def read_trial(shared_data: Path):
    """Read a trial of nms-dyn by its name, the right shank and thigh on one time."""
    folder = shared_data / "nmsdyn_s0040" / "MC10"
    trials: dict[str, Mapping[Placement, ImuSignal]] = {}

    def read(name: str) -> Mapping[Placement, ImuSignal]:
        if name not in trials:
            files: list[tuple[Placement, Path]] = [
                (placement, path)
                for placement, location in LOCATIONS.items()
                for path in sorted(folder.glob(f"{name}.*{location}.*.csv.gz"))
            ]
            trials[name] = import_files(files).signals
        return trials[name]

    return read
