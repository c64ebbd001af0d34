import re
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.signal import lfilter

from imu_valgus.core import FloatArray
from imu_valgus.library.change.fatigue import (
    FatigueParams,
    FatigueSlope,
    fatigue_slope,
    lap_slope,
)
from imu_valgus.pipeline import DRIFT_SD_DEG

STRIDE_S = 0.72
REPEATS = 250
EXCURSION = "valgus_excursion_deg"


def scatter(rng: np.random.Generator, n: int, rho: float) -> FloatArray:
    """Return strides' scatter (n,) of SD 1 whose neighbours correlate by ``rho``."""
    burnt_in = 300
    drawn = rng.standard_normal(n + burnt_in)
    return np.asarray(lfilter([np.sqrt(1.0 - rho**2)], [1.0, -rho], drawn))[burnt_in:]


def strides_of(values: np.ndarray, *, lap_strides: int = 150, start_s: float = 60.0):
    n = len(values)
    return pd.DataFrame(
        {
            "initial_contact_s": start_s + STRIDE_S * np.arange(n),
            "lap": 1 + np.arange(n) // lap_strides,
            "surface": np.where(np.arange(n) % 50 < 25, "straight", "bend"),
            "quality": "good",
            EXCURSION: values,
        }
    )


def slope_of(strides: pd.DataFrame, **options) -> FatigueSlope:
    found = fatigue_slope(strides, column=EXCURSION, **options)
    assert found is not None
    return found


def test_a_line_without_scatter_is_found_as_it_is():
    contact_h = (60.0 + STRIDE_S * np.arange(500)) / 3600.0

    found = slope_of(strides_of(5.0 + 3.0 * contact_h))

    bounds = found.low_per_hour_deg, found.per_hour_deg, found.high_per_hour_deg
    assert bounds == pytest.approx((3.0, 3.0, 3.0))


def test_the_change_over_the_run_goes_from_the_first_stride_to_the_last():
    found = slope_of(strides_of(5.0 + 0.002 * np.arange(501)))

    assert found.over_run_deg == pytest.approx(1.0)


def test_a_pause_counts_as_the_time_it_is():
    strides = strides_of(np.zeros(400))
    strides.loc[200:, "initial_contact_s"] += 600.0
    strides[EXCURSION] = strides["initial_contact_s"] / 3600.0

    found = slope_of(strides)

    assert found.per_hour_deg == pytest.approx(1.0)


def test_strides_that_are_not_good_have_no_say():
    values = 5.0 + 0.002 * np.arange(500)
    strides = strides_of(values)
    strides.loc[100:160, ["quality", EXCURSION]] = ["rejected", 90.0]
    strides.loc[300, EXCURSION] = np.nan

    found = slope_of(strides)

    assert (found.per_hour_deg, found.n) == (
        pytest.approx(0.002 / STRIDE_S * 3600.0),
        438,
    )


def test_straights_can_be_looked_at_alone():
    strides = strides_of(np.zeros(500))
    strides.loc[strides["surface"] == "bend", EXCURSION] = np.arange(250.0)

    found = slope_of(strides, surface="straight")

    assert (found.over_run_deg, found.n) == (pytest.approx(0.0), 250)


def test_too_few_strides_have_no_slope():
    assert fatigue_slope(strides_of(np.zeros(29)), column=EXCURSION) is None


@pytest.mark.parametrize(
    ("rho", "n"), [(0.0, 30), (0.0, 500), (0.5, 150), (0.8, 500), (0.95, 2000)]
)
def test_95_of_100_intervals_hold_the_truth_where_neighbouring_strides_go_together(
    rho: float, n: int
):
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(REPEATS):
        found = slope_of(strides_of(scatter(rng, n, rho)))
        held += found.low_over_run_deg <= 0.0 <= found.high_over_run_deg

    # 250 intervals of true coverage 0.95 scatter by 0.014 (1 sigma).
    assert 0.915 <= held / REPEATS <= 0.985


def test_so_do_they_with_pauses_and_rejected_strides():
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(REPEATS):
        strides = strides_of(scatter(rng, 600, 0.7))
        strides.loc[rng.random(600) < 0.1, "quality"] = "rejected"
        strides.loc[400:, "initial_contact_s"] += 300.0
        found = slope_of(strides)
        held += found.low_over_run_deg <= 0.0 <= found.high_over_run_deg

    assert 0.915 <= held / REPEATS <= 0.985


def test_newey_and_wests_usual_interval_would_hold_it_too_rarely():
    rng = np.random.default_rng(8)
    n, held = 500, 0
    design = sm.add_constant(np.arange(n) - 0.5 * (n - 1))
    lags = int(4 * (n / 100) ** (2 / 9))
    for _ in range(REPEATS):
        fitted = sm.OLS(scatter(rng, n, 0.8), design).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
        )
        low, high = fitted.conf_int()[1]
        held += low <= 0.0 <= high

    assert held / REPEATS < 0.88


def test_an_autoregression_is_misled_where_noise_of_each_stride_hides_what_goes_together():
    rng = np.random.default_rng(14)
    n, ours, theirs = 1000, 0, 0
    design = sm.add_constant(np.arange(n) - 0.5 * (n - 1))
    for _ in range(REPEATS):
        values = scatter(rng, n, 0.9) + rng.standard_normal(n)
        found = slope_of(strides_of(values))
        ours += found.low_over_run_deg <= 0.0 <= found.high_over_run_deg
        low, high = sm.GLSAR(values, design, rho=1).iterative_fit(3).conf_int()[1]
        theirs += low <= 0.0 <= high

    assert (ours / REPEATS >= 0.915, theirs / REPEATS < 0.85) == (True, True)


