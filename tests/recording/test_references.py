"""What an optical system measured is read as it is, and what is wrong with it is told."""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np
import pytest

from imu_valgus.core import ImuValgusError, RecordingError
from imu_valgus.recording.references import (
    read_c3d,
    read_marker_map,
    read_reference_angles,
    read_trc,
)

ANGLES = """# our laboratory
unix_s,walk,side,flexion_deg,abduction_deg,internal_rotation_deg
1580421531.00,1,right,10,1,-3
1580421531.01,1,right,12,,-4
1580421540.00,2,right,20,2,-5
1580421540.01,2,right,21,3,-6
"""
TRC = (
    "PathFileType\t4\t(X/Y/Z)\twalk.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\n"
    "150.0\t150.0\t3\t2\tmm\n"
    "Frame#\tTime\tknee\t\t\tankle\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
    "\n"
    "31\t0.200\t100\t500\t-200\t110\t90\t-210\n"
    "32\t0.207\t\t\t\t111\t91\t-211\n"
    "33\t0.213\t102\t502\t-202\t112\t92\t-212\n"
)
MAP: dict[str, Any] = {
    "side": "right",
    "thigh": ["t1", "t2", "t3"],
    "shank": ["s1", "s2", "s3"],
    "epicondyles": {"lateral": "lk", "medial": "mk"},
    "malleoli": {"lateral": "la", "medial": "ma"},
    "hip": "h",
}


@pytest.fixture
def written(tmp_path: Path):
    """Write a text under a name and return its path."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def c3d_file(tmp_path: Path) -> Path:
    """Two markers over four frames at 120 Hz, in mm; the second is lost in one of them."""
    content = ezc3d.c3d()
    points = np.ones((4, 2, 4))
    points[:3] = np.arange(24.0).reshape(3, 2, 4)
    points[:3, 1, 2] = np.nan
    content["parameters"]["POINT"]["RATE"]["value"] = [120.0]
    content["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    content["parameters"]["POINT"]["LABELS"]["value"] = ["knee", "ankle"]
    content["data"]["points"] = points
    path = tmp_path / "walk.c3d"
    content.write(str(path))
    return path


def test_each_trial_of_a_table_is_told_apart(written):
    trials = read_reference_angles(written("lab.csv", ANGLES))

    assert [(t.name, t.side, t.clock, len(t.time_s)) for t in trials] == [
        ("1", "right", "unix", 2),
        ("2", "right", "unix", 2),
    ]


def test_an_empty_cell_is_not_measured(written):
    first, _ = read_reference_angles(written("lab.csv", ANGLES))

    np.testing.assert_array_equal(first.angles.valgus_deg, [1.0, np.nan])


def test_a_table_may_do_without_rotation_side_and_trial(written):
    path = written("run_3.csv", "time_s,flexion_deg,valgus_deg\n0,1,2\n0.01,2,3\n")

    (trial,) = read_reference_angles(path)

    assert (trial.name, trial.side, trial.clock) == ("run_3", None, "own")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("abduction_deg", "adduction_deg", "column adduction_deg: a column that is not known"),
        ("unix_s", "trial", "no column unix_s or time_s"),
        (",20,2,", ",20,x,", r"column abduction_deg: 'x' is no number \(row 3"),
        (",20,2,", ",2000,2,", "column flexion_deg: 2000 is no knee"),
        ("2,right,20", "2,middle,20", "column side: 'middle' is no leg"),
        ("540.01", "539.99", "time must increase"),
        ("1580421540.01", "", "column unix_s: empty"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(written, old, new, message):
    path = written("lab.csv", ANGLES.replace(old, new))

    with pytest.raises(RecordingError, match=message):
        read_reference_angles(path)


def test_a_flat_angle_is_refused(written):
    path = written("lab.csv", "time_s,flexion_deg,valgus_deg\n0,1,2\n0.01,2,2\n")

    with pytest.raises(RecordingError, match="column valgus_deg: flat"):
        read_reference_angles(path)


def test_a_trc_is_read_in_metres_with_lost_markers_unknown(written):
    found = read_trc(written("walk.trc", TRC))

    np.testing.assert_allclose(
        found.places["knee"], [[0.1, 0.5, -0.2], [np.nan] * 3, [0.102, 0.502, -0.202]]
    )


def test_the_time_of_a_trc_is_counted_where_it_was_rounded(written):
    found = read_trc(written("walk.trc", TRC))

    np.testing.assert_allclose(found.time_s, 0.2 + np.arange(3) / 150)


def test_a_packed_trc_is_read_alike(tmp_path):
    path = tmp_path / "walk.trc.gz"
    path.write_bytes(gzip.compress(TRC.encode()))

    assert set(read_trc(path).places) == {"knee", "ankle"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PathFileType", "Path", "no PathFileType"),
        ("\tmm\n", "\tinch\n", "no Units"),
        ("ankle", "knee", "without a name of their own"),
        ("\n32\t", "\n30\t", "count upwards"),
        ("\t502\t", "\tx\t", "no markers"),
    ],
)
def test_what_is_wrong_with_a_trc_is_told(written, old, new, message):
    path = written("walk.trc", TRC.replace(old, new))

    with pytest.raises(RecordingError, match=message):
        read_trc(path)


def test_a_c3d_is_read_in_metres_with_lost_markers_unknown(c3d_file):
    found = read_c3d(c3d_file)

    np.testing.assert_allclose(
        found.places["ankle"][1:3], [[0.005, 0.013, 0.021], [np.nan] * 3], rtol=1e-6
    )


def test_the_time_of_a_c3d_counts_its_frames(c3d_file):
    found = read_c3d(c3d_file)

    np.testing.assert_allclose(found.time_s, np.arange(4) / 120)


def test_without_the_extra_a_c3d_is_refused_by_its_name(c3d_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "ezc3d", None)

    with pytest.raises(ImuValgusError, match="needs the optional extra c3d"):
        read_c3d(c3d_file)


def test_a_file_that_is_no_c3d_is_refused(written):
    path = written("walk.c3d", TRC)

    with pytest.raises(RecordingError, match=r"no \.c3d file"):
        read_c3d(path)


def test_a_marker_map_is_read(written):
    found = read_marker_map(written("map.json", json.dumps(MAP)))

    assert (found.side, found.malleoli.medial, found.hip) == ("right", "ma", "h")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"side": "middle"}, "side: Input should be 'left' or 'right'"),
        ({"thigh": ["t1", "t2"]}, "thigh: Tuple should have at least 3 items"),
        ({"shank": ["s1", "s2", "s2"]}, "named twice"),
        ({"malleoli": {"lateral": "la"}}, "malleoli.medial: Field required"),
        ({"hip": None}, "either hip or pelvis"),
        ({"tibia": "t"}, "tibia: Unexpected keyword"),
    ],
)
def test_what_is_wrong_with_a_marker_map_is_told(written, change, message):
    path = written("map.json", json.dumps(MAP | change))

    with pytest.raises(RecordingError, match=message):
        read_marker_map(path)
