"""Your own digits: an .npz file, refused in words unless it is of the form that is needed."""

import re
from pathlib import Path

import numpy as np

from .digits import DataError, Digits, require


def load_own(path: Path) -> Digits:
    """Return the digits in the .npz file `path`, which may hold what `load_digits` says.

    Raises `DataError`, which names the file, the array, what it is and what it must be.
    """
    try:
        # The name becomes that of a folder, and some file systems know no capitals.
        require(
            re.fullmatch(r"[A-Za-z0-9_.-]+", path.stem)
            and path.stem.lower() not in ("auto", "mnist", "sample"),
            "rename the file: use letters, digits, '_', '-', '.', but not auto, mnist or sample",
        )
        arrays = _read_npz(path)
        train_images, test_images = _own_images(arrays["x_train"], arrays["x_test"])
        train_labels, test_labels = _own_labels(arrays)
        num_classes = int(train_labels.max()) + 1
        names = arrays.get("class_names", np.arange(num_classes).astype(str))
        require(
            names.dtype.kind == "U" and names.shape == (num_classes,),
            f"class_names is {names.dtype} {names.shape}, but must be {num_classes} strings",
        )
    except DataError as error:
        raise DataError(f"{path}: {error}.") from error
    class_names = tuple(names.tolist())
    return Digits(train_images, train_labels, test_images, test_labels, path.stem, class_names)


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
    except Exception as error:  # as many kinds as zipfile, zlib and NumPy have between them
        raise DataError(f"not readable as arrays of numbers and strings ({error})") from error
    missing = [name for name in ("x_train", "y_train", "x_test", "y_test") if name not in arrays]
    require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(arrays)}")
    return arrays


def _own_images(*parts: np.ndarray) -> list[np.ndarray]:
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
        low, high = images.min(), images.max()
        problem = f"{name} goes from {low} to {high}, but must stay in 0 to 1 or 0 to 255"
        require(0 <= low <= high <= 255, problem)  # NaN fails, too
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


def _own_labels(arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    train, test = arrays["y_train"], arrays["y_test"]
    for part, labels in (("train", train), ("test", test)):
        needed = arrays[f"x_{part}"].shape[:1]
        require(
            labels.shape == needed
            and labels.dtype.kind in "iuf"
            and np.all(labels == np.rint(labels)),
            f"y_{part} is {labels.dtype} {labels.shape}, but must hold whole numbers, {needed}",
        )
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
