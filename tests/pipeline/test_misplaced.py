"""Sensors that sit elsewhere than the session says are refused, or doubted aloud."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from truth import recording_of

from imu_valgus.core import ImuSignal, Placement
from imu_valgus.pipeline import Analysis, MisplacedSensorsError, analyze, analyze_session
from imu_valgus.pipeline.check import check_recording
from imu_valgus.recording import Recording, import_session, read_session
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

SEEDS = range(301, 313)
RBDS001 = Path(__file__).parents[2] / "recordings" / "rbds001_treadmill-run"
LEFT_LEG: dict[Placement, Placement] = {"left_thigh": "left_shank"}
SHANKS: dict[Placement, Placement] = {"left_shank": "right_shank"}
THIGHS: dict[Placement, Placement] = {"left_thigh": "right_thigh"}
PARTIAL = pytest.mark.parametrize(
    "pairs", [LEFT_LEG, SHANKS, THIGHS], ids=["leg", "shanks", "thighs"]
)


@cache
def simulated(seed: int) -> Recording:
    """Two legs without squats, every sensor with its own clock; speeds from 2.5 to 4 m/s."""
    sensor = SensorParams(sampling_rate_hz=100.0, mounting_error_max_deg=15.0)
    speed_mps = 2.5 + 0.5 * (seed % 4)
    return recording_of(
        simulate_run(
            RunnerParams(
                seed=seed,
                run_minutes=1.0,
                squats=0,
                walk_s=20.0,
                speed_mps=speed_mps,
                sensor=sensor,
            )
        )
    )


def exchanged(recording: Recording, pairs: dict[Placement, Placement]) -> Recording:
    signals = dict(recording.signals)
    for one, other in pairs.items():
        signals[one], signals[other] = recording.signals[other], recording.signals[one]
    return replace(recording, signals=signals)


def said(found: Analysis) -> str:
    return " ".join(note for note in found.summary.notes if "exchanged" in note)


@PARTIAL
def test_sensors_exchanged_in_part_are_refused(pairs):
    with pytest.raises(MisplacedSensorsError, match="exchanged"):
        analyze(exchanged(simulated(301), pairs))


@PARTIAL
def test_real_poses_with_sensors_exchanged_in_part_are_refused(pairs):
    with pytest.raises(MisplacedSensorsError, match="exchanged"):
        analyze(exchanged(read_session(RBDS001), pairs))


def test_legs_exchanged_as_a_whole_stand_as_a_doubt_in_the_notes():
    found = analyze(exchanged(read_session(RBDS001), SHANKS | THIGHS))

    assert "All sensors face the other leg" in said(found)


def test_a_leg_that_leans_outwards_in_stance_is_doubted():
    found = analyze(exchanged(read_session(RBDS001), SHANKS | THIGHS))

    assert "In stance the leg leans outwards by 8°" in said(found)


def test_sensors_where_they_belong_raise_no_doubt():
    found = analyze(read_session(RBDS001))

    assert said(found) == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@PARTIAL
def test_every_partial_exchange_is_found_in_twelve_runs(seed, pairs):
    findings = check_recording(exchanged(simulated(seed), pairs))

    assert {"sides", "segments", "knee"} & {f.topic for f in findings if f.severity == "error"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_no_right_placement_is_doubted_in_twelve_runs(seed):
    found = analyze(simulated(seed))

    assert said(found) == ""


def write_csv(path: Path, signal: ImuSignal) -> Path:
    columns = {"time_s": signal.time_s}
    for axis, acc, gyr in zip("xyz", signal.acc_mps2.T, signal.gyr_radps.T, strict=True):
        columns[f"acc_{axis}_g"] = acc / 9.80665
        columns[f"gyr_{axis}_dps"] = np.degrees(gyr)
    pd.DataFrame(columns).to_csv(path, index=False, float_format="%.6f")
    return path


def test_the_refusal_says_the_command_that_mends_it(tmp_path, run_command):
    signals = simulated(301).signals
    wrong: dict[Placement, Placement] = {"left_thigh": "left_shank", "left_shank": "left_thigh"}
    files: list[tuple[Placement, Path]] = [
        (p, write_csv(tmp_path / f"{p}.csv", signals[source])) for p, source in wrong.items()
    ]
    import_session(files, tmp_path / "s")
    refusal = run_command("analyze", tmp_path / "s")
    command = refusal.stderr[refusal.stderr.index("imu-valgus import") :].split()

    run_command(*command[1:])

    assert analyze_session(tmp_path / "s_renamed").sides["left"].strides is not None
