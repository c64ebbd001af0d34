"""The live cue: each stride's valgus while the runner runs, by the calibration of the warm-up.

The warm-up is what was captured so far, decoded in memory; from then on packets go in as they
arrive. A stride comes out twice: its stance as the foot leaves the ground, all of it as the foot
lands again. No radio and no asyncio here.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu_valgus.activities import find_bouts
from imu_valgus.core import (
    SIDES,
    CalibrationError,
    FloatArray,
    ImuSamples,
    Placement,
    Side,
    placement_of,
)
from imu_valgus.devices import Packet
from imu_valgus.metrics import stride_errors
from imu_valgus.pipeline import (
    AnalysisParams,
    KneeSamples,
    LegCalibration,
    OnlineKnee,
    leg_calibration,
    leg_motion,
)
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.recording import Recording, SensorInfo
from imu_valgus.strides import Footfall, OnlineContacts, normalise
from imu_valgus.sync import ClockFit

_OVERLAP_S: Final = 0.1
_KEPT_S: Final = 4.0
"""Of the angles: two of the longest strides."""
_SAME: Final = ClockFit(0.0, 0.0, 0.0, 1.0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStride:
    """One stride as it is told live; zero at standing, degrees, positive inwards.

    Parameters
    ----------
    side : Side
    contact_s, toe_off_s : float
        Session time.
    valgus_ic_deg, valgus_peak_deg, valgus_excursion_deg : float
        At contact, the maximum in stance, and from the one to the other: as in the stride log.
    excursion_own_sd_deg, excursion_shared_sd_deg : float
        1 sigma of the excursion: what differs between strides, and what all strides of the session
        have in common.
    uncertain : bool
        The heading between the sensors is not known: no angle is to be trusted.
    next_contact_s : float, optional
        None as the foot leaves the ground. When it has landed the stride is told once more, its
        toe-off read over all of it.
    """

    side: Side
    contact_s: float
    toe_off_s: float
    valgus_ic_deg: float
    valgus_peak_deg: float
    valgus_excursion_deg: float
    excursion_own_sd_deg: float
    excursion_shared_sd_deg: float
    uncertain: bool
    next_contact_s: float | None = None

    @property
    def contact_time_s(self) -> float:
        """How long the foot was on the ground."""
        return self.toe_off_s - self.contact_s

    @property
    def cadence_spm(self) -> float | None:
        """Steps of both feet in a minute; None before the next contact."""
        return None if self.next_contact_s is None else 120 / (self.next_contact_s - self.contact_s)


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
        self._knee, self._contacts = OnlineKnee(calibration), OnlineContacts()
        self._axes, self._late_s = calibration.alignment, calibration.start.lateness_s
        self._thigh: Placement = placement_of(side, "thigh")
        self._shank: Placement = placement_of(side, "shank")
        self._told: deque[KneeSamples] = deque()
        self._new: dict[Placement, list[ImuSamples]] = {}
        self._new[self._thigh], self._new[self._shank] = [], []

    def take(self, placement: Placement, packet: Packet) -> None:
        """Take a live packet of one of the leg's sensors; those of others are passed over."""
        if placement not in self._new or packet.acc_mps2 is None or packet.gyr_radps is None:
            return
        if packet.time_s is None or np.isnan(packet.time_s[0]):
            return  # a sensor that tells no time as it streams: its angles come afterwards
        samples = ImuSamples(self._times[placement].of(packet), packet.acc_mps2, packet.gyr_radps)
        if samples.time_s[-1] >= self._ready_s - _OVERLAP_S:
            self._new[placement].append(samples)

    def strides(self) -> list[LiveStride]:
        """Return what the packets since the last call tell of strides.

        What is told does not depend on how many these were, but the work does: a computer that
        falls behind catches up by larger pieces.
        """
        thigh, shank = self._taken(self._thigh), self._taken(self._shank)
        if not len(thigh) and not len(shank):
            return []
        found = self._knee.update(thigh, shank)
        if len(found):
            self._told.append(found)
            self._forget(float(found.time_s[-1]) - _KEPT_S)
        footfalls = self._contacts.update(
            _turned(shank, self._axes.shank, late_s=self._late_s), _turned(thigh, self._axes.thigh)
        )
        told = [self._measure(footfall) for footfall in footfalls]
        return [one for one in told if one is not None]

    def _taken(self, placement: Placement) -> ImuSamples:
        """Return a sensor's new samples as one block."""
        new, self._new[placement] = self._new[placement], []
        if len(new) == 1:
            return new[0]
        return ImuSamples(
            np.concatenate([np.empty(0), *(one.time_s for one in new)]),
            np.concatenate([np.empty((0, 3)), *(one.acc_mps2 for one in new)]),
            np.concatenate([np.empty((0, 3)), *(one.gyr_radps for one in new)]),
        )

    def _measure(self, footfall: Footfall) -> LiveStride | None:
        """Read the angles of a stance; None where some of it is missing."""
        if not self._told:
            return None
        knee = KneeSamples.joined(self._told)
        start_s, stop_s = np.array([footfall.contact_s]), np.array([footfall.toe_off_s])
        valgus_deg = knee.angles.valgus_deg
        (curve,) = normalise(knee.time_s, valgus_deg, start_s, stop_s)[:, :-1]
        if np.isnan(curve).any():
            return None
        error = stride_errors(valgus_deg, knee.error, start_s=start_s, toe_off_s=stop_s)
        stance = (knee.time_s >= footfall.contact_s) & (knee.time_s < footfall.toe_off_s)
        return LiveStride(
            side=self._side,
            contact_s=footfall.contact_s,
            toe_off_s=footfall.toe_off_s,
            valgus_ic_deg=float(curve[0]),
            valgus_peak_deg=float(curve.max()),
            valgus_excursion_deg=float(curve.max() - curve[0]),
            excursion_own_sd_deg=float(error.excursion_own_deg[0]),
            excursion_shared_sd_deg=float(error.excursion_shared_deg[0]),
            uncertain=bool(knee.uncertain[stance].any()),
            next_contact_s=footfall.next_contact_s,
        )

    def _forget(self, since_s: float) -> None:
        while self._told[0].time_s[-1] < since_s:
            self._told.popleft()


def _turned(samples: ImuSamples, turn: Rotation, *, late_s: float = 0.0) -> ImuSamples:
    """Turn a sensor's samples into its segment's axes, its lateness taken off."""
    if not len(samples):
        return samples
    return ImuSamples(
        samples.time_s - late_s, turn.apply(samples.acc_mps2), turn.apply(samples.gyr_radps)
    )


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
