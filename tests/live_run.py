"""``imu-valgus live --web`` as a user starts it, with virtual sensors in a process of their own."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright
from plugins.browser import CHROMIUM

NOTE = """
window.painted = [];
document.addEventListener("stride-painted", (event) => {
  const { side, contactS, paintedS } = event.detail;
  window.painted.push([side, contactS, paintedS]);
  if (window.painted.length > 500) window.painted.shift();
});
"""


@dataclass(frozen=True)
class LiveRun:
    """The command's process, its session and an open page."""

    process: "subprocess.Popen[str]"
    session: Path
    page: Page

    def lateness_s(self) -> np.ndarray:
        """Return how long after its true toe-off each stride was painted, by one clock."""
        virtual = self.session / "virtual"
        contacts = pd.read_csv(virtual / "truth_contacts.csv")
        began_s = json.loads((virtual / "truth.json").read_text())["left_thigh"]["motion_unix_s"]
        late_s: list[float] = []
        for side, contact_s, painted_s in self.page.evaluate("window.painted"):
            own = contacts[contacts["side"] == side]
            nearest = np.argmin(np.abs(own["initial_contact_s"].to_numpy() - contact_s))
            late_s.append(painted_s - began_s - own["toe_off_s"].to_numpy()[nearest])
        return np.array(late_s)


@contextmanager
def live_run(session: Path, *, seconds: float) -> Generator[LiveRun]:
    command = [sys.executable, "-m", "imu_valgus.app", "live", "--web", "--virtual", "4", "--yes"]
    command += ["--no-open", "--port", "0", "--for", f"{seconds:g}", "--to", str(session)]
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
        sync_playwright() as playwright,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.add_init_script(NOTE)
        page.goto(url)
        yield LiveRun(process, session, page)
        browser.close()
        process.communicate(timeout=120)
