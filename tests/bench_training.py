"""How much cheaper a network is than by the write-up's recipe: `make bench`, by hand, no test.

Each recipe trains in a process of its own with one thread, in turns, on 48,000 pictures of noise:
what is in a picture changes no time. The write-up's network learns for a few epochs, whose seconds
are multiplied; ours learns to its end. Seconds are the processor's, of fitting alone.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy as np

from ambiguous_digits import provenance
from ambiguous_digits.run import EPOCHS
from ambiguous_digits.training.fitting import become_worker

DIGITS, CLASSES = 48_000, 10
ROUNDS = 3
#: The write-up's, see WRITE_UP: passes in all, and those that are measured.
EPOCHS_THEN, MEASURED, BATCH_THEN = 81, 2, 256


def write_up() -> tuple[float, int]:
    """Return the CPU seconds of one epoch by the write-up's recipe, and its steps.

    ReLU before pooling, softmax as the last layer, RMSprop with a rate of 1e-4, batches of 256.
    """
    from ambiguous_digits.network import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(256, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(1e-4), "sparse_categorical_crossentropy")
    images, labels = noise()
    inputs = images[..., None] / np.float32(255)
    model.fit(inputs[:BATCH_THEN], labels[:BATCH_THEN], batch_size=BATCH_THEN, verbose=0)
    begun = time.process_time()
    model.fit(inputs, labels, batch_size=BATCH_THEN, epochs=MEASURED, verbose=0)
    return (time.process_time() - begun) / MEASURED, -(-DIGITS // BATCH_THEN)


def ours(precision: str) -> tuple[float, int]:
    """Return the CPU seconds of one whole network, measured on its held-out digits too."""
    from ambiguous_digits import network

    images, labels = noise()
    watch = images[: DIGITS // 4], labels[: DIGITS // 4]
    begun = time.process_time()
    network.fit(
        images, labels, watch=watch, num_classes=CLASSES, epochs=EPOCHS, seed=0, precision=precision
    )
    return time.process_time() - begun, EPOCHS * -(-DIGITS // network.BATCH_SIZE)


def noise() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    images = rng.integers(256, size=(DIGITS, 28, 28), dtype=np.uint8)
    return images, rng.integers(CLASSES, size=DIGITS)


def measure(*arguments: str) -> tuple[float, int]:
    """Run this file with these arguments in a new process; return what it printed."""
    command = [sys.executable, __file__, *arguments]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return tuple(json.loads(result.stdout))


def main() -> None:
    precisions = sorted({"float32", provenance.precision()})
    print(provenance.processor(), "· TensorFlow", provenance.versions("tensorflow")["tensorflow"])
    found = {name: [] for name in ("write-up", *precisions)}
    for turn in range(ROUNDS):
        print(f"round {turn + 1} of {ROUNDS}", flush=True)
        epoch, steps_then = measure("write-up")
        found["write-up"].append(EPOCHS_THEN * epoch)
        for precision in precisions:
            seconds, steps = measure("ours", precision)
            found[precision].append(seconds)
    then = statistics.median(found["write-up"])
    rate = EPOCHS_THEN * steps_then / then
    print(
        f"the write-up's recipe: {then:.0f} s of CPU a network ({EPOCHS_THEN} epochs, "
        f"{rate:.0f} steps of {BATCH_THEN} a second)"
    )
    for precision in precisions:
        now = statistics.median(found[precision])
        ratios = [a / b for a, b in zip(found["write-up"], found[precision], strict=True)]
        print(
            f"ours in {precision}: {now:.0f} s ({EPOCHS} epochs, {steps / now:.0f} steps of 128 a "
            f"second), 1/{statistics.median(ratios):.1f} (rounds: "
            f"{', '.join(f'1/{ratio:.1f}' for ratio in ratios)})"
        )


if __name__ == "__main__":
    if sys.argv[1:]:
        become_worker()
        measured = ours(sys.argv[2]) if sys.argv[1] == "ours" else write_up()
        print(json.dumps(measured))
    else:
        main()
