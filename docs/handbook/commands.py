"""Every command with all its arguments and options, from the help that the program prints."""

from collections.abc import Iterator

import typer.main
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from typer.core import TyperCommand

from imu_valgus.app.cli import commands


def register(app: Sphinx) -> None:
    """Add ``commands``."""
    app.add_directive("commands", Commands)


class Commands(SphinxDirective):
    """One section a command, in the order in which the program lists them."""

    def run(self) -> list[nodes.Node]:
        """Return the sections, each with a label ``command-NAME``."""
        program = typer.main.get_command(commands)
        found: list[nodes.Node] = []
        for name, command in program.commands.items():  # pyright: ignore[reportAttributeAccessIssue]
            label = f"command-{name}"
            section = nodes.section(ids=[label], names=[label])
            section += nodes.title("", "", nodes.literal("", name))
            section += _described(command, typer.Context(command, info_name=f"imu-valgus {name}"))
            self.state.document.note_explicit_target(section)
            found.append(section)
        return found


def _described(command: TyperCommand, context: typer.Context) -> Iterator[nodes.Node]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield nodes.literal_block(usage, usage, language="text")
    for text in (command.help or "").split("\n\n"):
        yield nodes.paragraph("", " ".join(text.split()))
    yield nodes.definition_list(
        "", *(_parameter(*record) for record in _records(command, context)), classes=["options"]
    )


def _records(command: TyperCommand, context: typer.Context) -> Iterator[tuple[str, str]]:
    """Return what the help says of each argument and option: how it is written, what it does."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield record


def _parameter(written: str, does: str) -> nodes.definition_list_item:
    term = nodes.term("", "", nodes.literal("", written))
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", does)))
