"""``imu-valgus simulate``: a virtual run with known truth → a session."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from imu_valgus.core import SIDES, Placement, Side
from imu_valgus.recording import refuse_overwrite, write_simulated_session
from imu_valgus.simulation import (
    Course,
    RunnerParams,
    SensorParams,
    Strap,
    TissueParams,
    simulate_run,
)


def _number(metavar: str, text: str, low: float, high: float) -> Any:
    return typer.Option(metavar=metavar, help=text, min=low, max=high)


_RUNNER: Final = RunnerParams()
_SENSOR: Final = SensorParams()
_PER_LEG: Final = "One number for both legs, or left=7,right=9."

Minutes = Annotated[float, _number("MIN", "Of running.", 0.2, 600)]
Speed = Annotated[float, _number("M/S", "Of running.", 1, 10)]
Cadence = Annotated[float, _number("SPM", "Steps a minute, of both feet.", 100, 260)]
Peak = Annotated[str, typer.Option(metavar="DEG", help=f"Valgus peak in stance. {_PER_LEG}")]
Drift = Annotated[str, typer.Option(metavar="DEG", help=f"Its change over the run. {_PER_LEG}")]
Spread = Annotated[
    str, typer.Option(metavar="DEG", help=f"Its SD from stride to stride. {_PER_LEG}")
]
Squats = Annotated[int, typer.Option(help="How many; 0 leaves them out.", min=0, max=100)]
Standing = Annotated[float, _number("S", "Standing still before and after.", 1, 600)]
Tissue = Annotated[float, _number("FACTOR", "Soft tissue under the sensors: 1 real, 0 none.", 0, 5)]
Mounting = Annotated[float, _number("DEG", "Largest turn of a sensor about each axis.", 0, 180)]
Slip = Annotated[float, _number("DEG", "Turn of each sensor over the whole run.", 0, 90)]
GyrBias = Annotated[float, _number("DPS", "SD of the gyroscopes' offsets.", 0, 50)]
AccBias = Annotated[float, _number("MG", "SD of the accelerometers' offsets.", 0, 500)]
Scale = Annotated[float, _number("PERCENT", "SD of the scale errors.", 0, 20)]
Noise = Annotated[float, _number("FACTOR", "Noise: 1 as a BMI270, 0 none.", 0, 100)]
GyrRange = Annotated[float, _number("DPS", "Range of the gyroscopes.", 100, 10000)]
AccRange = Annotated[float, _number("G", "Range of the accelerometers.", 2, 500)]
Rate = Annotated[float, _number("HZ", "Sampling rate.", 20, 2000)]
ClockOffset = Annotated[float, _number("S", "Between the clocks' starts.", 0, 60)]
ClockDrift = Annotated[float, _number("PPM", "Between the clocks' rates.", 0, 1000)]


def simulate(
    *,
    to: Annotated[Path, typer.Option(help="The session folder to make.", show_default=False)],
    minutes: Minutes = _RUNNER.run_minutes,
    seed: Annotated[int, typer.Option(help="Draws all that is left open.", min=0)] = _RUNNER.seed,
    side: Annotated[Literal["both", "left", "right"], typer.Option(help="Legs with sensors.")] = (
        "both"
    ),
    course: Annotated[Course, typer.Option(help="A 400 m track, or in place.")] = _RUNNER.course,
    speed: Speed = _RUNNER.speed_mps,
    cadence: Cadence = _RUNNER.cadence_spm,
    valgus_peak: Peak = f"{_RUNNER.left_valgus_peak_deg:g}",
    valgus_drift: Drift = f"{_RUNNER.left_valgus_drift_deg:g}",
    valgus_noise: Spread = f"{_RUNNER.left_valgus_noise_sd_deg:g}",
    standing: Standing = _RUNNER.standing_s,
    walk: Annotated[bool, typer.Option(help="Walk before the run.")] = True,
    squats: Squats = _RUNNER.squats,
    soft_tissue: Tissue = 1.0,
    strap: Annotated[Strap, typer.Option(help="How the sensors' axes lie.")] = _SENSOR.strap,
    mounting: Mounting = _SENSOR.mounting_error_max_deg,
    strap_slip: Slip = _SENSOR.strap_slip_deg,
    gyr_bias: GyrBias = _SENSOR.gyr_bias_dps,
    acc_bias: AccBias = _SENSOR.acc_bias_mg,
    scale_error: Scale = _SENSOR.scale_error_percent,
    noise: Noise = 1.0,
    gyr_range: GyrRange = _SENSOR.gyr_range_dps,
    acc_range: AccRange = _SENSOR.acc_range_g,
    rate: Rate = _SENSOR.sampling_rate_hz,
    clock_offset: ClockOffset = _SENSOR.clock_offset_s,
    clock_drift: ClockDrift = _SENSOR.clock_drift_ppm,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a session that is there.")
    ] = False,
) -> None:
    """Make a session of a simulated runner, with the true knee angles in truth.parquet.

    She stands, walks, squats, runs and stands again. The true contacts are in truth_contacts.csv.
    The same options give the same session.
    """
    # Long, for it does nothing but name each option's parameter.
    sensor = replace(
        _SENSOR,
        sampling_rate_hz=rate,
        strap=strap,
        mounting_error_max_deg=mounting,
        strap_slip_deg=strap_slip,
        gyr_bias_dps=gyr_bias,
        acc_bias_mg=acc_bias,
        scale_error_percent=scale_error,
        gyr_noise_dps_sqrt_hz=noise * _SENSOR.gyr_noise_dps_sqrt_hz,
        acc_noise_ug_sqrt_hz=noise * _SENSOR.acc_noise_ug_sqrt_hz,
        gyr_range_dps=gyr_range,
        acc_range_g=acc_range,
        clock_offset_s=clock_offset,
        clock_drift_ppm=clock_drift,
    )
    peak, drift, spread = (
        _per_leg(text, name)
        for text, name in (
            (valgus_peak, "--valgus-peak"),
            (valgus_drift, "--valgus-drift"),
            (valgus_noise, "--valgus-noise"),
        )
    )
    runner = RunnerParams(
        seed=seed,
        sides=SIDES if side == "both" else (side,),
        course=course,
        run_minutes=minutes,
        walk_s=_RUNNER.walk_s if walk else 0.0,
        standing_s=standing,
        squats=squats,
        speed_mps=speed,
        cadence_spm=cadence,
        left_valgus_peak_deg=peak["left"],
        right_valgus_peak_deg=peak["right"],
        left_valgus_drift_deg=drift["left"],
        right_valgus_drift_deg=drift["right"],
        left_valgus_noise_sd_deg=abs(spread["left"]),
        right_valgus_noise_sd_deg=abs(spread["right"]),
        tissue=_scaled(soft_tissue),
        sensor=sensor,
    )
    make_session(runner, to, force=force)


def make_session(runner: RunnerParams, session: Path, *, force: bool) -> None:
    """Simulate a runner, write the session and say what it holds in one line."""
    refuse_overwrite(session, force=force)
    with _progress_bar(2 * len(runner.sides)) as bar:
        run = simulate_run(runner, progress=bar)
    write_simulated_session(session, run, sensor=runner.sensor, notes=describe(runner), force=force)
    strides = ", ".join(
        f"{side} {count}" for side, count in run.contacts.groupby("side").size().items()
    )
    Console(soft_wrap=True, highlight=False, markup=False).print(
        f"{session}: sensors {len(run.signals)}, {run.bouts[-1].stop_s:.0f} s, "
        f"running {runner.run_minutes:g} min, contacts {strides}"
    )


def describe(runner: RunnerParams) -> str:
    """Say in plain words what was simulated, for the session's notes."""
    return (
        "Computed, not measured: a simulated runner and virtual sensors, no person. "
        f"imu-valgus simulate, seed {runner.seed}: stand {runner.standing_s:g} s, "
        f"walk {runner.walk_s:g} s, squats {runner.squats}, run {runner.run_minutes:g} min "
        f"({runner.course}, {runner.speed_mps:g} m/s, {runner.cadence_spm:g} steps/min), "
        f"stand {runner.standing_s:g} s. Mean valgus peak left {runner.left_valgus_peak_deg:g}, "
        f"right {runner.right_valgus_peak_deg:g} deg. True knee angles in truth.parquet, "
        "true contacts in truth_contacts.csv."
    )


def _per_leg(text: str, option: str) -> dict[Side, float]:
    """Read ``7`` or ``left=7,right=9``."""
    number = r"\s*([-+]?\d+(?:\.\d*)?)\s*"
    one = re.fullmatch(number, text)
    two = re.fullmatch(f"left={number},\\s*right={number}", text)
    if not one and not two:
        raise typer.BadParameter(
            f"{text!r} says no number for each leg: write 7 or left=7,right=9", param_hint=option
        )
    left, right = two.groups() if two else (text, text)
    return {"left": float(left), "right": float(right)}


def _scaled(factor: float) -> TissueParams:
    tissue = TissueParams()
    return replace(
        tissue,
        squat_turn_deg=factor * tissue.squat_turn_deg,
        muscle_turn_deg=factor * tissue.muscle_turn_deg,
        impact_turn_deg=factor * tissue.impact_turn_deg,
    )


@contextmanager
def _progress_bar(sensors: int) -> Generator[Callable[[Placement], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("simulating", total=sensors)
        yield lambda _: bar.advance(task)