def test_the_standard_error_is_that_of_statsmodels_regression_on_the_same_waves():
    rng = np.random.default_rng(9)
    strides = strides_of(scatter(rng, 300, 0.6))
    contact_s = strides["initial_contact_s"].to_numpy()
    phase = np.pi * (np.arange(300) + 0.5) / 300
    line = sm.add_constant(contact_s - contact_s.mean())
    waves = np.cos(np.outer(phase, np.arange(1, 9)))
    fitted = sm.OLS(strides[EXCURSION], line).fit()
    waved = sm.OLS(strides[EXCURSION], np.column_stack([line, waves])).fit()
    # The waves' mean square stands in for the residuals'.
    scale = (fitted.ssr - waved.ssr) / 8
    standard_error = fitted.bse.iloc[1] * np.sqrt(scale / fitted.mse_resid)

    found = slope_of(strides)

    half_width = 0.5 * (found.high_per_hour_deg - found.low_per_hour_deg) / 3600.0
    assert half_width == pytest.approx(2.306004 * standard_error, rel=1e-6)


def test_independent_strides_give_the_width_that_newey_and_west_give():
    rng = np.random.default_rng(10)
    ratios: list[float] = []
    for _ in range(100):
        strides = strides_of(scatter(rng, 500, 0.0))
        design = sm.add_constant(strides["initial_contact_s"])
        theirs = sm.OLS(strides[EXCURSION], design).fit(cov_type="HAC", cov_kwds={"maxlags": 5})
        found = slope_of(strides)
        half_width = 0.5 * (found.high_per_hour_deg - found.low_per_hour_deg) / 3600.0
        ratios.append((half_width / 2.306004 / theirs.bse.iloc[1]) ** 2)

    assert np.mean(ratios) == pytest.approx(1.0, abs=0.15)


def test_a_change_that_a_slipping_strap_could_make_is_not_called_one():
    budget_deg = 1.96 * DRIFT_SD_DEG[EXCURSION]
    strides = strides_of(np.linspace(0.0, 0.9 * budget_deg, 500))

    found = slope_of(strides)

    assert not found.beyond_drift


def test_a_change_beyond_scatter_and_drift_is_called_one():
    rng = np.random.default_rng(11)

    found = slope_of(strides_of(np.linspace(0.0, 1.5, 500) + 0.3 * scatter(rng, 500, 0.3)))

    assert found.beyond_drift


def test_scatter_and_drift_add_as_independent_errors():
    found = FatigueSlope(
        per_hour_deg=10.0,
        low_per_hour_deg=7.0,
        high_per_hour_deg=13.0,
        over_run_deg=5.01,
        low_over_run_deg=2.01,
        high_over_run_deg=8.01,
        drift_budget_deg=4.0,
        n=100,
    )

    assert (found.beyond_drift, replace(found, over_run_deg=4.99).beyond_drift) == (True, False)


def test_a_number_whose_drift_nobody_measured_is_refused():
    strides = strides_of(np.zeros(100)).assign(tibial_shock_g=5.0)

    with pytest.raises(ValueError, match="no drift is known of tibial_shock_g"):
        fatigue_slope(strides, column="tibial_shock_g")


def test_each_lap_adds_what_it_adds():
    strides = strides_of(np.zeros(600))
    strides[EXCURSION] = 0.25 * strides["lap"]

    found = lap_slope(strides, column=EXCURSION)

    assert found is not None
    assert (found.per_lap_deg, found.over_run_deg, found.n_laps) == (
        pytest.approx(0.25),
        pytest.approx(0.75),
        4,
    )


def test_what_comes_back_in_every_lap_is_no_slope():
    strides = strides_of(3.0 * np.sin(2 * np.pi * np.arange(600) / 150))

    found = lap_slope(strides, column=EXCURSION)

    assert found is not None
    assert found.per_lap_deg == pytest.approx(0.0, abs=1e-9)


def test_one_lap_has_no_slope_over_laps():
    assert lap_slope(strides_of(np.zeros(100)), column=EXCURSION) is None


def test_an_interval_of_another_confidence_is_another():
    rng = np.random.default_rng(12)
    strides = strides_of(scatter(rng, 300, 0.3))

    wide = slope_of(strides, params=FatigueParams(confidence=0.99))
    narrow = slope_of(strides)

    assert wide.high_per_hour_deg > narrow.high_per_hour_deg


def test_7500_strides_take_less_than_100_ms():
    strides = strides_of(scatter(np.random.default_rng(13), 7500, 0.5))
    slope_of(strides)

    start_s = perf_counter()
    slope_of(strides)

    assert perf_counter() - start_s < 0.1


def test_the_stated_drift_is_the_one_that_slipping_straps_were_measured_to_make():
    log = Path(__file__).parents[2] / "docs" / "logs" / "drift.txt"
    row = next(line for line in log.read_text().splitlines() if "straps slip" in line)
    excursion, rom, contact, peak, mean = (float(part) for part in re.findall(r"(\S+) /", row))

    stated = [
        DRIFT_SD_DEG[f"valgus_{name}_deg"] for name in ("excursion", "rom", "ic", "peak", "mean")
    ]

    assert stated == pytest.approx([excursion, rom, contact, peak, mean], abs=0.06)
