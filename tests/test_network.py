"""The network: its layers counted by hand, its forward pass against NumPy."""

import random
import re
import threading

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from ambiguous_digits import export, results
from making import some_network

# Shapes and parameters on paper: 32 kernels of 3x3 and a bias each; 64 of 3x3x32; and so on.
LAYERS = [
    ("first_convolution", "26 × 26 × 32", 32 * (3 * 3 + 1)),
    ("first_pooling", "13 × 13 × 32", 0),
    ("first_relu", "13 × 13 × 32", 0),
    ("second_convolution", "11 × 11 × 64", 64 * (3 * 3 * 32 + 1)),
    ("second_pooling", "5 × 5 × 64", 0),
    ("second_relu", "5 × 5 × 64", 0),
    ("flatten", "1,600", 0),
    ("dropout", "1,600", 0),
    ("dense", "256", 256 * (1600 + 1)),
    ("logits", "10", 10 * (256 + 1)),
]


def left_or_right(n, seed=0):
    """Digits of two classes, 12 by 12 pixels: ink on the left half, or on the right one."""
    rng = np.random.default_rng(seed)
    images, labels = rng.integers(60, size=(n, 12, 12), dtype=np.uint8), np.arange(n) % 2
    for image, label in zip(images, labels, strict=True):
        image[:, 6 * label : 6 * label + 6] += 180
    return images, labels


def fit(network, seed=0, **options):
    watch = left_or_right(40, seed=1)
    options = {"watch": watch, "num_classes": 2, "epochs": 6, "seed": seed} | options
    return network.fit(*left_or_right(160), **options)


@pytest.fixture(scope="module")
def fitted(network):
    """A network of six epochs, and what it told meanwhile."""
    told = []
    return fit(network, on_epoch=lambda *args: told.append(args)), told


@pytest.fixture(scope="module")
def weights(fitted):
    return fitted[0].weights


def forward(weights, image):
    """The write-up's layers, ReLU before pooling, in float64 with NumPy."""
    kernels_1, bias_1, kernels_2, bias_2, *dense = (np.asarray(w, np.float64) for w in weights)

    def convolve(maps, kernels, bias):
        seen = sliding_window_view(maps, kernels.shape[:2], axis=(0, 1))
        return np.maximum(np.einsum("xyiab,abio->xyo", seen, kernels) + bias, 0)

    def pool(maps):
        height, width = maps.shape[0] // 2, maps.shape[1] // 2
        squares = maps[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1)
        return squares.max(axis=(1, 3))

    first = convolve(image[:, :, None] / 255, kernels_1, bias_1)
    second = convolve(pool(first), kernels_2, bias_2)
    hidden = np.maximum(pool(second).ravel() @ dense[0] + dense[1], 0)
    logits = hidden @ dense[2] + dense[3]
    return {"first": first, "second": second, "dense": hidden, "logits": logits}


def test_its_layers_are_those_of_the_write_up_with_431242_parameters(network):
    assert network.layer_table((28, 28), 10) == LAYERS
    assert sum(parameters for _, _, parameters in LAYERS) == 431_242


def test_half_of_the_values_are_dropped_while_it_trains_and_the_others_doubled(network):
    quick = {"seed": 4, "dropout": network.QuickDropout}
    drop = network.build((28, 28), 10, **quick).get_layer("dropout")
    values = np.arange(1, 1601, dtype=np.float32)[None].repeat(50, axis=0)
    first, second = (np.asarray(drop(values, training=True)) for _ in range(2))
    assert set(np.unique(first / values)) == {0, 2}
    assert (first > 0).mean() == pytest.approx(0.5, abs=0.01)
    assert ((first > 0) == (second > 0)).mean() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(drop(values, training=False), values)


def test_variables_logits_and_pixels_from_0_to_1_are_float32_in_both_precisions(network):
    for precision, within in (("float32", "float32"), ("mixed_bfloat16", "bfloat16")):
        model = network.build((12, 12), 3, precision=precision)
        assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
        assert model.get_layer("dense").compute_dtype == within
        assert model(np.zeros((1, 12, 12, 1), np.float32)).dtype == "float32"
    found, expected = network.pixels(np.array([[[0, 51, 255]]], np.uint8)), [[[[0], [0.2], [1]]]]
    np.testing.assert_allclose(found, np.array(expected, np.float32), rtol=1e-7, strict=True)


