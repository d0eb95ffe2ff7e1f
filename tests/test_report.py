"""The report's folder: how it is published, and what the contract says must be in it.

The folder is `report/`, or the one that the variable REPORT names.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits import PROJECT, report, scores

FOLDER = PROJECT / os.environ.get("REPORT", "report")
COLUMNS = [
    *("split", "index", "label", "prediction", "confidence", "runner_up", "runner_up_prob"),
    *scores.SCORES,
    *("rank_low_confidence", "rank_label_doubt", "first_prediction", "first_confidence"),
    "logit_gap",
    *(
        f"{column}{end}"
        for score in ("low_confidence", "label_doubt")
        for column, end in (
            (f"rank_{score}", "_low"),
            (f"rank_{score}", "_high"),
            (f"p12_{score}", ""),
            (f"p100_{score}", ""),
        )
    ),
    *("rank_low_confidence_overall", "rank_label_doubt_overall"),
    *("verdict", "rival", "votes_label", "votes_rival", "votes_neither"),
]


@pytest.fixture(scope="module")
def numbers() -> dict:
    if not (FOLDER / "numbers.json").exists():
        pytest.skip("there is no report yet: run `make report`")
    return json.loads((FOLDER / "numbers.json").read_text())


@pytest.fixture(scope="module")
def table(numbers) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "most_ambiguous.csv")


def test_the_networks_are_as_good_as_promised(numbers):
    if numbers["dataset"] != "mnist" or numbers["parameters"]["epochs"] < 6:
        pytest.skip("the promise is for full MNIST and at least 6 epochs")
    assert numbers["first_network"]["accuracy"] >= 0.9926
    assert numbers["first_network"]["loss"] <= 0.0285
    assert min(numbers["test_accuracies"]) >= 0.991
    if numbers["networks"] >= 5:
        assert numbers["ensemble"]["accuracy"] >= 0.994
    if numbers["networks"] >= 20:
        assert numbers["ensemble"]["accuracy"] >= 0.9945
        assert numbers["ensemble"]["loss"] <= 0.0170
        assert numbers["stability"]["low_confidence"]["100"]["half"] >= 0.70
        assert numbers["stability"]["label_doubt"]["100"]["half"] >= 0.75


def test_the_numbers_hold_what_the_contract_names(numbers):
    assert isinstance(numbers["dataset"], str)
    assert isinstance(numbers["networks"], int)
    for who in ("first_network", "ensemble"):
        assert 0 < numbers[who]["accuracy"] <= 1
        assert numbers[who]["loss"] > 0
    assert len(set(numbers["definition_1"])) == min(100, sum(numbers["test_counts"]))
    assert len(set(numbers["definition_2"])) == min(100, numbers["first_network"]["mistakes"])
    assert len(numbers["digest"]) == 64


def test_the_table_has_the_columns_of_the_contract_and_no_duplicates(table):
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(["split", "index"]).any()


def test_the_table_has_the_first_thousand_by_both_ranks_and_all_mistakes(table, numbers):
    for split, rows in table.groupby("split"):
        size = sum(numbers[f"{split}_counts"])
        for rank in ("rank_low_confidence", "rank_label_doubt"):
            first = rows[rank].sort_values()
            assert first[first <= 1000].tolist() == list(range(1, min(1000, size) + 1))
    test = table[table["split"] == "test"]
    assert (test["prediction"] != test["label"]).sum() == numbers["ensemble"]["mistakes"]


def test_the_table_agrees_with_itself(table):
    np.testing.assert_allclose(table["low_confidence"], 1 - table["confidence"], atol=1e-12)
    margin = 1 - (table["confidence"] - table["runner_up_prob"])
    np.testing.assert_allclose(table["small_margin"], margin, atol=1e-12)
    assert (table["runner_up"] != table["prediction"]).all()
    wrong = table["prediction"] != table["label"]
    np.testing.assert_array_equal(table["confident_mistake"] > 0, wrong)
    assert table["first_prediction"].isna().equals(table["split"] == "train")


def test_the_pictures_are_the_first_twelve_of_both_definitions(numbers):
    first = {*numbers["definition_1"][:12], *numbers["definition_2"][:12]}
    names = {path.name for path in (FOLDER / "digits").iterdir()}
    assert names == {f"test-{index:05}.png" for index in first}
    height, width = numbers["image_shape"]
    with Image.open(FOLDER / "digits" / min(names)) as picture:
        assert picture.size == (4 * width, 4 * height)


def test_the_licence_of_the_pictures_lies_beside_them(numbers):
    licence = (FOLDER / "LICENSE").read_text()
    assert ("CC BY-SA 3.0" in licence) == (numbers["dataset"] in ("mnist", "sample"))


@pytest.fixture
def run(tmp_path) -> Path:
    folder = tmp_path / "run/report"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("new")
    write(folder, digits=100, networks=2)
    return tmp_path / "run"


def write(folder: Path, *, digits: int, networks: int) -> None:
    content = {
        "dataset": "mine",
        "networks": networks,
        "train_counts": [digits - 10],
        "test_counts": [10],
    }
    (folder / "numbers.json").write_text(json.dumps(content))


def test_publishing_makes_the_folder_and_leaves_no_other(run, tmp_path):
    report.publish(run, tmp_path / "out")
    assert (tmp_path / "out/index.html").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "run"]


@pytest.mark.parametrize(("digits", "networks"), [(200, 1), (100, 3)])
def test_publishing_over_a_larger_report_names_both(run, tmp_path, capsys, digits, networks):
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", digits=digits, networks=networks)
    report.publish(run, tmp_path / "out")
    printed = capsys.readouterr().out
    assert f"a report on {digits} digits (mine) and {networks} networks is replaced" in printed
    assert "by one on 100 digits (mine) and 2 networks" in printed


def test_publishing_over_a_smaller_report_says_nothing_of_it(run, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", digits=100, networks=1)
    report.publish(run, tmp_path / "out")
    assert "replaced" not in capsys.readouterr().out


def test_publishing_keeps_what_is_not_ours_and_drops_what_is_old(run, tmp_path):
    (run / "report/digits").mkdir()
    (run / "report/digits/new.png").touch()
    out = tmp_path / "out"
    (out / "digits").mkdir(parents=True)
    (out / "digits/old.png").touch()
    (out / "note.txt").write_text("mine")
    write(out, digits=100, networks=2)
    report.publish(run, out)
    assert [path.name for path in (out / "digits").iterdir()] == ["new.png"]
    assert (out / "note.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"train_counts": null, "test_counts": [10], "networks": 1, "dataset": "mine"}',
        b'{"train_counts": ["1"], "test_counts": [10], "networks": 1, "dataset": "mine"}',
        b'{"train_counts": [990], "test_counts": [10], "networks": "many", "dataset": "mine"}',
    ],
)
def test_publishing_over_a_damaged_report_replaces_it(damaged, run, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/numbers.json").write_bytes(damaged)
    report.publish(run, tmp_path / "out")
    assert capsys.readouterr().out == (
        f"The report on 100 digits (mine) and 2 networks: {tmp_path}/out/index.html\n"
    )
    assert json.loads((tmp_path / "out/numbers.json").read_bytes())["networks"] == 2


REFUSED = "holds something that is no report; needed: a new or an empty folder, or one with an"


def test_publishing_refuses_a_folder_that_holds_something_else(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.doc").write_text("years of work")
    with pytest.raises(ValueError, match=f"REPORT={tmp_path}/out {REFUSED}"):
        report.publish(run, tmp_path / "out")
    assert (tmp_path / "out/thesis.doc").read_text() == "years of work"


def command(*arguments: object) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "ambiguous_digits.report", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_the_command_says_what_is_wrong_in_one_sentence(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.doc").touch()
    found = command("publish", run, tmp_path / "out")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == f"make: REPORT={tmp_path}/out {REFUSED} earlier report\n"


def test_the_command_renders_no_ranking_that_is_not_sealed(run):
    article = [nbformat.v4.new_markdown_cell("# Which one?\n\nThis one.")]
    nbformat.write(nbformat.v4.new_notebook(cells=article), run / "3-article.ipynb")
    found = command("render", run)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        f"make: {run}/seal.json is missing. Run make report, or notebook 2-rank, which ranks anew\n"
    )


def test_a_disk_that_is_full_is_told_in_a_sentence(run, tmp_path):
    code = (
        "import runpy, shutil, sys\n"
        "def full(*_, **__): raise shutil.Error([('a', 'b', 'No space left on device')] * 9)\n"
        "shutil.copytree = full\n"
        "sys.argv = ['report', 'publish', *sys.argv[1:]]\n"
        "runpy.run_module('ambiguous_digits.report', run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(run), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    told = f"make: No space left on device; {tmp_path / 'out'} stays as it was\n"
    assert result.stderr == told
