"""MNIST: its four idx files, read from a folder; missing ones are downloaded to there first.

Whatever brings them, their content has the checksums below. MNIST is by Yann LeCun, Corinna Cortes
and Christopher Burges, CC BY-SA 3.0.
"""

import gzip
import hashlib
import io
import os
import zlib
from pathlib import Path

import numpy as np

from . import download
from .digits import DataError, Digits, require
from .files import is_there, open_file, why, write_whole

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


class DownloadError(DataError):
    """MNIST is not on disk, and could not be put there."""


def load_mnist(folder: Path) -> Digits:
    """Return MNIST from the four files in `folder`, plain or .gz; missing ones are downloaded.

    Raises `DataError` if a file is damaged, `DownloadError` if one is neither there nor to be had.
    """
    # All that is there is verified before anything is asked for: damage must not pass as absence.
    arrays = {name: _read_idx(path, name) for name, path in on_disk(folder).items()}
    arrays |= {name: _download(name, folder) for name in MNIST_SHA256 if name not in arrays}
    train_images, train_labels, test_images, test_labels = (arrays[name] for name in MNIST_SHA256)
    counts = [len(arrays[name]) for name in MNIST_SHA256]
    require(
        counts[0] == counts[1] and counts[2] == counts[3],
        f"{folder} has {counts[0]} training images, {counts[1]} labels, {counts[2]} test images, "
        f"{counts[3]} labels, but each image needs its label. Delete the files to have them "
        "downloaded",
    )
    labels = [labels.astype(np.int64) for labels in (train_labels, test_labels)]
    return Digits(train_images, labels[0], test_images, labels[1], name="mnist")


def on_disk(folder: Path) -> dict[str, Path]:
    """Return where each of MNIST's files is, if it is there. A plain one outdoes its .gz.

    Raises `DataError` if `folder` cannot be looked into.
    """
    paths = [(name, folder / f"{name}{end}") for name in MNIST_SHA256 for end in (".gz", "")]
    return {name: path for name, path in paths if is_there(path)}


def _read_idx(path: Path, name: str) -> np.ndarray:
    try:
        with open_file(path) as file:
            download.require_size("it has", os.fstat(file.fileno()).st_size)
            return _decode_idx(file.read(), name)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else error
        raise DataError(
            f"{path} is not MNIST's {name}: {reason}. It was left as it is: delete it to have it "
            f"downloaded, or replace it by {MIRRORS[0]}{name}.gz"
        ) from error


def _decode_idx(raw: bytes, name: str) -> np.ndarray:
    """Return the uint8 array in an idx file's content, plain or gzip (its first bytes tell)."""
    needed = MNIST_SHA256[name]
    content = raw
    if raw.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
                # Not all of it: a small file may hold gigabytes.
                content = file.read(download.LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            problem = f"damaged gzip ({error}); SHA-256 {needed} is needed inside"
            raise ValueError(problem) from error
        download.require_size("unpacked it has", len(content))
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
    """Return a missing file's array. Nothing reaches the disk before its checksum was right."""
    failures = []
    for mirror in MIRRORS:
        url = f"{mirror}{name}.gz"
        try:
            raw = download.fetch(url)
            array = _decode_idx(raw, name)
            break
        except Exception as error:  # whatever it is, the next mirror may be well
            failures.append(f"\n  {url}: {download.first_cause(error)}")
    else:
        raise DownloadError(
            f"MNIST is not on disk and could not be downloaded:{''.join(failures)}\n"
            f"Place {name}.gz by hand in {folder.resolve()}, which needs {', '.join(MNIST_SHA256)} "
            "(each plain or .gz), or use DATASET=sample, which needs no network."
        )
    try:
        write_whole(folder / f"{name}.gz", raw)
    except DataError as error:
        raise DownloadError(
            f"MNIST is not on disk and was downloaded in vain: {error}, or name another folder by "
            "DATA_DIR, or use DATASET=sample, which needs none."
        ) from error
    return array
