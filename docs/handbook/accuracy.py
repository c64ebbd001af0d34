"""Numbers of the accuracy table, read off it and never written down a second time."""

from functools import cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from handbook.places import DOCS

_LOG = logging.getLogger(__name__)
TABLE = DOCS / "accuracy.md"


def register(app: Sphinx) -> None:
    """Add the role ``accuracy``."""
    app.add_role("accuracy", Accuracy())


class Accuracy(SphinxRole):
    """``simulated | stance peak, bias, °``: the number of *ours* in that table's row."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return it, with what its two numbers are."""
        self.env.note_dependency(str(TABLE))
        table, _, row = (part.strip() for part in self.text.partition("|"))
        found = ours().get((table, row))
        if found is None:
            _LOG.warning(
                "accuracy.md has no row %r of %r", row, table, location=self.get_location()
            )
        return [nodes.Text(found or "")], []


@cache
def ours() -> dict[tuple[str, str], str]:
    """Return by table (the word before the colon) and row what the column *ours* says."""
    found: dict[tuple[str, str], str] = {}
    header: list[str] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
        elif "ours" in header:
            table = header[0].partition(":")[0]
            found[table, cells[0].strip("*")] = cells[header.index("ours")].strip("*")
    return found
