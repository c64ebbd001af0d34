"""What the study of re-donnings counts as right."""

import pandas as pd
import pytest
from redonned import runner_of
from redonning_verdicts import Claim
from redonnings import either_leg


def claim(verdict: str, *, true_deg: float, found_deg: float) -> Claim:
    return Claim(
        runner=1,
        metric="valgus_peak_deg",
        change="",
        true_deg=true_deg,
        found_deg=found_deg,
        mdc95_deg=3.0,
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("verdict", "true_deg", "found_deg", "is_right"),
    [
        ("changed", 5.0, 4.0, True),
        ("changed", 5.0, -4.0, False),
        ("changed", 0.0, 4.0, False),
        ("equivalent", 1.0, 0.0, True),
        ("equivalent", -2.5, 0.0, False),
    ],
)
def test_a_claim_is_right_as_the_truth_has_it(
    verdict: str, true_deg: float, found_deg: float, *, is_right: bool
):
    assert claim(verdict, true_deg=true_deg, found_deg=found_deg).is_right == is_right


def test_no_detectable_change_claims_nothing():
    assert not claim("no detectable change", true_deg=5.0, found_deg=1.0).is_claim


def test_no_two_runners_are_alike():
    assert runner_of(4001).height_m != runner_of(4002).height_m


def test_the_error_of_either_leg_is_pooled_over_both():
    values = {"left": [1.0, 3.0], "right": [5.0, 5.0]}
    table = pd.DataFrame(
        [
            {
                "athlete": "a1",
                "session": f"s{number}",
                "side": side,
                "activity": "run",
                "metric": "valgus_peak_deg",
                "plane": "valgus",
                "value_deg": value,
                "n": 80,
            }
            for side, own in values.items()
            for number, value in enumerate(own)
        ]
    )

    (error,) = either_leg(table)

    assert (error.sd_between_sessions_deg, error.side) == (1.0, None)
