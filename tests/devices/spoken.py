"""What sensors say besides samples: a few notifications of each, as bytes, all of them right."""

import struct

from imu_valgus.devices import ClockReading, Notification
from imu_valgus.devices.decoders import (
    capture2go,
    metamotion,
    movella_dot,
    movesense,
    reference,
    witmotion,
)
from imu_valgus.devices.decoders import polar_verity_sense as polar
from imu_valgus.devices.decoders.by_characteristic import BATTERY_LEVEL


def _reference() -> list[Notification]:
    ok = reference.Status.OK
    answers = [
        reference.Answer(reference.Command.START, ok, reference.Started(7, 9000, 16, 18)),
        reference.Answer(reference.Command.STOP, ok, reference.Stopped(7, 4711)),
        reference.Answer(reference.Command.BACKFILL, ok, reference.BackfillRange(7, 10, 20)),
        reference.Answer(reference.Command.FORMAT, ok, reference.DEFAULT_FORMAT),
        reference.Answer(reference.Command.ABORT, ok),
        reference.Answer(0x7E, reference.Status.UNKNOWN_COMMAND),
    ]
    mark = reference.EndMark(reference.Status.RANGE_GONE, 7, 10, 20, 8, 0xDEADBEEF)
    reading = ClockReading(123_456_789, 5.000001, 5.000002)
    return [
        *(Notification(reference.CONTROL, reference.encode_answer(answer)) for answer in answers),
        Notification(reference.BACKFILL, reference.encode_end_mark(mark)),
        Notification(reference.TIME, reference.encode_time(reading)),
        Notification(BATTERY_LEVEL, b"\x57"),
    ]


def _capture2go() -> list[Notification]:
    frames = [
        capture2go.frame(0x0151),
        capture2go.frame(capture2go.Data.CLOCK_ROUNDTRIP, struct.pack("<qqqq", 1, 2, 3, 0)),
        capture2go.frame(capture2go.Data.FILE_COUNT, b"\x02\x00"),
        capture2go.frame(capture2go.Data.BYTES, bytes(range(236))),
        capture2go.frame(capture2go.Data.ERROR, b"\xfb\x50\x01"),
    ]
    beside = capture2go.notification(frames[0], realtime=frames[1:3])
    return [
        *(Notification(capture2go.NOTIFY, capture2go.notification(frame)) for frame in frames),
        Notification(capture2go.NOTIFY, beside),
    ]


def _movella_dot() -> list[Notification]:
    recording = movella_dot.Kind.RECORDING
    told = [
        bytes((movella_dot.Event.ACKNOWLEDGED, 0, movella_dot.Command.GET_FILE_DATA, 1)),
        bytes((movella_dot.Event.FILE_DATA_DONE,)),
        struct.pack("<BI", movella_dot.Event.FILE_DATA_INVALID, 17),
        bytes((movella_dot.Event.FILE_INFO,)) + bytes(128),
    ]
    return [
        *(
            Notification(movella_dot.NOTIFY, movella_dot.message(recording, data).ljust(160, b"\0"))
            for data in told
        ),
        Notification(movella_dot.LONG, struct.pack("<I10f", 5, 1, 0, 0, 0, 0, 0, 9.81, 1, 2, 3)),
        Notification(movella_dot.BATTERY, b"\x40\x01"),
    ]


def _metamotion() -> list[Notification]:
    told = ["0b0871020000", "0b0d", "0b07a0374300002a01c9ff", "0b8400000000", "0b0203"]
    return [Notification(metamotion.NOTIFY, bytes.fromhex(each)) for each in told]


def _movesense() -> list[Notification]:
    told = [b"\x01\x01\xc8\x00", b"\x01\x02Hello", b"\x02\x01\x00\x00\x00\x00\x01", b"\x03\x01\x02"]
    return [Notification(movesense.NOTIFY, each) for each in told]


def _polar_verity_sense() -> list[Notification]:
    answers = [
        polar.Answer(polar.Command.START, polar.What.SDK_MODE, 0),
        polar.Answer(polar.Command.STOP, polar.What.ACC, 6),
    ]
    plain = bytes.fromhex("02009435770000000001f7ffffffe703f8fffeffe503")
    floats = bytes.fromhex("050094357700000000810000803f000020410000a0411c010000a001000008cdccec0d")
    return [
        *(Notification(polar.CONTROL, polar.encode_answer(answer)) for answer in answers),
        Notification(polar.DATA, plain),
        Notification(polar.DATA, floats),
    ]


def _witmotion() -> list[Notification]:
    return [Notification(witmotion.NOTIFY, bytes.fromhex("55716400") + bytes(16))]


NOTICES = {
    "reference": _reference,
    "capture2go": _capture2go,
    "movella_dot": _movella_dot,
    "metamotion": _metamotion,
    "movesense": _movesense,
    "polar_verity_sense": _polar_verity_sense,
    "witmotion": _witmotion,
}
