"""The convolutional network: its layers, its schedule, how it is fitted and asked.

The only module that imports TensorFlow. It reads and writes no file, and this file's text is part
of every network's key: change a line here and all networks are trained again. Nothing in it draws
from a global generator: the bits of a network follow from its seed, whatever else runs beside it.
"""

import functools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence file descriptor 2: TensorFlow's greeting is written there by C++, not by Python."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever a keras.json says
with _quiet():
    import keras
    import tensorflow as tf

BATCH_SIZE = 128
PEAK_LEARNING_RATE = 5e-3
WARM_UP = 0.25  # share of all steps in which the learning rate climbs to its peak
#: How far a picture is jittered at most, to either side, each time it is seen. Chosen once, with
#: the epochs in run.py, by the loss on held-out digits of committees with another seed.
ROTATION = np.deg2rad(15)
SCALE = 0.15  # of each axis by itself
SHEAR = 0.15
SHIFT = 1 / 14  # of the picture's width and height: 2 of 28 pixels
#: What can be looked into, and pictures that are asked about at once.
LAYERS = ("first_convolution", "second_convolution", "dense", "logits")
ASKED_AT_ONCE = 1000


class Fit(NamedTuple):
    """What fitting one network leaves behind."""

    weights: list[np.ndarray]  # float32, in Keras's order; `restore` rebuilds the network
    curves: dict[str, np.ndarray]  # accuracy, loss, val_accuracy, val_loss: float64 (epochs,)
    seconds: float  # wall-clock time of the fitting alone


def build(
    image_shape: tuple[int, int],
    num_classes: int,
    *,
    seed: int | Sequence[int] = 0,
    precision: str = "float32",
    dropout: type[keras.layers.Dropout] = keras.layers.Dropout,
) -> keras.Model:
    """Return the untrained network for images of `image_shape` pixels and `num_classes` classes.

    The layers are the write-up's: 431,242 parameters for 28 x 28 pixels and 10 classes. Two
    things differ and change no result: ReLU stands after max pooling (both are monotonic, so they
    commute, and a quarter of the values is left to rectify), and the last layer gives logits,
    whose softmax is taken where probabilities are needed. seed: of the initial weights and of
    dropout, as NumPy's SeedSequence takes it. precision: "float32", or "mixed_bfloat16", in which
    all layers but the last compute in bfloat16; weights and logits are float32 in both. dropout:
    the class of that layer.
    """
    layers = keras.layers
    seeds = iter(np.random.SeedSequence(seed).generate_state(5).tolist())

    def drawn() -> dict:
        return {"kernel_initializer": keras.initializers.GlorotUniform(next(seeds))}

    plain = {"dtype": precision}
    maps = {"data_format": "channels_last", **plain}
    return keras.Sequential(
        [
            keras.Input((*image_shape, 1), dtype="float32"),
            layers.Conv2D(32, 3, name="first_convolution", **drawn(), **maps),
            layers.MaxPooling2D(2, name="first_pooling", **maps),
            layers.ReLU(name="first_relu", **plain),
            layers.Conv2D(64, 3, name="second_convolution", **drawn(), **maps),
            layers.MaxPooling2D(2, name="second_pooling", **maps),
            layers.ReLU(name="second_relu", **plain),
            layers.Flatten(name="flatten", **maps),
            dropout(0.5, name="dropout", seed=next(seeds), **plain),
            layers.Dense(256, activation="relu", name="dense", **drawn(), **plain),
            layers.Dense(num_classes, name="logits", **drawn(), dtype="float32"),
        ]
    )


