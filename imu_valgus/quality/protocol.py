"""The session's course: the standing, squats, walking and running that the analysis lives on."""

from collections.abc import Sequence
from dataclasses import dataclass

from imu_valgus.core import ActivityKind, Bout
from imu_valgus.quality.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class ProtocolParams:
    """What a session should hold.

    Parameters
    ----------
    standing_s : float
        The longest still standing is the zero of all angles; sway of some seconds averages out.
    walking_s : float
        Ten seconds of straight walking tell the flexion axis as well as a minute (poe protocol).
    running_min : float
        25 strides give the mean peak to 0.1° (from a spread between strides of 0.44°): half a
        minute.
    """

    standing_s: float = 3.0
    walking_s: float = 10.0
    running_min: float = 0.5


def check_protocol(
    bouts: Sequence[Bout], *, params: ProtocolParams = ProtocolParams()
) -> tuple[Finding, ...]:
    """Say what standing, squats, walking and running a session holds.

    Parameters
    ----------
    bouts : sequence of Bout
        In order of time.
    params : ProtocolParams
    """
    return (
        _standing(bouts, params),
        _squats(bouts),
        _walking(bouts, params),
        _running(bouts, params),
    )


def _of_kind(bouts: Sequence[Bout], kind: ActivityKind) -> list[Bout]:
    return [bout for bout in bouts if bout.kind == kind]


def _standing(bouts: Sequence[Bout], params: ProtocolParams) -> Finding:
    stands = _of_kind(bouts, "stand")
    if not stands:
        return Finding(
            severity="error",
            topic="standing",
            number=0.0,
            unit="s",
            text="no still standing found: the zero of all angles is missing",
            hint="mend wrong units first; else stand upright and still for ten seconds before and "
            "after the run, or mark a stand in events.tsv",
        )
    longest = max(stands, key=lambda bout: bout.duration_s)
    moving = [bout for bout in bouts if bout.kind in {"walk", "run"}]
    after = bool(moving) and any(bout.start_s > moving[-1].start_s for bout in stands)
    severity: Severity = "ok"
    hint = ""
    if longest.duration_s < params.standing_s:
        severity, hint = "warning", "stand still for ten seconds"
    elif not after:
        severity, hint = "note", "stand after the run too: it shows whether a sensor slipped"
    return Finding(
        severity=severity,
        topic="standing",
        number=longest.duration_s,
        unit="s",
        text=(
            f"{len(stands)} times, the longest {longest.duration_s:.1f} s from "
            f"{longest.start_s:.1f} s on{'' if after else ', none after the run'}"
        ),
        hint=hint,
    )


def _squats(bouts: Sequence[Bout]) -> Finding:
    squats = _of_kind(bouts, "squat")
    total_s = sum(bout.duration_s for bout in squats)
    return Finding(
        severity="ok" if squats else "note",
        topic="squats",
        number=float(len(squats)),
        text=f"{len(squats)} set{'s' * (len(squats) > 1)}, {total_s:.0f} s in all"
        if squats
        else "none found",
        hint=""
        if squats
        else "not needed: the flexion axis comes from walking and running in any case",
    )


def _walking(bouts: Sequence[Bout], params: ProtocolParams) -> Finding:
    seconds = sum(bout.duration_s for bout in _of_kind(bouts, "walk"))
    enough = seconds >= params.walking_s
    return Finding(
        severity="ok" if enough else "note",
        topic="walking",
        number=seconds / 60.0,
        unit="min",
        text=f"{seconds / 60.0:.1f} min" if seconds > 0 else "none found",
        hint=""
        if enough
        else "walk straight on for half a minute: a second opinion on the flexion axis",
    )


def _running(bouts: Sequence[Bout], params: ProtocolParams) -> Finding:
    runs = _of_kind(bouts, "run")
    minutes = sum(bout.duration_s for bout in runs) / 60.0
    severity: Severity = "ok"
    hint = ""
    if not runs:
        severity, hint = (
            "warning",
            "there will be no strides; mark a run in events.tsv if it is one",
        )
    elif minutes < params.running_min:
        severity, hint = "note", "25 strides a leg are needed for a steady mean"
    return Finding(
        severity=severity,
        topic="running",
        number=minutes,
        unit="min",
        text=f"{minutes:.1f} min in {len(runs)} bout{'s' * (len(runs) > 1)}"
        if runs
        else "none found",
        hint=hint,
    )
