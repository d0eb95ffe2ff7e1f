"""Sentences that depend on the outcome: true for every result, silent where there is none."""

import copy
import functools
import gzip
import html
import inspect
import itertools
import json
import re
from collections import Counter
from operator import methodcaller
from pathlib import Path
from types import SimpleNamespace
from unittest import mock
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, spearmanr

from ambiguous_digits import (
    PROJECT,
    calibration,
    evaluation,
    findings,
    people,
    provenance,
    ranking,
    scores,
    stability,
)
from ambiguous_digits.article import literal
from ambiguous_digits.article.markup import markdown
from ambiguous_digits.findings import words

CURVE = {"accuracy": [0.8, 0.9], "val_accuracy": [0.9, 0.95]}
CURVE |= {"loss": [0.5, 0.3], "val_loss": [0.3, 0.2]}


def opinion(index: int, label: int, prediction: int, probs: list[float]) -> dict:
    told = {"index": index, "label": label, "prediction": prediction, "probs": probs}
    return told | {"verdict": "two ways"}


@pytest.fixture
def n() -> dict:
    """The numbers of a small run on MNIST-like digits of three classes."""
    return {
        "dataset": "mnist",
        "class_names": ["0", "1", "2"],
        "image_shape": [28, 28],
        "train_counts": [30, 20, 20],
        "test_counts": [4, 4, 2],
        "networks": 2,
        "parameters": {"seed": 0, "folds": 2, "repeats": 1, "epochs": 2},
        "seconds": 10.0,
        "first_network": {
            "accuracy": 0.9,
            "loss": 0.1,
            "mistakes": 1,
            "train_accuracy": 0.95,
            "train_loss": 0.05,
            "seconds": 5.0,
            "curves": CURVE,
        },
        "ensemble": {
            "accuracy": 1.0,
            "loss": 0.05,
            "mistakes": 0,
            "below_half": 0,
            "most_ambiguous": [opinion(7, 1, 1, [0.1, 0.6, 0.3])],
        },
        "unanimous_against_label": [3],
        "committee": {
            "low_confidence": {"digits": [{"index": 7}], "certain": None},
            "label_doubt": {"digits": [{"index": 3}, {"index": 5}], "certain": None},
        },
        "overall": [{"split": "test", "index": 7}],
        "leftover": [[0, 1, 0], [0.5, 0, 0], [0.25, 0.25, 0]],
        "definition_1": list(range(10)),
        "definition_1_confusions": [[4, 0, 0], [0, 4, 0], [0, 1, 1]],
        "definition_1_gallery": [opinion(8, 2, 1, [0.05, 0.5, 0.45])],
        "definition_2": [8],
        "definition_2_agreeing": [2],
        "test_accuracies": [0.9, 0.8],
        "judges": {},
        "verdicts": {"gallery": {"two ways": []}},
        "definition_2_gallery": [opinion(8, 2, 1, [0.05, 0.5, 0.45])],
        "digest": "d" * 64,
        "provenance": {"processors": ["a chip"], "data": "e" * 64},
    }


def mine(n: dict) -> dict:
    """The same numbers, of somebody's own pictures with names that are no Markdown."""
    return copy.deepcopy(n) | {"dataset": "mine", "class_names": ["*a*", "<b>", "c_d_e"]}


def test_small_counts_are_words_and_large_ones_have_commas():
    assert findings.count(1, "digit") == "one digit"
    assert findings.count(12, "digit") == "twelve digits"
    assert findings.count(13) == "13"
    assert findings.count(10_000, "digit") == "10,000 digits"
    assert findings.count(0, "digit") == "no digits"
    assert findings.count(0) == "none"


def test_percent_says_all_only_when_it_is_all():
    assert findings.percent(1) == "100\u00a0%"
    assert findings.percent(0.99996, 2) == "more than 99.99\u00a0%"
    assert findings.percent(0.9936, 2) == "99.36\u00a0%"


def test_a_listing_reads_like_a_sentence():
    assert findings.listing(["a"]) == "a"
    assert findings.listing(["a", "b"]) == "a and b"
    assert findings.listing(["a", "b", "c"]) == "a, b and c"


def test_looking_at_ten_thousand_digits_takes_almost_fourteen_hours(n):
    n["test_counts"] = [5000, 5000]
    assert "lay out 10,000. At five seconds each, the looking takes almost 14 hours," in (
        findings.looking(n)
    )


def test_looking_at_a_thousand_takes_minutes(n):
    n["test_counts"] = [500, 500]
    assert "more than 83 minutes." in findings.looking(n)


def test_looking_at_ten_takes_no_hours(n):
    assert "a coffee break will do" in findings.looking(n)


def test_the_answer_names_the_first_digit_and_whether_the_label_agrees(n):
    text = findings.answer(n)
    assert "We asked two neural networks to read 10 handwritten digits." in text
    assert "number 7: it was meant as a 1, and that is their best guess too, with 60" in text
    n["ensemble"]["most_ambiguous"] = [opinion(7, 2, 1, [0.3, 0.4, 0.3])]
    n["ensemble"]["below_half"] = 1
    text = findings.answer(n)
    assert "One left them so torn that no answer won even half of their belief." in text
    assert "it was meant as a 2, but their best guess, with 40\u00a0%, is a 1." in text


def test_an_eight_takes_the_other_article(n):
    n["class_names"] = ["0", "8", "2"]
    assert "meant as an 8" in findings.answer(n)


def test_one_network_is_not_spoken_of_as_many(n):
    n |= {"networks": 1, "test_accuracies": [0.9]}
    n["ensemble"]["below_half"] = 1
    assert "We asked one neural network" in findings.answer(n)
    assert "so torn that no answer won even half of its belief" in findings.answer(n)
    assert findings.network_or_digit(n) == ""
    assert findings.met_before(n) == ""
    assert "agree with each other" not in findings.labels_right(n)
    assert "vote" not in findings.result(n)


def test_only_the_sample_has_a_banner(n):
    assert findings.banner(n) == ""
    assert "5,000 digits" in findings.banner(n | {"dataset": "sample"})


def test_on_other_data_nothing_is_compared_with_the_write_up(n):
    for other in (mine(n), n | {"dataset": "sample"}):
        assert "write-up" not in findings.curves_caption(other)
        assert findings.observed_before(other) == ""
        assert findings.verdict_before(other) == ""
        assert findings.named_intro(other) == ""
        assert findings.named_reading(other) == ""
        assert "write-up" not in findings.measured_caption(other)
        assert "write-up" not in findings.beside(other)
        assert "The write-up" not in findings.measured(other)
    assert "The write-up" in findings.measured(n)


def test_pictures_that_are_no_digits_are_not_called_digits(n):
    n = mine(n)
    texts = [
        *(findings.title(n), findings.answer(n), findings.dataset(n), findings.looking(n)),
        *(findings.parts(n), findings.result(n), findings.curves(n), findings.beside(n)),
        *(findings.computers(n), findings.smallest(n), findings.why_many(n)),
        *(findings.larger_things(n), findings.housework(n), findings.curves_caption(n)),
        *(findings.two_kinds(n), findings.afterword(n), findings.backwards(n)),
        *(findings.way(n, np.ones(3) / 3), findings.leftover_caption(n), findings.data_source(n)),
        *(findings.leftover(n)[0], findings.unsure(n)[0], findings.two_tall_bars(n)),
        *(findings.sure_and_wrong(n), findings.labels_right(n), findings.out_of_sample(n)),
        *(findings.split(n), findings.kinds(n), findings.so_which(n), findings.reverse(n)),
        *(findings.met_before(n), findings.network_or_digit(n)),
        *(findings.measured_caption(n), findings.licence(n), findings.six(n)),
    ]
    assert not [text for text in texts if "digit" in text or "handwrit" in text]
    assert not [text for text in texts if re.search(r"\ba (3|4|6|four)\b", text)]
    assert "MNIST" not in " ".join(texts)


def test_names_that_look_like_markdown_stay_text(n):
    n["definition_1_confusions"] = [[4, 0, 0], [0, 4, 0], [0, 2, 0]]
    text, _ = findings.unsure(mine(n))
    assert r"c\_d\_e" in text
    assert "*a*" not in text


