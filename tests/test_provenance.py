"""Provenance: what ran, on what, from which commit; never where or on whose machine."""

import platform
import re
import subprocess
from types import SimpleNamespace

import numpy as np

from ambiguous_digits import provenance


def test_what_ran_is_told_in_versions_and_system_alone_without_path_or_host():
    networks = [SimpleNamespace(processor=name, precision="float32") for name in ("B", "A", "B")]
    found = provenance.describe(networks)
    known = {"processors": ["A", "B"], "precision": "float32", "threads_per_network": 1}
    known |= {"python": platform.python_version(), "numpy": np.__version__}
    assert {name: found.pop(name) for name in known} == known
    assert re.fullmatch(r"(Linux|Darwin) (x86_64|aarch64|arm64)", found.pop("system"))
    assert found.keys() == {*provenance.PACKAGES} - {"numpy"}  # tensorflow may be tensorflow-cpu
    assert all(re.fullmatch(r"\d+(\.\d+)+\w*", version) for version in found.values())


def commit(folder):
    """Commit all; return the name of the commit and its date."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    for do in ("init", "add .", "commit --message=x", "log -1 --format=%h_of_%cs"):
        command = ["git", "-C", str(folder), *settings, *do.split()]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip().replace("_", " ")


def test_the_commit_is_the_last_one_of_the_code_and_tells_of_changes_since(tmp_path, monkeypatch):
    code, prose = tmp_path / "outer/project/src/code.py", tmp_path / "outer/project/README.md"
    project = prose.parent
    code.parent.mkdir(parents=True)
    for path in (code, prose):
        path.write_text("1\n")
    monkeypatch.setattr(provenance, "PROJECT", project)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    commit(project.parent)  # a repository around a downloaded archive is none of its own
    assert provenance.commit() == "unknown: no git repository"
    last = commit(project)
    prose.write_text("2\n")
    assert provenance.commit() == last
    assert commit(project) != last == provenance.commit()
    code.write_text("2\n")
    assert provenance.commit() == f"{last}, and changes since"


def test_the_processor_and_its_precision_are_those_of_the_system(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "CPUINFO", tmp_path / "cpuinfo")
    assert provenance.precision() == "float32"
    assert provenance.processor() == (platform.processor() or platform.machine())
    for flags, expected in (
        ("fpu avx512f amx_bf16 amx_tile", "mixed_bfloat16"),
        ("fpu avx512_bf16", "mixed_bfloat16"),
        ("fpu avx2 avx512f avx512_vnni", "float32"),
    ):
        core = f"model\t\t: 85\nmodel name\t: A chip @ 2 GHz\nflags\t\t: {flags}\n\n"
        (tmp_path / "cpuinfo").write_text(2 * core)
        assert (provenance.processor(), provenance.precision()) == ("A chip @ 2 GHz", expected)
