"""What every kind of export is, and what may be asked of one."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What an export may be told beyond where from and where to; each kind says what it takes.

    Parameters
    ----------
    watch : Path, optional
        The file that the runner's watch recorded, for the kind ``fit``.
    watch_offset_s : float, optional
        Added to the watch's times, where one of the clocks was off, for the kind ``fit``.
    solve : bool
        Run the program on the other side on what was written, for the kind ``opensim``.
    """

    watch: Path | None = None
    watch_offset_s: float | None = None
    solve: bool = False

    def given(self) -> tuple[str, ...]:
        """Name the options that are not as they are by default."""
        return tuple(
            one.name for one in fields(self) if getattr(self, one.name) not in (None, False)
        )


class Exporter(Protocol):
    """One kind of export: a session → the files of another program.

    Attributes
    ----------
    name : str
        The kind, as it is asked for.
    summary : str
        What comes out, in one line for the help.
    takes : frozenset of str
        The fields of :class:`ExportOptions` that it heeds.
    carried_on : frozenset of str
        Files (relative to ``out``, parted by ``/``) whose new version holds what the one in ``out``
        held: these are replaced without being asked.
    """

    name: str
    summary: str
    takes: frozenset[str]
    carried_on: frozenset[str]

    def write(self, session: Path, into: Path, *, out: Path, options: ExportOptions) -> None:
        """Write all files of the export.

        Parameters
        ----------
        session : Path
            A session folder; it is only read.
        into : Path
            An empty folder to write into.
        out : Path
            Where the files will land, for kinds that add to what is there; it may not be there yet,
            and is only read.
        options : ExportOptions

        Raises
        ------
        ImuValgusError
            In one line with a hint, where the session lacks what the kind needs.
        """
        ...
