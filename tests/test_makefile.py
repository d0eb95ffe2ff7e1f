"""What make promises: what is made again after a change, and what is not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ambiguous_digits import PROJECT
from conftest import write_pictures
from making import FILES, RUN, SMALL, VARIABLES, copy_project, make, steps


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project, in a folder with a space."""
    return copy_project(tmp_path_factory.mktemp("clone") / "a project")


NOTHING = "make: Nothing to be done for 'report'."
NOTEBOOKS = ["1-train", "2-rank", "3-article"]


@pytest.fixture(scope="module")
def reported(project) -> Path:
    """That copy, with a first report on pictures of our own."""
    make(project, "report", **SMALL)
    return project


def planned(project: Path, **changes: object) -> list[str]:
    """What `make report` would do: notebooks, and "render" and "publish"."""
    printed = make(project, "-n", "report", **(SMALL | changes))
    commands = {name: f'echo "{name} ..."' for name in NOTEBOOKS}
    commands |= {name: f"report {name} " for name in ("render", "publish")}
    return [name for name, text in commands.items() if text in printed]


ALL = [*NOTEBOOKS, "render", "publish"]
PACKAGE = "src/ambiguous_digits"


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
    assert steps(make(reported, "-j4", "report", **SMALL)) == []


def first_step(file: str) -> list[str]:
    """What a change of this file makes due: a notebook or a step, and all that follow."""
    name = file.removeprefix(f"{PACKAGE}/")
    if name in ("notebook.py", "export.py", "README.md", "Makefile"):
        return []  # they are in no result
    if name == "report.py" or name.endswith((".css", ".svg")):
        return ["render", "publish"]
    if name.startswith(("findings/", "article/", "notebooks/3-")):
        return ["3-article", "render", "publish"]
    ranks = ("ranking.py", "stability.py", "calibration.py", "people.py", "notebooks/2-rank.ipynb")
    if name in ranks:
        return ["2-rank", "3-article", "render", "publish"]
    return ALL


SOURCES = sorted(
    path.relative_to(PROJECT).as_posix()
    for folder in (PACKAGE, "notebooks")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in (".py", ".ipynb", ".j2", ".css", ".js", ".svg")
    and ".ipynb_checkpoints" not in path.parts
)


@pytest.mark.parametrize("file", [*SOURCES, "README.md", "Makefile"])
def test_a_changed_file_makes_again_what_depends_on_it_and_nothing_else(reported, file):
    path = reported / file
    before = path.stat()
    os.utime(path)
    try:
        assert planned(reported) == first_step(file)
    finally:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert planned(reported) == []


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_a_changed_list_of_packages_installs_them_again(reported, file):
    path = reported / file
    before = path.stat()
    os.utime(path)
    printed = make(reported, "-n", "report", **SMALL)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "pip install" in printed


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"DATASET": "sample"}, ALL),
        ({"SEED": 1}, ALL),
        ({"FOLDS": 2}, ALL),
        ({"EPOCHS": 2}, ALL),
        ({"REPEATS": 2}, ALL),
        ({"REPORT": "build/elsewhere"}, ["publish"]),
        ({"WORKERS": 1}, []),
        ({"SCHEDULER": "tcp://127.0.0.1:1"}, []),
        ({"DATA_DIR": "somewhere"}, []),  # it is not read for pictures of our own
    ],
)
def test_a_changed_variable_makes_again_what_depends_on_it_and_nothing_else(reported, changes, due):
    assert planned(reported, **changes) == due
    assert planned(reported) == []


def test_touching_the_network_trains_nothing(reported):
    os.utime(reported / PACKAGE / "network.py")
    assert "0 networks trained now, 3 in all" in make(reported, "report", **SMALL)


def test_going_to_another_run_and_back_makes_nothing_again(reported):
    """Stamps of one run are not touched on the way to another."""
    make(reported, "-n", "report", **(SMALL | {"SEED": 1, "REPEATS": 2}))
    assert planned(reported) == []


