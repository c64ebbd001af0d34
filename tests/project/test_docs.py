"""The handbook: it builds offline without a warning, and says all that the program has to say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from handbook import accuracy, defaults, links, metrics, shell

from imu_valgus.app.cli import commands

COMMANDS = typer.main.get_command(commands).commands  # pyright: ignore[reportAttributeAccessIssue]
NAMES = sorted(COMMANDS)
PAGES = sorted((Path(__file__).parents[2] / "docs").glob("*.md")) + sorted(
    (Path(__file__).parents[2] / "docs/howto").glob("*.md")
)
SHOWN = [
    (page.name, line)
    for page in PAGES
    for block in re.findall(r"```(?:sh|\{shell\})\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    for line in block.replace("\\\n", "").splitlines()
    if line.startswith("imu-valgus ")
]


def build(project: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """Build a copy, as from a fresh clone: what an earlier build left in docs/ plays no part."""
    copy = into / "copy"
    unbuilt = shutil.ignore_patterns("_build", "gallery", "__pycache__")
    shutil.copytree(project / "docs", copy / "docs", ignore=unbuilt)
    shutil.copytree(project / "firmware_notes", copy / "firmware_notes")
    shutil.copy(project / "README.md", copy)
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-j", "2"]
    return subprocess.run(
        [*command, "-b", "html", str(copy / "docs"), str(into / "built")],
        cwd=into,
        env=os.environ | {"PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def options_in_help(name: str, run_command) -> set[str]:
    """Return the options that a command's help lists: in a line's first column."""
    lines = run_command(name, "--help").stdout.splitlines()
    written = [line[2:].partition("  ")[0] for line in lines if line.startswith("  -")]
    return {option for words in written for option in re.findall(r"--[a-z][\w-]*", words)}


def test_the_handbook_builds_offline_without_a_warning_and_holds_every_option(
    project, tmp_path, run_command
):
    answer = build(project, tmp_path)

    page = (tmp_path / "built/commands.html").read_text(encoding="utf-8")
    sections = {name: page.partition(f'id="command-{name}"')[2] for name in NAMES}
    missing = {
        (name, option)
        for name, section in sections.items()
        for option in options_in_help(name, run_command)
        if option not in section.partition("</section>")[0]
    }
    assert (answer.returncode, answer.stderr, missing) == (0, "", set())


@pytest.mark.parametrize("table", sorted(metrics.tables()))
def test_each_number_of_a_table_is_described_with_its_sign_and_its_error(table):
    described = metrics.descriptions().get(table, {})

    assert list(metrics.faults(table, described)) == []


def test_a_column_that_nobody_described_is_a_fault():
    described = dict(metrics.descriptions()["stride"])
    del described["valgus_peak_deg"]

    found = list(metrics.faults("stride", described))

    assert found == ["metrics.toml does not describe stride.valgus_peak_deg"]


def test_an_angle_without_its_sign_is_a_fault():
    described = dict(metrics.descriptions()["stride"])
    described["flexion_ic_deg"] = {"what": "Flexion.", "error": "1°"}

    found = list(metrics.faults("stride", described))

    assert found == ["metrics.toml does not say the sign of stride.flexion_ic_deg"]


def test_the_summary_s_tables_are_those_of_all_that_it_holds():
    kinds = {kind.__name__ for kind in metrics.kinds_of_summary()}

    assert {"Summary", "SideSummary", "Statistic", "CrosstalkState", "StrapFacts"} <= kinds


def test_an_accuracy_is_read_off_the_table():
    assert re.fullmatch(r"[\d.]+ / [\d.]+", accuracy.ours()["simulated", "valgus RMSE, °"])


def test_a_default_in_radians_is_told_in_degrees():
    assert defaults.value_of("orientation.SmootherParams.flesh_rad") == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ('<a href="b.html">', ""),
        ('<a href="b.html#there">', ""),
        ('<a href="#here">', "leads to no such place in the page"),
        ('<a href="c.html">', "leads to no file"),
        ('<a href="b.html#nowhere">', "leads to no such place in the page"),
        ('<img src="b.png">', "leads to no file"),
        ('<a href="https://doi.org/10.1115/1.3138397">', ""),
        ('<a href="https://doi.org/1.3138397">', "is no DOI"),
        ('<a href="http://example.org/">', "is not https"),
        ('<script src="https://example.org/x.js">', "is fetched from the network"),
        ('<link href="//example.org/x.css">', "is fetched from the network"),
    ],
)
def test_a_link_that_leads_nowhere_or_outside_is_found(tmp_path, link, fault):
    (tmp_path / "a.html").write_text(link)
    (tmp_path / "b.html").write_text('<p id="there">')

    found = list(links.faults(tmp_path))

    assert [line.split(" ", 2)[2] for line in found] == [fault] * bool(fault)


def test_a_font_from_the_network_is_found(tmp_path):
    (tmp_path / "a.css").write_text("@font-face { src: url('https://example.org/font.woff') }")

    found = list(links.faults(tmp_path))

    assert found == ["a.css: https://example.org/font.woff is fetched from the network"]


@pytest.mark.parametrize(("page", "line"), SHOWN)
def test_a_command_that_a_page_shows_has_only_options_that_there_are(page, line):
    _, name, *words = shlex.split(line)

    known = {written for option in COMMANDS[name].params for written in option.opts}
    asked = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert (page, asked - known) == (page, set())


def test_the_code_of_the_notebook_s_page_runs(project):
    page = (project / "docs/howto/notebook.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    session = "recordings/2026-11-22_a03_track-run"

    told: dict[str, object] = {}
    exec(code.replace(session, str(project / "recordings/rbds001_treadmill-run")), told)

    assert (session in code, len(told["log"])) == (True, 74)  # pyright: ignore[reportArgumentType]


def test_a_command_of_the_tutorial_that_fails_says_so(tmp_path):
    exit_code, said = shell.run_line("imu-valgus check nowhere", tmp_path)

    assert (exit_code, "nowhere" in said) == (1, True)


def test_every_firmware_note_has_its_page(project):
    notes = {
        path.relative_to(project / "firmware_notes")
        for path in (project / "firmware_notes").rglob("*.md")
    }

    pages = {
        path.relative_to(project / "docs/firmware")
        for path in (project / "docs/firmware").rglob("*.md")
    }

    assert pages == notes
