"""Links of the firmware notes, which the handbook includes from where they lie."""

import re
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from handbook.places import FIRMWARE_NOTES

_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:]+)\)")


def register(app: Sphinx) -> None:
    """Mend them as the notes are read."""
    app.connect("include-read", _mend)


def _mend(app: Sphinx, path: Path, _: str, content: list[str]) -> None:
    folder = (Path(app.srcdir) / path).resolve().parent
    if folder.is_relative_to(FIRMWARE_NOTES):
        content[0] = _LINK.sub(lambda link: _mended(link, folder), content[0])


def _mended(link: re.Match[str], folder: Path) -> str:
    """Return a link to a folder as its text, one to a file from the notes' folder, others as is."""
    text, target = link.groups()
    leads_to = (folder / target).resolve()
    if leads_to.is_dir():
        return text
    if leads_to.suffix == ".md":
        return link[0]
    return f"[{text}](/../{leads_to.relative_to(FIRMWARE_NOTES.parent)})"
