"""Your own pictures, in any form in which pictures are handed round, made one form, or refused."""

import gzip
import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from .digits import DataError, Digits, require

#: The four arrays; and how their files in a folder are told apart, in small letters.
NAMES = {
    "x_train": "train.*(image|img)|x_train",
    "y_train": "train.*label|y_train",
    "x_test": "(t10k|test).*(image|img)|x_test",
    "y_test": "(t10k|test).*label|y_test",
}
FORMS = (
    f"an .npz file of {', '.join(NAMES)}, by np.savez and without objects; a .csv file, in each "
    "line a label and the pixels of a picture; or a folder of four idx files, of four .npz or .npy "
    "files of one array, or of a folder of pictures for each class, perhaps in train/ and test/"
)
LABELS = {"label", "labels", "class", "target", "y", "digit"}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff"}
FULL, FEW, PALE = 255, 16, 200  # ink: all of it; at most so many shades; a largest value of less


def load_own(path: Path) -> Digits:
    """Return the digits in a file or folder; a `DataError` names it, the array and what is due."""
    notes: list[str] = []
    try:
        x_train, y_train, x_test, y_test, *names = _read(path, notes)
        images = _images([x_train, x_test], notes)
        labels, classes = _labels([y_train, y_test], images, notes)
        names = _names(*names or [classes.astype(str)], len(classes))
    except Exception as error:  # also what nobody thought of: 0 dimensions, numbers of 30 digits
        raise DataError(f"{path}: {error}") from error
    # Never the name of another source: its results lie in a folder that is called so.
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-.") or "own"
    name = f"own-{name}" if name.lower() in ("auto", "mnist", "sample") else name
    told = tuple(f"{path.name}: {note}" for note in notes)
    return Digits(images[0], labels[0], images[1], labels[1], name, names, told)


def _read(path: Path, notes: list[str]) -> list[np.ndarray]:
    """Return the arrays of NAMES in a file or folder, unchecked; class names, if it has any."""
    try:
        if path.is_dir():
            arrays = _four(path) or _pictures(path)
        elif path.suffix == ".npz":
            arrays = _npz(path)
        else:
            require(".csv" in path.suffixes, "not of a form that is known")
            arrays = _table(path, notes)
        if len(arrays) == 2:
            notes.append("A fifth of each class, drawn always alike, is the test part: it had none")
            return split(*arrays, test=0.2)
        return arrays
    except Exception as error:  # as many kinds as gzip, zipfile, NumPy, Pillow have between them
        problem = f"{error}" if isinstance(error, DataError) else f"not readable ({error})"[:300]
        raise DataError(f"{problem}. Needed: {FORMS}") from error


def split(images: np.ndarray, labels: np.ndarray, *, test: float) -> list[np.ndarray]:
    """Return the arrays of both parts, stratified, always alike; test: how many, or a share."""
    from sklearn.model_selection import train_test_split  # it takes a second

    parts = train_test_split(images, labels, test_size=test, stratify=labels, random_state=0)
    return [parts[i] for i in (0, 2, 1, 3)]


def unpacked(content: bytes) -> bytes:
    """Return the content of a file, unpacked if it was packed by gzip."""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def idx(content: bytes) -> np.ndarray:
    """Return what an idx file holds: pictures, uint8 (N, H, W), or labels, int64 (N,)."""
    require(content[:3] == b"\0\0\x08", "an idx file of bytes begins with 0, 0, 8; one does not")
    shape = np.frombuffer(content, ">u4", count=content[3], offset=4)
    array = np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape)
    return array if array.ndim > 1 else array.astype(np.int64)


def load_array(path: Path) -> np.ndarray:
    """Return the one array in an .npy, .npz or idx file, which may be packed; of a .csv a frame."""
    if ".csv" in path.suffixes:
        return load_table(path)
    if "ubyte" in path.name:
        return idx(unpacked(path.read_bytes()))
    found = np.load(path, allow_pickle=False)
    names = getattr(found, "files", ())  # of an .npz
    require(len(names) < 2, f"{path.name} has not one array, but {names}")
    return found[names[0]] if names else found


def _npz(path: Path) -> list[np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        missing = [name for name in NAMES if name not in file]
        require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(file)}")
        wanted = [name for name in (*NAMES, "class_names") if name in file]
        return [np.asarray(file[name]) for name in wanted]  # else bytes, if no .npy


def _four(folder: Path) -> list[np.ndarray]:
    """Read four files of one array each, in a folder or below; plain ones before packed ones."""
    ending = r"(idx\d-ubyte(\.gz)?|\.np[yz])$"
    files = [path for path in sorted(folder.rglob("[!._]*")) if re.search(ending, path.name)]
    files = [path for path in files if path.is_file() and "__MACOSX" not in path.parts]
    arrays = []
    for name, pattern in NAMES.items() if files else ():
        some = [path for path in files if re.search(pattern, path.name.lower())]
        plain = {str(path).removesuffix(".gz"): path for path in reversed(some)}
        require(plain, f"has no file of {name} among {', '.join(path.name for path in files)}")
        require(len(plain) == 1, f"has several files of {name} ({', '.join(plain)}): keep one set")
        arrays.append(load_array(*plain.values()))
    return arrays


