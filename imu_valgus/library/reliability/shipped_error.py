"""The errors that are taken as long as the user has none of their own."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from imu_valgus.core import RecordingError
from imu_valgus.library.reliability.reliability import MetricError
from imu_valgus.recording import write_atomically

SHIPPED_NAME: Final = "shipped_errors.json"
"""Beside this file; written by ``poe redonnings``, never by hand."""

OWN_NAME: Final = "errors.json"
"""In the library's folder; written by ``imu-valgus mdc --write``."""
LEAST_DF: Final = 5

_ERRORS: Final = TypeAdapter(tuple[MetricError, ...])


@cache
def shipped_errors() -> tuple[MetricError, ...]:
    """Return the errors of measurement that the package ships, from simulated re-donnings.

    They hold what putting the sensors on anew does: mounting, straps, standing, the sensors' own
    errors. How a runner's gait differs from one day to the next is not in them.
    """
    content = (files("imu_valgus.library.reliability") / SHIPPED_NAME).read_bytes()
    return _ERRORS.validate_json(content)


def library_errors(library: Path | None) -> tuple[MetricError, ...]:
    """Return the library's own errors first, where it has any, then those that are shipped.

    Raises
    ------
    RecordingError
        Where the library's ``errors.json`` is damaged.
    """
    path = None if library is None else library / OWN_NAME
    if path is None or not path.is_file():
        return shipped_errors()
    try:
        own = _ERRORS.validate_json(path.read_bytes())
    except ValidationError as error:
        raise RecordingError(
            f"{path}: {error.errors()[0]['msg']}",
            hint="delete it, or write it anew with `imu-valgus mdc LIBRARY --write`",
        ) from None
    return (*own, *shipped_errors())


def write_own_errors(
    library: Path, errors: Sequence[MetricError], *, force: bool = False
) -> tuple[MetricError, ...]:
    """Keep errors as the library's own, and return those that were kept.

    Errors of fewer than ``LEAST_DF`` degrees of freedom are not: with 5 the upper end of their
    interval is 2.5 times the estimate already, and the shipped ones serve better.

    Raises
    ------
    RecordingError
        Where all are such, where own errors stand there and ``force`` is false, or where the folder
        cannot be written.
    """
    kept = tuple(error for error in errors if error.df >= LEAST_DF)
    path = library / OWN_NAME
    if not kept:
        raise RecordingError(
            f"too few repeats to keep as a library's own errors: no metric has {LEAST_DF} sessions"
            " more than runners",
            hint="record more repeats; until then the shipped errors serve",
        )
    if path.exists() and not force:
        raise RecordingError(f"{path} is there already", hint="--force replaces it")
    write_errors(path, kept)
    return kept


def write_errors(path: Path, errors: Sequence[MetricError]) -> None:
    """Write errors as JSON, whole or not at all."""
    with write_atomically(path) as part:
        part.write_bytes(_ERRORS.dump_json(tuple(errors), indent=1) + b"\n")
