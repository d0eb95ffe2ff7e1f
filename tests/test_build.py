"""What make promises: only what is due is done, nothing is lost, bad input is one sentence."""

import os
import re
import shutil
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest

from ambiguous_digits import PROJECT, results
from conftest import write_pictures
from making import ODD, RUN, SMALL, VARIABLES, copy_project, due, make, start, wait_for

ALL = ["1-train", "2-rank", "4-evidence", "report"]  # of other pictures than digits


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project, in a folder with a space, with a report on pictures of our own."""
    project = copy_project(tmp_path_factory.mktemp("make") / "a copy")
    printed = make(project, "report", **SMALL)
    assert [name for name in ALL if f"{name} ..." in printed] == ALL[:3]
    assert "100 % |" in printed  # how the training went is seen while it goes
    return project


def trained(project: Path) -> dict[str, int]:
    folder = project / RUN / "networks"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npz")}


def test_the_makefile_is_read_in_two_minutes():
    assert len((PROJECT / "Makefile").read_text().splitlines()) <= 90


def test_a_report_has_all_its_parts(project):
    there = {path.name for path in (project / "report").iterdir()}
    assert there == {
        *("index.html", "numbers.json", "most_ambiguous.csv", "scores.csv", "LICENSE", "digits"),
        *("definition-1.png", "definition-2.png"),
    }
    assert not list((project / RUN).glob("*.partial.ipynb"))


def test_a_second_make_does_nothing_and_says_nothing(project):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    printed = make(project, "report", **SMALL)
    assert printed == "make: Nothing to be done for 'report'.\n"
    after = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    assert {p for p in after if "__pycache__" not in p.parts and after[p] != before.get(p)} == set()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("notebooks/1-train.ipynb", ALL),
        ("notebooks/2-rank.ipynb", ALL[1:]),
        ("notebooks/4-evidence.ipynb", ALL[2:]),
        ("notebooks/3-article.ipynb", []),
        ("src/ambiguous_digits/network.py", ALL),
        ("src/ambiguous_digits/figures/style.py", ALL),
        ("src/ambiguous_digits/article/page/style.css", ALL[2:]),
        ("src/ambiguous_digits/report.py", ALL[2:]),
        ("README.md", []),
    ],
)
def test_a_changed_file_makes_again_what_depends_on_it(file, expected, project):
    path = project / file
    times = path.stat()
    os.utime(path)
    try:
        assert due(project) == expected
    finally:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"SEED": 1}, ALL),
        ({"FOLDS": 4}, ALL),
        ({"EPOCHS": 2}, ALL),
        ({"WORKERS": 1}, []),
        ({"SCHEDULER": "tcp://127.0.0.1:1"}, []),
        ({"DATA_DIR": "elsewhere"}, []),
        ({"REPORT": "build/other report"}, ["report"]),
    ],
)
def test_a_changed_variable_makes_again_what_depends_on_it(variables, expected, project):
    assert due(project, **variables) == expected
    assert due(project) == (expected if "REPORT" in variables else [])
    make(project, "report", **SMALL)


def test_more_repeats_train_only_what_is_missing_and_fewer_train_nothing(project, tmp_path):
    project = shutil.copytree(project, tmp_path / "copy", symlinks=True)
    before = trained(project)
    assert len(before) == 3
    assert due(project, REPEATS=2) == ALL
    make(project, f"{RUN}/1-train.ipynb", "report", **SMALL, REPEATS=2)
    after = trained(project)
    assert len(after) == 6
    assert before.items() <= after.items()
    assert due(project) == ALL  # all is told anew, of fewer networks
    networks = results.load_networks(project / RUN)
    assert len(networks) == 6


def test_a_changed_sentence_runs_one_notebook_and_trains_nothing(project):
    before, notebook = trained(project), project / "notebooks/4-evidence.ipynb"
    text = notebook.read_text()
    assert "Ambiguity has no unit" in text
    notebook.write_text(text.replace("Ambiguity has no unit", "Doubt has no unit"))
    printed = make(project, "report", **SMALL)
    assert re.findall(r"^(\S+) \.\.\.$", printed, re.MULTILINE) == ["4-evidence"]
    assert "Doubt has no unit" in (project / "report/index.html").read_text()
    assert trained(project) == before


def test_changed_pictures_of_the_same_name_are_due(project):
    write_pictures(project / ODD, seed=1)
    try:
        assert due(project) == ALL
    finally:
        write_pictures(project / ODD)
        (project / RUN / "inputs.json").unlink()
    make(project, "report", **SMALL)


def test_a_report_that_was_exchanged_is_put_back_and_what_lies_beside_it_stays(project):
    page, notes = project / "report/index.html", project / "report/notes.txt"
    made = page.read_text()
    page.write_text("another")
    notes.write_text("mine")
    assert due(project) == ["report"]
    assert "report/index.html" in make(project, "report", **SMALL)
    assert (page.read_text(), notes.read_text()) == (made, "mine")


def test_a_result_that_is_missing_is_made_again(project):
    (project / RUN / "2-rank.ipynb").unlink()
    assert due(project) == ALL[1:]
    make(project, "report", **SMALL)


def test_weights_are_exported(project):
    printed = make(project, "weights", **SMALL)
    assert printed.count(".keras") == len(list((project / RUN / "weights").iterdir())) == 3


def test_exported_networks_say_what_ours_say(network, small_run):
    import keras

    from ambiguous_digits import export

    export.main(small_run)
    images = np.random.default_rng(0).integers(256, size=(5, 16, 14), dtype=np.uint8)
    for member in results.load_networks(small_run):
        path = small_run / "weights" / f"r{member.repeat}k{member.fold}.keras"
        said = keras.models.load_model(path)(network.pixels(images))
        np.testing.assert_allclose(said, network.predict_logits(member.weights, images), atol=1e-4)


# Bad input


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SEED", "-1", "seed is -1; needed: a whole number from 0 to 4294967295"),
        ("SEED", "", "SEED is empty"),
        ("FOLDS", "1", "folds is 1; needed: a whole number from 2 to 100"),
        ("FOLDS", "five", "folds is 'five'; needed: a whole number from 2 to 100"),
        ("FOLDS", "41", "folds is 41, so each class of 'our-shapes-1' needs at least 41 training"),
        ("REPEATS", "0", "repeats is 0; needed: a whole number from 1 to 1000"),
        ("REPEATS", "1.5", "repeats is '1.5'; needed"),
        ("EPOCHS", "0", "epochs is 0; needed: a whole number from 1 to 10000"),
        ("WORKERS", "-2", "workers is -2; needed: a whole number from 0 to 1000"),
        ("SCHEDULER", "host:8786", "SCHEDULER is 'host:8786'; needed: the address of a Dask"),
        ("SCHEDULER", "tcp://h:99999", "SCHEDULER is 'tcp://h:99999'; needed: the address"),
        ("DATASET", "mnits", "DATASET is 'mnits'; needed: auto, mnist, sample, or the path"),
        ("DATASET", "missing.npz", "DATASET is 'missing.npz'; needed"),
        ("DATASET", "README.md", "DATASET is 'README.md'; needed"),
        ("DATASET", "broken.npz", "broken.npz: not readable as arrays"),
        ("DATASET", "", "DATASET is empty"),
        ("DATA_DIR", "", "DATA_DIR is empty"),
        ("REPORT", "src", "REPORT=src holds something that is no report; needed: a new or an"),
        ("REPORT", "README.md", "REPORT=README.md cannot be a folder; needed"),
        ("REPORT", RUN, f"REPORT={RUN} holds something that is no report"),
        ("REPORT", "", "REPORT is empty"),
    ],
)
def test_a_bad_variable_is_one_sentence_that_names_it(variable, value, sentence, project):
    (project / "broken.npz").write_bytes(b"PK no archive")
    before = trained(project)
    printed = make(project, "report", check=False, **(SMALL | {variable: value}))
    told, *rest = printed.splitlines()
    assert sentence in told
    assert rest == [line for line in rest if re.fullmatch(r"Makefile:\d+: \*\*\* .*Stop\.", line)]
    assert len(rest) == 1
    assert trained(project) == before


def test_an_unknown_variable_is_refused(project):
    printed = make(project, "report", "REPEAT=2", check=False)
    assert "REPEAT: no variable of this Makefile. There are DATASET DATA_DIR SEED" in printed
    assert len(printed.splitlines()) == 1


def test_a_scheduler_that_is_not_there_is_named_and_nothing_is_lost(project):
    variables = SMALL | {"SEED": 5, "SCHEDULER": "tcp://127.0.0.1:1"}
    printed = make(project, "report", check=False, **variables)
    sentence, last = printed.splitlines()
    assert sentence.startswith("nothing answers at SCHEDULER=tcp://127.0.0.1:1 ([Errno 111] Conn")
    assert last.startswith("make: *** [Makefile:")


def test_help_names_every_target_and_every_variable(project):
    printed = make(project, "help")
    makefile = (PROJECT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert sorted(phony) == sorted(re.findall(r"^  make (\w+) +\S", printed, re.MULTILINE))
    assert re.findall(r"^  ([A-Z_]+) +\S", printed, re.MULTILINE) == VARIABLES


def test_without_a_fitting_python_it_is_said_in_one_sentence(tmp_path):
    shutil.copy2(PROJECT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(PROJECT / name, tmp_path)
    printed = make(tmp_path, "report", "PYTHON=", check=False)
    assert "Python 3.11, 3.12 or 3.13 is needed: install one, or give make PYTHON=" in printed
    assert not (tmp_path / ".venv").exists()


# Interruption


def networks_of(process):
    """The processes below make that are workers, and all."""
    everyone = psutil.Process(process.pid).children(recursive=True)
    return [p for p in everyone if "spawn_main" in " ".join(_command(p))], everyone


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def kill_make(process, everyone):
    process.kill()


def kill_the_kernel(process, everyone):
    next(p for p in everyone if "ipykernel_launcher" in " ".join(_command(p))).kill()


def kill_a_worker(process, everyone):
    networks_of(process)[0][0].kill()


def press_ctrl_c(process, everyone):
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.parametrize("stop", [kill_make, kill_the_kernel, kill_a_worker, press_ctrl_c])
def test_however_it_is_stopped_no_process_stays_and_what_is_done_is_kept(stop, project, tmp_path):
    """Some networks are done, two are in work; then all goes on where it was."""
    project = shutil.copytree(project, tmp_path / "copy", symlinks=True)
    shutil.rmtree(project / "build")
    (project / "hold").touch()
    process = start(project, "report", **SMALL, REPEATS=3)
    wait_for(lambda: trained(project), "a network")
    wait_for(lambda: len(networks_of(process)[0]) == 2, "the workers")
    _, everyone = networks_of(process)
    stop(process, everyone)
    if stop is kill_a_worker:
        (project / "hold").unlink()  # the others finish theirs
    printed, _ = process.communicate(timeout=60)
    _, alive = psutil.wait_procs(everyone, timeout=20)
    assert alive == []
    assert process.returncode != 0
    assert "Traceback" not in printed
    if stop is kill_a_worker:
        assert "WorkerDied: its process died, killed perhaps for want of memory" in printed
    kept = trained(project)
    (project / "hold").unlink(missing_ok=True)
    make(project, "report", **SMALL, REPEATS=3)
    assert kept
    assert kept.items() <= trained(project).items()
    assert len(trained(project)) == 9
