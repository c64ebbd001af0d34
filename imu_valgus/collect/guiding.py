"""The runner is led through the protocol; what the user sees and presses is a ``Screen``."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from imu_valgus.collect.collector import Collector
from imu_valgus.collect.cue import LiveCue
from imu_valgus.collect.sensors import Health
from imu_valgus.core import Side

_SHOW_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the protocol: what the runner is told, and for how long; None until a key."""

    prompt: str
    seconds: float | None


STANDARD_STEPS: Final = (
    Step("STAND upright and still", 10.0),
    Step("WALK straight on", 30.0),
    Step("SQUAT slowly, if you like: both legs, then each", None),
    Step("RUN", None),
    Step("STAND upright and still", 10.0),
)
"""What tells the most of the knee's axis: see docs/decisions/0003-the-flexion-axis-from-gait.md."""


@dataclass(frozen=True, slots=True)
class Key:
    """What the user asks for while it records."""

    kind: Literal["next", "stop", "lap", "pain", "note"]
    side: Side | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the screen shows: the step, what is left of it, and how the sensors do.

    ``step``: which of ``steps`` it is; as many as there are when all are over.
    """

    prompt: str
    left_s: float | None
    elapsed_s: float
    sensors: Sequence[Health]
    fetching: bool
    cue: LiveCue | None = None
    steps: Sequence[Step] = ()
    step: int = 0


class Screen(Protocol):
    """What the user sees and presses."""

    def show(self, moment: Moment) -> None:
        """Show how it goes; called a few times a second, and at once when a stride was told."""
        ...

    def pressed(self) -> Sequence[Key]:
        """Return what was pressed since the last call; never waits."""
        ...


class Screens:
    """Several screens at once: all show the same, any may be pressed."""

    def __init__(self, screens: Sequence[Screen]) -> None:
        self._screens = screens

    def show(self, moment: Moment) -> None:
        """Show how it goes on each."""
        for one in self._screens:
            one.show(moment)

    def pressed(self) -> Sequence[Key]:
        """Return what was pressed on any since the last call."""
        return [key for one in self._screens for key in one.pressed()]


class Conductor:
    """Leads through the steps, shows how it goes and hears the keys."""

    def __init__(self, steps: Sequence[Step], screen: Screen, cue: LiveCue | None = None) -> None:
        self._steps, self._screen, self._cue = steps, screen, cue
        self._step = 0
        self.stop = asyncio.Event()

    async def lead(self, collector: Collector) -> None:
        """Go through the steps; sets ``stop`` at their end."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for idx, step in enumerate(self._steps):
            self._step = idx
            collector.mark("note", value=f"told to: {step.prompt}")
            step_s = loop.time()
            while not self.stop.is_set():
                spent_s = loop.time() - step_s
                left_s = None if step.seconds is None else step.seconds - spent_s
                if left_s is not None and left_s <= 0:
                    break
                self._show(collector, step.prompt, left_s, loop.time() - began_s)
                if self._hear(collector):
                    break
                await self._rest(_SHOW_S if left_s is None else min(_SHOW_S, left_s))
        self._step = len(self._steps)
        self.stop.set()
        while True:
            self._show(collector, "fetching what is missing", None, loop.time() - began_s)
            await asyncio.sleep(_SHOW_S)

    def _show(
        self, collector: Collector, prompt: str, left_s: float | None, elapsed_s: float
    ) -> None:
        self._screen.show(
            Moment(
                prompt,
                left_s,
                elapsed_s,
                collector.health(),
                self.stop.is_set(),
                self._cue,
                self._steps,
                self._step,
            )
        )

    async def _rest(self, seconds: float) -> None:
        """Wait for as long, or until a stride was told: it is shown at once."""
        if self._cue is None:
            await asyncio.sleep(seconds)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._cue.news.wait()
        self._cue.news.clear()

    def _hear(self, collector: Collector) -> bool:
        """Do what was pressed; return whether the next step is asked for."""
        go_on = False
        for key in self._screen.pressed():
            if key.kind == "stop":
                self.stop.set()
            elif key.kind == "next":
                go_on = True
            else:
                collector.mark(key.kind, side=key.side, value=key.value)
        return go_on
