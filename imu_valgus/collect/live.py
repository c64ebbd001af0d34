"""The live cue: each stride's valgus while the runner runs, by the calibration of the warm-up.

The warm-up is what was captured so far, decoded in memory; from then on packets go in as they
arrive and strides come out a second or two later. No radio and no asyncio here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imu_valgus.activities import find_bouts
from imu_valgus.core import (
    SIDES,
    Bout,
    CalibrationError,
    FloatArray,
    ImuSamples,
    ImuSignal,
    Placement,
    Side,
    placement_of,
)
from imu_valgus.devices import Packet
from imu_valgus.pipeline import (
    AnalysisParams,
    KneeSamples,
    LegCalibration,
    OnlineKnee,
    leg_calibration,
    leg_motion,
)
from imu_valgus.pipeline.leg import in_segment
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, SensorInfo
from imu_valgus.strides import find_contacts
from imu_valgus.sync import ClockFit

_OVERLAP_S = 0.1
_WINDOW_S = 8.0
"""Contacts are found in the last seconds, as long as several strides."""
_SAME = ClockFit(0.0, 0.0, 0.0, 1.0, 0)


@dataclass(frozen=True, slots=True)
class LiveStride:
    """One stride as it is told live; zero at standing, degrees, positive inwards."""

    side: Side
    contact_s: float
    valgus_peak_deg: float
    valgus_excursion_deg: float
    uncertain: bool


@dataclass(frozen=True, slots=True)
class SensorTime:
    """From a sensor's clock to session time: its place in the session, then in its leg."""

    sensor: SensorInfo
    within: ClockFit = _SAME

    def of(self, packet: Packet) -> FloatArray:
        """Return the session time of each sample (k,) of a packet, which stamps its first."""
        first_s = np.nan if packet.time_s is None else packet.time_s[0]
        device_s = first_s + np.arange(len(packet)) / self.sensor.sampling_rate_hz
        time_s = self.sensor.session_time(device_s)
        return time_s * (1.0 + self.within.drift_ppm * 1e-6) + self.within.offset_s


class LiveLeg:
    """One leg's strides, packet by packet."""

    def __init__(
        self, calibration: LegCalibration, times: Mapping[Placement, SensorTime], *, ready_s: float
    ) -> None:
        side = calibration.side
        self._side: Side = side
        self._times, self._ready_s = times, ready_s
        self._knee, self._shank_axes = OnlineKnee(calibration), calibration.alignment.shank
        self._thigh, self._shank = placement_of(side, "thigh"), placement_of(side, "shank")
        self._told: list[KneeSamples] = []
        self._shanks: list[ImuSamples] = []
        self._last_contact_s = ready_s

    def update(self, placement: Placement, packet: Packet) -> None:
        """Take a live packet of one of the leg's sensors; others are passed over."""
        if placement not in (self._thigh, self._shank):
            return
        if packet.acc_mps2 is None or packet.gyr_radps is None:
            return
        if packet.time_s is None or np.isnan(packet.time_s[0]):
            return  # a sensor that tells no time as it streams: its angles come after the recording
        samples = ImuSamples(self._times[placement].of(packet), packet.acc_mps2, packet.gyr_radps)
        if samples.time_s[-1] < self._ready_s - _OVERLAP_S:
            return
        none = ImuSamples.none()
        of_thigh = placement == self._thigh
        if not of_thigh:
            self._shanks.append(samples)
        found = self._knee.update(*((samples, none) if of_thigh else (none, samples)))
        if len(found):
            self._told.append(found)

    def strides(self) -> list[LiveStride]:
        """Return the strides that are complete since the last call."""
        self._forget()
        shank = _joined(self._shanks)
        if shank is None or not self._told:
            return []
        time_s = np.concatenate([one.time_s for one in self._told])
        valgus_deg = np.concatenate([one.angles.valgus_deg for one in self._told])
        uncertain = np.concatenate([one.uncertain for one in self._told])
        shank = in_segment(shank, self._shank_axes)
        contacts = find_contacts(shank, [Bout(shank.time_s[0], shank.time_s[-1], "run")])
        strides: list[LiveStride] = []
        for contact_s, toe_off_s in zip(
            contacts.initial_contact_s, contacts.toe_off_s, strict=True
        ):
            stance = (time_s >= contact_s) & (time_s < toe_off_s)
            new = contact_s > self._last_contact_s + 0.1 and toe_off_s < time_s[-1]
            if not new or np.count_nonzero(stance) < 2:
                continue
            self._last_contact_s = float(contact_s)
            peak_deg = float(valgus_deg[stance].max())
            strides.append(
                LiveStride(
                    self._side,
                    float(contact_s),
                    peak_deg,
                    peak_deg - float(valgus_deg[stance][0]),
                    bool(uncertain[stance].any()),
                )
            )
        return strides

    def _forget(self) -> None:
        """Drop what lies further back than contacts are looked for."""
        if not self._shanks:
            return
        since_s = self._shanks[-1].time_s[-1] - _WINDOW_S
        self._shanks = [one for one in self._shanks if one.time_s[-1] >= since_s]
        self._told = [one for one in self._told if one.time_s[-1] >= since_s]


def calibrate_live(recording: Recording) -> dict[Side, LiveLeg]:
    """Take from a warm-up (stand, walk) what each leg with two sensors needs for its live angles.

    Raises
    ------
    CalibrationError
        Where the warm-up does not hold standing and gait yet.
    """
    timed = on_session_time(recording)
    bouts = find_bouts(timed.signals)
    params = AnalysisParams()
    legs: dict[Side, LiveLeg] = {}
    for side in SIDES:
        thigh, shank = placement_of(side, "thigh"), placement_of(side, "shank")
        if thigh not in timed.signals or shank not in timed.signals:
            continue
        motion = leg_motion(
            timed.signals[thigh], timed.signals[shank], bouts, side=side, params=params
        )
        moved = timed.within.get(side, _SAME)
        keeps = recording.info.reference == shank
        times: dict[Placement, SensorTime] = {
            thigh: SensorTime(recording.info.sensor(thigh), moved if keeps else _SAME),
            shank: SensorTime(recording.info.sensor(shank), _SAME if keeps else moved),
        }
        legs[side] = LiveLeg(
            leg_calibration(motion, params=params),
            times,
            ready_s=float(motion.relative.time_s[-1]),
        )
    if not legs:
        raise CalibrationError(
            "no leg wears two sensors", hint="live angles need a thigh and a shank sensor"
        )
    return legs


def _joined(packets: list[ImuSamples]) -> ImuSignal | None:
    """Return the samples in the order of their times as a signal; None where there are not two."""
    if not packets:
        return None
    time_s = np.concatenate([one.time_s for one in packets])
    kept_s, kept = np.unique(time_s, return_index=True)
    if len(kept_s) < 2:
        return None
    return ImuSignal(
        kept_s,
        np.concatenate([one.acc_mps2 for one in packets])[kept],
        np.concatenate([one.gyr_radps for one in packets])[kept],
    )
