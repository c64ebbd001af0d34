"""The core builds for the board's processor, and takes what the notes say it takes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from firmware.sensor import CORE, STRICT, core_sources

NOTES = Path(__file__).parents[2] / "firmware_notes" / "README.md"
CORTEX_M4F = ("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
FREESTANDING = ("-Os", "-ffreestanding", "-nostdlib")
C_FILE_LINES = 400


@pytest.fixture(scope="module")
def cross_gcc() -> str:
    found = shutil.which("arm-none-eabi-gcc")
    if found is None:
        pytest.skip("there is no arm-none-eabi-gcc to build for the board with")
    return found


@pytest.fixture(scope="module")
def image(cross_gcc: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core linked with nothing but the compiler's own arithmetic, and one device in RAM."""
    folder = tmp_path_factory.mktemp("target")
    device = folder / "device.c"
    device.write_text('#include "ivg1_device.h"\nstruct ivg1_device device = {0};\n')
    image = folder / "core.elf"
    options = [
        *STRICT,
        *CORTEX_M4F,
        *FREESTANDING,
        f"-I{CORE}",
        "-Wl,-e,ivg1_init",
        "-o",
        str(image),
    ]
    subprocess.run(
        [cross_gcc, *options, *map(str, core_sources()), str(device), "-lgcc"], check=True
    )
    return image


def stated(what: str) -> int:
    """The bytes that the notes state at most for this."""
    found = re.search(rf"\| {what} \|[^|]*\| ([\d,]+) B \|", NOTES.read_text())
    assert found
    return int(found[1].replace(",", ""))


def sizes(image: Path) -> tuple[int, int]:
    """Bytes of flash (text and data) and of RAM (data and bss)."""
    table = subprocess.run(
        ["arm-none-eabi-size", str(image)], capture_output=True, text=True, check=True
    )
    text, data, bss = map(int, table.stdout.splitlines()[1].split()[:3])
    return text + data, data + bss


def test_the_core_takes_no_more_flash_than_stated(image: Path):
    flash_bytes, _ = sizes(image)

    assert flash_bytes <= stated("flash")


def test_a_device_takes_no_more_ram_than_stated(image: Path):
    _, ram_bytes = sizes(image)

    assert ram_bytes <= stated("RAM, device")


@pytest.mark.parametrize("source", sorted(CORE.glob("*.[ch]")), ids=lambda path: path.name)
def test_a_file_of_the_core_is_short_enough_to_read(source: Path):
    assert len(source.read_text().splitlines()) <= C_FILE_LINES


def test_the_core_asks_for_no_heap_and_no_library():
    included = {
        line for source in CORE.glob("*.[ch]") for line in source.read_text().splitlines()
        if line.startswith("#include <")
    }  # fmt: skip

    assert included <= {"#include <stdbool.h>", "#include <stddef.h>", "#include <stdint.h>"}
