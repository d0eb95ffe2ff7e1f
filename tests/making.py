"""Running make in a copy of the project, with a stand-in for the network that fits in no time."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ambiguous_digits import PROJECT
from conftest import write_pictures

FILES = ("Makefile", "requirements.lock", "pyproject.toml", "README.md")
VARIABLES = [
    "DATASET",
    "DATA_DIR",
    "SEED",
    "FOLDS",
    "REPEATS",
    "EPOCHS",
    "WORKERS",
    "SCHEDULER",
    "REPORT",
]
#: A name with all that shells, make and folders stumble over.
ODD = "our 'shapes' (1) $é.npz"
SMALL = {"DATASET": ODD.replace("$", "$$"), "FOLDS": 3, "EPOCHS": 1, "WORKERS": 2}
RUN = "build/our-shapes-1-0-3-1"


def copy_project(copy: Path, *, standin: bool = True) -> Path:
    """Copy the project with this environment, and write pictures of our own into the copy."""
    for part in ("src", "notebooks"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(PROJECT / name, copy)
        os.utime(copy / name, (0, 0))  # the environment is up to date, and stays as it is
    if standin:
        network = Path(__file__).with_name("standin_network.py")
        shutil.copyfile(network, copy / "src/ambiguous_digits/network.py")
    (copy / ".venv").symlink_to((PROJECT / ".venv").resolve())
    write_pictures(copy / ODD)
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
        # Whoever runs the tests in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def make(project: Path, *arguments: str, check: bool = True, **variables: object) -> str:
    """Run make in a copy of the project; return what it printed."""
    process = start(project, *arguments, **variables)
    printed, _ = process.communicate(timeout=300)
    if check:
        assert process.returncode == 0, printed
    else:
        assert process.returncode == 2, printed
    return printed


def due(project: Path, **variables: object) -> list[str]:
    """Which steps make would take for a report."""
    printed = make(project, "-n", "report", **(SMALL | variables))
    words = printed.replace(".ipynb", "").replace("/", " ").split()
    names = ("1-train", "2-rank", "3-article", "4-evidence", "ambiguous_digits.report")
    return [name.removeprefix("ambiguous_digits.") for name in names if name in words]


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Return when the condition holds."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")