def test_equal_counts_are_called_equal(n):
    n["train_counts"], n["test_counts"] = [5, 5, 5], [1, 1, 1]
    assert "Every class has the same number of digits, 6." in findings.parts(n)


def test_the_largest_leak_is_named_and_pointed_at(n):
    text, cells = findings.leftover(n)
    assert "misplaces 2.0 digits' worth of belief among 10." in text
    assert (
        "Two classes lose more than half of theirs to one other: 0 to 1 and 1 to 0 (outlined)."
        in text
    )
    assert "The class that loses most is 0, 1.0 digits' worth, the largest part of it to 1." in text
    assert cells == [(0, 1), (1, 0)]
    n["leftover"] = [[0, 0.4, 0.4], [0.1, 0, 0.1], [0, 0, 0]]  # half is not more than half
    text, cells = findings.leftover(n)
    assert "more than half" not in text
    assert "outlined" not in text.lower() + findings.leftover_caption(n).lower()
    assert cells == []


def test_where_nothing_leaks_no_leak_is_named(n):
    n["leftover"] = np.zeros((3, 3)).tolist()
    assert findings.leftover(n) == (
        "Next to nothing does: no class loses even a tenth of one digit.",
        [],
    )


def test_the_heatmap_of_the_unsure_is_read_as_it_is(n):
    text, cells = findings.unsure(n)
    assert "still the strongest part: 9 of the 10 digits." in text
    assert "taken for" not in text  # a confusion that happens once is no pattern
    assert cells == []
    n["definition_1_confusions"] = [[4, 0, 0], [0, 4, 0], [0, 2, 1]]
    text, cells = findings.unsure(n)
    assert "most frequent is a true 2 taken for 1, twice in three (outlined)" in text
    assert cells == [(2, 1)]


def test_a_diagonal_that_is_not_strongest_is_not_called_so(n):
    n["definition_1_confusions"] = [[1, 3, 0], [3, 1, 0], [0, 0, 0]]
    text, cells = findings.unsure(n)
    assert "The network is right on 2 of these 8 digits, no majority." in text
    assert (
        "a true 0 taken for 1, three times in four; a true 1 taken for 0, three times in four"
    ) in text
    assert "No true 2 is among them; its row is left white." in text
    assert cells == [(0, 1), (1, 0)]


def test_no_confusion_at_all_is_not_told_as_one(n):
    n["definition_1_confusions"] = [[4, 0, 0], [0, 4, 0], [0, 0, 2]]
    text, cells = findings.unsure(n)
    assert "taken for" not in text
    assert cells == []


@pytest.mark.parametrize(
    ("sixes", "zeros", "told"),
    [
        (3, 0, "That holds here: three times the one, not once the other."),
        (
            0,
            1,
            "That is not to be seen here: not once the one, once the other. Too few to argue over.",
        ),
        (0, 0, "That is not to be seen here: not once the one, not once the other."),
        (1, 3, "Here it happens both ways: once the one, three times the other."),
        (1, 1, "Here it happens both ways: once each. Too few to argue over."),
    ],
)
def test_the_confusions_of_the_write_up_are_checked_not_repeated(n, sixes, zeros, told):
    matrix = np.zeros((10, 10), int)
    matrix[0, 6], matrix[6, 0], matrix[2, 7] = sixes, zeros, 1
    text = findings.observed_before(n | {"definition_1_confusions": matrix.tolist()})
    assert text.endswith(told)
    assert "a true 2 is taken for 7 once, a true 7 for 2 not once" in text


def test_a_network_without_mistakes_has_no_second_gallery(n):
    n["definition_2"], n["definition_2_gallery"] = [], []
    n["first_network"]["mistakes"] = 0
    assert "nothing is left: the first network makes no mistake" in findings.reverse(n)
    assert "#fig-definition-2" not in findings.reverse(n)
    assert findings.sure_and_wrong(n) == ""


def test_a_committee_that_is_worse_is_said_to_be_worse(n):
    n["first_network"]["mistakes"], n["ensemble"]["mistakes"] = 3, 5
    assert "they make five mistakes, two more" in findings.result(n)
    n["ensemble"]["mistakes"] = 3
    assert "just as many" in findings.result(n)


def test_a_result_behind_the_write_up_is_said_to_be_behind(n):
    assert "behind, by 9.26 points. That is no more than luck can do" in findings.beside(n)
    n["first_network"]["accuracy"], n["test_accuracies"] = 0.996, [0.996, 0.995]
    assert (
        "In accuracy our first network is ahead, by 0.34 points. Its loss is 251\u00a0% higher."
        in findings.beside(n)
    )
    n["first_network"]["accuracy"] = 0.9926
    assert "level with it" in findings.beside(n)


def test_mistakes_that_all_networks_make_are_told_from_those_of_one(n):
    assert findings.network_or_digit(n).endswith("? Both networks make the very same mistake.")
    n["definition_2_agreeing"] = [1]
    assert "There is no mistake that both networks make. They do not agree on number 8 (one of" in (
        findings.network_or_digit(n)
    )
    n["definition_2_agreeing"] = [2, 2, 1]
    n["definition_2_gallery"] = [opinion(i, 2, 1, [0.05, 0.5, 0.45]) for i in (7, 8, 9)]
    text = findings.network_or_digit(n)
    assert "Both networks make the very same mistake on two of the three." in text
    assert "They do not agree on number 9 (one of two makes it)." in text


def test_digits_met_at_the_top_of_the_page_are_recognised(n):
    n["ensemble"]["most_ambiguous"] = [opinion(8, 2, 2, [0.1, 0.4, 0.5])]
    text = findings.met_before(n)
    assert "The one in [](#fig-answer)" in text
    assert "reads 8 as a 1, not a 2." in text


def test_a_held_out_loss_that_creeps_up_is_told(n):
    curves = CURVE | {"loss": [0.5, 0.1, 0.05], "val_loss": [0.4, 0.2, 0.3]}
    n["first_network"]["curves"] = curves
    text = findings.curves(n)
    assert "lowest after pass 2" in text
    assert "Oddly, before pass 2 it does better" in text


def test_every_named_digit_has_a_remark():
    assert list(findings.REMARKS) == ranking.NAMED


def test_named_digits_on_neither_list_are_said_to_be_plain(n):
    place = {"index": 1182, "label": 6, "prediction": 6, "probs": [0.99], "rank": 500}
    n["named"] = [place | {"mistake": None, "votes": [0, 0, 2]}]
    assert "1182 is on neither list" in findings.named_reading(n)
    assert findings.named_note(n, n["named"][0]).endswith(
        "Least sure: rank\u00a0500  \nVotes: all for\u00a02"
    )


def test_plain_text_has_no_markdown():
    assert findings.plain(r"a **bold** c\_d") == "a bold c_d"


def test_the_stop_of_the_glass_is_added_up_from_the_numbers_that_are_shown(n):
    kernel = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    window = np.uint8([[0, 0, 230], [25, 0, 255], [0, 0, 255]])  # 0.9; 0.1 and 1; 1
    text = findings.step(window, kernel)
    assert "add up to 2.8." in text
    assert "The most that this kernel can give is 3" in text
    assert "a loud yes" in text


@pytest.mark.parametrize(
    ("edges", "told"),
    [
        (0, "None of the 32 has become a plain edge finder"),
        (1, "Yet one of the 32 kernels has become an edge finder like ours"),
        (16, "Yet 16 of the 32 kernels have become edge finders like ours"),
    ],
)
def test_the_learned_edge_finders_are_counted(n, edges, told):
    n["first_network"] |= {"edge_kernels": edges, "kernels": 32}
    assert told in findings.learned(n)


def test_the_layer_that_holds_most_parameters_is_named(n):
    n["layers"] = [("first_convolution", "2 × 2 × 3", 320), ("dense", "256", 400_000)]
    assert "Of the 400,320 parameters 400,000 sit in the first dense layer." in (
        findings.largest_layer(n)
    )
    n["layers"] = [("second_convolution", "2 × 2 × 3", 320), ("dense", "256", 100)]
    assert "dense" not in findings.largest_layer(n)


