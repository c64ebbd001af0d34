"""Every number that the program writes: what it is, and none left out.

``metrics.toml`` describes them; what there is to describe is asked of the program itself. A column
without a description, or a description without a column, is a warning, which ends the build.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args, get_type_hints

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from handbook.places import DOCS
from imu_valgus.core import ANGLE_COLUMNS, LOADING_COLUMNS, REP_COLUMNS, STRIDE_COLUMNS
from imu_valgus.pipeline import Summary

_LOG = logging.getLogger(__name__)
SOURCE: Final = DOCS / "metrics.toml"
UNITS: Final[Mapping[str, str]] = {
    "_deg": "°",
    "_s": "s",
    "_ms": "ms",
    "_m": "m",
    "_mps": "m/s",
    "_spm": "steps a minute, both feet",
    "_pct": "%",
    "_bw": "body weights",
    "_g": "g",
    "_ppm": "parts per million",
}
Descriptions = Mapping[str, Mapping[str, str]]


def register(app: Sphinx) -> None:
    """Add ``metrics``."""
    app.add_directive("metrics", Metrics)


def tables() -> dict[str, tuple[str, ...]]:
    """Return by table the names that the program writes."""
    return {
        "stride": STRIDE_COLUMNS,
        "loading": LOADING_COLUMNS,
        "repetition": REP_COLUMNS,
        "angle": ANGLE_COLUMNS,
    } | {kind.__name__: tuple(one.name for one in fields(kind)) for kind in kinds_of_summary()}


def kinds_of_summary() -> list[type]:
    """Return the types that ``summary.json`` is made of, from the top down; not those of core."""
    found: list[type] = [Summary]
    for kind in found:
        hints = get_type_hints(kind)
        inner = (part for one in fields(kind) for part in _parts(hints[one.name]))
        found += [part for part in dict.fromkeys(inner) if part not in found]
    return found


def _parts(hint: Any) -> Iterator[type]:
    """Return the summary's own types in a field's type, such as in ``tuple[LapResult, ...]``."""
    if isinstance(hint, type) and is_dataclass(hint) and hint.__module__ == Summary.__module__:
        yield hint
    for part in get_args(hint):
        yield from _parts(part)


def descriptions() -> Mapping[str, Descriptions]:
    """Return what ``metrics.toml`` says, by table and name."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def unit_of(name: str, said: Mapping[str, str]) -> str:
    """Return a number's unit: as it is said, else as its name ends; empty for words."""
    ending = name[name.rfind("_") :] if "_" in name else ""
    return said.get("unit", UNITS.get(ending, ""))


def faults(table: str, described: Descriptions) -> Iterator[str]:
    """Say what a table's descriptions lack."""
    names = tables()[table]
    for name in (name for name in names if name not in described):
        yield f"metrics.toml does not describe {table}.{name}"
    for name in (name for name in described if name not in names):
        yield f"metrics.toml describes {table}.{name}, which the program does not write"
    for name, said in described.items():
        if not said.get("what"):
            yield f"metrics.toml does not say what {table}.{name} is"
        if unit_of(name, said) and not said.get("error"):
            yield f"metrics.toml does not say how sure {table}.{name} is"
        if unit_of(name, said) == "°" and not said.get("sign"):
            yield f"metrics.toml does not say the sign of {table}.{name}"


class Metrics(SphinxDirective):
    """``metrics:: stride``: one entry a name, in the program's order, to be linked to by name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the list; what is wrong is a warning."""
        table = self.arguments[0]
        self.env.note_dependency(str(SOURCE))
        described = descriptions().get(table, {})
        for fault in faults(table, described):
            _LOG.warning(fault, location=self.get_location())
        entries = [
            self._entry(table, name, described[name])
            for name in tables()[table]
            if name in described
        ]
        return [nodes.definition_list("", *entries, classes=["metrics"])]

    def _entry(self, table: str, name: str, said: Mapping[str, str]) -> nodes.definition_list_item:
        label = f"{table.lower()}-{name}".replace("_", "-")
        term = nodes.term("", "", nodes.literal("", name), ids=[label], names=[label])
        self.state.document.note_explicit_target(term)
        if unit := unit_of(name, said):
            term += nodes.inline("", f" {unit}", classes=["unit"])
        definition = nodes.definition("", *self.parse_text_to_nodes(_text(said)))
        return nodes.definition_list_item("", term, definition)


def _text(said: Mapping[str, str]) -> str:
    parts = [said["what"]]
    if sign := said.get("sign"):
        parts.append(f"*Sign:* {sign}")
    if error := said.get("error"):
        parts.append(f"*Error:* {error}")
    if source := said.get("source"):
        dois = source if isinstance(source, list) else [source]
        parts.append(
            "*Source:* " + ", ".join(f"[doi:{doi}](<https://doi.org/{doi}>)" for doi in dois)
        )
    return "\n\n".join(part.strip() for part in parts)
