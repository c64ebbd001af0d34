"""Left against right, and valgus against flexion."""

import numpy as np
import pandas as pd
import pytest

from imu_valgus.metrics import crosstalk, crosstalk_in_strides, side_to_side, stride_log


@pytest.fixture
def log(table_of, contacts, angles) -> pd.DataFrame:
    right = angles.assign(side="right", valgus_deg=1.5 * angles["valgus_deg"])
    return pd.concat(
        [
            stride_log(table_of(contacts), angles, session="a", side="left"),
            stride_log(table_of(contacts), right, session="a", side="right"),
        ],
        ignore_index=True,
    )


def test_the_difference_is_left_minus_right(log):
    differences = side_to_side(log)["left_minus_right"].to_dict()

    assert differences["valgus_excursion_deg"] == pytest.approx(-3.0, abs=0.1)


def test_only_good_strides_are_compared(log):
    spoilt = log.copy()
    bad = (spoilt["side"] == "left") & (spoilt["stride"] > 5)
    spoilt.loc[bad, ["valgus_excursion_deg", "quality", "reason"]] = [99.0, "suspect", "clipping"]

    means = side_to_side(spoilt)["left_mean"].to_dict()

    assert means["valgus_excursion_deg"] == pytest.approx(6.0, abs=0.1)


def test_a_leg_without_strides_leaves_the_difference_empty(log):
    table = side_to_side(log[log["side"] == "left"])

    assert table["left_minus_right"].isna().all()


def test_crosstalk_of_a_line_is_its_slope():
    flexion = np.linspace(0.0, 90.0, 200)

    found = crosstalk(flexion, 3.0 - 0.1 * flexion)

    assert (found.r, found.slope) == (pytest.approx(-1.0), pytest.approx(-0.1))


def test_crosstalk_of_a_still_knee_cannot_be_told():
    assert np.isnan(crosstalk(np.zeros(50), np.ones(50)).r)


def test_crosstalk_is_read_in_good_strides_only(log, angles):
    askew = angles.assign(valgus_deg=0.2 * angles["flexion_deg"])
    outside = (angles["time_s"] < 5.0) | (angles["time_s"] > 33.0)
    askew.loc[outside, "valgus_deg"] = 50.0

    assert crosstalk_in_strides(log, askew, side="left").slope == pytest.approx(0.2)
