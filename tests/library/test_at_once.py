"""A library is looked at while sessions are written, and by several at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from made_sessions import MadeSession

from imu_valgus.library import Catalogue

ROUNDS = 15


@pytest.fixture
def library(tmp_path):
    for name in ("a", "b"):
        MadeSession(n_strides=20).write(tmp_path / name)
    return tmp_path


def test_an_analysis_that_runs_meanwhile_never_shows_half_a_session(library):
    def analyse_again() -> None:
        for number in range(ROUNDS):
            MadeSession(n_strides=20 + 200 * (number % 2)).analyse(library / "b")

    seen: set[int] = set()
    with Catalogue.open(library) as catalogue, ThreadPoolExecutor() as pool:
        writing = pool.submit(analyse_again)
        while not writing.done():
            strides = catalogue.strides()
            seen.add(int((strides["session"] == "b").sum()))
        writing.result()

        last = len(catalogue.strides(["b"]))

    assert (seen - {0, 40, 440}, last) == (set(), 40)


def test_many_may_ask_one_catalogue_at_once(library):
    with Catalogue.open(library) as catalogue, ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda name: len(catalogue.strides([name])), ["a", "b"] * 25)

        assert set(answers) == {40}


def test_many_may_open_one_library_at_once(library):
    def look(_: int) -> int:
        with Catalogue.open(library) as catalogue:
            return len(catalogue.sessions())

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(look, range(16))) == {4}
