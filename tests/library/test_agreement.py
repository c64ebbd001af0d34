import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from imu_valgus.core import FloatArray
from imu_valgus.library.groups.agreement import (
    bland_altman_intervals,
    correlation_interval,
    pair_session,
    tasks_against_run,
    within_correlation,
)
from imu_valgus.metrics import agreement

# Peak expiratory flow, litres a minute, 17 people: Bland & Altman (1986), Lancet 327(8476),
# 307-310, table of the first measurements, doi:10.1016/S0140-6736(86)90837-8
WRIGHT = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427], float
)
MINI = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451], float
)
METRIC = "valgus_peak_deg"


def session_of(*, squat_deg: float, run_deg: float, seed: int = 0) -> pd.DataFrame:
    """Return the pairs of one made session: five squats and forty strides of the left leg."""
    rng = np.random.default_rng(seed)
    strides = pd.DataFrame(
        {
            "side": "left",
            "quality": "good",
            "initial_contact_s": np.arange(40.0),
            METRIC: run_deg + rng.normal(0, 0.5, 40),
        }
    )
    squats = pd.DataFrame(
        {
            "side": "left",
            "quality": "good",
            "kind": "squat",
            METRIC: squat_deg + rng.normal(0, 1.0, 5),
        }
    )
    return pair_session(strides, squats, athlete=f"a{seed:02d}", session=f"s{seed}", metric=METRIC)


def test_peak_flow_has_the_bias_that_bland_and_altman_published():
    assert agreement(WRIGHT, MINI).bias_deg == pytest.approx(-2.1, abs=0.05)


def test_peak_flow_has_the_correlation_that_bland_and_altman_published():
    assert agreement(WRIGHT, MINI).r == pytest.approx(0.94, abs=0.005)


def test_peak_flow_has_the_interval_of_the_bias_that_bland_and_altman_published():
    found, _, _ = bland_altman_intervals(-2.1, 38.8, 17)

    assert (found.low, found.high) == pytest.approx((-22.0, 17.8), abs=0.1)


def test_blood_pressure_has_the_intervals_of_the_limits_that_bland_and_altman_published():
    _, lower, upper = bland_altman_intervals(-16.29, 19.61, 85)

    # Bland & Altman (1999), section 2, mmHg; they round on the way
    published = (-61.9, -47.5, 14.9, 29.3)
    found = (lower.low, lower.high, upper.low, upper.high)
    assert found == pytest.approx(published, abs=0.15)


def test_the_interval_of_a_correlation_is_scipys():
    theirs = stats.pearsonr(WRIGHT, MINI).confidence_interval(0.95)

    found = correlation_interval(agreement(WRIGHT, MINI).r, 17)

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-4)


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_the_correlation_within_runners_is_pingouins():
    data = pingouin.read_dataset("rm_corr").rename(
        columns={"Subject": "athlete", "pH": "task_deg", "PacO2": "run_deg"}
    )
    theirs = pingouin.rm_corr(data, x="task_deg", y="run_deg", subject="athlete")

    r, _ = within_correlation(data.assign(session=np.arange(len(data))))

    assert r == pytest.approx(theirs["r"].iloc[0], abs=1e-6)


def test_the_interval_within_runners_is_the_published_one():
    data = pingouin.read_dataset("rm_corr").rename(
        columns={"Subject": "athlete", "pH": "task_deg", "PacO2": "run_deg"}
    )

    _, found = within_correlation(data.assign(session=np.arange(len(data))))

    # Bakdash & Marusich (2017): r = -0.507, 95 % interval -0.707 to -0.231
    assert (found.low, found.high) == pytest.approx((-0.707, -0.231), abs=0.01)


def test_a_sessions_difference_is_that_of_its_means():
    found = session_of(squat_deg=9.0, run_deg=5.0)

    expected = found["task_deg"] - found["run_deg"]
    assert found["difference_deg"].to_list() == pytest.approx(expected.to_list())


def test_a_sessions_interval_is_welchs_where_strides_forget_each_other():
    squats, strides = np.array([8.0, 9.5, 10.0, 8.5]), 5.0 + np.tile([0.5, -0.5], 20)
    run = pd.DataFrame(
        {"side": "left", "quality": "good", "initial_contact_s": range(40), METRIC: strides}
    )
    done = pd.DataFrame({"side": "left", "quality": "good", "kind": "squat", METRIC: squats})
    theirs = stats.ttest_ind(squats, strides, equal_var=False).confidence_interval(0.95)

    pair = pair_session(run, done, athlete="a", session="s", metric=METRIC)

    found = (pair["low_deg"].iloc[0], pair["high_deg"].iloc[0])
    assert found == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def width_of(strides: FloatArray) -> float:
    """Return the width of a session's interval beside four squats that are nearly the same."""
    run = pd.DataFrame({"side": "left", "quality": "good", METRIC: strides})
    squats = pd.DataFrame({"side": "left", "quality": "good", "kind": "squat", METRIC: strides[:4]})
    pair = pair_session(
        run.assign(initial_contact_s=range(len(run))),
        squats.assign(**{METRIC: [9.0, 9.001, 9.002, 9.003]}),
        athlete="a",
        session="s",
        metric=METRIC,
    )
    return float(pair["high_deg"].iloc[0] - pair["low_deg"].iloc[0])


def test_strides_that_remember_each_other_widen_a_sessions_interval():
    shuffled = np.random.default_rng(20261122).normal(5, 1, 400)

    assert width_of(np.sort(shuffled)) > 2 * width_of(shuffled)


def test_a_runner_with_many_sessions_counts_once():
    one, other = session_of(squat_deg=9, run_deg=5), session_of(squat_deg=8, run_deg=5, seed=1)
    often = pd.concat([one, *(other.assign(session=f"t{k}") for k in range(9))])

    assert tasks_against_run(often)[0].n_runners == 2


def test_three_runners_have_no_interval_of_the_correlation():
    pairs = pd.concat([session_of(squat_deg=9.0 + k, run_deg=5.0 + k, seed=k) for k in range(3)])

    assert np.isnan(tasks_against_run(pairs)[0].r.low)


def test_a_wide_interval_of_the_correlation_is_said():
    pairs = pd.concat([session_of(squat_deg=9.0, run_deg=5.0, seed=k) for k in range(8)])

    words = " ".join(tasks_against_run(pairs)[0].words)

    assert "with 8 runners the correlation is known only to lie between" in words


def test_a_leg_without_strides_has_no_pair():
    nothing = pd.DataFrame(columns=["side", "quality", "initial_contact_s", METRIC])
    squats = pd.DataFrame({"side": ["left"], "quality": "good", "kind": "squat", METRIC: 5.0})

    assert pair_session(nothing, squats, athlete="a", session="s", metric=METRIC).empty


def test_one_squat_has_a_difference_without_an_interval():
    strides = pd.DataFrame(
        {"side": "left", "quality": "good", "initial_contact_s": range(20), METRIC: 5.0}
    )
    squats = pd.DataFrame({"side": ["left"], "quality": "good", "kind": "squat", METRIC: 9.0})

    pair = pair_session(strides, squats, athlete="a", session="s", metric=METRIC)

    assert pair[["difference_deg", "low_deg"]].isna().to_numpy().tolist() == [[False, True]]
