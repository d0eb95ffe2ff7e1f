"""The gate: what cannot be is refused by name, and so is a second make, before anything runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ambiguous_digits import gate

VARIABLES = {
    "DATASET": "auto",
    "DATA_DIR": "data",
    "SEED": "0",
    "FOLDS": "5",
    "REPEATS": "1",
    "EPOCHS": "",
    "WORKERS": "0",
    "SCHEDULER": "",
    "REPORT": "report",
}


@pytest.fixture
def project(tmp_path) -> Path:
    """A project of which only what the gate looks at is there."""
    project = tmp_path / "Zählende Ziffern"
    for folder in ("src", "notebooks", "tests", ".git", "empty", "thesis", "earlier", "own.npz"):
        (project / folder).mkdir(parents=True)
    for file in ("README.md", "thesis/chapter 1", "earlier/numbers.json", "my own é.npz"):
        (project / file).touch()
    (project / "build/mnist-0-5-6").mkdir(parents=True)
    (project / "build/mnist-0-5-6/inputs.json").touch()
    (project / "link").symlink_to("src")
    (tmp_path / "inputs.json").touch()  # somebody else's
    return project


def start_gate(project: Path, pid: int, code: str = "", **variables: str) -> subprocess.Popen:
    """Start gate.py as make does, in a Python that has nothing installed."""
    program = ["-c", code] if code else [gate.__file__]
    pairs = [f"{name}={value}" for name, value in (VARIABLES | variables).items()]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", *program, str(pid), *pairs],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )


def said(process: subprocess.Popen) -> str:
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return out


def refusal(project: Path, pid: int = os.getpid(), **variables: str) -> str:
    return said(start_gate(project, pid, **variables))


def test_what_is_as_it_should_be_passes_in_silence_and_in_a_python_without_packages(project):
    assert refusal(project) == ""
    assert (project / "build/lock").read_text() == f"{os.getpid()}\n"


# Parameters


@pytest.mark.parametrize(
    ("variable", "value", "shown", "allowed"),
    [
        ("SEED", "abc", "'abc'", "0 to 4294967295"),
        ("SEED", "-1", "-1", "0 to 4294967295"),
        ("SEED", "4294967296", "4294967296", "0 to 4294967295"),
        ("SEED", "9" * 5000, f"'{'9' * 5000}'", "0 to 4294967295"),
        ("FOLDS", "1", "1", "2 to 100"),
        ("FOLDS", "abc", "'abc'", "2 to 100"),
        ("FOLDS", "101", "101", "2 to 100"),
        ("FOLDS", "2 3", "'2 3'", "2 to 100"),
        ("REPEATS", "-1", "-1", "1 to 1000"),
        ("REPEATS", "0", "0", "1 to 1000"),
        ("REPEATS", "1.5", "'1.5'", "1 to 1000"),
        ("REPEATS", "1001", "1001", "1 to 1000"),
        ("EPOCHS", "0", "0", "1 to 10000"),
        ("EPOCHS", "True", "'True'", "1 to 10000"),
        ("EPOCHS", "10001", "10001", "1 to 10000"),
        ("WORKERS", "-2", "-2", "0 to 1000"),
        ("WORKERS", "1001", "1001", "0 to 1000"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_name_with_what_is_allowed(
    variable, value, shown, allowed, project
):
    assert refusal(project, **{variable: value}) == (
        f"{variable.lower()} is {shown}; needed: a whole number from {allowed}. "
        f"Change it in the first cell, or give {variable}=... to make\n"
    )
    assert not (project / "build/lock").exists()


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_only_an_int_is_a_whole_number(value):
    with pytest.raises(ValueError, match=rf"^repeats is {value!r}; needed: a whole number from 1"):
        gate.check("repeats", value)


@pytest.mark.parametrize("end", [0, 1])
def test_the_limits_themselves_are_allowed(end, project):
    limits = {name.upper(): str(limits[end]) for name, limits in gate.RANGES.items()}
    assert refusal(project, **limits) == ""


def test_a_number_may_have_spaces_around_it_and_epochs_may_be_left_to_their_default(project):
    assert refusal(project, SEED=" +7 ", EPOCHS=" ") == ""


@pytest.mark.parametrize("variable", ["SEED", "FOLDS", "REPEATS", "WORKERS"])
def test_an_empty_number_is_refused(variable, project):
    assert f"{variable.lower()} is ''; needed: a whole number" in refusal(project, **{variable: ""})


@pytest.mark.parametrize("variable", ["DATASET", "DATA_DIR", "REPORT"])
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_name_is_refused(variable, value, project):
    expected = f"{variable} is empty; needed: a value, or no {variable} at all\n"
    assert refusal(project, **{variable: value}) == expected


@pytest.mark.parametrize(
    "dataset", ["mnits", "MNIST", "missing.npz", "own.npz", "README.md", "a'b"]
)
def test_an_unknown_dataset_is_refused_with_the_choices(dataset, project):
    assert refusal(project, DATASET=dataset) == (
        f"DATASET is {dataset!r}; needed: auto, mnist, sample, or the path of an .npz file "
        "that exists\n"
    )


@pytest.mark.parametrize("dataset", ["auto", "mnist", "sample", "my own é.npz", "{}/my own é.npz"])
def test_a_dataset_is_one_of_three_names_or_a_file(dataset, project):
    assert refusal(project, DATASET=dataset.format(project)) == ""


# The scheduler


@pytest.mark.parametrize(
    "scheduler",
    [
        "",
        "  ",
        "tcp://10.0.0.1:8786",
        " tcp://a-host.example.org:1 ",
        "tcp://[::1]:65535",
        "tcp://[fe80::1%eth0]:8786",
        "tls://10.0.0.1:8786",
    ],
)
def test_a_scheduler_is_an_address_or_nothing(scheduler, project):
    assert refusal(project, SCHEDULER=scheduler) == ""


@pytest.mark.parametrize(
    "scheduler",
    [
        "host:8786",
        "http://10.0.0.1:8786",
        "tcp://10.0.0.1",
        "tcp://10.0.0.1:",
        "tcp://:8786",
        "tcp://10.0.0.1:0",
        "tcp://10.0.0.1:65536",
        "tcp://10.0.0.1:8786/status",
        "tcp://10.0.0.1: 8786",
        "tcp://a b:8786",
        "tcp://::1:8786",
        "tcp://me@host:8786",
        "slurm",
    ],
)
def test_what_is_no_address_of_a_scheduler_is_refused_with_an_example(scheduler, project):
    assert refusal(project, SCHEDULER=scheduler) == (
        f"SCHEDULER is {scheduler!r}; needed: the address of a Dask scheduler, such as "
        "tcp://10.0.0.1:8786, or nothing to train on this machine\n"
    )
    assert not (project / "build/lock").exists()


@pytest.mark.parametrize("scheduler", [8786, None, True])
def test_a_scheduler_that_is_no_text_is_refused(scheduler):
    with pytest.raises(ValueError, match=rf"^SCHEDULER is {scheduler!r}; needed: the address"):
        gate.check_scheduler(scheduler)


def reach(scheduler):
    command = [sys.executable, "-I", gate.__file__, "reach", scheduler]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_something_that_listens_is_reached_and_nothing_else_is(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://{host}:{server.getsockname()[1]}"
        assert reach(f" {address} ").returncode == 0
    done = reach(address)
    assert done.returncode == 1
    assert done.stderr.startswith(f"make: nothing answers at SCHEDULER={address} (")
    assert "Start a scheduler there by .venv/bin/dask scheduler, or leave SCHEDULER" in done.stderr


def test_without_a_scheduler_there_is_nothing_to_reach():
    assert reach(" ").returncode == 0


# The report's folder

OURS = "would replace the project's own files"
RUN = "lies where a run keeps its results"
FILE = "cannot be a folder, for {}/README.md is a file"


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        ("README.md", FILE),
        ("README.md/below", FILE),
        (".", OURS),
        ("{}", OURS),
        ("..", OURS),
        ("/", OURS),
        ("src", OURS),
        ("src/new", OURS),
        ("link/new", OURS),
        ("build/../src", OURS),
        ("notebooks", OURS),
        ("tests", OURS),
        ("data", OURS),
        (".git/new", OURS),
        (".venv", OURS),
        ("build", OURS),
        ("build/mnist-0-5-6", RUN),
        ("build/mnist-0-5-6/report", RUN),
        ("thesis", "holds something that is no report"),
    ],
)
def test_a_report_never_takes_the_place_of_something_else(report, problem, project):
    report = report.format(project)
    assert refusal(project, REPORT=report) == (
        f"REPORT={report} {problem.format(project)}; needed: a new or an empty folder, or one "
        "with an earlier report\n"
    )


@pytest.mark.parametrize(
    "report",
    ["report", "empty", "earlier", "build/quick", "Über Ziffern/neu", "../elsewhere", "{}/new"],
)
def test_a_new_an_empty_and_an_earlier_folder_may_become_the_report(report, project):
    assert refusal(project, REPORT=report.format(project)) == ""


# One make at a time


@pytest.fixture
def start_make():
    """Starts a make that waits. Its process is called make wherever this runs."""
    started = []

    def start() -> int:
        process = subprocess.Popen(
            ["make", "-f", "-"], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        process.stdin.write("wait:\n\t@sleep 600\n")
        process.stdin.close()
        started.append(process)
        return process.pid

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def busy(pid: int) -> str:
    return (
        f"another make (process {pid}) is at work in this folder, and two would mix their "
        "results: wait for it, or stop it. If there is none, delete build/lock\n"
    )


def test_while_one_make_is_at_work_another_is_refused_and_the_first_goes_on(project, start_make):
    first, second = start_make(), start_make()
    assert [refusal(project, pid) for pid in (first, second, first)] == ["", busy(first), ""]


def test_a_make_that_has_ended_is_no_hindrance_even_before_that_is_noticed(project, start_make):
    first, second, third = start_make(), start_make(), start_make()
    assert refusal(project, first) == ""
    os.killpg(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # a zombie now
    assert refusal(project, second) == ""
    os.killpg(second, signal.SIGKILL)
    os.waitpid(second, 0)
    assert refusal(project, third) == ""


def test_another_process_that_got_the_number_of_an_old_make_is_no_hindrance(project, start_make):
    (project / "build/lock").write_text(f"{os.getpid()}\n")
    make = start_make()
    assert refusal(project, make) == ""
    assert (project / "build/lock").read_text() == f"{make}\n"


def test_a_make_that_ends_while_it_is_looked_up_is_no_hindrance(project, monkeypatch):
    def end(*_, **__):
        raise ProcessLookupError

    (project / "build/lock").write_text("1\n")
    monkeypatch.setattr(Path, "read_text", end)
    gate.take(project / "build/lock", os.getpid())
    assert (project / "build/lock").read_bytes() == b"%d\n" % os.getpid()


@pytest.mark.parametrize("garbage", [b"", b"none", b"1 2", b"-1", b"9" * 20, b"\xff\0\xfe"])
def test_garbage_is_no_lock(garbage, project):
    (project / "build/lock").write_bytes(garbage)
    assert refusal(project) == ""
    assert (project / "build/lock").read_text() == f"{os.getpid()}\n"


# Looking up a process takes long here, so that all would look before one has written.
SLOWLY = f"""
import sys, time
sys.path.insert(0, {str(Path(gate.__file__).parent)!r})
import gate

