"""Whatever is planted into a good session is found, at the sensor where it was planted."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import GRAVITY_MPS2, ImuSignal, Placement
from imu_valgus.quality import Finding, Topic

Fault = Callable[[ImuSignal], ImuSignal]


def mirrored(values: np.ndarray, axis: str) -> np.ndarray:
    return values * np.where(np.arange(3) == "xyz".index(axis), -1.0, 1.0)


def turning(signal: ImuSignal, rotvec_deg: np.ndarray) -> ImuSignal:
    """Turn the sensor on the leg, by one rotation or by one a sample."""
    turn = Rotation.from_rotvec(rotvec_deg, degrees=True)
    return replace(
        signal, acc_mps2=turn.apply(signal.acc_mps2), gyr_radps=turn.apply(signal.gyr_radps)
    )


def slipping(signal: ImuSignal, axis: str, deg: float) -> ImuSignal:
    """Turn the sensor on the leg little by little, from the first sample to the last."""
    grown = np.linspace(0.0, deg, len(signal))
    return turning(signal, np.outer(grown, mirrored(np.zeros(3) - 1, axis) > 0))


def without(signal: ImuSignal, first: int, count: int) -> ImuSignal:
    kept = np.delete(np.arange(len(signal)), np.arange(first, first + count))
    return ImuSignal(
        time_s=signal.time_s[kept], acc_mps2=signal.acc_mps2[kept], gyr_radps=signal.gyr_radps[kept]
    )


def clipped(signal: ImuSignal, *, acc_g: float = 1e3, gyr_dps: float = 1e6) -> ImuSignal:
    acc, gyr = acc_g * GRAVITY_MPS2, np.deg2rad(gyr_dps)
    at_end = (np.abs(signal.acc_mps2) >= acc).any(1) | (np.abs(signal.gyr_radps) >= gyr).any(1)
    return replace(
        signal,
        acc_mps2=np.clip(signal.acc_mps2, -acc, acc),
        gyr_radps=np.clip(signal.gyr_radps, -gyr, gyr),
        clipped=at_end,
    )


def stuttering(signal: ImuSignal) -> ImuSignal:
    """Give every fourth sample the time of a packet's arrival, three times that of the others."""
    late = np.cumsum(np.tile([0.7, 0.7, 0.7, 1.9], len(signal) // 4 + 1))[: len(signal)]
    return signal.retimed(signal.time_s[0] + late / signal.sampling_rate_hz)


SENSOR_FAULTS: dict[str, tuple[Fault, Topic]] = {
    "g taken for m/s²": (lambda s: replace(s, acc_mps2=s.acc_mps2 / GRAVITY_MPS2), "gravity"),
    "m/s² taken for g": (lambda s: replace(s, acc_mps2=s.acc_mps2 * GRAVITY_MPS2), "gravity"),
    "degrees for radians": (lambda s: replace(s, gyr_radps=np.rad2deg(s.gyr_radps)), "units"),
    "radians for degrees": (lambda s: replace(s, gyr_radps=np.deg2rad(s.gyr_radps)), "units"),
    "half the range": (lambda s: replace(s, gyr_radps=s.gyr_radps / 2), "units"),
    "gyroscope x mirrored": (
        lambda s: replace(s, gyr_radps=mirrored(s.gyr_radps, "x")),
        "axes",
    ),
    "gyroscope y mirrored": (
        lambda s: replace(s, gyr_radps=mirrored(s.gyr_radps, "y")),
        "axes",
    ),
    "gyroscope z mirrored": (
        lambda s: replace(s, gyr_radps=mirrored(s.gyr_radps, "z")),
        "axes",
    ),
    "accelerometer x mirrored": (
        lambda s: replace(s, acc_mps2=mirrored(s.acc_mps2, "x")),
        "axes",
    ),
    "accelerometer y mirrored": (
        lambda s: replace(s, acc_mps2=mirrored(s.acc_mps2, "y")),
        "axes",
    ),
    "accelerometer z mirrored": (
        lambda s: replace(s, acc_mps2=mirrored(s.acc_mps2, "z")),
        "axes",
    ),
    "two axes exchanged": (lambda s: replace(s, gyr_radps=s.gyr_radps[:, [1, 0, 2]]), "axes"),
    "accelerometer clipped": (lambda s: clipped(s, acc_g=3.0), "clipping"),
    "gyroscope clipped": (lambda s: clipped(s, gyr_dps=300.0), "clipping"),
    "two seconds lost": (lambda s: without(s, 5000, 200), "gaps"),
    "arrival times": (stuttering, "rate"),
    "a slow sensor": (
        lambda s: ImuSignal(s.time_s[::2], s.acc_mps2[::2], s.gyr_radps[::2]),
        "rate",
    ),
    "slipped down the leg": (lambda s: slipping(s, "z", 15.0), "slip"),
    "turned about the leg": (lambda s: slipping(s, "x", 40.0), "slip"),
}


def grave(findings: tuple[Finding, ...]) -> set[tuple[Topic, Placement | None]]:
    return {(f.topic, f.placement) for f in findings if f.severity in {"warning", "error"}}


@pytest.mark.parametrize(
    ("fault", "placement"),
    [(fault, "left_shank") for fault in SENSOR_FAULTS]
    + [(fault, "left_thigh") for fault, (_, topic) in SENSOR_FAULTS.items() if topic == "axes"],
)
def test_a_fault_of_one_sensor_is_found_there(one_leg, check, fault, placement: Placement):
    plant, topic = SENSOR_FAULTS[fault]

    findings = check(one_leg | {placement: plant(one_leg[placement])})

    assert (topic, placement) in grave(findings)


@pytest.mark.parametrize("placement", ["left_thigh", "right_shank"])
def test_a_sensor_upside_down_against_the_others_is_found(two_legs, check, placement: Placement):
    over = np.array([0.0, 0.0, 180.0])

    findings = check(two_legs | {placement: turning(two_legs[placement], over)})

    assert ("upside_down", placement) in grave(findings)


@pytest.mark.parametrize("side", ["left", "right"])
def test_thigh_and_shank_exchanged_are_found(two_legs, check, side):
    thigh, shank = f"{side}_thigh", f"{side}_shank"

    findings = check(two_legs | {thigh: two_legs[shank], shank: two_legs[thigh]})

    assert ("segments", shank) in grave(findings)


@pytest.mark.parametrize("segment", ["thigh", "shank"])
def test_one_segment_exchanged_between_the_legs_is_found(two_legs, check, segment):
    left, right = f"left_{segment}", f"right_{segment}"

    findings = check(two_legs | {left: two_legs[right], right: two_legs[left]})

    assert any(f.topic == "sides" and f.severity == "error" for f in findings)


def test_without_squats_or_a_common_clock_exchanged_shanks_are_found(two_legs, check):
    run = {p: s[s.between(65.0, s.time_s[-1])] for p, s in two_legs.items()}

    findings = check(run | {"left_shank": run["right_shank"], "right_shank": run["left_shank"]})

    assert [f.severity for f in findings if f.topic == "sides"] == ["error"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_exchanged_thigh_and_shank_of_one_leg_meet_at_no_knee(two_legs, check, side):
    thigh, shank = f"{side}_thigh", f"{side}_shank"

    findings = check({thigh: two_legs[shank], shank: two_legs[thigh]})

    assert ("knee", shank) in grave(findings)


def test_legs_exchanged_as_a_whole_are_suspected_where_the_faces_point_inwards(two_legs, check):
    exchanged = {
        p.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right"): signal
        for p, signal in two_legs.items()
    }

    findings = check(exchanged)

    assert [f.severity for f in findings if f.topic == "sides"] == ["warning"]


def test_a_session_without_standing_is_told_so(one_leg, check):
    moving = {p: without(signal, 0, 1200) for p, signal in one_leg.items()}
    moving = {p: without(signal, len(signal) - 1500, 1500) for p, signal in moving.items()}

    findings = check(moving)

    assert ("standing", None) in grave(findings)