class QuickDropout(keras.layers.Dropout):
    """Keras's Dropout with a byte of randomness for each value instead of four.

    A step is a seventh faster. It has no name outside, so networks are exported without it.
    """

    def call(self, inputs, training=False):
        if not training:
            return inputs
        size, seed = tf.size(inputs), self.seed_generator.next()
        words = tf.random.stateless_uniform([(size + 3) // 4], seed, None, None, tf.uint32)
        drawn = tf.reshape(tf.reshape(tf.bitcast(words, tf.uint8), [-1])[:size], tf.shape(inputs))
        kept = tf.cast(drawn >= round(256 * self.rate), inputs.dtype)
        return inputs * kept / (1 - self.rate)


def fit(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    watch: tuple[np.ndarray, np.ndarray],
    num_classes: int,
    epochs: int,
    seed: int | Sequence[int],
    precision: str = "float32",
    on_epoch: Callable[[int, float], None] = lambda epoch, accuracy: None,
) -> Fit:
    """Fit a new network by Adam under a one-cycle schedule and return its `Fit`.

    images, labels: uint8 (N, H, W) and integer (N,). Each time a picture is seen it is jittered
    anew, as `jitter` does. `watch`: digits (images, labels) on which accuracy and loss are measured
    after each epoch, as they are; nothing is chosen by them, there is no early stopping. The loss
    is the categorical cross-entropy in nats. The learning rate climbs linearly to 5e-3 over the
    first quarter of the steps, then falls to zero along a cosine. `seed`: what NumPy's SeedSequence
    takes; the same one on the same machine and one thread gives the same bits. `precision`: see
    `build`. `on_epoch` is called with the epoch, from 1, and the accuracy on the watched digits.
    """
    start = time.perf_counter()
    weights_seed, jitter_seed, order_seed = np.random.SeedSequence(seed).generate_state(3).tolist()
    options = {"seed": weights_seed, "precision": precision, "dropout": QuickDropout}
    model = build(images.shape[1:], num_classes, **options)
    learn, order = _learning(model, images, labels), np.random.default_rng(order_seed)
    rates = _learning_rates(epochs, -(-len(images) // BATCH_SIZE))
    curves = {name: [] for name in ("accuracy", "loss", "val_accuracy", "val_loss")}
    for epoch, epoch_rates in enumerate(rates):
        loss, right = learn(
            tf.constant(order.permutation(len(images)), tf.int32),
            tf.constant(epoch_rates, tf.float32),
            tf.constant([jitter_seed, epoch * len(epoch_rates)], tf.int64),
        )
        val_logits = predict_logits(model.get_weights(), watch[0])
        measured = (
            right / len(images),
            loss / len(images),
            *_accuracy_and_loss(val_logits, watch[1]),
        )
        for curve, value in zip(curves.values(), measured, strict=True):
            curve.append(float(value))
        on_epoch(epoch + 1, curves["val_accuracy"][-1])
    return Fit(
        weights=model.get_weights(),
        curves={name: np.array(values) for name, values in curves.items()},
        seconds=time.perf_counter() - start,
    )


def _learning_rates(epochs: int, steps: int) -> np.ndarray:
    """Return the learning rate of each step: (epochs, steps); up along a line, down on a cosine."""
    step, warm_up = np.arange(epochs * steps), max(1, int(WARM_UP * epochs * steps))
    down = (step - warm_up) / max(1, epochs * steps - warm_up)
    share = np.where(step < warm_up, step / warm_up, (1 + np.cos(np.pi * down)) / 2)
    return (PEAK_LEARNING_RATE * share).reshape(epochs, steps)


def _learning(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> Callable:
    """Return a function that takes one pass over the digits, as one graph without Python in it.

    It is given their order, the learning rate of each step, and the seed of the jitter, the second
    word of which is the number of steps before. It returns the sum of the losses and how many were
    right, as the network saw them: jittered, and with half of its values dropped.
    """
    images, labels = tf.constant(images[..., None]), tf.constant(labels, tf.int32)
    weights = [variable.value for variable in model.trainable_variables]
    means, squares = ([tf.Variable(tf.zeros_like(w)) for w in weights] for _ in range(2))

    @tf.function
    def learn(order, rates, seed):
        losses, right = tf.constant(0.0), tf.constant(0)
        for step in tf.range(tf.size(rates)):
            chosen = order[step * BATCH_SIZE : (step + 1) * BATCH_SIZE]
            truth, now = tf.gather(labels, chosen), seed + tf.stack([0, tf.cast(step, tf.int64)])
            seen = _jittered(tf.cast(tf.gather(images, chosen), tf.float32) / 255, now)
            with tf.GradientTape() as tape:
                logits = model(seen, training=True)
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(truth, logits)
                mean_loss = tf.reduce_mean(loss)
            # Adam in one kernel a variable; Keras's own takes a dozen.
            past = tf.cast(now[1] + 1, tf.float32)
            for w, m, v, slope in zip(
                weights, means, squares, tape.gradient(mean_loss, weights), strict=True
            ):
                tf.raw_ops.ResourceApplyAdam(
                    var=w.handle, m=m.handle, v=v.handle, grad=slope, lr=rates[step],
                    beta1=0.9, beta2=0.999, beta1_power=0.9**past, beta2_power=0.999**past,
                    epsilon=1e-7,
                )  # fmt: skip
            losses += tf.reduce_sum(loss)
            right += tf.math.count_nonzero(tf.argmax(logits, 1, tf.int32) == truth, dtype=tf.int32)
        return losses, right

    return learn


def jitter(images: np.ndarray, seed: int) -> np.ndarray:
    """Return `images` as a network might see them while it learns: uint8, of the same shape.

    images: uint8 (N, H, W). Each goes through its own affine map about its centre: turned by up to
    15 degrees, each axis scaled by up to 15 %, sheared by up to 0.15, shifted by up to 1/14 of its
    width and height, all to either side and uniformly drawn. Ink is interpolated bilinearly and is
    0 outside. The same `seed`, 0 to 2**32 - 1, gives the same maps.
    """
    seen = _jittered(tf.constant(pixels(images)), tf.constant([seed, 0], tf.int64))
    return np.rint(255 * seen[..., 0].numpy()).astype(np.uint8)


def _jittered(inputs: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Return `inputs`, float32 (N, H, W, 1), jittered; seed: int64 (2,)."""
    height, width = inputs.shape[1:3]
    drawn = tf.random.stateless_uniform([6, tf.shape(inputs)[0]], seed, -1, 1)
    angle, shear = ROTATION * drawn[0], SHEAR * drawn[1]
    scale_x, scale_y = 1 + SCALE * drawn[2], 1 + SCALE * drawn[3]
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Where the ink of pixel (x, y) comes from: (a x + b y + c, d x + e y + f).
    a, b = scale_x * cos, scale_x * (shear * cos - sin)
    d, e = scale_y * sin, scale_y * (shear * sin + cos)
    x, y = (width - 1) / 2, (height - 1) / 2
    c = x - a * x - b * y + SHIFT * width * drawn[4]
    f = y - d * x - e * y + SHIFT * height * drawn[5]
    none = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=inputs,
        transforms=tf.stack([a, b, c, d, e, f, none, none], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _accuracy_and_loss(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, np.float64(logits))
    return (logits.argmax(axis=1) == labels).mean(), loss.numpy().mean()


def pixels(images: np.ndarray) -> np.ndarray:
    """Return uint8 images (N, H, W) as the network's input: float32 (N, H, W, 1) in [0, 1]."""
    return (images.astype(np.float32) / 255.0)[..., None]


def restore(weights: list[np.ndarray], image_shape: tuple[int, int]) -> keras.Model:
    """Return the network that has these `weights`, for images of `image_shape` pixels.

    It computes in float32. Raises ValueError if the weights do not fit: they are of another
    architecture, or of images whose maps have another size after both poolings.
    """
    model = build(image_shape, num_classes=len(weights[-1]))
    _require_fit(weights, model, image_shape)
    model.set_weights(weights)
    return model


def _require_fit(weights: list[np.ndarray], model: keras.Model, image_shape: tuple) -> None:
    expected = [tuple(weight.shape) for weight in model.weights]
    found = [np.shape(weight) for weight in weights]
    if found != expected:
        raise ValueError(
            f"weights have the shapes {found}, but a network for images of {image_shape} pixels "
            f"needs {expected}: give images of the size that the network was trained on"
        )


def predict_logits(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
    """Return what a fitted network says of `images`: logits, float32 (N, K).

    weights: as in `Fit.weights`. images: uint8 (N, H, W), 255 = full ink. Softmax over the last
    axis gives probabilities. Raises ValueError on another dtype, and as `restore` does. Give images
    of the very size that the network was trained on: weights do not tell 28 pixels from 27.
    """
    return _ask(weights, images, "logits")[0]


def features(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
    """Return what a fitted network sees in `images`: its dense layer after ReLU, float32 (N, 256).

    Pictures that look alike to the network lie close together in these 256 numbers. Arguments and
    errors as in `predict_logits`.
    """
    return _ask(weights, images, "dense")[0]


def explain(weights: list[np.ndarray], image: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the layers of a fitted network make of one image, uint8 (H, W).

    `kernels` (3, 3, 32): what the first convolution has learned, float32. `first` (h, w, 32) and
    `second` (h, w, 64): the two convolutions after ReLU and before pooling, float32, >= 0; `dense`
    (256,), float32, >= 0; `logits` (K,), float32.
    """
    first, second, dense, logits = (said[0] for said in _ask(weights, image[None], *LAYERS))
    return {
        "kernels": np.asarray(weights[0])[:, :, 0],
        "first": np.maximum(first, 0),
        "second": np.maximum(second, 0),
        "dense": dense,
        "logits": logits,
    }


def input_gradient(
    model: keras.Model, inputs: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits z of `inputs`, and how each pixel would change one of them: dz[class]/dx.

    inputs: float32 (N, H, W, 1), 1 = full ink, as from `pixels`. classes: integer (N,), which
    logit of each input is meant. The logits are float32 (N, K), the gradient is float32
    (N, H, W, 1), in logits per full ink. Dropout is off, as in `predict_logits`.
    """
    weights = [variable.value for variable in model.trainable_variables]
    ask = _compiled_gradient(model.input_shape[1:3], model.output_shape[-1])
    logits, gradient = ask(weights, tf.constant(inputs), tf.constant(classes, tf.int64))
    return logits.numpy(), gradient.numpy()


def layer_table(image_shape: tuple[int, int], num_classes: int) -> list[tuple[str, str, int]]:
    """Return (layer's name, shape of its output such as "26 x 26 x 32", parameters), in order."""
    return [
        (layer.name, " × ".join(f"{n:,}" for n in layer.output.shape[1:]), layer.count_params())
        for layer in build(image_shape, num_classes).layers
    ]


def _ask(weights: list[np.ndarray], images: np.ndarray, *layers: str) -> list[np.ndarray]:
    """Return what the named layers give for all images: float32, one array a layer."""
    images = np.asarray(images)
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(
            f"images are {images.dtype} of shape {images.shape}; needed: uint8 of shape (N, H, W), "
            "0 = paper, 255 = full ink"
        )
    model, ask = _compiled(images.shape[1:], len(weights[-1]), layers)
    _require_fit(weights, model, images.shape[1:])
    weights = [tf.constant(weight) for weight in weights]
    asked = images if len(images) else np.zeros((1, *images.shape[1:]), np.uint8)
    starts = range(0, len(asked), ASKED_AT_ONCE)
    said = [ask(weights, pixels(asked[start : start + ASKED_AT_ONCE])) for start in starts]
    return [np.concatenate(parts)[: len(images)] for parts in zip(*said, strict=True)]


@functools.cache
def _compiled(
    image_shape: tuple[int, int], num_classes: int, layers: tuple[str, ...]
) -> tuple[keras.Model, Callable]:
    """Return a network, and a function (weights, inputs) -> what these layers of it give.

    Its own weights are never used: all networks of one shape share one graph.
    """
    model = build(image_shape, num_classes)
    looked_into = keras.Model(model.inputs, {name: model.get_layer(name).output for name in LAYERS})

    @tf.function(reduce_retracing=True)
    def ask(weights, inputs):
        state = looked_into.non_trainable_variables
        said, _ = looked_into.stateless_call(weights, state, inputs, training=False)
        return [said[name] for name in layers]

    return model, ask


@functools.cache
def _compiled_gradient(image_shape: tuple[int, int], num_classes: int) -> Callable:
    """Return a function (weights, inputs, classes) -> logits and gradient, as `input_gradient`."""
    _, ask = _compiled(image_shape, num_classes, ("logits",))

    @tf.function(reduce_retracing=True)
    def slope(weights, inputs, classes):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            [logits] = ask(weights, inputs)
            chosen = tf.gather(logits, classes, axis=1, batch_dims=1)
        return logits, tape.gradient(chosen, inputs)

    return slope
