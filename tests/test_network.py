"""The network: its layers counted by hand, its forward pass against NumPy and SciPy."""

import os
import random
import re
import subprocess
import sys
import threading

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


def test_half_of_the_values_are_dropped_while_it_trains_and_the_others_doubled(network):
    quick = {"seed": 4, "dropout": network.QuickDropout}
    drop = network.build((28, 28), 10, **quick).get_layer("dropout")
    values = np.arange(1, 1601, dtype=np.float32)[None].repeat(50, axis=0)
    first, second = (np.asarray(drop(values, training=True)) for _ in range(2))
    assert set(np.unique(first / values)) == {0, 2}
    assert (first > 0).mean() == pytest.approx(0.5, abs=0.01)
    assert (first > 0).mean(axis=0).std() == pytest.approx(0.5 / np.sqrt(50), rel=0.1)
    assert ((first > 0) == (second > 0)).mean() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(drop(values, training=False), values)


def test_variables_and_logits_are_float32_in_both_precisions(network):
    for precision, within in (("float32", "float32"), ("mixed_bfloat16", "bfloat16")):
        model = network.build((12, 12), 3, precision=precision)
        assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
        assert model.get_layer("dense").compute_dtype == within
        assert model(np.zeros((1, 12, 12, 1), np.float32)).dtype == "float32"
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


def test_features_are_the_dense_layer_after_relu(network, weights):
    images, _ = left_or_right(5, seed=9)
    found = network.features(weights, images)
    assert (found.dtype, found.shape) == (np.float32, (5, 256))
    expected = [forward(weights, image)["dense"] for image in images]
    np.testing.assert_allclose(found, expected, atol=1e-4)


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


# Jitter


def test_a_picture_moves_by_up_to_a_fourteenth_of_its_sides(network, monkeypatch):
    for other in ("ROTATION", "SCALE", "SHEAR"):
        monkeypatch.setattr(network, other, 0.0)
    image = np.zeros((43, 71), np.uint8)
    image[21, 35] = 255
    seen = network.jitter(np.repeat(image[None], 400, axis=0), 7).astype(float)
    assert seen.shape == (400, 43, 71)
    rows, columns = np.indices(image.shape)
    moved = np.stack([(seen * axis).sum(axis=(1, 2)) for axis in (columns, rows)])
    moved = (moved / seen.sum(axis=(1, 2))).T - (35, 21)
    for axis, bound in enumerate(network.SHIFT * np.array([71, 43])):
        assert np.abs(moved[:, axis]).max() == pytest.approx(bound, abs=0.15)
        assert np.abs(moved[:, axis].mean()) < 0.1 * bound


def test_a_map_is_that_of_its_numbers(network, monkeypatch):
    """Ink at (x, y) comes from where the map says, by hand: a quarter turn, then a shift."""
    names = ("ROTATION", "SCALE", "SHEAR", "SHIFT")

    def seen(draw, **amounts):
        for name in names:
            monkeypatch.setattr(network, name, amounts.get(name, 0))
        image = np.zeros((5, 5), np.float32)
        image[1, 3] = 1  # up and right of the centre (2, 2)
        monkeypatch.setattr(
            network.tf.random, "stateless_uniform", lambda *_: network.tf.constant(draw)[:, None]
        )
        found = network._jittered(network.tf.constant(image[None, :, :, None]), None)
        return np.argwhere(found.numpy()[0, :, :, 0] > 0.5).tolist()

    nothing = [0.0] * 6
    assert seen(nothing, ROTATION=1.0) == [[1, 3]]
    turn = [1.0, 0, 0, 0, 0, 0]
    assert seen(turn, ROTATION=np.pi / 2) == [[1, 1]]  # counter-clockwise
    assert seen(turn, ROTATION=-np.pi / 2) == [[3, 3]]
    assert seen([0.0, 0, 0, 0, 1, 0], SHIFT=1 / 5) == [[1, 2]]  # from the right, to the left
    assert seen([0.0, 0, 0, 0, 0, -1], SHIFT=1 / 5) == [[2, 3]]  # from above, down
    assert seen([0.0, 0, -0.5, 0, 0, 0], SCALE=1.0) == [[1, 4]]  # twice as broad
    assert seen([0.0, 1, 0, 0, 0, 0], SHEAR=1.0) == [[1, 4]]  # the upper row moves to the right


def test_each_picture_of_a_batch_has_its_own_map_and_a_seed_gives_it_again(network):
    images = np.repeat(left_or_right(1)[0], 6, axis=0)
    seen = network.jitter(images, 2**32 - 1)
    assert len(np.unique(seen, axis=0)) == 6
    np.testing.assert_array_equal(network.jitter(images, 2**32 - 1), seen)
    assert not np.array_equal(network.jitter(images, 0), seen)


# Fitting


def test_the_learning_rate_climbs_for_a_quarter_and_falls_to_zero(network):
    rates = network._learning_rates(4, 10)
    assert rates.shape == (4, 10)
    np.testing.assert_allclose(rates[0], 5e-3 * np.arange(10) / 10)
    assert rates.max() == rates[1, 0] == 5e-3
    assert rates[2, 5] == pytest.approx(2.5e-3)  # halfway down
    assert (np.diff(rates.ravel()[10:]) < 0).all()
    assert rates[-1, -1] < 2e-5


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


def test_nothing_that_is_drawn_beside_it_changes_a_bit(network):
    """Seeds of others, and a thread that draws from the global generators while it learns."""
    expected, over = fit(network, seed=(1, 2, 3)), threading.Event()

    def draw():
        while not over.wait(0):
            random.random()
            np.random.random()  # noqa: NPY002
            network.keras.utils.set_random_seed(random.randrange(2**32))

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        found = fit(network, seed=(1, 2, 3))
    finally:
        over.set()
        thread.join()
    for a, b in zip(found.weights, expected.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert found.curves["loss"] == expected.curves["loss"]


def test_settings_of_keras_that_are_not_ours_change_nothing(tmp_path):
    """An old keras.json once made networks of NaN."""
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float16", "image_data_format": "channels_first", "backend": "torch"}'
    )
    code = (
        "import numpy as np; from ambiguous_digits import network as n;"
        "x = np.random.default_rng(0).integers(256, size=(20, 12, 12), dtype=np.uint8);"
        "y = np.arange(20) % 2;"
        "f = n.fit(x, y, watch=(x, y), num_classes=2, epochs=1, seed=5);"
        "print([str(w.dtype) for w in f.weights], sum(float(abs(w).sum()) for w in f.weights))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"KERAS_HOME": str(home), "TF_NUM_INTRAOP_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for home in (tmp_path, tmp_path / "none")
    ]
    assert said[0] == said[1]
    assert said[0].startswith(str(["float32"] * 8))
    assert "nan" not in said[0]
