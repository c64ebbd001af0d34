"""A leg whose angles are written down: every number of its stride log is known."""

import numpy as np
import pandas as pd
import pytest

from imu_valgus.core import GRAVITY_MPS2, ImuSignal
from imu_valgus.strides import Contacts, find_laps, stride_table

STRIDE_S = 0.7
CONTACT_S = 0.28
TIME_S = np.linspace(0.0, 60.0, 12001)
FIRST_S = 5.0
N_STRIDES = 40


def share_of_stride(time_s: np.ndarray) -> np.ndarray:
    """0 at each initial contact, 1 at the next."""
    return ((time_s - FIRST_S) / STRIDE_S) % 1.0


@pytest.fixture
def contacts() -> Contacts:
    contact_s = FIRST_S + STRIDE_S * np.linspace(0.0, N_STRIDES, N_STRIDES + 1)
    k = len(contact_s)
    return Contacts(
        contact_s, contact_s + CONTACT_S, np.zeros(k, dtype=np.int64), np.ones(k, dtype=np.bool_)
    )


@pytest.fixture
def angles() -> pd.DataFrame:
    """Valgus: 2° at contact, 8° in the middle of stance. Flexion: 10°, 40°; 90° in swing."""
    share = share_of_stride(TIME_S)
    stance = CONTACT_S / STRIDE_S
    arch = np.where(share < stance, np.sin(np.pi * share / stance), 0.0)
    swing = np.where(share > stance, np.sin(np.pi * (share - stance) / (1 - stance)), 0.0)
    return pd.DataFrame(
        {
            "time_s": TIME_S,
            "side": "left",
            "flexion_deg": 10.0 + 30.0 * arch + 80.0 * swing,
            "valgus_deg": 2.0 + 6.0 * arch,
            "internal_rotation_deg": -3.0 + 9.0 * arch,
            "valgus_sd_deg": 1.0,
            "thigh_tilt_deg": -4.0 - 5.0 * arch,
            "shank_tilt_deg": 1.0 + 2.0 * arch,
        }
    )


@pytest.fixture
def shank() -> ImuSignal:
    """1 g up, and 20 ms after each contact one sample of (3, 4, 0) g."""
    acc = np.zeros((len(TIME_S), 3))
    acc[:, 1] = 1.0
    since_s = share_of_stride(TIME_S) * STRIDE_S
    acc[np.abs(since_s - 0.020) < 0.0024] = [3.0, 4.0, 0.0]
    return ImuSignal(TIME_S, acc * GRAVITY_MPS2, np.zeros_like(acc), frame="segment")


@pytest.fixture
def table_of(shank: ImuSignal):
    def build(contacts: Contacts) -> pd.DataFrame:
        laps = find_laps(0.0, 60.0)
        return stride_table(contacts, [shank], laps=laps)

    return build
