"""A session in a notebook: the numbers of the command, as tables, and nothing written."""

import doctest
import shutil
import traceback
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from imu_valgus import notebook
from imu_valgus.core import (
    ANGLE_COLUMNS,
    STRIDE_COLUMNS,
    Event,
    ImuSignal,
    ImuValgusError,
    Placement,
    RecordingError,
)
from imu_valgus.metrics import loading
from imu_valgus.notebook import (
    AnalysisParams,
    AngleColumn,
    Derived,
    Session,
    analyze,
    curves,
    open_session,
    shipped_session,
    strides,
)
from imu_valgus.pipeline import read_derived
from imu_valgus.recording import TRUTH_NAME, Recording, SpeedCurve, write_session, write_speeds


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session(shipped_session())


@pytest.fixture(scope="module")
def results(session: Session) -> Derived:
    return analyze(session)


@pytest.fixture(scope="module")
def kept(analysed_run: Path) -> Session:
    """The same session with the results that the command keeps."""
    return open_session(analysed_run)


def with_bad_strides(results: Derived, *, every: int) -> Derived:
    """Return results in which some strides are rejected."""
    log = results.strides.copy()
    log.loc[::every, "quality"] = "rejected"
    return replace(results, strides=log)


def test_the_examples_of_the_docstrings_say_what_comes_out(results: Derived):
    def analyzed(_session: Session) -> Derived:
        """Each example begins anew; only the module's own, which imports, need analyse again."""
        return results

    tried = doctest.testmod(notebook, extraglobs={"analyze": analyzed})

    assert (tried.failed, tried.attempted > 15) == (0, True)


def test_a_session_tells_who_wore_what(session: Session):
    worn = {sensor.placement for sensor in session.info.sensors}

    assert (session.name, worn) == ("rbds001_treadmill-run", set(session.signals))


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(shipped_session(), tmp_path / "run", ignore=shutil.ignore_patterns("derived"))
    monkeypatch.setenv("HOME", str(tmp_path))

    assert open_session("~/run").path == tmp_path / "run"


def test_opening_reads_no_signals(tmp_path: Path):
    shutil.copy(shipped_session() / "session.json", tmp_path)

    assert open_session(tmp_path).info == open_session(shipped_session()).info


def test_the_numbers_are_those_of_the_command(results: Derived, kept: Session):
    by_command = read_derived(kept.path)

    for name in ("strides", "repetitions", "angles"):
        pd.testing.assert_frame_equal(getattr(results, name), getattr(by_command, name))
    assert results.summary.sides == by_command.summary.sides


def test_an_analysis_in_memory_writes_nothing(tmp_path: Path):
    copy = tmp_path / "run"
    shutil.copytree(shipped_session(), copy, ignore=shutil.ignore_patterns("derived"))
    before = sorted(copy.rglob("*"))

    analyze(open_session(copy))

    assert sorted(copy.rglob("*")) == before


def test_parameters_reach_the_analysis(session: Session, results: Derived):
    turned = analyze(session, params=AnalysisParams(left_standing_valgus_deg=3.0))

    moved = (
        strides(turned, side="left")["valgus_ic_deg"]
        - strides(results, side="left")["valgus_ic_deg"]
    )
    np.testing.assert_allclose(moved, 3.0, atol=1e-6)


def test_the_speed_of_a_watch_reaches_the_strides(tmp_path: Path):
    copy = tmp_path / "run"
    shutil.copytree(shipped_session(), copy, ignore=shutil.ignore_patterns("derived"))
    write_speeds(copy, SpeedCurve(np.arange(60.0), np.full(60, 2.5), "made"))

    log = strides(analyze(open_session(copy)))

    np.testing.assert_allclose(log["speed_mps"], 2.5)


def test_events_that_are_set_in_the_notebook_are_followed(session: Session, results: Derived):
    contact_s = float(strides(results, side="left")["initial_contact_s"].iloc[10])
    rejected = Event(contact_s, 0.0, "reject", side="left")

    judged = analyze(replace(session, events=(rejected,)))

    assert strides(judged, quality="rejected")["initial_contact_s"].to_list() == [contact_s]


def test_strides_are_the_good_ones_of_both_legs_in_their_order(results: Derived):
    log = strides(with_bad_strides(results, every=5))

    assert tuple(log.columns) == STRIDE_COLUMNS
    assert (log["quality"] == "good").all()
    pd.testing.assert_frame_equal(
        log, log.sort_values(["side", "initial_contact_s"], ignore_index=True)
    )


