"""What goes out to OpenSim is read, placed and solved by OpenSim itself."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import (
    SIDES,
    FloatArray,
    ImuSignal,
    ImuValgusError,
    Side,
    about_vertical,
    compose,
)
from imu_valgus.export import ExportOptions, export_session
from imu_valgus.export.opensim import files, solving
from imu_valgus.export.opensim.orientations import Orientations, orientations_of
from imu_valgus.export.opensim.setups import MODEL_BUILT, FileNames, write_setups
from imu_valgus.export.opensim.tables import write_orientations
from imu_valgus.pipeline import AnalysisParams, LegMotion, SessionLegs, read_derived, session_legs
from imu_valgus.recording import read_session
from imu_valgus.sync import LegSync

RUNNING_S = (30.0, 36.0)
STANDING_S = (2.0, 8.0)


@pytest.fixture(scope="module")
def opensim() -> Any:
    """The real library, silent."""
    found = import_module("opensim")
    found.Logger.setLevelString("Off")
    found.Logger.removeFileSink()
    return found


@pytest.fixture(scope="module")
def exported(analysed_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped run, solved by OpenSim."""
    out = tmp_path_factory.mktemp("opensim")
    export_session(analysed_run, "opensim", out, options=ExportOptions(solve=True))
    return out


@pytest.fixture(scope="module")
def ours(opensim: Any, exported: Path) -> pd.DataFrame:
    return motion(opensim, exported / "knee_angles.mot")


@pytest.fixture(scope="module")
def solved(opensim: Any, exported: Path) -> pd.DataFrame:
    return motion(opensim, exported / "ik.mot")


@pytest.fixture(scope="module")
def legs(analysed_run: Path) -> SessionLegs:
    return session_legs(read_session(analysed_run), params=AnalysisParams())


def motion(opensim: Any, path: Path) -> pd.DataFrame:
    """Read a motion as OpenSim does, in degrees."""
    table = opensim.TimeSeriesTable(str(path))
    assert table.getTableMetaDataAsString("inDegrees") == "yes"
    columns = {name: table.getDependentColumn(name).to_numpy() for name in table.getColumnLabels()}
    return pd.DataFrame(columns, index=np.asarray(table.getIndependentColumn()))


def rms(values: pd.Series) -> float:
    return float(np.sqrt(np.mean(values.to_numpy() ** 2)))


def during(table: pd.DataFrame, span_s: tuple[float, float]) -> pd.DataFrame:
    return table[(table.index >= span_s[0]) & (table.index < span_s[1])]


def knees(legs: SessionLegs) -> list[LegMotion]:
    return [leg for leg in legs.legs.values() if isinstance(leg, LegMotion)]


def axes_in_ground(
    opensim: Any, exported: Path, body: str, coordinates: Mapping[str, float]
) -> dict[str, FloatArray]:
    """Return a body's axes in ground where the model's coordinates are these, degrees."""
    model = opensim.Model(str(exported / "legs_calibrated.osim"))
    state = model.initSystem()
    for name, deg in coordinates.items():
        model.getCoordinateSet().get(name).setValue(state, np.radians(deg))
    model.realizePosition(state)
    turn = model.getBodySet().get(body).getRotationInGround(state)
    return {
        axis: np.array([turn.get(row, column) for row in range(3)])
        for column, axis in enumerate("xyz")
    }


def test_opensim_reads_the_orientations(opensim: Any, exported: Path):
    table = opensim.TimeSeriesTableQuaternion(str(exported / "orientations.sto"))

    assert list(table.getColumnLabels()) == [
        "femur_l_imu",
        "tibia_l_imu",
        "femur_r_imu",
        "tibia_r_imu",
    ]


def test_opensim_reads_one_row_of_calibration(opensim: Any, exported: Path):
    table = opensim.TimeSeriesTableQuaternion(str(exported / "calibration.sto"))

    assert table.getNumRows() == 1


def test_each_imu_is_placed_on_its_body(opensim: Any, exported: Path):
    model = opensim.Model(str(exported / "legs_calibrated.osim"))
    model.initSystem()

    imus = [
        model.getComponent(f"/bodyset/{body}/{body}_imu").getName()
        for body in ("femur_l", "tibia_l", "femur_r", "tibia_r")
    ]

    assert imus == ["femur_l_imu", "tibia_l_imu", "femur_r_imu", "tibia_r_imu"]


def test_inverse_kinematics_solves_every_row(ours: pd.DataFrame, solved: pd.DataFrame):
    assert len(solved) == len(ours)


