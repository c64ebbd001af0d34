"""Our knee angles held against an optical system's, leg by leg and plane by plane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from imu_valgus import __version__
from imu_valgus.core import FloatArray, ImuValgusError, Side
from imu_valgus.metrics import Agreement, agreement, share_inside, stance_numbers
from imu_valgus.pipeline.crosstalk import CORRECTED
from imu_valgus.pipeline.derived import Derived, read_derived
from imu_valgus.pipeline.placing import PlacedTrial, PlacingParams, clock_of, place_trials
from imu_valgus.pipeline.reference import ReferenceParams, read_references
from imu_valgus.recording import write_atomically
from imu_valgus.recording.references import ReferenceAngles
from imu_valgus.sync import inside

Plane = Literal["flexion", "valgus", "internal_rotation"]
PLANES: Final[tuple[Plane, ...]] = ("flexion", "valgus", "internal_rotation")
VALIDATION_NAME: Final = "validation.json"
VALIDATION_VERSION: Final = 1
_WHOLE: Final = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationParams:
    """How a reference is read, and how it is laid in time.

    ``least_r``: where flexion correlates less at the place that was found, the reference is refused
    as another movement.
    """

    reference: ReferenceParams = field(default_factory=ReferenceParams)
    placing: PlacingParams = field(default_factory=PlacingParams)
    least_r: float = 0.7


@dataclass(frozen=True, slots=True)
class TrialValidation:
    """One trial of one leg.

    ``offset_s`` was added to the reference's time to give session time (for seconds since 1970:
    after the session's start was taken off). ``flexion_r``: correlation of flexion there. ``share``
    of the reference's samples that our angles cover. ``planes``: the trial by itself.
    """

    name: str
    offset_s: float
    flexion_r: float
    start_s: float
    stop_s: float
    share: float
    planes: dict[Plane, Agreement]


@dataclass(frozen=True, slots=True)
class PlaneValidation:
    """One plane of one leg: sample by sample, and each good stride's peak and excursion."""

    samples: Agreement
    stride_peak: Agreement | None = None
    stride_excursion: Agreement | None = None


@dataclass(frozen=True, slots=True)
class SideValidation:
    """One leg. The shares: reference samples of valgus inside ours ± 1.96 ``valgus_sd_deg``.

    ``inside_centred``: with the mean difference of each trial removed.
    """

    trials: tuple[TrialValidation, ...]
    planes: dict[Plane, PlaneValidation]
    inside_95: float
    inside_95_centred: float


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What ``derived/validation.json`` says; numbers that do not exist are null there."""

    format_version: int
    imu_valgus_version: str
    session: str
    reference: tuple[str, ...]
    zero: str
    clock: str
    sides: dict[Side, SideValidation]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """The result, and each leg's pairs of samples.

    Columns: ``trial, time_s`` (session time), ``<plane>_deg``, ``<plane>_reference_deg`` and
    ``valgus_sd_deg``; NaN where there is none.
    """

    result: ValidationResult
    pairs: Mapping[Side, pd.DataFrame]


def validate_session(
    session: Path, references: Sequence[Path], *, params: ValidationParams | None = None
) -> Validation:
    """Hold an analysed session against reference files and write ``derived/validation.json``.

    Raises
    ------
    ImuValgusError
        Where a file cannot be read, has no time or no leg in common with the session, or does not
        move.
    """
    params = params or ValidationParams()
    derived = read_derived(session)
    trials = read_references(references, params=params.reference)
    found = validate(derived, trials, names=[path.name for path in references], params=params)
    with write_atomically(session / "derived" / VALIDATION_NAME) as path:
        content = TypeAdapter(ValidationResult).dump_json(found.result, indent=1)
        path.write_bytes(content + b"\n")
    return found


def validate(
    derived: Derived,
    trials: Sequence[ReferenceAngles],
    *,
    names: Sequence[str],
    params: ValidationParams,
) -> Validation:
    """Lay the trials in time and compare them with our angles; see ``validate_session``."""
    placed = place_trials(derived, trials, params=params.placing)
    pairs = [_pair(derived, one) for one in placed]
    facts = [_trial(one, table) for one, table in zip(placed, pairs, strict=True)]
    _refuse(facts, params)
    of_side: dict[Side, list[int]] = {}
    for n, one in enumerate(placed):
        of_side.setdefault(one.side, []).append(n)
    joined: dict[Side, pd.DataFrame] = {
        side: pd.concat([pairs[n] for n in own], ignore_index=True) for side, own in of_side.items()
    }
    sides: dict[Side, SideValidation] = {
        side: _side(derived, side, [pairs[n] for n in own], [facts[n] for n in own])
        for side, own in of_side.items()
    }
    result = ValidationResult(
        format_version=VALIDATION_VERSION,
        imu_valgus_version=__version__,
        session=derived.summary.session,
        reference=tuple(names),
        zero=_zero_words(params.reference),
        clock="given"
        if params.placing.offset_s is not None
        else clock_of(trials[0], params.placing),
        sides=sides,
        notes=_notes(placed, facts, derived),
    )
    return Validation(result=result, pairs=joined)


def _zero_words(params: ReferenceParams) -> str:
    if params.static is None:
        return "ours at standing, the reference's as its file has it"
    if params.zero == "standing":
        return "ours at standing, the reference's in its static trial"
    return "ours at standing, the reference's where the anatomical axes coincide"


def _ours(derived: Derived, side: Side) -> pd.DataFrame:
    own = derived.angles_of(side)
    return own[own["valgus_deg"].notna()]


def _pair(derived: Derived, placed: PlacedTrial) -> pd.DataFrame:
    """Read our angles at the reference's samples; NaN in gaps and outside of the session."""
    own = _ours(derived, placed.side)
    time_s = own["time_s"].to_numpy(dtype=np.float64)
    covered = inside(time_s, placed.time_s)

    def read(column: str) -> FloatArray:
        values = np.interp(placed.time_s, time_s, own[column].to_numpy(dtype=np.float64))
        return np.where(covered, values, np.nan)

    angles = placed.trial.angles
    return pd.DataFrame(
        {
            "trial": placed.trial.name,
            "time_s": placed.time_s,
            **{f"{plane}_deg": read(f"{plane}_deg") for plane in PLANES},
            "flexion_reference_deg": angles.flexion_deg,
            "valgus_reference_deg": angles.valgus_deg,
            "internal_rotation_reference_deg": angles.internal_rotation_deg,
            "valgus_sd_deg": read("valgus_sd_deg"),
        }
    )


