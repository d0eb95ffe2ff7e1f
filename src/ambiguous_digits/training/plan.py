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
    return [
        Job(repeat, fold, held_out, seed, epochs, precision)
        for repeat in range(repeats)
        for fold, (_, held_out) in enumerate(
            StratifiedKFold(folds, shuffle=True, random_state=_first_word(seed, repeat)).split(
                labels, labels
            )
        )
    ]


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


def _first_word(*entropy: int) -> int:
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])
