"""Sensors that only stream: what is recorded of them, and what their accounts can say."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import warp
from twins import TwinStage, UncountedTwin, noise, on_air, record_twins, who

from imu_valgus.app.cli.sensor_options import describe
from imu_valgus.collect import SensorAtHand, decode_session, read_captures
from imu_valgus.collect.sessions import find
from imu_valgus.core import ImuValgusError
from imu_valgus.devices import SENSORS
from imu_valgus.devices.virtual import RadioParams
from imu_valgus.devices.virtual.capture2go import Capture2GoTwin
from imu_valgus.devices.virtual.movella_dot import MovellaDotTwin
from imu_valgus.devices.virtual.twin import Twin
from imu_valgus.pipeline.check import check_recording
from imu_valgus.recording import Recording, SampleAccount, read_session

CAPTURE2GO, DOT, WITMOTION = (SENSORS[key] for key in ("capture2go", "movella_dot", "witmotion"))


def _account(recording: Recording) -> SampleAccount:
    (sensor,) = recording.info.sensors
    assert sensor.samples is not None
    return sensor.samples


async def _run_off(stage: TwinStage) -> None:
    """Out of reach for four seconds, of which the link seems up for one."""
    await asyncio.sleep(3)
    await stage.peripherals[0].leave()
    await asyncio.sleep(3)
    await stage.peripherals[0].come_back()


async def _restart(stage: TwinStage) -> None:
    await asyncio.sleep(3)
    twin = stage.twin
    assert isinstance(twin, Capture2GoTwin)
    stage.peripherals[0].cut()
    twin.reboot(asyncio.get_running_loop().time())


@pytest.fixture(scope="module")
def ran_off(tmp_path_factory: pytest.TempPathFactory) -> tuple[TwinStage, Recording]:
    """A Capture2Go that was out of reach for four seconds of ten."""
    session = tmp_path_factory.mktemp("capture2go") / "session"
    twin = Capture2GoTwin(who(), noise(200))
    stage = record_twins(session, CAPTURE2GO, [twin], seconds=10, meanwhile=_run_off)
    return stage, decode_session(session)


def test_a_link_that_ends_at_once_costs_no_more_than_was_on_the_air(tmp_path: Path):
    twin = Capture2GoTwin(who(), noise(200))
    at_once = RadioParams(supervision_s=0.0)

    record_twins(
        tmp_path / "session", CAPTURE2GO, [twin], seconds=9, radio=at_once, meanwhile=_run_off
    )

    assert _account(decode_session(tmp_path / "session")).n_lost <= 16  # one notification


def test_out_of_reach_only_what_was_sent_in_vain_is_lost(ran_off):
    _, recording = ran_off

    account = _account(recording)
    assert [one.cause for one in account.lost] == ["link"]
    assert 0 < account.n_lost <= 6 * 16  # six notifications of the radio's queue; four seconds: 800


def test_the_decoded_samples_are_those_that_the_sensor_took_at_their_index(ran_off):
    stage, recording = ran_off
    signal = recording.signals["left_thigh"]
    lost = {k for one in _account(recording).lost for k in range(one.first, one.stop)}
    kept = [k for k in range(len(signal) + len(lost)) if k not in lost]

    taken = stage.twin.measuring.packet(0, kept[-1] + 1)

    np.testing.assert_allclose(signal.gyr_radps, taken.gyr_radps[kept], atol=0.04 * np.pi / 180)


def test_the_times_are_the_sensor_s_own_across_the_gap(ran_off):
    stage, recording = ran_off
    (sensor,) = recording.info.sensors
    signal = recording.signals["left_thigh"]
    lost = {k for one in _account(recording).lost for k in range(one.first, one.stop)}
    kept = [k for k in range(len(signal) + len(lost)) if k not in lost]

    device_s = sensor.device_time(signal.time_s)

    taken_s = stage.twin.measuring.times_s(0, kept[-1] + 1)[kept]
    np.testing.assert_allclose(device_s, taken_s, atol=1e-5)


def test_the_clock_is_tied_by_pings_that_the_sensor_stamped(ran_off):
    stage, recording = ran_off
    (sensor,) = recording.info.sensors
    start_s = recording.info.start.timestamp() - stage.host_zero_s

    zero_s = stage.twin.measuring.clock.true_time(np.array(sensor.zero_device_time_s * 1e6))

    assert float(zero_s) == pytest.approx(start_s, abs=4e-3)


def test_the_sensor_says_who_it_is(ran_off):
    _, recording = ran_off

    (sensor,) = recording.info.sensors
    assert (sensor.model, sensor.serial, sensor.firmware) == ("Capture2Go IMU", "00001", "1.0.0")


def test_a_buffer_too_small_is_told_by_the_sensor_itself(tmp_path: Path):
    twin = Capture2GoTwin(who(), noise(200), buffer_bytes=2000)

    record_twins(tmp_path / "session", CAPTURE2GO, [twin], seconds=9, meanwhile=_run_off)

    account = _account(decode_session(tmp_path / "session"))
    assert "device" in {one.cause for one in account.lost}


def test_a_restart_stands_in_the_account_and_the_signal_goes_on(tmp_path: Path):
    twin = Capture2GoTwin(who(), noise(200))

    record_twins(tmp_path / "session", CAPTURE2GO, [twin], seconds=9, meanwhile=_restart)

    recording = decode_session(tmp_path / "session")
    account = _account(recording)
    assert (account.restarts, [one.cause for one in account.lost]) == (1, ["restart"])
    assert recording.signals["left_thigh"].duration_s == pytest.approx(9.0, abs=0.3)


def test_a_dot_out_of_reach_loses_what_it_took_meanwhile_and_says_so_by_time(tmp_path: Path):
    twin = MovellaDotTwin(who(), noise(60))

    record_twins(tmp_path / "session", DOT, [twin], seconds=10, meanwhile=_run_off)

    account = _account(decode_session(tmp_path / "session"))
    (lost,) = account.lost
    assert lost.stop - lost.first == pytest.approx(60 * 4, abs=30)
    assert account.live + account.n_lost == account.expected


@pytest.fixture(scope="module")
def uncounted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sensor that neither counts nor stamps, 5000 ppm fast, out of reach for four seconds."""
    session = tmp_path_factory.mktemp("witmotion") / "session"
    twin = UncountedTwin(WITMOTION, who(), noise(200, drift_ppm=5000.0))
    record_twins(session, WITMOTION, [twin], seconds=8, meanwhile=_run_off)
    decode_session(session)
    return session


