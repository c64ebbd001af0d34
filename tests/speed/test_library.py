"""How long a large library takes to answer, and how much memory, run by hand with ``poe bench``."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_sessions import MadeSession

from imu_valgus.core import STRIDE_COLUMNS
from imu_valgus.metrics import write_log_parquet

pytestmark = pytest.mark.benchmark

SESSIONS = 2000
STRIDES_PER_LEG = 1250
PATTERNS = 4
"""So many stride logs are made, and copied in turn."""

MEASURE = """
import json, resource, sys, time
from pathlib import Path
from typing import Any
from imu_valgus.library import Catalogue

QUESTIONS = {
    "mean of each leg": "SELECT side, count(*), avg(valgus_excursion_deg) FROM strides "
        "WHERE quality = 'good' GROUP BY side",
    "each athlete by month": "SELECT athlete, date[:7], strides.side, "
        "avg(strides.valgus_excursion_deg), stddev(strides.valgus_excursion_deg) FROM strides "
        "JOIN sessions USING (session, side) WHERE quality = 'good' GROUP BY ALL",
    "each session's bends": "SELECT session, side, surface, avg(valgus_excursion_deg) FROM strides "
        "GROUP BY ALL",
    "the highest shock": "SELECT session, max(tibial_shock_g) FROM strides GROUP BY session "
        "ORDER BY 2 DESC LIMIT 10",
}
library = Path(sys.argv[1])
seconds, processor_s = {}, {}
def timed(name, do):
    started, worked = time.perf_counter(), time.process_time()
    answer = do()
    seconds[name] = round(time.perf_counter() - started, 3)
    processor_s[name] = round(time.process_time() - worked, 3)
    return answer

catalogue = timed("open", lambda: Catalogue.open(library))
timed("list", catalogue.sessions)
for name, sql in QUESTIONS.items():
    timed(name, lambda: catalogue.query(sql))
names = [path.name for path in sorted(library.iterdir()) if path.name.startswith("2026")][:3]
three = timed("three sessions' strides", lambda: catalogue.strides(names))
strides = int(catalogue.query("SELECT count(*) AS n FROM strides")["n"][0])
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(json.dumps(
    {"strides": strides, "three": len(three), "peak_mb": round(peak_mb), "seconds": seconds,
     "processor_s": processor_s}
))
"""


def fill(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give every number its own digits, as measured ones have: they do not compress."""
    empty = [one for one in STRIDE_COLUMNS if log[one].isna().all()]
    log = log.assign(**{one: rng.normal(8.0, 2.0, len(log)) for one in empty})
    excursion_deg = np.abs(log["valgus_excursion_deg"] + rng.normal(0, 1, len(log)))
    surface = rng.choice(["straight", "bend"], len(log))
    return log.assign(valgus_excursion_deg=excursion_deg, surface=surface)


@pytest.fixture(scope="module")
def large_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("large") / "library"
    made = MadeSession(n_strides=STRIDES_PER_LEG)
    first = made.write(library / "pattern")
    log_path = first / "derived" / "strides.parquet"
    logs: list[bytes] = []
    for seed in range(PATTERNS):
        log = fill(pd.read_parquet(log_path), np.random.default_rng(seed))
        write_log_parquet(log_path, log, {})
        logs.append(log_path.read_bytes())
    info = json.loads((first / "session.json").read_text())
    for number in range(SESSIONS):
        day = f"{2026 - number // 365 % 5}-{1 + number % 12:02}-{1 + number % 28:02}"
        session = library / f"2026_{number:04}"
        (session / "derived").mkdir(parents=True)
        shutil.copy(first / "events.tsv", session)
        shutil.copy(first / "derived" / "summary.json", session / "derived")
        (session / "derived" / "strides.parquet").write_bytes(logs[number % PATTERNS])
        athlete = {"athlete": f"a{number % 120:03}", "start": f"{day}T09:00:00+01:00"}
        (session / "session.json").write_text(json.dumps(info | athlete))
    shutil.rmtree(first)
    return library


def measure(library: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", MEASURE, str(library)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(said)


def test_two_thousand_sessions_answer_within_a_second(large_library):
    first = measure(large_library)
    again = measure(large_library)

    print(f"\nlibrary of {SESSIONS} sessions, {again['strides']} strides")
    print(f"first look:  {first['seconds']}, peak {first['peak_mb']} MB")
    print(f"remembered:  {again['seconds']}, peak {again['peak_mb']} MB")
    print(f"processor:   {again['processor_s']}, over all cores")
    slow = {name: took for name, took in again["seconds"].items() if took > 1.0}
    assert (again["strides"], slow) == (SESSIONS * 2 * STRIDES_PER_LEG, {})


def test_two_thousand_sessions_list_within_half_a_second(large_library):
    assert measure(large_library)["seconds"]["list"] <= 0.5
