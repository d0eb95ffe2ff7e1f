"""Which network sees which digits, and what determines its bits."""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedKFold

from .. import provenance
from ..data import Digits


class Job(NamedTuple):
    """One network to fit, (repeat, fold), as it is handed to a worker."""

    repeat: int
    fold: int
    held_out: np.ndarray  # int64, ascending: the training digits that it must not see
    seed: int
    epochs: int


def plan(labels: np.ndarray, *, folds: int, repeats: int, seed: int, epochs: int) -> list[Job]:
    """Return the folds x repeats jobs of cross-fitting, ordered by (repeat, fold).

    labels: integer (N,) of the training part. Within a repeat each training digit is held out by
    exactly one job; the parts are stratified by class. Seeds are first words of NumPy's
    SeedSequence: of [seed, r, k] for network (r, k), of [seed, r] for the shuffle of repeat r.
    """
    return [
        Job(repeat, fold, held_out, seed=_first_word(seed, repeat, fold), epochs=epochs)
        for repeat in range(repeats)
        for fold, (_, held_out) in enumerate(
            StratifiedKFold(folds, shuffle=True, random_state=_first_word(seed, repeat)).split(
                labels, labels
            )
        )
    ]


def key(digits: Digits, job: Job, *, folds: int, seed: int) -> dict[str, Any]:
    """Return what determines a network's bits: its file is used again only if this is the same.

    The text of network.py stands for the architecture, the schedule and the batch size.
    """
    return {
        "data": digits.digest,
        "network.py": text_of_network(),
        "epochs": job.epochs,
        "seed": seed,
        "folds": folds,
        "r": job.repeat,
        "k": job.fold,
        **provenance.versions("tensorflow", "keras"),
    }


def text_of_network() -> str:
    """Return the SHA-256 (hex) of network.py's text, without importing it."""
    source = Path(importlib.util.find_spec("ambiguous_digits.network").origin)
    return hashlib.sha256(source.read_bytes()).hexdigest()


def _first_word(*entropy: int) -> int:
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])
