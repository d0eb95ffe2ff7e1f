"""pyproject.toml, requirements.lock, environment.yml, Makefile and CITATION.cff are in step."""

import datetime
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import ambiguous_digits
from ambiguous_digits import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
REQUIREMENTS = [
    Requirement(text)
    for text in (
        *PYPROJECT["project"]["dependencies"],
        *PYPROJECT["dependency-groups"]["dev"],
        *PYPROJECT["build-system"]["requires"],
    )
]
LOCK = (PROJECT / "requirements.lock").read_text()

SYSTEMS = {
    "Linux x86_64": ("linux", "x86_64"),
    "Linux arm64": ("linux", "aarch64"),
    "macOS arm64": ("darwin", "arm64"),
}


def entries() -> list[str]:
    """The lock's entries, one line each, without comments."""
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


def pins() -> list[Requirement]:
    return [Requirement(entry.partition(" --hash=")[0]) for entry in entries()]


def applies(marker: Marker | None, system: str, minor: int) -> bool:
    sys_platform, machine = SYSTEMS[system]
    environment = {
        "sys_platform": sys_platform,
        "platform_machine": machine,
        "platform_system": system.split()[0].replace("macOS", "Darwin"),
        "os_name": "posix",
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return marker is None or marker.evaluate(environment)


def locked(name: str, system: str, minor: int) -> list[str]:
    """The versions of a package that pip would install from the lock: one, or none."""
    return [
        str(pin.specifier).removeprefix("==")
        for pin in pins()
        if canonicalize_name(pin.name) == canonicalize_name(name)
        and applies(pin.marker, system, minor)
    ]


def minors() -> list[int]:
    """The Python versions 3.x that requires-python allows."""
    allowed = SpecifierSet(PYPROJECT["project"]["requires-python"])
    return [minor for minor in range(100) if f"3.{minor}.1" in allowed]


@pytest.mark.parametrize("minor", minors())
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_requirement_is_locked_at_a_version_that_satisfies_it(system, minor):
    for requirement in REQUIREMENTS:
        if applies(requirement.marker, system, minor):
            versions = locked(requirement.name, system, minor)
            assert len(versions) == 1, requirement
            assert requirement.specifier.contains(versions[0], prereleases=True), requirement


@pytest.mark.parametrize("minor", minors())
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_has_one_tensorflow_for_each_system(system, minor):
    small, large = (locked(name, system, minor) for name in ("tensorflow-cpu", "tensorflow"))
    assert (len(small), len(large)) == ((1, 0) if system == "Linux x86_64" else (0, 1))


def test_both_tensorflows_are_the_same_version():
    assert locked("tensorflow-cpu", "Linux x86_64", 11) == locked("tensorflow", "macOS arm64", 11)


def test_the_lock_holds_pinned_packages_with_hashes_and_nothing_else():
    # So there is no index, no address, no path and no option in it.
    entry = re.compile(r"[a-z0-9-]+==[\w.!+]+( ; [^#@/]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert entries()
    assert [line for line in entries() if not entry.fullmatch(line)] == []


def test_conda_gets_the_same_python_and_this_package():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    *packages, by_pip = environment["dependencies"]
    python, pip = map(Requirement, packages)
    assert environment["name"] == PYPROJECT["project"]["name"]
    assert environment["channels"] == ["conda-forge"]
    assert (python.name, pip.name, str(pip.specifier)) == ("python", "pip", "")
    assert python.specifier == SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert by_pip == {"pip": ["-e ."]}


def test_what_pip_does_for_conda_gives_an_environment_in_which_the_notebooks_run(tmp_path):
    uv = shutil.which("uv", path=os.pathsep.join([os.environ["PATH"], str(PROJECT / ".venv/bin")]))
    if not uv:
        pytest.skip("uv is not there")
    project, python = tmp_path / "project", tmp_path / "empty/bin/python"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        project.mkdir(exist_ok=True)
        shutil.copy2(PROJECT / name, project)
    for name in ("src", "notebooks"):
        shutil.copytree(PROJECT / name, project / name)
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, tmp_path / "empty"], check=True)
    install = [uv, "pip", "install", "-q", "--python", python, "-e", "."]
    found = subprocess.run(install, cwd=project, capture_output=True, text=True, check=False)
    if re.search("dns|connect|network|timed out", found.stderr, re.IGNORECASE):
        pytest.skip("no packages are to be had without a network")
    assert found.returncode == 0, found.stderr
    run = [
        "-m",
        "papermill",
        "notebooks/2-rank.ipynb",
        "out.ipynb",
        "-k",
        "python3",
        "-p",
        "folds",
        "1",
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
    said = subprocess.run(
        [python, *run], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert "ValueError: folds is 1; needed: a whole number from 2 to 100" in said.stderr


def test_make_looks_for_the_same_python():
    makefile = (PROJECT / "Makefile").read_text()
    checks = re.findall(r"\(3, (\d+)\) <= sys\.version_info\[:2\] <= \(3, (\d+)\)", makefile)
    assert set(checks) == {(str(minors()[0]), str(minors()[-1]))}
    assert sorted(map(int, re.findall(r"\bpython3\.(\d+)", makefile))) == minors()
    told = re.search(r"Python ([\d., or]+) is needed", makefile)[1]
    assert re.findall(r"3\.\d+", told) == [f"3.{minor}" for minor in minors()]


def test_git_ignores_what_is_generated_but_not_the_report():
    ignored = (PROJECT / ".gitignore").read_text().splitlines()
    assert {"/data", "/build/", "/.venv"} <= set(ignored)
    assert not [line for line in ignored if "report" in line or "lock" in line]


def test_the_citation_the_changelog_and_the_package_name_one_version():
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["license"] == PYPROJECT["project"]["license"]
    changelog = (PROJECT / "CHANGELOG.md").read_text()
    version, date = re.search(r"^## \[(\d[^]]*)\] - (\S+)$", changelog, re.MULTILINE).groups()
    assert PYPROJECT["project"]["version"] == version == citation["version"]
    assert ambiguous_digits.__version__ == version
    assert citation["date-released"] == datetime.date.fromisoformat(date)
