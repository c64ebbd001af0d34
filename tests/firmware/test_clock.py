"""The board's short counter becomes a clock that never steps back."""

import ctypes
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st


class Clock(ctypes.Structure):
    """``struct ivg1_clock``."""

    _fields_ = (("counter_bits", ctypes.c_uint8), ("ticks", ctypes.c_uint64))


@pytest.mark.parametrize("bits", [16, 24, 32])
@given(data=st.data())
def test_a_counter_that_wraps_is_carried_on(core: ctypes.CDLL, bits: int, data: st.DataObject):
    steps = data.draw(st.lists(st.integers(0, 2**bits - 1), max_size=30))
    clock = Clock(bits, 0)
    core.ivg1_clock_at.restype = ctypes.c_uint64

    read = [
        core.ivg1_clock_at(ctypes.byref(clock), ctypes.c_uint32(true % 2**bits))
        for true in accumulate(steps)
    ]

    assert read == list(accumulate(steps))
