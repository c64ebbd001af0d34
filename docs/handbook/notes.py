"""Links of what the handbook includes from elsewhere: the README, the firmware notes."""

import re
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from handbook.places import DOCS, FIRMWARE_NOTES

_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:]+)\)")


def register(app: Sphinx) -> None:
    """Mend them as the files are read."""
    app.connect("include-read", _mend)


def _mend(app: Sphinx, path: Path, _: str, content: list[str]) -> None:
    folder = (Path(app.srcdir) / path).resolve().parent
    if not folder.is_relative_to(DOCS):
        content[0] = _LINK.sub(lambda link: _mended(link, folder), content[0])


def _mended(link: re.Match[str], folder: Path) -> str:
    """Return the link from where it is included; its text alone where no page is of it."""
    text, target = link.groups()
    leads_to = (folder / target).resolve()
    if leads_to.is_relative_to(DOCS):
        return f"[{text}](/{leads_to.relative_to(DOCS)})"
    if not leads_to.is_relative_to(FIRMWARE_NOTES) or leads_to.is_dir():
        return text
    if leads_to.suffix == ".md":
        # The pages of the notes lie as the notes do.
        return f"[{text}](/firmware/{leads_to.relative_to(FIRMWARE_NOTES)})"
    return f"[{text}](/../{leads_to.relative_to(FIRMWARE_NOTES.parent)})"
