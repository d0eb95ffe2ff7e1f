"""The formats of result files: arrays, JSON, tables, pictures. Nothing is pickled.

Arrays carry the key of what made them and a checksum: see `read_arrays`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from .files import replacing, replacing_folder

#: Raised when the content of result files changes its form. Part of every key.
FORMAT = 1

#: What NumPy, zipfile, json and zlib raise on a file that is not whole: there is no end of it.
DAMAGE = Exception

#: What to do about arrays that are missing or not as they should be.
REMEDY = "Run make report, or notebook 1-train, which makes it anew"


def write_arrays(path: Path, key: dict[str, Any], **arrays: Any) -> None:
    """Write arrays (also strings and numbers, never objects) to an `.npz` with their key."""
    arrays = {"key": json.dumps(key | {"format": FORMAT}, sort_keys=True), **arrays}
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    with replacing(path) as partial:
        np.savez(partial, allow_pickle=False, **arrays, sha256=_sha256(arrays))


def read_arrays(path: Path, expected: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` by name; "key", as JSON, is one that has what is `expected`.

    Raises FileNotFoundError that says what makes the file, and ValueError, naming it, if it is
    damaged, was changed by somebody, or does not have what is expected in its key.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. {REMEDY}")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        found = str(arrays.pop("sha256"))
        key = dict(json.loads(str(arrays["key"])))
        whole = found == _sha256(arrays)
    except DAMAGE as error:
        raise ValueError(f"{path} is damaged ({error}). {REMEDY}") from None
    if not whole:
        raise ValueError(f"{path} was changed since it was written. {REMEDY}")
    require_key(path, key, expected)
    return arrays


def _sha256(arrays: dict[str, np.ndarray]) -> str:
    sha = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        sha.update(np.ascontiguousarray(array))
    return sha.hexdigest()


def require_key(
    path: Path, key: dict[str, Any], expected: dict[str, Any], remedy: str = REMEDY
) -> None:
    """Raise ValueError, naming the file, unless its key has all that is expected."""
    for name, value in ({"format": FORMAT} | expected).items():
        found = key.get(name)
        if found != value:
            newer = name == "format" and isinstance(found, int) and found > FORMAT
            made = "by a newer version of this project" if newer else "with another configuration"
            raise ValueError(
                f"{path} was made {made} ({name} is {found!r}, not {value!r}). {remedy}"
            )


def write_json(path: Path, content: dict, *, keep: bool = False) -> None:
    """Write `content`, arrays as lists, as JSON; NaN and infinity are refused.

    keep: leave alone, with its time, a file that says the same.
    """
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False, default=_as_list)
    data = f"{text}\n".encode()
    if keep and path.is_file() and path.read_bytes() == data:
        return
    with replacing(path) as partial:
        partial.write_bytes(data)


def _as_list(array: np.ndarray) -> list:
    return array.tolist()


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table to `.parquet` or `.csv`, atomically."""
    with replacing(path) as partial:
        if path.suffix == ".parquet":
            table.to_parquet(partial, index=False)
        else:
            table.to_csv(partial, index=False, lineterminator="\n")


def write_pictures(folder: Path, images: dict[str, np.ndarray], *, scale: int = 4) -> None:
    """Make `folder` hold just these pictures, by file name: uint8 (H, W), black ink on white.

    Each pixel becomes scale x scale pixels of a PNG.
    """
    with replacing_folder(folder) as partial:
        for name, image in images.items():
            enlarged = np.kron(255 - image, np.ones((scale, scale), np.uint8))
            Image.fromarray(enlarged).save(partial / name)


def write_figure(path: Path, figure: Figure) -> None:
    """Write a figure as a PNG that has the same bytes each time."""
    with replacing(path) as partial:
        figure.savefig(partial, dpi=192, metadata={"Software": None})
