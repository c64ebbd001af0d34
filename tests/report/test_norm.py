from importlib.resources import files

import numpy as np
import pytest

from imu_valgus.report import norm
from imu_valgus.report.curves import Angle


def test_stance_of_the_reference_ends_where_its_mean_knee_is_straightest():
    assert norm.stance_end_pct() == 38.0


@pytest.mark.parametrize("angle", ["valgus", "flexion"])
def test_the_band_is_zero_at_contact(angle: Angle):
    assert norm.stance_band(angle).mean_deg[0] == 0.0


def test_the_bands_valgus_peak_is_the_files_peak_from_contact():
    band = norm.stance_band("valgus")

    assert np.max(band.mean_deg) == pytest.approx(6.99 - 3.67, abs=0.02)


def test_the_band_ends_at_the_files_value_at_the_end_of_stance():
    band = norm.stance_band("flexion")

    assert band.mean_deg[-1] == pytest.approx(13.79 - 11.01)


def test_the_band_keeps_the_files_spread_at_contact():
    band = norm.stance_band("valgus")

    assert band.sd_deg[0] == pytest.approx(2.94)


def test_the_reference_ships_with_its_licence():
    note = files("imu_valgus.report").joinpath("data", "README.md").read_text(encoding="utf-8")

    assert "CC BY 4.0" in note
