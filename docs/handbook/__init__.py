"""What the handbook takes from the program itself instead of copying it by hand.

Each module is a small Sphinx extension: commands from their help, metrics checked against the
columns that the program writes, accuracies read off the table, the tutorial's commands run while
it is built, drawings that follow the page's light and dark, formulas and figures without a network.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from handbook import (
    accuracy,
    commands,
    defaults,
    docstrings,
    drawings,
    figures,
    links,
    mathml,
    metrics,
    notes,
    registries,
    shell,
)

_PARTS = (
    accuracy,
    commands,
    defaults,
    docstrings,
    drawings,
    figures,
    links,
    mathml,
    metrics,
    notes,
    registries,
    shell,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register all of them."""
    for part in _PARTS:
        part.register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
