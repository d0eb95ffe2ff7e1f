"""Your own digits: what lies in a file or folder, brought into one form, or refused in words."""

import re
import unicodedata
from pathlib import Path

import numpy as np

from .digits import DataError, Digits, require
from .files import read

FULL, FEW, PALE = 255, 16, 200  # ink: all of it; at most so many shades; a largest value of less


def load_own(path: Path) -> Digits:
    """Return the digits in a file or folder, of a form that `load_digits` tells.

    Raises `DataError`, which names the file, the array, what it is and what it must be.
    """
    notes: list[str] = []
    try:
        arrays = read(path, notes)
        images = _images([arrays["x_train"], arrays["x_test"]], notes)
        labels, classes = _labels([arrays["y_train"], arrays["y_test"]], images, notes)
        names = _names(arrays.get("class_names", classes.astype(str)), len(classes))
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    # Never the name of another source: its results lie in a folder that is called so.
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-.") or "own"
    name = f"own-{name}" if name.lower() in ("auto", "mnist", "sample") else name
    told = tuple(f"{path.name}: {note}" for note in notes)
    return Digits(images[0], labels[0], images[1], labels[1], name, names, told)


def _images(parts: list[np.ndarray], notes: list[str]) -> list[np.ndarray]:
    """Return both parts as uint8 (N, H, W), on one scale, 255 = ink."""
    parts = [_shaped(*each, notes) for each in zip(("x_train", "x_test"), parts, strict=True)]
    train, test = parts
    require(
        train.shape[1:] == test.shape[1:] and (train.dtype.kind == "f") == (test.dtype.kind == "f"),
        f"x_test is {test.dtype} {test.shape}, but x_train {train.dtype} {train.shape}: make them "
        "one size, and both whole numbers or both float",
    )
    most = float(max(train.max(), test.max()))
    few = 1 <= most <= FEW and 2 * most == round(2 * most)
    if few and not (most == 1 and train.dtype.kind == "f"):
        notes.append(f"the largest value, {most:g}, is taken as full ink")
    elif 1 < most < PALE:
        notes.append(f"the largest value is {most:g}: taken as it is, with {FULL} as full ink")
    scale = FULL / most if few else FULL if most < 1 else 1
    parts = [np.rint(images * scale).astype(np.uint8) for images in parts]
    border = np.ones(parts[0].shape[1:], bool)
    border[1:-1, 1:-1] = False
    if np.median((parts[0][:, border] > FULL / 2).mean(axis=1)) > 0.5:
        notes.append(
            "WARNING: most pictures have a bright border, as if they were dark ink on white. Here "
            "0 is paper and 255 is ink: unless they are meant so, invert them, by x = 255 - x"
        )
    return parts


def _shaped(name: str, images: np.ndarray, notes: list[str]) -> np.ndarray:
    """Return pictures as (N, H, W): without an axis of one grey, or out of rows of pixels."""
    shape = images.shape
    if images.ndim == 4 and 1 in (shape[1], shape[3]):
        images = images.squeeze(3 if shape[3] == 1 else 1)
    elif images.ndim == 2 and (side := round(shape[1] ** 0.5)) ** 2 == shape[1]:
        images = images.reshape(-1, side, side)
    colour = f"; colours become grey by {name}.mean(axis={3 if shape[-1] < 5 else 1})"
    require(
        images.ndim == 3 and len(images) > 0 and min(images.shape[1:]) >= 10,
        f"{name} has shape {shape}, but must have (N, H, W), (N, H, W, 1), (N, 1, H, W) or, if "
        f"square, (N, H·W), N at least 1, H and W at least 10{colour if len(shape) == 4 else ''}",
    )
    if shape not in (images.shape, (*images.shape, 1)):
        notes.append(f"{name} {shape} is taken as {images.shape}")
    kind = images.dtype.kind
    low, high = (images.min(), images.max()) if kind in "biuf" else (images.dtype, "?")
    require(
        kind in "biuf" and 0 <= low <= high <= FULL,  # NaN is not in any range
        f"{name} goes from {low} to {high}, but must be numbers in 0 to 1, 0 to 16 or 0 to 255",
    )
    return images


def _labels(
    parts: list[np.ndarray], images: list[np.ndarray], notes: list[str]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return labels of both parts as int64 (N,), 0 to K-1, and the K classes as they were."""
    for i, name in enumerate(("y_train", "y_test")):
        labels, needed = parts[i], images[i].shape[:1]
        if labels.ndim == 2 and labels.shape[1] == 1:
            notes.append(f"{name} {labels.shape} is taken as {needed}")
            labels = labels[:, 0]
        hint = f"; one-hot becomes so by {name}.argmax(axis=1)" if labels.ndim == 2 else ""
        require(
            labels.shape == needed and labels.dtype.kind in "biufUO",
            f"{name} is {labels.dtype} {labels.shape}, must be {needed} numbers or names{hint}",
        )
        broken = labels[labels != np.rint(labels)] if labels.dtype.kind == "f" else labels[:0]
        require(not broken.size, f"{name} has {broken[:1]}, but must hold whole numbers")
        parts[i] = labels.astype(str if labels.dtype.kind in "UO" else np.int64)
    if all(label.isdecimal() for label in np.concatenate(parts).astype(str)):
        parts = [labels.astype(np.int64) for labels in parts]  # else 10 would come before 2
    classes = np.unique(parts[0])
    require(len(classes) >= 2, f"y_train has only {classes}, but must have at least 2 classes")
    strange = np.setdiff1d(parts[1], classes)
    require(not strange.size, f"y_test has {strange[:5]}, which y_train has not")
    if classes.tolist() != list(range(len(classes))):
        notes.append(
            f"labels {classes[0]} to {classes[-1]} became 0 to {len(classes) - 1}, in their order; "
            "their old names are the class names"
        )
    return [np.searchsorted(classes, labels).astype(np.int64) for labels in parts], classes


def _names(names: np.ndarray, num_classes: int) -> tuple[str, ...]:
    require(
        names.dtype.kind == "U" and names.shape == (num_classes,),
        f"class_names is {names.dtype} {names.shape}, but must be {num_classes} strings",
    )
    # As they look: a page shows any number of spaces as one.
    looks = [unicodedata.normalize("NFC", " ".join(name.split())) for name in names.tolist()]
    unclear = sorted({look for look in looks if not look or looks.count(look) > 1})
    require(not unclear, f"class_names has {unclear} empty or twice, but each class needs its own")
    return tuple(looks)
