"""One network: which digits it sees, what determines its bits, and its fitting by a worker."""

import hashlib
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import provenance, results
from ..data import Digits

#: Is told of each epoch: repeat, fold, epoch from 1, accuracy on the held-out digits.
Tell = Callable[[int, int, int, float], object]


class Job(NamedTuple):
    """One network to fit, (repeat, fold), as it is handed to a worker."""

    repeat: int
    fold: int
    held_out: np.ndarray  # int64, ascending: the training digits that it must not see
    seed: int  # of the run: the network's own is [seed, repeat, fold]
    epochs: int
    precision: str  # "float32" or "mixed_bfloat16"


def plan(
    labels: np.ndarray, *, folds: int, repeats: int, seed: int, epochs: int, precision: str
) -> list[Job]:
    """Return the folds x repeats jobs of cross-fitting, ordered by (repeat, fold).

    labels: integer (N,) of the training part. Within a repeat each training digit is held out by
    exactly one job; the parts are stratified by class. The shuffle of repeat r is seeded by the
    first word of NumPy's SeedSequence of [seed, r].
    """
    from sklearn.model_selection import StratifiedKFold  # workers do without, and start sooner

    jobs = []
    for repeat in range(repeats):
        shuffle = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
        parts = StratifiedKFold(folds, shuffle=True, random_state=shuffle).split(labels, labels)
        for fold, (_, held_out) in enumerate(parts):
            jobs.append(Job(repeat, fold, held_out, seed, epochs, precision))
    return jobs


def key(digits: Digits, job: Job, *, folds: int) -> dict[str, Any]:
    """Return what determines a network's bits: its file is used again only if this is the same.

    The text of network.py stands for the architecture, the jitter, the schedule, the batch size.
    """
    asked = {"epochs": job.epochs, "seed": job.seed, "folds": folds, "precision": job.precision}
    return {"data": digits.digest, **asked, "r": job.repeat, "k": job.fold, **software()}


def software() -> dict[str, str]:
    """Return what must be the same in every worker for the same bits: versions, and network.py."""
    source = Path(importlib.util.find_spec("ambiguous_digits.network").origin)  # not imported
    text = hashlib.sha256(source.read_bytes()).hexdigest()
    return {**provenance.versions("tensorflow", "keras"), "network.py": text}


def become_worker() -> None:
    """Prepare this process, in which TensorFlow is not loaded yet, for bits that repeat."""
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    os.environ.pop("TF_ENABLE_ONEDNN_OPTS", None)  # 0 spares one a message, and changes bits


def fit_job(digits: Digits, job: Job, tell: Tell) -> results.Network:
    """Fit one network and ask it about every digit that it did not see; runs in a worker.

    Raises ArithmeticError if anything that the network says is not finite.
    """
    from .. import network  # TensorFlow is loaded in workers only

    learned = np.delete(np.arange(len(digits.train_labels)), job.held_out)
    held_out = digits.train_images[job.held_out], digits.train_labels[job.held_out]
    fit = network.fit(
        digits.train_images[learned],
        digits.train_labels[learned],
        watch=held_out,
        num_classes=digits.num_classes,
        epochs=job.epochs,
        seed=(job.seed, job.repeat, job.fold),
        precision=job.precision,
        on_epoch=lambda epoch, accuracy: tell(job.repeat, job.fold, epoch, accuracy),
    )
    said = {
        "held_out_logits": network.predict_logits(fit.weights, held_out[0]),
        "test_logits": network.predict_logits(fit.weights, digits.test_images),
    }
    if not all(np.isfinite(numbers).all() for numbers in (*said.values(), *fit.curves.values())):
        raise ArithmeticError("its logits or losses are not finite")
    fitted = {"curves": fit.curves, "seconds": fit.seconds, "weights": fit.weights}
    made = {"processor": provenance.processor(), "precision": job.precision}
    return results.Network(job.repeat, job.fold, job.held_out, **said, **fitted, **made)
