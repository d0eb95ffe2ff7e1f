"""Running make in a copy of the project; and networks that are made up, in workers that may die."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ambiguous_digits import PROJECT, results

FILES = ("Makefile", "requirements.lock", "pyproject.toml", "README.md")
VARIABLES = ["DATASET", "DATA_DIR", "SEED", "FOLDS", "REPEATS", "EPOCHS", "WORKERS", "SCHEDULER"]
VARIABLES += ["REPORT"]
SMALL = {"DATASET": "build/shapes.npz", "FOLDS": 2, "EPOCHS": 2, "WORKERS": 2}
RUN = "build/shapes-0-2-2"


def copy_project(copy: Path) -> Path:
    """Copy the project, with this environment."""
    for part in ("src", "notebooks"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(PROJECT / name, copy)
        os.utime(copy / name, (0, 0))  # the environment is up to date, and stays as it is
    (copy / ".venv").symlink_to((PROJECT / ".venv").resolve())
    return copy


def start(project: Path, *arguments: str, **variables: object) -> subprocess.Popen:
    """Start make in a copy of the project, in a process group of its own."""
    outer = (*VARIABLES, "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH", "JUPYTER_PATH")
    return subprocess.Popen(
        ["make", *arguments, *(f"{name}={value}" for name, value in variables.items())],
        cwd=project,
        env={name: value for name, value in os.environ.items() if name not in outer},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def make(project: Path, *arguments: str, fails: bool = False, **variables: object) -> str:
    """Run make in a copy of the project; return what it printed."""
    process = start(project, *arguments, **variables)
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == (2 if fails else 0), printed
    return printed


def wait_until(condition: Callable[[], object], seconds: float = 60) -> bool:
    """Return whether the condition holds, as soon as it does."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(holds)


def some_network(repeat: int = 0, fold: int = 0, **changes: object) -> results.Network:
    """Return a network of three held-out and four test digits that is drawn by lot."""
    rng = np.random.default_rng([repeat, fold])
    logits = [rng.normal(size=(n, 2)).astype(np.float32) for n in (3, 4)]
    curves = {name: rng.random(2) for name in results.CURVES}
    weights = [rng.normal(size=i + 1).astype(np.float32) for i in range(12)]
    made = 1.25, "Some Processor @ 3 GHz", "mixed_bfloat16", weights
    network = results.Network(repeat, fold, np.array([1, 4, 5]), *logits, curves, *made)
    return replace(network, **changes)


def make_up(folder: Path, digits: object, job: object, tell: Callable) -> results.Network:
    """Return a made-up network; files in `folder` say that a fold fails, dies once or waits."""
    for epoch in range(1, job.epochs + 1):
        tell(job.repeat, job.fold, epoch, 0.5)
    death = folder / f"die {job.fold}"
    if death.exists():
        death.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    if (folder / f"fail {job.fold}").exists():
        raise MemoryError(f"no room for fold {job.fold}")
    while (folder / f"wait {job.fold}").exists():
        time.sleep(0.05)
    made = {"processor": f"process {os.getpid()}", "precision": job.precision}
    return some_network(job.repeat, job.fold, held_out=job.held_out, **made)
