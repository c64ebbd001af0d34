"""Kinetic proxies from contact, flight and shock."""

import numpy as np
import pandas as pd
import pytest

from imu_valgus.metrics import loading


def strides(**columns: float) -> pd.DataFrame:
    row = {
        "contact_time_s": 0.25,
        "stride_time_s": 0.7,
        "tibial_shock_g": 8.0,
        "thigh_shock_g": 4.0,
    }
    return pd.DataFrame([row | columns])


def test_the_impulse_of_the_estimated_force_carries_the_body_through_contact_and_flight():
    row = strides()

    peak_bw = loading(row)["vertical_force_bw"].iloc[0]

    stance_s = np.linspace(0.0, 0.25, 10_001)
    impulse = np.trapezoid(peak_bw * np.sin(np.pi * stance_s / 0.25), stance_s)
    assert impulse == pytest.approx(0.7 / 2.0)  # body weight times the time of a step


def test_a_flight_as_long_as_the_contact_takes_pi_body_weights():
    force = loading(strides(contact_time_s=0.2, stride_time_s=0.8))["vertical_force_bw"]

    assert force.iloc[0] == pytest.approx(np.pi)


def test_walking_has_no_flight_and_no_estimated_force():
    found = loading(strides(contact_time_s=0.66, stride_time_s=1.1)).iloc[0]

    assert (found["duty_factor"], np.isnan(found["vertical_force_bw"])) == (0.6, True)


def test_a_thigh_that_is_shaken_half_as_much_attenuates_by_half():
    assert loading(strides())["shock_attenuation_pct"].iloc[0] == pytest.approx(50.0)


def test_a_leg_without_a_thigh_sensor_has_no_attenuation_but_a_force():
    found = loading(strides(thigh_shock_g=np.nan)).iloc[0]

    assert (np.isnan(found["shock_attenuation_pct"]), found["vertical_force_bw"] > 1) == (
        True,
        True,
    )


def test_no_strides_have_no_loading():
    assert loading(strides().iloc[:0]).empty