def _table(path: Path, notes: list[str]) -> list[np.ndarray]:
    """Read a .csv file; of train.csv the test part is test.csv beside it, of the same columns."""
    tables = [load_table(path)]
    beside = path.with_name(path.name.replace("train", "test"))
    if beside != path and beside.is_file():
        test = load_table(beside)
        if list(test) == list(tables[0]):  # else it is there to be guessed
            notes.append(f"{beside.name} is the test part")
            tables.append(test)
    known = [name for name in tables[0] if str(name).strip().lower() in LABELS]
    label = known[0] if known else tables[0].columns[0]
    notes += [] if known else ["the first column is taken as the label"]
    parts = [part for table in tables for part in (table.drop(columns=label), table[label])]
    return [part.to_numpy() for part in parts]


def load_table(path: Path) -> pd.DataFrame:
    """Return a .csv file as a frame, with the names of its columns if it has any."""
    top = pd.read_csv(path, nrows=1, header=None).iloc[0]
    named = isinstance(top.iloc[-1], str)
    if named and len(top) == 1:  # names of classes come again, that of a column does not
        named = not pd.read_csv(path)[top[0]].eq(top[0]).any()
    return pd.read_csv(path, header=0 if named else None)


def _pictures(folder: Path) -> list[np.ndarray]:
    """Read folders of pictures, one for each class, all in one or in those of the two parts."""
    folders = _folders(folder)
    while len(folders) == 1 and (below := _folders(folders[0])):
        folders = below
    found = {path.name.lower().removesuffix("ing"): _folders(path) for path in folders}
    test = found.get("test") or found.get("val")
    if train := found.get("train"):
        return _classes(train) + (_classes(test) if test else [])
    return _classes(folders)


def _folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] not in "._"]


def _classes(folders: list[Path]) -> list[np.ndarray]:
    """Return pictures (N, H, W) and labels (N,), the names of their folders."""
    files = [path for folder in folders for path in sorted(folder.glob("[!.]*"))]
    files = [path for path in files if path.suffix.lower() in PICTURES]
    require(
        files, f"has no pictures ({', '.join(sorted(PICTURES))}) in folders; name a file itself"
    )
    images = [_picture(path) for path in files]
    sizes = {image.shape: path.name for path, image in zip(files, images, strict=True)}
    require(
        len(sizes) == 1, f"has pictures of {len(sizes)} sizes ({sizes}"[:200] + "): make it one"
    )
    return [np.stack(images), np.array([path.parent.name for path in files])]


def _picture(path: Path) -> np.ndarray:
    """Return a picture's greys, uint8 (H, W); what is transparent is white."""
    from PIL import Image

    with Image.open(path) as image:
        require(image.mode[0] not in "IF", f"{path} is {image.mode}, but must have 8 bits a pixel")
        clear = image.convert("RGBA")
    colours = np.asarray(Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear))
    require(
        np.ptp(colours[..., :3], axis=2).max() <= 16,
        f"{path} is in colour, but must be grey: convert it, by Pillow's image.convert('L')",
    )
    return colours[..., 1]


def _images(parts: list[np.ndarray], notes: list[str]) -> list[np.ndarray]:
    """Return both parts as uint8 (N, H, W), on one scale, 255 = ink."""
    parts = [_shaped(*each, notes) for each in zip(("x_train", "x_test"), parts, strict=True)]
    train, test = parts
    top, most = sorted(float(images.max()) for images in parts)
    told = [f"{images.dtype} {images.shape} up to {images.max():g}" for images in parts]
    alike = train.shape[1:] == test.shape[1:] and (train.dtype.kind == "f") == (
        test.dtype.kind == "f"
    )
    require(
        alike and (most <= FEW or top > 1),
        f"x_test is {told[1]}, but x_train {told[0]}: make them one size and one scale, and both "
        "whole numbers or both float",
    )
    few = 1 <= most <= FEW + 0.01
    scale = FULL / most if few else FULL if most < 1 else 1
    if few and not (most == 1 and train.dtype.kind == "f"):
        notes.append(f"the largest value, {most:g}, is taken as full ink")
    elif most * scale < PALE:
        notes.append(f"the largest value is {most:g}, of {FULL / scale:g}, which is full ink")
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


def _labels(parts: list[np.ndarray], images: list[np.ndarray], notes: list[str]) -> tuple:
    """Return labels of both parts as int64 (N,), 0 to K-1, and the K classes as they were."""
    for i, name in enumerate(("y_train", "y_test")):
        labels, needed = parts[i], images[i].shape[:1]
        if labels.ndim == 2 and labels.shape[1] == 1:
            notes.append(f"{name} {labels.shape} is taken as {needed}")
            labels = labels[:, 0]
        hint = f"; one-hot becomes so by {name}.argmax(axis=1)" if labels.ndim == 2 else ""
        require(
            labels.shape == needed and labels.dtype.kind in "biufUOS",
            f"{name} is {labels.dtype} {labels.shape}, must be {needed} numbers or names{hint}",
        )
        numbers = labels if labels.dtype.kind == "f" else np.zeros(1)
        broken = numbers[(numbers != np.rint(numbers)) | np.isinf(numbers)]
        require(not broken.size, f"{name} has {broken[:1]}, but must hold whole numbers")
        parts[i] = labels.astype(str if labels.dtype.kind in "UOS" else np.int64)
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
