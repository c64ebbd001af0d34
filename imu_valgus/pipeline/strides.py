"""Contacts, laps and the stride log of each leg, with the error of each stride."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imu_valgus.core import Bout, FloatArray, ImuSignal, Side
from imu_valgus.joint_angles import DifferenceError, difference_error
from imu_valgus.metrics import stride_log
from imu_valgus.pipeline.leg import LegMotion
from imu_valgus.pipeline.lone import LoneSegment
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.tables import angle_table
from imu_valgus.recording import Recording
from imu_valgus.strides import (
    ONLY_A_THIGH,
    Contacts,
    Lap,
    find_contacts,
    find_laps,
    no_contacts,
    stride_table,
)

Leg = LegMotion | LoneSegment


@dataclass(frozen=True, slots=True, eq=False)
class LegStrides:
    """One leg's stride log, and the errors of peak and excursion stride by stride (k,).

    Both errors are None where the leg has no knee angles.
    """

    contacts: Contacts
    log: pd.DataFrame
    peak: DifferenceError | None
    excursion: DifferenceError | None


def contacts_of(leg: Leg, bouts: Sequence[Bout]) -> Contacts:
    """Find one leg's contacts in running."""
    shank, thigh = segments_of(leg)
    if shank is None:
        return no_contacts(ONLY_A_THIGH)
    return find_contacts(shank, [bout for bout in bouts if bout.kind == "run"], thigh=thigh)


def session_laps(
    legs: Mapping[Side, Leg], contacts: Mapping[Side, Contacts], recording: Recording
) -> tuple[Lap, ...]:
    """Part the session's running into laps, the same for both legs."""
    found = [c.initial_contact_s for c in contacts.values() if len(c)]
    if not found:
        return ()
    at_s = np.concatenate(found)
    turning = next(iter(legs.values())).turning
    return find_laps(float(at_s.min()), float(at_s.max()), events=recording.events, turning=turning)


def leg_strides(
    leg: Leg,
    contacts: Contacts,
    recording: Recording,
    *,
    laps: Sequence[Lap],
    params: AnalysisParams,
) -> LegStrides:
    """Build one leg's stride log."""
    shank, thigh = segments_of(leg)
    table = stride_table(
        contacts,
        [signal for signal in (shank, thigh) if signal is not None],
        side=leg.side,
        laps=laps,
        turning=leg.turning,
        events=recording.events,
    )
    impacts = {s.placement: s.impacts for s in recording.info.sensors}
    log = stride_log(
        table,
        angle_table(leg),
        session=recording.name,
        side=leg.side,
        shank=shank,
        thigh=thigh,
        has_impacts=all(impacts[p] for p in impacts if p.startswith(leg.side)),
        laps=laps,
        lap_length_m=params.track_length_m,
    )
    if isinstance(leg, LoneSegment):
        return LegStrides(contacts, log, None, None)
    peak, excursion = _errors(leg, log)
    log = log.assign(
        valgus_peak_sd_deg=peak.sd_deg,
        valgus_excursion_sd_deg=excursion.sd_deg,
        valgus_excursion_stride_sd_deg=excursion.own_deg,
    )
    return LegStrides(contacts, log, peak, excursion)


def segments_of(leg: Leg) -> tuple[ImuSignal | None, ImuSignal | None]:
    """Return a leg's shank and thigh signals in their segments' axes."""
    if isinstance(leg, LegMotion):
        return leg.shank, leg.thigh
    return (leg.signal, None) if leg.segment == "shank" else (None, leg.signal)


def _errors(leg: LegMotion, log: pd.DataFrame) -> tuple[DifferenceError, DifferenceError]:
    """Return the errors of each stride's peak and of its excursion from contact to peak."""
    contact_s = _column(log, "initial_contact_s")
    peak_s = contact_s + _column(log, "valgus_peak_pct") / 100 * _column(log, "contact_time_s")
    at_contact, at_peak = leg.error.at(contact_s), leg.error.at(peak_s)
    own = np.hypot(np.hypot(at_peak.heading_deg, at_peak.sync_deg), at_peak.noise_deg)
    axes = np.hypot(at_peak.azimuth_deg, at_peak.tilt_deg)
    peak = DifferenceError(np.hypot(axes, at_peak.standing_deg), own)
    return peak, difference_error(at_contact, at_peak)


def _column(log: pd.DataFrame, name: str) -> FloatArray:
    return log[name].to_numpy(dtype=np.float64)
