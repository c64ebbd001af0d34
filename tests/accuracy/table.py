"""The run as text: markdown tables that stand in the documentation as they are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from accuracy.case import FloatArray, Group
from accuracy.chain import ChainRow
from accuracy.measures import PRIMARY
from accuracy.rows import ORACLES, OURS, Row
from accuracy.served import Served, median, worst
from accuracy.targets import TARGETS

_NONE: Final = "-"
_TITLES: Final[dict[Group, str]] = {
    "simulated": "simulated: RMSE of valgus over the run, zero at standing",
    "measured": "rbds001: RMSE of valgus over the run, mean removed",
    "walks": "nms-dyn: RMSE of abduction against optics, each walk's mean removed",
}
_MEASURES: Final[dict[Group, tuple[tuple[str, str, int], ...]]] = {
    "simulated": (
        ("valgus RMSE, °", "valgus_rmse_deg", 1),
        ("stance peak, bias, °", "peak_bias_deg", 1),
        ("stance peak, SD of its error between strides, °", "peak_error_sd_deg", 2),
        ("stance excursion, bias, °", "excursion_bias_deg", 1),
        ("change of the peak over the run, error, °", "peak_change_error_deg", 2),
        ("flexion RMSE, °", "flexion_rmse_deg", 1),
        ("sync residual, ms", "sync_residual_ms", 1),
    ),
    "measured": (
        ("valgus shape RMSE, °", "shape_rmse_deg", 1),
        ("valgus r", "shape_r", 2),
        ("valgus RMSE, zero at standing, °", "valgus_rmse_deg", 1),
        ("stance excursion, bias, °", "excursion_bias_deg", 1),
        ("flexion RMSE, °", "flexion_rmse_deg", 1),
        ("sync residual, ms", "sync_residual_ms", 1),
    ),
    "walks": (
        ("abduction shape RMSE, °", "shape_rmse_deg", 2),
        ("abduction r", "shape_r", 2),
        ("flexion RMSE, mean removed, °", "flexion_rmse_deg", 1),
        ("shift of the reference, ms", "shift_ms", 0),
    ),
}


def as_markdown(rows: Sequence[Row], chains: Sequence[ChainRow]) -> str:
    """Write the tables: by case, by measure, the chain's, and against the targets."""
    served = Served.best(rows)
    groups: list[Group] = [group for group in PRIMARY if served.methods(group)]
    parts = [_by_case(served, groups)]
    parts += [_by_measure(served, group) for group in groups]
    parts += [_chains(chains)] if chains else []
    parts += [_against_targets(served, groups), _variants(served, groups)]
    return "\n\n".join(parts) + "\n"


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
    several = len(served.of(group, OURS)) > 1
    lines = [
        [
            title,
            *(
                _spread(served.values(group, name, measure), digits, several=several)
                for name in methods
            ),
        ]
        for title, measure, digits in _MEASURES[group]
    ]
    head = f"{group}: median / worst" if several else group
    return _table([head, *methods], lines)


def _spread(values: FloatArray, digits: int, *, several: bool) -> str:
    """Write median and worst of the sizes; of a correlation the worst is the least."""
    if not values.size:
        return _NONE
    if not several:
        return _number(float(values[0]), digits)
    of_r = digits == 2 and bool(np.all(np.abs(values) <= 1)) and float(np.median(values)) > 0.5
    far = float(np.min(values)) if of_r else worst(values)
    middle = median(values) if of_r else median(np.abs(values))
    return f"{_number(middle, digits)} / {_number(far, digits)}"


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
    said = [
        f"- {name}: "
        + "; ".join(
            f"{group}: {rows[0].variant}" for group in groups if (rows := served.of(group, name))
        )
        for name in dict.fromkeys(n for group in groups for n in served.methods(group))
        if name not in (OURS, *ORACLES)
    ]
    return "Flexion axis that serves each peer best over a group (of seven sources):\n\n" + (
        "\n".join(said)
    )


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else _NONE


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(
        "| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *lines)
    )
