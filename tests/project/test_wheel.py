"""The wheel alone: what it holds, that it runs without the development tools, that it is typed."""

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest
from wheel_environment import Environment, build_wheel, empty_environment, install, link, needed

WHEEL_BYTES = 3_000_000
SESSION = "rbds001_treadmill-run"
ANALYSED = f"imu-valgus-demo/{SESSION}"
COMMANDS = (
    ("batch", "batch library"),
    ("c3d", f"validate {ANALYSED} --reference x.c3d --static x.c3d --markers map.json"),
    ("c3d", "import left_shank=x.c3d --to imported"),
    ("c3d", f"export {ANALYSED} --to c3d --out exported"),
    ("fit", f"note {ANALYSED} --watch x.fit"),
    ("fit", f"export {ANALYSED} --to fit --out exported --watch x.fit"),
    ("hdf5", "import left_shank=x.h5 --to imported"),
    ("opensim", f"export {ANALYSED} --to opensim --out exported --solve"),
    ("virtual", "record --virtual 4 --for 5 --to recorded --yes"),
    ("web", "review imu-valgus-demo --no-open"),
)
"""An extra, and a command that asks for it."""
BEGINNINGS = {"x.fit": b"\x0e", "x.c3d": b"\x02\x50", "x.h5": b"\x89HDF\r\n\x1a\n"}
MARKERS = {
    "side": "right",
    "thigh": ["T1", "T2", "T3"],
    "shank": ["S1", "S2", "S3"],
    "epicondyles": {"lateral": "KL", "medial": "KM"},
    "malleoli": {"lateral": "AL", "medial": "AM"},
    "hip": "H",
}

ALL_IN_ONE = """
import contextlib, io, json, sys
from imu_valgus.app.cli import app
answers = {}
for line in sys.argv[1:]:
    sys.argv = ["imu-valgus", *line.split()]
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            app()
        except SystemExit as stop:
            answers[line] = [stop.code, said.getvalue().splitlines()]
print(json.dumps(answers))
"""

STUDY = """
import sys
from imu_valgus.notebook import open_session, shipped_session, strides
print(open_session(shipped_session()).path)
for side, log in strides(open_session(sys.argv[1])).groupby("side"):
    print(side, len(log))
"""

