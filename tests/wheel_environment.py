"""A wheel of the project in an environment that holds what the wheel asks for, and nothing else.

No network is asked: what the wheel needs is linked from the environment that runs the tests.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(lines: Iterable[str], *, extras: Iterable[str] = ("",)) -> set[str]:
    """Name all distributions that requirements ask for, and what those need in turn."""
    to_visit = [Requirement(line) for line in lines]
    to_visit = [need for need in to_visit if _applies(need, extras)]
    found: set[tuple[str, str]] = set()
    while to_visit:
        need = to_visit.pop()
        for extra in ("", *need.extras):
            if (canonicalize_name(need.name), extra) in found:
                continue
            found.add((canonicalize_name(need.name), extra))
            further = [Requirement(line) for line in metadata.requires(need.name) or []]
            to_visit += [one for one in further if _applies(one, ["", extra])]
    return {name for name, _ in found}


def _applies(need: Requirement, extras: Iterable[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": one}) for one in extras)


def build_wheel(project: Path, to: Path) -> Path:
    """Build the wheel of the project."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)]
    subprocess.run(build, cwd=project, check=True, capture_output=True)
    (wheel,) = to.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Environment:
    """An environment of its own, and the folder in which its user works."""

    folder: Path
    user: Path

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, by a user who knows nothing of the project."""
        return subprocess.run(
            [self.folder / "bin" / program, *(str(word) for word in arguments)],
            cwd=self.user,
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
            },
            capture_output=True,
            text=True,
            check=False,
        )


def empty_environment(folder: Path) -> Environment:
    """Make an environment with nothing in it."""
    venv.create(folder / "env", symlinks=True)
    (folder / "user").mkdir()
    return Environment(folder / "env", folder / "user")


def link(distributions: Iterable[str], environment: Environment) -> None:
    """Put distributions of this environment into another one, by links."""
    for name in distributions:
        distribution = metadata.distribution(name)
        tops = {path.parts[0] for path in distribution.files or []} - {"..", "__pycache__"}
        for top in tops:
            here, there = Path(str(distribution.locate_file(top))), environment.packages / top
            if top.endswith(".dist-info"):  # uv takes no link for a package
                shutil.copytree(here, there)
            elif not there.exists():
                there.symlink_to(here)


def install(wheel: Path, environment: Environment) -> None:
    """Install a wheel, offline: a package that it asks for and that is not there is an error."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-index"]
    command += ["--no-cache", "--python", str(environment.python), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, text=True)
