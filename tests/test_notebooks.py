"""The notebooks: as committed, and run with tiny parameters."""

import ast
import dis
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest

from ambiguous_digits import PROJECT, results, scores
from conftest import NOTEBOOKS, run_notebook, write_pictures

PARAMETERS = {
    "dataset": "str",
    "data_dir": "str",
    "build_dir": "str",
    "seed": "int",
    "folds": "int",
    "repeats": "int",
    "epochs": "int",
}


@pytest.fixture(params=NOTEBOOKS)
def notebook(request) -> Path:
    return PROJECT / "notebooks" / f"{request.param}.ipynb"


def test_every_parameter_has_a_type_a_default_and_a_help_that_papermill_reads(notebook):
    found = papermill.inspect_notebook(notebook)
    training = {"workers": "int", "scheduler": "str"} if notebook.stem == "1-train" else {}
    assert {k: v["inferred_type_name"] for k, v in found.items()} == PARAMETERS | training
    assert all(len(value["help"]) > 10 and value["default"] for value in found.values())


def test_the_defaults_are_those_of_make(notebook):
    makefile = (PROJECT / "Makefile").read_text()
    for name, value in papermill.inspect_notebook(notebook).items():
        if name != "build_dir":
            default = ast.literal_eval(value["default"])
            in_make = f"{name.upper()} ?= {'' if default is None else default}"
            assert f"\n{in_make.rstrip()}\n" in makefile


def test_it_is_committed_without_outputs_and_without_functions(notebook):
    for cell in nbformat.read(notebook, 4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            assert "def " not in cell.source


def test_code_cells_are_short(notebook):
    """But for what the eye sees, a dictionary, and for prose."""
    lengths = [
        len(cell.source.splitlines())
        for cell in nbformat.read(notebook, 4).cells
        if cell.cell_type == "code" and not cell.source.startswith(("%%prose", "# What the eye"))
    ]
    assert max(lengths) <= 15


@pytest.mark.parametrize("name", ["1-train", "2-rank"])
def test_a_name_means_one_thing_so_that_a_cell_may_run_again(name):
    """What a cell reads without setting it is set in one other cell, not in two."""
    setting, reading = {}, []
    for place, cell in enumerate(nbformat.read(PROJECT / f"notebooks/{name}.ipynb", 4).cells):
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            code = compile(
                cell.source.replace("%", "#", cell.source.count("%matplotlib")), "", "exec"
            )
            stored = {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_NAME"}
            first = {}
            for instruction in dis.get_instructions(code):
                if instruction.opname in ("STORE_NAME", "LOAD_NAME"):
                    first.setdefault(instruction.argval, instruction.opname)
            reading += [(place, n) for n, opname in first.items() if opname == "LOAD_NAME"]
            for stored_name in stored:
                setting.setdefault(stored_name, []).append(place)
    twice = [(place, n, setting[n]) for place, n in reading if len(setting.get(n, [])) > 1]
    assert twice == []


def test_it_is_a_valid_notebook_for_python_3(notebook):
    content = nbformat.read(notebook, 4)
    nbformat.validate(content)
    assert content.metadata.kernelspec.name == "python3"


def test_the_numbers_are_those_of_the_networks(small_run):
    numbers = json.loads((small_run / "numbers.json").read_text())
    networks = results.load_networks(small_run)
    probs = scores.softmax(networks[0].test_logits)
    assert numbers["networks"] == len(networks) == 2
    labels = np.tile(np.arange(3), 15)
    assert numbers["first_network"]["accuracy"] == (probs.argmax(1) == labels).mean()
    assert numbers["definition_1"] == sorted(range(45), key=lambda i: (probs[i].max(), i))
    wrong = [i for i in range(45) if probs[i].argmax() != labels[i]]
    assert numbers["definition_2"] == sorted(wrong, key=lambda i: (-probs[i].max(), i))
    assert numbers["digest"] == results.digest(networks)
    assert "named" not in numbers


def test_the_ranking_has_a_row_for_every_digit_of_both_parts(small_run):
    table = pd.read_parquet(small_run / "ranking.parquet")
    assert table.groupby("split").size().to_dict() == {"test": 45, "train": 120}
    assert not table.duplicated(["split", "index"]).any()
    shown = pd.read_csv(small_run / "most_ambiguous.csv")
    assert list(shown.columns) == list(table.columns)


def test_running_again_with_more_repeats_trains_only_what_is_missing(small_run, tmp_path):
    run = shutil.copytree(small_run, tmp_path / small_run.name)
    before = {path: path.stat().st_mtime_ns for path in (run / "networks").iterdir()}
    same = {"dataset": str(small_run.parent / "shapes.npz"), "build_dir": str(tmp_path)}
    run_notebook("1-train", tmp_path, **same, folds=2, epochs=2, repeats=2)
    after = {path: path.stat().st_mtime_ns for path in (run / "networks").iterdir()}
    assert sorted(path.name for path in after) == ["r0k0.npz", "r0k1.npz", "r1k0.npz", "r1k1.npz"]
    assert all(after[path] == time for path, time in before.items())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"folds": 1}, "folds is 1; needed: a whole number from 2"),
        ({"epochs": "abc"}, "epochs is 'abc'; needed: a whole number"),
        ({"epochs": 0}, "epochs is 0; needed: a whole number from 1"),
        ({"seed": True}, "seed is True; needed: a whole number"),
        ({"epoch": 3}, "there is no parameter 'epoch'; needed: one of dataset, data_dir, build"),
        ({"dataset": "mnits"}, "mnits"),
    ],
)
def test_a_bad_parameter_is_named_before_anything_runs(tmp_path, wrong, message):
    with pytest.raises(papermill.PapermillExecutionError, match=message):
        run_notebook("2-rank", tmp_path, **({"dataset": "sample"} | wrong), build_dir=str(tmp_path))
    assert not list(tmp_path.glob("*/"))


