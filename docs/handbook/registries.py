"""Tables of what the program knows: sensors, formats that are read, kinds that are written.

Each is the program's own registry, so that a new entry is a new row.
"""

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
    """Add ``registry``."""
    app.add_directive("registry", Registry)


def _formats() -> Iterator[_Row]:
    yield "format", "what is read"
    for one in FORMATS:
        yield one.name, one.summary


def _exports() -> Iterator[_Row]:
    yield "kind", "what is written"
    for one in EXPORTS.values():
        yield f"`--to {one.name}`", one.summary


def _sensors() -> Iterator[_Row]:
    yield "sensor", "streams at (Hz)", "a lost sample shows by", "lost samples"
    for model in SENSORS.values():
        rates = ", ".join(f"{rate:g}" for rate in model.rates_hz)
        again = "are asked for again" if model.backfill else "stay lost"
        yield model.name, rates, model.loss_proof, again


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
        text = "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)
        return self.parse_text_to_nodes(text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
