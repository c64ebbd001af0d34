"""A runner with known knee angles, and virtual sensors.

Comes in: a description of runner, flesh and sensors (``RunnerParams``), or the optical markers of
a real run. Goes out: a ``SimulatedRun``: ``ImuSignal`` each on its sensor's own clock and in its
sensor's own axes, with the truth (knee angles, contacts, bouts) on true session time, which is the
reference sensor's clock. Angles are degrees, positive the clinical way, zero in the standing pose.

Accelerations are twice-differentiated places of the sensors and angular velocities differentiated
attitudes, so they agree with each other as physics demands. A simulated runner's thigh and shank
share one knee centre, and flesh and shocks come on top; measured poses bring their own flesh and
no shocks. The errors of the sensors come last.
"""

from imu_valgus.simulation.body import LegTraits, read_angles
from imu_valgus.simulation.markers import read_markers
from imu_valgus.simulation.measured_poses import MeasuredRunParams, simulate_measured_run
from imu_valgus.simulation.params import Course, RunnerParams, SensorParams, Strap, TissueParams
from imu_valgus.simulation.run import simulate_run
from imu_valgus.simulation.sensor_model import (
    Motion,
    SensorClock,
    SensorErrors,
    SensorMounting,
    draw_mounting,
    sense,
    virtual_sensor,
)
from imu_valgus.simulation.simulated_run import TRUTH_COLUMNS, SimulatedRun

__all__ = [
    "TRUTH_COLUMNS",
    "Course",
    "LegTraits",
    "MeasuredRunParams",
    "Motion",
    "RunnerParams",
    "SensorClock",
    "SensorErrors",
    "SensorMounting",
    "SensorParams",
    "SimulatedRun",
    "Strap",
    "TissueParams",
    "draw_mounting",
    "read_angles",
    "read_markers",
    "sense",
    "simulate_measured_run",
    "simulate_run",
    "virtual_sensor",
]