def _side(
    derived: Derived, side: Side, pairs: Sequence[pd.DataFrame], trials: Sequence[TrialValidation]
) -> SideValidation:
    kept, centred = _inside(pairs)
    return SideValidation(
        trials=tuple(trials),
        planes=_planes(derived.good_strides_of(side), pairs, _ours(derived, side)),
        inside_95=kept,
        inside_95_centred=centred,
    )


def _trial(placed: PlacedTrial, pairs: pd.DataFrame) -> TrialValidation:
    planes: dict[Plane, Agreement] = {
        plane: found for plane in PLANES if (found := _samples(pairs, plane)).n
    }
    return TrialValidation(
        name=placed.trial.name,
        offset_s=placed.offset_s,
        flexion_r=planes["flexion"].r if "flexion" in planes else float("nan"),
        start_s=float(placed.time_s[0]),
        stop_s=float(placed.time_s[-1]),
        share=float(pairs["flexion_deg"].notna().mean()),
        planes=planes,
    )


def _samples(pairs: pd.DataFrame, plane: Plane) -> Agreement:
    return agreement(_values(pairs, f"{plane}_deg"), _values(pairs, f"{plane}_reference_deg"))


def _refuse(trials: Sequence[TrialValidation], params: ValidationParams) -> None:
    """Refuse trials that have nothing in common with the session, and those of another movement."""
    if not any(trial.planes for trial in trials):
        raise ImuValgusError(
            "the reference and the session have no time in common", hint="look at --offset"
        )
    for trial in trials:
        searched = params.placing.offset_s is None and bool(trial.planes)
        if searched and not trial.flexion_r >= params.least_r:
            raise ImuValgusError(
                f"the flexion of the reference's trial {trial.name} matches the session nowhere: "
                f"r = {trial.flexion_r:.2f} at best",
                hint="look at the leg, the sign of flexion (bent is positive) and the clock, "
                "or give --offset",
            )


def _planes(
    strides: pd.DataFrame, trials: Sequence[pd.DataFrame], ours: pd.DataFrame
) -> dict[Plane, PlaneValidation]:
    everything = pd.concat(trials)
    found: dict[Plane, PlaneValidation] = {}
    for plane in PLANES:
        samples = _samples(everything, plane)
        if not samples.n:
            continue
        own = _stances(ours, f"{plane}_deg", strides)
        # A stride lies in one trial at most: the mean over the trials is that one's number.
        numbers = [_stances(trial, f"{plane}_reference_deg", strides) for trial in trials]
        other = pd.concat(numbers).groupby(level=0).mean()
        per_stride = {
            name: agreement(_values(own, name), _values(other, name)) for name in own.columns
        }
        found[plane] = PlaneValidation(
            samples=samples,
            stride_peak=_if_any(per_stride["peak_deg"]),
            stride_excursion=_if_any(per_stride["excursion_deg"]),
        )
    return found


def _stances(curve: pd.DataFrame, column: str, strides: pd.DataFrame) -> pd.DataFrame:
    return stance_numbers(
        _values(curve, "time_s"),
        _values(curve, column),
        start_s=_values(strides, "initial_contact_s"),
        toe_off_s=_values(strides, "toe_off_s"),
    )


def _if_any(found: Agreement) -> Agreement | None:
    return found if found.n else None


def _inside(trials: Sequence[pd.DataFrame]) -> tuple[float, float]:
    """Return the shares of the reference's valgus inside our interval, mean kept and removed."""
    ours, reference, sd = (
        [_values(trial, column) for trial in trials]
        for column in ("valgus_deg", "valgus_reference_deg", "valgus_sd_deg")
    )
    apart = [
        float(np.nanmean(own - other)) if np.isfinite(own - other).any() else 0.0
        for own, other in zip(ours, reference, strict=True)
    ]
    centred = [own - mean for own, mean in zip(ours, apart, strict=True)]
    other, error = np.concatenate(reference), np.concatenate(sd)
    return (
        share_inside(np.concatenate(ours), other, error),
        share_inside(np.concatenate(centred), other, error),
    )


def _notes(
    placed: Sequence[PlacedTrial], trials: Sequence[TrialValidation], derived: Derived
) -> tuple[str, ...]:
    notes = [CORRECTED] * derived.summary.is_crosstalk_corrected
    notes += [one.note for one in placed if one.note]
    notes += [
        f"{1 - trial.share:.0%} of trial {trial.name} lies outside of our angles."
        for trial in trials
        if trial.share < _WHOLE
    ]
    return tuple(dict.fromkeys(notes))


def _values(table: pd.DataFrame, column: str) -> FloatArray:
    return table[column].to_numpy(dtype=np.float64)
