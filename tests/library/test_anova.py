"""The intraclass correlations against the published example and an independent implementation."""

from typing import Final

import numpy as np
import pandas as pd
import pingouin
import pytest

from imu_valgus.library.reliability.anova import icc_mean, icc_single, mean_squares

SHROUT_FLEISS: Final = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
"""Six targets, four judges: table 2 of doi:10.1037/0033-2909.86.2.420."""

of_pingouin = pytest.mark.filterwarnings("ignore:The inplace keyword")
"""pingouin has not yet followed pandas 3.1."""


def peer(table: np.ndarray, kind: str) -> np.ndarray:
    """Return pingouin's interval, which it rounds to two places."""
    long = pd.DataFrame(table).rename_axis("target").reset_index()
    long = long.melt(id_vars="target", var_name="judge", value_name="rating")
    found = pingouin.intraclass_corr(long, targets="target", raters="judge", ratings="rating")
    return np.asarray(found.loc[found["Type"] == kind, "CI95"].iloc[0])


def drawn(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, (9, 1)) + rng.normal(0, 0.5, (1, 5)) + rng.normal(0, 1, (9, 5))


def test_the_published_example_gives_the_published_mean_squares():
    found = mean_squares(SHROUT_FLEISS)

    assert (found.runners, found.sessions, found.error) == pytest.approx(
        (11.24, 32.49, 1.02), abs=0.005
    )


def test_the_published_example_gives_the_published_icc_of_one_judge():
    found = icc_single(mean_squares(SHROUT_FLEISS))

    assert found is not None
    assert found.value == pytest.approx(0.29, abs=0.005)


def test_the_published_example_gives_the_published_icc_of_four_judges():
    single = icc_single(mean_squares(SHROUT_FLEISS))

    assert single is not None
    assert icc_mean(single, 4).value == pytest.approx(0.62, abs=0.005)


@of_pingouin
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_of_one_session_is_pingouins(seed: int):
    table = drawn(seed)

    found = icc_single(mean_squares(table))

    assert found is not None
    assert np.round([found.low, found.high], 2) == pytest.approx(peer(table, "ICC(A,1)"))


@of_pingouin
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_of_the_mean_is_pingouins(seed: int):
    table = drawn(seed)
    single = icc_single(mean_squares(table))
    assert single is not None

    found = icc_mean(single, 5)

    assert np.round([found.low, found.high], 2) == pytest.approx(peer(table, "ICC(A,k)"))


def test_a_table_without_error_has_no_icc():
    assert icc_single(mean_squares(np.tile([[1.0], [2.0], [4.0]], 3))) is None
