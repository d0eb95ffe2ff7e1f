"""One run: its parameters are checked by name, its folder and make's notes follow from them."""

import dataclasses
import json
import os
import sys
from types import SimpleNamespace

import pytest

from ambiguous_digits import results, run
from ambiguous_digits.data import OPTIONAL
from ambiguous_digits.run import open_run
from conftest import write_pictures


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project's folder with one small data set; the current folder is another one."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project / "sets", elsewhere):
        folder.mkdir(parents=True)
    write_pictures(project / "sets/my-own.npz")
    monkeypatch.setattr(run, "PROJECT", project)
    monkeypatch.chdir(elsewhere)
    return project


WRONG = [("seed", 2**32), ("seed", 1.0), ("folds", 1), ("repeats", True), ("epochs", 0)]


@pytest.mark.parametrize(("name", "value"), [*WRONG, ("workers", -2)])
def test_a_wrong_parameter_is_refused_by_name_before_any_digit_is_looked_for(name, value):
    low, high = run.RANGES[name]
    needed = rf"needed: a whole number from {low} to {high}\. Change .* {name.upper()}="
    with pytest.raises(ValueError, match=rf"^{name} is {value}; {needed}"):
        open_run("missing.npz", **{name: value})


def test_the_limits_themselves_are_allowed():
    open_run("sets/my-own.npz", seed=2**32 - 1, folds=2, repeats=1000, epochs=10_000, workers=1000)
    open_run("sets/my-own.npz", seed=0, folds=10, repeats=1, epochs=1, workers=0)


def test_an_unknown_parameter_of_papermill_is_refused_before_any_digit_is_looked_for(monkeypatch):
    cells = ["", "# Parameters\nseed = 1\nepoch = 3\n"]
    shell = SimpleNamespace(user_ns={"In": cells})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with pytest.raises(ValueError, match="there is no parameter 'epoch'; needed: one of dataset"):
        open_run("missing.npz")
    cells += ["# Parameters\nepochs = None\nbuild_dir = 'b'", "epoch = 3"]  # mended in JupyterLab
    open_run("sets/my-own.npz")


def test_epochs_default_to_60_below_ten_thousand_digits_and_to_10_from_there(monkeypatch):
    assert run.FEW == 10_000
    for few, expected in ((121, 60), (120, 10)):  # there are 120
        monkeypatch.setattr(run, "FEW", few)
        for given in ({}, {"epochs": None}):
            assert open_run("sets/my-own.npz", **given).epochs == expected
    assert open_run("sets/my-own.npz", epochs=3).epochs == 3


def test_the_folder_tells_the_parameters_and_a_tilde_is_the_home(project, tmp_path, monkeypatch):
    found = open_run("sets/my-own.npz", seed=3, folds=4, epochs=7, repeats=9, data_dir="other")
    assert found.folder == project / "build/my-own-3-4-7"
    assert found.data_dir == project / "other"
    assert found.key == {"data": found.digits.digest, "seed": 3, "folds": 4, "epochs": 7}
    assert not found.folder.exists()
    monkeypatch.setenv("HOME", str(tmp_path))
    write_pictures(tmp_path / "my digits (1).npz")
    found = open_run("~/my digits (1).npz", build_dir=str(tmp_path / "made"), data_dir="~/data")
    assert found.folder == tmp_path / "made/my-digits-1-0-5-60"
    assert found.data_dir == tmp_path / "data"


VARIABLES = {
    **{"DATASET": "sets/my-own.npz", "DATA_DIR": "data", "SEED": "0", "FOLDS": "5"},
    **{"REPEATS": "1", "EPOCHS": "", "WORKERS": "0", "SCHEDULER": "", "REPORT": "report"},
}
BAD = [
    ("SEED", "", "SEED is empty; needed: a value, or none of that name"),
    ("FOLDS", "five", "folds is 'five'; needed: a whole number from 2 to 100"),
    ("FOLDS", "41", "folds is 41, so each class of 'my-own' needs at least 41 training digits"),
    ("SCHEDULER", "tcp://host", "SCHEDULER is 'tcp://host'; needed: the address of a Dask"),
    ("DATASET", "mnits", "DATASET is 'mnits'; needed: auto, mnist, sample, or the path of a file"),
    ("REPORT", "sets", "REPORT=sets holds something that is no report; needed: a new or an"),
    ("REPORT", "build/my-own-0-5-60", "REPORT=build/my-own-0-5-60 holds something that is no"),
    ("REPORT", "sets/my-own.npz", "REPORT=sets/my-own.npz cannot be a folder; needed"),
]


def prepare(**changes):
    return run.prepare(VARIABLES | changes)


def test_make_is_told_the_folder_and_the_page_and_finds_there_what_was_asked_for(project):
    told = prepare(REPEATS="2", SEED=" 7 ", SCHEDULER="tcp://[::1]:8786")
    assert told == ["build/my-own-7-5-60", "4-evidence"]
    folder = project / "build/my-own-7-5-60"
    noted = json.loads((folder / "inputs.json").read_text())
    assert (noted["dataset"], noted["class_names"]) == ("sets/my-own.npz", ["0", "1", "2"])
    assert noted["key"] == open_run("sets/my-own.npz", seed=7).key
    assert (folder / "repeats").read_text() == "2\n"
    assert (folder / "judges").read_text() == ""


@pytest.mark.parametrize("change", [{}, {"seed": 1}, {"names": ["a", "b", "c"]}])
def test_a_note_keeps_its_time_while_it_says_the_same(change, project):
    folder = project / prepare()[0]
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    write_pictures(project / "sets/my-own.npz", **change)
    prepare()
    changed = [path.name for path in folder.iterdir() if path.stat().st_mtime]
    assert changed == (["inputs.json"] if change else [])


def test_what_auto_takes_has_two_pages_and_judges_are_asked_for_once(project, monkeypatch):
    asked = []
    digits = dataclasses.replace(open_run("sets/my-own.npz").digits, name="mnist")
    monkeypatch.setattr(run, "load_digits", lambda dataset, folder, quiet: digits)
    monkeypatch.setattr(run, "load_optional", lambda name, folder: asked.append(name))
    name, *pages = prepare(DATASET="auto")
    assert pages == ["3-article", "4-evidence"]
    folder = project / name
    assert json.loads((folder / "inputs.json").read_text())["dataset"] == "mnist"
    assert asked == list(OPTIONAL)
    (folder / "2-rank.ipynb").touch()
    results.write_text(project / "data/mnist_mturk.json", "")
    prepare(DATASET="auto")
    assert asked == list(OPTIONAL)
    assert (folder / "judges").read_text() == "mnist_mturk.json\n"


@pytest.mark.parametrize(("variable", "value", "sentence"), BAD)
def test_a_bad_variable_is_refused_in_a_sentence_that_names_it(variable, value, sentence, project):
    folder = project / prepare()[0]
    (folder / "numbers.json").touch()
    with pytest.raises(ValueError, match=rf"^{sentence}".replace("(", r"\(")):
        prepare(**{variable: value})


def test_a_report_that_is_no_longer_as_it_was_made_is_due_again(project):
    folder = project / prepare()[0]
    results.write_text(folder / "report/index.html", "page")
    for page, due in (("page", False), ("another", True)):
        results.write_text(project / "report/index.html", page)
        (project / "report/numbers.json").touch()
        (folder / "published").touch()
        prepare()
        assert (folder / "published").exists() != due
    (folder / "published").touch()
    prepare(REPORT="elsewhere")
    assert not (folder / "published").exists()
