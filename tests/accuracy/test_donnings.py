"""The stated error, held against many donnings."""

from pathlib import Path

import numpy as np
import pytest
from accuracy.donnings import FIRST_SEED, RUNNERS, Donning, donnings, errors_on_real_legs

pytestmark = pytest.mark.accuracy


@pytest.fixture(scope="session")
def worn(shared_data: Path) -> list[Donning]:
    """All donnings, their calibration as far off as on real legs."""
    return list(donnings(errors_on_real_legs(shared_data), range(FIRST_SEED, FIRST_SEED + RUNNERS)))


@pytest.mark.parametrize("what", ["samples", "peaks", "excursions", "mean_excursion"])
def test_the_interval_holds_the_truth_in_90_to_99_of_100_donnings(worn: list[Donning], what: str):
    held = float(np.mean([getattr(one, what) for one in worn]))

    assert 0.90 <= held <= 0.99
