"""One network: fitted and asked, in whatever worker this runs."""

import os
from collections.abc import Callable

import numpy as np

from .. import provenance, results
from ..data import Digits
from .plan import Job

#: What makes bits repeat, told before TensorFlow is imported: one thread, and none of the others.
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
UNSET = ("TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS", "TF_XLA_FLAGS", "XLA_FLAGS")

#: Is told of each epoch: repeat, fold, epoch from 1, accuracy on the held-out digits.
Tell = Callable[[int, int, int, float], object]


def become_worker() -> None:
    """Prepare this process, in which TensorFlow is not loaded yet, for bits that repeat."""
    os.environ |= ONE_THREAD
    for name in UNSET:
        os.environ.pop(name, None)


def fit_job(digits: Digits, job: Job, tell: Tell = lambda *epoch: None) -> results.Network:
    """Fit one network and ask it about every digit that it did not see; runs in a worker.

    Raises ArithmeticError if anything that the network says is not finite.
    """
    from .. import network  # TensorFlow is loaded in workers only

    held_out = np.zeros(len(digits.train_labels), bool)
    held_out[job.held_out] = True
    fit = network.fit(
        digits.train_images[~held_out],
        digits.train_labels[~held_out],
        watch=(digits.train_images[held_out], digits.train_labels[held_out]),
        num_classes=digits.num_classes,
        epochs=job.epochs,
        seed=(job.seed, job.repeat, job.fold),
        precision=job.precision,
        on_epoch=lambda epoch, accuracy: tell(job.repeat, job.fold, epoch, accuracy),
    )
    held_out_logits = network.predict_logits(fit.weights, digits.train_images[held_out])
    test_logits = network.predict_logits(fit.weights, digits.test_images)
    for numbers in (held_out_logits, test_logits, *fit.curves.values()):
        if not np.isfinite(numbers).all():
            raise ArithmeticError("its logits or losses are not finite")
    return results.Network(
        repeat=job.repeat,
        fold=job.fold,
        held_out=np.flatnonzero(held_out),
        held_out_logits=held_out_logits,
        test_logits=test_logits,
        curves=fit.curves,
        seconds=fit.seconds,
        processor=provenance.processor(),
        precision=job.precision,
        weights=fit.weights,
    )
