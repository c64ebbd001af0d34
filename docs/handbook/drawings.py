"""Drawings put into the page itself, so that their lines take the page's colours."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from handbook.places import DOCS


def register(app: Sphinx) -> None:
    """Add ``drawing``."""
    app.add_directive("drawing", Drawing)


class Drawing(SphinxDirective):
    """``drawing:: flexion valgus``: these files of drawings/ side by side, the text below them.

    Each file's ``<title>`` tells a reader who does not see it what it shows.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the drawings and what is said of them."""
        figure = nodes.container(classes=["drawing"])
        for name in self.arguments[0].split():
            path = DOCS / "drawings" / f"{name}.svg"
            self.env.note_dependency(str(path))
            svg = path.read_text(encoding="utf-8").replace("<svg ", '<svg role="img" ', 1)
            figure += nodes.raw("", re.sub(r">\s+<", "><", svg), format="html")
        if self.content:
            figure += nodes.container("", *self.parse_content_to_nodes(), classes=["below"])
        return [figure]
