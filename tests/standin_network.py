"""A network that fits in no time, for tests of make: it takes the place of network.py in a copy.

It knows the mean picture of each class. While there is a file `hold` in the current folder, only
the first networks are fitted: the next ones wait.
"""

import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np


def fit(images, labels, *, watch, num_classes, epochs, seed, precision, on_epoch):
    while Path("hold").exists() and list(Path("build").glob("*/networks/r*.npz")):
        time.sleep(0.05)
    means = np.stack([images[labels == k].mean(axis=0) for k in range(num_classes)])
    means += np.random.default_rng(seed).normal(size=means.shape)
    weights = [means.astype(np.float32), np.eye(256, num_classes), np.zeros(num_classes)]
    right = (predict_logits(weights, watch[0]).argmax(axis=1) == watch[1]).mean()
    for epoch in range(1, epochs + 1):
        on_epoch(epoch, right)
    curve = np.full(epochs, right / 2 + 0.25)
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    return SimpleNamespace(weights=weights, curves=dict.fromkeys(names, curve), seconds=1.0)


def predict_logits(weights, images):
    distances = ((images[:, None] - weights[0]) ** 2).mean(axis=(2, 3))
    return (-distances / 500).astype(np.float32)


def explain(weights, image):
    rng = np.random.default_rng(0)
    return {
        "kernels": rng.normal(size=(3, 3, 32)).astype(np.float32),
        "first": rng.random((image.shape[0] - 2, image.shape[1] - 2, 32), np.float32),
        "second": rng.random((image.shape[0] // 2 - 3, image.shape[1] // 2 - 3, 64), np.float32),
        "dense": rng.random(256, np.float32),
        "logits": predict_logits(weights, image[None])[0],
    }


def jitter(images, seed):
    return np.roll(images, seed % 3, axis=2)


def features(weights, images):
    logits = predict_logits(weights, images)
    return np.pad(logits, ((0, 0), (0, 256 - logits.shape[1])))


def input_gradient(model, inputs, classes):
    away = 255 * inputs[..., 0] - model.weights[0][classes]
    gradient = -2 * 255 * away / 500 / away[0].size
    return predict_logits(model.weights, 255 * inputs[..., 0]), gradient[..., None]


def layer_table(image_shape, num_classes):
    return [("dense", f"{num_classes}", num_classes * image_shape[0] * image_shape[1])]


def restore(weights, image_shape):
    return SimpleNamespace(
        weights=weights, save=lambda path: Path(path).write_bytes(weights[0].tobytes())
    )
