"""What is refused before anything runs: parameters that cannot be, a folder that is taken.

Make runs this file before anything is installed, `python gate.py PID NAME=value ...` with its own
process and its variables. So it imports only what every Python has. It prints what is wrong in one
sentence, or nothing. `python gate.py reach ADDRESS`, before networks are trained there, fails if
nothing answers.
"""

import fcntl
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

#: The parameters that are whole numbers: the least and the greatest that is allowed.
RANGES = {
    "seed": (0, 2**32 - 1),
    "folds": (2, 100),
    "repeats": (1, 1000),
    "epochs": (1, 10_000),
    "workers": (0, 1000),
}

#: Folders of the project that are never a report.
OURS = {"src", "notebooks", "tests", "data", ".git", ".ci", ".venv"}

#: What make looks at the time of, and makes again: nothing of anybody else's.
TARGETS = (
    ".venv/ready",
    "build/run.mk",
    "build/*/inputs.json",
    "build/*/[123]-*.ipynb",
    "build/*/report/index.html",
    "build/*/published",
)


def check(name: str, value: object) -> None:
    """Raise ValueError unless `value` is a whole number in the range of the parameter `name`."""
    low, high = RANGES[name]
    if type(value) is not int or not low <= value <= high:
        raise ValueError(
            f"{name} is {value!r}; needed: a whole number from {low} to {high}. Change it in the "
            f"first cell, or give {name.upper()}=... to make"
        )


def number(text: str) -> int | str:
    """Return a variable's text as the whole number that it is, or unchanged for `check`."""
    return int(text) if re.fullmatch(r"\s*[+-]?[0-9]{1,20}\s*", text) else text


def check_dataset(dataset: str, project: Path) -> None:
    """Raise ValueError unless `dataset` names a source of digits."""
    own = dataset.endswith(".npz") and (project / dataset).is_file()
    if dataset not in ("auto", "mnist", "sample") and not own:
        raise ValueError(
            f"DATASET is {dataset!r}; needed: auto, mnist, sample, or the path of an .npz file "
            "that exists"
        )


def check_scheduler(scheduler: str) -> None:
    """Raise ValueError unless `scheduler` is empty or the address of a Dask scheduler."""
    host = r"(\[[0-9A-Fa-f:.]+(%\w+)?\]|[\w.-]+)"  # a name, IPv4, or IPv6 in brackets
    found = re.fullmatch(rf"\s*((tcp|tls)://{host}:([0-9]{{1,5}}))?\s*", str(scheduler))
    if not found or not 0 < int(found[5] or 1) < 2**16:
        raise ValueError(
            f"SCHEDULER is {scheduler!r}; needed: the address of a Dask scheduler, such as "
            "tcp://10.0.0.1:8786, or nothing to train on this machine"
        )


def reach(scheduler: str) -> None:
    """Raise ConnectionError unless something answers at the address, if one is given."""
    if not scheduler.strip():
        return
    host, _, port = scheduler.strip().partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=3).close()
    except OSError as error:
        raise ConnectionError(
            f"nothing answers at SCHEDULER={scheduler.strip()} ({error}). Start a scheduler there "
            "by .venv/bin/dask scheduler, or leave SCHEDULER empty to train on this machine"
        ) from None


def check_report(report: Path, project: Path) -> None:
    """Raise ValueError unless the folder `report` may be replaced by a report, whole."""
    place, project = (project / report).resolve(), project.resolve()
    inside = place.relative_to(project).parts[:1] if place.is_relative_to(project) else ("",)
    around = (place, *place.parents)
    runs = [path for path in around if (path / "inputs.json").is_file() and project in path.parents]
    nearest = next(path for path in around if path.exists())
    if place in (project, *project.parents) or OURS & {*inside} or place == project / "build":
        problem = "would replace the project's own files"
    elif runs:
        problem = "lies where a run keeps its results"
    elif not nearest.is_dir():
        problem = f"cannot be a folder, for {nearest} is a file"
    elif not os.access(nearest, os.W_OK):
        problem = f"cannot be written, for {nearest} cannot"
    elif place.is_dir() and any(place.iterdir()) and not (place / "numbers.json").is_file():
        problem = "holds something that is no report"
    else:
        return
    raise ValueError(
        f"REPORT={report} {problem}; needed: a new or an empty folder, or one with an earlier "
        "report"
    )


def take(lock: Path, pid: int) -> None:
    """Note make's process in the file `lock`. Raise ValueError if another make is at work."""
    lock.parent.mkdir(exist_ok=True)
    with open(lock, "a+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # for the moment of looking and writing
        file.seek(0)
        other = number(file.read() or "none")
        if isinstance(other, int) and other != pid and _is_make(other):
            raise ValueError(
                f"another make (process {other}) is at work in this folder, and two would mix "
                f"their results: wait for it, or stop it. If there is none, delete {lock}"
            )
        file.truncate(0)
        file.write(f"{pid}\n")


def _is_make(pid: int) -> bool:
    if Path("/proc/self/stat").exists():
        try:
            told = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return False  # it has ended, perhaps just now
    else:  # macOS
        command = ["ps", "-o", "comm=,stat=", "-p", str(pid)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "make" in told and not re.search(r"\sZ", told)  # Z: dead, and not yet noticed


def forget_the_future(project: Path) -> None:
    """Delete make's targets that were made in the future: with the clock set back, never due."""
    for path in [path for pattern in TARGETS for path in project.glob(pattern)]:
        if path.stat().st_mtime > time.time() + 60:
            path.unlink()


def main(pid: int, variables: dict[str, str]) -> None:
    """Check make's variables, lock build/ for it, and see to the clock; in the current folder."""
    project = Path.cwd()
    for name in ("DATASET", "DATA_DIR", "REPORT"):
        if not variables[name].strip():
            raise ValueError(f"{name} is empty; needed: a value, or no {name} at all")
    for name in RANGES:
        text = variables[name.upper()].strip()
        if text or name != "epochs":  # which stands for its default then
            check(name, number(text))
    check_dataset(variables["DATASET"], project)
    check_scheduler(variables["SCHEDULER"])
    check_report(Path(variables["REPORT"]), project)
    take(Path("build/lock"), pid)
    forget_the_future(project)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    try:
        if command == "reach":
            reach(*arguments)
        else:
            main(int(command), dict(pair.split("=", 1) for pair in arguments))
    except ConnectionError as problem:
        sys.exit(f"make: {problem}")
    except (ValueError, OSError) as problem:
        print(problem)
