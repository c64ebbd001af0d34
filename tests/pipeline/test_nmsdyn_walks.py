"""Five walks with real sensors and real markers (nms-dyn, S0040), held against each other."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import CalibrationError, Placement, RecordingError
from imu_valgus.pipeline import (
    Derived,
    PlacingParams,
    ReferenceParams,
    SideValidation,
    ValidationParams,
    analyze,
)
from imu_valgus.pipeline.reference import read_references
from imu_valgus.pipeline.validation import validate
from imu_valgus.recording import import_files

SENSORS: dict[Placement, str] = {
    "right_thigh": "anterior_thigh_right",
    "right_shank": "distal_lateral_shank_right",
}
TRIALS = ("f14", "f34", "f36", "f38", "f40", "f42", "f44")
MAP = {
    "side": "right",
    "thigh": [
        *(f"right_anterior_thigh{share}" for share in (15, 25, 50)),
        *(f"right_lateral_thigh{share}" for share in (25, 50)),
        *(f"right_thigh_cluster{n}" for n in (1, 2, 3)),
    ],
    "shank": [
        "right_fibular_head",
        "right_tibial_tuberosity",
        "right_lateral_distal_shank",
        "right_anterior_shank30",
        *(f"right_shank_cluster{n}" for n in (1, 2, 3)),
    ],
    "epicondyles": {
        "lateral": "right_lat_femoral_epicondyle",
        "medial": "right_med_femoral_epicondyle",
    },
    "malleoli": {"lateral": "right_lateral_malleolus", "medial": "right_medial_malleolus"},
    "pelvis": {name: name for name in ("left_asis", "right_asis", "left_psis", "right_psis")},
}


@pytest.fixture(scope="module")
def nmsdyn(shared_data: Path) -> Path:
    return shared_data / "nmsdyn_s0040"


@pytest.fixture(scope="module")
def derived(nmsdyn: Path) -> Derived:
    """Standing, overground walking and the five walks, analysed as a user would."""
    recording = import_files(
        [
            (placement, path)
            for placement, name in SENSORS.items()
            for trial in TRIALS
            for path in sorted((nmsdyn / "MC10").glob(f"{trial}.*.{name}.*"))
        ]
    )
    found = analyze(recording)
    return Derived(
        info=recording.info,
        summary=found.summary,
        strides=found.strides,
        repetitions=found.repetitions,
        angles=found.angles,
    )


@pytest.fixture
def marker_params(nmsdyn: Path, tmp_path: Path) -> ReferenceParams:
    path = tmp_path / "markers.json"
    path.write_text(json.dumps(MAP))
    static = nmsdyn / "VICON" / "Static Calibration.trc.gz"
    return ReferenceParams(static=static, markers=path, up="y", forward="-x", zero="anatomy")


def walk_file(nmsdyn: Path, walk: int) -> Path:
    return nmsdyn / "VICON" / f"Force Plate Walk {walk}.trc.gz"


def against_angles(derived: Derived, nmsdyn: Path, **placing) -> SideValidation:
    params = ValidationParams(placing=PlacingParams(**placing))
    trials = read_references([nmsdyn / "optical_walks_1-5.csv"], params=params.reference)
    return validate(derived, trials, names=["walks"], params=params).result.sides["right"]


@pytest.mark.parametrize("walk", [1, 5])
def test_the_markers_give_the_published_angles(
    nmsdyn: Path, marker_params: ReferenceParams, walk: int
):
    table = pd.read_csv(nmsdyn / "optical_walks_1-5.csv")
    expected = table.loc[table["walk"] == walk, ["flexion_deg", "abduction_deg"]].to_numpy()

    (found,) = read_references([walk_file(nmsdyn, walk)], params=marker_params)

    angles = np.column_stack([found.angles.flexion_deg, found.angles.valgus_deg])
    np.testing.assert_allclose(angles, expected, atol=0.001)


def test_each_walk_of_markers_is_found_in_the_whole_session(
    derived: Derived, nmsdyn: Path, marker_params: ReferenceParams
):
    trials = read_references([walk_file(nmsdyn, n) for n in (2, 4)], params=marker_params)
    by_unix_time = against_angles(derived, nmsdyn).trials
    params = ValidationParams(reference=marker_params)

    found = validate(derived, trials, names=["2", "4"], params=params).result.sides["right"]

    starts_s = [trial.start_s for trial in found.trials]
    assert starts_s == pytest.approx([by_unix_time[n].start_s for n in (1, 3)], abs=0.01)


def test_a_leg_that_faces_backwards_is_refused(nmsdyn: Path, marker_params: ReferenceParams):
    params = replace(marker_params, forward="x")

    with pytest.raises(CalibrationError, match="right thigh stands facing backwards"):
        read_references([walk_file(nmsdyn, 1)], params=params)


def test_a_marker_that_a_trial_lacks_is_named(nmsdyn: Path, marker_params: ReferenceParams):
    assert marker_params.markers is not None
    thigh = [*MAP["thigh"], "right_trochanter"]
    marker_params.markers.write_text(json.dumps(MAP | {"thigh": thigh}))

    with pytest.raises(RecordingError, match=r"Walk 1.* lacks the marker right_trochanter"):
        read_references([walk_file(nmsdyn, 1)], params=marker_params)


def test_the_two_systems_read_alike_clocks(derived: Derived, nmsdyn: Path):
    found = against_angles(derived, nmsdyn)

    assert found.trials[0].offset_s == pytest.approx(0.0, abs=0.05)


@pytest.mark.accuracy
def test_valgus_has_the_shape_of_the_optical_one(derived: Derived, nmsdyn: Path):
    valgus = against_angles(derived, nmsdyn).planes["valgus"].samples

    assert (valgus.rmse_centred_deg <= 1.3, valgus.r >= 0.8) == (True, True)


@pytest.mark.accuracy
def test_flexion_has_the_shape_of_the_optical_one(derived: Derived, nmsdyn: Path):
    flexion = against_angles(derived, nmsdyn).planes["flexion"].samples

    assert flexion.rmse_centred_deg <= 1.2


@pytest.mark.accuracy
def test_the_stated_error_holds_the_optical_valgus(derived: Derived, nmsdyn: Path):
    found = against_angles(derived, nmsdyn)

    assert found.inside_95 >= 0.9
