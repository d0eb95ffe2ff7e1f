"""The report's folder: how it is published, and what the contract says must be in it.

The folder is `report/`, or the one that the variable REPORT names.
"""

import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits import PROJECT, report, results, scores

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
    *("verdict", "rival", "votes_label", "votes_rival", "votes_neither", "votes_offered"),
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
    if numbers["dataset"] != "mnist" or numbers["parameters"]["epochs"] < 10:
        pytest.skip("the promise is for full MNIST and at least 10 epochs")
    assert numbers["first_network"]["accuracy"] >= 0.9926
    assert numbers["first_network"]["loss"] <= 0.0285
    assert min(numbers["test_accuracies"]) >= 0.991
    if numbers["networks"] >= 5:
        assert numbers["ensemble"]["accuracy"] >= 0.9950
    if numbers["networks"] >= 20:
        assert np.mean(numbers["test_accuracies"]) >= 0.9947
        assert np.mean(numbers["test_losses"]) <= 0.0150
        assert numbers["ensemble"]["accuracy"] >= 0.9958
        assert numbers["ensemble"]["loss"] <= 0.0120


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
    if "votes" in numbers:
        assert test["votes_offered"].notna().sum() == numbers["votes"]["asked"] == 100
        assert test["votes_label"].notna().sum() == numbers["votes"]["digits"] == 87
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
    (folder / "digits").mkdir(parents=True)
    (folder / "digits/test-00001.png").touch()
    for name in ("index.html", "evidence.html", "LICENSE", *report.FILES):
        (folder / name).write_text("new")
    write(folder, digits=100, networks=2)
    return tmp_path / "run"


def write(folder: Path, *, digits: int, networks: int) -> None:
    counts = {"train_counts": [digits - 10], "test_counts": [10]}
    content = {"dataset": "mine", "networks": networks, **counts}
    (folder / "numbers.json").write_text(json.dumps(content))


def test_publishing_fills_the_folder_keeps_what_is_not_ours_and_drops_old_digits(run, tmp_path):
    out = tmp_path / "out"
    (out / "digits").mkdir(parents=True)
    (out / "digits/test-00002.png").touch()
    (out / "note.txt").write_text("mine")
    (out / "index.html").write_text("old")
    report.publish(run, out)
    assert (out / "index.html").read_text() == "new"
    assert (out / "note.txt").read_text() == "mine"
    assert [path.name for path in (out / "digits").iterdir()] == ["test-00001.png"]
    assert results.same_files(run / "report", out)


def test_a_page_that_this_run_has_not_is_removed(run, tmp_path):
    report.publish(run, tmp_path / "out")
    (run / "report/evidence.html").unlink()
    report.publish(run, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").glob("*.html")] == ["index.html"]


def test_publishing_over_a_damaged_report_replaces_it(run, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/numbers.json").write_bytes(b"\xff")
    report.publish(run, tmp_path / "out")
    assert capsys.readouterr().out == (
        f"The report on 100 digits (mine) and 2 networks: {tmp_path}/out/index.html\n"
    )
    assert json.loads((tmp_path / "out/numbers.json").read_bytes())["networks"] == 2


def test_a_disk_that_is_full_is_told_and_leaves_the_old_page(run, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("old")
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left on device"):
        report.publish(run, out)
    assert [path.read_text() for path in out.iterdir()] == ["old"]
