"""README.md says what is so: its examples run, its names exist, its numbers are the report's."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import PROJECT, results
from ambiguous_digits.article import prose
from ambiguous_digits.data import mnist

README = (PROJECT / "README.md").read_text(encoding="utf-8")
REPORT = PROJECT / "report"
MNIST_ONLY = {"named", "votes", "writers", "witnesses", "rejected"}
DIGITS_ONLY = {"heap", "edited"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def rows(heading: str) -> dict[str, str]:
    """The table below a heading: what its first cell names in backquotes, and the whole row."""
    section = README.split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` (\|.*)$", section, re.MULTILINE))


def committed(name: str = "index.html"):
    if not (REPORT / "index.html").exists():
        pytest.skip("report/ is not there yet: run `make report`")
    return REPORT / name


@pytest.fixture(scope="module")
def help_text() -> str:
    make = shutil.which("gmake") or shutil.which("make")
    if not make:
        pytest.skip("make is not installed")
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(
        [make, "help"], cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
    ).stdout


# --- examples -----------------------------------------------------------------------------------


def test_the_example_for_your_own_classifier_prints_what_its_comments_say():
    code = next(block for block in blocks("python") if "least_confident" in block)
    assert len(code.split("\n\n")) == 2  # imports, then the rest
    assert len([line for line in code.splitlines() if line]) == 6
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    promised = re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(promised) == 3
    assert printed.getvalue().splitlines() == promised


def test_the_example_for_new_images_asks_the_committee(tmp_path):
    # Networks whose weights are all zero believe in each of ten classes alike.
    shapes = [(3, 3, 1, 32), 32, (3, 3, 32, 64), 64, (1600, 256), 256, (256, 10), 10]
    for fold in range(2):
        network = results.Network(
            repeat=0,
            fold=fold,
            held_out=np.arange(1),
            held_out_logits=np.zeros((1, 10), np.float32),
            test_logits=np.zeros((1, 10), np.float32),
            curves={name: np.zeros(1) for name in results.CURVES},
            seconds=1.0,
            processor="none",
            precision="float32",
            weights=[np.zeros(shape, np.float32) for shape in shapes],
        )
        key = {"folds": 2, "r": 0, "k": fold}
        results.write_network(tmp_path / "build" / "mnist-0-5-10", network, key)
    code = next(block for block in blocks("python") if block.startswith("# after make report"))
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"{np.full((2, 10), 0.1)}\n"


# --- names --------------------------------------------------------------------------------------


def test_its_targets_are_those_of_make_help(help_text):
    code = " ".join(re.findall(r"`[^`]+`", README))
    targets = set(re.findall(r"\bmake ([a-z]+)", code))
    assert targets == set(re.findall(r"^  make (\w+)", help_text, re.MULTILINE))


def test_its_variables_and_their_defaults_are_those_of_make_help(help_text):
    told = {name: row.split("|")[-2].strip(" `") for name, row in rows("## Make it again").items()}
    assert told == dict(re.findall(r"^  ([A-Z_]+) .*\[(.*)\]$", help_text, re.MULTILINE))
    assert set(re.findall(r"\b([A-Z_]+)=", README)) <= told.keys()


def test_its_columns_are_those_of_the_table_in_their_order(small_run):
    table = pd.read_csv(small_run / "most_ambiguous.csv")
    assert list(rows("## Columns of `report/most_ambiguous.csv`")) == list(table.columns)


def test_its_keys_are_those_of_the_numbers(small_run):
    numbers = json.loads((small_run / "numbers.json").read_text())
    told = rows("## Keys of `report/numbers.json`")
    assert told.keys() - MNIST_ONLY - DIGITS_ONLY == numbers.keys()
    for key in ("parameters", "first_network", "ensemble", "committee", "doubt", "doubted"):
        assert [name for name in numbers[key] if f"`{name}`" not in told[key]] == []


def test_its_keys_are_those_of_the_committed_numbers():
    numbers = json.loads(committed("numbers.json").read_text())
    optional = set() if numbers["dataset"] == "mnist" else MNIST_ONLY
    assert rows("## Keys of `report/numbers.json`").keys() - optional == numbers.keys()


def test_its_layout_names_every_module():
    layout = next(block for block in blocks("") if block.startswith("notebooks/"))
    modules = {path.stem for path in (PROJECT / "src/ambiguous_digits").iterdir()}
    words = set(re.findall(r"\w+", layout))
    assert {name for name in modules if not name.startswith(("_", "."))} <= words


def test_its_checksums_and_sources_are_those_that_are_used():
    checksums = re.findall(r"^\| `([\w-]+-ubyte)` \| `(\w{64})` \|$", README, re.MULTILINE)
    assert dict(checksums) == mnist.MNIST_SHA256
    assert all(f"`{mirror}`" in README for mirror in mnist.MIRRORS)


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_relative_links_and_pictures_exist(name):
    text = (PROJECT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    links = [link for link in links if "://" not in link]
    missing = [link for link in links if not (PROJECT / link).exists()]
    if any(link.startswith("report/") for link in missing):
        committed()
    assert missing == []


def test_every_picture_has_an_alt_text():
    alts = re.findall(r"!\[([^]]*)\]", README)
    assert len(alts) == 2
    assert all(len(alt) > 100 for alt in alts)


# --- numbers ------------------------------------------------------------------------------------


def test_its_claim_is_what_the_committed_report_says():
    numbers = json.loads(committed("numbers.json").read_text())
    quoted = re.search(r"is the result\s+`(\w+)`", README)[1]
    assert re.fullmatch(r"[0-9a-f]{64}", quoted), "fill in the digest of report/numbers.json"
    if numbers["digest"] != quoted:
        pytest.skip("report/ was made from another run than the one that README.md quotes")
    first, together = numbers["first_network"], numbers["ensemble"]
    worst = together["most_ambiguous"][0]
    claim = " ".join(README.split("|", 1)[0].split())
    for phrase in (
        f"reads {100 * first['accuracy']:.2f} % of the {sum(numbers['test_counts']):,} test digits",
        f"({first['mistakes']} mistakes)",
        f"together reach {100 * together['accuracy']:.2f} %.",
        f"On {together['below_half']} digits",
        f"is test digit {worst['index']}: {prose.a(worst['prediction'])}, they say, "
        f"with {100 * max(worst['probs']):.0f} %; its label says {worst['label']}.",
    ):
        assert phrase in claim
    assert (numbers["dataset"], numbers["networks"]) == ("mnist", 20)


def test_no_placeholder_is_left_beside_a_committed_report():
    committed()
    assert re.findall(r"\bTODO\S*", README) == []
