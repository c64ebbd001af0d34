"""Contacts, laps and the stride log of each leg, with the error of each stride."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imu_valgus.core import Bout, ImuSignal, Side
from imu_valgus.metrics import StrideErrors, stride_errors, stride_log
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
    full_turns,
    no_contacts,
    stride_table,
)

Leg = LegMotion | LoneSegment


@dataclass(frozen=True, slots=True, eq=False)
class LegStrides:
    """One leg's stride log and the errors of its strides; None where it has no knee angles."""

    contacts: Contacts
    log: pd.DataFrame
    errors: StrideErrors | None


def contacts_of(leg: Leg, bouts: Sequence[Bout]) -> Contacts:
    """Find one leg's contacts in running."""
    shank, thigh = segments_of(leg)
    if shank is None:
        return no_contacts(ONLY_A_THIGH)
    return find_contacts(shank, [bout for bout in bouts if bout.kind == "run"], thigh=thigh)


def running_span(contacts: Iterable[Contacts]) -> tuple[float, float] | None:
    """Return the first and the last contact of either leg, None where there is none."""
    found = [of_leg.initial_contact_s for of_leg in contacts if len(of_leg)]
    if not found:
        return None
    at_s = np.concatenate(found)
    return float(at_s.min()), float(at_s.max())


def session_turns(legs: Mapping[Side, Leg], span: tuple[float, float] | None) -> tuple[float, ...]:
    """Return when the runner had turned by each further 360°, the same for both legs."""
    if span is None:
        return ()
    return tuple(full_turns(*span, next(iter(legs.values())).turning))


def leg_strides(
    leg: Leg,
    contacts: Contacts,
    recording: Recording,
    *,
    laps: Sequence[Lap],
    params: AnalysisParams,
) -> LegStrides:
    """Build one leg's stride log as the sensors alone judge it."""
    shank, thigh = segments_of(leg)
    table = stride_table(
        contacts,
        [signal for signal in (shank, thigh) if signal is not None],
        laps=laps,
        turning=leg.turning,
    )
    errors = None
    if isinstance(leg, LegMotion):
        errors = stride_errors(
            leg.angles.valgus_deg,
            leg.error,
            start_s=table["initial_contact_s"].to_numpy(dtype=np.float64),
            toe_off_s=table["toe_off_s"].to_numpy(dtype=np.float64),
        )
    impacts = {sensor.placement: sensor.impacts for sensor in recording.info.sensors}
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
        errors=errors,
    )
    return LegStrides(contacts, log, errors)


def segments_of(leg: Leg) -> tuple[ImuSignal | None, ImuSignal | None]:
    """Return a leg's shank and thigh signals in their segments' axes."""
    if isinstance(leg, LegMotion):
        return leg.shank, leg.thigh
    return (leg.signal, None) if leg.segment == "shank" else (None, leg.signal)
