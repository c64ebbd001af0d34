"""
A mean valgus curve and how sure it is
======================================

The session that comes with the package: the poses of a real treadmill run, with computed sensors.
"""

# %%
# Open it, analyse it in memory, and take one curve a stride: 101 points from initial contact to
# toe-off.

import plotly.graph_objects as go

from imu_valgus.notebook import analyze, curves, open_session, shipped_session

results = analyze(open_session(shipped_session()))
valgus = curves(results, column="valgus_deg", side="left")
valgus.shape

# %%
# Two bands belong to its mean. The narrow one is how much the strides differ. The wide one is how
# far the whole curve may be off the truth in this session: axes, flesh, standing. It is the same
# for every stride, so more strides do not make it smaller.

mean = valgus.mean()
between_strides = valgus.std()
stated_error = curves(results, column="valgus_sd_deg", side="left").mean()


def band(width, name, colour):
    """Draw mean ± width as a closed outline."""
    outline = [*(mean + width), *(mean - width)[::-1]]
    percent = [*mean.index, *mean.index[::-1]]
    return go.Scatter(
        x=percent, y=outline, fill="toself", fillcolor=colour, line_width=0, name=name
    )


figure = go.Figure(
    [
        band(1.96 * stated_error, "95 % of the stated error", "rgba(0, 114, 178, 0.15)"),
        band(between_strides, "1 SD between strides", "rgba(0, 114, 178, 0.35)"),
        go.Scatter(x=mean.index, y=mean, name="mean of the left leg", line_color="#0072b2"),
    ]
)
figure.update_xaxes(title="Stance (%): 0 = contact, 100 = toe-off")
figure.update_yaxes(title="Knee valgus (°), + inwards, 0 = standing")
figure

# %%
# The headline is the excursion, contact to peak: the zero drops out of it.

left = results.summary.sides["left"].valgus_excursion_deg
print(f"left knee: {left.mean:.1f}° ± {left.sd_shared:.1f}° inwards from contact to its peak")
print(f"stride to stride: {left.sd_between_strides:.1f}°")