def test_where_loss_cannot_be_seen_the_session_says_so(uncounted: Path):
    account = _account(read_session(uncounted))

    assert (account.loss_shown, account.expected) == (False, None)
    assert account.proof.startswith("loss cannot be shown")


def test_where_loss_cannot_be_seen_check_warns(uncounted: Path):
    (found,) = [one for one in check_recording(read_session(uncounted)) if one.topic == "samples"]

    assert (found.severity, "loss cannot be shown" in found.text) == ("warning", True)


def test_where_loss_cannot_be_seen_the_printed_answer_says_so(uncounted: Path):
    line = describe(_account(read_session(uncounted)))

    assert "lost at least" in line
    assert "loss cannot be shown" in line


def test_without_stamps_a_lost_link_is_a_gap_of_its_length(uncounted: Path):
    signal = read_session(uncounted).signals["left_thigh"]

    assert float(np.diff(signal.time_s).max()) == pytest.approx(4.0, abs=0.5)


def test_the_journal_names_the_kind_of_sensor(uncounted: Path):
    (said,) = [
        one.journal
        for one in read_captures(uncounted)
        if one.journal is not None and one.journal["kind"] == "recording"
    ]

    assert [one["model"] for one in said["sensors"]] == ["witmotion"]


def found(twin: Twin, called: str) -> list[SensorAtHand]:
    async def look() -> list[SensorAtHand]:
        stage = await on_air([twin])
        try:
            return await find(stage.adapter, {"left_thigh": called})
        finally:
            await stage.adapter.close()

    return warp.run(look())


def test_a_sensor_in_reach_is_recorded_as_the_kind_that_it_advertises():
    (at_hand,) = found(Capture2GoTwin(who(), noise(200)), "IMU_0001")

    assert (at_hand.model, at_hand.placement) == ("capture2go", "left_thigh")


def test_a_sensor_that_must_log_is_refused_with_what_to_do():
    metamotion = UncountedTwin(SENSORS["metamotion"], who(), noise(100))

    with pytest.raises(ImuValgusError, match="neither number nor time: let it log"):
        found(metamotion, metamotion.name)


def test_a_sensor_that_sends_nothing_is_refused_and_named(tmp_path: Path):
    mute = MovellaDotTwin(who(), noise(120))  # asked for 60 Hz it measures nothing

    with pytest.raises(ImuValgusError, match="left_thigh does not stream"):
        record_twins(tmp_path / "session", DOT, [mute], seconds=4)


def test_a_capture_that_breaks_off_is_decoded_as_far_as_it_goes(tmp_path: Path):
    twin = Capture2GoTwin(who(), noise(200))
    record_twins(tmp_path / "session", CAPTURE2GO, [twin], seconds=4)
    capture = tmp_path / "session" / "raw" / "capture.mcap"
    capture.write_bytes(capture.read_bytes()[: capture.stat().st_size // 2])

    account = _account(decode_session(tmp_path / "session"))

    assert (account.lost, 200 < account.live < 600) == ((), True)
