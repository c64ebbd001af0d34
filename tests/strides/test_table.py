"""Contacts become strides, and each stride is judged with a reason."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import FloatArray, ImuSignal
from imu_valgus.strides import (
    STRIDE_TABLE_COLUMNS,
    Contacts,
    Turning,
    find_laps,
    no_contacts,
    stride_table,
    stride_times,
)

TIME_S = np.arange(0.0, 60.0, 0.005)
CONTACT_S = np.linspace(5.0, 46.3, 60)
LAPS = find_laps(5.0, 50.0)


def contacts(contact_s: FloatArray = CONTACT_S) -> Contacts:
    k = len(contact_s)
    return Contacts(
        contact_s, contact_s + 0.25, np.zeros(k, dtype=np.int64), np.ones(k, dtype=bool)
    )


def quiet(time_s=TIME_S, clipped=None) -> ImuSignal:
    zeros = np.zeros((len(time_s), 3))
    flags = np.zeros(len(time_s), dtype=bool) if clipped is None else clipped
    return ImuSignal(time_s, zeros, zeros, clipped=flags, frame="segment")


def table_of(
    found: Contacts | None = None,
    signals: Sequence[ImuSignal] = (quiet(),),
    *,
    turning: Turning | None = None,
) -> pd.DataFrame:
    found = contacts() if found is None else found
    return stride_table(found, signals, laps=LAPS, turning=turning)


def test_every_contact_but_the_last_begins_a_stride():
    assert len(stride_times(contacts())) == len(CONTACT_S) - 1


def test_a_stride_does_not_lead_from_one_run_into_the_next():
    found = contacts()
    found.run_idx[30:] = 1

    assert len(stride_times(found)) == len(CONTACT_S) - 2


def test_a_long_way_to_the_next_contact_is_no_stride():
    assert len(stride_times(contacts(np.delete(CONTACT_S, 30)))) == len(CONTACT_S) - 3


def test_the_table_has_its_columns_in_their_order():
    assert tuple(table_of().columns) == STRIDE_TABLE_COLUMNS


def test_steady_strides_are_good_and_need_no_reason():
    table = table_of()

    assert (set(table["quality"]), set(table["reason"])) == ({"good"}, {""})


def test_a_gap_rejects_the_stride_that_it_lies_in_and_no_other():
    signal = quiet(np.delete(TIME_S, np.searchsorted(TIME_S, 12.3)))

    table = table_of(signals=[quiet(), signal])

    rejected = table[table["quality"] == "rejected"]
    assert rejected[["initial_contact_s", "reason"]].to_numpy().tolist() == [
        [pytest.approx(12.0), "gap"]
    ]


def test_a_clipped_sample_makes_its_stride_suspect():
    table = table_of(signals=[quiet(clipped=np.isclose(TIME_S, 12.3))])

    suspect = table[table["quality"] == "suspect"]
    assert suspect["reason"].tolist() == ["clipping"]


def test_a_stumble_is_suspect():
    stumble = CONTACT_S - np.where(CONTACT_S[29] < CONTACT_S, 0.15, 0.0)

    table = table_of(contacts(stumble))

    assert table.loc[table["quality"] == "suspect", "stride"].tolist() == [30]


def test_a_stride_without_toe_off_is_suspect():
    found = contacts()
    found.toe_off_s[7] = np.nan

    table = table_of(found)

    assert table.loc[table["quality"] == "suspect", "reason"].tolist() == ["no toe-off"]


def test_a_sharp_turn_is_suspect():
    rate = np.where((TIME_S > 20.0) & (TIME_S < 22.0), np.deg2rad(90.0), 0.0)

    table = table_of(turning=Turning(TIME_S, rate))

    assert set(table.loc[table["quality"] == "suspect", "reason"]) == {"sharp turn"}


def test_no_contacts_make_an_empty_table():
    assert len(table_of(no_contacts("no running found"))) == 0
