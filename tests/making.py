"""Running make in a copy of the project, with a stand-in for the network that fits in no time."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ambiguous_digits import PROJECT
from conftest import write_pictures

FILES = ("Makefile", "requirements.lock", "pyproject.toml", "README.md")
VARIABLES = (
    "DATASET",
    "DATA_DIR",
    "SEED",
    "FOLDS",
    "REPEATS",
    "EPOCHS",
    "WORKERS",
    "SCHEDULER",
    "REPORT",
)
SMALL = {"DATASET": "shapes.npz", "FOLDS": 3, "EPOCHS": 1, "WORKERS": 2}
RUN = "build/shapes-0-3-1"


def copy_project(copy: Path, *, standin: bool = True) -> Path:
    """Copy the project with this environment, and write pictures of our own into the copy."""
    for part in ("src", "notebooks"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(PROJECT / name, copy)
    if standin:
        network = Path(__file__).with_name("standin_network.py")
        shutil.copyfile(network, copy / "src/ambiguous_digits/network.py")
    (copy / ".venv").symlink_to(PROJECT / ".venv")
    write_pictures(copy / "shapes.npz")
    return copy


def command(*arguments: str, **variables: object) -> list[str]:
    return ["make", *arguments, *(f"{name}={value}" for name, value in variables.items())]


def environment(**changes: str) -> dict[str, str]:
    """The environment without what the make that runs these tests has set in it."""
    outer = (*VARIABLES, "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH", "JUPYTER_PATH")
    return {k: v for k, v in os.environ.items() if k not in outer} | changes


def make(project: Path, *arguments: str, check: bool = True, **variables: object) -> str:
    """Run make in a copy of the project; return what it printed."""
    result = subprocess.run(
        command(*arguments, **variables),
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if check:
        assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def steps(printed: str) -> list[str]:
    """Which notebooks make ran."""
    return [line[:-4] for line in printed.splitlines() if line.endswith(" ...") and line[1] == "-"]


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Return when the condition holds."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")
