"""Analyses in the background: one at a time in a process of its own, the others wait in line."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_WORKER: Final = "imu_valgus.app.analysis_worker"
_GRACE_S: Final = 2.0
"""How long a worker may take to end by itself."""

RunState = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One analysis that was asked for.

    Parameters
    ----------
    state : {"waiting", "running", "done", "failed"}
    stage : str
        What it is at, in the words of ``analyze_session``; empty before that.
    share : float
        How much of it is done, 0 to 1.
    ahead : int
        How many come before this one.
    error, hint : str
        What went wrong and how to mend it; empty where the program itself failed, or was ended
        from outside.
    """

    state: RunState
    stage: str = ""
    share: float = 0.0
    ahead: int = 0
    error: str = ""
    hint: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")


class Analyses:
    """The analyses of one server, by the session's name."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._line: deque[Path] = deque()
        self._work: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    def run_of(self, session: Path) -> Run | None:
        """Return the latest analysis of a session since the server's start."""
        return self._runs.get(session.name)

    def start(self, session: Path) -> Run:
        """Put a session in line, once however often it is asked for."""
        run = self.run_of(session)
        if run is not None and run.is_under_way:
            return run
        self._line.append(session)
        self._count_line()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())
        return self._runs[session.name]

    async def follow(self, session: Path) -> AsyncGenerator[Run | None]:
        """Yield how it stands with a session's analysis, now and at each change, until it ends."""
        last: object = self  # no run: the first one is news
        while True:
            changed, run = self._changed, self.run_of(session)
            if run != last:
                yield run
            if run is None or not run.is_under_way:
                return
            last = run
            await changed.wait()

    async def end(self) -> None:
        """End what runs, and forget who waits."""
        self._line.clear()
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work

    async def _work_off(self) -> None:
        while self._line:
            session = self._line.popleft()
            self._set(session, Run(state="running"))
            self._count_line()
            try:
                await self._analyse(session)
            except OSError as error:
                self._set(session, Run(state="failed", error=f"no analysis: {error.strerror}"))

    async def _analyse(self, session: Path) -> None:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _WORKER, str(session)),
            stdin=DEVNULL,
            stdout=PIPE,
            start_new_session=True,  # Ctrl-C is the server's to hear
        )
        try:
            async for line in _lines_of(worker):
                self._set(session, _run_from(line))
            await worker.wait()
        finally:
            await _end_worker(worker)
        if self._runs[session.name].is_under_way:
            self._set(session, Run(state="failed"))

    def _count_line(self) -> None:
        working = sum(run.state == "running" for run in self._runs.values())
        for place, session in enumerate(self._line):
            self._set(session, Run(state="waiting", ahead=place + working))

    def _set(self, session: Path, run: Run) -> None:
        self._runs[session.name] = run
        self._changed.set()
        self._changed = asyncio.Event()


async def _lines_of(worker: Process) -> AsyncGenerator[bytes]:
    assert worker.stdout is not None
    async for line in worker.stdout:
        yield line


def _run_from(line: bytes) -> Run:
    """Read what the worker said."""
    said = json.loads(line)
    if "error" in said:
        return Run(state="failed", error=said["error"], hint=said["hint"])
    if "done" in said:
        return Run(state="done", share=1.0)
    return Run(state="running", stage=said["stage"], share=said["share"])


async def _end_worker(worker: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        worker.terminate()
        try:
            await asyncio.wait_for(worker.wait(), _GRACE_S)
        except TimeoutError:
            worker.kill()
            await worker.wait()
