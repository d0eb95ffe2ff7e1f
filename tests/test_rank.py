"""Your own classifier's probabilities, ranked from the command line."""

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

PROBS = np.array([[0.9, 0.1, 0.0], [0.5, 0.4, 0.1], [0.2, 0.2, 0.6], [0.05, 0.95, 0.0]])
LABELS = np.array([0, 0, 1, 0])


def rank(*arguments, fails=False):
    command = [sys.executable, "-m", "ambiguous_digits.rank", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode != 0, bool(done.stderr)) == (fails, fails), done.stderr
    return done.stderr if fails else pd.read_csv(io.StringIO(done.stdout))


@pytest.fixture
def written(tmp_path):
    np.save(tmp_path / "probs.npy", PROBS)
    np.savez(tmp_path / "members.npz", np.stack([PROBS, PROBS]).astype(np.float16))
    np.save(tmp_path / "labels.npy", LABELS)
    pd.DataFrame(PROBS, columns=["ant", "bee", "cat"]).to_csv(tmp_path / "probs.csv", index=False)
    names = np.array(["ant", "bee", "cat"])[LABELS]
    pd.DataFrame({"label": names}).to_csv(tmp_path / "labels.csv", index=False)
    np.save(tmp_path / "logits.npy", np.log(PROBS + 1e-9))
    return tmp_path


def test_the_most_ambiguous_come_first_with_all_that_is_said_of_them(written):
    table = rank(written / "probs.npy", written / "labels.npy", "--top", 3)
    assert table["index"].tolist() == [3, 2, 1]  # by label doubt: 0.95, 0.8, 0.5
    assert table["label"].tolist() == [0, 1, 0]
    assert table["prediction"].tolist() == [1, 2, 0]
    assert table["confidence"].tolist() == [0.95, 0.6, 0.5]
    assert table["confident_mistake"].tolist() == [0.95, 0.6, 0]
    table = rank(written / "members.npz", "--by", "entropy")
    assert table["index"].tolist() == [2, 1, 0, 3]
    assert not {"label", "label_doubt"} & set(table)


def test_classes_are_called_by_the_names_of_the_columns(written):
    table = rank(written / "probs.csv", written / "labels.csv", "--top", 1)
    assert table[["index", "label", "prediction"]].values.tolist() == [[3, "ant", "bee"]]
    np.savetxt(written / "bare.csv", PROBS, delimiter=",")  # without names, and no row is lost
    assert rank(written / "bare.csv")["index"].tolist() == [1, 2, 0, 3]


def test_what_cannot_be_ranked_is_told_in_a_line(written):
    assert "Logits go through softmax first" in rank(written / "logits.npy", fails=True)
    told = rank(written / "probs.npy", "--by", "label_doubt", fails=True)
    assert told.startswith("by is 'label_doubt'; needed, with these labels or none: one of low_con")
    assert "nowhere.npy" in rank(written / "nowhere.npy", fails=True)
