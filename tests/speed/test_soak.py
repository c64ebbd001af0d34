"""Whether memory grows while a page shows a live recording: half an hour by ``poe soak``."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from live_run import LiveRun, live_run

pytestmark = pytest.mark.slow

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
WARM_UP_S = 60.0
SAMPLES = 30
SETTLED = 1 / 6
"""Minute 5 of 30: buffers are full by then."""


def test_memory_does_not_grow_while_it_records_and_shows(tmp_path: Path):
    session = tmp_path / "2026-11-22_a00_soak"
    with live_run(session, seconds=WARM_UP_S + 60 * MINUTES) as run:
        devtools = run.page.context.new_cdp_session(run.page)
        run.page.wait_for_timeout(1000 * WARM_UP_S)
        began_s = time.monotonic()
        held: list[tuple[float, float, float, float]] = []
        for sample in range(SAMPLES):
            due_s = began_s + 60 * MINUTES * (sample + 1) / SAMPLES
            run.page.wait_for_timeout(1000 * max(due_s - time.monotonic(), 0.0))
            devtools.send("HeapProfiler.collectGarbage")
            heap = float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6
            nodes = float(devtools.send("Memory.getDOMCounters")["nodes"])
            held.append(((time.monotonic() - began_s) / 60, _resident_mb(run), heap, nodes))
        strides = len(run.lateness_s())

    minute, rss_mb, heap_mb, nodes = np.array(held)[round(SETTLED * SAMPLES) :].T
    for name, values in (("process, MB", rss_mb), ("page's heap, MB", heap_mb), ("nodes", nodes)):
        slope = float(np.polyfit(minute, values, 1)[0])
        print(
            f"{name}: {values[0]:.1f} at minute {minute[0]:.1f}, {values[-1]:.1f} at minute "
            f"{minute[-1]:.1f}, {slope:+.3f} a minute"
        )
    assert strides > 20
    assert (rss_mb[-1] - rss_mb[0] < 15.0, heap_mb[-1] - heap_mb[0] < 2.0) == (True, True)


def _resident_mb(run: LiveRun) -> float:
    status = Path(f"/proc/{run.process.pid}/status").read_text()
    (line,) = (one for one in status.splitlines() if one.startswith("VmRSS"))
    return float(line.split()[1]) / 1e3
