"""Result files: the only writer, and the one door through which they are read.

A file that exists is whole: it is written under a temporary name, then renamed. Arrays carry the
key of what made them; another key, or a damaged file, counts as missing. Nothing is ever unpickled.
"""

import filecmp
import hashlib
import itertools
import json
import operator
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

FORMAT = 1  # part of every key: another, when the content of result files changes its form
#: What to do about results that are missing or not as they should be.
REMEDY = "Run make report, or the notebooks before this one with the same parameters"
CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")  # of each network, by epoch
#: What a network's file holds of `Network` besides its curves and weights.
_SAID = ("held_out", "held_out_logits", "test_logits", "seconds", "processor", "precision")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` if all went well, else remove it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.new{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def same_files(one: Path, other: Path) -> bool:
    """Return whether the folder `other` has all files of the folder `one`, with their content."""
    names = [str(p.relative_to(one)) for p in one.rglob("[!.]*") if p.is_file()]
    return bool(names) and filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def write_text(path: Path, text: str) -> None:
    """Write `text`, unless the file says so already, and keeps its time."""
    if not path.is_file() or path.read_bytes() != text.encode():
        with replacing(path) as partial:
            partial.write_bytes(text.encode())


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write `content`, arrays as lists, as JSON; NaN and infinity are refused."""
    plain = operator.methodcaller("tolist")  # NumPy's numbers have it, too
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False, default=plain)
    write_text(path, f"{text}\n")


def write_table(path: Path, table: Any) -> None:
    """Write a pandas DataFrame to `.parquet` or `.csv`."""
    with replacing(path) as partial:
        if path.suffix == ".parquet":
            table.to_parquet(partial, index=False)
        else:
            table.to_csv(partial, index=False, lineterminator="\n")


def write_pictures(folder: Path, images: dict[str, np.ndarray]) -> None:
    """Make `folder` hold just these, uint8 (H, W) by name: PNGs, ink on paper, 4 times as large."""
    for name, image in images.items():
        with replacing(folder / name) as partial:
            Image.fromarray(np.kron(255 - image, np.ones((4, 4), np.uint8))).save(partial)
    for path in folder.glob("*"):
        if path.is_file() and path.name not in images:
            path.unlink()


def write_figure(path: Path, figure: Any) -> None:
    """Write a matplotlib Figure as a PNG that has the same bytes each time."""
    with replacing(path) as partial:
        figure.savefig(partial, dpi=192, metadata={"Software": None})


def write_arrays(path: Path, key: dict[str, Any], **arrays: Any) -> None:
    """Write arrays (also strings and numbers, never objects) to an `.npz` with their key."""
    key = json.dumps(key | {"format": FORMAT}, sort_keys=True)
    with replacing(path) as partial:
        np.savez(partial, allow_pickle=False, key=key, **arrays)


def read_arrays(path: Path, expected: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` by name; "key", as JSON, is one that has what is `expected`.

    Raises FileNotFoundError, or ValueError if it is damaged or has another key, with what to do.
    """
    with _reading(path), np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
        key = dict(json.loads(str(arrays["key"])))
    _require_key(path, key, {"format": FORMAT} | expected)
    return arrays


def read_numbers(run: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """Return the content of numbers.json in the folder of a run; raises as `read_arrays`."""
    path = run / "numbers.json"
    with _reading(path):
        numbers = json.loads(path.read_bytes())
        key = dict(numbers["key"])
    _require_key(path, key, expected)
    return numbers


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file into an error that names it and says what to do."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. {REMEDY}")
    try:
        yield
    except Exception as error:  # of whatever kind: there is no end of what a file may hold
        raise ValueError(f"{path} is damaged ({error}). {REMEDY}") from None


def _require_key(path: Path, key: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        if key.get(name) != value:
            other = f"{name} is {key.get(name)!r}, not {value!r}"
            raise ValueError(f"{path} was made with another configuration ({other}). {REMEDY}")


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
    precision: str  # in which it was fitted: "float32" or "mixed_bfloat16"
    weights: list[np.ndarray]  # for `network.predict_logits(weights, images)`


def network_file(run: Path, repeat: int, fold: int) -> Path:
    """Return where network (repeat, fold) of a run is kept."""
    return run / "networks" / f"r{repeat}k{fold}.npz"


def write_network(run: Path, network: Network, key: dict[str, Any]) -> None:
    """Write a network into the folder of its run. key: what determines it; has its r and k."""
    write_arrays(
        network_file(run, network.repeat, network.fold),
        key,
        **{name: getattr(network, name) for name in _SAID},
        **network.curves,
        **{f"weights_{i:02}": array for i, array in enumerate(network.weights)},
    )


def read_network(run: Path, repeat: int, fold: int, expected: dict[str, Any]) -> Network:
    """Return network (repeat, fold) of a run. Raises what `read_arrays` raises."""
    path = network_file(run, repeat, fold)
    arrays = read_arrays(path, {"r": repeat, "k": fold} | expected)
    with _reading(path):
        return Network(
            repeat=repeat,
            fold=fold,
            # Numbers and strings come as arrays without dimensions.
            **{name: arrays[name] if arrays[name].ndim else arrays[name].item() for name in _SAID},
            curves={name: arrays[name] for name in CURVES},
            weights=[arrays[name] for name in sorted(arrays) if name.startswith("weights_")],
        )


def unusable(run: Path, key: dict[str, Any]) -> str:
    """Return why network (key["r"], key["k"]) must be fitted: "" if its file is as it should be."""
    try:
        read_network(run, key["r"], key["k"], key)
    except (FileNotFoundError, ValueError) as error:
        return str(error).removesuffix(f". {REMEDY}")
    return ""


def load_networks(
    build_dir: Path, repeats: int | None = None, expected: dict[str, Any] | None = None
) -> list[Network]:
    """Return the networks of one run, ordered by (repeat, fold).

    build_dir: the run's folder, such as build/mnist-0-5-10. repeats: only the first so many; None:
    all that are complete and of one configuration. expected: what their keys must have. The weights
    put new digits before the committee: `network.predict_logits(member.weights, images)`. Raises
    FileNotFoundError if one is missing, ValueError if one is damaged or of another configuration.
    """
    run = Path(build_dir)
    key = json.loads(str(read_arrays(network_file(run, 0, 0), expected or {})["key"]))
    shared = {name: value for name, value in key.items() if name not in ("r", "k")}
    networks: list[Network] = []
    for repeat in itertools.count() if repeats is None else range(repeats):
        try:
            networks += [read_network(run, repeat, fold, shared) for fold in range(key["folds"])]
        except (FileNotFoundError, ValueError):
            if repeats is None and networks:
                break  # left behind by an earlier or an interrupted run
            raise
    return networks


def test_logits(networks: list[Network]) -> np.ndarray:
    """Return what each network says of each test digit: logits, float32 (M, N, K)."""
    return np.stack([network.test_logits for network in networks])


def held_out_logits(networks: list[Network]) -> np.ndarray:
    """Return what is said of each training digit by networks that never saw it.

    Logits, float32 (repeats, N, K). The networks must be all folds of some repeats.
    """
    repeats = []
    for _, folds in itertools.groupby(networks, key=operator.attrgetter("repeat")):
        said, digits = zip(*((n.held_out_logits, n.held_out) for n in folds), strict=True)
        repeats.append(np.concatenate(said)[np.argsort(np.concatenate(digits))])
    return np.stack(repeats)


def digest(networks: list[Network]) -> str:
    """Return the SHA-256 (hex) of what all networks said: the fingerprint of a run's result.

    Of each in turn: test logits, then held-out ones in index order; little-endian float32, C order.
    """
    sha = hashlib.sha256()
    for network in networks:
        for logits in (network.test_logits, network.held_out_logits):
            sha.update(np.ascontiguousarray(logits, "<f4").tobytes())
    return sha.hexdigest()
