"""Contacts as they happen: against exact ones, against batch, whatever the packets."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from imu_valgus.core import FloatArray, ImuSamples, ImuSignal
from imu_valgus.strides import Footfall, OnlineContacts, find_contacts

NONE = ImuSamples.none()


@dataclass(frozen=True)
class Told:
    """What was told of a leg: stances as they ended, strides as the foot landed again."""

    stances: list[Footfall]
    strides: list[Footfall]
    waits_s: FloatArray
    """From each toe-off to the last sample that was needed to tell it."""

    @property
    def contact_s(self) -> FloatArray:
        return np.array([one.contact_s for one in self.stances])

    @property
    def toe_off_s(self) -> FloatArray:
        return np.array([one.toe_off_s for one in self.stances])


def feed(shank: ImuSignal, thigh: ImuSignal, *, size: int) -> Told:
    """Hand over both sensors' samples as time passes, so many at once."""
    contacts, told, waits_s = OnlineContacts(), list[Footfall](), list[float]()
    step_s = size / shank.sampling_rate_hz
    start_s = min(shank.time_s[0], thigh.time_s[0])
    stop_s = max(shank.time_s[-1], thigh.time_s[-1])
    for now_s in np.arange(start_s, stop_s, step_s) + step_s:
        both = (ImuSamples.of(one, one.between(now_s - step_s, now_s)) for one in (shank, thigh))
        found = contacts.update(*both)
        waits_s += [now_s - one.toe_off_s for one in found if one.next_contact_s is None]
        told += found
    return Told(
        [one for one in told if one.next_contact_s is None],
        [one for one in told if one.next_contact_s is not None],
        np.array(waits_s),
    )


def nearest(found_s: FloatArray, true_s: FloatArray) -> FloatArray:
    """Return how far the nearest of what was found is from each true time."""
    return found_s[np.argmin(np.abs(found_s[:, np.newaxis] - true_s), axis=0)] - true_s


@pytest.fixture(scope="module")
def told(true_legs) -> list[Told]:
    return [feed(leg.shank, leg.thigh, size=8) for leg in true_legs]


def test_98_percent_of_simulated_toe_offs_are_told_within_40_ms(true_legs, told):
    off_s = np.concatenate(
        [nearest(one.toe_off_s, leg.toe_off_s) for leg, one in zip(true_legs, told, strict=True)]
    )

    assert np.mean(np.abs(off_s) <= 0.040) >= 0.98


def test_98_percent_of_simulated_contacts_are_told_within_30_ms(true_legs, told):
    off_s = np.concatenate(
        [
            nearest(one.contact_s, leg.initial_contact_s)
            for leg, one in zip(true_legs, told, strict=True)
        ]
    )

    assert np.mean(np.abs(off_s) <= 0.030) >= 0.98


def test_no_stance_is_told_that_was_none(true_legs, told):
    off_s = np.concatenate(
        [
            nearest(leg.initial_contact_s, one.contact_s)
            for leg, one in zip(true_legs, told, strict=True)
        ]
    )

    assert np.abs(off_s).max() <= 0.030


def test_toe_offs_of_virtual_sensors_on_a_real_run_are_told_within_40_ms(measured_legs):
    off_s = np.concatenate(
        [
            nearest(feed(leg.shank, leg.thigh, size=8).toe_off_s, leg.toe_off_s)
            for leg in measured_legs
        ]
    )

    assert np.mean(np.abs(off_s) <= 0.040) >= 0.95


def test_contacts_of_a_real_run_lie_within_30_ms_of_the_marks(marked_leg):
    found = feed(marked_leg.shank, marked_leg.thigh, size=20)

    assert np.mean(np.abs(nearest(found.contact_s, marked_leg.marks_s)) <= 0.030) >= 0.97


def test_a_toe_off_is_told_60_ms_after_it_happened_when_samples_come_singly(true_legs):
    leg = true_legs[0]

    found = feed(leg.shank[:6000], leg.thigh[:6000], size=1)

    assert np.quantile(found.waits_s, 0.95) <= 0.060


def test_stances_are_those_of_batch_to_5_ms(true_legs, told):
    off_s = []
    for leg, one in zip(true_legs, told, strict=True):
        batch = find_contacts(leg.shank, leg.runs, thigh=leg.thigh)
        off_s += [nearest(batch.initial_contact_s, one.contact_s)]
        off_s += [nearest(batch.toe_off_s[~np.isnan(batch.toe_off_s)], one.toe_off_s)]

    assert np.abs(np.concatenate(off_s)).max() <= 0.005


def test_the_whole_stride_has_the_toe_off_of_batch_to_2_ms(true_legs, told):
    leg, one = true_legs[1], told[1]
    batch = find_contacts(leg.shank, leg.runs, thigh=leg.thigh)

    off_s = nearest(batch.toe_off_s[:-1], np.array([stride.toe_off_s for stride in one.strides]))

    assert np.abs(off_s).max() <= 0.002


def test_the_size_of_the_packets_does_not_matter(true_legs):
    leg = true_legs[2]
    shank, thigh = leg.shank[:4000], leg.thigh[:4000]

    assert feed(shank, thigh, size=1).stances == feed(shank, thigh, size=23).stances


def test_a_sensor_that_is_a_second_behind_changes_nothing_but_the_wait(true_legs):
    leg = true_legs[2]
    contacts = OnlineContacts()

    found = contacts.update(ImuSamples.of(leg.shank, slice(0, 4000)), NONE)
    for first in range(0, 4000, 10):
        found += contacts.update(NONE, ImuSamples.of(leg.thigh, slice(first, first + 10)))

    at_once = feed(leg.shank[:4000], leg.thigh[:4000], size=10)
    assert [one for one in found if one.next_contact_s is None] == at_once.stances


def test_no_stride_leads_across_a_hole(true_legs):
    leg = true_legs[3]
    kept = (leg.shank.time_s < 20.0) | (leg.shank.time_s > 20.5)
    shank = replace(
        leg.shank,
        time_s=leg.shank.time_s[kept],
        acc_mps2=leg.shank.acc_mps2[kept],
        gyr_radps=leg.shank.gyr_radps[kept],
        clipped=leg.shank.clipped[kept],
    )

    found = feed(shank, leg.thigh, size=8)

    across = [s for s in found.strides if s.contact_s < 20.0 < (s.next_contact_s or 0.0)]
    assert (across, len(found.strides) > 50) == ([], True)


def test_walking_has_no_stances_of_running(walking_leg):
    found = feed(walking_leg.shank, walking_leg.thigh, size=8)

    assert found.stances == []


def test_memory_does_not_grow(true_legs):
    leg, contacts = true_legs[0], OnlineContacts()
    held = []
    for first in range(0, 8000, 16):
        part = slice(first, first + 16)
        contacts.update(ImuSamples.of(leg.shank, part), ImuSamples.of(leg.thigh, part))
        held.append(len(contacts._grid) + len(contacts._shank._time_s))

    assert max(held[200:]) <= max(held[100:200]) + 32
