"""Sentences that depend on the outcome: true for every result, silent where there is none."""

import copy
import re

import numpy as np
import pytest

from ambiguous_digits import findings, ranking

CURVE = {"accuracy": [0.8, 0.9], "val_accuracy": [0.9, 0.95]}
CURVE |= {"loss": [0.5, 0.3], "val_loss": [0.3, 0.2]}


def opinion(index: int, label: int, prediction: int, probs: list[float]) -> dict:
    return {"index": index, "label": label, "prediction": prediction, "probs": probs}


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
        "out_of_sample": {"train": {"accuracy": 0.9}, "test": {"accuracy": 0.8}},
        "unanimous_against_label": [3],
        "leftover": [[0, 1, 0], [0.5, 0, 0], [0.25, 0.25, 0]],
        "definition_1": list(range(10)),
        "definition_1_confusions": [[4, 0, 0], [0, 4, 0], [0, 1, 1]],
        "definition_1_gallery": [opinion(8, 2, 1, [0.05, 0.5, 0.45])],
        "definition_2": [8],
        "definition_2_agreeing": [2],
        "test_accuracies": [0.9, 0.8],
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
        "Two classes lose more than half of that to one other: 0 to 1 and 1 to 0 (outlined)."
        in text
    )
    assert "In amount 0 loses most, 1.0 digits' worth, the largest part of it to 1." in text
    assert cells == [(0, 1), (1, 0)]
    n["leftover"] = [[0, 0.4, 0.4], [0.1, 0, 0], [0, 0, 0]]  # half is not more than half
    text, cells = findings.leftover(n)
    assert "more than half" not in text
    assert "outlined" not in text.lower() + findings.leftover_caption(n).lower()
    assert cells == []


def test_where_nothing_leaks_no_leak_is_named(n):
    n["leftover"] = np.zeros((3, 3)).tolist()
    assert findings.leftover(n) == (
        "Next to nothing does: all in all less than a tenth of one digit.",
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


def test_the_largest_share_is_named_where_it_is_another_than_the_largest_number(n):
    n["definition_1_confusions"] = [[9, 3, 0], [0, 9, 0], [0, 2, 1]]
    text, cells = findings.unsure(n)
    assert "a true 0 taken for 1, three times in twelve (outlined)" in text
    assert "The largest share of a row is 2 taken for 1: two of three." in text
    assert cells == [(0, 1)]


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
        (3, 0, "That holds here: three times the one, not once the other"),
        (0, 2, "That is not to be seen here: not once the one, twice the other"),
        (1, 1, "Here it happens both ways: once each. Too few to argue over."),
    ],
)
def test_the_confusions_of_the_write_up_are_checked_not_repeated(n, sixes, zeros, told):
    matrix = np.zeros((10, 10), int)
    matrix[0, 6], matrix[6, 0], matrix[2, 7] = sixes, zeros, 1
    text = findings.observed_before(n | {"definition_1_confusions": matrix.tolist()})
    assert told in text
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
    assert "On the one both networks make the very same mistake." in (findings.network_or_digit(n))
    n["definition_2_agreeing"] = [2, 2, 1]
    n["definition_2_gallery"] = [opinion(i, 2, 1, [0.05, 0.5, 0.45]) for i in (7, 8, 9)]
    text = findings.network_or_digit(n)
    assert "On two of the three both networks make the very same mistake." in text
    assert "They do not agree on number 9 (one of two make it)." in text


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
        "Doubt: rank\u00a0500  \nVotes: 2\u00a0×\u00a02"
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
