"""People's votes: against tables and values worked out by hand. The real ones are in test_mnist."""

import json

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import people

LABELS = np.array([4, 6, 2, 5, 6, 1, 0])
#: Digit, label, rival (of digit 2 the same: it cannot tell); votes for label, rival, neither.
ROWS = [(0, 4, 6, 5, 0, 0), (2, 2, 2, 5, 5, 0), (5, 1, 7, 3, 1, 1), (3, 5, 3, 2, 0, 3)]
ROWS += [(4, 6, 0, 0, 4, 0), (1, 6, 8, 4, 0, 0)]  # four people: five are not taken for granted
VOTES = ["votes_label", "votes_rival", "votes_neither"]


def file(rows) -> bytes:
    digits = [
        {"id": index, "given_original_label": label, "our_guessed_label": rival}
        | {"mturk": {"given": ours, "guessed": others, "neither": neither}}
        for index, label, rival, ours, others, neither in rows
    ]
    return json.dumps(digits).encode()


def test_votes_are_those_of_the_file_for_each_digit_or_without_what_cannot_tell():
    table = people.read_votes(file(ROWS), LABELS)
    assert list(table) == ["index", "guess", *VOTES, "dissent", "disputed", "rejected"]
    expected = [[0, 6, 5, 0, 0], [5, 7, 3, 1, 1], [3, 3, 2, 0, 3], [4, 0, 0, 4, 0], [1, 8, 4, 0, 0]]
    np.testing.assert_array_equal(table[["index", "guess", *VOTES]], expected)
    assert table["dissent"].tolist() == pytest.approx([0, 0.4, 0.6, 1, 0])
    assert table["disputed"].tolist() == [False, True, True, True, False]
    assert table["rejected"].tolist() == [False, False, True, True, False]
    none = pd.NA  # where nobody was asked
    rows = [[5, 0, 0, 6], [4, 0, 0, 8], [none, none, none, 2], [2, 0, 3, 3], [0, 4, 0, 0]]
    rows = pd.DataFrame([*rows, [3, 1, 1, 7], [none] * 4], range(7), dtype="Int64")
    rows.columns = [*VOTES, "votes_offered"]
    pd.testing.assert_frame_equal(people.columns(file(ROWS), LABELS), rows)
    assert people.columns(None, LABELS).isna().all(axis=None)


def test_a_score_is_judged_and_votes_are_counted_on_the_digits_that_people_saw():
    # On 2 and 0 people disagree, and 0 is rejected.
    rows = [(4, 6, 1, 5, 0, 0), (0, 4, 3, 2, 2, 1), (2, 2, 0, 4, 1, 0)]
    seen = people.read_votes(file(rows), LABELS)
    score = np.array([0.7, 1.0, 0.4, 1.0, 0.5, 1.0, 1.0])
    # Of the disputed ones one comes before the undisputed one, one after; the rejected one leads.
    assert people.areas(score, seen) == {"disputed": 0.5, "rejected": 1.0}
    assert people.judge(score, seen, seed=0) == {
        "disputed": {"auroc": 0.5, "low": 0.0, "high": 1.0},
        "rejected": {"auroc": 1.0, "low": 1.0, "high": 1.0},
        "spearman": pytest.approx(0.5),  # ranks 2, 3, 1 by the score and 1, 3, 2 by dissent
        "first_100": 1,
    }
    for place, among in ((100, 1), (101, 0)):  # of digit 0, the rejected one, among all
        score = np.where(np.arange(200) < place, 0.9, 0.1)
        score[0] = 0.5
        assert people.judge(score, seen, seed=0)["first_100"] == among
    rivals = pd.Series(pd.array([3, 9, None, 9, 2], "Int64"))
    counts = {"digits": 3, "disputed": 2, "rejected": 1, "same_rival": 1}
    assert people.summary(seen, rivals) == counts
    verdict = pd.Series(["clear", "scattered", "two readings", "scattered", "clear"])
    found = people.by_verdict(seen, verdict).items()  # of each verdict: disputed and rejected
    counts = [(name, [(k["count"], k["total"]) for k in kinds.values()]) for name, kinds in found]
    assert counts == [("two readings", [(1, 1), (0, 1)]), ("clear", [(1, 2), (1, 2)])]
