"""Real recordings of a thigh and a shank."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, FloatArray, ImuSignal, Placement

LOCATIONS: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}
SHARED = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public recordings beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the public recordings (../shared/data) are not here")
    return SHARED


ReadTrial = Callable[[str], dict[Placement, ImuSignal]]


@pytest.fixture(scope="session")
def read_trial(shared_data: Path) -> ReadTrial:
    """Read a trial of nms-dyn by its name, the right thigh and shank on one time."""

    def read(name: str) -> dict[Placement, ImuSignal]:
        folder = shared_data / "nmsdyn_s0040" / "MC10"
        start_s = _columns(folder, name, "distal_lateral_shank_right.gyro")[0][0]
        signals: dict[Placement, ImuSignal] = {}
        for placement, location in LOCATIONS.items():
            time_s, gyr_dps = _columns(folder, name, f"{location}.gyro")
            acc_time_s, acc_g = _columns(folder, name, f"{location}.accel")
            acc = np.stack([np.interp(time_s, acc_time_s, axis) for axis in acc_g.T], axis=1)
            signals[placement] = ImuSignal(
                time_s - start_s, acc * GRAVITY_MPS2, np.deg2rad(gyr_dps)
            )
        return signals

    return read


def _columns(folder: Path, name: str, kind: str) -> tuple[FloatArray, FloatArray]:
    (path,) = folder.glob(f"{name}.*{kind}.csv.gz")
    values = pd.read_csv(path).to_numpy(dtype=np.float64)
    return values[:, 0], values[:, 1:]
