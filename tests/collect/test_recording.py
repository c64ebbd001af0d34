"""The collector against virtual sensors: what befalls a recording, and that nothing is lost."""

import asyncio
import errno
from pathlib import Path

import numpy as np
import pytest
from radio import Stage, record

from imu_valgus.collect import CollectorParams, Record, decode_session, read_captures
from imu_valgus.core import FloatArray, ImuValgusError, RecordingError
from imu_valgus.devices.ble import BluetoothError, Link
from imu_valgus.devices.decoders.reference import Command, StartRequest, encode_request
from imu_valgus.devices.virtual import Outage, RadioParams, WorldParams
from imu_valgus.pipeline.check import check_recording
from imu_valgus.recording import SampleAccount, read_session
from imu_valgus.recording.atomic import cannot_write

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


@pytest.fixture(scope="module")
def overwritten(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A sensor without flash whose ring holds 3 s, out of reach for 5 s."""
    small = WorldParams(outages=(Outage(5, 4),), ring_samples=600, flash_samples=0)
    return record(tmp_path_factory.mktemp("ring") / "session", seconds=14, params=small)


def test_a_ring_too_small_loses_what_it_overwrote_and_nothing_else(overwritten: Stage):
    sampler = overwritten.sensor("left_thigh").sensor.sampler
    asked_s = next(
        one.host_ns * 1e-9 - overwritten.host_zero_s
        for one in read_captures(overwritten.session)
        if one.written and len(one.payload) == 13 and one.payload[0] == Command.BACKFILL
    )
    assert sampler.session is not None
    taken = (sampler.clock.tick(asked_s) - sampler.session.first_tick) * 200e-6
    last_before = 16 * int(4 * 200 / 16)
    two_events = 2 * 0.03 * 200  # until the first sample is sent, the ring goes on turning

    (account,) = _accounts(overwritten.session)

    assert [(one.first, one.stop, one.cause) for one in account.lost] == [
        (
            pytest.approx(last_before, abs=16),
            pytest.approx(taken - 600 + two_events / 2, abs=two_events / 2),
            "overwritten",
        )
    ]


def test_the_lost_samples_are_a_gap_in_time(overwritten: Stage):
    (account,) = _accounts(overwritten.session)
    (lost,) = account.lost

    time_s = read_session(overwritten.session).signals["left_thigh"].time_s

    assert np.diff(time_s).max() * 200 == pytest.approx(lost.stop - lost.first + 1, abs=0.1)


def test_check_names_the_lost_samples_and_their_cause(overwritten: Stage):
    (account,) = _accounts(overwritten.session)
    (lost,) = account.lost

    found = check_recording(read_session(overwritten.session))

    assert [one.text for one in found if one.topic == "samples"] == [
        f"{account.n_lost} of {account.expected} samples are lost: "
        f"{lost.first} to {lost.stop - 1} (overwritten)"
    ]


def test_what_was_fetched_is_freed_on_the_sensor(run_off: Stage):
    assert [dict(one.sensor.sampler.flash.headers) for one in run_off.world.peripherals] == [{}] * 4


async def _restart(stage: Stage) -> None:
    """The sensor resets itself, two seconds after it got out of reach."""
    await asyncio.sleep(6)
    one = stage.sensor("left_thigh")
    await one.leave()
    await asyncio.sleep(1)
    one.sensor.reboot(asyncio.get_running_loop().time())
    await one.come_back()


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    session = tmp_path_factory.mktemp("restart") / "session"
    return record(session, seconds=14, meanwhile=_restart)


def test_a_sensor_that_restarts_goes_on_in_a_new_session(restarted: Stage):
    _accounts(restarted.session)

    signal = read_session(restarted.session).signals["left_thigh"]
    assert signal.duration_s == pytest.approx(14.0, abs=0.2)


def test_a_restart_costs_one_record_of_the_flash_at_most(restarted: Stage):
    _accounts(restarted.session)

    signal = read_session(restarted.session).signals["left_thigh"]
    longest_s = float(np.diff(signal.time_s).max())
    assert longest_s * 200 < 166 + 200  # and a second until it is started again


def test_a_restart_stands_in_the_account(restarted: Stage):
    (account,) = _accounts(restarted.session)

    assert account.restarts == 1


async def _fall_silent(stage: Stage) -> None:
    """As a D-Bus that is gone: the link seems up, and nothing comes (bleak PR #2012)."""
    await asyncio.sleep(4)
    one = stage.sensor("left_thigh")
    one.silent = True
    await asyncio.sleep(4)
    one.silent = False


def test_a_link_that_falls_silent_is_given_up_and_made_anew(tmp_path: Path):
    record(tmp_path / "session", seconds=14, meanwhile=_fall_silent)

    (account,) = _accounts(tmp_path / "session")
    kinds = [
        one.journal["kind"]
        for one in read_captures(tmp_path / "session")
        if one.journal is not None
    ]
    assert (account.lost, kinds.count("lost") >= 1) == ((), True)


async def _leave_for_good(stage: Stage) -> None:
    await asyncio.sleep(4)
    await stage.sensor("left_shank").leave()


def test_a_sensor_that_stays_away_does_not_hold_up_the_others(tmp_path: Path):
    patient = CollectorParams(patience_s=10.0)

    record(
        tmp_path / "session",
        seconds=8,
        sensors=2,
        collector=patient,
        meanwhile=_leave_for_good,
    )

    thigh, shank = _accounts(tmp_path / "session")
    assert (thigh.lost, thigh.expected is not None, shank.expected) == ((), True, None)


def test_a_sensor_that_records_for_somebody_else_is_left_alone(tmp_path: Path):
    async def occupy(stage: Stage) -> None:
        sensor = stage.sensor("left_thigh").sensor
        request = encode_request(Command.START, StartRequest(77, 0, 0, 0, 16, 0))
        sensor.control(request, asyncio.get_running_loop().time(), mtu=247)

    with pytest.raises(ImuValgusError, match="left_thigh does not start: it is recording already"):
        record(tmp_path / "session", seconds=2, before=occupy)


def test_a_sensor_low_on_battery_is_refused_before_the_start(tmp_path: Path):
    with pytest.raises(ImuValgusError, match="left_thigh: its battery is at 4 %"):
        record(tmp_path / "session", seconds=2, params=WorldParams(battery_percent=4))


def test_a_sensor_that_is_switched_off_is_named(tmp_path: Path):
    async def switch_off(stage: Stage) -> None:
        await stage.sensor("left_thigh").leave()

    with pytest.raises(ImuValgusError, match="left_thigh was not heard for 20 s"):
        record(tmp_path / "session", seconds=2, before=switch_off)


def test_a_sensor_with_a_full_flash_records_into_its_ring(tmp_path: Path):
    record(tmp_path / "session", seconds=4, params=WorldParams(flash_samples=100))

    (account,) = _accounts(tmp_path / "session")
    assert account.lost == ()


async def _fill_the_disk(stage: Stage) -> None:
    await asyncio.sleep(3)

    def refuse(record: Record) -> None:
        del record
        raise cannot_write(stage.collector.tape.path, OSError(errno.ENOSPC, "disk"))

    stage.collector.tape._writer.write = refuse


def test_a_disk_that_fills_up_is_one_line(tmp_path: Path):
    with pytest.raises(RecordingError, match="No space left on device"):
        record(tmp_path / "session", seconds=6, meanwhile=_fill_the_disk)


def test_what_was_captured_before_the_disk_was_full_can_be_decoded(tmp_path: Path):
    with pytest.raises(RecordingError):
        record(tmp_path / "session", seconds=6, meanwhile=_fill_the_disk)

    assert decode_session(tmp_path / "session").signals["left_thigh"].duration_s > 2.5


async def _pull_the_adapter_out(stage: Stage) -> None:
    """For three seconds after the link was lost, there is no Bluetooth."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(4)
    connect, back_s = stage.adapter.connect, loop.time() + 3

    async def refuse(address: str, *, name: str, patience_s: float) -> Link:
        if loop.time() < back_s:
            raise BluetoothError("no Bluetooth adapter was found", hint="plug one in")
        return await connect(address, name=name, patience_s=patience_s)

    stage.adapter.connect = refuse
    stage.sensor("left_thigh").cut()


def test_an_adapter_that_is_away_for_a_moment_ends_no_recording(tmp_path: Path):
    record(tmp_path / "session", seconds=12, meanwhile=_pull_the_adapter_out)

    (account,) = _accounts(tmp_path / "session")
    assert (account.lost, account.backfilled > 400) == ((), True)
