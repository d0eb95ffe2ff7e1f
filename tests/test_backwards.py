"""Networks run backwards: against linear ones, whose supreme picture is known, and a real one."""

from types import SimpleNamespace

import numpy as np
import pytest

from ambiguous_digits import backwards


@pytest.fixture
def linear(monkeypatch):
    """Weights are [templates], which times the ink give logits; no blur, no shifts. All asked."""
    asked = []

    def input_gradient(weights, inputs, classes):
        asked.append((weights, inputs[..., 0].copy()))
        return None, weights[0][classes][..., None].astype(np.float32)

    def predict_logits(weights, images):
        return np.einsum("nhw,khw->nk", images / 255, weights[0])

    parts = {"input_gradient": input_gradient, "predict_logits": predict_logits}
    stand_in = SimpleNamespace(restore=lambda weights, shape: weights, **parts)
    for name, value in (("network", stand_in), ("BLUR", 0), ("SHIFT", 0)):
        monkeypatch.setattr(backwards, name, value)
    return asked


def corners():
    """Templates of 10 by 11 pixels: both classes like their own rows and dislike the others."""
    templates = np.full((2, 10, 11), -1.0)
    templates[0, :3] = templates[1, 4:7] = 1
    return templates


@pytest.mark.parametrize(("liked", "ink"), [(0.1, 0), (0.3, 255)])
def test_ink_stands_where_the_class_likes_it_for_its_price(linear, liked, ink):
    templates = corners()
    templates[:, 9] = liked
    expected = 255 * (corners() > 0)
    expected[:, 9] = ink
    templates[1] *= 1000  # how steep a logit is makes no difference
    templates, expected = (np.append(a, np.zeros((1, 10, 11)), 0) for a in (templates, expected))
    other = np.random.default_rng(0).normal(size=templates.shape)  # a committee climbs their sum
    found = backwards.supreme([[templates - other], [other]], (10, 11), seed=0)
    assert (found.dtype, len(linear)) == (np.uint8, 2 * 100)
    np.testing.assert_array_equal(found, expected)


def test_each_shift_of_up_to_two_pixels_is_made_and_taken_back(linear, monkeypatch):
    asked = []  # and what is there is preferred
    backwards.network.input_gradient = lambda _, inputs, classes: (
        asked.append((inputs[0, ..., 0] > 0.5).tobytes()),
        inputs - np.float32(0.05),
    )
    monkeypatch.setattr(backwards, "STEPS", 400)
    still = backwards.supreme([[corners()]], (10, 11), seed=0)
    assert len(set(asked[-300:])) == 1  # the picture is there from early on
    monkeypatch.setattr(backwards, "SHIFT", 2)
    moved = backwards.supreme([[corners()]], (10, 11), seed=0)
    np.testing.assert_allclose(moved.astype(int), still, atol=1)
    assert len(set(asked[-300:])) == 5 * 5


# 8 by 9 pixels: an upright stroke of three on the left, a dot of one at the right edge.
STROKES = np.zeros((8, 9), np.uint8)
STROKES[2:5, 1], STROKES[6, 8] = 255, 100


@pytest.mark.parametrize(("target", "gone"), [(1, np.s_[:, :4]), (0, np.s_[:, 4:])])
def test_ink_that_speaks_most_against_the_target_goes_first(linear, target, gone):
    templates = np.zeros((2, 8, 9))  # ink in the left half speaks for class 0, else for class 1
    templates[0, :, :4] = templates[1, :, 4:] = 1
    image, expected = STROKES.copy(), STROKES.copy()
    expected[gone] = 0
    found = backwards.erase([[templates]], image, target)
    assert (found.dtype, found.shape) == (np.uint8, (6, 8, 9))
    np.testing.assert_array_equal([*found[:2], image], [STROKES, expected, STROKES])
    assert not found[-1].any()  # in the end all goes, and blank paper stays as it is


def test_a_dab_is_three_by_three_pixels(linear):
    image, templates = np.full((8, 9), 200, np.uint8), np.zeros((2, 8, 9))
    templates[0, 3:6, 4:7] = 1
    expected = np.where(templates[0] > 0, 0, image)
    found = backwards.erase([[templates]], image, 1, dabs=1)
    np.testing.assert_array_equal(found, [image, expected])


def test_of_a_real_network_each_picture_gets_the_strongest_answer_for_its_class(network):
    weights = network.build((10, 13), 3, seed=0).get_weights()
    found = backwards.supreme([weights], (10, 13), seed=0)
    assert (found.dtype, found.shape) == (np.uint8, (3, 10, 13))
    assert network.predict_logits(weights, found).argmax(axis=0).tolist() == [0, 1, 2]
