"""pyproject.toml, requirements.lock, environment.yml, Makefile and CITATION.cff are in step."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ambiguous_digits import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
REQUIREMENTS = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
REQUIREMENTS += PYPROJECT["build-system"]["requires"]
SYSTEMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")]
#: The Python versions 3.x that requires-python allows.
ALLOWED = SpecifierSet(PYPROJECT["project"]["requires-python"])
MINORS = [minor for minor in range(100) if f"3.{minor}.1" in ALLOWED]


#: The lock's entries, one line each, without comments.
LOCK = re.sub(r"^#.*\n", "", (PROJECT / "requirements.lock").read_text(), flags=re.MULTILINE)
ENTRIES = LOCK.replace("\\\n", " ").splitlines()
PINS = [Requirement(entry.partition(" --hash=")[0]) for entry in ENTRIES]


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize(("system", "machine"), SYSTEMS)
def test_every_requirement_is_locked_once_at_a_version_that_satisfies_it(system, machine, minor):
    environment = {
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": system.title(),
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.1",
    }

    def here(requirements):
        return [r for r in requirements if not r.marker or r.marker.evaluate(environment)]

    versions = {}
    for pin in here(PINS):
        name = canonicalize_name(pin.name)
        versions.setdefault(name, []).append(str(pin.specifier).removeprefix("=="))
    for requirement in here(map(Requirement, REQUIREMENTS)):
        [version] = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), requirement
    small = machine == "x86_64"
    assert ("tensorflow-cpu" in versions, "tensorflow" in versions) == (small, not small)


def test_the_lock_holds_pinned_packages_with_hashes_and_nothing_else():
    entry = re.compile(r"[a-z0-9-]+==[\w.!+]+( ; [^#@/]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert [line for line in ENTRIES if not entry.fullmatch(line)] == []


def test_conda_gets_the_same_python_and_this_package():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    python, pip, by_pip = environment["dependencies"]
    assert Requirement(python) == Requirement(f"python{ALLOWED}")
    assert (pip, by_pip) == ("pip", {"pip": ["-e ."]})


def test_the_citation_the_changelog_and_the_package_name_one_version():
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    version, date = citation["version"], citation["date-released"]
    assert version == PYPROJECT["project"]["version"]
    assert f"## [{version}] - {date}\n" in (PROJECT / "CHANGELOG.md").read_text()
