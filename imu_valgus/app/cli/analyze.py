"""``imu-valgus analyze``: a session → angles, stride log, summary."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from imu_valgus.app.cli.straps import STRAP_HELP, parse_straps
from imu_valgus.core import SIDES, Side
from imu_valgus.orientation import ArmParams, AttitudeMethod, RelativeParams
from imu_valgus.pipeline import (
    AnalysisParams,
    OnProgress,
    SideSummary,
    Statistic,
    Summary,
    analyze_session,
)
from imu_valgus.report import wording


def analyze(
    session: Annotated[Path, typer.Argument(help="A session folder under recordings/.")],
    *,
    attitude: Annotated[
        AttitudeMethod, typer.Option(help="The filter that gives each sensor's attitude.")
    ] = "vqf",
    height: Annotated[
        float,
        typer.Option(
            metavar="M", min=1.0, max=2.5, help="Body height: where the sensors sit on the leg."
        ),
    ] = 1.75,
    standing_valgus: Annotated[
        str,
        typer.Option(
            metavar="left=DEG,right=DEG",
            help="Valgus measured in standing; the zero if not said.",
            show_default=False,
        ),
    ] = "",
    track_length: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            min=1,
            help="Length of one lap: gives each lap's speed.",
            show_default=False,
        ),
    ] = None,
    strap: Annotated[
        list[str] | None,
        typer.Option(metavar="x=down,z=out,within=15", help=STRAP_HELP, show_default=False),
    ] = None,
    pca_crosstalk: Annotated[
        bool,
        typer.Option(
            "--pca-crosstalk",
            help="Turn the flexion axis until valgus does not go with flexion in running; can "
            "delete true valgus. Before and after are shown.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Analyse a session: knee angles, the stride log and a summary, into its derived/ folder."""
    standing = parse_standing_valgus(standing_valgus)
    straps = parse_straps(strap or [])
    params = AnalysisParams(
        attitude=attitude,
        left_standing_valgus_deg=standing["left"],
        right_standing_valgus_deg=standing["right"],
        track_length_m=track_length,
        thigh_strap=straps.get("thigh"),
        shank_strap=straps.get("shank"),
        pca_crosstalk=pca_crosstalk,
        relative=RelativeParams(arms=replace(ArmParams(), height_m=height)),
    )
    with progress_bar() as on_progress:
        summary = analyze_session(session, params=params, progress=on_progress)
    if json:
        typer.echo(TypeAdapter(Summary).dump_json(summary, indent=1).decode())
    else:
        print_summary(session, summary)


def parse_standing_valgus(text: str) -> dict[Side, float]:
    """Read ``left=2,right=1`` into degrees a side; a side not named is 0."""
    standing: dict[Side, float] = dict.fromkeys(SIDES, 0.0)
    for part in filter(None, text.split(",")):
        name, _, degrees = part.partition("=")
        side: Side | None = next((side for side in SIDES if side == name.strip()), None)
        try:
            value = float(degrees)
        except ValueError:
            side = None
            value = 0.0
        if side is None or not abs(value) <= 30:
            raise typer.BadParameter(
                f"{part!r} is no standing alignment: write left=2,right=1, in degrees within ±30",
                param_hint="--standing-valgus",
            )
        standing[side] = value
    return standing


@contextmanager
def progress_bar() -> Generator[OnProgress]:
    """Show on stderr which stage is running and how far the whole is."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=1.0)

        def on_progress(stage: str, share: float) -> None:
            bar.update(task, description=stage, completed=share)

        yield on_progress


def print_summary(session: Path, summary: Summary) -> None:
    """Say in a few lines how far each knee went in, how sure that is, and where the log lies."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{summary.session}: {summary.running_s / 60:.1f} minutes of running")
    for side, found in summary.sides.items():
        console.print(f"{side}: {_counted(found)}")
        for name, statistic in (
            ("excursion in stance", found.valgus_excursion_deg),
            ("peak in stance", found.valgus_peak_deg),
        ):
            if statistic is not None and statistic.mean is not None:
                console.print(f"  valgus, {name}: {_measured(statistic)}")
        for line in _evidence(found):
            console.print(f"  {line}")
    for note in summary.notes:
        console.print(f"note: {note}")
    console.print(f"stride log: {session / 'derived' / 'strides.csv'}")


def _evidence(found: SideSummary) -> list[str]:
    """Say what the knee's axis stands on, and what it may leak."""
    said: list[str] = []
    if found.calibration is not None:
        said.append(wording.axis_agreement(found.calibration))
    if found.crosstalk is not None:
        said.append(f"valgus on flexion: {wording.crosstalk_index(found.crosstalk)}")
    if found.crosstalk_correction is not None:
        said.append(wording.crosstalk_correction(found.crosstalk_correction))
    return said


def _counted(found: SideSummary) -> str:
    counts = found.strides
    if counts is None:
        return "no strides"
    return f"{counts.good} good strides, {counts.suspect} suspect, {counts.rejected} rejected"


def _measured(statistic: Statistic) -> str:
    text = f"{statistic.mean:.1f}°"
    if statistic.sd_shared is not None:
        text += f" ± {statistic.sd_shared:.1f}° (shared by all strides)"
    if statistic.sd_between_strides is not None:
        text += f", stride to stride {statistic.sd_between_strides:.1f}°"
    return text
