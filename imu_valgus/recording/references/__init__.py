"""What an optical system measured: knee angles or markers, one file a format.

Comes in: a path, text plain or gzip'd. Goes out: ``ReferenceAngles`` a leg and trial, or a
``MarkerFile``, on the file's own clock. Reading only reads: nothing is filled in, filtered or moved
in time; what was lost is NaN. Degrees as everywhere: flexion, valgus (abduction) and internal
rotation positive; places are metres in the laboratory's own axes.
"""

from imu_valgus.recording.references.angles_csv import (
    ReferenceAngles,
    ReferenceClock,
    read_reference_angles,
)
from imu_valgus.recording.references.c3d import read_c3d
from imu_valgus.recording.references.marker_file import MarkerFile
from imu_valgus.recording.references.marker_map import (
    BonyPair,
    MarkerMap,
    PelvisNames,
    read_marker_map,
)
from imu_valgus.recording.references.trc import read_trc

__all__ = [
    "BonyPair",
    "MarkerFile",
    "MarkerMap",
    "PelvisNames",
    "ReferenceAngles",
    "ReferenceClock",
    "read_c3d",
    "read_marker_map",
    "read_reference_angles",
    "read_trc",
]
