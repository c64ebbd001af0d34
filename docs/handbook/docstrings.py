"""Docstrings on one page: footnotes that do not meet each other's numbers, DOIs that are links."""

import re
from typing import Final

from sphinx.application import Sphinx

_CALL: Final = re.compile(r"\[(\d+)\]_")
_NOTE: Final = re.compile(r"^(\s*)\.\. \[(\d+)\]")
_DOI: Final = re.compile(r"doi:(10\.\d{4,}/\S*[A-Za-z0-9])")


def register(app: Sphinx) -> None:
    """Mend them as they are read."""
    app.connect("autodoc-process-docstring", _mend)


def _mend(_: Sphinx, __: str, name: str, ___: object, ____: object, lines: list[str]) -> None:
    label = name.replace(".", "-").lower()
    for number, line in enumerate(lines):
        mended = _CALL.sub(rf"[#{label}-\1]_", line)
        mended = _NOTE.sub(rf"\1.. [#{label}-\2]", mended)
        lines[number] = _DOI.sub(r"`doi:\1 <https://doi.org/\1>`__", mended)
