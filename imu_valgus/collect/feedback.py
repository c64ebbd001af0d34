"""When the runner is to hear that the knee leaves the band: decided here, played elsewhere."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from imu_valgus.collect.live import LiveStride
from imu_valgus.core import Side

Direction = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Band:
    """The excursion that the runner is to stay within, degrees.

    ``seen``: set against the strides of this very session. Whatever error all of them share then
    lies in the band as well, and cancels.
    """

    low_deg: float
    high_deg: float
    seen: bool = False

    def __post_init__(self) -> None:
        if not -30.0 <= self.low_deg < self.high_deg <= 30.0:
            raise ValueError(f"no band: {self.low_deg} to {self.high_deg} degrees")


@dataclass(frozen=True, slots=True, kw_only=True)
class FadingParams:
    """In how much of a training session the cue is heard: less and less, to do without in the end.

    After Crowell & Davis [1]_: eight sessions of 15 to 30 minutes, feedback all the time in the
    first four, gradually removed over the last four. How it is removed within a session is our own
    choice: the share of each block, from its beginning on.

    Parameters
    ----------
    full_sessions : int
        So many with the cue all the time.
    last_session : int
        From this one on the cue is heard for ``last_share`` of each block, a minute in ten.
    last_share : float
    block_s : float

    References
    ----------
    .. [1] Crowell & Davis (2011), Clin Biomech 26(1), 78-83,
       doi:10.1016/j.clinbiomech.2010.09.003.
    """

    full_sessions: int = 4
    last_session: int = 8
    last_share: float = 0.1
    block_s: float = 600.0

    def share(self, session: int) -> float:
        """Return the share of the time in which the cue is heard in a session, the first is 1."""
        removed = (session - self.full_sessions) / (self.last_session - self.full_sessions)
        return 1.0 - (1.0 - self.last_share) * float(np.clip(removed, 0.0, 1.0))

    def is_heard(self, session: int, run_s: float) -> bool:
        """Tell whether the cue is heard at a moment after the run's first stride."""
        return run_s % self.block_s < self.share(session) * self.block_s


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackParams:
    """When the cue sounds.

    Parameters
    ----------
    strides : int
        Of one leg, averaged: some 7 s. The excursion of single strides scatters by about 0.5°.
    least_strides : int
        Fewer make no mean.
    errors : float
        The mean is outside the band when it is beyond it by so many standard deviations of the
        measurement: 95 %. The error does not shrink with the strides: the heading, its largest
        part, wanders slowly and is the same in all of them.
    repeat_s : float
        As long as a leg stays outside its cue comes again after this, not with every stride.
    fading : FadingParams
    """

    strides: int = 10
    least_strides: int = 5
    errors: float = 1.96
    repeat_s: float = 3.0
    fading: FadingParams = field(default_factory=FadingParams)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where one leg's rolling mean lies.

    ``error_deg``: the mean's, 95 %, all of it. ``margin_deg``: by how much the mean must leave the
    band to be outside; less than the error where the band was set against the same strides.
    ``sounds``: the cue is to be heard now. NaN and n of 0 where there are no strides.
    """

    side: Side
    mean_deg: float
    error_deg: float
    margin_deg: float
    n: int
    outside: Direction | None
    heard: bool
    sounds: bool


class Feedback:
    """Holds each leg's rolling mean against the band, stride by stride.

    Parameters
    ----------
    band : Band
    session : int
        Which session of the training this is, from 1 on: see ``FadingParams``.
    params : FeedbackParams, optional
    """

    def __init__(
        self, band: Band, *, session: int = 1, params: FeedbackParams | None = None
    ) -> None:
        self.band, self.session = band, session
        self._params = params or FeedbackParams()
        self._strides: dict[Side, deque[LiveStride]] = {}
        self._sounded_s: dict[Side, float] = {}
        self._began_s: float | None = None

    def take(self, stride: LiveStride) -> Verdict:
        """Take a stance as it ends and say where its leg's mean lies now.

        An uncertain one counts for nothing.
        """
        recent = self._strides.setdefault(stride.side, deque(maxlen=self._params.strides))
        if not stride.uncertain:
            recent.append(stride)
        if self._began_s is None:
            self._began_s = stride.contact_s
        found = self.judge(stride.side)
        heard = self._params.fading.is_heard(self.session, stride.contact_s - self._began_s)
        due_s = self._sounded_s.get(stride.side, -np.inf) + self._params.repeat_s
        sounds = (
            bool(found.outside and heard and not stride.uncertain) and stride.toe_off_s >= due_s
        )
        if sounds:
            self._sounded_s[stride.side] = stride.toe_off_s
        return replace(found, heard=heard, sounds=sounds)

    def judge(self, side: Side) -> Verdict:
        """Say where a leg's mean lies against the band as it is now; nothing sounds by that."""
        recent = self._strides.get(side) or ()
        if not recent:
            nan = float("nan")
            return Verdict(side, nan, nan, nan, 0, None, heard=False, sounds=False)
        mean_deg = float(np.mean([one.valgus_excursion_deg for one in recent]))
        own = np.array([one.excursion_own_sd_deg for one in recent])
        shared = np.array([one.excursion_shared_sd_deg for one in recent])
        error_deg = self._params.errors * float(np.sqrt(np.mean(own**2 + shared**2)))
        margin_deg = error_deg
        if self.band.seen:
            margin_deg = self._params.errors * float(np.sqrt(np.mean(own**2)))
        outside: Direction | None = None
        if len(recent) >= self._params.least_strides:
            if mean_deg > self.band.high_deg + margin_deg:
                outside = "above"
            elif mean_deg < self.band.low_deg - margin_deg:
                outside = "below"
        return Verdict(
            side, mean_deg, error_deg, margin_deg, len(recent), outside, heard=False, sounds=False
        )
