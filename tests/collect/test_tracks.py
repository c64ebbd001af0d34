"""Samples that nobody counts, laid in order by their times."""

from dataclasses import replace

import numpy as np

from imu_valgus.collect.stream import StreamLedger
from imu_valgus.collect.tracks import Track
from imu_valgus.devices import SENSORS, Packet


def stamped(first_s: float, n: int = 8) -> Packet:
    """A packet whose first sample is stamped."""
    time_s = np.full(n, np.nan)
    time_s[0] = first_s
    return Packet(np.zeros((n, 3)), np.zeros((n, 3)), time_s)


def test_a_step_in_time_is_as_many_missing_samples():
    track = Track(0.005, None)

    for first_s in (1.0, 1.04, 1.16):
        track.take(stamped(first_s))

    assert track.samples().index.tolist() == [*range(16), *range(32, 40)]


def test_a_packet_that_came_before_is_not_taken():
    track = Track(0.005, None)

    assert [track.take(stamped(one)) for one in (1.0, 1.04, 1.04)] == ["taken", "taken", "repeated"]


def test_a_clock_that_goes_back_is_a_restart():
    track = Track(0.005, None)

    assert [track.take(stamped(one)) for one in (1.0, 1.04, 0.02)][-1] == "restarted"


def test_a_clock_that_starts_again_at_zero_goes_on():
    track = Track(0.005, 4.0)

    for first_s in (3.94, 3.98, 0.02):
        track.take(stamped(first_s))

    np.testing.assert_allclose(track.samples().time_s[[0, -1]], [3.94, 4.055])


def test_a_rate_that_is_off_feigns_no_loss():
    track = Track(0.005, None)

    for k in range(2000):
        track.take(stamped(k * 8 / 203.0))  # 1.5 % fast

    assert (track.missing, len(track.samples())) == (0, 16000)


def halves() -> list[Packet]:
    """One second of a line in each axis, acc half a period before gyr, the last one stamped."""
    packets: list[Packet] = []
    for k in range(0, 208, 16):
        at_s = 5.0 + np.arange(k, k + 16) / 208
        for late_s in (0.0, 0.5 / 208):
            values = np.repeat((at_s + late_s - 5.0)[:, None], 3, axis=1)
            time_s = np.full(16, np.nan)
            time_s[-1] = at_s[-1] + late_s
            packets.append(
                Packet(values, None, time_s) if late_s == 0 else Packet(None, values, time_s)
            )
    return packets


def ledger_of(packets: list[Packet]) -> StreamLedger:
    model = SENSORS["polar_verity_sense"]
    ledger = StreamLedger(model)
    for one in model.greeting(model.settings):
        ledger.on_notification(one.characteristic, one.payload, 0.0)
    for k, packet in enumerate(packets):
        sent = model.encode(packet, model.settings)
        ledger.on_notification(sent.characteristic, sent.payload, 100.0 + k / 26)
    return ledger


def test_accelerations_that_came_apart_are_laid_onto_the_angular_velocities():
    decoded = ledger_of(halves()).decoded()

    assert decoded is not None
    np.testing.assert_allclose(decoded.signal.acc_mps2, decoded.signal.gyr_radps, atol=6e-3)


def test_a_lost_half_is_a_gap_in_both():
    packets = halves()
    del packets[8]  # a frame of accelerations

    decoded = ledger_of(packets).decoded()

    assert decoded is not None
    (lost,) = decoded.lost
    assert 15 <= lost.stop - lost.first <= 17


def test_what_the_sensor_says_that_it_lost_is_its_own_loss():
    model = SENSORS["capture2go"]
    ledger = StreamLedger(model)
    for first_s, gap in ((1.0, False), (1.04, False), (1.16, True)):
        sent = model.encode(replace(stamped(first_s), gap_before=gap), model.settings)
        ledger.on_notification(sent.characteristic, sent.payload, 100.0 + first_s)

    decoded = ledger.decoded()

    assert decoded is not None
    assert [one.cause for one in decoded.lost] == ["device"]
