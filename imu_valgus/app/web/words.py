"""Every English string of the pages, in one file: a translation is another one beside it."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def all_words() -> dict[str, str]:
    """Return the strings by their dotted names; ``{name}`` in one is filled in."""
    text = files("imu_valgus.app.web").joinpath("words", "en.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{name}": said
        for section, strings in tomllib.loads(text).items()
        for name, said in strings.items()
    }


def say(name: str, /, **filled: object) -> str:
    """Return one string with its gaps filled in."""
    return all_words()[name].format(**filled)
