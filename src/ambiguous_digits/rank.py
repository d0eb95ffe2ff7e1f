"""Ranks what your own classifier says, without any training, as a table on stdout.

`python -m ambiguous_digits.rank probs.npy labels.npy --top 20 > ambiguous.csv`
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from . import ranking, scores
from .data import load_array


def rank(probs: np.ndarray, labels: np.ndarray | None = None, by: str = "") -> pd.DataFrame:
    """Return one row per digit, the most ambiguous first: what is said of it, and all its scores.

    probs: as `scores` take them, (N, K) or (M, N, K) or a frame; labels: of `scores.check_labels`,
    without which the scores that need them are left out. by: a name of `scores.SCORES`; empty:
    label_doubt, or low_confidence without labels. Columns: index, label, prediction, confidence
    and the scores; classes by their names, if `probs` is a frame. Raises ValueError as the scores.
    """
    mean, numbers = scores.mean_probs(probs), None
    names = np.array(getattr(probs, "columns", range(mean.shape[1])), object)
    told = {"index": np.arange(len(mean))}
    if labels is not None:
        numbers = scores.check_labels(labels, probs)
        if np.asarray(labels).dtype.kind not in "iu":
            names[numbers] = labels
        told["label"] = names[numbers]
    told |= {"prediction": names[mean.argmax(axis=1)], "confidence": mean.max(axis=1)}
    for name in scores.SCORES:
        if labels is not None or name not in scores.NEEDS_LABELS:
            told[name] = scores.by_name(name, np.asarray(probs), numbers)
    table, by = pd.DataFrame(told), by or ("low_confidence" if labels is None else "label_doubt")
    if by not in scores.SCORES or by not in table:
        known = ", ".join(name for name in scores.SCORES if name in table)
        raise ValueError(f"by is {by!r}; needed, with these labels or none: one of {known}")
    return table.iloc[ranking.order(table[by].to_numpy())]


def main() -> None:
    """Reads the two files, .npy, .npz of one array or .csv, and writes the table."""
    parser = argparse.ArgumentParser("python -m ambiguous_digits.rank", description=__doc__)
    parser.add_argument("probs", type=Path, help="(N, K) or (M, N, K): .npy, .npz or .csv")
    parser.add_argument("labels", type=Path, nargs="?", help="(N,): .npy, .npz or .csv")
    parser.add_argument("--top", type=int, default=20, help="how many rows; 20")
    parser.add_argument("--by", default="", choices=list(scores.SCORES), help="score to sort by")
    asked = parser.parse_args()
    labels = None if asked.labels is None else np.ravel(load_array(asked.labels))
    table = rank(load_array(asked.probs), labels, asked.by)
    table.head(max(1, asked.top)).to_csv(sys.stdout, index=False, float_format="%.6g")


if __name__ == "__main__":
    try:
        main()
    except Exception as problem:  # as many kinds as gzip, zipfile, NumPy, pandas have between them
        sys.exit(f"{problem}")