def test_logits_features_and_layers_are_those_of_a_forward_pass_in_numpy(network, weights):
    images = np.random.default_rng(3).integers(256, size=(1003, 12, 12), dtype=np.uint8)
    logits, features = network.predict_logits(weights, images), network.features(weights, images)
    assert (logits.dtype, logits.shape) == (np.float32, (1003, 2))
    assert (features.dtype, features.shape) == (np.float32, (1003, 256))
    for i in (0, 999, 1000, 1002):  # a thousand are asked about at once
        expected = forward(weights, images[i])
        np.testing.assert_allclose(logits[i], expected["logits"], atol=1e-4)
        np.testing.assert_allclose(features[i], expected["dense"], atol=1e-4)
    assert network.predict_logits(weights, images[:0]).shape == (0, 2)
    layers = network.explain(weights, images[1002])
    np.testing.assert_array_equal(layers.pop("kernels"), weights[0][:, :, 0])
    assert layers.keys() == expected.keys()
    for name, array in layers.items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, expected[name], atol=1e-4, err_msg=name)


def test_images_of_another_type_shape_or_size_are_refused(network, weights):
    for images, found in (
        (np.zeros((2, 12, 12)), "images are float64 of shape (2, 12, 12); needed: uint8 of"),
        (np.zeros((12, 12), np.uint8), "images are uint8 of shape (12, 12); needed: uint8 of"),
        (np.zeros((1, 28, 28), np.uint8), "but a network for images of (28, 28) pixels needs [("),
    ):
        with pytest.raises(ValueError, match=re.escape(found)):
            network.predict_logits(weights, images)


def test_exported_networks_say_of_pixels_what_ours_say(network, weights, tmp_path):
    key = {"r": 0, "k": 0, "folds": 1}
    results.write_network(tmp_path, some_network(weights=weights), key)
    results.write_arrays(tmp_path / "explain.npz", key, image=np.zeros((12, 12), np.uint8))
    export.main(tmp_path)
    images, _ = left_or_right(5, seed=6)
    exported = network.keras.models.load_model(tmp_path / "weights/r0k0.keras")
    expected = network.predict_logits(weights, images)
    np.testing.assert_allclose(exported.predict(network.pixels(images)), expected, atol=1e-4)


def test_the_gradient_is_the_slope_of_the_chosen_logit_at_each_pixel(network, weights):
    inputs = network.pixels(left_or_right(2, seed=8)[0])
    model = network.restore(weights, (12, 12))
    logits, gradient = network.input_gradient(model, inputs, np.array([1, 0]))
    assert (gradient.dtype, gradient.shape) == (np.float32, (2, 12, 12, 1))
    step = 1e-6  # small, in float64: no ReLU and no maximum changes its mind on the way
    for n, chosen in enumerate((1, 0)):
        image = 255 * inputs[n, :, :, 0].astype(np.float64)
        np.testing.assert_allclose(logits[n], forward(weights, image)["logits"], atol=1e-4)
        for pixel in [(0, 0), (3, 4), (5, 6), (6, 5), (11, 10)]:
            nudge = np.zeros((12, 12))
            nudge[pixel] = 255 * step
            up, down = (forward(weights, image + s * nudge)["logits"] for s in (1, -1))
            slope = (up - down)[chosen] / (2 * step)
            assert gradient[n, *pixel, 0] == pytest.approx(slope, rel=1e-3, abs=1e-4)
    assert np.abs(gradient).max() > 0.01


AMOUNTS = ("ROTATION", "SCALE", "SHEAR", "SHIFT")


def test_each_picture_moves_by_up_to_a_fourteenth_of_its_sides(network, monkeypatch):
    for other in AMOUNTS[:3]:
        monkeypatch.setattr(network, other, 0.0)
    image = np.zeros((43, 71), np.uint8)
    image[21, 35] = 255
    seen = network.jitter(np.repeat(image[None], 400, axis=0), 7)
    moves = np.stack([np.unravel_index(one.argmax(), one.shape) for one in seen]) - (21, 35)
    assert np.abs(moves).max(axis=0).tolist() == [3, 5]  # 43 / 14 and 71 / 14
    assert len(np.unique(moves, axis=0)) == 7 * 11  # all that there are


