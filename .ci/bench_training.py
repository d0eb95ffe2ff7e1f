"""How much cheaper a network is than by the write-up's recipe: `make bench`, by hand, no test.

Each recipe trains in a process of its own with one thread, in turns, on 48,000 pictures of noise:
what is in a picture changes no time. The write-up's network learns for a few epochs, whose seconds
are multiplied; ours learns to its end. Seconds are the processor's, of fitting alone.
"""

import statistics
import subprocess
import sys
import time

import numpy as np

from ambiguous_digits import provenance
from ambiguous_digits.run import EPOCHS
from ambiguous_digits.training.jobs import become_worker

DIGITS, CLASSES, ROUNDS = 48_000, 10, 3
#: The write-up's: passes in all, those that are measured, and digits of a batch.
EPOCHS_THEN, MEASURED, BATCH_THEN = 81, 2, 256


def write_up(images: np.ndarray, labels: np.ndarray) -> float:
    """Return the CPU seconds of a network by the write-up's recipe.

    ReLU before pooling, softmax as the last layer, RMSprop with a rate of 1e-4, batches of 256.
    """
    from ambiguous_digits.network import keras

    layers = keras.layers
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for layer in (layers.Flatten(), layers.Dropout(0.5), layers.Dense(256, activation="relu")):
        model.add(layer)
    model.add(layers.Dense(CLASSES, activation="softmax"))
    model.compile(keras.optimizers.RMSprop(1e-4), "sparse_categorical_crossentropy")
    inputs = images[..., None] / np.float32(255)
    model.fit(inputs[:BATCH_THEN], labels[:BATCH_THEN], batch_size=BATCH_THEN, verbose=0)
    begun = time.process_time()
    model.fit(inputs, labels, batch_size=BATCH_THEN, epochs=MEASURED, verbose=0)
    return (time.process_time() - begun) * EPOCHS_THEN / MEASURED


def ours(images: np.ndarray, labels: np.ndarray, precision: str) -> float:
    """Return the CPU seconds of one of our networks, measured on its held-out digits too."""
    from ambiguous_digits import network

    watch = images[: DIGITS // 4], labels[: DIGITS // 4]
    options = {"num_classes": CLASSES, "epochs": EPOCHS, "seed": 0, "precision": precision}
    begun = time.process_time()
    network.fit(images, labels, watch=watch, **options)
    return time.process_time() - begun


def main() -> None:
    """Time each recipe a few times, each time in a process of its own, and print the medians."""
    print(provenance.processor(), "· TensorFlow", provenance.versions("tensorflow")["tensorflow"])
    found = {recipe: [] for recipe in ("write-up", *sorted({"float32", provenance.precision()}))}
    for turn in range(ROUNDS):
        print(f"round {turn + 1} of {ROUNDS}", flush=True)
        for recipe, seconds in found.items():
            command = [sys.executable, __file__, recipe]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            seconds.append(float(said))
    for recipe, seconds in found.items():
        ratio = statistics.median(a / b for a, b in zip(found["write-up"], seconds, strict=True))
        print(f"{recipe}: {statistics.median(seconds):.0f} s of CPU a network, 1/{ratio:.1f}")


if __name__ == "__main__":
    if sys.argv[1:]:
        become_worker()
        rng = np.random.default_rng(0)
        images = rng.integers(256, size=(DIGITS, 28, 28), dtype=np.uint8)
        noise = images, rng.integers(CLASSES, size=DIGITS)
        print(write_up(*noise) if sys.argv[1] == "write-up" else ours(*noise, sys.argv[1]))
    else:
        main()
