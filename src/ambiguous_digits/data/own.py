"""Your own digits: an .npz file, refused in words unless it is of the form that is needed."""

import math
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np

from .digits import DataError, Digits, require
from .files import open_file

#: Bytes that the arrays may have unpacked: 2 GiB.
LARGEST = 2 * 1024**3
#: The arrays that a file must have. No others are read, but for class_names.
NEEDED = ("x_train", "y_train", "x_test", "y_test")
#: What reads the header of an array, by the version of its form.
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
#: Kinds of characters that no name may have: control, half of a pair, breaks of line or paragraph.
UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


def load_own(path: Path) -> Digits:
    """Return the digits in the .npz file `path`, which may hold what `load_digits` says.

    Raises `DataError`, which names the file, the array, what it is and what it must be, and
    OSError if there is no file that can be opened.
    """
    with open_file(path) as file:
        try:
            # The name becomes that of a folder, and some file systems know no capitals.
            require(
                re.fullmatch(r"[A-Za-z0-9_.-]+", path.stem)
                and path.stem.lower() not in ("auto", "mnist", "sample"),
                "rename the file: use letters, digits, '_', '-', '.', but not auto, mnist, sample",
            )
            arrays = _read_npz(file)
            train_images, test_images = _own_images(arrays["x_train"], arrays["x_test"])
            train_labels, test_labels = _own_labels(arrays)
            class_names = _own_names(arrays, int(train_labels.max()) + 1)
        except (DataError, SystemError) as error:  # SystemError: a string of no characters
            raise DataError(f"{path}: {error}.") from error
    return Digits(train_images, train_labels, test_images, test_labels, path.stem, class_names)


def _read_npz(file: BinaryIO) -> dict[str, np.ndarray]:
    """Return the arrays that are needed. Nothing is unpacked before its size is known."""
    try:
        with ZipFile(file) as archive:
            there = [info.filename.removesuffix(".npy") for info in archive.infolist()]
            missing = [name for name in NEEDED if name not in there]
            require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(there)}")
            wanted = [name for name in (*NEEDED, "class_names") if name in there]
            infos = [archive.getinfo(f"{name}.npy") for name in wanted]
            # Other ways to pack can swell beyond what the directory says.
            require(
                all(info.compress_type in (ZIP_STORED, ZIP_DEFLATED) for info in infos),
                "packed in a way that NumPy never does: write it by np.savez or "
                "np.savez_compressed",
            )
            size = sum(info.file_size for info in infos)
            require(
                size <= LARGEST,
                f"{', '.join(wanted)} unpack to {size:,} bytes, but at most {LARGEST:,} are read: "
                "store fewer or smaller images, or uint8",
            )
            return {name: _read_npy(archive, name) for name in wanted}
    except DataError:
        raise
    except Exception as error:  # as many kinds as zipfile, zlib and NumPy have between them
        raise DataError(f"not readable as arrays of numbers and strings ({error})") from error


def _read_npy(archive: ZipFile, name: str) -> np.ndarray:
    """Return one array, without memory for what its header says but its content lacks."""
    with archive.open(f"{name}.npy") as file:
        shape, fortran_order, dtype = HEADERS[np.lib.format.read_magic(file)](file)
        require(
            not dtype.hasobject,
            f"{name} holds Python objects, which are never unpickled: save numbers or strings",
        )
        content = file.read()
    needed = math.prod(shape) * dtype.itemsize
    require(
        len(content) == needed,
        f"{name} is {dtype} {shape} by its header, which takes {needed:,} bytes, but "
        f"{len(content):,} are there: save it anew",
    )
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran_order else "C")


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


def _own_names(arrays: dict[str, np.ndarray], num_classes: int) -> tuple[str, ...]:
    names = arrays.get("class_names", np.arange(num_classes).astype(str))
    require(
        names.dtype.kind == "U" and names.shape == (num_classes,),
        f"class_names is {names.dtype} {names.shape}, but must be {num_classes} strings",
    )
    names = names.tolist()
    broken = [name for name in names if {unicodedata.category(c) for c in name} & UNPRINTABLE]
    require(not broken, f"class_names has {broken}, but must be free of control characters")
    # As they look: a page shows any number of spaces as one.
    seen = Counter(unicodedata.normalize("NFC", " ".join(name.split())) for name in names)
    unclear = [name for name, count in seen.items() if count > 1 or not name]
    require(not unclear, f"class_names has {unclear} empty or twice, but each class needs its own")
    return tuple(names)
