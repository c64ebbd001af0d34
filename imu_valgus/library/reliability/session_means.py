"""One number a session: the mean over its good strides, or its good repetitions of one kind."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from imu_valgus.pipeline import Derived

RUN_METRICS: Final[Mapping[str, str]] = {
    "valgus_excursion_deg": "valgus",
    "valgus_peak_deg": "valgus",
    "valgus_ic_deg": "valgus",
    "valgus_rom_deg": "valgus",
    "valgus_mean_deg": "valgus",
    "flexion_ic_deg": "flexion",
    "flexion_peak_stance_deg": "flexion",
    "internal_rotation_excursion_deg": "rotation",
    "internal_rotation_peak_deg": "rotation",
    "thigh_tilt_peak_deg": "tilts",
    "shank_tilt_peak_deg": "tilts",
}
"""Column of the stride log → the plane that it belongs to."""
REPETITION_METRICS: Final[Mapping[str, str]] = {
    "valgus_excursion_deg": "valgus",
    "valgus_peak_deg": "valgus",
    "valgus_mean_deg": "valgus",
    "flexion_peak_deg": "flexion",
    "internal_rotation_excursion_deg": "rotation",
    "thigh_tilt_peak_deg": "tilts",
    "shank_tilt_peak_deg": "tilts",
}
"""The same of the log of repetitions."""
MEAN_COLUMNS: Final = ("side", "activity", "metric", "plane", "value_deg", "n")


def session_means(derived: Derived) -> pd.DataFrame:
    """Take the means of one session.

    Returns
    -------
    DataFrame
        One row a leg, activity ("run", or a kind of repetition) and metric: columns
        ``MEAN_COLUMNS``; ``value_deg`` is the mean in degrees over ``n`` good strides or
        repetitions. What has none is left out.
    """
    strides = derived.strides.assign(kind="run")
    tables = [
        _means(log, metrics)
        for log, metrics in (
            (strides, RUN_METRICS),
            (derived.repetitions, REPETITION_METRICS),
        )
    ]
    return pd.concat(tables, ignore_index=True)


def _means(log: pd.DataFrame, metrics: Mapping[str, str]) -> pd.DataFrame:
    good = log.loc[log["quality"] == "good", ["side", "kind", *metrics]]
    long = good.melt(id_vars=["side", "kind"], var_name="metric", value_name="value_deg").dropna()
    means = (
        long.groupby(["side", "kind", "metric"], sort=False)["value_deg"]
        .agg(["mean", "count"])
        .reset_index()
        .rename(columns={"kind": "activity", "mean": "value_deg", "count": "n"})
    )
    means["plane"] = means["metric"].map(dict(metrics))
    return means[list(MEAN_COLUMNS)]
