"""Files that MNIST's report gains by, and does without: people's votes, and who wrote each digit.

Votes are by Northcutt, Athalye and Mueller, Apache-2.0; writers by Yadav and Bottou, QMNIST, BSD.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

from . import download
from .digits import DataError, require
from .files import is_there, open_file, why, write_whole

_VOTES = "https://raw.githubusercontent.com/cleanlab/label-errors/6d5d6b31a13216290afc40e5c6319399c4d15c06/mturk/"
_WRITERS = "https://raw.githubusercontent.com/facebookresearch/qmnist/94061367ec2e099ea18c553c75727ecf849ddb9b/"
#: Name of the file: its source, and SHA-256 of the file as it is there.
OPTIONAL = {
    "mnist_mturk.json": (
        f"{_VOTES}mnist_mturk.json",
        "448bd00fc9df262c68d50d48709d7fa3d5dc966bc66580e5df20e0dcba6e5612",
    ),
    "qmnist-train-labels.tsv.gz": (
        f"{_WRITERS}qmnist-train-labels.tsv.gz",
        "063229afb535986df50a905c6fa03b716f503bd859d2d9bc8a9b4e2c6a2ccee4",
    ),
    "qmnist-test-labels.tsv.gz": (
        f"{_WRITERS}qmnist-test-labels.tsv.gz",
        "fe2001449c9580376e16fad7a14cc4f525644b6ffeadc47dc249938529002904",
    ),
}


def load_optional(name: str, data_dir: str | Path, build_dir: str | Path) -> bytes | None:
    """Return the content of an optional file in `data_dir`, downloaded to there if it is missing.

    None if it cannot be had. That is said on stderr, in one line, and noted in `build_dir`/
    optional.json: until the files in `data_dir` change, or the note is gone, it is not asked for
    again, and nothing more is said. A file that is there is never overwritten or deleted. name: one
    of `OPTIONAL`. The content has the checksum there, and is neither unpacked nor unpickled. Raises
    `DataError` if the file is damaged or unreadable, and if the note cannot be written.
    """
    require(name in OPTIONAL, f"name is {name!r}; needed: one of {', '.join(OPTIONAL)}")
    url, _ = OPTIONAL[name]
    path, note = Path(data_dir, name), Path(build_dir, "optional.json")
    if is_there(path):
        return _read(path)
    missing = _noted(note, path.parent)
    if name in missing:
        return None
    try:
        content = download.fetch(url)
        _check(content, name)
        write_whole(path, content)
    except Exception as error:  # whatever it is, all else is done without this file
        reason = " ".join(download.first_cause(error).split())
        print(
            f"Without {name}, part of the report is left out. It could not be had from {url}: "
            f"{reason}. Place it by hand in {path.parent.resolve()}",
            file=sys.stderr,
        )
        content, missing = None, [*missing, name]
    if missing:  # also where a file came: the others that were noted are still missing
        write_whole(note, json.dumps(_state(missing, path.parent), indent=1).encode())
    return content


def _read(path: Path) -> bytes:
    try:
        with open_file(path) as file:
            download.require_size("it has", os.fstat(file.fileno()).st_size)
            content = file.read()
        _check(content, path.name)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else error
        raise DataError(
            f"{path} is not the {path.name} that is needed: {reason}. It was left as it is: delete "
            f"it to have it downloaded, or replace it by {OPTIONAL[path.name][0]}"
        ) from error
    return content


def _check(content: bytes, name: str) -> None:
    found, needed = hashlib.sha256(content).hexdigest(), OPTIONAL[name][1]
    start = content[:16]
    require(found == needed, f"SHA-256 {found} found, {needed} needed; it starts with {start!r}")


def _noted(note: Path, folder: Path) -> list[str]:
    """Return which files could not be had when those in `folder` were as they are now."""
    try:
        kept = json.loads(note.read_bytes())
        return kept["missing"] if kept == _state(kept["missing"], folder) else []
    except (OSError, ValueError, KeyError, TypeError):  # no note, or none of ours
        return []


def _state(missing: list[str], folder: Path) -> dict:
    """Return what the note says: the folder, its files and MNIST's, and which files are missing."""
    paths = sorted([*folder.glob("*"), *folder.glob("mnist/*")])
    stats = {str(path.relative_to(folder)): path.lstat() for path in paths if path.is_file()}
    files = {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
    return {"missing": missing, "folder": str(folder.resolve()), "files": files}