def test_all_strides_are_good_ones_and_the_others(results: Derived):
    some = with_bad_strides(results, every=5)

    n = [len(strides(some, quality=quality)) for quality in ("good", "rejected", None)]

    assert (n[0] + n[1], n[2]) == (n[2], len(results.strides))


def test_the_log_of_the_notebook_is_one_that_the_library_reads_on(results: Derived):
    forces = loading(strides(results, side="left"))

    assert np.isfinite(forces["duty_factor"]).all()


@pytest.mark.parametrize("column", get_args(AngleColumn))
def test_the_kept_results_give_the_same_curves(results: Derived, kept: Session, column):
    pd.testing.assert_frame_equal(curves(results, column=column), curves(kept, column=column))


def test_the_kept_results_give_the_same_strides(results: Derived, kept: Session):
    pd.testing.assert_frame_equal(strides(results), strides(kept))


def test_a_curve_begins_with_what_the_stride_log_says_of_the_contact(results: Derived):
    at_contact = curves(results, side="right")[0]

    log = strides(results, side="right").set_index(["side", "stride"])
    pd.testing.assert_series_equal(
        at_contact, log["valgus_ic_deg"], check_names=False, check_index_type=False, atol=0.02
    )


def test_a_curve_of_the_whole_stride_ends_where_the_next_begins(results: Derived):
    flexion = curves(results, column="flexion_deg", span="stride", side="left", quality=None)

    log = strides(results, side="left", quality=None)
    follows = log["next_contact_s"].iloc[:-1].to_numpy() == log["initial_contact_s"].iloc[1:]
    assert follows.any()
    np.testing.assert_allclose(
        flexion[100].to_numpy()[:-1][follows], flexion[0].to_numpy()[1:][follows]
    )


def test_curves_and_strides_are_of_the_same_strides(results: Derived):
    some = with_bad_strides(results, every=7)

    found, log = curves(some), strides(some)

    assert found.index.to_list() == list(zip(log["side"], log["stride"], strict=True))
    assert found.shape == (len(log), 101)


def test_a_study_of_the_shipped_run_finds_the_truth_within_twice_the_stated_error(
    session: Session, results: Derived
):
    truth = replace(results, angles=pd.read_parquet(session.path / TRUTH_NAME))

    error_deg = (curves(results) - curves(truth)).groupby("side").mean()

    stated_deg = curves(results, column="valgus_sd_deg").groupby("side").mean()
    assert (error_deg.abs() <= 2 * stated_deg).to_numpy().all()


def test_where_no_stride_is_chosen_the_table_of_curves_is_empty(results: Derived):
    assert curves(results, quality="rejected").shape == (0, 101)


def test_a_leg_with_one_sensor_has_strides_but_no_curve(session: Session, tmp_path: Path):
    shank = session.info.sensor("left_shank")
    info = replace(session.info, reference="left_shank", sensors=(shank,))
    signals: dict[Placement, ImuSignal] = {"left_shank": session.signals["left_shank"]}
    write_session(tmp_path / "lone", Recording(info, signals))

    found = curves(analyze(open_session(tmp_path / "lone")), quality=None)

    assert (len(found) > 0, bool(found.isna().to_numpy().all())) == (True, True)


def test_the_columns_that_a_curve_may_be_of_are_those_of_the_angles():
    assert {*get_args(AngleColumn), "time_s", "side"} == set(ANGLE_COLUMNS)


@pytest.mark.parametrize(
    "wrong", [{"column": "valgus"}, {"span": "swing"}, {"side": "Left"}, {"quality": "fine"}]
)
def test_a_word_that_is_none_is_told_with_those_that_are(results: Derived, wrong):
    with pytest.raises(ValueError, match=r"expected one of '"):
        curves(results, **wrong)


def test_a_session_that_is_not_analysed_is_told_with_its_cure(tmp_path: Path):
    shutil.copy(shipped_session() / "session.json", tmp_path)

    with pytest.raises(RecordingError, match="not analysed yet") as caught:
        strides(open_session(tmp_path))

    assert "imu-valgus analyze" in caught.value.hint


def test_a_folder_that_is_no_session_is_told_as_the_command_tells_it(tmp_path: Path):
    with pytest.raises(RecordingError, match=r"session\.json"):
        open_session(tmp_path)


def test_a_notebook_shows_the_hint_below_the_error():
    error = ImuValgusError("no such session", hint="look at the spelling")

    shown = traceback.format_exception_only(error)

    assert shown[1:] == ["hint: look at the spelling\n"]


def test_without_a_hint_nothing_is_shown_below_the_error():
    assert len(traceback.format_exception_only(ImuValgusError("no such session"))) == 1
