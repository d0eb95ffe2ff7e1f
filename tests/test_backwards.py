"""Networks run backwards: against linear ones, whose supreme picture is known, and a real one."""

from types import SimpleNamespace

import numpy as np
import pytest

from ambiguous_digits import backwards


@pytest.fixture
def linear(monkeypatch):
    """Weights are [templates], which times the ink give logits; no blur, no shifts."""

    def input_gradient(weights, inputs, classes):
        return None, weights[0][classes][..., None].astype(np.float32)

    def predict_logits(weights, images):
        return np.einsum("nhw,khw->nk", images / 255, weights[0])

    parts = {"input_gradient": input_gradient, "predict_logits": predict_logits}
    stand_in = SimpleNamespace(restore=lambda weights, shape: weights, **parts)
    for name, value in (("network", stand_in), ("BLUR", 0), ("SHIFT", 0)):
        monkeypatch.setattr(backwards, name, value)


@pytest.mark.parametrize(("liked", "ink"), [(0.1, 0), (0.3, 255)])
def test_ink_stands_where_the_class_likes_it_for_its_price(linear, liked, ink):
    templates = np.full((2, 10, 11), -1.0)
    templates[0, :3] = templates[1, 4:7] = 1  # each class likes its own rows
    expected = 255 * (templates > 0)
    templates[:, 9], expected[:, 9] = liked, ink
    templates[1] *= 1000  # how steep a logit is makes no difference
    templates, expected = (np.append(a, np.zeros((1, 10, 11)), 0) for a in (templates, expected))
    other = np.random.default_rng(0).normal(size=templates.shape)  # a committee climbs their sum
    found = backwards.supreme([[templates - other], [other]], (10, 11), seed=0)
    np.testing.assert_array_equal(found, expected.astype(np.uint8), strict=True)


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


def test_of_a_real_network_each_picture_gets_the_strongest_answer_for_its_class(network):
    weights = network.build((10, 13), 3, seed=0).get_weights()
    found = backwards.supreme([weights], (10, 13), seed=0)
    assert (found.dtype, found.shape) == (np.uint8, (3, 10, 13))
    assert network.predict_logits(weights, found).argmax(axis=0).tolist() == [0, 1, 2]
