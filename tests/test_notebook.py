"""One notebook as make runs it: its results or a short reason, and no process left behind."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

MODULE = ["-m", "ambiguous_digits.notebook"]
# The same, for those who cannot wait 300 seconds.
IMPATIENT = [
    "-c",
    "import sys; from pathlib import Path; from ambiguous_digits import notebook\n"
    "notebook.PATIENCE = 2.0\n"
    "notebook.main(*map(Path, sys.argv[1:]), {})",
]


@pytest.fixture
def notebook(tmp_path) -> Path:
    return tmp_path / "some notebook.ipynb"


@pytest.fixture
def output(tmp_path) -> Path:
    return tmp_path / "build" / "done.ipynb"


def write(path: Path, *cells: str, parameters: str = "") -> None:
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    content = nbformat.v4.new_notebook(
        cells=[*([first] if parameters else []), *map(nbformat.v4.new_code_cell, cells)],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
        },
    )
    nbformat.write(content, path)


def run(notebook: Path, output: Path, *pairs: str, program=MODULE) -> subprocess.CompletedProcess:
    command = [sys.executable, *program, str(notebook), str(output), *pairs]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_notebook_that_runs_is_kept_and_what_it_prints_is_seen(notebook, output):
    write(notebook, "print('one')", "print('two')\n3")
    found = run(notebook, output)
    assert (found.returncode, found.stdout, found.stderr) == (0, "one\ntwo\n", "")
    assert names(output.parent) == ["done.ipynb"]
    assert nbformat.read(output, 4).cells[1].outputs[-1].data["text/plain"] == "3"


def test_numbers_are_passed_as_numbers_and_what_is_empty_is_left_out(notebook, output):
    parameters = "\n".join(
        [
            "count: int = 0",
            "wrong: int = 0",
            "epochs: int = None  # help",
            "left: int = 7",
            "name: str = 'x'",
            "empty: str = 'y'",
        ]
    )
    shown = "print([count, wrong, epochs, left, name, empty, other])"
    write(notebook, shown, parameters=parameters)
    pairs = ("count=3", "wrong=3.5", "epochs=-4", "left=", "name=5=six", "empty=", "other=8")
    found = run(notebook, output, *pairs)
    assert found.stdout == "[3, '3.5', -4, 7, '5=six', 'y', '8']\n"


def test_of_a_failing_cell_its_number_first_line_and_error_are_shown(notebook, output):
    write(notebook, "print('one')", "\nx = 0\n1 / x", "print('three')")
    found = run(notebook, output)
    partial = output.with_name("done.partial.ipynb")
    assert (found.returncode, found.stdout) == (1, "one\n")
    assert found.stderr == (
        f"{notebook}, cell 2 (x = 0 ...) failed:\n"
        "ZeroDivisionError: division by zero\n"
        f"The notebook so far: {partial}\n"
    )
    assert names(output.parent) == ["done.partial.ipynb"]
    assert "ZeroDivisionError" in str(nbformat.read(partial, 4).cells)


def test_a_failing_notebook_leaves_the_earlier_one_as_it_was(notebook, output):
    output.parent.mkdir()
    output.write_text("earlier")
    write(notebook, "1 / 0")
    assert run(notebook, output).returncode == 1
    assert output.read_text() == "earlier"


def test_a_kernel_that_dies_is_told_in_a_sentence(notebook, output):
    write(notebook, "import os\nos.kill(os.getpid(), 9)")
    found = run(notebook, output)
    assert found.returncode == 1
    # nbclient has a line of its own before.
    assert found.stderr.endswith(
        f"{notebook} failed: its kernel died, killed perhaps for want of memory. Run make report "
        f"again.\nThe notebook so far: {output.with_name('done.partial.ipynb')}\n"
    )
    assert "Traceback" not in found.stderr


# What does not end by itself

WORKER = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"
# A cell that starts a process, notes both, and ends neither soon nor on Ctrl-C.
ENDLESS = f"""
import json, os, subprocess, sys, time
from pathlib import Path
worker = subprocess.Popen([sys.executable, "-c", {WORKER!r}])
Path("new.json").write_text(json.dumps([os.getpid(), worker.pid]))
os.replace("new.json", "pids.json")
for _ in range(3):
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""
GOES_ON = "Networks that are done are kept; make report goes on with those that are missing.\n"


