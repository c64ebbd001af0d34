"""The program's own constants in the text: a number that changes there changes here."""

from importlib import import_module

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

_LOG = logging.getLogger(__name__)


def register(app: Sphinx) -> None:
    """Add the role ``default``."""
    app.add_role("default", Default())


class Default(SphinxRole):
    """``orientation.SmootherParams.knot_s``: that parameter's default; radians as degrees."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return it without its unit, which the sentence says."""
        try:
            return [nodes.Text(f"{value_of(self.text):g}")], []
        except (AttributeError, ImportError, TypeError, ValueError) as error:
            _LOG.warning("no default %r: %s", self.text, error, location=self.get_location())
            return [], []


def value_of(name: str) -> float:
    """Return the number behind a dotted name below ``imu_valgus``."""
    *module, kind, parameter = name.split(".")
    holder = import_module(".".join(["imu_valgus", *module]))
    value = float(getattr(getattr(holder, kind)(), parameter))
    return round(float(np.degrees(value)), 9) if "_rad" in parameter else value
