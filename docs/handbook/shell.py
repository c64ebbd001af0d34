"""The tutorial's commands, run one after the other while the page is read.

What a reader sees as an answer is what the program said in this build. A command that fails fails
the build.
"""

import io
import os
import shlex
import sys
from collections.abc import Generator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from unittest.mock import patch

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from imu_valgus.app.cli import app as command_line

_LOG = logging.getLogger(__name__)
_PLACE = "handbook.shell"


def register(app: Sphinx) -> None:
    """Add ``shell``."""
    app.add_directive("shell", Shell)
    app.connect("doctree-read", _leave)


class Shell(SphinxDirective):
    """Commands, a line each; ``:lines: 8`` shows as much of the answer, ``:lines: 0`` none."""

    has_content = True
    option_spec: ClassVar = {"lines": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """Run them in the folder that all such blocks of this page share."""
        written = "\n".join(self.content)
        place = _place_of(self.env)
        answer = ""
        for line in written.splitlines():
            exit_code, said = run_line(line, place)
            answer += said
            if exit_code:
                _LOG.warning(
                    "%s\nended with %d:\n%s", line, exit_code, said, location=self.get_location()
                )
        shown = answer.rstrip().splitlines()
        most = self.options.get("lines", len(shown))
        shown = shown[:most] + ["…"] * (0 < most < len(shown))
        blocks: list[nodes.Node] = [nodes.literal_block(written, written, language="sh")]
        if shown:
            text = "\n".join(shown)
            blocks.append(nodes.literal_block(text, text, language="text", classes=["answer"]))
        return blocks


def _place_of(env: BuildEnvironment) -> Path:
    held = env.temp_data.get(_PLACE)
    if not isinstance(held, TemporaryDirectory):
        held = env.temp_data[_PLACE] = TemporaryDirectory(prefix="handbook")
    return Path(held.name)


def _leave(app: Sphinx, _: nodes.document) -> None:
    """Remove a page's folder when the page is read."""
    held = app.env.temp_data.get(_PLACE)
    if isinstance(held, TemporaryDirectory):
        held.cleanup()


def run_line(line: str, place: Path) -> tuple[int, str]:
    """Run one ``imu-valgus`` command in a folder; return its exit code and all that it said."""
    program, *arguments = shlex.split(line)
    if program != "imu-valgus":
        return 127, f"{program}: only imu-valgus is run here"
    with chdir(place), _as_typed([program, *arguments]) as said:
        try:
            command_line()
        except SystemExit as stop:
            return int(stop.code or 0), said.getvalue()
    return 0, said.getvalue()


@contextmanager
def _as_typed(words: list[str]) -> Generator[io.StringIO]:
    said = io.StringIO()
    with (
        patch.object(sys, "argv", words),
        patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1"}),
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        yield said