@pytest.fixture
def started(tmp_path):
    """The kernel and the process below it that ENDLESS notes; none outlives the test."""
    found = []

    def started() -> list[psutil.Process]:
        pids = json.loads((tmp_path / "pids.json").read_text())
        found.extend(psutil.Process(pid) for pid in pids if psutil.pid_exists(pid))
        return found

    yield started
    for process in found:
        if process.is_running():
            process.kill()


def wait_for(path: Path) -> None:
    for _ in range(1200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {path}")


def test_a_notebook_in_which_nothing_is_computed_is_stopped(
    notebook, output, tmp_path, monkeypatch, started
):
    monkeypatch.chdir(tmp_path)
    write(notebook, ENDLESS)
    found = run(notebook, output, program=IMPATIENT)
    assert found.returncode == 1
    assert found.stderr == (
        f"{notebook} was stopped: nothing was computed for 2 seconds. {GOES_ON}"
    )
    _, alive = psutil.wait_procs(started(), timeout=20)
    assert alive == []
    assert not output.exists()


def test_a_notebook_whose_workers_compute_is_not_stopped(notebook, output):
    busy = "import time\nwhile time.process_time() < 10: pass"
    write(notebook, f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])")
    less_impatient = [argument.replace("2.0", "8.0") for argument in IMPATIENT]
    found = run(notebook, output, program=less_impatient)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_notebook_that_waits_for_workers_elsewhere_is_not_stopped(notebook, output):
    write(
        notebook,
        "import time\nfrom pathlib import Path",
        f"log = Path({str(output.with_name('training.log'))!r})",
        "for _ in range(20): log.touch(); time.sleep(0.5)",
    )
    found = run(notebook, output, program=IMPATIENT)
    assert (found.returncode, found.stderr) == (0, "")


STARTER = "import subprocess, sys; subprocess.run(sys.argv[1:])"


@pytest.mark.parametrize(
    ("victim", "signum", "reason"),
    [
        ("itself", signal.SIGTERM, "SIGTERM"),
        ("itself", signal.SIGINT, "SIGINT"),
        ("what started it", signal.SIGKILL, "make has ended"),
    ],
)
def test_however_it_is_ended_the_kernel_and_what_that_started_end_too(
    victim, signum, reason, notebook, output, tmp_path, started
):
    write(notebook, ENDLESS)
    errors = tmp_path / "errors.txt"
    with open(errors, "w") as file:
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER, sys.executable, *MODULE, str(notebook), str(output)],
            cwd=tmp_path,
            stderr=file,
            # Who runs the tests in the background has this ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        wait_for(tmp_path / "pids.json")
        [itself] = psutil.Process(starter.pid).children()
        ended = [itself, *started()]
        (itself if victim == "itself" else starter).send_signal(signum)
        starter.wait()
        _, alive = psutil.wait_procs(ended, timeout=30)
        assert alive == []
    finally:
        starter.kill()
    assert errors.read_text() == f"{notebook} was stopped: {reason}. {GOES_ON}"
    assert not output.exists()


TIDY = """
import os, time
from pathlib import Path
Path("pids.json").write_text("[]")
try:
    time.sleep(600)
finally:
    time.sleep(0.5)
    Path("tidied.txt").touch()
"""


def test_a_cell_that_is_stopped_may_tidy_up_and_is_kept_to_be_read(notebook, output, tmp_path):
    write(notebook, TIDY)
    process = subprocess.Popen(
        [sys.executable, *MODULE, str(notebook), str(output)], cwd=tmp_path, stderr=subprocess.PIPE
    )
    wait_for(tmp_path / "pids.json")
    time.sleep(1)  # else the signal may meet the kernel between the cell and its messages
    process.terminate()
    _, errors = process.communicate()
    # The kernel itself may complain before, if the signal meets it elsewhere than in the cell.
    assert errors.decode().endswith(f"{notebook} was stopped: SIGTERM. {GOES_ON}")
    assert (tmp_path / "tidied.txt").exists()
    partial = nbformat.read(output.with_name("done.partial.ipynb"), 4)
    assert "KeyboardInterrupt" in str(partial.cells)
