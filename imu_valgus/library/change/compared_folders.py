"""Session folders → comparison: which come before, which after, and what was noted of each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from imu_valgus.core import ImuValgusError
from imu_valgus.library.change.comparing import (
    DEFAULT,
    CompareParams,
    Comparison,
    LegDifference,
    compare_legs,
    compare_sessions,
)
from imu_valgus.library.reliability.shipped_error import library_errors
from imu_valgus.library.sessions.covariates import (
    COVARIATES_NAME,
    CovariateName,
    current,
    read_covariates,
)
from imu_valgus.pipeline import Derived, read_derived


def compare_folders(
    before: Sequence[Path], after: Sequence[Path], *, params: CompareParams = DEFAULT
) -> Comparison:
    """Compare analysed session folders of one runner; see ``compare_sessions``.

    The errors are the library's own where all sessions lie in one library that has any. The speed
    that was noted of a session stands in where its strides have none.

    Raises
    ------
    ImuValgusError
        Where a session is named twice, is not analysed, or is of another athlete.
    """
    every = [*before, *after]
    names = _names(every)
    sessions = {path: _read(path, name) for path, name in names.items()}
    speeds = {name: _noted(path, "speed") for path, name in names.items()}
    libraries = {path.resolve().parent for path in every}
    return compare_sessions(
        [sessions[path] for path in before],
        [sessions[path] for path in after],
        errors=library_errors(libraries.pop() if len(libraries) == 1 else None),
        params=params,
        noted_speeds_mps={name: float(speed) for name, speed in speeds.items() if speed},
    )


def compare_legs_in(session: Path, *, params: CompareParams = DEFAULT) -> tuple[LegDifference, ...]:
    """Compare the legs in one analysed session folder; see ``compare_legs``.

    Raises
    ------
    ImuValgusError
        Where the session is not analysed, or one leg has no mean.
    """
    found = compare_legs(_read(session, session.resolve().name), params=params)
    if not found:
        raise ImuValgusError(
            f"{session}: there are no two legs to compare",
            hint="name two sessions or more to compare one leg with itself",
        )
    return found


def by_phase(
    sessions: Sequence[Path], *, first: str, last: str
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Part sessions by the phase of a study that was noted of each; other phases are left out.

    Raises
    ------
    ImuValgusError
        Where no session was noted to be of a phase.
    """
    noted: Mapping[Path, str | None] = {path: _noted(path, "phase") for path in sessions}
    parts = tuple(
        tuple(path for path, phase in noted.items() if phase == wanted) for wanted in (first, last)
    )
    for wanted, part in zip((first, last), parts, strict=True):
        if not part:
            known = ", ".join(sorted({phase for phase in noted.values() if phase})) or "none"
            raise ImuValgusError(
                f"no session is noted to be of phase {wanted}; phases noted: {known}",
                hint=f"`imu-valgus note SESSION --phase {wanted}`",
            )
    return parts[0], parts[1]


def _read(path: Path, name: str) -> Derived:
    """Read a session and call it by its folder, which may have been renamed since."""
    derived = read_derived(path)
    return replace(derived, summary=replace(derived.summary, session=name))


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """Name each session by its folder, by the whole path where two folders are called alike."""
    places = [path.resolve() for path in paths]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise ImuValgusError(
                f"{paths[number]} is named twice", hint="name each session once, before or after"
            )
    short = [place.name for place in places]
    return {
        path: name if short.count(name) == 1 else str(path)
        for path, name in zip(paths, short, strict=True)
    }


def _noted(session: Path, name: CovariateName) -> str | None:
    """Return the last note of a thing of which a session has one value, or None."""
    notes = current(read_covariates(session / COVARIATES_NAME))
    return next((one.value for one in reversed(notes) if one.name == name), None)
