"""The collector against virtual sensors: what befalls a recording, and that nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
from radio import Stage, record

from imu_valgus.collect import decode_session
from imu_valgus.core import FloatArray
from imu_valgus.devices.virtual import Outage, RadioParams, WorldParams
from imu_valgus.recording import SampleAccount, read_session

THREE_OUTAGES = WorldParams(outages=(Outage(3, 4), Outage(3, 9), Outage(2, 16)))


def _accounts(session: Path) -> list[SampleAccount]:
    decode_session(session)
    return [one.samples for one in read_session(session).info.sensors if one.samples is not None]


def _sync_errors_s(stage: Stage) -> FloatArray:
    """How far each sensor's time is from the first one's at the same moment: (sensors, times)."""
    at_s = np.linspace(0.0, 20.0, 50)
    true_s = np.array(
        [
            stage.sensor(one.placement).sensor.sampler.clock.true_time(one.device_time(at_s) * 1e6)
            for one in read_session(stage.session).info.sensors
        ]
    )
    return true_s - true_s[0]


@pytest.fixture(scope="module")
def run_off(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four sensors for 20 s, three times out of reach; decoded."""
    session = tmp_path_factory.mktemp("run_off") / "session"
    stage = record(session, seconds=20, sensors=4, params=THREE_OUTAGES)
    decode_session(session)
    return stage


def test_a_runner_who_runs_off_and_comes_back_loses_nothing(run_off: Stage):
    accounts = _accounts(run_off.session)

    assert [(one.lost, one.live + one.backfilled == one.expected) for one in accounts] == [
        ((), True)
    ] * 4


def test_what_was_missed_on_the_way_was_fetched_later(run_off: Stage):
    assert all(one.backfilled > 1000 for one in _accounts(run_off.session))


def test_every_decoded_sample_is_the_one_that_the_sensor_took(run_off: Stage):
    signal = read_session(run_off.session).signals["left_shank"]

    sampler = run_off.sensor("left_shank").sensor.sampler
    assert sampler.session is not None
    taken = sampler._replay.at(sampler.session.offset, sampler.session.offset + len(signal))
    np.testing.assert_allclose(signal.gyr_radps, taken[:, 3:], atol=0.07 * np.pi / 180)


def test_the_sensors_agree_on_time_to_within_4_ms(run_off: Stage):
    errors_s = np.abs(_sync_errors_s(run_off)[1:])

    assert np.quantile(errors_s, 0.95) <= 4e-3


def test_samples_that_got_lost_below_the_link_are_fetched(tmp_path: Path):
    radio = RadioParams(loss=0.05, duplicates=0.05)

    record(tmp_path / "session", seconds=10, params=WorldParams(radio=radio))

    (account,) = _accounts(tmp_path / "session")
    assert (account.lost, account.backfilled > 0) == ((), True)


def test_a_ring_too_small_loses_what_it_overwrote_and_nothing_else(tmp_path: Path):
    small = WorldParams(outages=(Outage(5, 4),), ring_samples=600, flash_samples=0)

    record(tmp_path / "session", seconds=14, params=small)

    (account,) = _accounts(tmp_path / "session")
    assert [one.cause for one in account.lost] == ["overwritten"]
