"""Your own digits: an .npz file, refused in words unless it is of the form that is needed."""

import re
import unicodedata
from pathlib import Path

import numpy as np

from .digits import DataError, Digits, require

#: The arrays that a file must have. No others are read, but for class_names.
NEEDED = ("x_train", "y_train", "x_test", "y_test")
#: Kinds of characters that no name may have: control, half of a pair, breaks of line or paragraph.
UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


def load_own(path: Path) -> Digits:
    """Return the digits in the .npz file `path`, which holds what `load_digits` says, and its name.

    Raises `DataError`, which names the file, the array, what it is and what it must be.
    """
    try:
        arrays = _read_npz(path)
        train_images, test_images = _images(arrays["x_train"], arrays["x_test"])
        train_labels, test_labels = _labels(arrays)
        class_names = _names(arrays, int(train_labels.max()) + 1)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    # Never the name of another source: its results lie in a folder that is called so.
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-.") or "own"
    name = f"own-{name}" if name.lower() in ("auto", "mnist", "sample") else name
    return Digits(train_images, train_labels, test_images, test_labels, name, class_names)


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            names = list(file)
            wanted = [name for name in (*NEEDED, "class_names") if name in names]
            arrays = {name: np.asarray(file[name]) for name in wanted}  # else bytes, if no .npy
    except Exception as error:  # as many kinds as zipfile, zlib and NumPy have between them
        raise DataError(
            f"not readable as arrays of numbers and strings ({error}): write it by np.savez"
        ) from error
    missing = [name for name in NEEDED if name not in arrays]
    require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(names)}")
    return arrays


def _images(*parts: np.ndarray) -> list[np.ndarray]:
    parts = [x[..., 0] if x.ndim == 4 and x.shape[3] == 1 else x for x in parts]
    for name, images in zip(("x_train", "x_test"), parts, strict=True):
        require(
            images.ndim == 3 and len(images) > 0 and min(images.shape[1:]) >= 10,
            f"{name} has shape {images.shape}, but must have (N, H, W) or (N, H, W, 1), "
            "N at least 1, H and W at least 10",
        )
        require(
            images.dtype == np.uint8 or images.dtype.kind == "f",
            f"{name} is {images.dtype}, but must be uint8, or float in 0 to 1 or 0 to 255",
        )
        low, high = images.min(), images.max()  # NaN is not in any range
        problem = f"{name} goes from {low} to {high}, but must stay in 0 to 1 or 0 to 255"
        require(0 <= low <= high <= 255, problem)
    train, test = parts
    require(
        train.shape[1:] == test.shape[1:] and train.dtype.kind == test.dtype.kind,
        f"x_test is {test.dtype} {test.shape}, but x_train {train.dtype} {train.shape}: make them "
        "one size, and both uint8 or both float",
    )
    if train.dtype == np.uint8:
        return parts
    scale = 255 if max(train.max(), test.max()) <= 1 else 1
    return [np.rint(images * scale).astype(np.uint8) for images in parts]


def _labels(arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    train, test = arrays["y_train"], arrays["y_test"]
    for part, labels in (("train", train), ("test", test)):
        needed = arrays[f"x_{part}"].shape[:1]
        require(
            labels.shape == needed and labels.dtype.kind in "iuf",
            f"y_{part} is {labels.dtype} {labels.shape}, but must hold whole numbers, {needed}",
        )
        broken = labels[labels != np.rint(labels)]
        require(not broken.size, f"y_{part} has {broken[:1]}, but must hold whole numbers")
    classes = np.unique(train)
    require(
        len(classes) >= 2 and np.array_equal(classes, np.arange(len(classes))),
        f"y_train has {len(classes)} classes from {classes[0]} to {classes[-1]}, but must have at "
        "least 2, numbered from 0 without a gap",
    )
    require(
        0 <= test.min() <= test.max() < len(classes),
        f"y_test goes from {test.min()} to {test.max()}, but y_train from 0 to {len(classes) - 1}",
    )
    return [labels.astype(np.int64) for labels in (train, test)]


def _names(arrays: dict[str, np.ndarray], num_classes: int) -> tuple[str, ...]:
    names = arrays.get("class_names", np.arange(num_classes).astype(str))
    require(
        names.dtype.kind == "U" and names.shape == (num_classes,),
        f"class_names is {names.dtype} {names.shape}, but must be {num_classes} strings",
    )
    names = names.tolist()
    broken = [name for name in names if {unicodedata.category(c) for c in name} & UNPRINTABLE]
    require(not broken, f"class_names has {broken}, but must be free of control characters")
    # As they look: a page shows any number of spaces as one.
    looks = [unicodedata.normalize("NFC", " ".join(name.split())) for name in names]
    unclear = sorted({look for look in looks if not look or looks.count(look) > 1})
    require(not unclear, f"class_names has {unclear} empty or twice, but each class needs its own")
    return tuple(names)
