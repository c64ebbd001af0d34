"""Capture2Go IMU (SensorStim Neurotechnology).

``frames`` holds the bytes of a frame and of what it carries, ``decoder`` the sensor as a whole.
"""

from imu_valgus.devices.decoders.capture2go.decoder import (
    MODEL,
    NOTIFY,
    SERVICE,
    WRITE,
    Command,
    SyncMode,
    file_name,
    file_part,
    measurement_mode,
    notification,
    ping,
    recording_config,
)
from imu_valgus.devices.decoders.capture2go.frames import (
    Answer,
    Data,
    DeviceInfo,
    FileBytes,
    FileCount,
    FrameStream,
    Refused,
    Status,
    StoredFile,
    decode,
    encode,
    frame,
    read_frame,
    unframe,
)

__all__ = [
    "MODEL",
    "NOTIFY",
    "SERVICE",
    "WRITE",
    "Answer",
    "Command",
    "Data",
    "DeviceInfo",
    "FileBytes",
    "FileCount",
    "FrameStream",
    "Refused",
    "Status",
    "StoredFile",
    "SyncMode",
    "decode",
    "encode",
    "file_name",
    "file_part",
    "frame",
    "measurement_mode",
    "notification",
    "ping",
    "read_frame",
    "recording_config",
    "unframe",
]
