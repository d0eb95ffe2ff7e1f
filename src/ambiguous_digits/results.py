"""Result files: the only writer, and the one door through which they are read.

Every file is written to a temporary name in its folder and renamed, so that a file that exists is
whole. A network's file carries the key of the configuration that made it; another key, or a file
that cannot be read, counts as missing. Nothing is pickled.
"""

import hashlib
import itertools
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")

#: What NumPy, zipfile and zlib raise on a file that is not whole.
DAMAGE = (ValueError, TypeError, KeyError, EOFError, RuntimeError, OSError, BadZipFile, zlib.error)


@dataclass(frozen=True)
class Network:
    """One fitted network and what it said, out of sample. N digits, K classes."""

    repeat: int
    fold: int
    held_out: np.ndarray  # int64 (N,): the training digits it never saw, ascending
    held_out_logits: np.ndarray  # float32 (N, K)
    test_logits: np.ndarray  # float32 (N_test, K)
    curves: dict[str, np.ndarray]  # CURVES: float64 (epochs,) each
    seconds: float  # wall-clock seconds of its fitting
    processor: str  # the model on which it was fitted
    weights: list[np.ndarray]  # for `network.predict_logits(weights, images)`


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` if all went well, else remove it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder beside `path`; let it take the place of `path` if all went well."""
    partial, old = (path.with_name(f".{path.name}.{os.getpid()}.{end}") for end in ("new", "old"))
    partial.mkdir(parents=True)
    try:
        yield partial
        if path.exists():
            path.rename(old)
        try:
            partial.rename(path)
        except BaseException:
            if old.exists():
                old.rename(path)
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays (also strings and numbers, never objects) to an `.npz`, atomically."""
    with replacing(path) as partial:
        np.savez(partial, allow_pickle=False, **arrays)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` by name. Raises FileNotFoundError that says what makes it."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run notebook 1-train, which makes it")
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def write_json(path: Path, content: dict) -> None:
    """Write `content`, arrays as lists, as JSON, atomically; NaN and infinity are refused."""
    text = (
        json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False, default=_as_list) + "\n"
    )
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict:
    """Return the content of a JSON file. Raises FileNotFoundError that says what makes it."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run notebook 2-rank, which makes it")
    return json.loads(path.read_text(encoding="utf-8"))


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


def network_file(run: Path, repeat: int, fold: int) -> Path:
    """Return the path of network (repeat, fold) of a run."""
    return run / "networks" / f"r{repeat}k{fold}.npz"


def write_network(run: Path, network: Network, key: dict[str, Any]) -> None:
    """Write one network with its key, atomically."""
    write_arrays(
        network_file(run, network.repeat, network.fold),
        key=json.dumps(key, sort_keys=True),
        held_out=network.held_out,
        held_out_logits=network.held_out_logits,
        test_logits=network.test_logits,
        seconds=network.seconds,
        processor=network.processor,
        **network.curves,
        **{f"weights_{i:02}": array for i, array in enumerate(network.weights)},
    )


def read_network(run: Path, repeat: int, fold: int) -> tuple[Network, dict[str, Any]]:
    """Return network (repeat, fold) of a run and its key.

    Raises FileNotFoundError if there is none, and ValueError, naming the file, if it is damaged.
    """
    path = network_file(run, repeat, fold)
    try:
        arrays = read_arrays(path)
        network = Network(
            repeat=repeat,
            fold=fold,
            held_out=arrays["held_out"],
            held_out_logits=arrays["held_out_logits"],
            test_logits=arrays["test_logits"],
            curves={name: arrays[name] for name in CURVES},
            seconds=float(arrays["seconds"]),
            processor=str(arrays["processor"]),
            weights=[arrays[name] for name in sorted(arrays) if name.startswith("weights_")],
        )
        key = json.loads(str(arrays["key"]))
        key["folds"], key["r"], key["k"]  # or it is none of ours
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise ValueError(f"{path} is damaged ({error}): delete it, it will be made again") from None
    return network, key


def has_network(run: Path, key: dict[str, Any]) -> bool:
    """Return whether a readable file of network (key["r"], key["k"]) has exactly this key."""
    try:
        return read_network(run, key["r"], key["k"])[1] == key
    except (FileNotFoundError, ValueError):
        return False


def load_networks(build_dir: Path, repeats: int | None = None) -> list[Network]:
    """Return the networks of one run, ordered by (repeat, fold).

    build_dir: the run's folder, such as build/mnist-0-5-6. repeats: only the first so many; None:
    all that are complete and of one configuration. The weights put new digits before the
    committee: `network.predict_logits(member.weights, images)`. Raises FileNotFoundError if a
    network is missing, and ValueError, naming the file, if one is damaged or of another
    configuration.
    """
    run = Path(build_dir)
    _, key = read_network(run, 0, 0)
    networks: list[Network] = []
    for repeat in itertools.count() if repeats is None else range(repeats):
        try:
            networks += [_like(key, run, repeat, fold) for fold in range(key["folds"])]
        except (FileNotFoundError, ValueError):
            if repeats is None and networks:
                break  # left behind by an earlier or an interrupted run
            raise
    return networks


def _like(key: dict[str, Any], run: Path, repeat: int, fold: int) -> Network:
    network, other = read_network(run, repeat, fold)
    if other | {"r": 0, "k": 0} != key:
        raise ValueError(
            f"{network_file(run, repeat, fold)} was made with another configuration than the "
            "first network: run notebook 1-train again, which makes it anew"
        )
    return network


def test_logits(networks: list[Network]) -> np.ndarray:
    """Return what each network says of each test digit: logits, float32 (M, N, K)."""
    return np.stack([network.test_logits for network in networks])


def held_out_logits(networks: list[Network]) -> np.ndarray:
    """Return what is said of each training digit by networks that never saw it.

    Logits, float32 (repeats, N, K). The networks must be all folds of some repeats.
    """
    repeats: dict[int, list[Network]] = {}
    for network in networks:
        repeats.setdefault(network.repeat, []).append(network)
    return np.stack(
        [
            np.concatenate([network.held_out_logits for network in folds])[
                np.argsort(np.concatenate([network.held_out for network in folds]))
            ]
            for folds in repeats.values()
        ]
    )


def digest(networks: list[Network]) -> str:
    """Return the SHA-256 (hex) of what all networks said: the fingerprint of a run's result.

    Over the networks in the order given: test logits, then held-out logits in index order, each
    little-endian float32 in C order.
    """
    sha = hashlib.sha256()
    for network in networks:
        for logits in (network.test_logits, network.held_out_logits):
            sha.update(np.ascontiguousarray(logits, "<f4").tobytes())
    return sha.hexdigest()
