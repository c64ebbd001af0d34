"""What is seen and pressed while it records."""

import select
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Self

import typer
from rich import box
from rich.align import Align
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from imu_valgus.collect import Health, Key, LiveCue, LiveStride, Moment
from imu_valgus.core import Side

Band = tuple[float, float]
Notice = Callable[[], str]
"""What else is to be known while it records; empty where there is nothing."""


def _nothing() -> str:
    return ""


_LATE_S: Final = 1.0
_LOW_PERCENT: Final = 20
_KEYS_HELP: Final = "enter: next   l: lap   p: pain   n: note   q: stop"
_SIDES: Final[dict[str, Side]] = {"l": "left", "r": "right"}


class QuietScreen:
    """Shows nothing and hears nothing: for scripts."""

    def show(self, moment: Moment) -> None:
        """Show nothing."""

    def pressed(self) -> Sequence[Key]:
        """Return nothing."""
        return ()


class StrideLines(QuietScreen):
    """Prints one line a stride, and on stderr what else is to be known, when it changes."""

    def __init__(self, band: Band, notice: Notice) -> None:
        self._band, self._printed = band, 0
        self._notice, self._noticed = notice, ""

    def show(self, moment: Moment) -> None:
        """Print the strides that are new."""
        notice = self._notice()
        if notice != self._noticed:
            typer.echo(notice, err=True)
            self._noticed = notice
        if moment.cue is None:
            return
        new, self._printed = moment.cue.since(self._printed), moment.cue.count
        for stride in new:
            if stride.next_contact_s is None:
                typer.echo(describe_stride(stride, self._band))


def describe_stride(stride: LiveStride, band: Band) -> str:
    """Say in one line what a stride was like."""
    low, high = band
    inside = low <= stride.valgus_excursion_deg <= high
    word = "not sure" if stride.uncertain else "in the band" if inside else "OUT"
    return (
        f"{stride.side:5} {stride.contact_s:7.2f} s  peak {stride.valgus_peak_deg:5.1f}°  "
        f"excursion {stride.valgus_excursion_deg:4.1f}°  {word}"
    )


class TerminalScreen:
    """A large prompt, a table of the sensors, and the keys of the terminal."""

    def __init__(
        self, live: Live, read_keys: Callable[[], str], band: Band, notice: Notice = _nothing
    ) -> None:
        self._live, self._read_keys, self._band = live, read_keys, band
        self._notice = notice
        self._entry: str | None = None
        self._kind = ""

    @classmethod
    @contextmanager
    def opened(cls, band: Band = (0.0, 0.0), notice: Notice = _nothing) -> Generator[Self]:
        """Take the terminal, and give it back as it was."""
        with _keys() as read_keys, Live(console=Console(stderr=True), auto_refresh=False) as live:
            yield cls(live, read_keys, band, notice)

    def show(self, moment: Moment) -> None:
        """Draw the moment anew."""
        footer = "\n".join(filter(None, (self._notice(), self._asking())))
        self._live.update(draw(moment, footer, self._band), refresh=True)

    def pressed(self) -> Sequence[Key]:
        """Return what the keys since the last call mean."""
        return list(self._meanings(self._read_keys()))

    def _asking(self) -> str:
        if self._entry is None:
            return _KEYS_HELP
        what = "pain, side and 0-10, such as l7" if self._kind == "pain" else "note"
        return f"{what}: {self._entry}▏ (enter)"

    def _meanings(self, typed: str) -> Iterator[Key]:
        for letter in typed:
            if self._entry is not None:
                yield from self._type(letter)
            elif letter in "\r\n":
                yield Key("next")
            elif letter == "q":
                yield Key("stop")
            elif letter == "l":
                yield Key("lap")
            elif letter in "pn":
                self._kind, self._entry = ("pain" if letter == "p" else "note"), ""

    def _type(self, letter: str) -> Iterator[Key]:
        if letter in "\r\n":
            entry, self._entry = (self._entry or "").strip(), None
            key = _pain(entry) if self._kind == "pain" else Key("note", value=entry)
            if key is not None and entry:
                yield key
        elif letter in "\x7f\b":
            self._entry = (self._entry or "")[:-1]
        elif letter.isprintable():
            self._entry = (self._entry or "") + letter


def _pain(entry: str) -> Key | None:
    """Read ``l7``, ``r 3`` or ``5``; None where it says no number from 0 to 10."""
    side = _SIDES.get(entry[:1].lower())
    number = (entry[1:] if side else entry).strip()
    if not number.isdigit() or int(number) > 10:
        return None
    return Key("pain", side=side, value=number)


def draw(moment: Moment, footer: str, band: Band) -> Group:
    """Return the whole screen; ``band`` is what the strides' excursion is held against."""
    left = "" if moment.left_s is None else f"\n{max(moment.left_s, 0):.0f} s"
    colour = "cyan" if moment.fetching else "bold green"
    prompt = Panel(
        Align.center(Text(f"{moment.prompt}{left}", style=colour, justify="center")),
        padding=(1, 2),
        title=f"{moment.elapsed_s // 60:.0f}:{moment.elapsed_s % 60:02.0f}",
    )
    strides = () if moment.cue is None else (_strides(moment.cue, band),)
    return Group(prompt, *strides, _table(moment.sensors), Text(footer, style="dim"))


def _strides(cue: LiveCue, band: Band) -> Text:
    """Return the last strides, one line each with a bar; the band's colour is green."""
    if not cue.calibrated:
        return Text("stand, then walk: they calibrate the angles", style="cyan")
    lines = Text()
    for stride in cue.recent:
        inside = band[0] <= stride.valgus_excursion_deg <= band[1]
        style = "dim" if stride.uncertain else "green" if inside else "bold red"
        bar = "█" * max(round(2 * stride.valgus_excursion_deg), 0)
        lines.append(f"{describe_stride(stride, band)}  {bar}\n", style=style)
    return lines


def _table(sensors: Sequence[Health]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("sensor")
    for name in ("link", "Hz", "battery %", "lag s", "samples", "missing", "clipped"):
        table.add_column(name, justify="right")
    for one in sensors:
        late = not one.connected or one.lag_s > _LATE_S
        weak = one.battery_percent is not None and one.battery_percent < _LOW_PERCENT
        table.add_row(
            one.placement,
            Text("up" if one.connected else "away", style="red" if late else "green"),
            f"{one.rate_hz:.0f}",
            Text(
                "-" if one.battery_percent is None else str(one.battery_percent),
                style="yellow" if weak else "",
            ),
            f"{one.lag_s:.1f}",
            str(one.samples),
            Text(str(one.missing), style="yellow" if one.missing else ""),
            str(one.clipped),
        )
    return table


if sys.platform == "win32":

    @contextmanager
    def _keys() -> Generator[Callable[[], str]]:
        """Read no keys: consoles there have other ways."""
        yield lambda: ""

else:
    import termios
    import tty

    @contextmanager
    def _keys() -> Generator[Callable[[], str]]:
        """Read single keys without waiting; none where there is no terminal."""
        if not sys.stdin.isatty():
            yield lambda: ""
            return
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def read() -> str:
            typed = ""
            while select.select([sys.stdin], [], [], 0)[0]:
                typed += sys.stdin.read(1)
            return typed

        try:
            tty.setcbreak(descriptor)
            yield read
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
