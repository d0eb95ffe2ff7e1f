"""One run: its parameters, checked, its digits, its folder; and its notebooks, run for make.

`python -m ambiguous_digits.run NAME=value ...` checks make's variables, notes them in the run's
folder where they changed, and prints the folder and the notebooks that become pages.
`python -m ambiguous_digits.run RUN/1-train.ipynb` runs the notebook of that name.
"""

import json
import logging
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import PROJECT, provenance, results
from .data import OPTIONAL, Digits, load_digits, load_optional, require_folds

#: Passes over the digits, chosen by the loss on held-out ones of MNIST and of the sample, SEED=1.
#: A small set needs more of them to see as many batches.
EPOCHS, EPOCHS_OF_FEW, FEW = 10, 60, 10_000
#: The parameters that are whole numbers: the least and the greatest that is allowed.
RANGES = {"seed": (0, 2**32 - 1), "folds": (2, 100), "repeats": (1, 1000)}
RANGES |= {"epochs": (1, 10_000), "workers": (0, 1000)}
QUIET = "__import__('logging').getLogger('asyncio').setLevel('CRITICAL')"  # of its end


@dataclass(frozen=True)
class Run:
    """What follows from the parameters, for all notebooks alike."""

    digits: Digits
    folder: Path  # build/<name>-<seed>-<folds>-<epochs>, absolute
    epochs: int
    key: dict[str, Any]  # what every result of this run says of itself
    data_dir: Path  # where downloaded files are, absolute


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
    folder. epochs: None stands for 10, or 60 for fewer than 10,000 training digits. Raises
    ValueError that names the parameter, and what `data.load_digits` raises.
    """
    _refuse_unknown()
    numbers = {"seed": seed, "folds": folds, "repeats": repeats, "workers": workers}
    for name, value in (numbers if epochs is None else numbers | {"epochs": epochs}).items():
        low, high = RANGES[name]
        if type(value) is not int or not low <= value <= high:
            raise ValueError(
                f"{name} is {value!r}; needed: a whole number from {low} to {high}. Change it in "
                f"the first cell, or give {name.upper()}=... to make"
            )
    if not re.fullmatch(r"\s*((tcp|tls)://\S+:\d{1,5})?\s*", str(scheduler)):
        raise ValueError(
            f"SCHEDULER is {scheduler!r}; needed: the address of a Dask scheduler, such as "
            "tcp://10.0.0.1:8786, or nothing to train on this machine"
        )
    data, own = (PROJECT / Path(path).expanduser() for path in (data_dir, dataset))
    known = dataset in ("auto", "mnist", "sample") or not own.exists()
    digits = load_digits(dataset if known else own, data, quiet=True)
    require_folds(digits, folds)
    epochs = epochs or (EPOCHS if len(digits.train_labels) >= FEW else EPOCHS_OF_FEW)
    folder = PROJECT / build_dir / f"{digits.name}-{seed}-{folds}-{epochs}"
    key = {"data": digits.digest, "seed": seed, "folds": folds, "epochs": epochs}
    return Run(digits, folder, epochs, key, data)


def _refuse_unknown() -> None:
    """Raise ValueError if papermill injected a parameter that is none: it only warns of it."""
    ipython = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    cells = ipython.user_ns["In"] if ipython else []
    injected = [cell for cell in cells if cell.startswith("# Parameters\n")]
    known = ["dataset", *open_run.__kwdefaults__]
    # The last one: in JupyterLab an earlier one may have been mended.
    for name in re.findall(r"^(\w+) = ", "".join(injected[-1:]), re.MULTILINE):
        if name not in known:
            raise ValueError(f"there is no parameter {name!r}; needed: one of {', '.join(known)}")


def prepare(variables: dict[str, str]) -> list[str]:
    """Return the run that make's variables describe: its folder, from the project's, and its pages.

    The pages are notebooks. What follows from the variables is noted in the folder, in files whose
    time make looks at: `inputs.json`, `repeats`, `judges`, `commit`. Optional data are downloaded
    the first time. Raises as `open_run`, and ValueError on a REPORT that would replace other files.
    """
    given = {name.lower(): value.strip() for name, value in variables.items()}
    for name, value in given.items():
        if not value and name not in ("epochs", "scheduler"):
            raise ValueError(f"{name.upper()} is empty; needed: a value, or none of that name")
    report = _check_report(given.pop("report"))
    parameters = _parameters(given)
    run = open_run(**parameters)
    dataset = run.digits.name if parameters["dataset"] == "auto" else parameters["dataset"]
    mnist = run.digits.name == "mnist"  # whatever the file is called
    if not (run.folder / "2-rank.ipynb").exists():
        for note in run.digits.notes:
            print(note, file=sys.stderr)
        for name in OPTIONAL if mnist else ():
            load_optional(name, run.data_dir)
    inputs = {"dataset": dataset, "key": run.key, "class_names": list(run.digits.class_names)}
    results.write_json(run.folder / "inputs.json", inputs)
    results.write_text(run.folder / "repeats", f"{parameters['repeats']}\n")
    judges = [name for name in OPTIONAL if mnist and (run.data_dir / name).is_file()]
    results.write_text(run.folder / "judges", "".join(f"{name}\n" for name in judges))
    results.write_text(run.folder / "commit", f"{provenance.commit()}\n")
    if not results.same_files(run.folder / "report", report):
        (run.folder / "published").unlink(missing_ok=True)
    story = ["3-article"] if run.digits.thing == "digit" else []
    return [str(run.folder.relative_to(PROJECT)), *story, "4-evidence"]


def _parameters(given: dict[str, str]) -> dict[str, Any]:
    """Return what make's variables say, as parameters of the notebooks; numbers as numbers."""
    given = {name: text for name, text in given.items() if text}
    whole = re.compile(r"[+-]?[0-9]{1,20}").fullmatch
    return given | {name: int(given[name]) for name in RANGES if whole(given.get(name, ""))}


