"""Binary files that are cut off, or claim what cannot be, end in one line: no crash, no session."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import ezc3d
import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imu_valgus.core import ImuValgusError, RecordingError
from imu_valgus.recording.readers import read_sensors
from imu_valgus.recording.references import read_c3d

SAMPLES = Path(__file__).parent / "samples"
BINARY = ("apdm/opal_v5.h5", "apdm/opal_v3.h5", "c3d/placements.c3d", "c3d/trigno.c3d")
SHARES = (0.002, 0.02, 0.1, 0.5, 0.9, 0.99)


def _read(path: Path) -> None:
    read_sensors(path, lambda _: None)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sample", BINARY)
def test_a_binary_file_that_is_cut_off_is_refused_in_one_line(
    sample: str, share: float, tmp_path: Path
):
    whole = (SAMPLES / sample).read_bytes()
    path = tmp_path / Path(sample).name
    path.write_bytes(whole[: int(share * len(whole))])

    with pytest.raises(RecordingError) as caught:
        _read(path)

    assert "\n" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("share", SHARES[1:])
def test_markers_of_a_c3d_that_is_cut_off_are_refused(share: float, tmp_path: Path):
    whole = (SAMPLES / "c3d" / "placements.c3d").read_bytes()
    path = tmp_path / "walk.c3d"
    path.write_bytes(whole[: int(share * len(whole))])

    with pytest.raises(RecordingError, match=r"no \.c3d file"):
        read_c3d(path)


@pytest.mark.parametrize("name", [b"OFFSET", b"SCALE"])
def test_a_c3d_whose_analog_numbers_have_no_scaling_is_refused(name: bytes, tmp_path: Path):
    content = bytearray((SAMPLES / "c3d" / "placements.c3d").read_bytes())
    content[content.rindex(name)] = ord("X")
    path = tmp_path / "walk.c3d"
    path.write_bytes(content)

    with pytest.raises(RecordingError, match=f"without ANALOG:{name.decode()}"):
        _read(path)


def test_a_c3d_with_one_axis_twice_is_refused(tmp_path: Path):
    content: Any = ezc3d.c3d()
    labels = ["thigh_acc_x", "thigh_acc_y", "thigh_acc_y"]
    content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    content["parameters"]["ANALOG"]["RATE"]["value"] = [100.0]
    content["parameters"]["ANALOG"]["LABELS"]["value"] = labels
    content["parameters"]["ANALOG"]["UNITS"]["value"] = ["g"] * 3
    content["parameters"]["POINT"]["LABELS"]["value"] = ["KNEE"]
    content["data"]["points"] = np.ones((4, 1, 5))
    content["data"]["analogs"] = np.ones((1, 3, 5))
    content.write(str(tmp_path / "walk.c3d"))

    with pytest.raises(RecordingError, match="column thigh_acc_y: the same axis twice"):
        _read(tmp_path / "walk.c3d")


@pytest.mark.parametrize(
    ("module", "sample", "extra"),
    [("h5py", "apdm/opal_v5.h5", "hdf5"), ("ezc3d", "c3d/placements.c3d", "c3d")],
)
def test_a_missing_extra_is_named(
    module: str, sample: str, extra: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ImuValgusError) as caught:
        _read(SAMPLES / sample)

    assert caught.value.hint == f"pip install 'imu-valgus[{extra}]'"


def test_a_small_hdf5_file_that_claims_a_year_of_samples_fills_no_memory(tmp_path: Path):
    path = tmp_path / "year.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("Sensors/1262")
        for name in ("Accelerometer", "Gyroscope"):
            group.create_dataset(name, shape=(4_000_000_000, 3), dtype="f4", chunks=(1000, 3))
        group.create_dataset("Time", shape=(4_000_000_000,), dtype="u8", chunks=(1000,))

    with pytest.raises(RecordingError, match="longer than any recording"):
        _read(path)


@pytest.mark.parametrize("name", ["Accelerometer", "Time"])
def test_a_group_in_place_of_numbers_is_refused(name: str, tmp_path: Path):
    path = tmp_path / "opal.h5"
    path.write_bytes((SAMPLES / "apdm" / "opal_v5.h5").read_bytes())
    with h5py.File(path, "a") as file:
        del file[f"Sensors/1262/{name}"]
        file.create_group(f"Sensors/1262/{name}")

    with pytest.raises(RecordingError, match=f"{name} of Left Upper Leg holds no numbers"):
        _read(path)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sample=st.sampled_from(BINARY[:2]),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20),
)
def test_bytes_gone_wrong_in_an_hdf5_file_raise_nothing_but_our_error(
    sample: str, places: list[tuple[float, int]], tmp_path: Path
):
    content = bytearray((SAMPLES / sample).read_bytes())
    for place, byte in places:
        content[8 + int(place * (len(content) - 8))] = byte
    path = tmp_path / "opal.h5"
    path.write_bytes(content)

    with suppress(RecordingError):
        _read(path)