NOTEBOOK = """
from imu_valgus.notebook import analyze, curves, open_session, strides

session = open_session("run")
results = analyze(session)
reveal_type(session.signals["left_thigh"].acc_mps2.shape)
reveal_type(results.summary.sides["left"].valgus_excursion_deg)
reveal_type(strides(results, side="left"))
reveal_type(curves(session, column="flexion_deg"))
strides(results, side="Left")
"""


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(project, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def held(wheel: Path) -> frozenset[str]:
    """The files of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def about(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def required(about: Message) -> set[str]:
    return needed(about.get_all("Requires-Dist") or [])


@pytest.fixture(scope="module")
def environment(
    wheel: Path, required: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """The wheel, what it requires, and nothing else."""
    made = empty_environment(tmp_path_factory.mktemp("installed"))
    link(required, made)
    install(wheel, made)
    return made


@pytest.fixture(scope="module")
def demo(environment: Environment) -> subprocess.CompletedProcess[str]:
    return environment.run("imu-valgus", "demo", "--no-open")


@pytest.fixture(scope="module")
def answers(
    demo: subprocess.CompletedProcess[str], environment: Environment, project: Path
) -> Mapping[str, tuple[int, list[str]]]:
    """By command, how it ends: exit code and stderr."""
    assert demo.returncode == 0
    run = environment.user / "library" / "run"
    shutil.copytree(project / "recordings" / SESSION, run, ignore=shutil.ignore_patterns("derived"))
    info = environment.user / ANALYSED / "session.json"
    told = json.loads(info.read_text())
    info.write_text(json.dumps({**told, "start": "2026-11-22T09:00:00+01:00"}))
    for name, content in BEGINNINGS.items():
        (environment.user / name).write_bytes(content)
    (environment.user / "map.json").write_text(json.dumps(MARKERS))
    answer = environment.run("python", "-c", ALL_IN_ONE, *(line for _, line in COMMANDS))
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def extras_asked_for(project: Path) -> set[str]:
    """The extras that the package's modules ask for by ``require`` and its sister."""
    calls = (
        call
        for path in (project / "imu_valgus").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        if isinstance(call.func, ast.Name)
        if call.func.id in ("require", "require_installed")
    )
    return {
        ast.literal_eval(word.value)
        for call in calls
        for word in call.keywords
        if word.arg == "extra"
    }


def test_the_wheel_is_small(wheel: Path):
    assert wheel.stat().st_size <= WHEEL_BYTES


def test_the_wheel_holds_each_file_of_the_package(
    project: Path, project_files: list[Path], held: frozenset[str]
):
    package = {
        path.relative_to(project).as_posix()
        for path in project_files
        if path.is_relative_to(project / "imu_valgus")
    }

    assert sorted(package - held) == []


def test_the_wheel_carries_the_shipped_run_with_its_licence(
    project: Path, project_files: list[Path], held: frozenset[str]
):
    recordings = project / "recordings"
    session = {
        f"imu_valgus/shipped/{path.relative_to(recordings).as_posix()}"
        for path in project_files
        if path.is_relative_to(recordings / SESSION)
    }

    carried = {name for name in held if name.startswith("imu_valgus/shipped/")}

    assert (carried, f"imu_valgus/shipped/{SESSION}/LICENSE.md" in carried) == (session, True)


def test_the_wheel_holds_nothing_else(held: frozenset[str], about: Message):
    tops = {PurePosixPath(name).parts[0] for name in held}

    assert tops == {"imu_valgus", f"imu_valgus-{about['Version']}.dist-info"}


def test_the_wheel_says_that_it_is_typed(held: frozenset[str], about: Message):
    assert "imu_valgus/py.typed" in held
    assert "Typing :: Typed" in (about.get_all("Classifier") or [])


def test_nothing_is_there_but_what_the_wheel_requires(environment: Environment, required: set[str]):
    listed = environment.run(
        "python",
        "-c",
        "from importlib.metadata import distributions as d; print(*(one.name for one in d()))",
    )

    names = {name.lower().replace("_", "-") for name in listed.stdout.split()}
    assert names == required | {"imu-valgus"}


def test_one_command_leads_to_the_report(
    demo: subprocess.CompletedProcess[str], environment: Environment
):
    page = environment.user / ANALYSED / "derived" / "report.html"

    assert (demo.returncode, f"report: {page}" in demo.stdout.splitlines()) == (0, True), demo
    assert "Right knee" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("demo")
def test_the_demo_writes_nothing_into_the_installation(
    environment: Environment, held: frozenset[str]
):
    folder = environment.packages / "imu_valgus"
    files = {
        path.relative_to(environment.packages).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert sorted(files - held) == []


@pytest.mark.usefixtures("demo")
def test_a_notebook_opens_the_shipped_run_and_reads_what_the_demo_left(environment: Environment):
    (environment.user / "study.py").write_text(STUDY)

    study = environment.run("python", "study.py", ANALYSED)

    shipped = environment.packages / "imu_valgus" / "shipped" / SESSION
    assert study.stdout.splitlines() == [str(shipped), "left 37", "right 37"], study.stderr


@pytest.mark.parametrize(("extra", "command"), COMMANDS)
def test_a_command_without_its_extra_says_so_in_one_line(
    answers: Mapping[str, tuple[int, list[str]]], extra: str, command: str
):
    code, lines = answers[command]

    assert (code, len(lines)) == (1, 2), lines
    assert f"needs the optional extra {extra} (" in lines[0]
    assert lines[1].startswith(f"hint: pip install 'imu-valgus[{extra}]'")


def test_each_extra_that_is_asked_for_is_asked_for_here(extras_asked_for: set[str]):
    assert extras_asked_for == {extra for extra, _ in COMMANDS}


def test_each_extra_that_is_asked_for_is_the_wheels(extras_asked_for: set[str], about: Message):
    assert extras_asked_for <= set(about.get_all("Provides-Extra") or [])


def test_a_notebook_sees_the_types_from_outside(environment: Environment):
    (environment.user / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    (environment.user / "notebook.py").write_text(NOTEBOOK)
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "notebook.py"]

    answer = subprocess.run(
        [*command, "--pythonpath", str(environment.python)],
        cwd=environment.user,
        capture_output=True,
        text=True,
        check=False,
    )

    told = [
        (one["severity"], one.get("rule") or one["message"].partition(" is ")[2])
        for one in json.loads(answer.stdout)["generalDiagnostics"]
    ]
    assert told == [
        ("information", '"tuple[Any, ...]"'),
        ("information", '"Statistic | None"'),
        ("information", '"DataFrame"'),
        ("information", '"DataFrame"'),
        ("error", "reportArgumentType"),
    ]


@pytest.mark.slow
def test_pip_installs_the_wheel_and_the_demo_runs(wheel: Path, tmp_path: Path):
    made = empty_environment(tmp_path)
    made.run("python", "-m", "ensurepip")

    installed = made.run("python", "-m", "pip", "install", "--quiet", wheel)
    answer = made.run("imu-valgus", "demo", "--no-open")

    assert (installed.returncode, answer.returncode) == (0, 0), installed.stderr + answer.stderr
