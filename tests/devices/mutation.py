"""Bytes that are nearly right: what a bad radio, a bad sensor or a bad file may hand us."""

from collections.abc import Callable, Sequence
from random import Random


def flip_bits(rng: Random, payload: bytes) -> bytes:
    changed = bytearray(payload)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_bytes(rng: Random, payload: bytes) -> bytes:
    changed = bytearray(payload)
    for _ in range(rng.choice((1, 2, 4))):
        changed[rng.randrange(len(changed))] = rng.choice(
            (0x00, 0x7F, 0x80, 0xFF, rng.getrandbits(8))
        )
    return bytes(changed)


def cut_short(rng: Random, payload: bytes) -> bytes:
    return payload[: rng.randrange(len(payload))]


def cut_out(rng: Random, payload: bytes) -> bytes:
    first, last = sorted((rng.randrange(len(payload)), rng.randrange(len(payload))))
    return payload[:first] + payload[last:]


def put_in(rng: Random, payload: bytes) -> bytes:
    at = rng.randrange(len(payload) + 1)
    return payload[:at] + rng.randbytes(rng.choice((1, 2, 12, 20))) + payload[at:]


def repeat(rng: Random, payload: bytes) -> bytes:
    return payload + payload[rng.randrange(len(payload)) :]


def swap_bytes(rng: Random, payload: bytes) -> bytes:
    changed = bytearray(payload)
    one, other = rng.randrange(len(changed)), rng.randrange(len(changed))
    changed[one], changed[other] = changed[other], changed[one]
    return bytes(changed)


def make_up(rng: Random, payload: bytes) -> bytes:
    return payload[:2] + rng.randbytes(rng.randrange(250))


MUTATIONS: Sequence[Callable[[Random, bytes], bytes]] = (
    flip_bits,
    flip_bits,
    set_bytes,
    cut_short,
    cut_out,
    put_in,
    repeat,
    swap_bytes,
    make_up,
)


def mutate(rng: Random, payload: bytes, others: Sequence[bytes]) -> bytes:
    """Change a payload in one way or another, or join it to the tail of another one."""
    if not payload:
        return rng.randbytes(3)
    if rng.random() < 0.1:
        other = rng.choice(others)
        return payload[: rng.randrange(len(payload))] + other[rng.randrange(len(other)) :]
    return rng.choice(MUTATIONS)(rng, payload)
