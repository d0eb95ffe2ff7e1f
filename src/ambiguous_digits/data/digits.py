"""What every source of digits returns, and the error that says what is wrong with it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np


class DataError(ValueError):
    """The digits that were asked for are missing, damaged, or not of the form they need."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images and labels of a training and a test part, in the order of their files.

    Images are uint8 `(N, H, W)`, for MNIST 0 = paper, 255 = ink. Labels are int64 `(N,)`, 0 to K-1.
    `name`: "mnist", "sample" or the stem of your own file. `notes`: what was done to your pictures.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    name: str
    class_names: tuple[str, ...] = tuple("0123456789")
    notes: tuple[str, ...] = ()

    @property
    def num_classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    @property
    def thing(self) -> str:
        """What the pictures are: "digit", or "picture" in a set of your own."""
        return "digit" if self.name in ("mnist", "sample") else "picture"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over shape and bytes of the arrays, in hex; renaming does not change it."""
        sha256 = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            sha256.update(str(array.shape).encode())
            sha256.update(np.ascontiguousarray(array))
        return sha256.hexdigest()


def require_folds(digits: Digits, folds: int) -> None:
    """Raise `DataError` unless each class has `folds` training digits: else some fold lacks it."""
    counts = np.bincount(digits.train_labels, minlength=digits.num_classes)
    few = [f"{digits.class_names[k]!r} has {counts[k]}" for k in np.flatnonzero(counts < folds)]
    require(
        not few,
        f"folds is {folds}, so each class of {digits.name!r} needs at least {folds} training "
        f"digits, but class {', '.join(few[:5])}. Use fewer folds, or add digits.",
    )


def require(condition: object, problem: str) -> None:
    """Raise `DataError` with the text `problem` unless the condition holds."""
    if not condition:
        raise DataError(problem)
