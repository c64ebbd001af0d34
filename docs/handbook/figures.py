"""Plotly's figures in the gallery, with one local copy of plotly.js for all pages."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import plotly.io
from plotly.io.base_renderers import MimetypeRenderer
from sphinx.application import Sphinx

_SCRIPT: Final = "_static/plotly.min.js"
_LAYOUT: Final = {
    "paper_bgcolor": "rgba(0, 0, 0, 0)",
    "plot_bgcolor": "rgba(0, 0, 0, 0)",
    "height": 420,
    "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    "hovermode": "x unified",
}
"""Transparent: the page is light or dark, and its style sheet colours words and grids."""


class _Renderer(MimetypeRenderer):
    """A figure as a piece of a page; plotly's own would fetch its formulas' fonts as well."""

    def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, str]:
        """Return the piece; every page of the gallery lies one folder down."""
        html = plotly.io.to_html(
            fig_dict,
            config={"displaylogo": False, "responsive": True},
            include_plotlyjs=f"../{_SCRIPT}",  # pyright: ignore[reportArgumentType] - its stub forgets addresses
            include_mathjax=False,
            full_html=False,
        )
        return {"text/html": html}


def register(app: Sphinx) -> None:
    """Let figures be drawn by the copy."""
    plotly.io.renderers["handbook"] = _Renderer()
    plotly.io.renderers.default = "handbook"
    plotly.io.templates["handbook"] = {"layout": _LAYOUT}
    plotly.io.templates.default = "handbook"
    app.connect("build-finished", _copy_script)


def _copy_script(app: Sphinx, failed: Exception | None) -> None:
    if failed is None and app.builder.format == "html":
        with as_file(files("plotly") / "package_data" / "plotly.min.js") as script:
            shutil.copy(script, Path(app.outdir) / _SCRIPT)
