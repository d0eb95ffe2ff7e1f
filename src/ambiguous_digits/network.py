"""The convolutional network: its layers, its schedule, how it is fitted and asked.

The only module that imports TensorFlow. It reads and writes no file, and this file's text is part
of every network's key: change a line here and all networks are trained again.
"""

import os
import time
from collections.abc import Callable, Iterator
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
with _quiet():
    import keras
    import tensorflow as tf

BATCH_SIZE = 128
PEAK_LEARNING_RATE = 5e-3
WARM_UP = 0.25  # share of all steps in which the learning rate climbs to its peak


class Fit(NamedTuple):
    """What fitting one network leaves behind."""

    weights: list[np.ndarray]  # float32, in Keras's order; `restore` rebuilds the network
    curves: dict[str, np.ndarray]  # accuracy, loss, val_accuracy, val_loss: float64 (epochs,)
    seconds: float  # wall-clock time of the fitting alone


def build(image_shape: tuple[int, int], num_classes: int) -> keras.Model:
    """Return the untrained network for images of `image_shape` pixels and `num_classes` classes.

    The layers are the write-up's: 431,242 parameters for 28 x 28 pixels and 10 classes. Two
    things differ and change no result: ReLU stands after max pooling (both are monotonic, so they
    commute, and a quarter of the values is left to rectify), and the last layer gives logits,
    whose softmax is taken where probabilities are needed.
    """
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((*image_shape, 1)),
            layers.Conv2D(32, 3, name="first_convolution"),
            layers.MaxPooling2D(2, name="first_pooling"),
            layers.ReLU(name="first_relu"),
            layers.Conv2D(64, 3, name="second_convolution"),
            layers.MaxPooling2D(2, name="second_pooling"),
            layers.ReLU(name="second_relu"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.5, name="dropout"),
            layers.Dense(256, activation="relu", name="dense"),
            layers.Dense(num_classes, name="logits"),
        ]
    )


def fit(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    watch: tuple[np.ndarray, np.ndarray],
    num_classes: int,
    epochs: int,
    seed: int,
    on_epoch: Callable[[int, float], None] = lambda epoch, accuracy: None,
) -> Fit:
    """Fit a new network by Adam under a one-cycle schedule and return its `Fit`.

    images, labels: uint8 (N, H, W) and integer (N,). `watch`: digits (images, labels) on which
    accuracy and loss are measured after each epoch; nothing is chosen by them, there is no early
    stopping. The loss is the categorical cross-entropy in nats. The learning rate climbs linearly
    to 5e-3 over the first quarter of the steps, then falls to zero along a cosine. `seed`: 0 to
    2**32 - 1; the same seed on the same machine and one thread gives the same bits. `on_epoch` is
    called with the epoch, from 1, and the accuracy on the watched digits.
    """
    keras.utils.set_random_seed(int(seed))
    model = build(images.shape[1:], num_classes)
    steps = epochs * -(-len(images) // BATCH_SIZE)
    warm_up = max(1, int(WARM_UP * steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=PEAK_LEARNING_RATE, warmup_steps=warm_up
    )
    model.compile(
        keras.optimizers.Adam(schedule),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # five times slower on a processor with it
    )
    tell = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: on_epoch(epoch + 1, logs["val_accuracy"])
    )
    start = time.perf_counter()
    history = model.fit(
        pixels(images),
        labels,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=(pixels(watch[0]), watch[1]),
        validation_batch_size=1000,
        verbose=0,
        callbacks=[tell],
    ).history
    seconds = time.perf_counter() - start
    return Fit(
        weights=model.get_weights(),
        curves={name: np.asarray(values, np.float64) for name, values in history.items()},
        seconds=seconds,
    )


def pixels(images: np.ndarray) -> np.ndarray:
    """Return uint8 images (N, H, W) as the network's input: float32 (N, H, W, 1) in [0, 1]."""
    return (images.astype(np.float32) / 255.0)[..., None]


def restore(weights: list[np.ndarray], image_shape: tuple[int, int]) -> keras.Model:
    """Return the network that has these `weights`, for images of `image_shape` pixels.

    Raises ValueError if the weights do not fit: they are of another architecture, or of images
    whose maps have another size after both poolings.
    """
    model = build(image_shape, num_classes=len(weights[-1]))
    expected = [weight.shape for weight in model.get_weights()]
    found = [np.shape(weight) for weight in weights]
    if found != expected:
        raise ValueError(
            f"weights have the shapes {found}, but a network for images of {image_shape} pixels "
            f"needs {expected}: give images of the size that the network was trained on"
        )
    model.set_weights(weights)
    return model


def predict_logits(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
    """Return what a fitted network says of `images`: logits, float32 (N, K).

    weights: as in `Fit.weights`. images: uint8 (N, H, W), 255 = full ink. Softmax over the last
    axis gives probabilities. Raises ValueError on another dtype, and as `restore` does. Give images
    of the very size that the network was trained on: weights do not tell 28 pixels from 27.
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(
            f"images are {images.dtype} of shape {images.shape}; needed: uint8 of shape (N, H, W), "
            "0 = paper, 255 = full ink"
        )
    return _ask(restore(weights, images.shape[1:]), images)


def explain(weights: list[np.ndarray], image: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the layers of a fitted network make of one image, uint8 (H, W).

    `kernels` (3, 3, 32): what the first convolution has learned, float32. `first` (h, w, 32) and
    `second` (h, w, 64): the two convolutions after ReLU and before pooling, float32, >= 0; `dense`
    (256,), float32, >= 0; `logits` (K,), float32.
    """
    model = restore(weights, image.shape)
    names = ["first_convolution", "second_convolution", "dense", "logits"]
    look = keras.Model(model.inputs[0], [model.get_layer(name).output for name in names])
    first, second, dense, logits = (
        np.asarray(output)[0] for output in look(pixels(image[None]), training=False)
    )
    return {
        "kernels": model.get_layer("first_convolution").get_weights()[0][:, :, 0],
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
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        logits = model(inputs, training=False)
        chosen = tf.gather(logits, classes, axis=1, batch_dims=1)
    return logits.numpy(), tape.gradient(chosen, inputs).numpy()


def layer_table(image_shape: tuple[int, int], num_classes: int) -> list[tuple[str, str, int]]:
    """Return (layer's name, shape of its output such as "26 x 26 x 32", parameters), in order."""
    return [
        (layer.name, " × ".join(f"{n:,}" for n in layer.output.shape[1:]), layer.count_params())
        for layer in build(image_shape, num_classes).layers
    ]


def _ask(model: keras.Model, images: np.ndarray, batch: int = 1000) -> np.ndarray:
    parts = [images[start : start + batch] for start in range(0, len(images), batch)]
    logits = [np.asarray(model(pixels(part), training=False)) for part in parts]
    return np.concatenate(logits) if logits else np.empty((0, model.output_shape[-1]), np.float32)
