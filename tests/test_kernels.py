"""Kernels: their maps, their order, and how far they are slopes, all worked out by hand."""

import numpy as np
import pytest

from ambiguous_digits import kernels


def test_maps_are_the_valid_correlation_cut_at_zero_on_one_scale():
    image, edge = np.zeros((4, 4), np.uint8), kernels.EDGE_KERNELS["left edges"]
    image[:, 2:] = 255
    found = kernels.answers(image, [edge, -edge, edge / 2])
    assert [np.unique(each).tolist() for each in found] == [[255], [0], [128]]
    assert (found.shape, found.dtype) == ((3, 2, 2), np.uint8)


def test_the_example_is_the_first_of_those_of_class_3_that_the_network_is_surest_of():
    probs = np.array([[1 - p, 0, 0, p, 0] for p in (0.5, 0.75, 1.0, 0.75, 0.25)])
    assert kernels.example(probs, np.array([3, 3, 0, 3, 3])) == 1
    assert kernels.example(probs, np.array([0, 0, 0, 0, 3])) == 4  # though it is wrong
    assert kernels.example(probs, np.array([4, 0, 0, 0, 0])) == 0  # none is of the class
    two = np.array([[0.0, 1.0], [0.5, 0.5], [0.25, 0.75]])
    assert kernels.example(two, np.array([0, 1, 1])) == 2  # of the last of fewer classes


def test_a_slope_in_any_direction_is_a_whole_one_and_a_line_or_a_dot_is_none():
    steep = np.array([[-1, 0, 1]] * 3)
    slanted = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]]) - 7
    line, dot = np.array([[0, 1, 0]] * 3), np.diag([0, 1, 0])
    half = steep + np.array([[-1, 2, -1]] * 3) / np.sqrt(3)  # a slope and as much of a line
    some = np.stack([steep, slanted, -steep.T, line, dot, np.ones((3, 3)), half], axis=-1)
    assert kernels.slope_share(some / 128) == pytest.approx([1, 1, 1, 0, 0, 0, 0.5])


def test_kernels_go_clockwise_by_where_they_want_ink_from_the_one_that_leans_most():
    up = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    blob = np.array([[-1.0, 1, -1], [0, 0, 0], [0.9, 0, -1]])  # 1.9 to the left, 0.9 down
    some = [blob, up, *(np.rot90(up, turns) for turns in (1, 2, 3)), 0 * up, up]
    found = kernels.clockwise(np.stack(some, axis=-1))
    # Up, twice, right, for nowhere counts as right, down, blob, left.
    assert found.tolist() == [1, 6, 4, 5, 3, 0, 2]


def test_the_strongest_window_is_where_the_sum_of_products_is_largest():
    image = np.zeros((6, 7), np.uint8)
    image[2:5, 3] = 255  # a vertical stroke
    right_edge = np.array([[1, 0, -1]] * 3)
    assert kernels.strongest_window(image, right_edge) == (2, 3)  # the stroke, then paper
    assert kernels.strongest_window(image, -right_edge) == (2, 1)  # paper, then the stroke