def test_one_pass_is_not_told_as_a_climb(n):
    n["first_network"]["curves"] = {name: [values[0]] for name, values in CURVE.items()}
    assert findings.curves(n) == (
        "After its one pass it gets 90.0\u00a0% of the held-out digits right."
    )


@pytest.mark.parametrize(
    ("each", "many"),
    [(6000, "thousands of ways"), (400, "hundreds of ways"), (30, "dozens of ways"), (5, "many ")],
)
def test_the_examples_of_a_class_are_not_exaggerated(n, each, many):
    n["train_counts"] = [each, each + 1, 9999]
    assert f"It must see {many}" in findings.why_many(n)


def test_a_share_is_told_as_one_would_say_it():
    told = [findings.share(part, 12) for part in (0, 3, 12)]
    assert told == ["none of the twelve", "three of the twelve", "all twelve"]
    assert [findings.share(1, 1), findings.share(2, 2)] == ["the one", "both"]


def test_several_empty_rows_are_listed_with_or(n):
    n["definition_1_confusions"] = [[4, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert "No true 1 or 2 is among them; their rows are left white." in findings.unsure(n)[0]


@pytest.mark.parametrize(
    ("number", "place"),
    [
        *((2, "second"), (4, "fourth"), (12, "twelfth"), (13, "13th"), (21, "21st")),
        *((22, "22nd"), (103, "103rd"), (111, "111th"), (112, "112th")),
    ],
)
def test_a_place_is_a_word_and_from_13_on_a_figure(number, place):
    assert words.ordinal(number) == place


def test_a_number_takes_the_article_that_one_hears():
    told = [words.article(name) for name in ("1", "7", "8", "10", "11", "18", "80", "81", "Bag")]
    assert told == ["a 1", "a 7", "an 8", "a 10", "an 11", "an 18", "an 80", "an 81", "“Bag”"]


def test_a_label_that_comes_late_is_given_its_place(n):
    n["class_names"], n["ensemble"]["below_half"] = ["0", "1", "2", "3"], 2
    n["ensemble"]["most_ambiguous"] = [opinion(7, 2, 1, [0.3, 0.4, 0.1, 0.2])]
    assert "The worst is number 7: it was meant as a 2, but their best guess, with 40" in (
        findings.answer(n)
    )
    assert findings.answer(n).endswith("is a 1; the 2 comes fourth.")
    n["ensemble"]["most_ambiguous"] = [opinion(7, 0, 1, [0.3, 0.4, 0.1, 0.2])]
    assert findings.answer(n).endswith("is a 1.")  # the second place goes without saying


def test_less_than_half_is_not_rounded_to_half(n):
    n["ensemble"]["most_ambiguous"] = [opinion(7, 1, 1, [0.3, 0.498, 0.202])]
    n["ensemble"]["below_half"] = 1
    assert findings.answer(n).endswith(
        "even half of their belief. That is number 7: it was meant as a 1, and that is their best "
        "guess too, with almost 50\u00a0%."
    )


def test_a_heap_is_praised_only_where_it_is_small(n):
    assert findings.heap(n).endswith(
        "The fewer the digits, the less looking they spare: here the two lists together hold 10 of "
        "the 10."
    )
    n["test_counts"], n["definition_1"] = [400, 400, 200], list(range(100))
    n["definition_2"] = [99]
    assert "make 100 of the 1,000 digits: at five seconds each, eight minutes" in findings.heap(n)
    n["definition_2"] = [100]
    assert "here the two lists together hold 101 of the 1,000." in findings.heap(n)


def test_the_answer_depends_on_what_is_asked(n):
    assert n["networks"] == 2
    six = [opinion(7, 1, 1, [0.1, 0.5, 0.4])]
    n["ensemble"]["most_ambiguous"] = six
    start = (
        "So which digit is the most ambiguous? Say first what you mean. Our first network "
        "hesitates most over number 0, and is most boldly wrong on number 8. Both networks "
        "together are least sure of number 7"
    )
    short = "\n\nThere is no single answer, but there is a short list."
    assert findings.so_which(n) == f"{start}.{short}"
    six[0]["verdict"] = "clear"
    assert findings.so_which(n) == f"{start}.{short}"
    six[0]["verdict"] = "no digit"
    n["verdicts"]["gallery"]["two ways"] = [opinion(9, 0, 0, [0.48, 0.05, 0.47])]
    waver = ", but they waver between more than two readings. If it is to be a question of just two"
    torn = ", take number 9: a 0 or a 2 ([](#fig-verdict-two-ways))."
    assert findings.so_which(n) == f"{start}{waver}{torn}{short}"
    n["verdicts"]["gallery"]["two ways"][0]["probs"] = [0.5, 0, 0.5]  # not the same one twice
    assert "a 0 or a 2 (" in findings.so_which(n).replace("a 2 or a 0", "a 0 or a 2")
    n["overall"] = [{"split": "train", "index": 0}]
    trained = " And if the training digits may compete, training digit 0 leads them all."
    assert trained + short in findings.so_which(n)


def test_for_once_all_agree(n):
    n["definition_2"], n["ensemble"]["most_ambiguous"] = [0], [opinion(0, 1, 0, [0.4, 0.3, 0.3])]
    assert findings.so_which(n).endswith(
        "least sure again of number 0. For once, that is a single answer."
    )
    n["overall"] = [{"split": "train", "index": 0}]  # another 0
    assert "no single answer" in findings.so_which(n)
    n["overall"] = [{"split": "test", "index": 0}]
    n["verdicts"]["gallery"]["two ways"] = [opinion(1, 0, 0, [0.48, 0.05, 0.47])]
    assert "no single answer" in findings.so_which(n)


@pytest.mark.parametrize(
    ("certain", "told"),
    [
        (None, ""),
        (0, " Of its first twelve names none is certain of a place ([](#fig-ranks))."),
        (1, " Of its first twelve names one is all but certain of a place ([](#fig-ranks))."),
        (3, " Of its first twelve names three are all but certain of a place ([](#fig-ranks))."),
        (12, " All of its first twelve names are all but certain of a place ([](#fig-ranks))."),
    ],
)
def test_the_sure_names_are_counted_once_more(n, certain, told):
    n["committee"]["low_confidence"]["certain"], n["test_counts"] = certain, [200, 100, 99]
    assert findings.so_which(n).endswith("but there is a short list.")
    n["test_counts"] = [200, 100, 100]
    assert findings.so_which(n).endswith(f"but there is a short list.{told}")


@pytest.mark.parametrize(
    ("against", "told"),
    [
        ([3], "not with the label; [](#fig-doubted) has it."),
        ([4], "not with the label."),
        ([4, 6], "not with the label."),
        ([4, 5], "not with the label; one of the two of [](#fig-doubted) is among them."),
        ([3, 4, 5], "not with the label; both of [](#fig-doubted) are among them."),
    ],
)
def test_the_labels_in_doubt_are_pointed_at(n, against, told):
    n["unanimous_against_label"] = against
    assert f"{told} [](#fig-suspects) has the training digits" in findings.labels_right(n)


def test_a_digit_on_which_heads_and_beliefs_differ_is_named(n):
    n["networks"], probs = 3, [0.45, 0.44, 0.11]
    n["ensemble"]["most_ambiguous"] = [opinion(1182, 1, 0, probs)]
    n["named"] = [opinion(1182, 1, 1, probs) | {"rank": 1, "mistake": None, "votes": [1, 2, 0]}]
    assert findings.named_reading(n).endswith(
        "\n\nOn number 1182 it matters how one asks. Count heads, and two of three networks say 1. "
        "Average their beliefs, and 0 is ahead, 45.0\u00a0% to 44.0\u00a0%."
    )
    probs[:] = [0.4502, 0.4498, 0.1]
    assert "0 is ahead by a hair, 45.0\u00a0% to 45.0\u00a0%." in findings.named_reading(n)
    for votes in ([2, 1, 0], [0, 1, 1]):  # heads say the same; heads say nothing
        n["named"][0]["votes"] = votes
        assert "heads" not in findings.named_reading(n)


def test_a_network_that_sees_one_reading_is_said_to_see_one(n):
    n["named"] = [opinion(index, 1, 1, [0.05, 0.91, 0.04]) for index in findings.REMARKS]
    assert "91.0\u00a0%. On these three, where he sees two" in findings.kinds(n)
    n["named"][-3]["probs"] = [0.1, 0.89, 0.01]  # 3422
    assert findings.kinds(n).endswith("91.0\u00a0% and 89.0\u00a0%.")


def test_a_single_mistake_is_spoken_of_as_one(n):
    assert findings.reverse(n).endswith("[](#fig-definition-2) has the one that is left.")
    n["test_counts"] = [40, 40, 20]
    assert findings.sure_and_wrong(n) == (
        "The one mistake is number 8: a 1, says the network, with 50.0\u00a0%; it was meant as "
        "a 2.\n\nThe network makes no other. This one is also among the 10 digits it is least sure "
        "of."
    )
    n["definition_2"] = [11]
    assert findings.sure_and_wrong(n).endswith(
        "This one is not among the 10 digits it is least sure of. There the network hesitates less "
        "than on nine digits that it gets right. Whoever stops at the 10 least sure will miss it."
    )


def test_that_mistakes_are_on_a_list_of_everything_is_not_said(n):
    assert findings.sure_and_wrong(n).endswith("The network makes no other.")


def test_of_no_mistakes_there_are_not_just_as_many(n):
    n["first_network"]["mistakes"] = 0
    assert "they make no mistakes either." in findings.result(n)


def test_two_networks_are_spoken_of_as_two(n):
    assert findings.split(n).endswith("The other has its say later, as a second opinion.")
    assert findings.measured(n).columns[-1] == "Both together"
    n["networks"], n["parameters"]["repeats"] = 4, 2
    assert "split into two parts, twice over." in findings.split(n)
    assert findings.split(n).endswith("The others have their say later, as second opinions.")
    assert findings.measured(n).columns[-1] == "All four together"


def test_a_result_that_is_level_needs_no_luck(n):
    n["first_network"] |= {"accuracy": 0.9926, "loss": 0.0286}
    assert findings.beside(n).startswith(
        "In accuracy our first network is level with it. Its loss is the same. The layers"
    )


def test_where_all_kernels_find_edges_there_is_no_rest(n):
    n["first_network"] |= {"edge_kernels": 32, "kernels": 32}
    assert "rest" not in findings.learned(n)
    n["first_network"]["edge_kernels"] = 31
    assert findings.learned(n).endswith("What the rest ask for has no simple name.")


def test_of_two_classes_all_belief_goes_to_the_other(n):
    n["class_names"], n["leftover"] = ["0", "1"], [[0, 2], [1500, 0]]
    assert findings.leftover(n)[0].endswith(
        "1,502.0 digits' worth of belief among 10. The class that loses most is 1, 1,500.0 digits' "
        "worth, all of it to 0."
    )


def test_a_leak_is_named_however_small_its_class(n):
    n["leftover"] = [[0, 0.4, 0.6], [1e-15, 0, 0], [0.5, 0.5, 0]]
    assert (
        "Two classes lose more than half of theirs to one other: 0 to 2 and 1 to 0 ("
        in (findings.leftover(n)[0])
    )


def test_blank_paper_has_no_edge():
    kernel = np.array([[-1.0, 0, 1]] * 3)
    assert findings.step(np.zeros((3, 3), np.uint8), kernel).endswith(
        "So the answer is no: there is no left edge here, nor anywhere else."
    )
    faint, clear = (np.uint8([[0, 0, ink]] * 3) for ink in (51, 128))
    assert "add up to 0.6." in findings.step(faint, kernel)
    assert "So the answer is a faint yes: here is the left edge" in findings.step(faint, kernel)
    assert "So the answer is yes: here is the left edge" in findings.step(clear, kernel)
    level = np.uint8([[52, 52, 0], [52, 52, 78], [52, 78, 78]])  # adds up to -5.6e-17
    assert "add up to 0." in findings.step(level, kernel)


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        (23, "Here are 23 to look at: at five seconds each, a coffee break will do."),
        (24, "takes 2 minutes."),
        (1200, "takes 100 minutes."),
        (1201, "takes almost 2 hours."),
        (2881, "takes more than 4 hours, without a break, without a blink."),
    ],
)
def test_the_looking_is_told_in_its_own_unit(n, tests, told):
    n["test_counts"] = [tests - 1, 1]
    assert findings.looking(n).endswith(told)


