"""Live sensors → a session folder, with every sample accounted for.

Comes in: sensors within reach of an ``Adapter``. Goes out: ``raw/capture.mcap``, every byte with
the host's time, and of that, whenever it is wanted, the signals, the events and the account of
every sample (``decode_session``). Bytes go one way: radio → queue (``Tape``) → capture → ledger →
signals. The ``Ledger`` and what it stands on (``IndexSet``, the clocks) know no radio and no
asyncio; the live collector and ``recover`` keep the same one.
"""

from imu_valgus.collect.capture import CaptureWriter, Record, captures, read_capture, read_captures
from imu_valgus.collect.clocks import HostClock, HostClockParams, fit_arrivals, fit_pings
from imu_valgus.collect.collector import Collector, CollectorParams
from imu_valgus.collect.cue import LiveCue
from imu_valgus.collect.decode import Story, account_of, decode_session, read_story
from imu_valgus.collect.feedback import (
    Band,
    Direction,
    FadingParams,
    Feedback,
    FeedbackParams,
    Verdict,
)
from imu_valgus.collect.guiding import STANDARD_STEPS, Key, Moment, Screen, Screens, Step
from imu_valgus.collect.keeper_params import LIVE_SAMPLES_A_PACKET, KeeperParams
from imu_valgus.collect.ledger import DeviceSession, Ledger, LostRange
from imu_valgus.collect.live import LiveLeg, LiveStride, calibrate_live
from imu_valgus.collect.ranges import IndexSet, Range
from imu_valgus.collect.sensors import Health, SensorAtHand
from imu_valgus.collect.sessions import (
    Armed,
    Nearby,
    OpenAdapter,
    RecordingPlan,
    arm_sensors,
    record_session,
    resume_session,
    scan_sensors,
)

__all__ = [
    "LIVE_SAMPLES_A_PACKET",
    "STANDARD_STEPS",
    "Armed",
    "Band",
    "CaptureWriter",
    "Collector",
    "CollectorParams",
    "DeviceSession",
    "Direction",
    "FadingParams",
    "Feedback",
    "FeedbackParams",
    "Health",
    "HostClock",
    "HostClockParams",
    "IndexSet",
    "KeeperParams",
    "Key",
    "Ledger",
    "LiveCue",
    "LiveLeg",
    "LiveStride",
    "LostRange",
    "Moment",
    "Nearby",
    "OpenAdapter",
    "Range",
    "Record",
    "RecordingPlan",
    "Screen",
    "Screens",
    "SensorAtHand",
    "Step",
    "Story",
    "Verdict",
    "account_of",
    "arm_sensors",
    "calibrate_live",
    "captures",
    "decode_session",
    "fit_arrivals",
    "fit_pings",
    "read_capture",
    "read_captures",
    "read_story",
    "record_session",
    "resume_session",
    "scan_sensors",
]
