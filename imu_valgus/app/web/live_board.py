"""What the live pages show and what was tapped on them: between the recording and the server.

The recording's thread shows, the server's thread takes settings and keys. What both touch is
guarded by a lock that nobody holds for longer than it takes to copy a list.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from threading import Lock
from typing import Any, Final

from imu_valgus.app.web.hub import Hub
from imu_valgus.collect import Band, Feedback, Health, Key, LiveCue, LiveStride, Moment, Verdict
from imu_valgus.core import SIDES, Side

_SHOWN: Final = 80
"""Strides of a leg on the page: about a minute."""
_MOMENT_S: Final = 0.5
"""The step, the sensors and what is left change slowly; strides are sent as they come."""


class LiveBoard:
    """The state of the live pages; the ``Screen`` of the recording.

    Parameters
    ----------
    band : Band
    now_s : callable, optional
        The clock that the recording goes by, seconds since 1970.
    """

    def __init__(self, band: Band, *, now_s: Callable[[], float] = time.time) -> None:
        self.now_s = now_s
        self.hub = Hub(self.describe)
        self._lock = Lock()
        self._feedback = Feedback(band)
        self._muted = False
        self._strides: dict[Side, deque[dict[str, Any]]] = {
            side: deque(maxlen=_SHOWN) for side in SIDES
        }
        self._moment: dict[str, Any] = {}
        self._keys: deque[Key] = deque()
        self._told, self._sent_s = 0, -math.inf

    def show(self, moment: Moment) -> None:
        """Take what the recording shows and send it on; never waits for a page."""
        if moment.cue is not None:
            self._show_strides(moment.cue)
        if self.now_s() - self._sent_s >= _MOMENT_S or self._step_changed(moment):
            self._sent_s = self.now_s()
            told = _told(moment)
            with self._lock:
                self._moment = told
            self.hub.publish("moment", told)

    def pressed(self) -> Sequence[Key]:
        """Return what was tapped since the last call."""
        keys: list[Key] = []
        while self._keys:
            keys.append(self._keys.popleft())
        return keys

    def press(self, key: Key) -> None:
        """Take a tap; the recording hears it within a quarter of a second."""
        self._keys.append(key)

    def end(self) -> None:
        """Tell the pages that the recording is over."""
        with self._lock:
            self._moment = {**self._moment, "over": True}
        self.hub.publish("moment", self._moment)
        self.hub.end()

    def set_band(self, low_deg: float, high_deg: float) -> None:
        """Move the band; it was set against what is on the page.

        Raises
        ------
        ValueError
        """
        band = Band(low_deg, high_deg, seen=True)
        with self._lock:
            self._feedback.band = band
        self._publish_settings()

    def set_muted(self, *, muted: bool) -> None:
        """Let the cue be heard, or not."""
        self._muted = muted
        self._publish_settings()

    def set_session(self, session: int) -> None:
        """Say which session of the training this is: the cue fades over them."""
        self._feedback.session = session
        self._publish_settings()

    def describe(self) -> dict[str, Any]:
        """Return all that a page needs to draw itself anew."""
        with self._lock:
            strides = {side: list(told) for side, told in self._strides.items()}
            moment = self._moment
        return {"strides": strides, "moment": moment, **self._settings()}

    def _show_strides(self, cue: LiveCue) -> None:
        new, self._told = cue.since(self._told), cue.count
        for stride in new:
            toe_off_s = cue.clock.host_s(stride.toe_off_s) if cue.clock else math.nan
            told: dict[str, Any] = {**asdict(stride), "cadence_spm": stride.cadence_spm}
            told["toe_off_host_s"] = toe_off_s if math.isfinite(toe_off_s) else None
            if stride.next_contact_s is None:
                self._show_stance(stride, told)
            else:
                self._show_whole(stride.side, told)

    def _show_stance(self, stride: LiveStride, told: dict[str, Any]) -> None:
        with self._lock:
            verdict = self._feedback.take(stride)
            self._strides[stride.side].append(told)
        self.hub.publish("stance", {"stride": told, "verdict": self._spoken(verdict)})

    def _show_whole(self, side: Side, told: dict[str, Any]) -> None:
        with self._lock:
            known = self._strides[side]
            if known and known[-1]["contact_s"] == told["contact_s"]:
                known[-1] = told
        self.hub.publish("stride", {"stride": told})

    def _publish_settings(self) -> None:
        self.hub.publish("settings", self._settings())

    def _settings(self) -> dict[str, Any]:
        with self._lock:
            feedback = self._feedback
            verdicts = {side: self._spoken(feedback.judge(side)) for side in SIDES}
            return {
                "band": asdict(feedback.band),
                "verdicts": verdicts,
                "muted": self._muted,
                "session": feedback.session,
            }

    def _spoken(self, verdict: Verdict) -> dict[str, Any]:
        """Return a verdict as the page gets it; a mean of nothing is null."""
        told = asdict(verdict)
        if not verdict.n:
            told["mean_deg"] = told["error_deg"] = told["margin_deg"] = None
        return {**told, "sounds": verdict.sounds and not self._muted}

    def _step_changed(self, moment: Moment) -> bool:
        return self._moment.get("step") != moment.step


def _told(moment: Moment) -> dict[str, Any]:
    cue = moment.cue
    return {
        "prompt": moment.prompt,
        "steps": [{"prompt": one.prompt, "seconds": one.seconds} for one in moment.steps],
        "step": moment.step,
        "left_s": moment.left_s,
        "elapsed_s": moment.elapsed_s,
        "fetching": moment.fetching,
        "calibrated": cue is not None and cue.calibrated,
        "sensors": [_health(one) for one in moment.sensors],
        "over": False,
    }


def _health(one: Health) -> Mapping[str, Any]:
    return asdict(one)
