"""``imu-valgus arm``: sensors record on their own memory, nobody near."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from imu_valgus.app.cli.sensor_options import (
    AthleteCode,
    SensorsWorn,
    VirtualCount,
    VirtualRate,
    open_adapter,
    parse_sensors,
    plan_sensors,
    started_sensors,
)
from imu_valgus.collect import RecordingPlan, arm_sensors
from imu_valgus.recording import refuse_overwrite
from imu_valgus.recording.info import check_athlete


def arm(
    sensors: SensorsWorn = None,
    *,
    to: Annotated[Path, typer.Option(help="The session folder to make.", show_default=False)],
    minutes: Annotated[
        float,
        typer.Option("--for", metavar="MIN", min=0.1, help="What is planned.", show_default=False),
    ],
    athlete: AthleteCode = "a00",
    virtual: VirtualCount = 0,
    rate: VirtualRate = 200.0,
) -> None:
    """Let sensors record on their own memory, after saying for how long it lasts."""
    refuse_overwrite(to, force=False)
    plan = RecordingPlan(session=to, athlete=check_athlete(athlete))
    if virtual:
        played = started_sensors(to, plan_sensors(virtual, rate=rate, seconds=60 * minutes))
        armed = arm_sensors(played.adapter, played.sensors, plan, minutes=minutes)
    else:
        armed = arm_sensors(open_adapter, parse_sensors(sensors or []), plan, minutes=minutes)
    Console(soft_wrap=True, highlight=False, markup=False).print(
        f"{len(armed.sensors)} sensors record; their memory lasts for {armed.minutes:.1f} minutes\n"
        f"fetch it with: imu-valgus download {to}"
    )
