"""The folder `report/`, or that of the variable REPORT: its publishing, and what it must hold."""

import json
import os
import shutil
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits import PROJECT, report, results, scores

FOLDER = PROJECT / os.environ.get("REPORT", "report")
FILES = (*report.FILES, *report.PAGES, "LICENSE", "README.md")
COLUMNS = [
    *("split", "index", "label", "prediction", "confidence", "runner_up", "runner_up_prob"),
    *scores.SCORES,
    *("rank_low_confidence", "rank_label_doubt", "first_prediction", "first_confidence"),
    *("logit_gap", "rank_low_confidence_low", "rank_low_confidence_high"),
    *("p12_low_confidence", "p100_low_confidence"),
    *("rank_label_doubt_low", "rank_label_doubt_high", "p12_label_doubt", "p100_label_doubt"),
    *("rank_low_confidence_overall", "rank_label_doubt_overall"),
    *("verdict", "rival", "votes_label", "votes_rival", "votes_neither", "votes_offered"),
]


@pytest.fixture(scope="module")
def numbers() -> dict:
    if not (FOLDER / "numbers.json").exists():
        pytest.skip("there is no report yet: run `make report`")
    return json.loads((FOLDER / "numbers.json").read_text())


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


def test_the_table_has_the_first_thousand_by_both_ranks_and_all_mistakes(numbers):
    table = pd.read_csv(FOLDER / "most_ambiguous.csv")
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(["split", "index"]).any()
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
    assert table["first_prediction"].isna().equals(table["split"] == "train")


def test_the_pictures_are_the_first_twelve_of_both_definitions_and_have_a_licence(numbers):
    first = {*numbers["definition_1"][:12], *numbers["definition_2"][:12]}
    names = {path.name for path in (FOLDER / "digits").iterdir()}
    assert names == {f"test-{index:05}.png" for index in first}
    height, width = numbers["image_shape"]
    with Image.open(FOLDER / "digits" / min(names)) as picture:
        assert picture.size == (4 * width, 4 * height)
    ours = numbers["dataset"] in ("mnist", "sample")
    assert ("CC BY-SA 3.0" in (FOLDER / "LICENSE").read_text()) == ours


def test_publishing_replaces_an_earlier_report_but_no_others(tmp_path, monkeypatch, capsys):
    run, out = tmp_path / "run", tmp_path / "out"
    content = {"dataset": "mine", "networks": 2, "train_counts": [90], "test_counts": [10]}
    old = ["index.html", "numbers.json", "note.txt", "digits/test-00002.png"]
    for folder, names in ((run / "report", [*FILES, "digits/test-00001.png"]), (out, old)):
        (folder / "digits").mkdir(parents=True)
        for name in names:
            (folder / name).write_text(folder.name)
    (run / "report/numbers.json").write_text(json.dumps(content))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", Mock(side_effect=OSError("No space left on device")))
        with pytest.raises(OSError, match="No space left on device"):
            report.publish(run, out)
    assert {path.read_text() for path in out.glob("*.*")} == {"out"}
    report.publish(run, out)
    assert {path.name for path in out.iterdir()} == {*FILES, "digits", "note.txt"}
    assert [path.name for path in (out / "digits").iterdir()] == ["test-00001.png"]
    assert results.same_files(run / "report", out)
    told = f"The report on 100 digits (mine) and 2 networks: {out}/index.html\n"
    assert capsys.readouterr().out == told
    (run / "report/evidence.html").unlink()  # a page that the next run has not is removed
    report.publish(run, out)
    assert [path.name for path in out.glob("*.html")] == ["index.html"]
