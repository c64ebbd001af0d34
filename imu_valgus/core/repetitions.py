"""The columns of the log of repetitions, in their order, and the words in them."""

from typing import Final, Literal

RepetitionKind = Literal["squat", "single_leg_squat", "landing", "lunge", "unknown"]

REP_COLUMNS: Final[tuple[str, ...]] = (
    "session",
    "side",
    "repetition",
    "kind",
    "start_s",
    "deepest_s",
    "end_s",
    "duration_s",
    "valgus_start_deg",
    "valgus_at_deepest_deg",
    "valgus_peak_deg",
    "valgus_mean_deg",
    "valgus_excursion_deg",
    "valgus_peak_sd_deg",
    "flexion_start_deg",
    "flexion_peak_deg",
    "internal_rotation_excursion_deg",
    "thigh_tilt_peak_deg",
    "shank_tilt_peak_deg",
    "quality",
    "reason",
)
"""One row a repetition [start, end) of one leg: a squat, a landing, a lunge of its front leg."""
