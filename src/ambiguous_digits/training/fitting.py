"""One network: fitted and asked, in whatever worker this runs."""

from collections.abc import Callable

import numpy as np

from .. import provenance, results
from ..data import Digits
from .plan import Job

#: What makes bits repeat: one thread, told before TensorFlow is imported.
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


class Died(Exception):
    """The worker died, not the network by an error of its own; says what may have killed it."""


def fit_job(
    digits: Digits, job: Job, tell: Callable[[str], object] = lambda line: None
) -> results.Network:
    """Fit one network and ask it about every digit that it did not see; runs in a worker.

    `tell` gets a line after each epoch: repeat, fold, epoch, accuracy.
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
        seed=job.seed,
        on_epoch=lambda epoch, accuracy: tell(f"{job.repeat} {job.fold} {epoch} {accuracy:.6f}"),
    )
    return results.Network(
        repeat=job.repeat,
        fold=job.fold,
        held_out=np.flatnonzero(held_out),
        held_out_logits=network.predict_logits(fit.weights, digits.train_images[held_out]),
        test_logits=network.predict_logits(fit.weights, digits.test_images),
        curves=fit.curves,
        seconds=fit.seconds,
        processor=provenance.processor(),
        weights=fit.weights,
    )
