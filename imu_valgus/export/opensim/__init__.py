"""``--to opensim``: what OpenSense, OpenSim's road from IMUs to joint angles, takes.

Comes in: a session that was analysed. Goes out: the segments' orientations in OpenSim's ground as a
quaternion table (``.sto``), the one-row calibration pose, set-ups of the IMU placer and of inverse
kinematics, our knee angles as a motion (``.mot``, degrees, OpenSim's names and signs); on request a
small model and what OpenSim makes of it all. Frames, headings and signs stand in
``orientations``.
"""

from imu_valgus.export.opensim.files import OpenSim

__all__ = ["OpenSim"]
