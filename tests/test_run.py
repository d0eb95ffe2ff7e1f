"""One run: its parameters are checked by name, its folder follows from them."""

import dataclasses
import json
import os
import re
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import papermill
import pytest

from ambiguous_digits import results, run
from ambiguous_digits.data import OPTIONAL
from ambiguous_digits.run import open_run


def write_digits(path, *, n=20, value=7, names=("left", "right")):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        path,
        x_train=np.full((n, 10, 10), value, np.uint8),
        y_train=np.arange(n) % 2,
        x_test=np.zeros((2, 10, 10), np.uint8),
        y_test=np.array([0, 1]),
        class_names=np.array(names),
    )


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project's folder with one small data set; the current folder is another one."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    write_digits(project / "sets" / "my-own.npz")
    (project / "notebooks").mkdir()
    elsewhere.mkdir()
    monkeypatch.setattr(run, "PROJECT", project)
    monkeypatch.chdir(elsewhere)
    return project


# Parameters


@pytest.mark.parametrize(
    ("name", "value", "found", "limits"),
    [
        ("seed", -1, "-1", "0 to 4294967295"),
        ("seed", 2**32, "4294967296", "0 to 4294967295"),
        ("seed", 1.0, "1.0", "0 to 4294967295"),
        ("seed", False, "False", "0 to 4294967295"),
        ("seed", None, "None", "0 to 4294967295"),
        ("folds", 1, "1", "2 to 100"),
        ("folds", 101, "101", "2 to 100"),
        ("folds", "five", "'five'", "2 to 100"),
        ("repeats", 0, "0", "1 to 1000"),
        ("repeats", True, "True", "1 to 1000"),
        ("repeats", 1001, "1001", "1 to 1000"),
        ("epochs", 0, "0", "1 to 10000"),
        ("epochs", 10_001, "10001", "1 to 10000"),
        ("epochs", "None", "'None'", "1 to 10000"),
        ("workers", -2, "-2", "0 to 1000"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name_with_what_it_may_be(name, value, found, limits):
    message = (
        rf"{name} is {found}; needed: a whole number from {limits}\. Change .* {name.upper()}="
    )
    with pytest.raises(ValueError, match=message):
        open_run("sets/my-own.npz", **{name: value})


def test_a_scheduler_that_is_no_address_is_refused():
    with pytest.raises(ValueError, match=r"^SCHEDULER is 'host:1'; needed: the address of a Dask"):
        open_run("sets/my-own.npz", scheduler="host:1")


def test_the_limits_themselves_are_allowed():
    open_run("sets/my-own.npz", seed=2**32 - 1, folds=2, repeats=1000, epochs=10_000)
    open_run("sets/my-own.npz", seed=0, folds=10, repeats=1, epochs=1)


def test_wrong_parameters_are_refused_before_any_digit_is_looked_for():
    with pytest.raises(ValueError, match="folds is 0; needed"):
        open_run("missing.npz", folds=0)


def test_more_folds_than_digits_of_a_class_are_refused():
    with pytest.raises(ValueError, match=r"folds is 11, .*'left' has 10, 'right' has 10"):
        open_run("sets/my-own.npz", folds=11)


@pytest.mark.parametrize("dataset", ["cifar", ""])
def test_an_unknown_dataset_is_refused_with_the_choices(dataset):
    message = rf"DATASET is '{dataset}'; needed: auto, mnist, sample, or the path of an \.npz file"
    with pytest.raises(ValueError, match=message):
        open_run(dataset)


def injected(monkeypatch, *cells):
    """As if these cells had run in a notebook."""
    shell = SimpleNamespace(user_ns={"In": ["", *cells]})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


UNKNOWN = (
    r"^there is no parameter 'epoch'; needed: one of dataset, data_dir, build_dir, seed, folds, "
    r"repeats, epochs, workers, scheduler$"
)


def test_a_parameter_that_papermill_only_warns_of_is_refused_by_name(tmp_path):
    cells = [
        nbformat.v4.new_code_cell("dataset: str = 'auto'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("from ambiguous_digits.run import open_run\nopen_run(dataset)"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    nbformat.write(notebook, tmp_path / "some.ipynb")
    message = f"ValueError: {UNKNOWN[1:]}"
    with pytest.raises(papermill.PapermillExecutionError, match=re.compile(message, re.MULTILINE)):
        papermill.execute_notebook(
            tmp_path / "some.ipynb",
            tmp_path / "out.ipynb",
            parameters={"epoch": 3, "dataset": "missing.npz"},
            kernel_name="python3",
            progress_bar=False,
        )


@pytest.mark.parametrize(
    "cell", ["# Parameters\nseed = 1\nepoch = 3\n", "# Parameters\nepoch: int = 3"]
)
def test_an_unknown_parameter_is_refused_before_any_digit_is_looked_for(cell, monkeypatch):
    injected(monkeypatch, cell)
    with pytest.raises(ValueError, match=UNKNOWN):
        open_run("missing.npz", folds=1)


@pytest.mark.parametrize(
    "cells",
    [
        ["# Parameters\ndataset = 'sample'\nepochs = None\nworkers = 2\nbuild_dir = 'b'"],
        ["# Parameters\nepoch = 3", "# Parameters\nepochs = 3"],  # mended in JupyterLab
        ["# Parameters\nepochs = = 3", "# Parameters\nepochs = 3"],
        ["epoch = 3", "# My parameters\nepoch = 3"],
        ["# Parameters\nimport math"],
    ],
)
def test_known_parameters_and_other_cells_are_not_refused(cells, monkeypatch):
    injected(monkeypatch, *cells)
    open_run("sets/my-own.npz")


@pytest.mark.parametrize(("n", "expected"), [(20, 60), (9_999, 60), (10_000, 10), (10_001, 10)])
def test_epochs_default_to_10_and_to_60_where_there_are_fewer_than_ten_thousand_digits(
    n, expected, project
):
    write_digits(project / "some.npz", n=n)
    assert open_run("some.npz").epochs == open_run("some.npz", epochs=None).epochs == expected
    assert open_run("some.npz", epochs=3).epochs == 3


# Folders


def test_the_folder_is_named_by_data_set_seed_folds_and_epochs_but_not_by_repeats(project):
    found = open_run("sets/my-own.npz", seed=3, folds=4, epochs=7, repeats=9)
    assert found.folder == project / "build" / "my-own-3-4-7"
    assert found.key == {"data": found.digits.digest, "seed": 3, "folds": 4, "epochs": 7}
    assert not found.folder.exists()


def test_relative_paths_start_at_the_projects_folder_wherever_python_was_started(project):
    found = open_run("sets/my-own.npz", data_dir="other", build_dir="made")
    assert found.folder == project / "made" / "my-own-0-5-60"
    assert found.data_dir == project / "other"


def test_absolute_paths_stay_as_they_are_and_a_tilde_is_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_digits(tmp_path / "my digits (1).npz")
    found = open_run("~/my digits (1).npz", build_dir=str(tmp_path / "made"), data_dir="~/data")
    assert found.folder == tmp_path / "made" / "my-digits-1-0-5-60"
    assert found.data_dir == tmp_path / "data"


def test_without_a_project_around_it_results_go_to_the_current_folder_which_is_said(
    project, capsys
):
    (project / "notebooks").rmdir()
    open_run("sets/my-own.npz")
    assert capsys.readouterr().out == (
        f"There is no project around this package: results go to {project}/build/my-own-0-5-60\n"
    )


# For make


VARIABLES = {
    **{"DATASET": "sets/my-own.npz", "DATA_DIR": "data", "SEED": "0", "FOLDS": "5"},
    **{"REPEATS": "1", "EPOCHS": "", "WORKERS": "0", "SCHEDULER": "", "REPORT": "report"},
}


def prepare(**changes):
    return run.prepare(VARIABLES | changes)


def test_make_is_told_the_folder_and_the_page_and_finds_there_what_was_asked_for(project):
    assert prepare(REPEATS="2", SEED=" 7 ") == ["build/my-own-7-5-60", "4-evidence"]
    folder = project / "build/my-own-7-5-60"
    noted = json.loads((folder / "inputs.json").read_text())
    assert (noted["dataset"], noted["class_names"]) == ("sets/my-own.npz", ["left", "right"])
    assert noted["key"]["seed"] == 7
    assert (folder / "repeats").read_text() == "2\n"
    assert (folder / "judges").read_text() == ""


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda path: None, set()),
        (lambda path: write_digits(path, value=8), {"inputs.json"}),
        (lambda path: write_digits(path, names=("a", "b")), {"inputs.json"}),
    ],
)
def test_a_note_keeps_its_time_while_it_says_the_same(change, changed, project):
    folder = project / prepare()[0]
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    change(project / "sets" / "my-own.npz")
    prepare()
    assert {path.name for path in folder.iterdir() if path.stat().st_mtime} == changed


def test_what_auto_takes_is_decided_for_all_and_has_two_pages_and_judges_are_asked_for_at_first(
    project, monkeypatch
):
    asked = []
    digits = dataclasses.replace(open_run("sets/my-own.npz").digits, name="mnist")
    monkeypatch.setattr(run, "load_digits", lambda dataset, folder: digits)
    monkeypatch.setattr(run, "load_optional", lambda name, folder: asked.append(name))
    name, *pages = prepare(DATASET="auto")
    assert pages == ["3-article", "4-evidence"]
    folder = project / name
    assert json.loads((folder / "inputs.json").read_text())["dataset"] == "mnist"
    assert asked == list(OPTIONAL)
    (folder / "2-rank.ipynb").touch()
    (project / "data").mkdir()
    (project / "data/mnist_mturk.json").touch()
    prepare(DATASET="auto")
    assert asked == list(OPTIONAL)
    assert (folder / "judges").read_text() == "mnist_mturk.json\n"


@pytest.mark.parametrize("variable", ["DATASET", "DATA_DIR", "SEED", "REPEATS", "REPORT"])
def test_an_empty_variable_is_refused_where_it_has_a_meaning(variable):
    with pytest.raises(ValueError, match=f"^{variable} is empty; needed: a value, or none"):
        prepare(**{variable: " "})


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        ([], ""),
        (["out/"], ""),
        (["out/numbers.json", "out/index.html"], ""),
        (["out/thesis.txt"], "holds something that is no report"),
        (["out/numbers.json", "out/inputs.json"], "holds something that is no report"),
        (["out"], "cannot be a folder"),
    ],
)
def test_a_report_never_takes_the_place_of_something_else(there, problem, project):
    for name in there:
        path = project / name
        path.mkdir() if name.endswith("/") else path.parent.mkdir(exist_ok=True) or path.touch()
    if not problem:
        prepare(REPORT="out")
        return
    with pytest.raises(ValueError, match=f"^REPORT=out {problem}; needed: a new or an empty"):
        prepare(REPORT="out")


def test_a_report_that_is_no_longer_as_it_was_made_is_due_again(project):
    folder = project / prepare()[0]
    results.write_text(folder / "report/index.html", "page")
    results.copy_files(folder / "report", project / "report", ["index.html"])
    (project / "report/numbers.json").touch()
    (folder / "published").touch()
    prepare()
    assert (folder / "published").exists()
    (project / "report/index.html").write_text("another")
    prepare()
    assert not (folder / "published").exists()
