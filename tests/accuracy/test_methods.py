from dataclasses import replace

import numpy as np
import pytest
from accuracy.case import LegCase
from accuracy.methods import METHODS
from accuracy.methods.ours import motion_of
from accuracy.methods.relators import RELATORS, in_the_pipeline
from accuracy.simulated import RUNNERS, leg_of

from imu_valgus.simulation import simulate_run

pytestmark = [pytest.mark.accuracy, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def leg() -> LegCase:
    """A right leg that walks and runs for half a minute each."""
    runner = replace(RUNNERS["usual"], run_minutes=0.5, seed=1)
    run = simulate_run(runner)
    return leg_of(run, "right", group="measured", name="short", key=repr(runner))


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_tells_finite_angles_at_increasing_times(method: str, leg: LegCase):
    found = METHODS[method](leg)

    assert all(
        np.isfinite([angles.flexion_deg, angles.valgus_deg]).all()
        and (np.diff(angles.time_s) > 0).all()
        for angles in found.values()
    )


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_is_zero_at_standing(method: str, leg: LegCase):
    still = leg.standing[0]

    found = METHODS[method](leg)

    offsets_deg = [
        float(
            np.mean(
                angles.valgus_deg[
                    slice(*np.searchsorted(angles.time_s, [still.start_s, still.stop_s]))
                ]
            )
        )
        for angles in found.values()
    ]
    assert offsets_deg == pytest.approx([0.0] * len(offsets_deg), abs=0.1)


@pytest.mark.parametrize("way", list(RELATORS))
def test_every_way_to_tie_the_segments_tells_finite_attitudes(way: str, leg: LegCase):
    with in_the_pipeline(RELATORS[way]):
        found = motion_of(leg).relative.shank_to_thigh

    assert np.isfinite(found.as_quat()).all()