def test_a_stash_and_its_return_train_nothing(reported, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(reported, clone, symlinks=True)

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *who, *arguments], cwd=clone, check=True, capture_output=True)

    (clone / ".gitignore").write_text("/build/\n/.venv\n/report/\n*.npz\n__pycache__\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "all")
    make(clone, "report", **SMALL)  # the page names the commit
    with open(clone / PACKAGE / "findings/closing.py", "a") as file:
        file.write("# a change\n")
    assert planned(clone) == ["3-article", "render", "publish"]
    git("stash")
    assert planned(clone) == ["3-article", "render", "publish"]
    git("stash", "pop")
    assert planned(clone) == ["3-article", "render", "publish"]


def test_a_fresh_clone_makes_all_though_a_report_lies_there(reported, tmp_path):
    clone = copy_project(tmp_path / "clone")
    shutil.copytree(reported / "report", clone / "report")
    assert planned(clone) == ALL


DAMAGES = {
    "deleted": lambda path, good: path.unlink(),
    "truncated": lambda path, good: path.write_bytes(good[: len(good) // 2]),
    "changed": lambda path, good: path.write_bytes(good[:-9] + bytes(9)),
}


def damage_result(path: Path, damage: str) -> None:
    """Damage a file; its time stays as it was."""
    before = path.stat()
    DAMAGES[damage](path, path.read_bytes())
    if path.exists():
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("networks/r0k1.npz", ALL),
        ("explain.npz", ALL),
        ("1-train.ipynb", ALL),
        ("numbers.json", ALL[1:]),
        ("ranking.parquet", ALL[1:]),
        ("most_ambiguous.csv", ALL[1:]),
        ("definition-1.png", ALL[1:]),
        ("seal.json", ALL[1:]),
        ("3-article.ipynb", ALL[2:]),
        ("report/index.html", ALL[3:]),
        ("report/LICENSE", ALL[3:]),
    ],
)
def test_a_result_that_was_changed_is_named_and_due(reported, tmp_path, name, due, damage):
    clone = shutil.copytree(reported, tmp_path / "clone", symlinks=True)
    damage_result(clone / RUN / name, damage)
    printed = make(clone, "-n", "report", **SMALL)
    assert f"{RUN}/{name}: changed since it was made, and made again" in printed
    assert planned(clone) == due


def test_results_that_were_changed_are_made_again_as_they_were(reported):
    page = (reported / "report/index.html").read_bytes()
    for name in ("networks/r0k1.npz", "explain.npz", "numbers.json", "report/numbers.json"):
        damage_result(reported / RUN / name, "changed")
    printed = make(reported, "report", **SMALL)
    assert "1 networks trained now, 3 in all" in printed
    assert (reported / "report/index.html").read_bytes() == page
    assert planned(reported) == []


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["run.mk", "request", "lock"])
def test_what_make_notes_for_itself_may_be_damaged(reported, tmp_path, name, damage):
    clone = shutil.copytree(reported, tmp_path / "clone", symlinks=True)
    DAMAGES[damage](clone / "build" / name, (clone / "build" / name).read_bytes())
    assert planned(clone) == []


def test_more_repeats_train_only_what_is_missing_and_fewer_train_nothing(reported):
    trained = f"{RUN}/1-train.ipynb"
    assert "3 networks trained now, 6 in all" in make(reported, trained, **SMALL, REPEATS=2)
    assert "0 networks trained now, 3 in all" in make(reported, "report", **SMALL, REPEATS=1)


def test_workers_and_report_change_no_result(reported):
    assert steps(make(reported, "report", **SMALL | {"WORKERS": 1})) == []
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


def test_changed_pictures_of_the_same_name_are_trained_on_again(reported):
    write_pictures(reported / "shapes.npz", seed=1)
    trained = make(reported, f"{RUN}/1-train.ipynb", **SMALL)
    assert "3 networks trained now" in trained


def test_weights_are_exported_for_keras(reported):
    make(reported, "weights", **SMALL)
    names = {path.name for path in reported.glob("build/*/weights/*")}
    assert {"r0k0.keras", "r0k1.keras"} <= names


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FOLDS", "1", "folds is 1; needed: a whole number from 2 to 100"),
        ("EPOCHS", "0", "epochs is 0; needed: a whole number from 1 to 10000"),
        ("REPEATS", "-1", "repeats is -1; needed: a whole number from 1 to 1000"),
        ("SEED", "abc", "seed is 'abc'; needed: a whole number from 0 to 4294967295"),
        ("FOLDS", "", "folds is ''; needed: a whole number from 2 to 100"),
        ("REPORT", "", "REPORT is empty; needed: a value, or no REPORT at all"),
        ("WORKERS", "-2", "workers is -2; needed: a whole number from 0 to 1000"),
        ("SCHEDULER", "host:8786", "SCHEDULER is 'host:8786'; needed: the address of a Dask"),
        ("DATASET", "mnits", "DATASET is 'mnits'; needed: auto, mnist, sample, or the path of"),
        ("REPORT", "src", "REPORT=src would replace the project's own files"),
        ("REPORT", "Makefile", "REPORT=Makefile cannot be a folder"),
        ("REPORT", RUN, f"REPORT={RUN} lies where a run keeps its results"),
        ("EPOCH", "3", "EPOCH: no variable of this Makefile. There are DATASET DATA_DIR SEED"),
        ("folds", "3", "folds: no variable of this Makefile. There are DATASET DATA_DIR SEED"),
    ],
)
def test_a_bad_variable_is_named_and_nothing_runs(reported, variable, value, message):
    before = planned(reported)
    printed = make(reported, "report", check=False, **(SMALL | {variable: value}))
    assert message in printed
    assert steps(printed) == []
    assert planned(reported) == before


def test_a_scheduler_that_is_not_there_is_named_before_a_notebook_starts(reported):
    wrong = SMALL | {"SEED": 9, "SCHEDULER": "tcp://127.0.0.1:1"}
    printed = make(reported, "report", check=False, **wrong)
    assert "make: nothing answers at SCHEDULER=tcp://127.0.0.1:1 (" in printed
    assert steps(printed) == []


def test_a_bad_variable_is_refused_before_anything_is_installed(tmp_path):
    project = copy_project(tmp_path / "project")
    (project / ".venv").unlink()
    printed = make(project, "report", "FOLDS=1", check=False)
    assert "folds is 1; needed: a whole number from 2 to 100" in printed
    assert not (project / ".venv").exists()


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
