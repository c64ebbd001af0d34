"""The columns of the stride log, in their order, and the words in them."""

from typing import Final, Literal

Surface = Literal["straight", "bend", "unknown"]
Quality = Literal["good", "suspect", "rejected"]

STRIDE_COLUMNS: Final[tuple[str, ...]] = (
    "session",
    "side",
    "stride",
    "lap",
    "surface",
    "initial_contact_s",
    "toe_off_s",
    "next_contact_s",
    "stride_time_s",
    "contact_time_s",
    "cadence_spm",
    "valgus_ic_deg",
    "valgus_peak_deg",
    "valgus_peak_pct",
    "valgus_excursion_deg",
    "valgus_rom_deg",
    "valgus_mean_deg",
    "valgus_at_peak_flexion_deg",
    "valgus_peak_sd_deg",
    "valgus_excursion_sd_deg",
    "valgus_excursion_stride_sd_deg",
    "flexion_ic_deg",
    "flexion_peak_stance_deg",
    "flexion_peak_swing_deg",
    "internal_rotation_peak_deg",
    "internal_rotation_excursion_deg",
    "thigh_tilt_peak_deg",
    "shank_tilt_peak_deg",
    "speed_mps",
    "tibial_shock_g",
    "tibial_shock_axial_g",
    "thigh_shock_g",
    "quality",
    "reason",
)
"""One row a stride [initial contact, next contact) of one foot; stance is [contact, toe-off)."""

LOADING_COLUMNS: Final[tuple[str, ...]] = (
    "duty_factor",
    "flight_time_s",
    "vertical_force_bw",
    "shock_attenuation_pct",
)
"""Kinetic proxies a stride that follow from its row in the stride log."""

ANGLE_COLUMNS: Final[tuple[str, ...]] = (
    "time_s",
    "side",
    "flexion_deg",
    "valgus_deg",
    "internal_rotation_deg",
    "valgus_sd_deg",
    "thigh_tilt_deg",
    "shank_tilt_deg",
)
"""The columns of ``derived/angles.parquet``: one row a sample and side, zero at standing.

The tilts are the segments' frontal tilt against gravity, positive where the segment's lower end
lies outwards of its upper end.
"""
