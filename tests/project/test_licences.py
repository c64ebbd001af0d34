"""What a user installs may be passed on under the project's own MIT licence."""

import re
from importlib import metadata

import pytest
from wheel_environment import needed

COPYLEFT = re.compile(
    r"\b(A|L)?GPL|General Public License|\bMPL\b|Mozilla Public|\bEUPL|\bCC-BY-SA"
)
REVIEWED = {
    "docutils": "public domain and BSD; its GPL classifier is of an Emacs mode not in the wheel",
    "ezc3d": "MIT, in the LICENSE of its sources; its wheel states none",
    "opensim": "Apache 2.0, in the extra `opensim` only; its wheel holds CasADi's libraries (LGPL)",
    "libusb1": "LGPL, in the extra `virtual` only: bumble asks for it and loads it for USB radios",
}


def runtime_packages() -> list[str]:
    """Name all that the package and its extras but ``dev`` need, and what that needs in turn."""
    extras = metadata.metadata("imu-valgus").get_all("Provides-Extra") or []
    lines = metadata.requires("imu-valgus") or []
    return sorted({"imu-valgus"} | needed(lines, extras=["", *(e for e in extras if e != "dev")]))


def licence_of(package: str) -> str:
    """Return what the metadata say of the licence: the expression, else classifiers, else text."""
    about = metadata.metadata(package)
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    stated = about.get_all("License-Expression") or classifiers or about.get_all("License") or []
    return "; ".join(stated)


@pytest.mark.parametrize("package", [p for p in runtime_packages() if p not in REVIEWED])
def test_a_runtime_dependency_states_a_licence(package: str):
    licence = licence_of(package)

    assert licence


@pytest.mark.parametrize("package", [p for p in runtime_packages() if p not in REVIEWED])
def test_a_runtime_dependency_is_not_copyleft(package: str):
    licence = licence_of(package)

    assert not COPYLEFT.search(licence), licence
