"""Angles, strides and repetitions of an analysed session, as a derived dataset of BIDS."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import SIDES, Side
from imu_valgus.export.bids.labels import Labels
from imu_valgus.export.bids.raw import latency
from imu_valgus.export.bids.tracking import (
    Channel,
    TrackingSystem,
    write_json,
    write_tracking_system,
)
from imu_valgus.pipeline import Derived, where_zero
from imu_valgus.recording import NOT_KNOWN, SIDECAR_KEY, TASK

_ANGLES: Final = ("flexion_deg", "valgus_deg", "internal_rotation_deg")
_OTHERS: Final = ("valgus_sd_deg", "thigh_tilt_deg", "shank_tilt_deg")
_UNITS: Final = {
    "s": "s",
    "deg": "deg",
    "g": "g",
    "mps": "m/s",
    "spm": "steps/min",
    "pct": "%",
}


def write_derivatives(folder: Path, derived: Derived, labels: Labels) -> None:
    """Write one session's results into a folder of the derived dataset.

    Each knee is a tracking system: its angles are channels ``JNTANG`` in degrees, its strides and
    repetitions the events of that tracking system, with further columns.
    """
    motion = folder / labels.folder / "motion"
    motion.mkdir(parents=True)
    for side in SIDES:
        angles = derived.angles_of(side)
        stem = f"{labels.stem}_tracksys-{side}Knee"
        if len(angles) > 1:
            system = _knee(side, angles, where_zero(derived.summary))
            write_tracking_system(motion, stem, system)
        _write_events(motion, f"{stem}_events", _events(derived, side))


def _knee(side: Side, angles: pd.DataFrame, zero: str) -> TrackingSystem:
    time_s = angles["time_s"].to_numpy(dtype=np.float64)
    point = f"{side}Knee"
    channels = (
        *(
            Channel(
                name=name, type="JNTANG", units="deg", tracked_point=point, reference_frame="knee"
            )
            for name in _ANGLES
        ),
        *(Channel(name=name, type="MISC", units="deg", tracked_point=point) for name in _OTHERS),
    )
    steps = np.diff(time_s)
    return TrackingSystem(
        latency_s=latency(time_s),
        channels=channels,
        values=angles[[*_ANGLES, *_OTHERS]].to_numpy(dtype=np.float64),
        sidecar={
            "TaskName": TASK,
            "TrackingSystemName": f"{side} knee",
            "SamplingFrequency": float(1.0 / np.median(steps)),
            "MissingValues": NOT_KNOWN,
            SIDECAR_KEY: {"first_sample_s": float(time_s[0])},
        },
        frames={
            "knee": {
                "Description": "Joint coordinate system of Grood and Suntay (1983) in the axes of "
                "the ISB; flexion, valgus (abduction) and internal rotation are positive for "
                f"either leg; {zero}. valgus_sd_deg is one standard deviation of valgus_deg."
            }
        },
    )


def _events(derived: Derived, side: Side) -> pd.DataFrame:
    """Return strides and repetitions of one leg as BIDS events; their own columns stay."""
    angles = derived.angles_of(side)
    zero_s = float(angles["time_s"].iloc[0]) if len(angles) else 0.0
    parts = [
        _as_events(table[table["side"] == side], begin, end, kind, zero_s)
        for table, begin, end, kind in (
            (derived.strides, "initial_contact_s", "next_contact_s", "stride"),
            (derived.repetitions, "start_s", "end_s", "repetition"),
        )
    ]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True).sort_values("onset") if filled else pd.DataFrame()


def _as_events(table: pd.DataFrame, begin: str, end: str, kind: str, zero_s: float) -> pd.DataFrame:
    begins = table[begin].to_numpy(dtype=np.float64)
    ends = table[end].to_numpy(dtype=np.float64)
    timed = {"onset": begins - zero_s, "duration": ends - begins, "trial_type": kind}
    events = pd.DataFrame(timed, index=table.index)
    return events.join(table.drop(columns=["session"], errors="ignore"))


def _write_events(folder: Path, stem: str, events: pd.DataFrame) -> None:
    if events.empty:
        return
    text = events.to_csv(sep="\t", index=False, na_rep=NOT_KNOWN, lineterminator="\n")
    (folder / f"{stem}.tsv").write_text(text, encoding="utf-8", newline="\n")
    write_json(folder / f"{stem}.json", _words(list(events.columns)))


def _words(columns: Sequence[str]) -> dict[str, object]:
    """Describe the columns: what the standard asks for, units where a name tells them."""
    described = {
        "onset": "Since the first sample of the knee's angles; session time where there are none.",
        "duration": "How long it lasts.",
        "trial_type": "A stride, from contact to contact of the foot, or a repetition.",
    }
    units = {"onset": "s", "duration": "s"} | {
        column: unit for column in columns if (unit := _UNITS.get(column.rpartition("_")[2]))
    }
    return {
        column: {
            "Description": described.get(column, f"The column {column} of imu_valgus' logs."),
            **({"Units": units[column]} if column in units else {}),
        }
        for column in columns
    }
