"""Tables of what the program knows: sensors, formats that are read, kinds that are written.

Each is the program's own registry, so that a new entry is a new row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from imu_valgus.devices.sensors import SENSORS
from imu_valgus.export import EXPORTS
from imu_valgus.recording.readers import FORMATS

_Row = tuple[str, ...]


def register(app: Sphinx) -> None:
    """Add ``registry`` and ``registry-notes``."""
    app.add_directive("registry", Registry)
    app.add_directive("registry-notes", RegistryNotes)


def _formats() -> Iterator[_Row]:
    yield "format", "what is read"
    for one in FORMATS:
        yield _plain(one.name), _plain(one.summary)


def _exports() -> Iterator[_Row]:
    yield "kind", "what is written"
    for one in EXPORTS.values():
        yield f"`--to {one.name}`", _plain(one.summary)


def _sensors() -> Iterator[_Row]:
    yield "sensor", "streams at (Hz)", "a lost sample shows by", "lost samples"
    for model in SENSORS.values():
        rates = ", ".join(f"{rate:g}" for rate in model.rates_hz)
        again = "are asked for again" if model.backfill else "stay lost"
        yield _plain(model.name), rates, model.loss_proof, again


_REGISTRIES: Final[Mapping[str, Callable[[], Iterator[_Row]]]] = {
    "formats": _formats,
    "exports": _exports,
    "sensors": _sensors,
}


class Registry(SphinxDirective):
    """``registry:: formats``: its table; cells are in the page's own markup."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        head, *rows = _REGISTRIES[self.arguments[0]]()
        lines = [head, tuple("---" for _ in head), *rows]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return self.parse_text_to_nodes(text)


_DEPTH: Final[Mapping[str, int]] = {"imu_valgus.export": 3, "imu_valgus.recording.readers": 4}
"""How many names deep the module lies that says what an entry reads or writes."""


class RegistryNotes(SphinxDirective):
    """``registry-notes:: imu_valgus.export``: each entry's module says what it reads or writes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a section an entry."""
        package = self.arguments[0]
        entries = EXPORTS.values() if package == "imu_valgus.export" else FORMATS
        text = "\n".join(_section(one.name, type(one), _DEPTH[package]) for one in entries)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _section(title: str, kind: type, depth: int) -> str:
    module = ".".join(kind.__module__.split(".")[:depth])
    return f"{title}\n{'-' * len(title)}\n\n.. automodule:: {module}\n"


def _plain(text: str) -> str:
    """Keep what would be markup from being it."""
    return re.sub(r"([\\`*_\[\]<>|{}])", r"\\\1", text)
