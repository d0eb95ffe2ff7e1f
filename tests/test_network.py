"""The network: its layers counted by hand, its forward pass against NumPy and SciPy."""

import re

import numpy as np
import pytest
from scipy.signal import correlate2d

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


def fit(network, *, seed=0, epochs=1, **options):
    return network.fit(
        *left_or_right(160),
        watch=left_or_right(40, seed=1),
        num_classes=2,
        epochs=epochs,
        seed=seed,
        **options,
    )


@pytest.fixture(scope="module")
def fitted(network):
    """A network of six epochs, and what it told meanwhile."""
    told = []
    return fit(network, epochs=6, on_epoch=lambda *args: told.append(args)), told


@pytest.fixture(scope="module")
def weights(fitted):
    return fitted[0].weights


def forward(weights, image):
    """The write-up's layers, ReLU before pooling, in float64 with SciPy and NumPy."""
    kernels_1, bias_1, kernels_2, bias_2, *dense = (np.asarray(w, np.float64) for w in weights)

    def convolve(maps, kernels, bias):
        sums = [
            sum(
                correlate2d(maps[:, :, i], kernels[:, :, i, o], mode="valid")
                for i in range(maps.shape[2])
            )
            for o in range(kernels.shape[3])
        ]
        return np.maximum(np.stack(sums, axis=2) + bias, 0)

    def pool(maps):
        height, width = maps.shape[0] // 2, maps.shape[1] // 2
        squares = maps[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1)
        return squares.max(axis=(1, 3))

    first = convolve(image[:, :, None] / 255, kernels_1, bias_1)
    second = convolve(pool(first), kernels_2, bias_2)
    hidden = np.maximum(pool(second).ravel() @ dense[0] + dense[1], 0)
    logits = hidden @ dense[2] + dense[3]
    return {"first": first, "second": second, "dense": hidden, "logits": logits}


# Architecture


def test_it_has_431242_parameters_for_28_by_28_pixels_and_10_classes(network):
    assert network.build((28, 28), 10).count_params() == 431_242
    assert sum(parameters for _, _, parameters in LAYERS) == 431_242


def test_its_layers_are_those_of_the_write_up_in_their_order(network):
    assert network.layer_table((28, 28), 10) == LAYERS
    kinds = [type(layer).__name__ for layer in network.build((28, 28), 10).layers]
    assert " ".join(kinds) == (
        "Conv2D MaxPooling2D ReLU Conv2D MaxPooling2D ReLU Flatten Dropout Dense Dense"
    )


def test_half_of_the_values_are_dropped_while_it_trains_and_logits_come_out(network):
    model = network.build((28, 28), 10)
    assert model.get_layer("dropout").rate == 0.5
    assert model.get_layer("logits").activation.__name__ == "linear"


def test_it_takes_oblong_images(network):
    assert network.build((10, 17), 3).output_shape == (None, 3)


def test_pixels_are_float32_from_0_to_1(network):
    found = network.pixels(np.array([[[0, 51], [102, 255]]], np.uint8))
    assert (found.dtype, found.shape) == (np.float32, (1, 2, 2, 1))
    np.testing.assert_allclose(found[0, :, :, 0], [[0, 0.2], [0.4, 1]], rtol=1e-7)


# Asking


def test_logits_agree_with_a_forward_pass_in_numpy(network, weights):
    images, _ = left_or_right(5, seed=2)
    found = network.predict_logits(weights, images)
    assert (found.dtype, found.shape) == (np.float32, (5, 2))
    expected = [forward(weights, image)["logits"] for image in images]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_more_images_than_fit_in_a_batch_are_all_answered_in_their_order(network, weights):
    images = np.random.default_rng(3).integers(256, size=(1003, 12, 12), dtype=np.uint8)
    found = network.predict_logits(weights, images)
    assert found.shape == (1003, 2)
    for i in (0, 999, 1000, 1002):
        np.testing.assert_allclose(found[i], forward(weights, images[i])["logits"], atol=1e-4)


def test_no_images_have_no_logits(network, weights):
    found = network.predict_logits(weights, np.empty((0, 12, 12), np.uint8))
    assert (found.dtype, found.shape) == (np.float32, (0, 2))


def test_a_restored_network_says_what_the_fitted_one_said(network, weights):
    images, _ = left_or_right(7, seed=4)
    model = network.restore(weights, (12, 12))
    for found, expected in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, expected)
    again = network.predict_logits(model.get_weights(), images)
    np.testing.assert_array_equal(again, network.predict_logits(weights, images))


