"""What ``check`` says of a session, before anybody believes an angle.

Comes in: a ``Recording`` (every sensor on its own clock), the same signals on session time, how the
clocks were tied, and what the runner did. Goes out: ``Finding``, one a thing that was looked at,
each with a severity, a number with its unit, a sentence and a hint. Nothing is mended here.

No mounting is presumed: up comes from standing, the knee's axis from what the sensor turns about.
Two things no signal can show: a sensor whose axes are mirrored in accelerometer and gyroscope alike
(a left-handed one obeys the same equations), and, unless the sensors' faces give it away, left and
right exchanged as a whole.
"""

from imu_valgus.quality.check import QualityParams, check
from imu_valgus.quality.findings import SEVERITIES, TOPICS, Finding, Severity, Topic, worst

__all__ = [
    "SEVERITIES",
    "TOPICS",
    "Finding",
    "QualityParams",
    "Severity",
    "Topic",
    "check",
    "worst",
]
