"""``python -m accuracy``: how far ours and its peers are from the truth, as a table.

Standard output is the table; ``--out`` writes it to a file, ``--json`` the raw numbers.
"""

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from accuracy.cache import FOLDER, releases
from accuracy.chain import CHAINS, score_chains
from accuracy.data import shared_data
from accuracy.measures import PRIMARY
from accuracy.methods import METHODS
from accuracy.rows import OURS, as_json
from accuracy.run import run_all, tasks
from accuracy.table import as_markdown


def main() -> None:
    """Run what was asked for."""
    options = _options()
    if options.fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    start_s = time.perf_counter()
    rows = run_all(
        options.data,
        tasks(options.groups),
        [name for name in METHODS if name in options.methods],
        jobs=options.jobs,
    )
    chains = score_chains(options.data) if CHAINS in options.groups else []
    seconds = time.perf_counter() - start_s
    table = as_markdown(rows, chains)
    sys.stdout.write(f"{table}\n{len(rows)} scores in {seconds:.0f} s\n")
    if options.out:
        options.out.write_text(table, encoding="utf-8")
    if options.json:
        facts = {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "packages": releases("imu-valgus", "vqf", "ahrs", "qmt", "dfjimu"),
            "seconds": round(seconds, 1),
            "rows": as_json(rows),
            CHAINS: [asdict(row) for row in chains],
        }
        options.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="poe accuracy", description=__doc__)
    groups = [*PRIMARY, CHAINS]
    parser.add_argument("--groups", nargs="+", choices=groups, default=groups)
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    parser.add_argument("--only-ours", dest="methods", action="store_const", const=[OURS])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="keep nothing from earlier runs")
    parser.add_argument("--data", type=Path, default=shared_data())
    parser.add_argument("--out", type=Path, help="the table as markdown")
    parser.add_argument("--json", type=Path, help="the raw numbers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
