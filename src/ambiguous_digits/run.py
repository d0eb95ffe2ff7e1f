"""One run: its parameters, checked, its digits, and the folder where its results live.

`python -m ambiguous_digits.run` prints for make, from make's variables, the folder and what `auto`
chose: so that all notebooks of one run work on the same digits.
"""

import ast
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython import get_ipython

from . import PROJECT, gate, results
from .data import OPTIONAL, Digits, kept_choice, load_digits, load_optional, require_folds

#: Passes over the digits, chosen by the loss on held-out ones, of MNIST and of the sample with SEED=1.
#: A small set needs more of them to see as many batches.
EPOCHS, EPOCHS_OF_FEW, FEW = 10, 60, 10_000


@dataclass(frozen=True)
class Run:
    """What follows from the parameters, for all three notebooks alike."""

    digits: Digits
    folder: Path  # build/<name>-<seed>-<folds>-<epochs>, absolute
    epochs: int
    key: dict[str, Any]  # what every result of this run says of itself
    data_dir: Path  # where downloaded files are, absolute
    build_dir: Path  # the folder above `folder`, absolute


def open_run(
    dataset: str = "auto",
    *,
    data_dir: str = "data",
    build_dir: str = "build",
    seed: int = 0,
    folds: int = 5,
    repeats: int = 1,
    epochs: int | None = None,
    workers: int = 0,
    scheduler: str = "",
) -> Run:
    """Return the run that these parameters describe, with its digits loaded.

    The parameters are those of the notebooks and of make. Relative paths start at the project's
    folder, wherever the notebook is opened. epochs: None stands for 10, or for 60 where there are
    fewer than 10,000 training digits. Raises ValueError that names the parameter, also one that
    papermill injected and that the notebook does not have, and what `data.load_digits` raises.
    """
    _refuse_unknown()
    numbers = {"seed": seed, "folds": folds, "repeats": repeats, "workers": workers}
    for name, value in (numbers if epochs is None else numbers | {"epochs": epochs}).items():
        gate.check(name, value)
    gate.check_scheduler(scheduler)
    if str(dataset).endswith(".npz"):
        dataset = str(PROJECT / dataset)
    data, build = PROJECT / data_dir, PROJECT / build_dir
    name = kept_choice(dataset, data, build)
    digits = load_digits(name, data)
    require_folds(digits, folds)
    epochs = epochs or (EPOCHS if len(digits.train_labels) >= FEW else EPOCHS_OF_FEW)
    folder = build / f"{digits.name}-{seed}-{folds}-{epochs}"
    key = {"data": digits.digest, "seed": seed, "folds": folds, "epochs": epochs}
    return Run(digits, folder, epochs, key, data, build)


def _refuse_unknown() -> None:
    """Raise ValueError if papermill injected a parameter that is none: it only warns of it."""
    cells = get_ipython().user_ns["In"] if get_ipython() else []
    injected = [cell for cell in cells if cell.startswith("# Parameters\n")]
    known = ["dataset", *open_run.__kwdefaults__]
    # The last one: in JupyterLab an earlier one may have been mended.
    for node in (node for cell in injected[-1:] for node in ast.walk(ast.parse(cell))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in known:
            raise ValueError(
                f"there is no parameter {node.id!r}; needed: one of {', '.join(known)}"
            )


def _variable(name: str) -> int | str | None:
    text = os.environ.get(name.upper(), "").strip()
    return gate.number(text) if text else open_run.__kwdefaults__[name]


def main() -> None:
    """Tell make where this configuration works, and note there which data it works on."""
    dataset = os.environ.get("DATASET") or "auto"
    try:
        run = open_run(
            dataset,
            data_dir=os.environ.get("DATA_DIR") or "data",
            **{name: _variable(name) for name in gate.RANGES},
        )
        # Here, where whoever runs make sees what is missing.
        for name in OPTIONAL if run.digits.name == "mnist" else ():
            load_optional(name, run.data_dir, run.build_dir)
    except (ValueError, OSError) as error:
        sys.exit(f"make: {error}")
    # Kept as it is while it says the same: make looks at its time.
    inputs = {"key": run.key, "class_names": list(run.digits.class_names)}
    results.write_json(run.folder / "inputs.json", inputs, keep=True)
    print(f"RUN := {run.folder.relative_to(PROJECT)}")
    print(f"export CHOSEN := {'' if dataset.endswith('.npz') else run.digits.name}")
    print("# whole")


if __name__ == "__main__":
    main()
