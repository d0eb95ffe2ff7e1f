"""One network: fitted and asked, in whatever worker this runs."""

import os
from collections.abc import Callable

import numpy as np

from .. import provenance, results
from ..data import Digits
from .plan import Job

#: Is told of each epoch: repeat, fold, epoch from 1, accuracy on the held-out digits.
Tell = Callable[[int, int, int, float], object]


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
    fit = network.fit(
        digits.train_images[learned],
        digits.train_labels[learned],
        watch=(digits.train_images[job.held_out], digits.train_labels[job.held_out]),
        num_classes=digits.num_classes,
        epochs=job.epochs,
        seed=(job.seed, job.repeat, job.fold),
        precision=job.precision,
        on_epoch=lambda epoch, accuracy: tell(job.repeat, job.fold, epoch, accuracy),
    )
    held_out_logits = network.predict_logits(fit.weights, digits.train_images[job.held_out])
    test_logits = network.predict_logits(fit.weights, digits.test_images)
    for numbers in (held_out_logits, test_logits, *fit.curves.values()):
        if not np.isfinite(numbers).all():
            raise ArithmeticError("its logits or losses are not finite")
    return results.Network(
        repeat=job.repeat,
        fold=job.fold,
        held_out=job.held_out,
        held_out_logits=held_out_logits,
        test_logits=test_logits,
        curves=fit.curves,
        seconds=fit.seconds,
        processor=provenance.processor(),
        precision=job.precision,
        weights=fit.weights,
    )
