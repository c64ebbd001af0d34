"""Every number of the stride log is what the angles and accelerations say."""

import time

import numpy as np
import pandas as pd
import pandera.errors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_valgus.core import STRIDE_COLUMNS, Event, ImuSignal
from imu_valgus.metrics import STRIDE_LOG_SCHEMA, StrideErrors, stride_log
from imu_valgus.strides import Contacts, find_laps, no_contacts, stride_table


@pytest.fixture
def log(table_of, contacts, angles, shank) -> pd.DataFrame:
    return stride_log(
        table_of(contacts), angles, session="a", side="left", shank=shank, thigh=shank
    )


def test_the_columns_are_the_designs_in_their_order(log):
    assert tuple(log.columns) == STRIDE_COLUMNS


@pytest.mark.parametrize(
    ("column", "value", "tolerance"),
    [
        ("stride_time_s", 0.7, 1e-9),
        ("contact_time_s", 0.28, 1e-9),
        ("cadence_spm", 120 / 0.7, 1e-6),
        ("valgus_ic_deg", 2.0, 0.1),
        ("valgus_peak_deg", 8.0, 0.01),
        ("valgus_peak_pct", 50.0, 1.0),
        ("valgus_excursion_deg", 6.0, 0.1),
        ("valgus_rom_deg", 6.0, 0.1),
        ("valgus_mean_deg", 2.0 + 6.0 * 2 / np.pi, 0.02),
        ("valgus_at_peak_flexion_deg", 8.0, 0.01),
        ("flexion_ic_deg", 10.0, 0.5),
        ("flexion_peak_stance_deg", 40.0, 0.02),
        ("flexion_peak_swing_deg", 90.0, 0.02),
        ("internal_rotation_peak_deg", 6.0, 0.01),
        ("internal_rotation_excursion_deg", 9.0, 0.15),
        ("thigh_tilt_peak_deg", -9.0, 0.01),
        ("shank_tilt_peak_deg", 3.0, 0.01),
        ("tibial_shock_g", 5.0, 1e-9),
        ("tibial_shock_axial_g", 4.0, 1e-9),
        ("thigh_shock_g", 5.0, 1e-9),
    ],
)
def test_each_column_holds_the_value_that_was_put_in(log, column, value, tolerance):
    np.testing.assert_allclose(log[column], value, atol=tolerance)


def test_excursion_is_zero_when_the_peak_is_at_contact(table_of, contacts, angles):
    falling = angles.assign(valgus_deg=-angles["valgus_deg"])

    log = stride_log(table_of(contacts), falling, session="a", side="left")

    assert log["valgus_excursion_deg"].max() < 0.1


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.floats(-60, 60), min_size=50, max_size=50))
def test_excursion_is_never_negative_and_never_above_the_range(values):
    contact_s = np.linspace(1.0, 8.0, 11)
    k = len(contact_s)
    contacts = Contacts(
        contact_s, contact_s + 0.28, np.zeros(k, dtype=np.int64), np.ones(k, dtype=np.bool_)
    )
    time_s = np.linspace(0.0, 10.0, 2001)
    valgus = np.interp(time_s, np.linspace(0.0, 10.0, 50), values)
    angles = pd.DataFrame(dict.fromkeys(("flexion_deg", "internal_rotation_deg"), valgus))
    angles = angles.assign(
        time_s=time_s, side="left", valgus_deg=valgus, thigh_tilt_deg=0.0, shank_tilt_deg=0.0
    )
    signal = ImuSignal(time_s, np.zeros((2001, 3)), np.zeros((2001, 3)), frame="segment")
    table = stride_table(contacts, [signal], laps=find_laps(0.0, 10.0))

    log = stride_log(table, angles, session="a", side="left")

    excursion = log["valgus_excursion_deg"]
    assert ((excursion >= 0) & (excursion <= log["valgus_rom_deg"] + 1e-9)).all()


@settings(max_examples=5, deadline=None)
@given(shift_s=st.floats(-1e4, 1e4))
def test_a_shift_of_time_changes_no_angle(shift_s):
    time_s = np.linspace(0.0, 10.0, 2001)
    wave = 5.0 * np.sin(2 * np.pi * time_s / 0.7)
    angles = pd.DataFrame(
        dict.fromkeys(("flexion_deg", "valgus_deg", "internal_rotation_deg"), wave)
    ).assign(time_s=time_s, side="left", thigh_tilt_deg=wave, shank_tilt_deg=wave)
    strides = pd.DataFrame(
        {
            "stride": [1],
            "lap": [1],
            "surface": ["straight"],
            "initial_contact_s": [2.0],
            "toe_off_s": [2.3],
            "next_contact_s": [2.7],
            "stride_time_s": [0.7],
            "contact_time_s": [0.3],
            "quality": ["good"],
            "reason": [""],
        }
    )
    times = ["initial_contact_s", "toe_off_s", "next_contact_s"]
    later = strides.assign(**{name: strides[name] + shift_s for name in times})

    here = stride_log(strides, angles, session="a", side="left")
    there = stride_log(later, angles.assign(time_s=time_s + shift_s), session="a", side="left")

    pd.testing.assert_frame_equal(
        there.drop(columns=times), here.drop(columns=times), atol=1e-4, rtol=0
    )


