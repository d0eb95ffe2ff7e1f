"""Pictures in HTML: each picture, number and title stands where it belongs."""

import numpy as np
import pytest
from bs4 import BeautifulSoup

from ambiguous_digits.article import markup, pictures
from ambiguous_digits.kernels import EDGE_KERNELS, answers
from page_checks import ink

NAMED = {"name": "x", "caption": "A *caption*.", "alt": "An alt."}
DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[4:24, 12:16] = 255


@pytest.fixture
def shown(monkeypatch):
    """What the exhibits displayed, parsed."""
    found = []
    monkeypatch.setattr(markup, "display", lambda data, raw: found.append(data["text/html"]))

    def show(exhibit, *args, **options) -> BeautifulSoup:
        exhibit(*args, **NAMED, **options)
        page = BeautifulSoup(found[-1], "html.parser")
        assert page.figure["id"] == "fig-x"
        assert page.find(role="img")["aria-label"] == "An alt."
        return page.figure

    return show


def one_pixel(k: int) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[3, 2 * k : 2 * k + 2] = 255
    return image


def test_groups_stand_in_order_under_their_titles_and_what_a_hand_wrote_is_cut_to_its_ink(shown):
    groups = [("", ["average", "all"]), ("<b>", [one_pixel(1), one_pixel(2)]), ("9", [])]
    page = shown(pictures.groups, [*groups, ("8", [DIGIT], 56, "truth")], kind="hands")
    assert [p.get_text() for p in page.select(".title")] == ["", "<b>", "9", "8"]
    assert "--lines: 3" in page.find(role="img")["style"]
    first, second, third, last = page.select(".group")
    assert [p.get_text() for p in first.find_all("p")] == ["", "average", "all"]
    for k, img in enumerate(second.find_all("img"), 1):
        np.testing.assert_array_equal(ink(img["src"]), one_pixel(k))
        assert (img["width"], img["height"]) == ("84", "84")
    assert third.get_text().split() == ["9", "none"]
    assert last.select_one(".title.truth")
    assert ink(last.img["src"]).shape == (28, 4)


def test_each_kernel_stands_over_what_it_makes_of_the_digit(shown):
    page = shown(pictures.convolutions, DIGIT, EDGE_KERNELS)
    assert [p.get_text() for p in page.find_all("p")] == ["the picture", *EDGE_KERNELS]
    np.testing.assert_array_equal(ink(page.img["src"]), DIGIT)
    maps = [ink(img["src"]) for img in page.find_all("img")[1:]]
    np.testing.assert_array_equal(maps, answers(DIGIT, list(EDGE_KERNELS.values())))
    first = page.select_one(".cells")
    assert first.get_text().split() == ["−1", "0", "1"] * 3
    shades = [cell["style"] for cell in first.find_all("b")]
    assert shades == ["--shade: 0%", "--shade: 0%", "--shade: 40%"] * 3


def test_the_sum_of_a_step_is_that_of_the_numbers_shown(shown):
    image = np.zeros((28, 28), np.uint8)
    image[1:4, 2:5] = [[51, 102, 255], [0, 128, 255], [26, 0, 204]]
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, -1, 0.5]])
    page = shown(pictures.step, image, kernel, (1, 2), fold="One stop")
    window, weights, products = (cells.get_text().split() for cells in page.select(".cells"))
    assert window == ["0.2", "0.4", "1", "0", "0.5", "1", "0.1", "0", "0.8"]
    assert weights == ["1", "0", "−1", "2", "0", "−2", "1", "−1", "0.5"]
    assert products == ["+0.2", "0", "−1", "0", "0", "−2", "+0.1", "0", "+0.4"]
    # 0.2 − 1 + 0 − 2 + 0.1 − 0 + 0.4: by hand
    assert page.select_one(".sum").get_text(" ").split() == ["−2.3", "below", "0,", "so", "0"]
    place, marks = "left: 10px; top: 5px", [mark["style"] for mark in page.select(".place i")]
    assert marks == [f"{place}; width: {side}px; height: {side}px" for side in (15, 5)]


def test_a_kernels_squares_are_as_large_as_its_weights_filled_where_it_wants_ink(shown):
    weights = np.zeros((3, 3, 2))
    weights[0, 0], weights[2, 1] = (1, -4), (-0.25, 2)
    page = shown(pictures.learned_kernels, DIGIT, weights, np.ones((26, 26, 2)), fold="Two")
    first, second = page.select(".kernels svg")
    sides = [float(square["width"]) for square in first.find_all("rect")]
    assert sides == [9, 0, 0, 0, 0, 0, 0, 4.4, 0]  # of areas 1 and 1/4
    assert [k for k, rect in enumerate(first.find_all("rect")) if rect.get("class")] == [0]
    assert [k for k, rect in enumerate(second.find_all("rect")) if rect.get("class")] == [7]
    assert [ink(img["src"]).shape for img in page.select(".kernels img")] == [(26, 26)] * 2


def test_the_pipeline_shows_the_sixteen_strongest_maps_in_order_pooled_and_the_answer(shown):
    first = np.zeros((26, 26, 20))
    first[0, 0] = [1, 9, 2, 9, 3, 9, *[9] * 13, 4]
    first[25, 25, 1], first[25, 25, 3] = 18, 9  # tells the second map of ink from the others
    layers = {"image": DIGIT, "first": first, "second": np.ones((11, 11, 64))}
    layers |= {"dense": np.ones(12), "probs": np.array([0.25, 0.75])}
    page = shown(pictures.pipeline, layers, ["<a>", "b"])
    sheets = [ink(img["src"]) for img in page.find_all("img")]
    sides = [(28, 28), (107, 107), (55, 55), (47, 47), (23, 23), (2, 8)]
    assert [sheet.shape for sheet in sheets] == sides
    assert (sheets[1] == 255).sum() == 17
    assert sheets[1][25, 25] == sheets[2][12, 12] == 255  # of the first map, by its own maximum
    words = [p.get_text(" ") for p in page.select(".stage p")]
    assert words[:3] == ["the picture 28 × 28", "20 maps 26 × 26", "20 maps 13 × 13"]
    assert words[3:5] == ["64 maps 11 × 11", "64 maps 5 × 5"]
    assert words[5:] == ["12 numbers", "2 probabilities"]
    assert page.select_one(".bars .agree text").get_text() == "b"
