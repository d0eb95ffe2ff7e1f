"""One run: its parameters are checked by name, its folder follows from them."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import papermill
import pytest

from ambiguous_digits import run
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
    elsewhere.mkdir()
    monkeypatch.setattr(run, "PROJECT", project)
    monkeypatch.chdir(elsewhere)
    for name in (
        "DATASET",
        "DATA_DIR",
        "SEED",
        "FOLDS",
        "REPEATS",
        "EPOCHS",
        "WORKERS",
        "SCHEDULER",
    ):
        monkeypatch.delenv(name, raising=False)
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


@pytest.mark.parametrize("dataset", ["cifar", "", 5])
def test_an_unknown_dataset_is_refused_with_the_choices(dataset):
    message = rf"dataset must be 'auto', 'mnist', 'sample' or .*, but is '{dataset}'"
    with pytest.raises(ValueError, match=message):
        open_run(dataset)


def injected(monkeypatch, *cells):
    """As if these cells had run in a notebook."""
    shell = SimpleNamespace(user_ns={"In": ["", *cells]})
    monkeypatch.setattr(run, "get_ipython", lambda: shell)


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


@pytest.mark.parametrize(("n", "expected"), [(20, 25), (9_999, 25), (10_000, 6), (10_001, 6)])
def test_epochs_default_to_6_and_to_25_where_there_are_fewer_than_ten_thousand_digits(
    n, expected, project
):
    write_digits(project / "some.npz", n=n)
    assert open_run("some.npz").epochs == open_run("some.npz", epochs=None).epochs == expected
    assert open_run("some.npz", epochs=3).epochs == 3


# Folders


def test_the_folder_is_named_by_data_set_seed_folds_and_epochs_but_not_by_repeats(project):
    found = open_run("sets/my-own.npz", seed=3, folds=4, repeats=2, epochs=7)
    assert found.folder == project / "build" / "my-own-3-4-7"
    assert found.epochs == 7
    assert open_run("sets/my-own.npz", seed=3, folds=4, epochs=7).folder == found.folder
    assert open_run("sets/my-own.npz").folder == project / "build" / "my-own-0-5-25"


def test_the_key_is_what_the_folder_stands_for_and_the_digits_themselves(project):
    found = open_run("sets/my-own.npz", seed=3, folds=4, repeats=2, workers=1)
    digest = found.digits.digest
    assert found.key == {"data": digest, "seed": 3, "folds": 4, "epochs": 25}
    write_digits(project / "sets" / "my-own.npz", value=8)
    other = open_run("sets/my-own.npz", seed=3, folds=4)
    assert other.key == found.key | {"data": other.digits.digest}
    assert other.digits.digest != digest


def test_relative_paths_start_at_the_projects_folder_wherever_python_was_started(
    project, tmp_path, monkeypatch
):
    found = open_run("sets/my-own.npz", build_dir="other/build")
    assert found.folder == project / "other" / "build" / "my-own-0-5-25"
    assert found.digits.class_names == ("left", "right")
    monkeypatch.chdir(tmp_path)
    assert open_run("sets/my-own.npz", build_dir="other/build").folder == found.folder


def test_absolute_paths_stay_as_they_are(tmp_path):
    write_digits(tmp_path / "away.npz", names=("x", "y"))
    found = open_run(str(tmp_path / "away.npz"), build_dir=str(tmp_path / "made"))
    assert found.folder == tmp_path / "made" / "away-0-5-25"
    assert found.digits.class_names == ("x", "y")


def test_the_folders_of_downloads_and_of_results_are_known_and_absolute(project, tmp_path):
    found = open_run("sets/my-own.npz", data_dir="my data", build_dir="other/build")
    assert found.data_dir == project / "my data"
    assert found.build_dir == project / "other" / "build" == found.folder.parent
    found = open_run("sets/my-own.npz")
    assert (found.data_dir, found.build_dir) == (project / "data", project / "build")
    away, made = tmp_path / "away", tmp_path / "made"
    found = open_run("sets/my-own.npz", data_dir=str(away), build_dir=str(made))
    assert (found.data_dir, found.build_dir) == (away, made)
    assert found.data_dir.is_absolute()
    assert found.build_dir.is_absolute()


def test_opening_a_run_writes_nothing(project):
    before = sorted(project.rglob("*"))
    open_run("sets/my-own.npz")
    assert sorted(project.rglob("*")) == before


def test_auto_is_resolved_in_the_projects_folders(project, monkeypatch):
    asked = []

    def kept_choice(*arguments):
        asked.append(arguments)
        return "sample"

    monkeypatch.setattr(run, "kept_choice", kept_choice)
    found = open_run(data_dir="my data")
    assert asked == [("auto", project / "my data", project / "build")]
    assert found.digits.train_images.shape == (4000, 28, 28)
    assert found.folder == project / "build" / "sample-0-5-25"


# The command line that make uses


def command(monkeypatch, **variables):
    for name, value in ({"DATASET": "sets/my-own.npz"} | variables).items():
        monkeypatch.setenv(name, value)
    run.main()


def test_make_is_told_the_folder_relative_to_the_project(monkeypatch, capsys):
    command(monkeypatch)
    assert capsys.readouterr() == ("RUN := build/my-own-0-5-25\nexport CHOSEN := \n# whole\n", "")
    command(monkeypatch, SEED="4294967295", FOLDS="3", REPEATS="2", EPOCHS="1")
    assert capsys.readouterr().out.startswith("RUN := build/my-own-4294967295-3-1\n")


def test_make_is_told_what_auto_chose_so_that_no_notebook_chooses_again(monkeypatch, capsys):
    monkeypatch.setattr(run, "kept_choice", lambda *paths: "sample")
    command(monkeypatch, DATASET="auto")
    assert (
        capsys.readouterr().out == "RUN := build/sample-0-5-25\nexport CHOSEN := sample\n# whole\n"
    )


@pytest.fixture
def asked(monkeypatch, project):
    """What optional files are asked for; MNIST is a small stand-in."""
    asked = []
    monkeypatch.setattr(run, "load_optional", lambda *arguments: asked.append(arguments))
    load_digits, own = run.load_digits, project / "sets" / "my-own.npz"

    def stand_in(name, folder):
        if name == "mnist":
            return dataclasses.replace(load_digits(str(own), folder), name="mnist")
        return load_digits(name, folder)

    monkeypatch.setattr(run, "load_digits", stand_in)
    return asked


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
def test_make_asks_for_each_optional_file_once_if_the_digits_are_mnist(
    dataset, asked, monkeypatch, capsys, project
):
    monkeypatch.setattr(run, "kept_choice", lambda name, *paths: "mnist")
    command(monkeypatch, DATASET=dataset, DATA_DIR="my data")
    names = ["mnist_mturk.json", "qmnist-train-labels.tsv.gz", "qmnist-test-labels.tsv.gz"]
    assert asked == [(name, project / "my data", project / "build") for name in names]
    assert capsys.readouterr().out.startswith("RUN := build/mnist-0-5-25\n")


@pytest.mark.parametrize("dataset", ["sample", "sets/my-own.npz"])
def test_make_asks_for_no_optional_file_of_other_digits(dataset, asked, monkeypatch, capsys):
    command(monkeypatch, DATASET=dataset)
    assert capsys.readouterr().out.startswith("RUN := build/")
    assert asked == []


def test_notebooks_that_open_a_run_ask_for_no_optional_file(asked, monkeypatch):
    monkeypatch.setattr(run, "kept_choice", lambda name, *paths: "mnist")
    assert open_run("mnist").digits.name == "mnist"
    assert asked == []


@pytest.mark.parametrize("kind", [ValueError, OSError])
def test_make_is_told_of_an_optional_file_that_is_damaged(
    kind, asked, monkeypatch, capsys, project
):
    def damaged(*arguments):
        raise kind("some.json is not what is needed")

    monkeypatch.setattr(run, "kept_choice", lambda name, *paths: "mnist")
    monkeypatch.setattr(run, "load_optional", damaged)
    with pytest.raises(SystemExit) as end:
        command(monkeypatch, DATASET="mnist")
    assert str(end.value) == "make: some.json is not what is needed"
    assert capsys.readouterr().out == ""
    assert not (project / "build").exists()


def test_an_empty_variable_stands_for_its_default(monkeypatch, capsys):
    command(monkeypatch, SEED="", FOLDS=" ", REPEATS="", EPOCHS="", WORKERS="", DATA_DIR="")
    assert capsys.readouterr().out.startswith("RUN := build/my-own-0-5-25\n")


def test_the_data_are_noted_in_the_folder(monkeypatch, project):
    command(monkeypatch)
    noted = json.loads((project / "build" / "my-own-0-5-25" / "inputs.json").read_text("utf-8"))
    assert noted == {"key": open_run("sets/my-own.npz").key, "class_names": ["left", "right"]}


def test_the_note_is_left_alone_while_the_data_stay_the_same(monkeypatch, project):
    note = project / "build" / "my-own-0-5-25" / "inputs.json"
    command(monkeypatch)
    before = note.stat()
    command(monkeypatch, REPEATS="4")
    assert (note.stat().st_ino, note.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("change", [{"value": 8}, {"names": ("links", "rechts")}])
def test_the_note_changes_with_pixels_and_with_names(change, monkeypatch, project):
    note = project / "build" / "my-own-0-5-25" / "inputs.json"
    command(monkeypatch)
    before = note.read_text()
    write_digits(project / "sets" / "my-own.npz", **change)
    command(monkeypatch)
    assert note.read_text() != before


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SEED": "x"}, "make: seed is 'x'; needed: a whole number from 0 to 4294967295"),
        ({"FOLDS": "1"}, "make: folds is 1; needed: a whole number from 2 to 100"),
        ({"REPEATS": "2.5"}, "make: repeats is '2.5'; needed: a whole number from 1 to 1000"),
        ({"EPOCHS": "0"}, "make: epochs is 0; needed: a whole number from 1 to 10000"),
        ({"WORKERS": "-2"}, "make: workers is -2; needed: a whole number from 0 to 1000"),
        ({"SEED": "--3"}, "make: seed is '--3'; needed: a whole number from 0 to 4294967295"),
        ({"DATASET": "cifar"}, "make: dataset must be 'auto', 'mnist', 'sample' or the path"),
    ],
)
def test_make_is_told_what_is_wrong_in_one_sentence_and_nothing_else(
    variables, message, monkeypatch, capsys, project
):
    with pytest.raises(SystemExit) as end:
        command(monkeypatch, **variables)
    assert str(end.value).startswith(message)
    assert capsys.readouterr().out == ""
    assert not (project / "build").exists()


def test_the_module_is_a_command_that_fails_with_a_sentence():
    found = subprocess.run(
        [sys.executable, "-m", "ambiguous_digits.run"],
        env=os.environ | {"SEED": "minus one", "DATASET": "sample"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.startswith("make: seed is 'minus one'; needed: a whole number from 0")
