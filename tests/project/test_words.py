"""The pages' strings: each one is used, and each one that is used is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from imu_valgus.app.web.words import all_words

WEB = Path(__file__).parents[2] / "imu_valgus" / "app" / "web"
SOURCES = [path for kind in ("*.py", "*.j2", "*.js") for path in sorted(WEB.rglob(kind))]
GAP = r"\$?\{[^{}\n]*\}"
NAME = rf"(['\"`])([a-z_]+\.(?:[a-z_0-9]|{GAP})+)\1"


def names_after(start: str) -> set[tuple[str, str]]:
    """Return each quoted name of a word with its file; a name may have gaps, as in f"a.b_{c}"."""
    return {
        (str(path.relative_to(WEB)), found[2])
        for path in SOURCES
        for found in re.finditer(start + NAME, path.read_text(encoding="utf-8"))
    }


def words_of(name: str) -> set[str]:
    """Return the words that a name may stand for; to one that ends in _ something is joined."""
    if name.endswith("_"):
        return {word for word in all_words() if word.startswith(name)}
    parts = (re.escape(part) for part in re.split(GAP, name))
    pattern = re.compile("[a-z_0-9]+".join(parts))
    return {word for word in all_words() if pattern.fullmatch(word)}


def test_every_word_of_the_pages_is_used():
    used = {word for _, name in names_after("") for word in words_of(name)}

    assert sorted(all_words().keys() - used) == []


@pytest.mark.parametrize(("where", "name"), sorted(names_after(r"\bsay\(\s*")))
def test_what_a_page_says_is_among_its_words(where: str, name: str):
    assert words_of(name), where


@pytest.mark.parametrize("name", sorted(all_words()))
def test_the_gaps_of_a_word_have_names(name: str):
    gaps = [gap for _, gap, _, _ in Formatter().parse(all_words()[name]) if gap is not None]

    assert all(gap.isidentifier() for gap in gaps)
