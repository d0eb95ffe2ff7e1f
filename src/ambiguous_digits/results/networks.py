"""The networks of a run, one file each, and what they said."""

import hashlib
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .formats import DAMAGE, REMEDY, read_arrays, write_arrays

CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")


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
    """Return the path of network (repeat, fold) of a run."""
    return run / "networks" / f"r{repeat}k{fold}.npz"


def write_network(run: Path, network: Network, key: dict[str, Any]) -> None:
    """Write one network with its key, atomically."""
    write_arrays(
        network_file(run, network.repeat, network.fold),
        key,
        held_out=network.held_out,
        held_out_logits=network.held_out_logits,
        test_logits=network.test_logits,
        seconds=network.seconds,
        processor=network.processor,
        precision=network.precision,
        **network.curves,
        **{f"weights_{i:02}": array for i, array in enumerate(network.weights)},
    )


def read_network(
    run: Path, repeat: int, fold: int, expected: dict[str, Any]
) -> tuple[Network, dict[str, Any]]:
    """Return network (repeat, fold) of a run and its key. Raises what `read_arrays` raises."""
    path = network_file(run, repeat, fold)
    arrays = read_arrays(path, {"r": repeat, "k": fold} | expected)
    try:
        network = Network(
            repeat=repeat,
            fold=fold,
            held_out=arrays["held_out"],
            held_out_logits=arrays["held_out_logits"],
            test_logits=arrays["test_logits"],
            curves={name: arrays[name] for name in CURVES},
            seconds=float(arrays["seconds"]),
            processor=str(arrays["processor"]),
            precision=str(arrays["precision"]),
            weights=[arrays[name] for name in sorted(arrays) if name.startswith("weights_")],
        )
        key = json.loads(str(arrays["key"]))
        key["folds"]  # or it is none of ours
    except DAMAGE as error:
        raise ValueError(f"{path} is damaged ({error}). {REMEDY}") from None
    return network, key


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

    build_dir: the run's folder, such as build/mnist-0-5-6. repeats: only the first so many; None:
    all that are complete and of one configuration. expected: what their keys must have, as
    `Run.key`. The weights put new digits before the committee:
    `network.predict_logits(member.weights, images)`. Raises FileNotFoundError if a network is
    missing, and ValueError, naming the file, if one is damaged or of another configuration.
    """
    run = Path(build_dir)
    _, key = read_network(run, 0, 0, expected or {})
    shared = {name: value for name, value in key.items() if name not in ("r", "k")}
    networks: list[Network] = []
    for repeat in itertools.count() if repeats is None else range(repeats):
        try:
            networks += [read_network(run, repeat, fold, shared)[0] for fold in range(key["folds"])]
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
