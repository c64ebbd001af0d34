"""The run as text: markdown tables that stand in the documentation as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from accuracy.case import FloatArray, Group
from accuracy.chain import ChainRow
from accuracy.measures import PRIMARY
from accuracy.rows import OURS, Row
from accuracy.served import Served, median, worst
from accuracy.targets import TARGETS

_NONE: Final = "-"
_TITLES: Final[dict[Group, str]] = {
    "simulated": "simulated: RMSE of valgus over the run, zero at standing",
    "measured": "rbds001: RMSE of valgus over the run, mean removed",
    "walks": "nms-dyn: RMSE of abduction against optics, each walk's mean removed",
}
_PREAMBLE: Final = """\
Errors in degrees against known truth: simulated runners (11 runs of 6 minutes, one of 15, both
legs, each with legs, flesh and sensors of its own), virtual sensors on the measured poses of a real
run (rbds001), and real walks against optics (nms-dyn). *Ours* gets the raw signals. The peers get
the true clocks, the gyroscopes' bias at rest taken off, the times of standing, walking and running,
and of seven sources of the flexion axis the one that serves them best over all cases of a kind;
dfjimu also the better of two sets of lever arms. *Azimuth fitted* is no method but a limit: the
truth itself turns the flexion axis about the thigh. Made by `poe accuracy`.
"""


@dataclass(frozen=True, slots=True)
class _Measure:
    """One line of a table; ``high``: the more the better, so the worst is the least."""

    title: str
    name: str
    digits: int
    high: bool = False


_MEASURES: Final[dict[Group, tuple[_Measure, ...]]] = {
    "simulated": (
        _Measure("valgus RMSE, °", "valgus_rmse_deg", 1),
        _Measure("valgus shape RMSE, mean removed, °", "shape_rmse_deg", 1),
        _Measure("stance peak, bias, °", "peak_bias_deg", 1),
        _Measure("stance peak, SD of its error between strides, °", "peak_error_sd_deg", 2),
        _Measure("stance excursion, bias, °", "excursion_bias_deg", 1),
        _Measure("change of the peak over the run, error, °", "peak_change_error_deg", 2),
        _Measure("flexion RMSE, °", "flexion_rmse_deg", 1),
        _Measure("sync residual, ms", "sync_residual_ms", 1),
        _Measure("stance samples within the 95 % interval", "covered", 2, high=True),
        _Measure("excursions within the 95 % interval", "excursion_covered", 2, high=True),
    ),
    "measured": (
        _Measure("valgus shape RMSE, mean removed, °", "shape_rmse_deg", 1),
        _Measure("valgus r", "shape_r", 2, high=True),
        _Measure("valgus RMSE, zero at standing, °", "valgus_rmse_deg", 1),
        _Measure("stance excursion, bias, °", "excursion_bias_deg", 1),
        _Measure("flexion RMSE, °", "flexion_rmse_deg", 1),
        _Measure("sync residual, ms", "sync_residual_ms", 1),
        _Measure("stance samples within the 95 % interval", "covered", 2, high=True),
        _Measure("excursions within the 95 % interval", "excursion_covered", 2, high=True),
    ),
    "walks": (
        _Measure("abduction shape RMSE, °", "shape_rmse_deg", 2),
        _Measure("abduction r", "shape_r", 2, high=True),
        _Measure("flexion RMSE, mean removed, °", "flexion_rmse_deg", 1),
        _Measure("shift of the reference, ms", "shift_ms", 0),
        _Measure("samples within the 95 % interval", "covered", 2, high=True),
    ),
}


def as_markdown(rows: Sequence[Row], chains: Sequence[ChainRow]) -> str:
    """Write the tables: by case, by measure, the chain's, and against the targets."""
    served = Served.best(rows)
    groups: list[Group] = [group for group in PRIMARY if served.methods(group)]
    parts = [_PREAMBLE.strip(), _by_case(served, groups)]
    parts += [_by_measure(served, group) for group in groups]
    parts += [_chains(chains)] if chains else []
    parts += [_against_targets(served, groups), _variants(served, groups)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _by_case(served: Served, groups: Sequence[Group]) -> str:
    """One line a case, left / right leg, then median and worst."""
    methods = list(dict.fromkeys(name for group in groups for name in served.methods(group)))
    lines: list[list[str]] = []
    for group in groups:
        lines.append([f"**{_TITLES[group]}, °**", *[""] * len(methods)])
        cases = dict.fromkeys(row.case for row in served.of(group, OURS))
        lines += [
            [case, *(_legs(served.of(group, name), case, PRIMARY[group]) for name in methods)]
            for case in cases
        ]
        if len(cases) > 1:
            for label, reduce in (("median", median), ("worst", worst)):
                found = [served.values(group, name, PRIMARY[group]) for name in methods]
                lines.append(
                    [f"**{label}**", *(f"**{_number(reduce(values), 1)}**" for values in found)]
                )
    return _table(["case (left / right)", *methods], lines)


def _legs(rows: Sequence[Row], case: str, measure: str) -> str:
    values = [getattr(row.score, measure) for row in rows if row.case == case]
    return " / ".join(f"{value:.1f}" for value in values) if values else _NONE


def _by_measure(served: Served, group: Group) -> str:
    methods = served.methods(group)
    lines = [
        [
            measure.title,
            *(_spread(served.values(group, name, measure.name), measure) for name in methods),
        ]
        for measure in _MEASURES[group]
    ]
    head = f"{group}: median / worst" if len(served.of(group, OURS)) > 1 else group
    return _table([head, *methods], lines)


def _spread(values: FloatArray, measure: _Measure) -> str:
    """Write median and worst, of the sizes where less is better; a single value as it is."""
    if not values.size:
        return _NONE
    if values.size == 1:
        return _number(float(values[0]), measure.digits)
    middle = median(values) if measure.high else median(np.abs(values))
    far = float(np.min(values)) if measure.high else worst(values)
    return f"{_number(middle, measure.digits)} / {_number(far, measure.digits)}"


def _chains(rows: Sequence[ChainRow]) -> str:
    methods = list(dict.fromkeys(row.method for row in rows))
    found = {(row.recording, row.method): row.error_deg for row in rows}
    lines = [
        [name, *(_number(found[name, method], 1) for method in methods)]
        for name in dict.fromkeys(row.recording for row in rows)
    ]
    head = "weygers: angle of the relative orientation's error, mean removed, RMS, °"
    return _table([head, *methods], lines)


def _against_targets(served: Served, groups: Sequence[Group]) -> str:
    lines: list[list[str]] = []
    for target in (target for target in TARGETS if target.group in groups):
        value = target.reached(served)
        verdict = "met" if target.holds(value) else "**not met**"
        lines.append(
            [
                target.group,
                target.name,
                f"{'≥' if target.at_least else '≤'} {target.limit:g} {target.unit}".rstrip(),
                f"{value:.2f} {target.unit}".rstrip() if np.isfinite(value) else _NONE,
                verdict if np.isfinite(value) else "not run",
            ]
        )
    return _table(["on", "ours", "target", "reached", ""], lines)


def _variants(served: Served, groups: Sequence[Group]) -> str:
    """Say what each peer was served with."""
    peers = dict.fromkeys(name for group in groups for name in served.peers(group))
    if not peers:
        return ""
    said = [
        f"- {name}: "
        + "; ".join(
            f"{group}: {rows[0].variant}" for group in groups if (rows := served.of(group, name))
        )
        for name in peers
    ]
    return "What served each peer best:\n\n" + "\n".join(said)


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else _NONE


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(
        "| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *lines)
    )