@pytest.mark.parametrize("body", ["femur_l", "tibia_l", "femur_r", "tibia_r"])
def test_the_model_stands_upright_and_faces_forward(
    opensim: Any, exported: Path, solved: pd.DataFrame, body: str
):
    standing = during(solved, STANDING_S).mean()

    axes = axes_in_ground(opensim, exported, body, {str(k): v for k, v in standing.items()})

    assert np.degrees(np.arccos([axes["y"][1], axes["x"][0]])) == pytest.approx([0, 0], abs=2.0)


@pytest.mark.parametrize("side", SIDES)
def test_thighs_swing_further_forward_than_back(solved: pd.DataFrame, side: Side):
    hip = during(solved, RUNNING_S)[f"hip_flexion_{side[0]}"]

    assert hip.max() > 1.5 * -hip.min() > 0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("plane", ["angle", "adduction", "rotation"])
def test_the_knee_that_opensim_finds_follows_ours(
    ours: pd.DataFrame, solved: pd.DataFrame, side: Side, plane: str
):
    name = f"knee_{plane}_{side[0]}"

    difference = rms(solved[name] - ours[name])

    assert difference < 0.1


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("coordinate", "column"),
    [
        ("knee_angle", "flexion_deg"),
        ("knee_adduction", "-valgus_deg"),
        ("knee_rotation", "internal_rotation_deg"),
    ],
)
def test_the_motion_holds_our_angles_with_the_signs_of_opensim(
    analysed_run: Path, ours: pd.DataFrame, side: Side, coordinate: str, column: str
):
    angles = read_derived(analysed_run).angles_of(side)
    sign, name = (-1.0, column[1:]) if column.startswith("-") else (1.0, column)

    at_our_samples = np.interp(angles["time_s"], ours.index, ours[f"{coordinate}_{side[0]}"])

    within = angles["time_s"].between(ours.index[0], ours.index[-1])
    assert rms((at_our_samples - sign * angles[name])[within]) < 0.1


@pytest.mark.parametrize("side", SIDES)
def test_opensim_sees_a_knee_that_goes_in_as_negative_adduction(
    analysed_run: Path, solved: pd.DataFrame, side: Side
):
    truth = pd.read_parquet(analysed_run / "truth.parquet")
    truth = truth[(truth["side"] == side) & truth["time_s"].between(*RUNNING_S)]

    found = np.interp(truth["time_s"], solved.index, solved[f"knee_adduction_{side[0]}"])

    assert np.corrcoef(found, -truth["valgus_deg"])[0, 1] > 0.9


