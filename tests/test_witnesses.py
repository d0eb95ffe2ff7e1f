"""Witnesses: where networks and people stand on digits of hand-made votes and probabilities."""

import json

import numpy as np
import pandas as pd
import pytest

from ambiguous_digits import witnesses

#: All test digits have label 0.
LABELS = np.zeros(40, np.int64)


def seen(*digits):
    """Votes and probabilities of two networks from (index, belief in class 0, in 1, for label)."""
    probs = np.tile([1.0, 0, 0], (2, 40, 1))
    rows = []
    for index, zero, one, for_label in digits:
        probs[:, index] = zero, one, max(0, 1 - zero - one)
        rows.append([index, 1, for_label, 5 - for_label, 0])
    columns = ["index", "guess", "votes_label", "votes_rival", "votes_neither"]
    return pd.DataFrame(rows, columns=columns), probs


def stands(*digits):
    return witnesses.stands(*seen(*digits), LABELS)


def test_networks_stand_somewhere_if_their_mean_does_from_85_percent_on():
    below = np.nextafter(0.85, 0)
    beliefs = [(0.85, 0.15), (below, 0.15), (0.15, 0.85), (0.15, below)]
    votes, probs = seen(*((i, *belief, 5) for i, belief in enumerate([*beliefs, (1, 0)])))
    probs[1, 4] = [0.25, 0.75, 0]  # the mean is 0.625
    found = witnesses.stands(votes, probs, LABELS).set_index("index").sort_index()
    assert found["networks"].tolist() == ["with", "torn", "against", "torn", "torn"]
    assert found["people"].tolist() == ["with"] * 5
    assert found["label_doubt"].tolist() == pytest.approx([0.15, 0.15, 0.85, 0.85, 0.375])


def test_people_stand_with_a_label_by_four_votes_of_five_and_the_most_doubted_is_first():
    found = stands(*((k, 1 - k / 100, 0.0, k) for k in range(6))).set_index("index")
    people = ["against", "against", "split", "split", "with", "with"]
    assert found["people"].sort_index().tolist() == people
    found = stands((9, 0.9, 0.1, 5), (3, 0.25, 0.75, 2), (8, 0.0, 1.0, 1), (1, 0.25, 0.75, 4))
    assert found["index"].tolist() == [8, 3, 1, 9]
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["votes_rival"].tolist() == [4, 3, 1, 0]


#: Index, belief in class 0 and in class 1, votes for the label; first those of which all agree.
SEEN = [
    *[(30, 0.99, 0.0, 5), (31, 1.0, 0.0, 5), (32, 0.98, 0.0, 5), (33, 1.0, 0.0, 4)],
    *[(1, 0.1, 0.9, 5), (2, 0.02, 0.98, 4), (3, 0.05, 0.95, 5)],  # against, with
    *[(4, 0.95, 0.05, 0), (5, 0.5, 0.5, 5), (6, 0.4, 0.6, 4)],  # with, against; torn, with
    *[(10, 0.03, 0.97, 2), (7, 0.0, 1.0, 1)],  # against, split; against, against
    *[(11, 0.5, 0.5, 0), (12, 0.3, 0.7, 3)],  # torn, against; torn, split
    *[(8, 0.9, 0.1, 2), (9, 0.86, 0.14, 3)],  # with, split
]


def test_digits_are_counted_and_cases_and_questions_found_by_where_both_stand():
    nobody = {"with": 0, "split": 0, "against": 0}
    found = witnesses.count(stands(*SEEN[:4]))
    assert found == {"with": {**nobody, "with": 4}, "against": nobody, "torn": nobody}
    assert witnesses.count(stands(*SEEN)) == {
        "with": {"with": 4, "split": 2, "against": 1},
        "against": {"with": 3, "split": 1, "against": 1},
        "torn": {"with": 2, "split": 1, "against": 1},
    }
    # The most doubted label of each contradiction is a case, the sharpest first.
    assert witnesses.cases(stands(*SEEN)) == [2, 4, 6, 10, 7, 11]  # at most six
    assert witnesses.cases(stands(*SEEN[8:])) == [6, 10, 7, 11, 12, 9]
    assert witnesses.cases(stands(*SEEN[:4])) == []
    # Questions, at most ten, begin with two that all agree on.
    assert witnesses.questions(stands(*SEEN)) == [31, 30, 2, 4, 6, 10, 7, 11, 12, 9]
    # 33 is doubted as little as 31, but one of five voted against it.
    assert witnesses.questions(stands(*SEEN[:10])) == [31, 30, 2, 4, 6, 3, 5, 1]


def test_an_opinion_has_the_votes_of_people_and_the_rival_that_they_were_offered():
    votes, probs = seen((5, 0.25, 0.75, 3), (2, 1.0, 0.0, 5))
    votes.loc[0, ["guess", "votes_rival", "votes_neither"]] = 2, 0, 2
    found = witnesses.opinions([2, 5], witnesses.stands(votes, probs, LABELS), probs, LABELS)
    assert [opinion["index"] for opinion in found] == [2, 5]
    stands = {"networks": "torn", "people": "split", "offered": 2}
    stands |= {"votes_label": 3, "votes_rival": 0, "votes_neither": 2}
    assert json.loads(json.dumps(found[1])).items() >= stands.items()


def test_the_two_readings_are_the_label_and_what_speaks_most_against_it():
    opinion = {"label": 1, "prediction": 1, "probs": [0.3, 0.6, 0.1]}
    assert witnesses.pair(opinion | {"prediction": 2, "offered": 0}) == (1, 2)
    assert witnesses.pair(opinion | {"offered": 2}) == (1, 2)
    assert witnesses.pair(opinion | {"votes_offered": 1}) == (1, 0)  # the label was on offer
    assert witnesses.pair(opinion | {"votes_offered": None}) == (1, 0)


def test_alike_are_the_nearest_of_those_asked_about():
    others = np.array([[0, 0], [3, 4], [1, 0], [0, 1], [9, 9]], np.float16)
    found = witnesses.alike(np.zeros(2, np.float16), others, np.array([1, 3, 2]), most=2)
    assert found.tolist() == [3, 2]
