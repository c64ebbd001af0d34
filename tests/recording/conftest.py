"""A leg that swings as in walking, its table as a sensor exports it, and recordings of it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, ImuSignal, Placement
from imu_valgus.recording import Recording, SensorInfo, assemble_recording

RATE_HZ = 100.0
COLUMNS = ["time_s", "acc_x_g", "acc_y_g", "acc_z_g", "gyr_x_dps", "gyr_y_dps", "gyr_z_dps"]


def swing(time_s: np.ndarray) -> pd.DataFrame:
    """A pendulum 0.4 m under the hip: 30° to and fro, 1.3 times a second; gravity included."""
    rate = 2 * np.pi * 1.3
    angle = np.radians(30) * np.sin(rate * time_s)
    speed = np.radians(30) * rate * np.cos(rate * time_s)
    turn = -np.radians(30) * rate**2 * np.sin(rate * time_s)
    zero = np.zeros_like(time_s)
    acc = np.column_stack(
        [
            np.sin(angle) + 0.4 * turn / GRAVITY_MPS2,
            np.cos(angle) + 0.4 * speed**2 / GRAVITY_MPS2,
            zero + 0.02,
        ]
    )
    gyr = np.degrees(np.column_stack([zero, zero, speed]))
    return pd.DataFrame(np.column_stack([time_s, acc, gyr]), columns=pd.Index(COLUMNS))


@pytest.fixture
def swing_at() -> Callable[[np.ndarray], pd.DataFrame]:
    """A table of the swinging leg at any times."""
    return swing


@pytest.fixture
def table() -> pd.DataFrame:
    """Three seconds of the swinging leg at 100 Hz."""
    return swing(np.arange(300) / RATE_HZ)


@pytest.fixture
def write_table(tmp_path: Path) -> Callable[[str, pd.DataFrame], Path]:
    """Write a table as CSV with six decimals under a name in a temporary folder."""

    def write(name: str, table: pd.DataFrame) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, float_format="%.6f")
        return path

    return write


@pytest.fixture
def recording() -> Recording:
    """A thigh and a shank with clocks of their own; values that float32 holds exactly."""
    rng = np.random.default_rng(2)
    time_s = np.arange(400) / 128
    starts: dict[Placement, float] = {"left_thigh": 12.5, "left_shank": 900.25}
    signals: dict[Placement, ImuSignal] = {
        placement: ImuSignal(
            time_s=start_s + time_s,
            acc_mps2=rng.integers(-4000, 4000, (400, 3)) / 64.0,
            gyr_radps=rng.integers(-900, 900, (400, 3)) / 64.0,
        )
        for placement, start_s in starts.items()
    }
    sensors = [
        SensorInfo(placement="left_thigh", sampling_rate_hz=128.0, clock="shared"),
        SensorInfo(placement="left_shank", sampling_rate_hz=128.0, clock="own"),
    ]
    return assemble_recording(sensors, signals, athlete="a03")