def test_without_networks_the_ranking_says_what_to_run_first(tmp_path):
    with pytest.raises(
        papermill.PapermillExecutionError,
        match=r"r0k0.npz is missing\. Run make report, or the notebooks before",
    ):
        run_notebook("2-rank", tmp_path, dataset="sample", build_dir=str(tmp_path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"repeats": 2}, r"r1k0.npz is missing\. Run make report, or the notebooks before"),
        ({"seed": 1}, r"r0k0.npz is missing\. Run make report, or the notebooks before"),
    ],
)
def test_the_ranking_never_takes_less_than_was_asked_for(small_run, tmp_path, changes, message):
    same = {"dataset": str(small_run.parent / "shapes.npz"), "build_dir": str(small_run.parent)}
    with pytest.raises(papermill.PapermillExecutionError, match=message):
        run_notebook("2-rank", tmp_path, **(same | {"folds": 2, "epochs": 2} | changes))


def test_results_of_other_pictures_under_the_same_name_are_refused(small_run, tmp_path):
    run = tmp_path / small_run.name
    shutil.copytree(small_run, run)
    write_pictures(tmp_path / "shapes.npz", seed=1)
    same = {"dataset": str(tmp_path / "shapes.npz"), "build_dir": str(tmp_path)}
    for name, file in (("2-rank", "r0k0.npz"), ("4-evidence", "numbers.json")):
        message = rf"{file} was made with another configuration \(data is "
        with pytest.raises(papermill.PapermillExecutionError, match=message):
            run_notebook(name, tmp_path, **same, folds=2, epochs=2)


def test_numbers_of_other_networks_are_not_told(small_run, tmp_path):
    run = tmp_path / small_run.name
    shutil.copytree(small_run, run)
    numbers = json.loads((run / "numbers.json").read_text())
    (run / "numbers.json").write_text(json.dumps(numbers | {"digest": "0" * 64}))
    same = {"dataset": str(small_run.parent / "shapes.npz"), "build_dir": str(tmp_path)}
    message = r"planted\.npz was made with another configuration \(network is "
    with pytest.raises(papermill.PapermillExecutionError, match=message):
        run_notebook("4-evidence", tmp_path, **same, folds=2, epochs=2)


def test_the_article_says_which_notebook_is_for_other_pictures(small_run, tmp_path):
    same = {"dataset": str(small_run.parent / "shapes.npz"), "build_dir": str(small_run.parent)}
    with pytest.raises(papermill.PapermillExecutionError, match="Open 4-evidence for your"):
        run_notebook("3-article", tmp_path, **same, folds=2, epochs=2)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_without_the_package_a_notebook_says_in_one_sentence_what_to_do(name):
    cells = nbformat.read(PROJECT / f"notebooks/{name}.ipynb", 4).cells
    source = next(c.source for c in cells if "from ambiguous_digits" in c.source)
    code = f"import sys; sys.modules['ambiguous_digits'] = None\n{source}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    told = "ModuleNotFoundError: Install this project first: in its folder type make lab, or pip"
    assert run.stderr.splitlines()[-1].startswith(told)
