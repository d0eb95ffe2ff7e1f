"""Figures of how alike scores are, and of what was asked of writers and of networks."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view

from ambiguous_digits import figures
from ambiguous_digits.figures.style import GREY, HEAT, PREDICTION, QUIET, TRUTH
from test_figures import FIGURES, LETTERS, alphas, both_widths, drawing, svg, texts

NEW = [n for n in FIGURES if n.startswith(("score_agree", "same_hand", "supreme"))]
RNG = np.random.default_rng(0)
NAN = np.nan


@pytest.mark.parametrize("name", NEW)
def test_a_figure_is_as_wide_as_its_column_its_letters_large_and_its_bytes_few(name):
    figure = FIGURES[name]()
    broad = 960 if name.startswith("supreme") else 608
    width = figure.get_size_inches()[0] * 96
    assert width == pytest.approx(320 if "narrow" in name else broad, abs=1e-9)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 11 * 0.75
    assert len(svg(figure)) < (70_000 if name.startswith("supreme") else 50_000)
    assert not any("digit" in text for text in texts(figure))


def written(figure):
    """Text → the places, middle of its letters, of all lines of that text."""
    places = {}
    for text in figure.axes[0].texts:
        x, y = text.get_position()
        place = x, y - 0.36 * text.get_fontsize() / 0.75
        places.setdefault(text.get_text(), []).append(place)
    return places


def named(figure, text):
    """The one line of that text."""
    (found,) = (t for t in figure.axes[0].texts if t.get_text() == text)
    return found


# --- Agreement --------------------------------------------------------------------------------

ROWS = ["entropy", "label doubt", "second choice"]
MATRIX = np.array([[1, 0.934, -0.25], [0.934, 1, 0.05], [-0.25, 0.05, 1]])


def cells(figure):
    """Left, top, width, height of each cell, and its colour."""
    found = []
    for row in figure.axes[0].collections:
        corners = [path.get_extents().bounds for path in row.get_paths()]
        if len(row.get_facecolor()):
            found += zip(corners, row.get_facecolor(), strict=True)
    return found


@both_widths
def test_each_two_scores_meet_once_left_of_the_lower_name_and_below_the_upper(narrow):
    figure = figures.score_agreement(ROWS, MATRIX, narrow=narrow)
    found, places = cells(figure), written(figure)
    assert len(found) == 3
    numbers = ("0.93", "−0.25", "0.05")
    for (pair, number), ((x, y, wide, high), color) in zip(
        zip([(1, 0), (2, 0), (2, 1)], numbers, strict=True), found, strict=True
    ):
        value = MATRIX[pair]
        assert same_color(color[:3], HEAT if value > 0 else GREY)
        assert color[3] == pytest.approx(0.62 * abs(value), abs=0.001)
        np.testing.assert_allclose([x, y], [pair[1] * wide, pair[0] * high])
        np.testing.assert_allclose(places[number][0], [x + wide / 2, y + high / 2])
    first = [t for t in figure.axes[0].texts if t.get_text() in (*ROWS, "label", "second")]
    _, _, wide, high = found[0][0]
    for k, text in enumerate(first):
        x, y = text.get_position()
        assert 0 <= x - k * wide < 12  # the name begins its column, and ends its row
        assert k * high < y < (k + 1) * high


@both_widths
def test_the_reverse_is_in_the_key_only_where_it_is_drawn(narrow):
    for matrix, there in ((MATRIX, True), (np.abs(MATRIX), False)):
        shown = texts(figures.score_agreement(ROWS, matrix, narrow=narrow))
        assert {"the same order", "no relation"} <= set(shown)
        assert ("the reverse" in shown) == there


@both_widths
def test_an_agreement_that_is_not_defined_is_a_dash_without_colour(narrow):
    matrix = MATRIX.copy()
    matrix[2] = matrix[:, 2] = NAN
    figure = figures.score_agreement(ROWS, matrix, narrow=narrow)
    assert [color[3] > 0 for _, color in cells(figure)] == [True, False, False]
    assert texts(figure).count("–") == 2


def test_on_a_phone_many_numbers_lose_their_zero_and_then_a_decimal():
    for count, number, worst in ((3, "0.13", 0.13), (12, ".13", 0.13), (12, "−.1", -0.13)):
        matrix = np.full((count, count), worst)
        names = [f"score {k}" for k in range(count)]
        assert number in texts(figures.score_agreement(names, matrix, narrow=True))
    matrix = np.full((12, 12), 0.999)
    assert "1" in texts(
        figures.score_agreement([f"score {k}" for k in range(12)], matrix, narrow=True)
    )
    assert "1.00" in texts(figures.score_agreement(ROWS, matrix[:3, :3]))


# --- The same hand ----------------------------------------------------------------------------


def inked(count, height=14):
    """So many pictures, each a block wider than the one before."""
    images = np.zeros((count, 28, 28), np.uint8)
    for k, image in enumerate(images):
        image[6 : 6 + height, 4 : 8 + k] = 255
    return images


def hand(first, second, title="test 4761"):
    groups = [("this writer's 9s", first), ("this writer's 8s", second)]
    return figures.Hand(drawing(), title, groups)


def runs(alpha):
    """How wide the pieces of ink are, from the left."""
    edges = np.diff(np.concatenate([[0], (alpha > 0).any(axis=0), [0]]).astype(int))
    return (np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)).tolist()


@both_widths
def test_beside_a_picture_stand_the_first_six_of_each_group_in_order(narrow):
    figure = figures.same_hand([hand(inked(8), inked(3)), hand(inked(1), inked(2))], narrow=narrow)
    large, *small = alphas(figure)
    expected = drawing()
    np.testing.assert_allclose(large.astype(int), expected, atol=8)
    assert [runs(strip) for strip in small if strip.shape != (28, 28)] == [
        [4, 5, 6, 7, 8, 9], [4, 5, 6], [4], [4, 5],
    ]  # fmt: skip
    boxes = [image.get_extent() for image in figure.axes[0].images]
    assert boxes[0][1] - boxes[0][0] == 84
    zooms = {(right - left) / strip.shape[1] for (left, right, *_), strip in
             zip(boxes, alphas(figure), strict=True) if strip.shape != (28, 28)}  # fmt: skip
    assert len(zooms) == 1
    first, second = boxes[1], boxes[2]
    if narrow:
        assert first[0] == second[0]
        assert second[3] > first[2]
    else:
        assert first[2:] == second[2:]
        assert second[0] > first[1]


@both_widths
def test_the_label_and_its_rival_have_their_colours_and_none_is_said(narrow):
    figure = figures.same_hand([hand(inked(2), inked(0))], narrow=narrow)
    assert named(figure, "this writer's 9s").get_color() == TRUTH
    assert named(figure, "this writer's 8s").get_color() == PREDICTION
    assert texts(figure).count("none") == 1
    places = written(figure)
    (x, y), (right, down) = places["this writer's 8s"][0], places["none"][0]
    assert x == right
    assert 20 < down - y < 50
    assert len(alphas(figure)) == 2
    assert named(figure, "test 4761").get_color() == QUIET


@both_widths
def test_wide_pictures_for_which_there_is_no_room_are_left_out(narrow):
    images = np.zeros((6, 28, 28), np.uint8)
    images[:, 4:24, 2:26] = 255
    figure = figures.same_hand([hand(images, images)], narrow=narrow)
    for image, edge in zip(figure.axes[0].images[1:], (344, 606), strict=True):
        left, right, *_ = image.get_extent()
        assert right <= (318 if narrow else edge)
        count = len(runs(image.get_array()[..., 3]))
        assert count == (5 if narrow else 6)
        assert right - left > 34 * count


# --- Supreme pictures -------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [3, 10, 26])
@both_widths
def test_every_picture_stands_once_in_the_row_and_column_of_its_names(narrow, classes):
    images = np.uint8(17 * RNG.integers(0, 16, (3, classes, 28, 28)))
    images[..., 0, 0] = images[..., -1, -1] = 255
    sources = ["average", "network 1", "all 20"]
    names = LETTERS[:classes]
    figure = figures.supreme(images, sources, names, narrow=narrow)
    places, found = written(figure), {}
    for image in figure.axes[0].images:
        drawn, (left, right, _, top) = image.get_array()[..., 3], image.get_extent()
        zoom = (right - left) / drawn.shape[1]
        assert zoom * 28 >= (24 if narrow else 48)
        windows = sliding_window_view(drawn, (28, 28))
        for r, k in np.ndindex(3, classes):
            for y, x in np.argwhere((windows[..., ::9, ::9] == images[r, k, ::9, ::9]).all((2, 3))):
                if (windows[y, x] == images[r, k]).all():
                    found.setdefault((r, k), []).append(
                        (left + zoom * (x + 14), top + zoom * (y + 14))
                    )
    assert sorted(found) == list(np.ndindex(3, classes))
    for (r, k), [(x, y)] in found.items():
        source = sources[r].split()[0] if narrow and sources[r] not in places else sources[r]
        across, down = (source, names[k]) if narrow else (names[k], source)
        assert any(abs(place - x) < 0.1 for place, _ in places[across])
        assert any(abs(place - y) < 0.1 for _, place in places[down])
    bold = {t.get_text() for t in figure.axes[0].texts if t.get_weight() == "bold"}
    assert bold == set(names)


def test_many_classes_stand_in_blocks_on_a_desk_and_in_rows_on_a_phone():
    assert len(FIGURES["supreme of letters"]().axes[0].images) == 2
    assert len(FIGURES["supreme of letters, narrow"]().axes[0].images) == 1
    assert len(FIGURES["supreme"]().axes[0].images) == 1


def test_supreme_pictures_are_as_large_as_they_fit_and_no_larger_than_84():
    for name, side in (("supreme", 70), ("supreme of two", 84), ("supreme, narrow", 42)):
        image = FIGURES[name]().axes[0].images[0]
        left, right, *_ = image.get_extent()
        assert (right - left) / image.get_array().shape[1] * 28 == pytest.approx(side)


def test_the_ink_of_supreme_pictures_comes_in_sixteen_steps():
    images = np.uint8(np.arange(2 * 196).reshape(1, 2, 14, 14) % 256)
    (drawn,) = alphas(figures.supreme(images, ["a"], "bc"))
    assert set(drawn.ravel().tolist()) == set(range(0, 256, 17))


# --- Wrong arguments --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.score_agreement(["a"], [[1]]), "names: got 1, needs two to twelve"),
        (lambda: figures.score_agreement(["a", "b"], np.ones((2, 3))),
         r"matrix: got float64 \(2, 3\), needs \(2, 2\)"),
        (lambda: figures.score_agreement(["a", "b"], [[1, 2], [2, 1]]),
         "matrix: got numbers out of range, needs −1 to 1 or NaN"),
        (lambda: figures.score_agreement(["a", "b"], [[1, 0.2], [0.3, 1]]),
         "matrix: got two sides that differ"),
        (lambda: figures.same_hand([]), "rows: got 0, needs one to six"),
        (lambda: figures.same_hand([hand(inked(1), inked(1))._replace(image=np.ones((28, 28)))]),
         r"rows\['test 4761'\].image: got float64 \(28, 28\), needs uint8 \(H, W\)"),
        (lambda: figures.same_hand([hand(inked(1), inked(1))._replace(groups=[])]),
         r"rows\['test 4761'\].groups: got 0, needs one or two"),
        (lambda: figures.same_hand([hand(inked(1), drawing())]),
         r"groups\[\"this writer's 8s\"\]: got uint8 \(28, 28\), needs uint8 \(n, H, W\)"),
        (lambda: figures.supreme(np.zeros((2, 1, 28, 28), np.uint8), "ab", "c"),
         r"got uint8 \(2, 1, 28, 28\), needs uint8 \(R, K, H, W\), R from 1 to 8, K from 2"),
        (lambda: figures.supreme(np.zeros((2, 2, 28, 28)), "ab", "cd"), "images: got float64"),
        (lambda: figures.supreme(np.zeros((2, 2, 28, 28), np.uint8), "a", "cd"),
         "names: got 1, needs 2, R of images"),
        (lambda: figures.supreme(np.zeros((2, 2, 28, 28), np.uint8), "ab", "cde"),
         "class_names: got 3, needs 2, K of images"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