@pytest.mark.parametrize(
    ("images", "found"),
    [
        (np.zeros((2, 12, 12)), "float64 of shape (2, 12, 12)"),
        (np.zeros((2, 12, 12), np.int64), "int64 of shape (2, 12, 12)"),
        (np.zeros((12, 12), np.uint8), "uint8 of shape (12, 12)"),
        (np.zeros((2, 12, 12, 1), np.uint8), "uint8 of shape (2, 12, 12, 1)"),
    ],
)
def test_images_of_another_type_or_shape_are_refused(network, weights, images, found):
    message = re.escape(f"images are {found}; needed: uint8 of shape (N, H, W), 0 = paper")
    with pytest.raises(ValueError, match=message):
        network.predict_logits(weights, images)


def test_images_of_another_size_are_refused(network, weights):
    message = r"weights have the shapes .* images of \(28, 28\) pixels needs .*: give images of the"
    with pytest.raises(ValueError, match=message):
        network.predict_logits(weights, np.zeros((1, 28, 28), np.uint8))


def test_weights_of_another_architecture_are_refused(network, weights):
    with pytest.raises(ValueError, match="weights have the shapes"):
        network.restore(weights[2:], (12, 12))


# Explaining


def test_explain_shows_what_a_forward_pass_in_numpy_finds_in_each_layer(network, weights):
    image = left_or_right(1, seed=5)[0][0]
    found = network.explain(weights, image)
    shapes = {"first": (10, 10, 32), "second": (3, 3, 64), "dense": (256,), "logits": (2,)}
    shapes["kernels"] = (3, 3, 32)
    np.testing.assert_array_equal(found["kernels"], weights[0][:, :, 0])
    assert {name: array.shape for name, array in found.items()} == shapes
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    for name, expected in forward(weights, image).items():
        np.testing.assert_allclose(found[name], expected, atol=1e-4, err_msg=name)
    assert all(found[name].min() >= 0 for name in ("first", "second", "dense"))


def test_explain_ends_in_the_logits_of_predict_logits(network, weights):
    image = left_or_right(1, seed=6)[0][0]
    expected = network.predict_logits(weights, image[None])[0]
    np.testing.assert_allclose(network.explain(weights, image)["logits"], expected, atol=1e-5)


def test_the_gradient_is_the_slope_of_the_chosen_logit_at_each_pixel(network, weights):
    inputs = network.pixels(left_or_right(2, seed=8)[0])
    logits, gradient = network.input_gradient(
        network.restore(weights, (12, 12)), inputs, np.array([1, 0])
    )
    assert (logits.dtype, logits.shape) == (np.float32, (2, 2))
    assert (gradient.dtype, gradient.shape) == (np.float32, (2, 12, 12, 1))
    step = 1e-6  # small, in float64: no ReLU and no maximum changes its mind on the way
    for n, chosen in enumerate((1, 0)):
        image = 255 * inputs[n, :, :, 0].astype(np.float64)
        np.testing.assert_allclose(logits[n], forward(weights, image)["logits"], atol=1e-4)
        for pixel in [(0, 0), (3, 4), (5, 6), (6, 5), (8, 2), (11, 10)]:
            nudge = np.zeros((12, 12))
            nudge[pixel] = 255 * step
            up, down = (forward(weights, image + s * nudge)["logits"] for s in (1, -1))
            slope = (up - down)[chosen] / (2 * step)
            assert gradient[n, *pixel, 0] == pytest.approx(slope, rel=1e-3, abs=1e-4)
    assert np.abs(gradient).max() > 0.01


# Fitting


def test_it_learns_to_tell_left_from_right(network, fitted):
    fit, _ = fitted
    assert fit.curves["val_accuracy"][-1] == 1
    images, labels = left_or_right(30, seed=7)
    np.testing.assert_array_equal(network.predict_logits(fit.weights, images).argmax(1), labels)


def test_every_epoch_is_told_with_its_accuracy_and_kept_in_the_curves(fitted):
    fit, told = fitted
    assert sorted(fit.curves) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert all(curve.dtype == np.float64 for curve in fit.curves.values())
    assert all(curve.shape == (6,) for curve in fit.curves.values())
    assert told == list(zip(range(1, 7), fit.curves["val_accuracy"], strict=True))
    assert fit.seconds > 0


def test_the_watched_loss_is_the_mean_of_minus_ln_p_of_the_label(network, fitted):
    fit, _ = fitted
    images, labels = left_or_right(40, seed=1)
    logits = np.array([forward(fit.weights, image)["logits"] for image in images])
    nats = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(40), labels]
    assert fit.curves["val_loss"][-1] == pytest.approx(nats.mean(), abs=1e-5)


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not(network):
    one, same, other = (fit(network, seed=seed).weights for seed in (3, 3, 2**32 - 1))
    for a, b in zip(one, same, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one[0], other[0])
