"""Each leg of a session as far as its sensors allow: what an analysis and an export stand on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from imu_valgus.activities import apply_events, find_bouts
from imu_valgus.core import Bout, ImuValgusError, Side, placement_of
from imu_valgus.pipeline.crosstalk import without_crosstalk
from imu_valgus.pipeline.leg import leg_motion
from imu_valgus.pipeline.lone import lone_segment
from imu_valgus.pipeline.params import AnalysisParams
from imu_valgus.pipeline.session_time import SessionSignals, legs_worn, on_session_time
from imu_valgus.pipeline.strides import Leg
from imu_valgus.recording import Recording

OnProgress = Callable[[str, float], None]
"""Called with the stage's name and the share of the whole that is done."""


@dataclass(frozen=True, slots=True, eq=False)
class SessionLegs:
    """The sensors on session time, what the runner did, and how each leg moved."""

    session: SessionSignals
    bouts: tuple[Bout, ...]
    legs: Mapping[Side, Leg]


def silent(_stage: str, _share: float) -> None:
    """Report progress to nobody."""


def session_legs(recording: Recording, *, params: AnalysisParams) -> SessionLegs:
    """Work out the legs of a session that was analysed, as the analysis did.

    Parameters
    ----------
    recording : Recording
    params : AnalysisParams
        Those of the analysis.

    Raises
    ------
    CalibrationError
        Where there is no standing, or neither walking nor running.
    """
    session = on_session_time(recording)
    bouts = tuple(apply_events(find_bouts(session.signals), recording.events))
    legs = legs_of(session, bouts, params=params)
    if params.pca_crosstalk:
        legs = without_crosstalk(legs, bouts, params=params)
    return SessionLegs(session, bouts, legs)


def legs_of(
    session: SessionSignals,
    bouts: Sequence[Bout],
    *,
    params: AnalysisParams,
    progress: OnProgress = silent,
) -> dict[Side, Leg]:
    """Work out each leg as far as its sensors allow; crosstalk is left in."""
    worn = legs_worn(session.signals)
    if not worn:
        raise ImuValgusError(
            "no sensor on a thigh or a shank",
            hint="a leg needs left_thigh and left_shank, or right_thigh and right_shank",
        )
    legs: dict[Side, Leg] = {}
    for number, (side, segments) in enumerate(worn.items()):
        progress(f"{side} leg", 0.25 + 0.5 * number / len(worn))
        signals = [session.signals[placement_of(side, segment)] for segment in segments]
        if len(segments) == 2:
            legs[side] = leg_motion(signals[0], signals[1], bouts, side=side, params=params)
        else:
            legs[side] = lone_segment(
                signals[0], bouts, side=side, segment=segments[0], params=params
            )
    return legs
