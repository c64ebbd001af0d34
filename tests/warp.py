"""An event loop whose clock jumps to the next appointment when there is nothing to do.

A minute of recording then takes as long as its work, and nothing depends on how busy the machine
is. For what happens in one process only: a socket's other end knows nothing of this time.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Jump(selectors.DefaultSelector):
    """Never waits: what would have been waited for is added to the clock.

    With ``keeps_pace`` it does wait, so that time goes no faster than it does; it still stands
    while there is work, and nothing is ever late.
    """

    now_s = 1000.0
    keeps_pace = False

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or not timeout:
            return ready
        if not self.keeps_pace:
            self.now_s += timeout
            return ready
        began_s = time.monotonic()
        ready = super().select(timeout)
        self.now_s += min(time.monotonic() - began_s, timeout)
        return ready


class WarpLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now_s

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """At once: the clock would run ahead while a thread works."""
        del executor
        future = self.create_future()
        future.set_result(func(*args))
        return future


def run(doing: Coroutine[Any, Any, _T]) -> _T:
    with asyncio.Runner(loop_factory=WarpLoop) as runner:
        return runner.run(doing)
