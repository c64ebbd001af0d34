"""When the cue sounds: by how far, how often, in how much of a session."""

import numpy as np
import pytest

from imu_valgus.collect import Band, FadingParams, Feedback, LiveStride, Verdict
from imu_valgus.core import Side

STRIDE_S = 0.7


def stride(
    k: int,
    excursion_deg: float,
    *,
    side: Side = "left",
    uncertain: bool = False,
    own_deg: float = 0.5,
    shared_deg: float = 2.0,
) -> LiveStride:
    contact_s = 40.0 + STRIDE_S * k
    return LiveStride(
        side=side,
        contact_s=contact_s,
        toe_off_s=contact_s + 0.25,
        valgus_ic_deg=1.0,
        valgus_peak_deg=1.0 + excursion_deg,
        valgus_excursion_deg=excursion_deg,
        excursion_own_sd_deg=own_deg,
        excursion_shared_sd_deg=shared_deg,
        uncertain=uncertain,
    )


def verdicts(feedback: Feedback, excursions_deg: list[float]) -> list[Verdict]:
    return [feedback.take(stride(k, one)) for k, one in enumerate(excursions_deg)]


def test_within_the_band_nothing_sounds():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [5.5] * 40)

    assert not any(one.sounds for one in told)


def test_beyond_the_band_by_less_than_the_error_nothing_sounds():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [6.9] * 40)

    assert not any(one.sounds for one in told)


def test_beyond_the_band_by_more_than_the_error_it_sounds():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [7.1] * 10)

    assert (told[-1].outside, any(one.sounds for one in told)) == ("above", True)


def test_below_the_band_it_says_so():
    told = verdicts(Feedback(Band(2, 6, seen=True)), [0.5] * 10)

    assert told[-1].outside == "below"


def test_a_band_from_elsewhere_must_be_left_by_the_whole_error():
    # 1.96 times the root of 0.5² and 2.0²: 4.0 degrees.
    told = verdicts(Feedback(Band(0, 6)), [9.8] * 10), verdicts(Feedback(Band(0, 6)), [10.2] * 10)

    assert [one[-1].outside for one in told] == [None, "above"]


def test_the_error_does_not_shrink_with_the_strides():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [5.0] * 10)

    assert told[-1].margin_deg == pytest.approx(told[0].margin_deg)


def test_one_stride_beyond_is_not_the_mean():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [5.0] * 10 + [9.0])

    assert told[-1].outside is None


def test_a_few_strides_are_no_mean():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [9.0] * 4)

    assert not any(one.outside for one in told)


def test_while_outside_it_sounds_again_after_three_seconds_not_with_every_stride():
    told = verdicts(Feedback(Band(0, 6, seen=True)), [9.0] * 60)

    at_s = np.array([STRIDE_S * k for k, one in enumerate(told) if one.sounds])
    assert np.diff(at_s).min() >= 3.0


def test_uncertain_strides_count_for_nothing():
    feedback = Feedback(Band(0, 6, seen=True))

    told = [feedback.take(stride(k, 12.0, uncertain=True)) for k in range(20)]

    assert (told[-1].n, any(one.sounds for one in told)) == (0, False)


def test_each_leg_has_its_own_mean():
    feedback = Feedback(Band(0, 6, seen=True))
    for k in range(10):
        feedback.take(stride(k, 9.0, side="left"))
        feedback.take(stride(k, 3.0, side="right"))

    assert [feedback.judge(side).outside for side in ("left", "right")] == ["above", None]


def test_a_band_that_moves_is_judged_at_once():
    feedback = Feedback(Band(0, 6, seen=True))
    verdicts(feedback, [5.0] * 10)

    feedback.band = Band(0, 2, seen=True)

    assert feedback.judge("left").outside == "above"


@pytest.mark.parametrize(("session", "share"), [(1, 1.0), (4, 1.0), (6, 0.55), (8, 0.1), (20, 0.1)])
def test_feedback_is_full_for_four_sessions_and_fades_over_four(session: int, share: float):
    assert FadingParams().share(session) == pytest.approx(share)


def test_in_the_last_session_a_minute_in_ten_is_heard():
    heard_s = sum(FadingParams().is_heard(8, float(at_s)) for at_s in range(1800))

    assert heard_s == 180


def test_a_faded_cue_is_seen_but_not_heard():
    feedback = Feedback(Band(0, 6, seen=True), session=8)

    told = verdicts(feedback, [9.0] * 200)

    late = told[100:]  # after 70 s
    assert (late[-1].outside, any(one.sounds for one in late)) == ("above", False)


@pytest.mark.parametrize(("low", "high"), [(6, 0), (3, 3), (-31, 0), (0, np.nan)])
def test_what_is_no_band_is_refused(low: float, high: float):
    with pytest.raises(ValueError, match="no band"):
        Band(low, high)
