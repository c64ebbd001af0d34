"""The committed vectors: the C core makes them, and a reader of PROTOCOL.md understands them."""

import json
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from firmware.sensor import FETCH, FORMAT, LIST, START, STATUS, STOP, build, core_sources
from firmware.wire import FORMAT as FORMAT_BYTES
from firmware.wire import FORMAT_FIELDS, INFO, read_end_mark, read_packet, u48

Meaning = dict[str, Any]

VECTORS = Path(__file__).parents[2] / "firmware_notes" / "reference" / "vectors"
ALL = json.loads((VECTORS / "vectors.json").read_text())["vectors"]
STATUS_FIELDS = (
    "flags", "battery_percent", "battery_mv", "oldest", "next", "dropped", "flash_free_s"
)  # fmt: skip
ANSWERS = {
    START: ("<IIBB", ("session_id", "flash_free_samples", "n", "n_max")),
    STOP: ("<II", ("session_id", "final")),
    STATUS: ("<BBHIIIH", STATUS_FIELDS),
    FETCH: ("<III", ("session_id", "from", "to")),
    LIST: ("<IIIIB", ("session_id", "boot_id", "first", "next", "flags")),
    FORMAT: ("<HBBIII", FORMAT_FIELDS),
    0x22: ("<H", ("sectors_left",)),
}  # fmt: skip
REQUESTS = {
    START: ("<IHBBBB", ("session_id", "odr_x10", "acc_fs_g", "gyr_fs_125dps", "n", "flags")),
    STOP: ("<I", ("session_id",)),
    FETCH: ("<III", ("session_id", "from", "to")),
    LIST: ("<I", ("after",)),
    FORMAT: ("<I", ("session_id",)),
    0x22: ("<I4x", ("session_id",)),
    0x30: ("<B", ("seconds",)),
    0x31: ("<B", ("placement",)),
}
INFO_FIELDS = (
    "n_max", "flags", "mtu", "oldest", "next", "flash_free_samples", "flash_total_samples",
    "placement", "battery_percent", "battery_mv",
)  # fmt: skip


def read_info(payload: bytes) -> Meaning:
    proto, firmware, uid, boot_id, session_id, *rest = INFO.unpack(payload)
    return {
        "proto": proto,
        "firmware": list(firmware),
        "uid": uid.hex(),
        "boot_id": boot_id,
        "session_id": session_id,
        "format": dict(zip(FORMAT_FIELDS, rest[:6], strict=True)),
        **dict(zip(INFO_FIELDS, rest[6:], strict=True)),
    }


def read_request(payload: bytes) -> Meaning:
    op = payload[0] if payload else 0
    layout, names = REQUESTS.get(op, ("", ()))
    known = len(payload) == 1 + struct.calcsize(layout)
    return {
        "op": op,
        **(dict(zip(names, struct.unpack(layout, payload[1:]), strict=True)) if known else {}),
    }


def read_answer(payload: bytes) -> Meaning:
    op, status = payload[0] & 0x7F, payload[1]
    meaning = {"op": op, "status": status}
    if status == 5 and op == START:
        return meaning | {"n_max": payload[2]}
    if len(payload) == 2:
        return meaning
    layout, names = ANSWERS[op]
    return meaning | dict(zip(names, struct.unpack(layout, payload[2:]), strict=True))


def read_samples(payload: bytes) -> Meaning:
    packet = read_packet(payload)
    return {
        "flags": packet.flags,
        "n_samples": len(packet.samples),
        "source": packet.source,
        "session_id": packet.session_id,
        "first_index": packet.first_index,
        "tick": packet.tick,
        "dropped_before": packet.dropped_before,
        "samples": [list(sample) for sample in packet.samples],
    }


def read_mark(payload: bytes) -> Meaning:
    mark = read_end_mark(payload)
    return {
        "status": mark.status,
        "session_id": mark.session_id,
        "from": mark.first,
        "to": mark.behind,
        "count": mark.count,
    }


def read_ping(payload: bytes) -> Meaning:
    return {"host_ns": struct.unpack("<Q", payload)[0]}


def read_pong(payload: bytes) -> Meaning:
    return read_ping(payload[:8]) | {"tick_rx": u48(payload[8:14]), "tick_tx": u48(payload[14:20])}


READERS = {
    "info": read_info,
    "request": read_request,
    "answer": read_answer,
    "packet": read_samples,
    "end_mark": read_mark,
    "ping": read_ping,
    "pong": read_pong,
}


@pytest.mark.usefixtures("gcc")
def test_the_c_core_makes_the_committed_vectors(tmp_path: Path):
    maker = build(
        [VECTORS / "make_vectors.c", *core_sources()],
        tmp_path / "make_vectors",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
    )

    made = subprocess.run([str(maker)], capture_output=True, text=True, check=True).stdout

    assert made == (VECTORS / "vectors.json").read_text()


@pytest.mark.parametrize("vector", ALL, ids=[vector["name"] for vector in ALL])
def test_a_vector_reads_as_it_says(vector: dict[str, Any]):
    payload = bytes.fromhex(vector["hex"])

    assert READERS[vector["kind"]](payload) == vector["meaning"]


def test_every_op_and_status_has_a_vector():
    seen = [vector["meaning"] for vector in ALL if vector["kind"] in ("answer", "end_mark")]

    assert {meaning["op"] for meaning in seen if "op" in meaning} >= {*ANSWERS, *REQUESTS, 0x11}
    assert {meaning["status"] for meaning in seen} == set(range(0x0C))


def test_formats_are_sixteen_bytes():
    assert (FORMAT_BYTES.size, INFO.size) == (16, 60)


def test_the_core_s_crc_is_zlib_s(core: Any):
    text = bytes(range(256)) * 3

    whole = core.ivg1_crc32(core.ivg1_crc32(0, text[:100], 100), text[100:], len(text) - 100)

    assert whole == zlib.crc32(text)