def test_a_map_is_that_of_its_numbers(network, monkeypatch):
    """Ink at (x, y) comes from where the map says, by hand: a quarter turn, then a shift."""
    tf = network.tf

    def seen(draw, **amounts):
        for name in AMOUNTS:
            monkeypatch.setattr(network, name, amounts.get(name, 0))
        image = np.zeros((5, 5), np.float32)
        image[1, 3] = 1  # up and right of the centre (2, 2)
        monkeypatch.setattr(tf.random, "stateless_uniform", lambda *_: tf.constant(draw)[:, None])
        found = network._jittered(tf.constant(image[None, :, :, None]), None)
        return np.argwhere(found.numpy()[0, :, :, 0] > 0.5).tolist()

    assert seen([0.0, 0, 0, 0, 0, 0], ROTATION=1.0) == [[1, 3]]
    assert seen([1.0, 0, 0, 0, 0, 0], ROTATION=np.pi / 2) == [[1, 1]]  # counter-clockwise
    assert seen([0.0, 0, 0, 0, 1, 0], SHIFT=1 / 5) == [[1, 2]]  # from the right, to the left
    assert seen([0.0, 0, 0, 0, 0, -1], SHIFT=1 / 5) == [[2, 3]]  # from above, down
    assert seen([0.0, 0, -0.5, 0, 0, 0], SCALE=1.0) == [[1, 4]]  # twice as broad
    assert seen([0.0, 0, 0, -0.5, 0, 0], SCALE=1.0) == [[0, 3]]  # twice as high
    assert seen([0.0, 1, 0, 0, 0, 0], SHEAR=1.0) == [[1, 4]]  # the upper row moves to the right


def test_the_learning_rate_climbs_for_a_quarter_and_falls_to_zero(network):
    rates = network._learning_rates(4, 10)
    np.testing.assert_allclose(rates[0], 5e-3 * np.arange(10) / 10)
    assert rates.max() == rates[1, 0] == 5e-3
    assert rates[2, 5] == pytest.approx(2.5e-3)  # halfway down
    assert (np.diff(rates.ravel()[10:]) < 0).all()
    assert rates[-1, -1] < 2e-5


def test_it_learns_and_tells_of_every_epoch_which_the_curves_keep(network, fitted):
    fit, told = fitted
    assert sorted(fit.curves) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert all(curve.dtype == np.float64 for curve in fit.curves.values())
    assert told == list(zip(range(1, 7), fit.curves["val_accuracy"], strict=True))
    right = 160 * fit.curves["accuracy"]  # while it learned
    np.testing.assert_allclose(right, np.rint(right), atol=1e-9)
    assert right[0] < 150 < right[-1]
    assert fit.curves["loss"][0] == pytest.approx(np.log(2), rel=0.1)  # by chance
    assert fit.curves["loss"][-1] < 0.2
    assert fit.curves["val_accuracy"][-1] == 1
    assert 0 < fit.seconds < 60
    images, labels = left_or_right(40, seed=1)
    logits = np.array([forward(fit.weights, image)["logits"] for image in images])
    np.testing.assert_array_equal(logits.argmax(axis=1), labels)
    nats = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(40), labels]
    assert fit.curves["val_loss"][-1] == pytest.approx(nats.mean(), abs=1e-5)


def test_each_step_has_a_jitter_of_its_own(network, monkeypatch):
    def remember(inputs, seed):
        network.tf.py_function(lambda now: seen.append(now.numpy().tolist()), [seed], [])
        return inputs

    seen = []
    monkeypatch.setattr(network, "_jittered", remember)
    fit(network, epochs=2)
    assert [step for _, step in seen] == [0, 1, 2, 3]  # 160 digits: two batches an epoch
    assert len({word for word, _ in seen}) == 1


def test_a_seed_gives_the_same_bits_whatever_is_drawn_beside_it(network, fitted):
    over = threading.Event()

    def draw():
        while not over.wait(0.001):
            random.random()
            np.random.random()  # noqa: NPY002
            network.keras.utils.set_random_seed(random.randrange(2**32))

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        same, other = (fit(network, seed=seed) for seed in (0, 2**32 - 1))
    finally:
        over.set()
        thread.join()
    for found, expected in zip(same.weights, fitted[0].weights, strict=True):
        np.testing.assert_array_equal(found, expected, strict=True)
    np.testing.assert_equal(same.curves, fitted[0].curves)
    assert not np.array_equal(other.weights[0], same.weights[0])
