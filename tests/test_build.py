"""What make promises: only what is due is done, nothing is lost, bad input is one sentence."""

import contextlib
import os
import re
import shutil
import signal
from pathlib import Path

import psutil
import pytest

from conftest import write_pictures
from making import RUN, SMALL, make, start, wait_until

STEPS = ["1-train", "2-rank", "3-article", "4-evidence", "report"]
ALL = ["1-train", "2-rank", "4-evidence", "report"]  # of other pictures than digits
#: By the file that has changed.
DUE = {
    "src/ambiguous_digits/network.py": ALL,
    "notebooks/2-rank.ipynb": ALL[1:],
    "notebooks/4-evidence.ipynb": ALL[2:],
    "src/ambiguous_digits/article/page/style.css": ALL[2:],
    "src/ambiguous_digits/report.py": ALL[2:],
    "notebooks/3-article.ipynb": [],
}
#: A name with all that shells, make and folders stumble over.
ODD = "our 'shapes' (1) $é.npz"


def due(project: Path, **variables: object) -> list[str]:
    """Which steps make would take for a report."""
    printed = make(project, "-n", "report", **(SMALL | variables))
    return [step for step in STEPS if re.search(rf"digits\.(run \S+/)?{step}(\.ipynb)?\b", printed)]


def times(folder: Path) -> dict[Path, int]:
    """When each file was changed, but for what Python keeps for itself."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in files if "__pycache__" not in path.parts}


def test_a_report_has_all_its_parts_and_its_making_is_told(small_project):
    there = {path.name for path in (small_project / "report").iterdir()}
    expected = "index.html numbers.json most_ambiguous.csv scores.csv LICENSE digits"
    assert there >= {*expected.split(), "definition-1.png", "definition-2.png"}
    assert "evidence.html" not in there
    assert not list((small_project / RUN).glob("*.partial.ipynb"))
    printed = (small_project / "printed.txt").read_text()
    assert re.findall(r"^(\S+) \.\.\.$", printed, re.MULTILINE) == ALL[:3]
    assert "100 % |####################| 00:00 left, 2 of 2 networks done" in printed


def test_a_second_make_does_nothing_and_says_nothing(small_project):
    before = times(small_project)
    assert make(small_project, "report", **SMALL) == "make: Nothing to be done for 'report'.\n"
    assert times(small_project) == before


@pytest.mark.parametrize(("file", "expected"), DUE.items())
def test_a_changed_file_makes_again_what_depends_on_it(file, expected, small_project):
    path = small_project / file
    kept = path.stat()
    os.utime(path)
    try:
        assert due(small_project) == expected
    finally:
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"SEED": 1, "FOLDS": 4, "EPOCHS": 1}, ALL),
        ({"WORKERS": 1, "SCHEDULER": "tcp://127.0.0.1:1", "DATA_DIR": "elsewhere"}, []),
        ({"DATASET": ODD.replace("$", "$$")}, ALL),
    ],
)
def test_a_changed_variable_makes_again_what_depends_on_it(variables, expected, small_project):
    write_pictures(small_project / ODD)
    assert due(small_project, **variables) == expected
    assert due(small_project) == []


def test_other_repeats_and_a_missing_result_are_due(small_project, tmp_path):
    project = shutil.copytree(small_project, tmp_path / "copy", symlinks=True)
    (project / RUN / "2-rank.ipynb").unlink()
    assert due(project) == ALL[1:]
    assert due(project, REPEATS=2) == ALL
    assert due(project) == ALL  # all is told anew, of fewer networks


def test_a_bad_or_an_unknown_variable_is_one_sentence_that_names_it(small_project):
    (small_project / "broken $(1)'.npz").write_bytes(b"PK no archive")
    before = times(small_project)
    variables = SMALL | {"DATASET": "broken $$(1)'.npz"}
    told, last = make(small_project, "report", fails=True, **variables).splitlines()
    assert "/broken $(1)'.npz: not readable (" in told
    assert re.fullmatch(r"Makefile:\d+: \*\*\* nothing was begun\.  Stop\.", last)
    assert times(small_project) == before
    [told] = make(small_project, "report", "REPEAT=2", fails=True).splitlines()
    assert "REPEAT: no variable of this Makefile. There are DATASET DATA_DIR SEED" in told
    variables = SMALL | {"SEED": 5, "SCHEDULER": "tcp://127.0.0.1:1"}
    told, _ = make(small_project, "report", fails=True, **variables).splitlines()
    assert told.startswith("no Dask scheduler answers at SCHEDULER=tcp://127.0.0.1:1 (")
    assert "). Start one there by .venv/bin/dask scheduler, or leave SCHEDULER empty" in told


def below(process, command: str = "") -> list[psutil.Process]:
    """The processes below make that run this command."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if command in " ".join(child.cmdline()):
                found.append(child)
    return found


def waiting(process, project: Path) -> list[psutil.Process]:
    """The workers that have begun with a network and wait."""
    workers = below(process, "spawn_")
    return [worker for worker in workers if (project / f"waiting-{worker.pid}").exists()]


@pytest.fixture(scope="module")
def held(small_project, tmp_path_factory) -> Path:
    """A copy with a network that fits in no time, where all repeats but the first wait."""
    project = tmp_path_factory.mktemp("held") / "project"
    shutil.copytree(small_project, project, symlinks=True)
    shutil.rmtree(project / RUN)
    standin = Path(__file__).with_name("standin_network.py")
    shutil.copyfile(standin, project / "src/ambiguous_digits/network.py")
    (project / "hold").touch()
    return project


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ("kill make", ""),
        ("kill the kernel", "1-train: its kernel died, killed perhaps for want of memory\n"),
        ("press Ctrl-C", "1-train: stopped; networks that are done are kept, and make report goes"),
    ],
)
def test_however_it_is_stopped_no_process_stays_and_what_is_done_is_kept(stop, said, held):
    process = start(held, "report", **SMALL, REPEATS=3)
    networks = held / RUN / "networks"
    assert wait_until(lambda: len(times(networks)) == len(waiting(process, held)) == 2)
    everyone, before = below(process), times(networks)
    if stop == "press Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)
    else:
        victim = process if stop == "kill make" else below(process, "ipykernel")[0]
        victim.kill()
    printed, _ = process.communicate(timeout=60)
    _, alive = psutil.wait_procs(everyone, timeout=20)
    assert alive == []
    assert process.returncode != 0
    assert said in printed
    assert "Traceback" not in printed
    assert times(networks) == before
    assert {path.name for path in before} == {"r0k0.npz", "r0k1.npz"}
