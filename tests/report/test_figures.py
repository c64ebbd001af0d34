from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from plotly import graph_objects as go

from imu_valgus.pipeline import LapTimes
from imu_valgus.report import figures
from imu_valgus.report.curves import MeanCurve

PERCENT = np.array([0.0, 50.0, 100.0])
RUNNER = MeanCurve(PERCENT, np.array([0.0, 4.0, 1.0]), np.array([0.0, 0.5, 0.25]), 30)
NO_SPREAD = MeanCurve(PERCENT, RUNNER.mean_deg, np.full(3, np.nan), 1)
REFERENCE = MeanCurve(PERCENT, np.array([0.0, 3.0, 1.0]), np.array([2.0, 3.0, 3.0]), 46)
LAPS = (LapTimes(1, 0.0, 40.0), LapTimes(2, 40.0, 80.0))


def strides(n: int, period_s: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "initial_contact_s": period_s * np.arange(n),
            "valgus_excursion_deg": np.linspace(4.0, 6.0, n),
            "valgus_peak_deg": np.linspace(6.0, 8.0, n),
        }
    )


def traces(figure: go.Figure) -> list[Any]:
    """Return what is drawn; Plotly tells no types."""
    return list(cast("Any", figure).data)


def lines(figure: go.Figure) -> dict[str, Any]:
    """Return the figure's named lines by their name."""
    return {t.name: t for t in traces(figure) if t.mode == "lines" and t.fill is None}


ZERO = "0 = standing"
EVERY_FIGURE = {
    "stance of valgus": figures.stance_figure(RUNNER, REFERENCE, side="left", angle="valgus"),
    "stance of flexion": figures.stance_figure(RUNNER, REFERENCE, side="left", angle="flexion"),
    "stride of valgus": figures.stride_figure(RUNNER, side="right", angle="valgus", zero=ZERO),
    "both legs": figures.sides_figure({"left": RUNNER, "right": RUNNER}, angle="valgus", zero=ZERO),
    "course": figures.course_figure(strides(50), side="left", zero=ZERO),
}


def test_the_mean_line_is_the_mean_curve():
    figure = figures.stance_figure(RUNNER, REFERENCE, side="left", angle="valgus")

    np.testing.assert_allclose(lines(figure)["Left, 30 strides"].y, RUNNER.mean_deg)


def test_the_reference_line_is_the_references_mean():
    figure = figures.stance_figure(RUNNER, REFERENCE, side="left", angle="valgus")

    np.testing.assert_allclose(lines(figure)["46 runners"].y, REFERENCE.mean_deg)


def test_the_band_is_one_standard_deviation_to_either_side():
    figure = figures.stride_figure(RUNNER, side="left", angle="valgus", zero=ZERO)

    band = next(trace for trace in traces(figure) if trace.fill == "toself")
    np.testing.assert_allclose(band.y, [0.0, 4.5, 1.25, 0.75, 3.5, 0.0])


def test_a_curve_without_spread_is_drawn_without_a_band():
    figure = figures.stride_figure(NO_SPREAD, side="left", angle="valgus", zero=ZERO)

    assert not any(trace.fill for trace in traces(figure))


@pytest.mark.parametrize("figure", EVERY_FIGURE.values(), ids=EVERY_FIGURE.keys())
def test_every_value_axis_says_unit_sign_and_zero(figure: go.Figure):
    titles = [axis.title.text for axis in figure.select_yaxes()]

    assert all("(°)" in title and "+ " in title and "0 = " in title for title in titles)


@pytest.mark.parametrize("figure", EVERY_FIGURE.values(), ids=EVERY_FIGURE.keys())
def test_every_figure_weighs_little(figure: go.Figure):
    assert len(str(figure.to_json())) < 4_000


def test_a_curve_from_contact_says_that_zero_is_at_contact():
    title = EVERY_FIGURE["stance of valgus"].layout.yaxis.title.text

    assert title.endswith("0 = at contact")


def test_a_whole_stride_says_that_zero_is_standing():
    title = EVERY_FIGURE["stride of valgus"].layout.yaxis.title.text

    assert title.endswith("0 = standing")


def test_the_legs_differ_in_more_than_colour():
    drawn = lines(EVERY_FIGURE["both legs"])

    assert drawn["Left, 30 strides"].line.dash != drawn["Right, 30 strides"].line.dash


def test_each_lap_has_a_mark_where_it_starts():
    figure = figures.course_figure(strides(80), side="left", zero=ZERO, laps=LAPS)

    assert sorted(mark.x0 for mark in figure.layout.shapes) == [0.0, 40.0]


def test_a_long_run_counts_in_minutes():
    figure = figures.course_figure(strides(240), side="left", zero=ZERO, laps=LAPS)

    assert figure.layout.xaxis.title.text == "Time in the session (min)"


def test_each_stride_of_a_short_run_is_a_dot():
    figure = figures.course_figure(strides(50), side="left", zero=ZERO)

    dots = next(trace for trace in traces(figure) if trace.mode == "markers")
    np.testing.assert_allclose(dots.y, np.linspace(4.0, 6.0, 50), rtol=1e-6)


def test_a_very_long_run_is_a_band_and_no_cloud_of_dots():
    figure = figures.course_figure(strides(7_500), side="left", zero=ZERO)

    assert not any(trace.mode == "markers" for trace in traces(figure))


def test_a_pause_breaks_the_band_of_a_very_long_run():
    run = strides(2_000)
    run.loc[1_000:, "initial_contact_s"] += 600.0

    figure = figures.course_figure(run, side="left", zero=ZERO)

    assert sum(trace.fill == "toself" for trace in traces(figure)) == 4


def test_a_course_without_numbers_is_an_empty_figure():
    figure = figures.course_figure(
        strides(50).assign(valgus_excursion_deg=np.nan), side="left", zero=ZERO
    )

    assert {trace.yaxis for trace in traces(figure)} == {"y2"}


def test_a_shared_range_holds_every_band_and_zero():
    low, high = figures.shared_range(RUNNER, REFERENCE)

    assert low < -2.0
    assert high > 6.0


def test_a_shared_range_never_blows_noise_up_to_look_like_movement():
    flat = MeanCurve(PERCENT, np.full(3, 0.1), np.full(3, 0.01), 30)

    low, high = figures.shared_range(flat)

    assert high - low >= 2.0
