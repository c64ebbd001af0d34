"""Analysed sessions that never were, written for the report's tests."""

from pathlib import Path

import numpy as np
import pytest
from fake_sessions import both_fakes, fake_leg, fake_session, leg_summary, ninety_minutes


@pytest.fixture(scope="session")
def both_legs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both legs, for tests that change nothing in the folder."""
    return both_fakes().write(tmp_path_factory.mktemp("both"))


@pytest.fixture
def left_leg(tmp_path: Path) -> Path:
    return fake_session({"left": fake_leg("left")}).write(tmp_path / "left")


@pytest.fixture
def one_stride(tmp_path: Path) -> Path:
    return fake_session({"left": fake_leg("left", n_strides=1)}).write(tmp_path / "one")


@pytest.fixture
def right_shank_only(tmp_path: Path) -> Path:
    """Both legs ran; the right one wore a shank sensor alone, so it has tilt and shock only."""
    fake = both_fakes()
    right = fake.strides["side"] == "right"
    of_the_knee = fake.strides.columns[
        fake.strides.columns.str.match("valgus|flexion|internal|thigh")
    ]
    fake.strides.loc[right, of_the_knee] = np.nan
    fake.angles = fake.angles[fake.angles["side"] == "left"]
    fake.summary["sides"]["right"] = leg_summary(fake.strides[right]) | dict.fromkeys(
        ["calibration", "lever_arms_m", "sync", "crosstalk"]
    )
    fake.summary["cross_leg_sync"] = {"method": "unknown", "residual_ms": None}
    return fake.write(tmp_path / "shank")


@pytest.fixture
def nothing_good(tmp_path: Path) -> Path:
    fake = fake_session({"left": fake_leg("left")})
    fake.strides = fake.strides.assign(quality="rejected", reason="gap")
    summary = leg_summary(fake.strides)
    summary["strides"]["reasons"] = {"gap": len(fake.strides)}
    fake.summary["sides"]["left"] = summary
    return fake.write(tmp_path / "bad")


@pytest.fixture
def no_running(tmp_path: Path) -> Path:
    """Nobody ran: no strides, no angles, no table of either."""
    fake = fake_session({"left": fake_leg("left")})
    fake.strides, fake.angles = fake.strides.iloc[:0], fake.angles.iloc[:0]
    fake.summary |= {"laps": [], "findings": [], "notes": [], "cross_leg_sync": None}
    fake.summary["sides"]["left"] = leg_summary(fake.strides)
    return fake.write(tmp_path / "still")


@pytest.fixture
def long_run(tmp_path: Path) -> Path:
    return ninety_minutes().write(tmp_path / "long")
