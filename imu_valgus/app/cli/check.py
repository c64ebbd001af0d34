"""``imu-valgus check``: what there is to say about a session's quality."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Annotated, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from imu_valgus.core import Placement
from imu_valgus.pipeline.check import check_recording
from imu_valgus.quality import SEVERITIES, TOPICS, Finding, Severity, Topic
from imu_valgus.recording import read_session

_FIELDS: Final = ("severity", "topic", "placement", "number", "unit", "text", "hint")
_COLOURS: Final[dict[Severity, str]] = {
    "ok": "green",
    "note": "cyan",
    "warning": "yellow",
    "error": "bold red",
}
_MARKS: Final[dict[Severity, str]] = {"ok": " ", "note": "·", "warning": "!", "error": "✗"}
_BY_SENSOR: Final[dict[Topic, tuple[str, int]]] = {
    "gravity": ("at rest g", 3),
    "rate": ("rate Hz", 2),
    "gaps": ("lost %", 2),
    "clipping": ("clipped %", 2),
    "axes": ("axes g", 3),
    "slip": ("slip °", 1),
}
"""Columns of the table of sensors, and their decimals."""
_SENSORS_OWN: Final[frozenset[Topic]] = frozenset((*_BY_SENSOR, "units", "pauses", "impacts"))


def check(
    session: Annotated[Path, typer.Argument(help="A session folder under recordings/.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a list of findings for a program to read.")
    ] = False,
) -> None:
    """Look at a session: units, axes, gravity, clipping, rate, gaps, clocks, swapped sensors.

    Exit code 0 whatever is found; 1 only where the session cannot be read.
    """
    with Console(stderr=True).status("looking at the signals"):
        findings = check_recording(read_session(session))
    if as_json:
        rows = [{field: asdict(one)[field] for field in _FIELDS} for one in findings]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False))
        return
    print_answer(session, findings)


def print_answer(session: Path, findings: Sequence[Finding]) -> None:
    """Print the sensors' numbers, what else was found, and what to look at, gravest first."""
    console = Console(highlight=False)
    console.print(_sensors([one for one in findings if one.topic in _BY_SENSOR]))
    console.print(_others([one for one in findings if one.topic not in _SENSORS_OWN]))
    to_look_at = [one for one in findings if one.severity != "ok"]
    if to_look_at:
        console.print(_advice(to_look_at))
    count = Counter(one.severity for one in findings)
    told = ", ".join(f"{kind} {count[kind]}" for kind in reversed(SEVERITIES))
    console.print(Text(f"{session}: {told}"), soft_wrap=True)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def _sensors(findings: Sequence[Finding]) -> Table:
    """One row a sensor, one column a topic; a mark behind what is not ok."""
    table = _table()
    table.add_column("sensor", no_wrap=True)
    for title, _ in _BY_SENSOR.values():
        table.add_column(f"{title} ", justify="right", no_wrap=True)
    by_sensor: dict[Placement | None, dict[Topic, Finding]] = {}
    for one in findings:
        by_sensor.setdefault(one.placement, {})[one.topic] = one
    for placement, found in by_sensor.items():
        cells = [_number(found.get(topic), decimals) for topic, (_, decimals) in _BY_SENSOR.items()]
        table.add_row(placement or "", *cells)
    return table


def _number(finding: Finding | None, decimals: int) -> Text:
    if finding is None:
        return Text("- ")
    number = "-" if finding.number is None else f"{finding.number:.{decimals}f}"
    return Text(f"{number}{_MARKS[finding.severity]}", style=_COLOURS[finding.severity])


def _others(findings: Sequence[Finding]) -> Table:
    """One row a finding about clocks, legs and the session."""
    table = _table()
    for title in ("", "what", "where"):
        table.add_column(title, no_wrap=True)
    table.add_column("found", ratio=1)
    for one in findings:
        table.add_row(_severity(one.severity), _words(one), one.placement or "session", one.text)
    return table


def _advice(findings: Sequence[Finding]) -> Table:
    """One row for all sensors that share a severity, a topic and a hint, gravest first."""

    def kind(one: Finding) -> tuple[int, int, str]:
        return -SEVERITIES.index(one.severity), TOPICS.index(one.topic), one.hint

    table = _table()
    for title in ("", "look at"):
        table.add_column(title, no_wrap=True)
    table.add_column("because", ratio=1)
    for (_, _, hint), group in groupby(sorted(findings, key=kind), key=kind):
        alike = list(group)
        because = Text("\n").join(
            Text(f"{one.placement}: {one.text}" if one.placement else one.text) for one in alike
        )
        if hint:
            because.append(f"\n→ {hint}", style="bold")
        table.add_row(_severity(alike[0].severity), _words(alike[0]), because)
    return table


def _severity(severity: Severity) -> Text:
    return Text(severity, style=_COLOURS[severity])


def _words(finding: Finding) -> str:
    return finding.topic.replace("_", " ")
