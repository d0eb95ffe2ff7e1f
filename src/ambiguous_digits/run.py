"""One run: its parameters, checked, its digits, and the folder where its results live.

`python -m ambiguous_digits.run` prints for make, from make's variables, the folder and what `auto`
chose: so that all notebooks of one run work on the same digits.
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from . import PROJECT, results
from .data import Digits, kept_choice, load_digits, require_folds

#: Passes over the digits. A small set needs more of them to see as many batches.
EPOCHS, EPOCHS_OF_FEW, FEW = 6, 25, 10_000

#: The parameters that are whole numbers, with their defaults.
WHOLE_NUMBERS = {"seed": 0, "folds": 5, "repeats": 1, "epochs": 0, "workers": 0}


@dataclass(frozen=True)
class Run:
    """What follows from the parameters, for all three notebooks alike."""

    digits: Digits
    folder: Path  # build/<name>-<seed>-<folds>-<epochs>, absolute
    epochs: int  # never 0


def open_run(
    dataset: str = "auto",
    *,
    data_dir: str = "data",
    build_dir: str = "build",
    seed: int = 0,
    folds: int = 5,
    repeats: int = 1,
    epochs: int = 0,
    workers: int = 0,
) -> Run:
    """Return the run that these parameters describe, with its digits loaded.

    The parameters are those of the notebooks and of make. Relative paths start at the project's
    folder, wherever the notebook is opened. epochs: 0 stands for 6, or for 25 where there are
    fewer than 10,000 training digits. Raises ValueError that names the parameter, and what
    `data.load_digits` raises.
    """
    _check("seed", seed, 0, 2**32 - 1)
    _check("folds", folds, 2, 100)
    _check("repeats", repeats, 1, 1000)
    _check("epochs", epochs, 0, 10_000)
    _check("workers", workers, 0, 1000)
    if dataset.endswith(".npz"):
        dataset = str(PROJECT / dataset)
    name = kept_choice(dataset, PROJECT / data_dir, PROJECT / build_dir)
    digits = load_digits(name, PROJECT / data_dir)
    require_folds(digits, folds)
    epochs = epochs or (EPOCHS if len(digits.train_labels) >= FEW else EPOCHS_OF_FEW)
    folder = PROJECT / build_dir / f"{digits.name}-{seed}-{folds}-{epochs}"
    return Run(digits, folder, epochs)


def _check(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(
            f"{name} is {value!r}; needed: a whole number from {low} to {high}. Change it in the "
            f"first cell, or give {name.upper()}=... to make"
        )


def _number(name: str, default: int) -> int | str:
    text = os.environ.get(name, "").strip() or str(default)
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def main() -> None:
    """Tell make where this configuration works, and note there which data it works on."""
    try:
        run = open_run(
            os.environ.get("DATASET", "auto"),
            data_dir=os.environ.get("DATA_DIR", "data"),
            **{name: _number(name.upper(), default) for name, default in WHOLE_NUMBERS.items()},
        )
    except (ValueError, OSError) as error:
        sys.exit(f"make: {error}")
    content = {
        "dataset": run.digits.name,
        "digest": run.digits.digest,
        "class_names": list(run.digits.class_names),
    }
    inputs = run.folder / "inputs.json"
    if not inputs.is_file() or results.read_json(inputs) != content:
        results.write_json(inputs, content)
    own = os.environ.get("DATASET", "").endswith(".npz")
    print(f"RUN := {run.folder.relative_to(PROJECT)}")
    print(f"export CHOSEN := {'' if own else run.digits.name}")


if __name__ == "__main__":
    main()
