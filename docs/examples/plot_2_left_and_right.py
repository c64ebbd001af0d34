"""
Left against right, with the error
==================================

Two legs are calibrated apart. Their difference carries the errors of both.
"""

# %%
# One dot a stride.

import plotly.graph_objects as go

from imu_valgus.library.change.comparing import compare_legs
from imu_valgus.notebook import analyze, open_session, shipped_session, strides

results = analyze(open_session(shipped_session()))
log = strides(results)

figure = go.Figure()
for side, colour in {"left": "#0072b2", "right": "#d55e00"}.items():
    leg = log[log["side"] == side]
    figure.add_scatter(
        x=leg["initial_contact_s"],
        y=leg["valgus_excursion_deg"],
        mode="markers",
        name=side,
        marker_color=colour,
    )
figure.update_xaxes(title="Session time (s)")
figure.update_yaxes(title="Valgus excursion (°), + inwards", rangemode="tozero")
figure

# %%
# The strides of a leg lie close together, and the legs lie apart. Is that a difference of the
# knees? What counts is not the scatter of the strides but the error that all of them share.

log.groupby("side")[
    ["valgus_excursion_deg", "valgus_excursion_sd_deg", "valgus_excursion_stride_sd_deg"]
].mean().round(2)

# %%
# The verdict takes all of it.

for metric in compare_legs(results):
    print(f"{metric.metric}: left {metric.left_deg:.1f}°, right {metric.right_deg:.1f}°")
    print(
        f"  left minus right {metric.estimate_deg:+.1f}°, "
        f"19 times in 20 between {metric.low_deg:+.1f}° and {metric.high_deg:+.1f}°: "
        f"{metric.verdict}"
    )
