"""What make promises: what is made again after a change, and what is not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ambiguous_digits import PROJECT
from conftest import write_pictures

FILES = ("Makefile", "requirements.lock", "pyproject.toml", "README.md")
VARIABLES = ("DATASET", "DATA_DIR", "SEED", "FOLDS", "REPEATS", "EPOCHS", "WORKERS", "REPORT")


def make(project: Path, *arguments: str, check: bool = True, **variables: object) -> str:
    """Run make in a copy of the project; return what it printed."""
    outer = (*VARIABLES, "MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of the make that runs the tests
    environment = {k: v for k, v in os.environ.items() if k not in outer}
    given = [f"{name}={value}" for name, value in variables.items()]
    result = subprocess.run(
        ["make", *arguments, *given],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if check:
        assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project with this environment, and a first report on pictures of our own."""
    copy = tmp_path_factory.mktemp("clone") / "a project"
    for part in ("src", "notebooks"):
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(PROJECT / name, copy)
    (copy / ".venv").symlink_to(PROJECT / ".venv")
    write_pictures(copy / "shapes.npz")
    return copy


NOTHING = "make: Nothing to be done for 'report'."
SMALL = {"DATASET": "shapes.npz", "FOLDS": 2, "EPOCHS": 1}


@pytest.fixture(scope="module")
def reported(project) -> Path:
    make(project, "report", **SMALL)
    return project


def steps(printed: str) -> list[str]:
    """Which notebooks make ran."""
    return [line[:-4] for line in printed.splitlines() if line.endswith(" ...") and line[1] == "-"]


def test_a_report_has_all_its_parts(reported):
    names = {path.name for path in (reported / "report").iterdir()}
    assert names == {
        "LICENSE",
        "definition-1.png",
        "definition-2.png",
        "digits",
        "index.html",
        "most_ambiguous.csv",
        "numbers.json",
    }


def test_a_second_make_has_nothing_to_do(reported):
    assert make(reported, "-n", "report", **SMALL).strip() in ("", NOTHING)
    assert steps(make(reported, "report", **SMALL)) == []


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("notebooks/3-article.ipynb", ["3-article"]),
        ("src/ambiguous_digits/findings/ambiguity.py", ["3-article"]),
        ("src/ambiguous_digits/scores.py", ["2-rank", "3-article"]),
        ("src/ambiguous_digits/ranking.py", ["2-rank", "3-article"]),
        ("src/ambiguous_digits/network.py", ["1-train", "2-rank", "3-article"]),
        ("src/ambiguous_digits/article/page/style.css", []),
        ("README.md", []),
    ],
)
def test_a_changed_file_makes_again_only_what_depends_on_it(reported, changed, again):
    file = reported / changed
    before = file.stat()
    os.utime(file)
    planned = make(reported, "-n", "report", **SMALL)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    notebooks = ("1-train", "2-rank", "3-article")
    assert [name for name in notebooks if f"{name} ..." in planned] == again


def test_a_changed_page_style_renders_without_running_a_notebook(reported):
    os.utime(reported / "src/ambiguous_digits/article/page/style.css")
    assert "report render" in make(reported, "-n", "report", **SMALL)
    make(reported, "report", **SMALL)


def test_more_repeats_train_only_what_is_missing_and_fewer_train_nothing(reported):
    assert "2 networks trained now, 4 in all" in make(reported, "report", **SMALL, REPEATS=2)
    assert "0 networks trained now, 2 in all" in make(reported, "report", **SMALL, REPEATS=1)


def test_workers_and_report_change_no_result(reported):
    assert steps(make(reported, "report", **SMALL, WORKERS=1)) == []
    elsewhere = make(reported, "report", **SMALL, REPORT="build/quick look")
    assert steps(elsewhere) == []
    for name in ("index.html", "numbers.json", "most_ambiguous.csv"):
        assert (reported / "build/quick look" / name).read_bytes() == (
            reported / "report" / name
        ).read_bytes()


def test_a_report_that_was_exchanged_is_put_back(reported):
    page = reported / "report/index.html"
    good = page.read_bytes()
    page.write_text("an older page, as git might restore it")
    make(reported, "report", **SMALL)
    assert page.read_bytes() == good


def test_what_lies_beside_the_report_stays_there(reported):
    note = reported / "report/note.txt"
    note.write_text("mine")
    (reported / "report/index.html").unlink()
    make(reported, "report", **SMALL)
    assert note.read_text() == "mine"
    note.unlink()


def test_a_folder_with_other_things_is_never_replaced(reported):
    printed = make(reported, "report", **SMALL, REPORT="src", check=False)
    assert "REPORT=src holds something that is no report" in printed
    assert (reported / "src/ambiguous_digits/scores.py").is_file()


def test_changed_pictures_of_the_same_name_are_trained_on_again(reported):
    write_pictures(reported / "shapes.npz", seed=1)
    assert "2 networks trained now" in make(reported, "report", **SMALL)


def test_weights_are_exported_for_keras(reported):
    make(reported, "weights", **SMALL)
    names = {path.name for path in reported.glob("build/*/weights/*")}
    assert {"r0k0.keras", "r0k1.keras"} <= names


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FOLDS", "1", "folds is 1; needed: a whole number from 2 to 100"),
        ("SEED", "abc", "seed is 'abc'; needed: a whole number from 0 to 4294967295"),
        ("DATASET", "mnits", "mnits"),
    ],
)
def test_a_bad_variable_is_named_and_nothing_runs(reported, variable, value, message):
    printed = make(reported, "report", check=False, **(SMALL | {variable: value}))
    assert message in printed
    assert steps(printed) == []


def test_help_names_every_target_and_every_variable(project):
    printed = make(project, "help")
    for target in ("help", "report", "test", "lab", "lint", "weights", "clean"):
        assert f"make {target} " in printed
    for variable in VARIABLES:
        assert f"\n  {variable} " in printed


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PYTHON": "false"}, "Python 3.11, 3.12 or 3.13 is needed"),
        ({"MACHINE": "Darwin x86_64"}, "Macs with Intel processors"),
    ],
)
def test_a_machine_that_cannot_run_it_gets_one_clear_sentence(tmp_path, variables, message):
    for name in FILES:
        shutil.copy2(PROJECT / name, tmp_path)
    printed = make(tmp_path, "report", check=False, **variables)
    assert message in printed
    assert not (tmp_path / ".venv").exists()


def test_before_the_installation_a_dry_run_installs_nothing(tmp_path):
    shutil.copytree(PROJECT / "src", tmp_path / "src")
    shutil.copytree(PROJECT / "notebooks", tmp_path / "notebooks")
    for name in FILES:
        shutil.copy2(PROJECT / name, tmp_path)
    printed = make(tmp_path, "-n", "report")
    assert "pip install" in printed
    assert not (tmp_path / ".venv").exists()


def test_an_old_make_gets_one_clear_sentence(project):
    printed = make(project, "help", ".FEATURES=target-specific", check=False)
    assert "This make is too old: GNU make 4.0 or newer is needed" in printed
