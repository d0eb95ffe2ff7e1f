"""README.md says what is so: its examples run, its names exist, its numbers are the report's."""

import json
import re

import numpy as np
import pytest

from ambiguous_digits import PROJECT, report, results
from ambiguous_digits.article import prose
from ambiguous_digits.data import load_digits
from making import VARIABLES, make, some_network

PAGES = {name: (PROJECT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md")}
README = PAGES["README.md"]
OWN, RANKED, COMMITTEE = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
REPORT = PROJECT / "report"


@pytest.fixture(scope="module")
def numbers() -> dict:
    return json.loads((REPORT / "numbers.json").read_text("utf-8"))


def test_its_claim_is_what_the_committed_report_says(numbers):
    first, together = numbers["first_network"], numbers["ensemble"]
    worst, stable = together["most_ambiguous"][0], numbers["shared"]["low_confidence_100"]
    verdicts = numbers["verdicts"]["test"]
    claim = " ".join(README.split("|", 1)[0].split())
    for phrase in (
        f"reads {100 * first['accuracy']:.2f} % of the {sum(numbers['test_counts']):,} test digits",
        f"({first['mistakes']} mistakes)",
        f"together reach {100 * together['accuracy']:.2f} %.",
        f"On {together['below_half']} digits",
        f"is test digit {worst['index']}: {prose.a(worst['prediction'])}, they say, "
        f"with {100 * max(worst['probs']):.0f} %; its label says {worst['label']}.",
        f"another has about {stable['networks']:.0f}.",
        f"{sum(verdicts.values()) - verdicts['clear']} of the",
    ):
        assert phrase in claim
    assert verdicts["two readings"] > sum(verdicts.values()) / 2 - verdicts["clear"] / 2
    assert (numbers["dataset"], numbers["networks"]) == ("mnist", 20)
    assert f"`{numbers['digest']}`, in precision `{numbers['provenance']['precision']}`" in README


def test_all_that_they_link_to_exists_and_every_picture_has_an_alt_text():
    links = re.findall(r"\]\(([^)#]+)", "".join(PAGES.values()))
    assert [link for link in links if "://" not in link and not (PROJECT / link).exists()] == []
    assert all(len(alt) > 100 for alt in re.findall(r"!\[([^]]*)\]", README))


def test_make_help_names_every_target_and_variable_and_they_name_no_others():
    printed, makefile = make(PROJECT, "help"), (PROJECT / "Makefile").read_text()
    assert len(makefile.splitlines()) <= 90
    targets = re.findall(r"^  make (\w+) +\S", printed, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert sorted(targets) == sorted(phony)
    assert re.findall(r"^  ([A-Z_]+) +\S", printed, re.MULTILINE) == VARIABLES
    code = " ".join(re.findall(r"`[^`]+`", "".join(PAGES.values())))
    assert {*re.findall(r"\bmake ([a-z]+)", code)} <= {*targets}
    assert {*re.findall(r"\b([A-Z_]{4,})=", code)} <= {*VARIABLES}


@pytest.mark.parametrize("name", ["most_ambiguous.csv", "scores.csv", "numbers.json"])
def test_the_report_says_what_each_column_and_key_means(name, numbers):
    meanings = (REPORT / "README.md").read_text("utf-8")
    section = meanings.split(f"of `{name}`\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    told = [word for cell in cells for word in re.findall(r"`(\w+)`", cell)]
    header = (REPORT / name).read_text("utf-8").split("\n", 1)[0].split(",")
    assert sorted(told) == sorted(numbers if name == "numbers.json" else header)
    assert meanings == report.MEANINGS.read_text("utf-8")


def test_the_example_for_your_own_pictures_writes_what_can_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(OWN, {})
    digits = load_digits("mine.npz", "unused")
    assert (digits.train_images.shape, digits.num_classes) == ((1400, 16, 16), 10)
    assert digits.train_images.max() == 255


def test_the_example_for_your_own_classifier_prints_what_its_comments_say(capsys):
    exec(RANKED, {})
    promised = re.findall(r"^print\(.*\)  # (.*)$", RANKED, re.MULTILINE)
    assert len(promised) == 3
    assert capsys.readouterr().out.splitlines() == promised


def test_the_example_for_new_images_asks_the_committee(network, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "build/mnist-0-5-10"
    for fold in range(2):
        weights = network.build((28, 28), 10, seed=fold).get_weights()
        weights[-2:] = [np.zeros_like(part) for part in weights[-2:]]  # they believe all ten alike
        member = some_network(fold=fold, weights=weights)
        results.write_network(folder, member, {"folds": 2, "r": 0, "k": fold})
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    exec(COMMITTEE, {})
    assert capsys.readouterr().out == f"{np.full((2, 10), 0.1)}\n"