def test_few_classes_are_listed_and_many_are_not(n):
    n["class_names"] = ["0", "1", "2", "3"]
    assert "one of the four classes, 0, 1, 2 and 3.]" in findings.smallest(n)
    n["class_names"].append("4")
    assert "one of the five classes, 0 to 4.]" in findings.smallest(n)


def test_a_name_that_looks_like_markdown_is_plain_again():
    name = r"*a* [b](c) \d _e_"
    assert findings.plain(f"**{literal(name)}**") == name


def test_classes_of_the_same_size_are_named_together(n):
    assert "from 22 digits (2) to 34 (0)." in findings.parts(n)
    n["test_counts"] = [4, 14, 4]
    assert "from 24 digits (1 and 2) to 34 (0)." not in findings.parts(n)
    assert "from 24 digits (2) to 34 (0 and 1)." in findings.parts(n)


def test_a_row_without_belief_does_not_add_up_to_100_percent(n):
    assert "Each row adds up to 100 percent; blank" in findings.leftover_caption(n)
    n["leftover"][2] = [0, 0, 0]
    assert "Each row adds up to 100 percent, or says none; blank" in findings.leftover_caption(n)


# Any result: random committees, from undecided to certain, and what the article says of them.

NAMES = ("Ankle boot", "T-shirt/top", "O'Neil", "*a*", "<b>", "1. [x](y)", "c_d_e", "Bag")
NAMES += ("`i`", "8 ball", "~j~", "back\\slash")


