"""Where the built pages lead: every local link has an end, and no page fetches anything.

Pages of the network are not visited. A link to one has to be https, a DOI has to look like one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

_LOG = logging.getLogger(__name__)
_DOI: Final = re.compile(r"/10\.\d{4,9}/\S+")
_IN_STYLE: Final = re.compile(r"""(?:url\(|@import)\s*["']?(https?:[^"')\s]+)""")
_FETCHED: Final = {"audio", "embed", "iframe", "img", "link", "object", "script", "source", "video"}


def register(app: Sphinx) -> None:
    """Look at the pages when they are built; each fault is a warning."""
    app.connect("build-finished", _look)


def _look(app: Sphinx, failed: Exception | None) -> None:
    if failed is None and app.builder.format == "html":
        for fault in faults(Path(app.outdir)):
            _LOG.warning(fault)


@dataclass(slots=True)
class _Page(HTMLParser):
    """The ends that links may have in a page, and its own links: element and address."""

    ends: set[str] = field(default_factory=set[str])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one element."""
        for name, value in attrs:
            if name == "id" or (tag, name) == ("a", "name"):
                self.ends.add(value or "")
            elif name in ("href", "src") and value:
                self.links.append((tag, value))


def faults(built: Path) -> Iterator[str]:
    """Say of each link in a folder of pages what is wrong with it."""
    pages = {path: _read(path) for path in sorted(built.rglob("*.html"))}
    for path, page in pages.items():
        for tag, address in page.links:
            if wrong := _local(path, address, pages) or _foreign(tag, address):
                yield f"{path.relative_to(built)}: {address} {wrong}"
    for path in sorted(built.rglob("*.css")):
        for address in _IN_STYLE.findall(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(built)}: {address} is fetched from the network"


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _local(path: Path, address: str, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "leads to no file"
    end = unquote(parts.fragment)
    if end and target in pages and end not in pages[target].ends:
        return "leads to no such place in the page"
    return ""


def _foreign(tag: str, address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme in ("", "data", "mailto") and not parts.netloc:
        return ""
    if tag in _FETCHED:
        return "is fetched from the network"
    if parts.scheme != "https":
        return "is not https"
    if parts.netloc == "doi.org" and not _DOI.fullmatch(unquote(parts.path)):
        return "is no DOI"
    return ""