@pytest.fixture(scope="module")
def hinged(opensim: Any, exported: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What a model finds whose knees only bend, as those of most models."""
    folder = tmp_path_factory.mktemp("hinged")
    model = opensim.Model(str(exported / "legs_calibrated.osim"))
    for plane, side in product(("adduction", "rotation"), "lr"):
        model.updCoordinateSet().get(f"knee_{plane}_{side}").set_locked(True)
    model.printToXML(str(folder / "hinged.osim"))
    tool = opensim.IMUInverseKinematicsTool(str(exported / FileNames().kinematics))
    tool.set_model_file(str(folder / "hinged.osim"))
    tool.set_orientations_file(str(exported / FileNames().orientations))
    tool.set_results_directory(str(folder))
    for index, time_s in enumerate(RUNNING_S):
        tool.set_time_range(index, time_s)
    tool.run(False)
    return motion(opensim, folder / FileNames().solved)


@pytest.mark.parametrize("side", SIDES)
def test_a_knee_that_only_bends_follows_our_flexion(
    ours: pd.DataFrame, hinged: pd.DataFrame, side: Side
):
    name = f"knee_angle_{side[0]}"

    difference = rms((hinged[name] - ours[name]).dropna())

    assert difference < 3.0


def turned(leg: LegMotion, heading_rad: FloatArray) -> LegMotion:
    """Return the same leg of a runner who heads elsewhere, n headings."""
    turn = about_vertical(heading_rad)
    relative = replace(
        leg.relative,
        thigh_to_earth=compose(turn, leg.relative.thigh_to_earth),
        shank_to_earth=compose(turn, leg.relative.shank_to_earth),
    )
    return replace(leg, relative=relative)


@pytest.mark.parametrize("rate_degps", [0.0, 10.0])
def test_a_runner_who_heads_elsewhere_or_runs_a_bend_still_faces_forward(
    legs: SessionLegs, rate_degps: float
):
    leg = knees(legs)[0]
    heading_rad = np.radians(130.0 + rate_degps * leg.time_s)

    straight, elsewhere = orientations_of([leg]), orientations_of([turned(leg, heading_rad)])

    for label, attitude in straight.attitudes.items():
        apart_deg = np.degrees((attitude.inv() * elsewhere.attitudes[label]).magnitude())
        assert np.percentile(apart_deg, 99) < 1.0


def with_gap(signal: ImuSignal, start_s: float, stop_s: float) -> ImuSignal:
    kept = (signal.time_s < start_s) | (signal.time_s >= stop_s)
    return ImuSignal(signal.time_s[kept], signal.acc_mps2[kept], signal.gyr_radps[kept])


@pytest.fixture(scope="module")
def gapped(analysed_run: Path) -> Orientations:
    """The right leg, whose shank lost a second."""
    recording = read_session(analysed_run)
    signals = {
        name: with_gap(signal, 33.0, 34.0) if name == "right_shank" else signal
        for name, signal in recording.signals.items()
        if name.startswith("right")
    }
    info = replace(
        recording.info,
        reference="right_thigh",
        sensors=tuple(s for s in recording.info.sensors if s.placement in signals),
    )
    found = session_legs(replace(recording, info=info, signals=signals), params=AnalysisParams())
    return orientations_of(knees(found))


def test_what_is_unknown_in_a_gap_is_left_out(gapped: Orientations):
    steps = np.diff(gapped.time_s)

    assert 0.9 < steps.max() < 1.2
    assert not np.isnan(gapped.attitudes["tibia_r_imu"].as_quat()).any()


def test_opensim_solves_across_a_gap(
    opensim: Any, exported: Path, gapped: Orientations, tmp_path: Path, monkeypatch
):
    names = FileNames()
    near = (gapped.time_s >= 32.0) & (gapped.time_s < 35.0)
    cut = {name: attitude[near] for name, attitude in gapped.attitudes.items()}
    (tmp_path / names.calibrated_model).write_bytes(
        (exported / "legs_calibrated.osim").read_bytes()
    )
    write_orientations(tmp_path / names.orientations, gapped.time_s[near], cut, rate_hz=100.0)
    write_setups(tmp_path, names, start_s=32.0, stop_s=35.0)
    monkeypatch.chdir(tmp_path)

    opensim.IMUInverseKinematicsTool(names.kinematics).run(False)

    found = motion(opensim, tmp_path / names.solved)["knee_angle_r"]
    assert rms(found - gapped.angles["knee_angle_r"][near]) < 1.0


def test_legs_whose_clocks_are_not_tied_go_out_apart(
    analysed_run: Path, legs: SessionLegs, tmp_path: Path, monkeypatch
):
    assert legs.session.across is not None
    apart = LegSync(legs.session.across.fit, "unknown", None)
    untied = replace(legs, session=replace(legs.session, across=apart))
    monkeypatch.setattr(files, "session_legs", lambda *_, **__: untied)

    written = export_session(analysed_run, "opensim", tmp_path / "out")

    names = {path.name for path in written}
    assert {"orientations_left.sto", "orientations_right.sto", "setup_ik_left.xml"} <= names


def test_without_solving_the_folder_says_what_model_to_put_there(
    analysed_run: Path, legs: SessionLegs, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(files, "session_legs", lambda *_, **__: legs)

    export_session(analysed_run, "opensim", tmp_path)

    text = (tmp_path / "opensim_README.txt").read_text(encoding="utf-8")
    assert "Put your model here as model.osim" in text
    assert "<model_file>model.osim</model_file>" in (tmp_path / "setup_placer.xml").read_text()


def test_a_measured_standing_valgus_is_the_pose_of_calibration(analysed_run: Path):
    params = AnalysisParams(left_standing_valgus_deg=4.0)

    found = orientations_of(knees(session_legs(read_session(analysed_run), params=params)))

    thigh, shank = (found.standing[f"{bone}_l_imu"][0] for bone in ("femur", "tibia"))
    about_x_deg = (thigh.inv() * shank).as_euler("ZXY", degrees=True)[1]
    assert about_x_deg == pytest.approx(-4.0, abs=0.3)


def test_solving_without_opensim_names_the_extra(analysed_run: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setitem(import_module("sys").modules, "opensim", None)

    with pytest.raises(ImuValgusError) as caught:
        export_session(analysed_run, "opensim", tmp_path, options=ExportOptions(solve=True))

    assert "pip install 'imu-valgus[opensim]'" in caught.value.hint


def test_where_opensim_fails_its_reason_is_told(tmp_path: Path):
    with pytest.raises(ImuValgusError, match=r"OpenSim could not solve: .* setup_placer\.xml"):
        solving.solve(tmp_path, FileNames(model=MODEL_BUILT), ["femur_l_imu"])
