"""Provenance: what ran, on what, from which commit; never where or on whose machine."""

import platform
import re
import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import provenance


def test_versions_are_those_of_the_packages_and_tensorflow_may_be_tensorflow_cpu():
    found = provenance.versions("numpy", "pandas", "tensorflow")
    assert (found["numpy"], found["pandas"]) == (np.__version__, pd.__version__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["tensorflow"])


def test_what_ran_is_told_in_versions_and_system_alone_without_path_or_host():
    networks = [SimpleNamespace(processor=name, precision="float32") for name in ("B", "A", "B")]
    found = provenance.describe(networks)
    assert (found.pop("processors"), found.pop("precision")) == (["A", "B"], "float32")
    assert found.pop("threads_per_network") == 1
    assert found.pop("python") == platform.python_version()
    assert re.fullmatch(r"(Linux|Darwin) (x86_64|aarch64|arm64)", found.pop("system"))
    assert {"tensorflow", "keras", "numpy", "scikit-learn"} <= set(found)
    assert all(re.fullmatch(r"\d+(\.\d+)+\w*", version) for version in found.values())


NUMBERS = {
    "dataset": "mnist",
    "networks": 20,
    "seconds": 4321.6,
    "digest": "0123456789abcdef" * 4,
    "parameters": {"seed": 7, "repeats": 4, "folds": 5, "epochs": 10},
    "provenance": {
        **{"data": "fedcba9876543210" * 4, "python": "3.12.1", "system": "Linux x86_64"},
        **{"processors": ["A", "B"], "precision": "float32", "threads_per_network": 1},
        **{name: f"1.{k}" for k, name in enumerate(provenance.PACKAGES)},
    },
}


def test_facts_say_in_words_what_the_numbers_were_made_of(monkeypatch):
    monkeypatch.setattr(provenance, "commit", lambda: "abc1234 of 2025-01-02")
    found = provenance.facts(NUMBERS)
    assert found["Data"] == "mnist, SHA-256 fedcba9876543210…"
    assert found["Networks"] == "20: 4 × 5 folds, 10 epochs"
    assert found["Seed"] == "7; of network (r, k): SeedSequence([7, r, k])"
    assert found["Result"] == "SHA-256 0123456789abcdef… over all logits"
    assert found["Code"] == "last changed in commit abc1234 of 2025-01-02"
    assert found["Processor"] == "A, B"
    assert found["Training"] == "4,322 s, all networks added up"
    assert "numpy 1." in found["Libraries"]


# The commit


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with code in it, inside of no git repository."""
    project = tmp_path / "outer" / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "code.py").write_text("1\n")
    monkeypatch.setattr(provenance, "PROJECT", project)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    return project


def git(folder, *arguments):
    settings = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *settings, *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def commit_all(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")


def test_outside_of_a_git_repository_the_commit_is_unknown(project):
    assert provenance.commit() == "unknown: no git repository"


def test_the_commit_is_the_last_one_that_touched_the_code(project):
    git(project, "init", "--quiet")
    commit_all(project)
    name, date = git(project, "log", "-1", "--format=%h %cs").split()
    (project / "README.md").write_text("prose\n")
    commit_all(project)
    assert provenance.commit() == f"{name} of {date}"


def test_changed_code_is_told_but_not_changed_prose(project):
    git(project, "init", "--quiet")
    (project / "README.md").write_text("prose\n")
    commit_all(project)
    (project / "README.md").write_text("other prose\n")
    assert re.fullmatch(r"[0-9a-f]{7,} of \d{4}-\d\d-\d\d", provenance.commit())
    (project / "src" / "code.py").write_text("2\n")
    assert re.fullmatch(r"[0-9a-f]{7,} of [-\d]+, and changes since", provenance.commit())


def test_in_a_repository_that_knows_nothing_of_the_code_the_commit_is_unknown(project):
    # A downloaded archive, unpacked somewhere among other things that are under git.
    outer = project.parent
    git(outer, "init", "--quiet")
    (outer / "notes.txt").write_text("mine\n")
    git(outer, "add", "notes.txt")
    git(outer, "commit", "--quiet", "--message=x")
    assert provenance.commit().startswith("unknown")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu avx512f amx_bf16 amx_tile", "mixed_bfloat16"),
        ("fpu avx512_bf16", "mixed_bfloat16"),
        ("fpu avx2 avx512f avx512_vnni", "float32"),
        (None, "float32"),
    ],
)
def test_the_precision_follows_the_flags_of_the_processor(flags, expected, monkeypatch):
    told = [] if flags is None else [flags, flags]
    monkeypatch.setattr(provenance, "_cpuinfo", lambda name: told if name == "flags" else [])
    assert provenance.precision() == expected
