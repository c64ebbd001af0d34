"""A sensor on the pelvis: which way it faces is found by the hips, on real poses."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import FloatArray, ImuSignal, fit_rigid
from imu_valgus.core.anatomy import axes_along
from imu_valgus.export.opensim.orientations import PELVIS_IMU, Orientations, orientations_of
from imu_valgus.export.opensim.pelvis import PelvisFound, find_pelvis
from imu_valgus.export.opensim.setups import MODEL_BUILT, FileNames, write_setups
from imu_valgus.export.opensim.solving import solve
from imu_valgus.export.opensim.tables import write_orientations
from imu_valgus.pipeline import AnalysisParams, LegMotion, session_legs
from imu_valgus.recording import Clock, Recording, SensorInfo, read_session
from imu_valgus.simulation import MeasuredRunParams, read_markers, simulate_measured_run
from imu_valgus.simulation.body import ISB_TO_EARTH
from imu_valgus.simulation.markers import shell, smooth
from imu_valgus.simulation.measured_poses import _Session
from imu_valgus.simulation.sensor_model import (
    SensorErrors,
    SensorMounting,
    motion_through,
    sense,
)

SPINES = ("L.ASIS", "R.ASIS", "L.PSIS", "R.PSIS")


@dataclass(frozen=True)
class PelvisRun:
    """The shipped run with a sensor on the sacrum, and the pelvis' true turns since standing."""

    recording: Recording
    time_s: FloatArray
    since_standing: Rotation


@pytest.fixture(scope="module")
def pelvis_run(analysed_run: Path, shared_data: Path) -> PelvisRun:
    """Lay a sensor, turned anyhow, on the markers that the shipped run was made of."""
    params = MeasuredRunParams(seed=1)
    static = read_markers(shared_data / "rbds001" / "RBDS001static.txt.gz")
    run = read_markers(shared_data / "rbds001" / "RBDS001runT25markers.txt.gz")
    clock = simulate_measured_run(static, run, params=params).clocks["left_thigh"]
    spines = np.stack([static[name].mean(axis=0) for name in SPINES])
    places = smooth(shell(run, SPINES), rate_hz=params.rate_hz, cutoff_hz=params.cutoff_hz)
    turn, shift = fit_rigid(spines, places)
    left, right, *_ = spines
    sacrum = spines[2:].mean(axis=0)
    stood = axes_along(np.cross(right - left, (left + right) / 2 - sacrum), right - left)
    shown = _Session.of(len(places), params)
    share = shown.share[:, None]
    since = Rotation.from_rotvec(share * turn[shown.frame].as_rotvec())
    # About its mean place: the treadmill stands elsewhere than the runner stood.
    place_m = turn.apply(sacrum) + shift
    moved_m = share * (place_m - place_m.mean(axis=0))[shown.frame]
    signal = sense(
        motion_through(shown.time_s, ISB_TO_EARTH * since * stood, ISB_TO_EARTH.apply(moved_m)),
        shown.span_s,
        mounting=SensorMounting(np.zeros(3), Rotation.random(random_state=3)),
        errors=SensorErrors(gyr_bias_radps=np.array([0.01, -0.01, 0.005]), clock=clock),
        rng=np.random.default_rng(0),
        sampling_rate_hz=200.0,
    )
    recording = with_sensor(read_session(analysed_run), signal)
    return PelvisRun(recording, clock.device_time(shown.time_s), since)


def with_sensor(recording: Recording, signal: ImuSignal, clock: Clock = "shared") -> Recording:
    sensor = SensorInfo(placement="pelvis", sampling_rate_hz=200.0, clock=clock)
    others = [one for one in recording.info.sensors if one.placement != "pelvis"]
    info = replace(recording.info, sensors=(*others, sensor))
    return replace(recording, info=info, signals={**recording.signals, "pelvis": signal})


def found_in(recording: Recording) -> tuple[PelvisFound, list[LegMotion]]:
    found = session_legs(recording, params=AnalysisParams())
    legs = [leg for leg in found.legs.values() if isinstance(leg, LegMotion)]
    return find_pelvis(found, legs, recording.info, method="vqf"), legs


@pytest.fixture(scope="module")
def exported(pelvis_run: PelvisRun) -> Orientations:
    pelvis, legs = found_in(pelvis_run.recording)
    return orientations_of(legs, pelvis=pelvis.orientation)


@pytest.mark.parametrize(("plane", "column"), [("tilt", 0), ("list", 1)])
def test_the_pelvis_leans_as_its_markers_do(
    pelvis_run: PelvisRun, exported: Orientations, plane: str, column: int
):
    running = (exported.time_s > 15.0) & (exported.time_s < 40.0)
    true_deg = pelvis_run.since_standing.as_euler("ZXY", degrees=True)[:, column]

    found_deg = exported.attitudes[PELVIS_IMU].as_euler("ZXY", degrees=True)[:, column]

    wrong_deg = (found_deg - np.interp(exported.time_s, pelvis_run.time_s, true_deg))[running]
    assert np.sqrt(np.mean(wrong_deg**2)) < 0.5, plane


def test_opensim_turns_a_pelvis_that_wears_an_imu(exported: Orientations, tmp_path: Path):
    shown = (exported.time_s >= 30.0) & (exported.time_s < 32.0)
    time_s, names = exported.time_s[shown], FileNames(model=MODEL_BUILT)
    running = {name: attitude[shown] for name, attitude in exported.attitudes.items()}
    write_orientations(tmp_path / names.orientations, time_s, running, rate_hz=100.0)
    write_orientations(tmp_path / names.calibration, time_s[:1], exported.standing, rate_hz=100.0)
    write_setups(tmp_path, names, start_s=30.0, stop_s=32.0)

    solve(tmp_path, names, exported.attitudes)

    solved = pd.read_csv(tmp_path / names.solved, sep="\t", skiprows=6)
    tilt_deg = running[PELVIS_IMU].as_euler("ZXY", degrees=True)[:, 0]
    np.testing.assert_allclose(solved["pelvis_tilt"], tilt_deg, atol=0.1)


def test_a_pelvis_on_a_clock_of_its_own_is_left_out(pelvis_run: PelvisRun):
    signal = pelvis_run.recording.signals["pelvis"]

    pelvis, _ = found_in(with_sensor(pelvis_run.recording, signal, clock="own"))

    assert (pelvis.orientation, "clock" in pelvis.words) == (None, True)


def test_a_sensor_that_does_not_move_as_the_hips_is_left_out(pelvis_run: PelvisRun):
    elsewhere = pelvis_run.recording.signals["left_shank"]

    pelvis, _ = found_in(with_sensor(pelvis_run.recording, elsewhere))

    assert (pelvis.orientation, "faces" in pelvis.words) == (None, True)


def test_a_pelvis_that_covers_half_of_the_run_is_left_out(pelvis_run: PelvisRun):
    signal = pelvis_run.recording.signals["pelvis"]
    half = signal[: len(signal) // 2]

    pelvis, _ = found_in(with_sensor(pelvis_run.recording, half))

    assert (pelvis.orientation, "of the legs' time" in pelvis.words) == (None, True)
