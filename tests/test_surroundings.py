"""Other people's machines: whatever is set, installed or forbidden there, the report is made."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ambiguous_digits import results
from making import RUN, SMALL, command, copy_project, environment, make, steps

TRAINED = f"{RUN}/1-train.ipynb"


def make_with(project: Path, *goals: str, env: dict[str, str], **variables: object) -> str:
    """Run make with exactly this environment; return what it printed, having seen it succeed."""
    result = subprocess.run(
        command(*goals, **variables),
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project, in a folder whose name no tool expects."""
    return copy_project(tmp_path_factory.mktemp("hostile") / "Zahlen & Ziffern, 数字 'no 1'")


@pytest.fixture(scope="module")
def hostile(project, tmp_path_factory) -> dict[str, str]:
    """An environment in which everything is set that could lead astray."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    home = elsewhere / "home, which is a file"
    home.touch()
    kernel = elsewhere / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    wrong = {"argv": ["/bin/false", "{connection_file}"], "display_name": "x", "language": "python"}
    kernel.write_text(json.dumps(wrong))
    shadow = elsewhere / "shadow"
    shadow.mkdir()
    for module in ("numpy", "papermill", "ambiguous_digits"):
        (shadow / f"{module}.py").write_text("raise ImportError('the wrong one')")
    (shadow / "matplotlibrc").write_text("font.size: 40\n")
    (shadow / "keras.json").write_text('{"floatx": "float64", "backend": "jax"}')
    settings = elsewhere / "ipython/profile_default/startup"
    settings.mkdir(parents=True)
    (settings / "00-mine.py").write_text("print('my own start')")
    git = elsewhere / "a repository"
    subprocess.run(["git", "init", "-q", git], check=True)
    return environment(
        HOME=str(home),
        JUPYTER_PATH=str(elsewhere / "jupyter"),
        JUPYTER_DATA_DIR=str(elsewhere / "jupyter"),
        JUPYTER_RUNTIME_DIR="/proc/none",
        IPYTHONDIR=str(elsewhere / "ipython"),
        VIRTUAL_ENV=str(elsewhere),
        PYTHONPATH=str(shadow),
        PYTHONHOME=str(elsewhere),
        PYTHONWARNINGS="error",
        PYTHONOPTIMIZE="2",
        MPLBACKEND="TkAgg",
        MPLCONFIGDIR=str(shadow),
        KERAS_HOME=str(shadow),
        KERAS_BACKEND="jax",
        GIT_DIR=str(git / ".git"),
        CDPATH="/",
        LC_ALL="C",
        LANG="C",
        TZ="Pacific/Kiritimati",
    )


@pytest.fixture(scope="module")
def reported(project, hostile) -> Path:
    printed = make_with(project, "-j4", "report", env=hostile, **SMALL)
    assert steps(printed) == ["1-train", "2-rank", "3-article"]
    assert "my own start" not in printed
    return project


def test_settings_of_others_change_no_byte_of_the_report(reported, tmp_path):
    peaceful = copy_project(tmp_path / "peaceful")
    make(peaceful, "report", **SMALL)
    for name in ("index.html", "numbers.json", "most_ambiguous.csv", "definition-1.png"):
        assert (reported / "report" / name).read_bytes() == (
            peaceful / "report" / name
        ).read_bytes(), name


def test_without_a_home_and_without_git_nothing_is_made_again(reported, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    found = {name for folder in os.environ["PATH"].split(":") for name in safe_list(folder)}
    for name in found - {"git"}:
        (tools / name).symlink_to(shutil.which(name) or "/bin/true")
    env = environment(PATH=str(tools))
    del env["HOME"]
    assert shutil.which("git", path=str(tools)) is None
    assert steps(make_with(reported, "report", env=env, **SMALL)) == []


def safe_list(folder: str) -> list[str]:
    return os.listdir(folder) if os.path.isdir(folder) else []


def test_a_folder_of_data_may_have_any_name(project, hostile, tmp_path):
    own = tmp_path / 'my "own" folder, isn\'t it $x' / "shapes.npz"
    own.parent.mkdir()
    shutil.copy2(project / "shapes.npz", own)
    dataset = {"DATASET": str(own).replace("$", "$$")}  # as make wants it
    assert steps(make_with(project, TRAINED, env=hostile, **(SMALL | dataset))) in ([], ["1-train"])


def test_what_was_made_before_the_clock_was_set_back_is_made_again_and_not_trained(
    project, hostile
):
    printed = make_with(project, TRAINED, env=hostile, **SMALL)
    run = project / RUN
    networks = results.load_networks(run)
    for path in (*run.glob("*.*"), *(project / "build").glob("*.*"), *run.glob("networks/*")):
        ahead = path.stat().st_mtime + 86_400
        os.utime(path, (ahead, ahead))
    printed = make_with(project, TRAINED, env=hostile, **SMALL)
    assert "0 networks trained now, 3 in all" in printed
    assert "Clock skew" not in printed
    assert steps(make_with(project, TRAINED, env=hostile, **SMALL)) == []
    assert results.digest(results.load_networks(run)) == results.digest(networks)


def test_make_may_be_called_from_elsewhere_and_told_to_make_all(reported, tmp_path):
    called = subprocess.run(
        ["make", "-C", str(reported), "-B", "-n", *command("report", **SMALL)[1:]],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert called.returncode == 0, called.stderr
    assert "report publish" in called.stdout


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path):
    project = copy_project(tmp_path / "project")
    (project / ".venv").unlink()
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/ready").touch()
    (project / ".venv/bin/python").symlink_to("/usr/bin/python-that-was")
    printed = make(project, "-n", "report", **SMALL)
    assert "pip install" in printed
