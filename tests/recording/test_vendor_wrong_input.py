"""Look-alikes of other programs' files, and broken ones: one line that says what it is, and why."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from syrupy.assertion import SnapshotAssertion
from vendor_files import WRITERS

from imu_valgus.core import GRAVITY_MPS2, ImuSignal, RecordingError
from imu_valgus.recording import import_session

SAMPLES = Path(__file__).with_name("samples")
TEXT_FORMATS = [name for name in WRITERS if name != "capture2go"]
DOT = "sep=,\nDeviceTag:,dot\nFirmwareVersion:,2.0.0\n\n"
MT = "// Start Time: Unknown\n// Update Rate: 100.0Hz\n"
METABASE = "epoc (ms),timestamp (+0100),elapsed (s)"
Change = Callable[[bytes], bytes]


def _rows(columns: str, separator: str) -> str:
    """Ten rows of numbers, the first of which counts; a millisecond is 10 000 counts."""
    n = columns.count(separator)
    return "".join(
        separator.join([str(100 + row), *[f"{row * 10_000 + place}" for place in range(n)]]) + "\n"
        for row in range(10)
    )


def _table(head: str, columns: str, separator: str = ",") -> bytes:
    return f"{head}{columns}\n{_rows(columns, separator)}".encode()


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


LOOK_ALIKES: dict[str, bytes] = {
    "DOT, free acceleration": _sample("movella_dot/live_free_acceleration.csv"),
    "DOT, increments": _table(
        DOT, "PacketCounter,SampleTimeFine,dq_W,dq_X,dq_Y,dq_Z,dv[1],dv[2],dv[3]"
    ),
    "DOT, orientation": _table(DOT, "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z"),
    "DOT, free acceleration and turn rate": _table(
        DOT, "PacketCounter,SampleTimeFine,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Gyr_X,Gyr_Y,Gyr_Z"
    ),
    "DOT, no time": _table(DOT, "PacketCounter,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"),
    "DOT, no axis": _table(DOT, "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y"),
    "DOT, no table": DOT.encode(),
    "MT Manager, no rate": _sample("mt_manager/2022_comma.txt"),
    "MT Manager, acceleration": _sample("mt_manager/2022_acceleration_only.txt"),
    "MT Manager, orientation": _sample("mt_manager/4_utc_orientation.txt"),
    "MT Manager, increments": _table(
        MT, "PacketCounter;OriInc_q0;OriInc_q1;OriInc_q2;OriInc_q3;VelInc_X;VelInc_Y;VelInc_Z", ";"
    ),
    "MT Manager, free acceleration": _table(
        MT, "PacketCounter\tFreeAcc_E\tFreeAcc_N\tFreeAcc_U\tGyr_X\tGyr_Y\tGyr_Z", "\t"
    ),
    "MT Manager, no time": _table(MT, "Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"),
    "MetaBase, quaternions": _table("", f"{METABASE},w (number),x (number),y (number),z (number)"),
    "MetaBase, magnetic field": _table("", f"{METABASE},x-axis (T),y-axis (T),z-axis (T)"),
    "MetaBase, accelerometer alone": _sample("metabase/walk_Accelerometer.csv"),
    "MetaBase, gyroscope alone": _sample("metabase/walk_Gyroscope.csv"),
    "Capture2Go, orientation": _sample("capture2go/orientation.bin"),
    "Capture2Go, single samples": _sample("capture2go/single_samples.bin"),
    "Capture2Go, one frame": _sample("capture2go/200hz.bin")[:300],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, so that messages name files as a user would."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def signal(table: pd.DataFrame) -> ImuSignal:
    """Three seconds of the swinging leg."""
    values = table.to_numpy()
    return ImuSignal(
        time_s=values[:, 0],
        acc_mps2=values[:, 1:4] * GRAVITY_MPS2,
        gyr_radps=np.radians(values[:, 4:]),
    )


def _refusal(*paths: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        import_session([("left_thigh", path) for path in paths], Path("run"))
    assert not Path("run").exists()
    return f"{caught.value}\nhint: {caught.value.hint}"


@pytest.mark.parametrize("case", LOOK_ALIKES)
def test_a_look_alike_is_told_what_it_is_and_what_to_export(case: str, snapshot: SnapshotAssertion):
    path = Path("walk.txt")
    path.write_bytes(LOOK_ALIKES[case])

    assert _refusal(path) == snapshot


@pytest.mark.parametrize("vector", ["linear acceleration", "gravity"])
def test_the_vectors_of_fusion_are_no_acceleration(
    signal: ImuSignal, vector: str, snapshot: SnapshotAssertion
):
    angle = np.cumsum(signal.gyr_radps[:, 2]) / 100.0
    gravity = GRAVITY_MPS2 * np.column_stack([np.sin(angle), np.cos(angle), 0 * angle])
    values = gravity if vector == "gravity" else signal.acc_mps2 - gravity
    fused = ImuSignal(time_s=signal.time_s, acc_mps2=values, gyr_radps=signal.gyr_radps)

    paths = WRITERS["metabase"](Path("walk"), fused)

    assert _refusal(*paths) == snapshot


@pytest.mark.parametrize("name", ["movella_dot", "mt_manager", "metabase"])
def test_numbers_in_another_unit_are_refused(
    signal: ImuSignal, name: str, snapshot: SnapshotAssertion
):
    scaled = ImuSignal(
        time_s=signal.time_s,
        acc_mps2=signal.acc_mps2 / GRAVITY_MPS2,
        gyr_radps=signal.gyr_radps,
    )

    paths = WRITERS[name](Path("walk"), scaled)

    assert _refusal(*paths) == snapshot


BREAKS: dict[str, Change] = {
    "empty": lambda _: b"",
    "only line ends": lambda _: b"\n\r\n\n",
    "its first half byte by byte": lambda content: content[: len(content) // 2 - 3],
    "only its first line": lambda content: content.split(b"\n", 1)[0] + b"\n",
    "only its names": lambda content: content[: content.index(b"\n", content.index(b"X")) + 1],
    "NUL bytes in the middle": lambda content: content[:5000] + bytes(9) + content[5009:],
    "NUL bytes at the start": lambda content: bytes(9) + content,
    "another separator": lambda content: content.replace(b",", b"|").replace(b";", b"|"),
    "a huge line": lambda content: content[:5000] + b"\n" + b"7" * 200_000 + content[5000:],
    "a huge first line": lambda content: b"7" * 200_000 + content,
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "random bytes": lambda content: np.random.default_rng(1).bytes(len(content)),
    "a line twice": lambda content: content + content.splitlines()[-1] + b"\n",
    "lines back to front": lambda content: b"\n".join(content.splitlines()[::-1]) + b"\n",
}


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("name", [name for name in TEXT_FORMATS if name != "generic"])
def test_a_broken_file_is_refused_in_one_line(signal: ImuSignal, name: str, broken: str):
    paths = WRITERS[name](Path("walk"), signal)
    content = paths[0].read_bytes().replace(b"x-axis", b"X-axis")
    paths[0].write_bytes(BREAKS[broken](content).replace(b"X-axis", b"x-axis"))

    said = _refusal(*paths)

    assert said.startswith(str(paths[0]))
    assert said.count("\n") == 1


@pytest.mark.parametrize("cut", [1, 40, 95, 100, 123, 124, 200, 2000, -1])
def test_a_capture2go_file_that_is_cut_off_holds_what_is_whole(signal: ImuSignal, cut: int):
    (path,) = WRITERS["capture2go"](Path("walk"), signal)
    frame_bytes = 123
    path.write_bytes(path.read_bytes()[:cut])
    whole = path.stat().st_size // frame_bytes

    if whole < 2:
        assert _refusal(path).count("\n") == 1
    else:
        recording = import_session([("left_thigh", path)], Path("run"))
        assert len(recording.signals["left_thigh"]) == 8 * whole


def test_a_capture2go_file_with_a_damaged_frame_has_a_gap(signal: ImuSignal):
    (path,) = WRITERS["capture2go"](Path("walk"), signal)
    content = bytearray(path.read_bytes())
    content[10 * 123 + 40] ^= 0x10
    path.write_bytes(content)

    recording = import_session([("left_thigh", path)], Path("run"))

    assert recording.signals["left_thigh"].spans() == [slice(0, 80), slice(80, 288)]


def test_junk_with_a_frame_in_it_is_refused_in_one_line():
    frame = _sample("capture2go/200hz.bin")[119:280]
    path = Path("junk.bin")
    path.write_bytes(frame + b"\x02" * 70_000 + frame)

    assert _refusal(path).count("\n") == 1
