"""The notebooks: as committed, and on a small run."""

import ast
import dis
import json
import re
import shutil
import subprocess
import sys

import nbformat
import papermill
import pytest

from ambiguous_digits import PROJECT
from conftest import NOTEBOOKS, write_pictures
from telling import run_cells

PARAMETERS = {"dataset": "str", "data_dir": "str", "build_dir": "str", "seed": "int"}
PARAMETERS |= {"folds": "int", "repeats": "int", "epochs": "int"}


def sources(name: str, kind: str = "code") -> list[str]:
    notebook = nbformat.read(PROJECT / f"notebooks/{name}.ipynb", 4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_parameter_has_a_type_a_help_that_papermill_reads_and_the_default_of_make(name):
    found = papermill.inspect_notebook(PROJECT / f"notebooks/{name}.ipynb")
    training = {"workers": "int", "scheduler": "str"} if name == "1-train" else {}
    assert {k: v["inferred_type_name"] for k, v in found.items()} == PARAMETERS | training
    makefile = (PROJECT / "Makefile").read_text() + "BUILD_DIR ?= build\n"
    for parameter, told in found.items():
        assert len(told["help"]) > 10
        default = ast.literal_eval(told["default"])
        in_make = f"{parameter.upper()} ?= {'' if default is None else default}"
        assert f"\n{in_make.rstrip()}\n" in makefile


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_committed_valid_without_outputs_or_functions_and_in_short_cells(name):
    notebook = nbformat.read(PROJECT / f"notebooks/{name}.ipynb", 4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        assert (cell.outputs, cell.execution_count) == ([], None)
        assert "def " not in cell.source
        # But for what the eye sees, a dictionary, and for prose.
        long = cell.source.startswith(("%%prose", "# What the eye"))
        assert long or len(cell.source.splitlines()) <= 15


def test_the_article_can_be_read_in_its_notebook():
    prose = [source for source in sources("3-article") if source.startswith("%%prose")]
    assert len(" ".join(prose + sources("3-article", "markdown")).split()) >= 2400
    for name in ("3-article", "4-evidence"):  # JupyterLab would not show these
        assert not re.search(r"\^\[|\{#|\{\{", "".join(sources(name, "markdown")))
        assert "[](" not in "".join(sources(name) + sources(name, "markdown"))


@pytest.mark.parametrize("name", ["1-train", "2-rank"])
def test_a_name_means_one_thing_so_that_a_cell_may_run_again(name):
    """What a cell reads without setting it is set in one other cell, not in two."""
    setting, reading = {}, set()
    for place, source in enumerate(sources(name)[1:]):
        first = {}
        for step in dis.get_instructions(compile(source.replace("%mat", "# "), "", "exec")):
            if step.opname in ("STORE_NAME", "LOAD_NAME"):
                first.setdefault(step.argval, step.opname)
            if step.opname == "STORE_NAME":
                setting.setdefault(step.argval, set()).add(place)
        reading |= {found for found, how in first.items() if how == "LOAD_NAME"}
    assert {found: setting[found] for found in reading if len(setting.get(found, ())) > 1} == {}


def test_no_notebook_takes_other_results_than_were_asked_for(small_run, tmp_path):
    asked = {"dataset": f"{small_run.parent}/shapes.npz", "build_dir": str(tmp_path)}
    asked |= {"folds": 2, "epochs": 2}
    missing = r"r{}k0.npz is missing\. Run make report, or the notebooks before"
    with pytest.raises(FileNotFoundError, match=missing.format(0)):
        run_cells("2-rank", asked)
    copy = shutil.copytree(small_run, tmp_path / small_run.name)
    with pytest.raises(FileNotFoundError, match=missing.format(1)):
        run_cells("2-rank", asked | {"repeats": 2})
    with pytest.raises(FileNotFoundError, match=missing.format(0)):
        run_cells("2-rank", asked | {"seed": 1})
    with pytest.raises(ValueError, match="Open 4-evidence for your pictures"):
        run_cells("3-article", asked)
    other = r"{} was made with another configuration \({} is "
    numbers = json.loads((copy / "numbers.json").read_text())
    (copy / "numbers.json").write_text(json.dumps(numbers | {"digest": "0" * 64}))
    with pytest.raises(ValueError, match=other.format(r"planted\.npz", "network")):
        run_cells("4-evidence", asked)
    asked["dataset"] = str(write_pictures(tmp_path / "shapes.npz", seed=1))
    for name, file in (("2-rank", "r0k0.npz"), ("4-evidence", "numbers.json")):
        with pytest.raises(ValueError, match=other.format(file, "data")):
            run_cells(name, asked)


def test_tables_and_pages_are_made_without_tensorflow_and_dask():
    cells = "\n".join(source for name in NOTEBOOKS[1:] for source in sources(name))
    imports = re.findall(r"^ *(from ambiguous_digits.*)", cells, re.MULTILINE)
    assert len(imports) > 10
    code = "\n".join(
        [*imports, "import sys", "print({'tensorflow', 'distributed'} & {*sys.modules})"]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_without_the_package_a_notebook_says_in_one_sentence_what_to_do(name, monkeypatch):
    for module in [module for module in sys.modules if module.startswith("ambiguous_digits")]:
        monkeypatch.setitem(sys.modules, module, None)
    source = next(source for source in sources(name) if "from ambiguous_digits" in source)
    message = "^Install this project first: in its folder type make lab, or pip"
    with pytest.raises(ModuleNotFoundError, match=message):
        exec(source, {})
