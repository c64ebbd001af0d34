"""A runner with known knee angles, and virtual sensors.

Comes in: a description of runner, flesh and sensors (``RunnerParams``), or measured poses of a
segment. Goes out: ``ImuSignal`` each on its sensor's own clock and in its sensor's own axes, with
the truth (knee angles of the bones, exact contacts, bouts) on true session time, which is the
reference sensor's clock. Angles are degrees, positive the clinical way, zero in the standing pose.

Thigh and shank share one knee centre; accelerations are twice-differentiated places of the
sensors and angular velocities differentiated attitudes, so they agree with each other as physics
demands. Flesh, shocks and sensor errors come on top, as they do on real legs.
"""

from imu_valgus.simulation.body import LegTraits, read_angles
from imu_valgus.simulation.params import Course, RunnerParams, SensorParams, Strap, TissueParams
from imu_valgus.simulation.run import TRUTH_COLUMNS, SimulatedRun, simulate_run
from imu_valgus.simulation.sensor_model import (
    Motion,
    SensorClock,
    SensorErrors,
    SensorMounting,
    draw_mounting,
    sense,
    virtual_sensor,
)

__all__ = [
    "TRUTH_COLUMNS",
    "Course",
    "LegTraits",
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
    "sense",
    "simulate_run",
    "virtual_sensor",
]