def cells(name: str) -> list[str]:
    """The code of a notebook, cell by cell."""
    notebook = json.loads((PROJECT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


DEFINED = itertools.dropwhile(lambda cell: "table = " not in cell, cells("2-rank"))
VERSIONS = ("python", "system", *provenance.PACKAGES)
LINES = [line for line in "\n".join(DEFINED).splitlines() if not line.startswith("from ")]
COUNT = compile("\n".join(LINES), "2-rank", "exec")
TOOLS = {"json": json, "np": np, "pd": pd, "evaluation": evaluation, "ranking": ranking}
TOOLS |= {"calibration": calibration, "scores": scores, "stability": stability}
TOOLS |= {"people": people, "spearmanr": spearmanr, "display": lambda _: None}
BLENDS, SPOILT = ["mean_blends", "max_blends"], ["shuffled_patches", "spectrum_noise"]
ASKED = ("mnist_mturk.json", "qmnist-train-labels.tsv.gz", "qmnist-test-labels.tsv.gz")


DRAWS = 200
RESAMPLED = (people.clustered_rate, people.clustered_difference, evaluation.auroc_interval)


def quick_auroc(score: np.ndarray, positive: np.ndarray) -> float:
    """How often a positive comes first, by the ranks."""
    many, few = len(score), int(positive.sum())
    wins = rankdata(score)[positive].sum() - few * (few + 1) / 2
    return float(wins / few / (many - few)) if 0 < few < many else np.nan


def random_plants(rng: np.random.Generator, networks: int, classes: int) -> dict[str, np.ndarray]:
    """What was planted, and what the networks said of it: from not a word to nearly the truth."""
    kinds = rng.choice([0, 1, 1, 1]) * BLENDS + SPOILT
    count, plants = int(rng.choice([1, 3, 12, 120])), {"kinds": np.array(kinds)}
    for use in ("chosen", "reported"):
        for kind in kinds:
            said = rng.normal(size=(count, classes)) * rng.choice([0, 1, 4])
            said = said + rng.choice([0, 0.3, 3]) * rng.normal(size=(networks, count, classes))
            labels, rows = rng.integers(classes, size=count), np.arange(count)
            others = (labels + rng.integers(1, classes, count)) % classes
            for seen in (labels, others)[: rng.choice([0, 1, 2])]:
                said[:, rows, seen] += rng.choice([2, 6])
            others = others if kind in BLENDS else np.full(count, -1)
            found = {"logits": said, "labels": labels, "others": others}
            plants |= {f"{use}_{kind}_{name}": values for name, values in found.items()}
        wrong = np.sort(rng.choice(90, rng.choice([1, 2, 40]), replace=False))
        plants |= {f"{use}_wrong_index": wrong, f"{use}_wrong_labels": (wrong + 1) % classes}
    return plants


def random_supreme(rng: np.random.Generator, logits: np.ndarray) -> dict[str, np.ndarray]:
    """What the networks say of what they drew, from anything to the class that was asked for."""
    networks, classes = max(2, len(logits)), logits.shape[2]
    said = rng.normal(size=(networks, min(3, networks) + 1, classes, classes))
    said[..., range(classes), range(classes)] += rng.choice([0, 3, 9, 40])
    return {"logits": said, "surest": logits.mean(axis=0).argmax(axis=0)}


def random_files(
    rng: np.random.Generator, train_labels: np.ndarray, labels: np.ndarray
) -> dict[str, bytes]:
    """How people voted, and who wrote what; both, one of them, or neither."""
    rivals, digits = (labels + rng.integers(1, 10, len(labels))) % 10, []
    picked = rng.permutation(len(labels))[: rng.choice([20, 100])]
    shares = rng.dirichlet(rng.choice([0.3, 1, 5]) * np.array([3, 1, 1]), len(picked))
    for place, (index, share) in enumerate(zip(picked.tolist(), shares, strict=True)):
        votes = [[5, 0, 0], [4, 0, 1], [2, 3, 0]][place] if place < 3 else rng.multinomial(5, share)
        digit = {"id": index, "given_original_label": int(labels[index])}
        digit["our_guessed_label"] = int((labels if place == 9 else rivals)[index])
        digit["mturk"] = dict(zip(("given", "guessed", "neither"), map(int, votes), strict=True))
        digits.append(digit)
    contents = {ASKED[0]: json.dumps(digits).encode()}
    most = rng.choice([2, 30, 500])
    for name, part, start in zip(ASKED[1:], (train_labels, labels), (0, 1000), strict=True):
        writer = start + np.sort(rng.integers(most, size=len(part)))
        writer[:2] = start, start + 1
        rows = [f"{k}\t{4 * (w % 2)}\t{w}\n" for k, w in zip(part, writer, strict=True)]
        contents[name] = gzip.compress("".join(rows).encode(), compresslevel=1)
    shown = [ASKED, ASKED, ASKED[:1], ASKED[1:], ()][rng.integers(5)]
    return {name: contents[name] for name in shown}


def committee(seed: int) -> tuple[dict, np.ndarray, np.ndarray]:
    """A random result: the numbers that 2-rank makes of it, the probabilities, the labels."""
    return (result := whole_result(seed)).n, result.test, result.labels


@functools.cache
def whole_result(seed: int) -> SimpleNamespace:
    """The same, and what was said of the training digits."""
    rng = np.random.default_rng(seed)
    name = "mnist" if seed % 10 == 0 else rng.choice(["sample", "mine"])
    classes = rng.integers(2, 13) if name == "mine" else 10
    folds, repeats = rng.choice([(1, 1), (2, 1), (3, 1), (5, 1), (2, 2), (2, 3)]).tolist()
    epochs = int(rng.choice([1, 2, 6]))
    size = 10_000 if name == "mnist" else int(3 * 400 ** rng.random())
    logits = rng.normal(size=(size, classes))
    logits = logits + rng.choice([0, 0.2, 1, 9]) * rng.normal(size=(folds * repeats, size, classes))
    logits *= 10 ** rng.uniform(-2, 0.8) / logits.std()
    logits[..., : rng.choice([0, 0, classes // 2])] -= 20  # classes that are never predicted
    if name == "mnist":
        logits[:, ranking.NAMED] *= rng.choice([0.01, 0.3, 1])
    held_out = rng.choice([0.1, 1, 5]) * rng.normal(size=(repeats, 90, classes))
    test, train = scores.softmax(logits), scores.softmax(held_out)
    labels, order = test[0].argmax(axis=1), rng.permutation(size)
    order = order if rng.random() < 0.5 else test[0].max(axis=1).argsort()
    wrong = order[: rng.choice([0, 1, 2, size // 3, size])]
    labels[wrong] = (labels[wrong] + rng.integers(1, classes, len(wrong))) % classes

    class_names = [str(k) for k in range(classes)]
    if name == "mine" and rng.random() < 0.7:
        class_names = NAMES[:classes]
    parts = {"name": name, "class_names": class_names, "digest": "e" * 64, "test_labels": labels}
    parts |= {"test_images": np.zeros((size, 28, 28)), "train_labels": np.arange(90) % classes}
    curves = {key: rng.random(epochs).tolist() for key in CURVE}
    member = SimpleNamespace(seconds=rng.exponential(9), curves=curves, processor="a chip")
    member.held_out, member.held_out_logits = np.arange(90 // folds), held_out[0, : 90 // folds]
    noise = rng.choice([0, 1, 9]) * rng.random((3, 3, 32))
    layers = [("first_convolution", "26 × 26 × 32", 320), ("dense", "256", int(rng.integers(999)))]
    explain = {"layers": json.dumps(layers), "kernels": noise + np.array([[[-1], [0], [1]]])}
    explain |= {"train_accuracy": rng.random(), "train_loss": rng.exponential()}
    explain |= {"learned_doubted": rng.random(60) < rng.random()}
    rng = np.random.default_rng([seed, 1])
    arrays = {"explain.npz": explain, "planted.npz": random_plants(rng, len(test), classes)}
    arrays |= {"supreme.npz": random_supreme(rng, logits)}
    files = random_files(rng, parts["train_labels"], labels) if name == "mnist" else {}
    results = MagicMock(digest=lambda _: "d" * 64, read_arrays=lambda path, _: arrays[path.name])
    told = {"processors": ["a chip"], "precision": "float32", "threads_per_network": 1}
    about = SimpleNamespace(describe=lambda _: dict.fromkeys(VERSIONS, "1.0") | told)
    known = {"digits": SimpleNamespace(**parts), "labels": labels, "test": test, "train": train}
    known |= {"names": parts["class_names"], "committee": test.mean(axis=0), "OPTIONAL": ASKED}

    known |= {
        "logits": logits,
        "held_out": held_out,
        "first": test[0],
        "networks": [member] * len(test),
        "folds": folds,
    }
    known |= {"load_optional": lambda name, *_: files.get(name)}
    known |= {
        "run": MagicMock(key={}, epochs=epochs, folder=Path()),
        "repeats": repeats,
        "seed": seed,
    }
    known |= {"results": results, "provenance": about, "figures": MagicMock()}
    quick = mock.patch.dict(stability.curve.__kwdefaults__, pairs=3)
    few = [mock.patch.dict(f.__kwdefaults__, draws=DRAWS) for f in RESAMPLED]
    fewer = mock.patch.dict(stability.rank_intervals.__kwdefaults__, resamples=20)
    areas = mock.patch.object(evaluation, "auroc", quick_auroc)  # the checks take longer
    with quick, fewer, areas, few[0], few[1], few[2]:
        exec(COUNT, TOOLS | known)
    numbers = results.write_json.call_args.args[1]
    known["n"] = json.loads(json.dumps(numbers, default=methodcaller("tolist")))
    known |= {"train_labels": parts["train_labels"], "learned": explain["learned_doubted"]}
    known |= {"planted": arrays["planted.npz"], "supreme": arrays["supreme.npz"], "files": files}
    return SimpleNamespace(**known)


SEEDS = range(100)
FRAGMENTS = {"judge", "held_out_judge", "thing"}
NO_TEXTS = {"tests", "compares", "drawn", "marked"}
NO_TEXTS |= {"overlap_curves", "rate_names", "rates", "reliability"}
NO_TEXTS |= {"agreement_order", "judges", "planted_kinds", "shown_verdicts", "writers_rates"}
HALF = ("luck", "places", "doubted", "torn", "everything", "suspects", "calibrated")
HALF += ("contest", "outcome", "purposes", "verdicts", "wish", "writers", "supreme")
TABLES = ("layers", "measured", "provenance", "contest_table", "verdicts_table")
TABLES += ("named_verdicts", "votes_table", "writers_table")
LISTS = ("planted_names", "score_names", "supreme_names", "writers_names")
FRAGMENTS |= {*TABLES, *LISTS}
FROM_WRITERS = {"writers_alt", "writers_names", "writers_table"}
FROM_WRITERS |= {"writers_caption", "writers_table_caption"}
FROM_HANDS = {"same_hand_alt", "same_hand_caption"}
FROM_VOTES = {"votes_table", "votes_caption"}
SECOND_HALF = {
    name
    for name, function in inspect.getmembers(findings, inspect.isfunction)
    if function.__module__.rpartition(".")[2] in HALF
} | {"out_of_sample"}


def judged(n: dict) -> list[dict]:
    """The digits of the committee's own two lists."""
    return [digit for found in n["committee"].values() for digit in found["digits"]]


@functools.cache
def said(seed: int) -> dict[str, str]:
    """All that the article says of a committee, by the function that says it."""
    n, texts = committee(seed)[0], {}
    for name, function in inspect.getmembers(findings, inspect.isfunction):
        hidden = name in ("places", "ranks_caption", "ranks_alt") and not findings.drawn(n)
        hidden |= name in FROM_WRITERS and "writers" not in n
        hidden |= name in FROM_HANDS and not n.get("writers", {}).get("same_hand")
        hidden |= name in FROM_VOTES and not n["judges"]
        hidden |= name == "named_verdicts" and n["dataset"] != "mnist"
        alone = name in SECOND_HALF and n["networks"] == 1  # which cannot be: folds are two or more
        if [*inspect.signature(function).parameters] == ["n"] and not (
            hidden or alone or name in NO_TEXTS
        ):
            texts[name] = function(n)
    probs = np.array(n["definition_1_gallery"][0]["probs"])
    texts |= {"way": findings.way(n, probs), "way_alt": findings.way_alt(n, probs)}
    texts |= {f"note {d['index']}": findings.named_note(n, d) for d in n.get("named", [])}
    texts |= {"unsure": texts["unsure"][0], "leftover": texts["leftover"][0]}
    texts |= {"alt": findings.plain(texts["unsure"]), "provenance": findings.provenance(n, "abc")}
    for name in set(TABLES) & set(texts):
        texts[name] = "\n".join(map(str, [*texts[name], *texts[name].to_numpy().flat]))
        texts[name] = re.sub(r"-(\d\.\d)", r"−\1", texts[name])
    texts |= {name: "\n".join(texts[name]) for name in set(LISTS) & set(texts)}
    texts |= {f"rank {d['index']}": findings.rank_note(d) for d in judged(n)}
    texts |= {f"part {d['index']}": findings.everything_note(n, d) for d in n["overall"]}
    if n["networks"] > 1:
        texts |= shown_with_judges(n)
    unsaid = {"named_caption"} if n["dataset"] != "mnist" else set()
    unsaid |= {"split"} if n["networks"] == 1 else set()
    return {name: text for name, text in texts.items() if text and name not in unsaid}


def shown_with_judges(n: dict) -> dict[str, str]:
    """What is said of single digits where the judges are told."""
    texts = {}
    for name in findings.shown_verdicts(n):
        texts[f"gallery {name}"] = findings.verdict_caption(n, name)
        for digit in n["verdicts"]["gallery"][name]:
            texts[f"note {name} {digit['index']}"] = findings.verdict_note(n, name, digit)
    for hand in n.get("writers", {}).get("same_hand", []):
        title, groups = findings.same_hand_titles(n, hand)
        texts[f"note hand {hand['index']}"] = "\n".join([title, *groups])
    return texts


def harmless(seed: int) -> dict[str, str]:
    """The same, with one plain name in the place of all class names that are words."""
    strange = [name for name in committee(seed)[0]["class_names"] if not name.isdecimal()]
    pattern = "|".join(re.escape(form) for name in strange for form in (literal(name), name))
    return {name: re.sub(pattern or "$^", "Bag", text) for name, text in said(seed).items()}


WORD = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
NOUN = "(?:(?:test|training|neural) )?(?:digit|picture|network|mistake|minute|opinion|kernel)"
FAULTS = {
    "is no number": r"\b(nan|None(?! of)|inf)\b|(?<![\w–])-\d",
    "is spaced badly": r"[^ ]  (?!\n)|\s[.,;:?!)]|\( |^ | $",
    "is stopped badly": r"[.,;:?][.,;:?]|[a-z\d.](?!LU|Cun|Seq)[A-Z]|[.?] [a-z]|[^.]\^\["
    r"|[\w%] (?:The|That|This|Its?|On|Both|Dotted|Average|Alone|Here|Black|Green|Even)\b",
    "says it twice": r"\b([a-z]+) \1\b",
    "has many of one": rf"(?<![.,\d])\b(1|one|an?|each|every) {NOUN}s\b|\bone class(es| lose )",
    "has one of many": rf"(?<![.,#-])\b({WORD}|[2-9]|[1-9]\d+) {NOUN}\b|\btwo class(?!es)",
    "has a verb for many": r"\b(one|other|it) (are|were|have|make)\b|\bone of \w+ make\b",
    "has a verb for one": rf"(?<!ne of )(?<!ne of the )(?<!ne of the first )\b({WORD}) "
    r"(is|was|has|makes)\b|\d\d is also\b",
    "counts strangely": r"\b((of|all|both) (the )?one (?!pict|digit|hand)|(all|both) two\b)"
    r"|\b(one|1) times\b|\bonly (none|no|all)\b|\bOnly twelve\b|\btwelve of the (first )?twelve\b",
    "counts what is not there": r"\bnone (more|fewer)|\bon none [^o]|\bno \w+, (just|none)",
    "has the wrong article": r"\ba (8|11\b|18\b)|\ban (?!8|11\b|18\b)\d|\b(the|supreme) an? ",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_text_about_any_result(fault):
    found = [
        f"{seed} {name}: {match[0]!r} in {text}"
        for seed in SEEDS
        for name, text in harmless(seed).items()
        if (match := re.search(FAULTS[fault], text))
    ]
    assert found == []


def test_every_paragraph_is_whole():
    whole = r"(### |> |- |\*\*?)?([A-Z\d]|\[\]\(#(fig|tab)).*"
    whole += r"([.?:]|\.\*\*|\.\)|\.\^\[\*?[A-Z].*\.\])"
    for seed in SEEDS:
        for name, text in harmless(seed).items():
            pairs = [text.count(left) == text.count(right) for left, right in ("()", "[]", "“”")]
            assert all(pairs), (seed, name, text)
            assert text.count("*") % 2 == text.count("`") % 2 == 0, (seed, name, text)
            if name not in FRAGMENTS and not re.match("note|rank |part |.*_title", name):
                for paragraph in re.split(r"\n\n|\n(?=\d\. |- )", text.strip()):
                    assert re.fullmatch(whole, paragraph), (seed, name, paragraph)


def test_only_what_the_article_shows_is_pointed_at():
    exhibits = set()
    for cell in cells("3-article"):
        if shown := re.search(r'\bname="([\w-]+)"', cell):
            exhibits.add(f"#{'tab' if 'table(' in cell else 'fig'}-{shown[1]}")
    assert 'name=f"verdict-{verdict' in "".join(cells("3-article"))
    for seed in SEEDS:
        n = committee(seed)[0]
        hidden = {"#fig-definition-2"} if not n["definition_2"] else set()
        hidden |= {"#fig-named"} if n["dataset"] != "mnist" else set()
        hidden |= {"#fig-ranks"} if not findings.drawn(n) else set()
        hidden |= {"#tab-named-verdicts"} if n["dataset"] != "mnist" else set()
        hidden |= {"#tab-votes"} if not n["judges"] else set()
        hidden |= {"#fig-writers", "#tab-writers"} if "writers" not in n else set()
        hidden |= {"#fig-hands"} if not n.get("writers", {}).get("same_hand") else set()
        pointed = set(re.findall(r"\]\((#[^)]*)\)", " ".join(harmless(seed).values())))
        verdicts = {f"#fig-verdict-{v.replace(' ', '-')}" for v in findings.shown_verdicts(n)}
        assert pointed <= exhibits - hidden | verdicts, seed
        assert {"#fig-pipeline", "#tab-measured"} <= pointed


def test_other_pictures_are_never_called_digits():
    for seed in SEEDS:
        n, texts = committee(seed)[0], harmless(seed)
        if n["dataset"] == "mine" and not n["class_names"][0].isdecimal():
            known = r"Ambiguous Handwritten Digits|ambiguous-digits|`digits`|\(https://[^)]*\)"
            known += r"|the test digits of MNIST|on MNIST's digits"
            known += "|For MNIST's own two parts it is known who wrote each digit"
            text = re.sub(known, "", " ".join(texts.values()))
            assert not re.findall(r".{,9}(?:[Dd]igit|[Hh]andwrit|MNIST|\ba (?:\d|four)\b)", text)


def test_the_name_of_a_class_is_shown_as_it_stands():
    for seed in SEEDS:
        names = sorted(committee(seed)[0]["class_names"], key=len)
        for name, text in said(seed).items():
            if name not in ("alt", "way_alt") and not names[0].isdecimal():
                page = html.unescape(re.sub("<[^>]*>", "", markdown(text))).replace("’", "'")
                wanted = Counter({key: text.count(literal(key)) for key in names})
                assert +wanted == +Counter({key: page.count(key) for key in names}), (seed, text)


@functools.cache
def counted() -> list[tuple[SimpleNamespace, dict[str, str]]]:
    """What one can count without this package, and the texts; for each committee."""
    found = []
    for seed in SEEDS:
        n, probs, labels = committee(seed)
        first, mean, right = probs[0], probs.mean(axis=0), probs[0].argmax(axis=1) == labels
        unsure = first.max(axis=1).argsort(kind="stable")[:100]
        bold = (-np.where(right, -1, first.max(axis=1))).argsort(kind="stable")[: (~right).sum()]
        worst = mean.max(axis=1).argsort(kind="stable")[:6]
        agree = (probs.argmax(axis=2) == first.argmax(axis=1)).sum(axis=0)
        known = {"n": n, "labels": labels, "names": n["class_names"], "networks": len(probs)}
        known |= {"first": first, "mean": mean, "right": right, "heads": probs.argmax(axis=2)}
        known |= {"unsure": unsure, "mistakes": bold, "worst": worst, "agree": agree}
        texts = {name: findings.plain(text) for name, text in said(seed).items()}
        found.append((SimpleNamespace(**known), texts))
    return found


def test_the_answer_is_counted_right():
    for r, texts in counted():
        belief, label = r.mean[r.worst[0]], r.labels[r.worst[0]]
        torn, text = int((r.mean.max(axis=1) < 0.5).sum()), texts["answer"]
        assert f"number {r.worst[0]}: it was meant as {words.article(r.names[label])}, " in text
        assert re.findall(r"(\S+) left .* so torn", text) == [words.count(torn).capitalize()][:torn]
        assert ("best guess too" in text) == (belief.argmax() == label)
        place = 1 + sorted(belief, reverse=True).index(belief[label])
        assert re.findall(r"comes (\w+)\.$", text) == [words.ordinal(place)] * (place > 2)
        assert text.count(words.percent(max(belief))) == 1
        assert ("Together" in texts["judge"]) == ("together" in texts["six"]) == (r.networks > 1)


def test_the_mistakes_are_counted_right():
    for r, texts in counted():
        text, wrong = texts["result"], len(r.mistakes)
        together = int((r.mean.argmax(axis=1) != r.labels).sum())
        told = words.count(wrong, "mistake") if wrong else "not one mistake"
        assert f"of the time: {told} in all." in text
        right = float(re.search(r"([\d.]+)\u00a0% of the time", text)[1])
        assert right == pytest.approx(100 - 100 * wrong / len(r.labels), abs=0.0101)
        if r.networks > 1:
            assert f"they make {words.count(together, 'mistake')}" in text
            change = re.findall(r", (\S+) (fewer|more)\.", text)
            sign = "fewer" if together < wrong else "more"
            assert change == [(words.count(abs(together - wrong)), sign)] * (together != wrong)
            if r.n["dataset"] == "mnist":
                loss = -np.log(r.first[np.arange(len(r.labels)), r.labels]).mean()
                told = [
                    "ahead" if wrong < 74 else "behind",
                    "lower" if loss < 0.02852 else "higher",
                ]
                assert re.findall("ahead|behind|lower|higher", texts["beside"]) == told


def test_the_curves_are_read_right():
    for r, texts in counted():
        curves, text = r.n["first_network"]["curves"], texts["curves"]
        right, loss, seen = (np.array(curves[key]) for key in ("val_accuracy", "val_loss", "loss"))
        ends = [words.percent(right[0], 1), words.percent(right[-1], 1)]
        last = f", after the last {ends[1]}. The" if len(right) > 1 else "."
        assert f"pass it gets {ends[0]} of the held-out {words.thing(r.n)}s right{last}" in text
        assert (
            f" goes from {ends[0]} to {ends[1]}, loss from {loss[0]:.3f} to" in texts["curves_alt"]
        )
        if len(right) > 1:
            climbs = right[-1] > right[0] and loss[-1] < loss[0]
            assert ("which falls" in text, "which should fall" in text) == (climbs, not climbs)
            worse = [f"before pass {k + 1}" for k in np.flatnonzero(loss > seen)] or ["to the end"]
            odd = re.findall("Oddly, (.+?) it does better", text)
            assert odd == (worse[:1] if loss[0] < seen[0] else [])
            lowest = [str(loss.argmin() + 1)] if loss[-1] > 1.1 * min(loss) else []
            assert re.findall(r"lowest after pass (\d) and has crept up", text) == lowest
        best = r.first[r.unsure[0]].argmax()
        share = words.percent(r.first[r.unsure[0], best])
        assert texts["way"].endswith(f" {share} for {words.article(r.names[best])}.")


def test_the_heatmap_of_the_unsure_is_counted_right():
    for r, texts in counted():
        labels, guesses = r.labels[r.unsure].tolist(), r.first[r.unsure].argmax(axis=1).tolist()
        taken, rows = Counter(zip(labels, guesses, strict=True)), Counter(labels)
        text = texts["unsure"]
        right, shown = sum(taken[k, k] for k in rows), len(r.unsure)
        assert ("strongest part" in text) == (right > shown / 2)
        assert ("none of these" if not right else f"{right} of the") in text
        wrong = {cell: times for cell, times in taken.items() if cell[0] != cell[1]}
        most = max([2, *wrong.values()])
        outlined = {cell for cell, times in wrong.items() if times == most}
        outlined = outlined if len(outlined) <= 3 else set()
        assert set(findings.unsure(r.n)[1]) == outlined
        heavy = re.findall(r"Heavy outline: .* (mistakes?)\.$", texts["unsure_caption"])
        assert heavy == (["mistake" if len(outlined) == 1 else "mistakes"] if outlined else [])
        assert text.count("a true ") == len(outlined)
        for label, other in outlined:
            told = f"{words.times(most)} in {words.count(rows[label])}"
            assert f"a true {r.names[label]} taken for {r.names[other]}, {told}" in text
        if told := re.search(r"share of a row is (.+) taken for (.+): (\w+) of (\w+)\.", text):
            share = {cell: times / rows[cell[0]] for cell, times in wrong.items()}
            label, other = best = max(share, key=share.get)
            counts = (words.count(wrong[best]), words.count(rows[label]))
            assert told.groups() == (r.names[label], r.names[other], *counts)
            assert best not in outlined
            assert Counter(share.values())[share[best]] == 1
        (label, times), *others = rows.most_common()
        told = f"The most frequent label among them is {r.names[label]}: {times} of {shown}."
        lonely = not others or others[0][1] < times
        assert (told in text) == (lonely and times > 1.5 * shown / len(r.names))
        absent = [name for k, name in enumerate(r.names) if k not in rows]
        assert ("No true" in text) == bool(absent)
        assert not absent or f"No true {words.listing(absent, 'or')} is among them" in text


def test_the_misplaced_belief_is_counted_right():
    for r, texts in counted():
        lost = np.array([r.first[r.labels == k].sum(axis=0) for k in range(len(r.names))])
        np.fill_diagonal(lost, 0)
        text, rows, cells = texts["leftover"], lost.sum(axis=1), findings.leftover(r.n)[1]
        assert ("Next to nothing" in text) == (rows.max() < 0.1)
        more = [(int(i), int(j)) for i, j in np.argwhere(lost > rows[:, None] / 2)]
        silent = rows.max() < 0.1 or len(r.names) == 2 or len(more) > 4
        assert cells == ([] if silent else more)
        told = words.listing([f"{r.names[i]} to {r.names[j]}" for i, j in cells]) if cells else ""
        assert f"{told} (outlined)" in text or not cells
        assert ("utlined" in text) == ("Outlined" in texts["leftover_caption"]) == bool(cells)
        assert ("says none" in texts["leftover_caption"]) == (not rows.all())
        if rows.max() >= 0.1:
            amounts = re.findall(r"([\d.]+) \w+s' worth", text.replace(",", ""))
            assert [*map(float, amounts)] == pytest.approx([rows.sum(), rows.max()], abs=0.051)
            assert f"The class that loses most is {r.names[rows.argmax()]}, " in text


def test_the_boldest_mistakes_are_counted_right():
    for r, texts in counted():
        text, total, bold = texts.get("sure_and_wrong", ""), len(r.mistakes), r.mistakes[:100]
        assert bool(text) == ("[](#fig-definition-2)" in texts["reverse"]) == bool(total)
        assert ("has the one that is left" in texts["reverse"]) == (total == 1)
        if total:
            assert f"The {'boldest' if total > 1 else 'one'} mistake is number {bold[0]}: " in text
            assert ("mistakes in all" in text) == (total > 1)
            both, missed = set(bold) & set(r.unsure), sorted(set(bold) - set(r.unsure))
            told = re.findall(r"(?:boldest|these,) (\w+) (?:is|are) also", text)
            assert told == [words.count(len(both))] * (total > 1 and len(r.labels) > 100)
            assert ("Of the 100 boldest" in text) == (total > 100)
            sure = r.first[bold[:12][-1]].max()
            even = f"Even of the {words.ordinal(len(bold[:12]))} it is" if total > 1 else "Even"
            assert (even in text) == (total > 1 and sure > 0.8)
            assert ("This one is also" in text) == (len(both) == total == 1 and len(r.labels) > 100)
            right = sorted(set(r.unsure) - set(r.mistakes))
            assert ("hesitates less" in text) == bool(missed and right)
            if missed and right:
                assert f"less than on {words.count(len(right), words.thing(r.n))} that" in text
                assert r.first[missed].max(axis=1).min() > r.first[right].max(axis=1).max()
        votes = r.agree[bold[:12]]
        if total and r.networks > 1:
            text, same = texts["network_or_digit"], int((votes == r.networks).sum())
            others = [(i, v) for i, v in zip(bold, votes, strict=False) if v < r.networks]
            assert ("very same mistake" in text) == (same > 0)
            assert total == 1 or not same or f"on {words.share(same, len(votes))}." in text
            told = [(str(i), words.count(int(v))) for i, v in others if len(others) <= 4]
            assert re.findall(r"number (\d+) \((\w+) of", text) == told


def first_two(probs: np.ndarray) -> list[int]:
    return np.argsort(-probs, kind="stable")[:2].tolist()


def test_the_lists_are_compared_right():
    for r, texts in counted():
        size, listed = len(r.labels), len({*r.unsure, *r.mistakes[:100]})
        assert f" {listed:,} of the {size:,}" in texts["heap"]
        assert ("the heap is small" in texts["heap"]) == (listed <= size / 10)
        minutes = [words.count(round(listed / 12))] * (listed <= size / 10)
        assert re.findall(r"(\S+) minutes of looking", texts["heap"]) == minutes
        total = len(r.mistakes)
        bold = words.count(min(total, 100), "boldest mistake" if total > 100 else "mistake")
        heap = re.findall("least sure(.*) make", texts["heap"])
        assert heap == [f" and the {bold}" if total else ""][: listed <= size / 10]
        answers = [r.unsure[0], *r.mistakes[:1], *r.worst[: r.networks > 1]]
        which, *list_ = texts["so_which"].split("\n\n")
        two = r.n["verdicts"]["gallery"]["two ways"][:1] if len(r.names) > 2 else []
        numbers = [str(answer) for answer in [*answers, *(digit["index"] for digit in two)]]
        assert re.findall(r"number (\d+)", which) == numbers
        assert bool(list_) == (len({*answers, *map(int, numbers)}) > 1 or "may compete" in which)
        for digit in two:
            best = " or ".join(words.article(r.names[k]) for k in first_two(r.mean[digit["index"]]))
            assert f"number {digit['index']}: {best} ([]" in which
        shared = set(r.unsure[:12]) & set(r.worst)
        met, verb = texts.get("met_before", ""), "is" if len(shared) == 1 else "are"
        assert bool(met) == bool(r.networks > 1 and shared)
        assert not met or met.startswith(words.share(len(shared), len(r.worst)).capitalize())
        assert not met or f"{verb} among them." in met
        against = int((~r.right & (r.agree == r.networks)).sum())
        signs = re.findall(r"On (\S+) of the \S+ test", texts["labels_right"])
        assert signs == [words.count(against)] * (against > 0 and r.networks > 1)
        assert ("typed in by hand" in texts["computed"]) == (r.n["dataset"] == "mnist")


def test_the_bars_are_counted_right():
    for r, texts in counted():
        text, cards = texts["two_tall_bars"], r.unsure[:12]
        least = (
            f"number {cards[0]}, with {words.percent(r.first[cards[0]].max())} for its best guess"
        )
        assert f"It is least sure of {least}." in text
        assert f"it gets {words.count(int((~r.right[cards]).sum()))} wrong." in text
        best, second = np.sort(r.first[cards])[:, :-3:-1].T
        two = int(((best + second >= 0.9) & (second >= 0.2)).sum())
        assert re.findall(r"On (\w+), two classes", text) == [words.count(two)][:two]
        opposite = re.findall(r"(opposite|Look).* number (\d+):", text)
        if (best + second).min() < 0.75:
            shrug = cards[(best + second).argmin()]
            assert opposite == [("opposite" if two else "Look", str(shrug))]
        else:
            assert opposite == []


def test_the_named_digits_are_counted_right():
    for r, texts in counted():
        if r.n["dataset"] == "mnist":
            near, wrong = {*ranking.NAMED} & {*r.unsure}, {*ranking.NAMED} & {*r.mistakes}
            text, *split = texts["named_reading"].split("\n\n")
            assert f", {words.count(len(near))} {'is' if len(near) == 1 else 'are'} among" in text
            assert f"it errs on {words.count(len(wrong))}" in text
            torn = r.first[[2130, 9729, 3422]].max(axis=1)
            assert ("it sees one" in texts["kinds"]) == (torn.min() > 0.9)
            assert f"its guess {words.percent(r.first[4176].max(), 1)} and" in texts["kinds"]
            lost = {str(i) for i in ranking.NAMED if i not in near | wrong}
            assert {*re.findall(r"\b\d{3,4}\b(?=,| and| is| are)", text)} == lost
            differ = []
            for i in filter(r.worst.tolist().count, ranking.NAMED):
                (heads, most), *others = Counter(r.heads[:, i].tolist()).most_common()
                if heads != r.mean[i].argmax() and (not others or others[0][1] < most):
                    differ.append(f"On number {i} it matters")
            assert re.findall(r"On number \d+ it matters", "".join(split)) == differ[:1]
