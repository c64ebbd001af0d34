"""The smoother of slow quantities against plain linear algebra."""

import numpy as np

from imu_valgus.orientation import Course
from imu_valgus.orientation.chain import CourseFilter, chain_variance, knots_of, smooth_chain


def dense(precision, stiffness):
    matrix = np.diag(precision)
    for k, s in enumerate(stiffness):
        matrix[k : k + 2, k : k + 2] += s * np.array([[1, -1], [-1, 1]])
    return matrix


def test_the_course_is_that_of_the_dense_normal_equations():
    rng = np.random.default_rng(3)
    precision, stiffness, pull = rng.uniform(0, 3, 9), rng.uniform(0.1, 3, 8), rng.normal(size=9)

    course = smooth_chain(pull, precision, stiffness)

    np.testing.assert_allclose(
        course, np.linalg.solve(dense(precision, stiffness), pull), rtol=1e-6
    )


def test_a_chain_of_one_knot_is_what_was_observed_there():
    course = smooth_chain(np.array([6.0]), np.array([3.0]), np.zeros(0))

    np.testing.assert_allclose(course, [2.0])


def test_the_variance_is_the_diagonal_of_the_dense_inverse():
    rng = np.random.default_rng(4)
    precision, stiffness = rng.uniform(0.1, 3, 9), rng.uniform(0.1, 3, 8)

    variance = chain_variance(precision, stiffness)

    expected = np.diag(np.linalg.inv(dense(precision, stiffness)))
    np.testing.assert_allclose(variance, expected, rtol=1e-6)


def test_nothing_is_interpolated_over_a_gap():
    course = Course(
        time_s=np.array([0.0, 1.0, 100.0]),
        value=np.array([0.0, 1.0, 9.0]),
        sd=np.ones(3),
        cut=np.array([False, True]),
    )

    read = course.at(np.array([0.5, 40.0, 60.0]))

    np.testing.assert_allclose(read, [0.5, 1.0, 9.0])


def test_knots_never_reach_over_a_gap():
    time_s = np.concatenate([np.arange(0, 1.5, 0.1), np.arange(5.2, 6.0, 0.1)])

    knot, _, stretch = knots_of(time_s, 1.0)

    assert set(knot[:15]).isdisjoint(knot[15:])
    np.testing.assert_array_equal(stretch, [0, 0, 1])


def test_the_filter_ends_where_the_smoother_ends():
    rng = np.random.default_rng(5)
    precision, seen, walk = rng.uniform(0.1, 3, 9), rng.normal(size=9), 0.7
    stiffness = np.full(8, 1 / walk**2)
    filtered = CourseFilter(0.0, 1e4, time_s=0.0, walk_per_sqrt_s=walk)

    for k in range(9):
        filtered.update(seen[k] - filtered.value, precision[k], time_s=float(k))

    course = smooth_chain(precision * seen, precision, stiffness)
    variance = chain_variance(precision, stiffness)
    found = [filtered.value, float(filtered.variance_at(np.array(8.0)))]
    np.testing.assert_allclose(found, [course[-1], variance[-1]], rtol=1e-5)
