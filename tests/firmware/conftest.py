"""The C core, built once a run."""

import ctypes
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from firmware.host import Host
from firmware.sensor import Sensor, build_bench, load_bench


@pytest.fixture(scope="session")
def gcc() -> str:
    found = shutil.which("gcc")
    if found is None:
        pytest.skip("there is no gcc to build the firmware's core with")
    return found


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core with undefined behaviour made a crash."""
    request.getfixturevalue("gcc")
    return build_bench(
        tmp_path_factory.mktemp("core"),
        "-fsanitize=undefined",
        "-fsanitize-undefined-trap-on-error",
    )


@pytest.fixture(scope="session")
def core(bench: Path) -> ctypes.CDLL:
    return load_bench(bench)


@pytest.fixture
def sensor(core: ctypes.CDLL) -> Iterator[Sensor]:
    sensor = Sensor(core)
    yield sensor
    sensor.close()


@pytest.fixture
def host(sensor: Sensor) -> Host:
    return Host(sensor)
