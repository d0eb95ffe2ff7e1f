"""Which network sees which digits, and what determines its bits."""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import provenance
from ..data import Digits


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
    return {
        "data": digits.digest,
        "epochs": job.epochs,
        "seed": job.seed,
        "folds": folds,
        "r": job.repeat,
        "k": job.fold,
        "precision": job.precision,
        **software(),
    }


def software() -> dict[str, str]:
    """Return what must be the same in every worker for the same bits: versions, and network.py."""
    source = Path(importlib.util.find_spec("ambiguous_digits.network").origin)  # not imported
    text = hashlib.sha256(source.read_bytes()).hexdigest()
    return {**provenance.versions("tensorflow", "keras"), "network.py": text}
