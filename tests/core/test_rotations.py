"""Products of rotations are scipy's."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu_valgus.core import compose

MANY = Rotation.random(50, rng=1)
OTHERS = Rotation.random(50, rng=2)
ONE = Rotation.from_euler("xyz", [10, 20, 30], degrees=True)


@pytest.mark.parametrize(("outer", "inner"), [(MANY, OTHERS), (ONE, MANY), (MANY, ONE)])
def test_the_product_is_scipys(outer, inner):
    difference = compose(outer, inner) * (outer * inner).inv()

    np.testing.assert_allclose(difference.magnitude(), 0, atol=1e-7)
