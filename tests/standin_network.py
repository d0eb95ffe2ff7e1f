"""A network that fits in no time, for tests of make: it takes the place of network.py in a copy.

It knows the mean picture of each class. While there is a file `hold` in the current folder, only
the networks of repeat 0 are fitted: the others leave a file `waiting-<process>` and wait.
"""

import os
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np


def fit(images, labels, *, watch, num_classes, epochs, seed, precision, on_epoch):
    while Path("hold").exists() and seed[1] > 0:
        Path(f"waiting-{os.getpid()}").touch()
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
