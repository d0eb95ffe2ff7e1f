"""The forms in which pictures are handed round, each read into the same four arrays.

They are returned as they lie there; `own` checks them all alike. Nothing here unpickles.
"""

import gzip
import re
from pathlib import Path

import numpy as np

from .digits import DataError, require

NEEDED = ("x_train", "y_train", "x_test", "y_test")
FORMS = (
    f"an .npz file of {', '.join(NEEDED)}, by np.savez and without objects; a .csv file, in each "
    "line a label and the pixels of a picture; or a folder of four idx files, of four .npz or .npy "
    "files of one array, or of a folder of pictures for each class, perhaps in train/ and test/"
)
#: How the four files of a folder are told apart, in small letters.
NAMES = {
    "x_train": "train.*(image|img)|x_train",
    "y_train": "train.*label|y_train",
    "x_test": "(t10k|test).*(image|img)|x_test",
    "y_test": "(t10k|test).*label|y_test",
}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff"}
SPLIT = "A fifth of each class, drawn always alike, became the test part: there was but one part"

Arrays = dict[str, np.ndarray]


def read(path: Path, notes: list[str]) -> Arrays:
    """Return the arrays in a file or folder; what was done to get them is added to `notes`.

    With `class_names` where an .npz file has them. Raises `DataError` in words if it is of no form
    that is known, or damaged.
    """
    try:
        if path.is_dir():
            return _four(path) or _pictures(path, notes)
        if path.suffix == ".npz":
            return _npz(path)
        if ".csv" in path.suffixes:
            return _table(path, notes)
        raise DataError("not of a form that is known")
    except Exception as error:  # as many kinds as gzip, zipfile, NumPy, Pillow have between them
        problem = str(error) if isinstance(error, DataError) else f"not readable ({error})"
        raise DataError(f"{problem}. Needed: {FORMS}") from error


def idx(content: bytes) -> np.ndarray:
    """Return the uint8 array in an idx file: after two zeros its type and number of dimensions."""
    content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    require(
        content[:3] == b"\0\0\x08", "an idx file of bytes begins with 0, 0, 8, and one does not"
    )
    shape = np.frombuffer(content, ">u4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape)


def load_array(path: Path) -> np.ndarray:
    """Return the one array in an .npy or .npz file."""
    found = np.load(path, allow_pickle=False)
    if path.suffix == ".npy":
        return found
    with found as arrays:
        require(len(arrays.files) == 1, f"{path.name} has not one array, but {arrays.files}")
        return arrays[arrays.files[0]]


def _npz(path: Path) -> Arrays:
    with np.load(path, allow_pickle=False) as file:
        wanted = [name for name in (*NEEDED, "class_names") if name in file]
        missing = [name for name in NEEDED if name not in wanted]
        require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(file)}")
        return {name: np.asarray(file[name]) for name in wanted}  # else bytes, if no .npy


def _four(folder: Path) -> Arrays:
    """Read four files of one array each, in a folder or below; plain ones before packed ones."""
    ending = r"(idx\d-ubyte(\.gz)?|\.np[yz])$"
    files = [path for path in sorted(folder.rglob("*")) if re.search(ending, path.name)]
    arrays = {}
    for name, pattern in NAMES.items() if files else ():
        some = [path for path in files if re.search(pattern, path.name.lower())]
        plain = {path.name.removesuffix(".gz"): path for path in reversed(some)}
        require(plain, f"has no file of {name} among {', '.join(path.name for path in files)}")
        require(len(plain) == 1, f"has several files of {name} ({', '.join(plain)}): keep one set")
        [path] = plain.values()
        arrays[name] = load_array(path) if ".np" in path.suffix else idx(path.read_bytes())
    return arrays


def _table(path: Path, notes: list[str]) -> Arrays:
    """Read a .csv file; of train.csv the test part is test.csv beside it, if that has labels."""
    images, labels = _columns(path)
    beside = path.with_name(path.name.replace("train", "test"))
    if beside != path and beside.is_file():
        test = _columns(beside)
        if test[0].shape[1] == images.shape[1]:  # else it is there to be guessed
            notes.append(f"{beside.name} is the test part")
            return dict(zip(NEEDED, (images, labels, *test), strict=True))
    return _split(images, labels, notes)


def _columns(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (N, H·W) and labels (N,): a column named so, or else the first."""
    import pandas as pd

    named = isinstance(pd.read_csv(path, nrows=1, header=None).iloc[0, -1], str)
    table = pd.read_csv(path, header=0 if named else None)
    names = [name for name in table if str(name).lower() in ("label", "class", "target", "y")]
    labels = table.pop(names[0] if names else table.columns[0])
    return table.to_numpy(), labels.to_numpy()


def _pictures(folder: Path, notes: list[str]) -> Arrays:
    """Read folders of pictures, one for each class, all in one or in those of the two parts."""
    folders = _folders(folder)
    while len(folders) == 1 and (below := _folders(folders[0])):
        folders = below
    found = {path.name.lower().removesuffix("ing"): _folders(path) for path in folders}
    if {"train", "test"} <= set(found):
        both = (*_classes(found["train"]), *_classes(found["test"]))
        return dict(zip(NEEDED, both, strict=True))
    return _split(*_classes(folders), notes)


def _folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] not in "._"]


def _classes(folders: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (N, H, W) and labels (N,), the names of their folders."""
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    files = [path for path in files if path.suffix.lower() in PICTURES]
    require(files, f"has no pictures ({', '.join(sorted(PICTURES))}) in folders of its own")
    images = [_picture(path) for path in files]
    sizes = {image.shape: path for path, image in zip(files, images, strict=True)}
    require(len(sizes) == 1, f"has pictures of {len(sizes)} sizes, as {sizes}: make them one size")
    return np.stack(images), np.array([path.parent.name for path in files])


def _picture(path: Path) -> np.ndarray:
    """Return a picture's greys, uint8 (H, W); what is transparent is white."""
    from PIL import Image

    with Image.open(path) as image:
        clear = image.convert("RGBA")
    colours = np.asarray(Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear))
    greys = colours[..., :3].astype(np.int64)
    require(
        np.ptp(greys, axis=2).max() <= 16,
        f"{path} is in colour, but must be grey: convert it, by Pillow's image.convert('L')",
    )
    return colours[..., 1]


def _split(images: np.ndarray, labels: np.ndarray, notes: list[str]) -> Arrays:
    from sklearn.model_selection import train_test_split

    notes.append(SPLIT)
    parts = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=0)
    return dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))