def _check_report(name: str) -> Path:
    """Return the folder of this name. Raise ValueError unless it may be filled with a report."""
    report = PROJECT / Path(name).expanduser()
    nearest = next(path for path in (report, *report.parents) if path.exists())
    ours = (report / "numbers.json").is_file() and not (report / "inputs.json").is_file()
    if not nearest.is_dir():
        problem = "cannot be a folder"
    elif nearest == report and any(report.iterdir()) and not ours:
        problem = "holds something that is no report"
    else:
        return report
    raise ValueError(f"REPORT={name} {problem}; needed: a new or an empty folder, or an old report")


def execute(output: Path) -> None:
    """Run the notebook of this name; `output` appears when all went well.

    If a cell fails, OUTPUT.partial.ipynb is kept, and the error ends this process in two lines.
    """
    sys.modules["rfc3987_syntax"] = None  # jsonschema does without, and loads it for two seconds
    import papermill
    from jupyter_client import AsyncKernelManager
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from .training.workers import end_with

    class Kernel(AsyncKernelManager):
        transport_encryption = "auto"  # spares the terminal a warning at every start

    end_with(os.getppid())
    logging.getLogger("asyncio").setLevel("CRITICAL")  # on Ctrl-C it tells of what it dropped
    if output.stem == "1-train" and (address := os.environ.get("SCHEDULER", "").strip()):
        from .training.cluster import connect  # Dask is slow to load, and seldom wanted

        connect(address).close()  # an error, before anything is begun, if nobody answers
    notebook, partial = PROJECT / "notebooks" / output.name, output.with_suffix(".partial.ipynb")
    known = papermill.inspect_notebook(notebook)
    given = {name: os.environ.get(name.upper(), "") for name in known}
    given["dataset"] = json.loads((output.parent / "inputs.json").read_text("utf-8"))["dataset"]
    print(f"{output.stem} ...", flush=True)
    try:
        papermill.execute_notebook(
            notebook,
            partial,
            parameters=_parameters(given),
            kernel_name="python3",
            kernel_manager_class=Kernel,
            extra_arguments=["--log-level=CRITICAL", f"--IPKernelApp.exec_lines={QUIET}"],
            progress_bar=False,
            request_save_on_cell_execute=False,
            stdout_file=sys.stdout,
        )
    except PapermillExecutionError as error:
        problem = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    except DeadKernelError:
        problem = "its kernel died, killed perhaps for want of memory"
    except KeyboardInterrupt:
        problem = "stopped; networks that are done are kept, and make report goes on with the rest"
    else:
        partial.replace(output)
        return
    sys.exit(f"{output.stem}: {problem}\nThe notebook so far: {partial}")


if __name__ == "__main__":
    try:
        if sys.argv[1].endswith(".ipynb"):
            execute(Path(sys.argv[1]))
        else:
            print(*prepare(dict(argument.split("=", 1) for argument in sys.argv[1:])))
    except (ValueError, OSError, KeyboardInterrupt) as problem:
        sys.exit(str(problem) or "stopped")
