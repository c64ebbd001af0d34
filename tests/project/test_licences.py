"""What a user installs may be passed on under the project's own MIT licence."""

import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COPYLEFT = re.compile(
    r"\b(A|L)?GPL|General Public License|\bMPL\b|Mozilla Public|\bEUPL|\bCC-BY-SA"
)
REVIEWED = {
    "docutils": "public domain and BSD; its GPL classifier speaks of an Emacs mode not in the wheel"
}


def runtime_packages() -> list[str]:
    """Name all that the package needs at run time, and what that needs in turn."""
    found: set[str] = set()
    to_visit = ["imu-valgus"]
    while to_visit:
        name = canonicalize_name(to_visit.pop())
        if name in found:
            continue
        found.add(name)
        needs = [Requirement(line) for line in metadata.requires(name) or []]
        to_visit += [
            need.name for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        ]
    return sorted(found)


def licence_of(package: str) -> str:
    """Return what the metadata say of the licence: the expression, else classifiers, else text."""
    about = metadata.metadata(package)
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    stated = about.get_all("License-Expression") or classifiers or about.get_all("License") or []
    return "; ".join(stated)


@pytest.mark.parametrize("package", runtime_packages())
def test_a_runtime_dependency_states_a_licence(package: str):
    licence = licence_of(package)

    assert licence


@pytest.mark.parametrize("package", [p for p in runtime_packages() if p not in REVIEWED])
def test_a_runtime_dependency_is_not_copyleft(package: str):
    licence = licence_of(package)

    assert not COPYLEFT.search(licence), licence
