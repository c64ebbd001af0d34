"""``imu-valgus scan``: which sensors are in reach."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from imu_valgus.app.cli.sensor_options import open_adapter
from imu_valgus.collect import Nearby, scan_sensors


def scan(
    seconds: Annotated[
        float, typer.Option("--for", metavar="S", min=1, max=120, help="Listen for as long.")
    ] = 5.0,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is no sensor that is known.")
    ] = False,
) -> None:
    """Show the sensors in reach: model, battery, signal, and what each can prove."""
    with Console(stderr=True).status("listening"):
        found = scan_sensors(open_adapter, seconds=seconds)
    known = [one for one in found if everything or one.model is not None]
    console = Console(highlight=False, markup=False)
    if not known:
        console.print(f"no sensor in reach ({len(found)} other devices)", soft_wrap=True)
        return
    console.print(table(known))


def table(found: list[Nearby]) -> Table:
    """Return one row a sensor, the nearest first."""
    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("name", "address", "dBm", "battery", "memory", "model", "record", "can it prove"):
        rows.add_column(name, overflow="fold")
    for one in found:
        rows.add_row(
            one.advert.name or "-",
            one.advert.address,
            str(one.advert.rssi_dbm),
            "-" if one.battery_percent is None else f"{one.battery_percent} %",
            "-" if one.memory_s is None else f"{one.memory_s / 60:.0f} min",
            one.model.name if one.model else "-",
            "yes" if one.records else "import its files",
            one.model.loss_sentence if one.model else "-",
        )
    return rows