is_make = gate._is_make
gate._is_make = lambda pid: time.sleep(0.3) or is_make(pid)
try:
    gate.main(int(sys.argv[1]), dict(pair.split("=", 1) for pair in sys.argv[2:]))
except ValueError as problem:
    print(problem)
"""


def test_of_many_at_once_exactly_one_wins(project, start_make):
    (project / "build/lock").write_text("1\n")  # no make; all look it up
    pids = [start_make() for _ in range(6)]
    processes = [start_gate(project, pid, SLOWLY) for pid in pids]
    answers = [said(process) for process in processes]
    winner = pids[answers.index("")]
    assert answers == ["" if pid == winner else busy(winner) for pid in pids]


# The clock


def test_what_was_made_in_the_future_is_forgotten_but_networks_are_kept(project):
    ahead = ("build/run.mk", "build/x/1-train.ipynb", "build/x/networks/r0k0.npz", ".venv/ready")
    others = ("build/just-now", "build/quick/mine.txt", "earlier/index.html", "src/scores.py")
    for name in (*ahead, *others):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        soon = time.time() + (30 if name == "build/just-now" else 3600)
        os.utime(path, (soon, soon))
    assert refusal(project) == ""
    left = {name for name in (*ahead, *others) if (project / name).exists()}
    assert left == {"build/x/networks/r0k0.npz", *others}


def test_a_folder_that_cannot_be_written_is_no_place_for_a_report(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(ValueError, match=r"cannot be written, for .* cannot; needed: a new or"):
        gate.check_report(tmp_path / "a/b", Path("/usr"))
