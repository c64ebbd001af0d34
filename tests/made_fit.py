"""FIT files of runs that nobody ran: by Garmin's own encoder, and byte by byte.

The latter are made after https://developer.garmin.com/fit/protocol/ and hold what real files have
and few libraries keep: messages and fields of no profile, big-endian definitions, two definitions
of the record message, headers with a compressed timestamp, another app's developer fields.
"""

import struct
from collections.abc import Sequence
from typing import Any, Final

from fit_tool.wire import crc16
from garmin_fit_sdk import Encoder

FIT_EPOCH_UNIX_S: Final = 631_065_600
FIELD_COUNT_AND_SIZES = Sequence[tuple[int, int, int]]
UINT8, UINT16, UINT32, ENUM, BYTE, STRING = 0x02, 0x84, 0x86, 0x00, 0x0D, 0x07
FILE_ID, SESSION, LAP, RECORD, FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 0, 18, 19, 20, 206, 207
MANUFACTURERS_OWN: Final = 0xFF42
"""A message of the range that is each manufacturer's own (0xFF00 to 0xFFFE)."""


def definition(
    local: int,
    message: int,
    fields: FIELD_COUNT_AND_SIZES,
    *,
    developer: FIELD_COUNT_AND_SIZES = (),
    big: bool = False,
) -> bytes:
    """Return a definition record; fields are (number, size, base type or developer index)."""
    head = struct.pack(">BBH" if big else "<BBH", 0, big, message)
    body = bytes([0x40 | (0x20 if developer else 0) | local]) + head + bytes([len(fields)])
    body += b"".join(bytes(field) for field in fields)
    if developer:
        body += bytes([len(developer)]) + b"".join(bytes(field) for field in developer)
    return body


def data(local: int, layout: str, *values: float | bytes) -> bytes:
    """Return a data record of values packed by ``layout``."""
    return bytes([local]) + struct.pack(layout, *values)


def compressed(local: int, fit_s: int, payload: bytes) -> bytes:
    """Return a data record whose header holds the last five bits of its time."""
    return bytes([0x80 | local << 5 | fit_s & 0x1F]) + payload


def whole(*records: bytes, protocol: int = 0x10, header_bytes: int = 14) -> bytes:
    """Return a FIT file of records, with its header and checksums."""
    body = b"".join(records)
    header = struct.pack("<BBHI4s", header_bytes, protocol, 2132, len(body), b".FIT")
    if header_bytes == 14:
        header += struct.pack("<H", crc16(header))
    return header + body + struct.pack("<H", crc16(header + body))


def file_id(begin: int) -> bytes:
    """Return definition and data of the message that every file begins with."""
    fields = [(0, 1, ENUM), (1, 2, UINT16), (4, 4, UINT32)]
    return definition(0, FILE_ID, fields) + data(0, "<BHI", 4, 1, begin)


def odd_activity(begin_unix_s: int, n: int, *, with_compressed: bool = True) -> bytes:
    """Return an activity of ``n`` seconds that holds all of the above, and one lap and session.

    ``with_compressed``: also headers with a compressed timestamp, which Garmin's own Python reader
    does not take.
    """
    begin = begin_unix_s - FIT_EPOCH_UNIX_S
    heart = [(253, 4, UINT32), (3, 1, UINT8)]
    place = [(253, 4, UINT32), (2, 4, UINT32), (7, 4, UINT32)]
    times = list(range(begin, begin + n))
    first, rest = times[: n // 3], times[n // 3 :]
    second, third = rest[: n // 3], rest[n // 3 :]
    last = (
        [compressed(2, one, bytes([150])) for one in third]
        if with_compressed
        else [data(1, ">IBH", one, 150, 9) for one in third]
    )
    return whole(
        definition(15, MANUFACTURERS_OWN, [(0, 3, BYTE), (1, 2, UINT16)]),
        file_id(begin),
        data(15, "<3sH", b"own", 777),
        definition(3, DEVELOPER_DATA_ID, [(1, 16, BYTE), (3, 1, UINT8)]),
        data(3, "<16sB", b"another app 1234", 0),
        definition(
            3,
            FIELD_DESCRIPTION,
            [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 6, STRING), (8, 4, STRING)],
        ),
        data(3, "<BBB6s4s", 0, 0, UINT8, b"Theirs", b"km"),
        definition(1, RECORD, [*heart, (200, 2, UINT16)], developer=[(0, 1, 0)]),
        *(data(1, "<IBHB", one, 140, 513, 7) for one in first),
        definition(1, RECORD, [*heart, (200, 2, UINT16)], big=True),
        *(data(1, ">IBH", one, 145, 513) for one in second),
        definition(2, RECORD, [(3, 1, UINT8)]),
        *last,
        data(15, "<3sH", b"end", 778),
        definition(4, LAP, place),
        data(4, "<III", begin + n, begin, 1000 * n),
        definition(5, SESSION, [*place, (5, 1, ENUM)]),
        data(5, "<IIIB", begin + n, begin, 1000 * n, 1),
        protocol=0x20,
    )


def garmin_activity(begin_unix_s: int, n: int) -> bytes:
    """Return an activity of ``n`` seconds and two laps, with another app's developer field."""
    begin = begin_unix_s
    app = {"mesg_num": 207, "application_id": list(range(16)), "developer_data_index": 0}
    field = {
        "mesg_num": 206,
        "developer_data_index": 0,
        "field_definition_number": 0,
        "fit_base_type_id": 132,
        "field_name": "Theirs",
        "units": "W",
    }
    known: Any = {0: {"developer_data_id_mesg": app, "field_description_mesg": field}}
    encoder = Encoder(known)

    def write(number: int, **message: object) -> None:
        encoder.write_mesg({"mesg_num": number, **message})

    def fit(unix_s: float) -> int:
        return int(unix_s) - FIT_EPOCH_UNIX_S

    write(0, type="activity", manufacturer="development", time_created=fit(begin))
    encoder.write_mesg(app)
    encoder.write_mesg(field)
    for second in range(n):
        write(
            20,
            timestamp=fit(begin + second),
            heart_rate=140,
            enhanced_speed=3.2,
            developer_fields={0: second},
        )
    for lap, (first, last) in enumerate([(0, 75), (75, n)]):
        write(
            19,
            message_index=lap,
            timestamp=fit(begin + last),
            start_time=fit(begin + first),
            total_elapsed_time=float(last - first),
        )
    write(
        18,
        timestamp=fit(begin + n),
        start_time=fit(begin),
        total_elapsed_time=float(n),
        sport="running",
    )
    return bytes(encoder.close())
