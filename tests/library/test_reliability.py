"""SEM and MDC95 hold what they say, and agree with REML."""

from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from imu_valgus.core import FloatArray, RecordingError, Side
from imu_valgus.library import (
    Activity,
    Reliability,
    estimate_reliability,
    find_error,
    library_errors,
    shipped_errors,
)
from imu_valgus.library.reliability.reliability import largest_complete


def long_table(by_runner: list[list[float]] | FloatArray) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "athlete": f"a{runner:02d}",
                "session": f"{runner}_{number}",
                "side": "left",
                "activity": "run",
                "metric": "valgus_excursion_deg",
                "plane": "valgus",
                "value_deg": value,
                "n": 80,
            }
            for runner, values in enumerate(by_runner)
            for number, value in enumerate(values)
        ]
    )


def estimate(by_runner: list[list[float]] | FloatArray) -> Reliability:
    (found,) = estimate_reliability(long_table(by_runner), origin="test")
    return found


def drawn(rng: np.random.Generator, *, runners: int = 10, sessions: int = 4) -> FloatArray:
    return rng.normal(4, 3, (runners, 1)) + rng.normal(0, 1.0, (runners, sessions))


def test_the_sem_is_that_of_the_variance_components_that_reml_finds():
    by_runner = drawn(np.random.default_rng(7))
    by_runner += np.linspace(-1, 1, 4)  # so that no component lies on its bound
    table = long_table(by_runner).assign(
        occasion=lambda rows: rows["session"].str.split("_").str[1], whole=1
    )
    # The runner's and the occasion's effects are crossed: one group, two variance components.
    model = smf.mixedlm(
        "value_deg ~ 1",
        table,
        groups="whole",
        re_formula="0",
        vc_formula={"runner": "0 + C(athlete)", "occasion": "0 + C(occasion)"},
    )
    fitted = model.fit(reml=True)
    occasion = dict(zip(model.exog_vc.names, fitted.vcomp, strict=True))["occasion"]

    found = estimate(by_runner).error.sd_between_sessions_deg

    assert found == pytest.approx(np.sqrt(occasion + fitted.scale), rel=1e-3)


def test_the_interval_of_the_mdc_holds_the_true_one_in_95_of_100_studies():
    rng = np.random.default_rng(11)
    errors = [estimate(drawn(rng, runners=6, sessions=3)).error for _ in range(150)]

    true_deg = 1.96 * np.sqrt(2.0)
    held = np.mean([one.mdc95_low_deg <= true_deg <= one.mdc95_high_deg for one in errors])

    assert 0.92 <= held <= 0.98


def test_the_interval_holds_the_true_one_where_runners_differ_in_how_well_they_repeat():
    rng = np.random.default_rng(12)
    true_deg = 1.96 * np.sqrt(2.0 * 1.25)  # half the runners with an SD of 0.71, half with 1.41

    held: list[bool] = []
    for _ in range(100):
        sd = rng.choice(np.sqrt([0.5, 2.0]), size=(12, 1))
        error = estimate(4 + sd * rng.normal(size=(12, 15))).error
        held.append(error.mdc95_low_deg <= true_deg <= error.mdc95_high_deg)

    # By sessions minus runners it would hold in 71 of 100.
    assert np.mean(held) >= 0.85


def test_95_of_100_pairs_of_unchanged_sessions_differ_by_less_than_the_mdc():
    rng = np.random.default_rng(13)
    mdc95_deg = estimate(drawn(rng, runners=200, sessions=5)).error.mdc95_deg

    apart = np.abs(np.diff(drawn(rng, runners=4000, sessions=2), axis=1))

    assert np.mean(apart < mdc95_deg) == pytest.approx(0.95, abs=0.01)


def test_one_runner_has_an_sem_and_no_icc():
    found = estimate([[3.0, 4.0, 5.0]])

    assert (found.error.sd_between_sessions_deg, found.icc_single) == (1.0, None)


def test_a_runner_with_one_session_tells_nothing():
    assert estimate_reliability(long_table([[3.0], [4.0]]), origin="test") == ()


def test_the_sem_of_unequal_runners_is_pooled_by_their_degrees_of_freedom():
    found = estimate([[1.0, 3.0], [4.0, 4.0, 4.0, 4.0]])

    assert found.error.sd_between_sessions_deg == pytest.approx(np.sqrt(2.0 / 4))


def test_the_icc_comes_of_the_largest_complete_table():
    values = [np.zeros(5), np.zeros(4), np.zeros(4), np.zeros(2)]

    assert largest_complete(cast("list[FloatArray]", values)).shape == (3, 4)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("metric", ["valgus_excursion_deg", "valgus_peak_deg"])
@pytest.mark.parametrize("activity", ["run", "squat"])
def test_the_shipped_errors_know_excursion_and_peak_of_run_and_squats(
    side: Side, metric: str, activity: Activity
):
    found = find_error(shipped_errors(), metric=metric, side=side, activity=activity)

    assert found is not None
    assert found.origin.startswith("shipped: simulation")


def test_a_damaged_file_of_own_errors_is_named_with_a_cure(tmp_path: Path):
    (tmp_path / "errors.json").write_text("{}", encoding="utf-8")

    with pytest.raises(RecordingError, match=r"errors\.json"):
        library_errors(tmp_path)