def test_the_other_legs_angles_are_left_out(table_of, contacts, angles):
    other = angles.assign(side="right", valgus_deg=50.0)

    log = stride_log(table_of(contacts), pd.concat([angles, other]), session="a", side="left")

    assert log["valgus_peak_deg"].max() < 9


def test_without_impacts_the_shocks_are_empty_and_the_reason_says_computed(
    table_of, contacts, angles, shank
):
    log = stride_log(
        table_of(contacts), angles, session="a", side="left", shank=shank, has_impacts=False
    )

    assert log["tibial_shock_g"].isna().all()
    assert set(log["reason"]) == {"computed"}


def test_one_sensor_gives_shocks_but_no_angles(table_of, contacts, shank):
    log = stride_log(table_of(contacts), None, session="a", side="left", shank=shank)

    assert log["valgus_peak_deg"].isna().all()
    assert log["tibial_shock_g"].notna().all()


def test_a_stride_with_a_gap_keeps_its_times_and_loses_its_angles(contacts, angles, shank):
    kept = ~((shank.time_s > 12.1) & (shank.time_s < 12.2))
    signal = ImuSignal(
        shank.time_s[kept], shank.acc_mps2[kept], shank.gyr_radps[kept], frame="segment"
    )
    table = stride_table(contacts, [signal], laps=find_laps(0.0, 60.0))

    log = stride_log(table, angles, session="a", side="left")

    assert log.loc[log["reason"] == "gap", "valgus_peak_deg"].isna().tolist() == [True]


def test_a_stride_without_toe_off_has_no_stance_values(table_of, contacts, angles):
    contacts.toe_off_s[3] = np.nan

    log = stride_log(table_of(contacts), angles, session="a", side="left")

    assert log["valgus_peak_deg"].isna().to_numpy().nonzero()[0].tolist() == [3]


def test_lap_length_gives_the_speed_of_whole_laps_only(contacts, angles, shank):
    laps = find_laps(5.0, 33.0, events=[Event(25.0, 0.0, "lap")])
    table = stride_table(contacts, [shank], laps=laps)

    log = stride_log(table, angles, session="a", side="left", laps=laps, lap_length_m=80.0)

    assert log.groupby("lap")["speed_mps"].max().tolist() == [
        4.0,
        pytest.approx(np.nan, nan_ok=True),
    ]


def test_standard_deviations_are_handed_through(table_of, contacts, angles):
    k = len(contacts) - 1
    sd = StrideErrors(np.full(k, 3.0), np.full(k, 0.1), np.full(k, 2.0), np.full(k, 0.1))

    log = stride_log(table_of(contacts), angles, session="a", side="left", errors=sd)

    assert log["valgus_excursion_stride_sd_deg"].tolist() == [0.1] * k


def test_no_contacts_make_an_empty_log_with_all_columns(table_of, angles):
    log = stride_log(table_of(no_contacts("none")), angles, session="a", side="left")

    assert (len(log), tuple(log.columns)) == (0, STRIDE_COLUMNS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valgus_excursion_deg": -1.0},
        {"quality": "fine"},
        {"side": "middle"},
        {"toe_off_s": 1000.0},
        {"quality": "rejected"},
        {"stride": 1},
    ],
)
def test_the_schema_refuses_what_cannot_be(log, wrong):
    with pytest.raises(pandera.errors.SchemaError):
        STRIDE_LOG_SCHEMA.validate(log.assign(**wrong))


def test_the_schema_refuses_another_order(log):
    with pytest.raises(pandera.errors.SchemaErrors):
        STRIDE_LOG_SCHEMA.validate(log[list(STRIDE_COLUMNS[::-1])])


@pytest.mark.benchmark
def test_an_hour_of_one_leg_takes_less_than_a_second(angles):
    time_s = np.arange(0.0, 3600.0, 0.005)
    contact_s = np.arange(1.0, 3599.0, 0.7)
    k = len(contact_s)
    contacts = Contacts(
        contact_s, contact_s + 0.28, np.zeros(k, dtype=np.int64), np.ones(k, dtype=np.bool_)
    )
    zeros = np.zeros((len(time_s), 3))
    signal = ImuSignal(time_s, zeros, zeros, frame="segment")
    long = pd.DataFrame({name: np.sin(time_s) for name in angles.columns}).assign(
        time_s=time_s, side="left"
    )
    began = time.perf_counter()

    table = stride_table(contacts, [signal, signal], laps=find_laps(0.0, 3600.0))
    stride_log(table, long, session="a", side="left", shank=signal, thigh=signal)

    assert time.perf_counter() - began < 1.0
