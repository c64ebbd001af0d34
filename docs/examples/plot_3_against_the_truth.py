"""
A simulated run against its truth
=================================

A simulated runner has known knee angles, and sensors that sit askew on flesh that moves. How far
is the measurement off?
"""

# %%
# Half a minute of running, as a session.

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import plotly.graph_objects as go

from imu_valgus.notebook import analyze, open_session
from imu_valgus.recording import write_simulated_session
from imu_valgus.simulation import RunnerParams, SensorParams, simulate_run

run = simulate_run(RunnerParams(seed=5, run_minutes=0.5, squats=0))
with TemporaryDirectory() as folder:
    session = Path(folder) / "simulated"
    write_simulated_session(session, run, sensor=SensorParams(), notes="nobody ran")
    results = analyze(open_session(session))

# %%
# The left knee over three strides, ours with its stated 95 % interval. (The truth is told in the
# time of the reference sensor, on the left thigh. Nothing ties the right leg's clock to it closely
# here: squats would.)

ours = results.angles_of("left")
truth = run.truth[run.truth["side"] == "left"]
contact_s = results.strides.query("side == 'left'")["initial_contact_s"].iloc[10]
ours, truth = (table[table["time_s"].between(contact_s, contact_s + 2)] for table in (ours, truth))

reach = 1.96 * ours["valgus_sd_deg"]
outline = [*(ours["valgus_deg"] + reach), *(ours["valgus_deg"] - reach)[::-1]]
figure = go.Figure(
    [
        go.Scatter(
            x=[*ours["time_s"], *ours["time_s"][::-1]],
            y=outline,
            fill="toself",
            fillcolor="rgba(0, 114, 178, 0.2)",
            line_width=0,
            name="its 95 % interval",
        ),
        go.Scatter(x=ours["time_s"], y=ours["valgus_deg"], name="ours", line_color="#0072b2"),
        go.Scatter(
            x=truth["time_s"],
            y=truth["valgus_deg"],
            name="truth",
            line={"color": "#7a828c", "dash": "dash"},
        ),
    ]
)
figure.update_xaxes(title="Session time (s)")
figure.update_yaxes(title="Knee valgus (°), + inwards, 0 = standing")
figure

# %%
# Over these two seconds, and how often the truth lies inside.

true_deg = np.interp(ours["time_s"], truth["time_s"], truth["valgus_deg"])
error_deg = ours["valgus_deg"] - true_deg
print(f"root mean square error {np.sqrt(np.mean(error_deg**2)):.1f}°")
print(f"within the interval: {np.mean(abs(error_deg) <= reach):.0%} of the samples")
