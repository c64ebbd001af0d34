from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from imu_valgus.core import FloatArray
from imu_valgus.library.groups.mixed import MixedDesign, MixedFit, fit_mixed

SLEEP = Path(__file__).parent / "sleepstudy.csv"
RNG_SEED = 20261122


@pytest.fixture(scope="module")
def sleep() -> MixedFit:
    """Reaction ~ days, with a level and, independently, a slope of each person."""
    wide = pd.read_csv(SLEEP, comment="#", index_col="subject")
    days = np.tile(wide.columns.to_numpy(dtype=np.float64), len(wide))
    return fit_mixed(
        MixedDesign(
            outcome=wide.to_numpy(dtype=np.float64).ravel(),
            fixed=np.column_stack([np.ones(len(days)), days]),
            names=("level", "days"),
            people=np.repeat(np.arange(len(wide)), wide.shape[1]),
            random={"level": np.ones((len(days), 1)), "days": days[:, None]},
        )
    )


@pytest.fixture(scope="module")
def pastes() -> MixedFit:
    """Three casks in each of ten batches, each tested twice (Davies & Goldsmith 1972)."""
    file = files("statsmodels") / "regression" / "tests" / "results" / "pastes.csv"
    with file.open("rb") as stream:
        table = pd.read_csv(stream)
    cask = pd.factorize(table["cask"])[0]
    return fit_mixed(
        MixedDesign(
            outcome=table["strength"].to_numpy(dtype=np.float64),
            fixed=np.ones((len(table), 1)),
            names=("level",),
            people=pd.factorize(table["batch"])[0].astype(np.int64),
            random={"batch": np.ones((len(table), 1)), "cask": np.eye(3)[cask]},
        )
    )


def paired_study(
    *, n: int, session_sd: float, rng: np.random.Generator
) -> tuple[MixedDesign, FloatArray]:
    """Return two groups measured on both legs before and after, and each runner's change."""
    runner, phase, side = (part.ravel() for part in np.mgrid[0:n, 0:2, 0:2])
    group = runner % 2
    session = rng.normal(0, session_sd, (n, 2))
    values = rng.normal(0, 3, n)[runner] + session[runner, phase] + rng.normal(0, 1, len(runner))
    fixed = np.column_stack([np.ones(len(runner)), group, phase, group * phase, side])
    random = {
        "runner": np.ones((len(runner), 1)),
        "leg": np.eye(2)[side],
        "session": np.eye(2)[phase],
    }
    names = ("level", "group", "phase", "phase:group", "side")
    means = values.reshape(n, 2, 2).mean(axis=2)
    return MixedDesign(values, fixed, names, runner, random), means[:, 1] - means[:, 0]


def test_sleepstudy_gives_the_coefficients_that_lme4_published(sleep):
    errors = np.sqrt(np.diag(sleep.covariance))

    found = [*sleep.coefficients, *errors]

    # Bates, Mächler, Bolker & Walker (2015), J Stat Softw 67(1), doi:10.18637/jss.v067.i01: fm2
    np.testing.assert_allclose(found, [251.405, 10.467, 6.885, 1.560], atol=6e-4)


def test_sleepstudy_gives_the_variances_that_lme4_published(sleep):
    found = [sleep.variances[name] for name in ("level", "days", "residual")]

    np.testing.assert_allclose(found, [627.57, 35.86, 653.58], atol=0.01)


def test_nested_random_effects_give_the_variances_that_lme4_published(pastes):
    found = [pastes.variances[name] for name in ("cask", "batch", "residual")]

    # Bates (2010), lme4: Mixed-effects modeling with R, section 2.2
    np.testing.assert_allclose(found, [8.434, 1.657, 0.678], atol=6e-4)


def test_nested_random_effects_give_the_criterion_that_lme4_published(pastes):
    assert -2 * pastes.log_likelihood == pytest.approx(247.0, abs=0.05)


def test_a_balanced_mean_has_the_degrees_of_freedom_of_its_batches(pastes):
    estimate = pastes.contrast(np.array([1.0]))

    assert estimate.df == pytest.approx(9.0)


@pytest.mark.parametrize("seed", range(5))
def test_a_balanced_study_gives_the_p_value_of_the_t_test_on_the_changes(seed):
    rng = np.random.default_rng([RNG_SEED, seed])
    design, changes = paired_study(n=29, session_sd=1.5, rng=rng)

    found = fit_mixed(design).contrast(np.array([0.0, 0.0, 0.0, 1.0, 0.0]))

    assert found.p == pytest.approx(stats.ttest_ind(changes[1::2], changes[::2]).pvalue, rel=1e-3)


def with_legs_that_err_oppositely() -> MixedDesign:
    """Return a study in which a session's two legs are less alike than those of two sessions."""
    rng = np.random.default_rng(RNG_SEED)
    design, _ = paired_study(n=12, session_sd=0.0, rng=rng)
    opposite = np.repeat(rng.normal(0, 3, 24), 2) * np.tile([1.0, -1.0], 24)
    return replace(design, outcome=design.outcome + opposite)


def test_a_variance_that_would_be_negative_is_put_at_zero():
    found = fit_mixed(with_legs_that_err_oppositely())

    assert found.variances["session"] == 0.0


def test_a_variance_at_zero_still_counts_as_unknown():
    found = fit_mixed(with_legs_that_err_oppositely())

    df = found.contrast(np.array([0.0, 0.0, 0.0, 1.0, 0.0])).df

    assert df == pytest.approx(10.0, abs=0.01)


def test_rows_of_one_person_that_stand_apart_are_refused():
    with pytest.raises(ValueError, match="stand together"):
        MixedDesign(np.zeros(3), np.ones((3, 1)), ("level",), np.array([0, 1, 0]), {})


def test_columns_that_say_the_same_are_refused():
    with pytest.raises(ValueError, match="independent"):
        MixedDesign(np.zeros(3), np.ones((3, 2)), ("a", "b"), np.array([0, 1, 2]), {})
