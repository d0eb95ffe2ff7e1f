"""Figures that judge the scores, and what was asked of writers and of networks."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgba
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from ambiguous_digits import figures
from ambiguous_digits.figures import style
from ambiguous_digits.figures.style import GREY, HEAT, INK, PAPER, PREDICTION, QUIET, TRUTH
from test_figures import FIGURES, LETTERS, alphas, both_widths, drawing, svg, texts
from test_figures_committee import lines

NEW = [n for n in FIGURES if n.startswith(("contest", "score_agree", "same_hand", "supreme"))]
RNG = np.random.default_rng(0)
NAN = np.nan


@pytest.mark.parametrize("name", NEW)
def test_a_figure_is_as_wide_as_its_column_its_letters_large_and_its_bytes_few(name):
    figure = FIGURES[name]()
    broad = 960 if name.startswith(("contest", "supreme")) else 608
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


# --- The contest ------------------------------------------------------------------------------

ROWS = ["entropy", "label doubt", "second choice"]


def dots(figure, color, width):
    """The middles of the dots of one colour and diameter, above the key."""
    paths = [
        patch.get_path().vertices[::2]
        for patch in figure.axes[0].patches
        if isinstance(patch, PathPatch) and same_color(patch.get_edgecolor(), color)
        if patch.get_linewidth() == pytest.approx(0.75 * width)
    ]
    found = np.concatenate([*paths, np.empty((0, 2))])
    return found[found[:, 1] < written(figure)["the best"][0][1] - 10]


def chances(figure):
    """Where the upright lines of chance stand, panel by panel."""
    found = lines(figure, color=GREY, width=1.2)
    floor = written(figure)["the best"][0][1] - 10
    return [part[0, 0] for part in found if part[1, 1] < floor]


def judged(*values, narrow=False, names=ROWS, marked=(), **options):
    judges = [figures.Judge(f"judge {k}", given, **options) for k, given in enumerate(values)]
    return figures.contest(names, judges, marked=marked, narrow=narrow)


def scale(figure, panel=0):
    """What maps a value to its place in a panel, from its chance at 0.5 and its end."""
    middle, end = chances(figure)[panel], written(figure)["1"][panel][0]
    return lambda value: middle + (np.asarray(value) - 0.5) * 2 * (end - middle)


@both_widths
def test_a_dot_lies_by_its_value_between_chance_and_one_in_the_row_of_its_name(narrow):
    figure = judged([0.9, 0.5, 0.7], [0.6, 0.8, 1], narrow=narrow)
    grey, best = dots(figure, GREY, 7), dots(figure, INK, 9)
    rows = [written(figure)[name][0][1] for name in ROWS]
    first, second = scale(figure), scale(figure, 1)
    expected = [(first(0.5), rows[1]), (first(0.7), rows[2])]
    expected += [(second(0.6), rows[0]), (second(0.8), rows[1])]
    np.testing.assert_allclose(grey, expected, atol=0.15)
    np.testing.assert_allclose(best, [(first(0.9), rows[0]), (second(1), rows[2])], atol=0.15)
    assert second(0.5) - first(0.5) > 70
    halves = [x for x, _ in written(figure)["0.5"]]
    np.testing.assert_allclose(halves, chances(figure), atol=0.1)


@both_widths
def test_the_best_alone_is_ink_and_its_value_bold_beside_its_marks(narrow):
    intervals = {"low": [0.85, 0.45, 0.6], "high": [0.93, 0.55, 0.8]}
    figure = judged([0.9, 0.5, 0.7], narrow=narrow, single=[0.8, NAN, 0.6], **intervals)
    value = named(figure, "0.90")
    assert (value.get_weight(), value.get_color()) == ("bold", INK)
    assert not {"0.70", "0.50"} & set(texts(figure))
    (x, y), across = written(figure)["0.90"][0], scale(figure)
    end = x + style.text_width("0.90", weight="bold") * 12 / style.SIZE
    assert across(0.8) - 14 < end < across(0.8) - 6  # left of the ring
    assert y == pytest.approx(written(figure)["entropy"][0][1])
    ((left, right),) = (part[:, 0] for part in lines(figure, color=INK, width=2))
    np.testing.assert_allclose([left, right], across([0.85, 0.93]), atol=0.15)
    spans = [part[:, 0] for part in lines(figure, color=GREY, width=1.4)[:2]]
    np.testing.assert_allclose(spans, across([[0.45, 0.55], [0.6, 0.8]]), atol=0.15)


def test_equals_are_all_the_best_and_what_is_almost_one_is_not_written_as_one():
    figure = judged([0.9, 0.9, 0.7])
    assert texts(figure).count("0.90") == len(dots(figure, INK, 9)) == 2
    for value, text in ((0.9962, "0.996"), (0.99999, "> 0.999"), (0.994, "0.99")):
        assert text in texts(judged([value, 0.5, 0.5]))


@both_widths
@pytest.mark.parametrize(
    ("value", "options", "outermost"),
    [
        (0.9, {}, 0.9),
        (0.9, {"low": [0.85], "high": [0.93], "single": [0.88]}, 0.85),
        (0.9, {"low": [0.85], "high": [0.93], "single": [0.8]}, 0.8),
        (0.26, {}, 0.26),  # there is no room on the left
        (0.26, {"low": [0.25], "high": [0.3], "single": [0.28]}, 0.3),
        (0.26, {"low": [0.25], "high": [0.3], "single": [0.35]}, 0.35),
    ],
)
def test_the_best_value_stands_beside_the_outermost_of_its_marks(narrow, value, options, outermost):
    figure = judged([value], names=["entropy"], narrow=narrow, **options)
    text = f"{value:.2f}"
    (x, y), wide = written(figure)[text][0], style.text_width(text, weight="bold") * 12 / style.SIZE
    near = x + wide if value == 0.9 else x
    assert abs(near - scale(figure)(outermost)) == pytest.approx(9, abs=0.2)
    assert (near < scale(figure)(outermost)) == (value == 0.9)
    assert y == pytest.approx(written(figure)["entropy"][0][1])


@both_widths
def test_one_network_alone_is_a_ring_of_paper_within_the_colour_of_its_row(narrow):
    figure = judged([0.9, 0.5, 0.7], single=[0.8, NAN, 0.6], narrow=narrow)
    rings, across = dots(figure, PAPER, 4), scale(figure)
    np.testing.assert_allclose(rings[:, 0], across([0.6, 0.8]), atol=0.15)
    np.testing.assert_allclose(dots(figure, INK, 7), rings[1:])
    assert "by one network alone" in texts(figure)
    assert "by one network alone" not in texts(judged([0.9, 0.5, 0.7], narrow=narrow))


@both_widths
def test_what_is_left_of_the_axis_is_an_arrow_at_its_edge_with_its_number(narrow):
    figure = judged([0.9, 0.21, 0.7], single=[0.2, NAN, NAN], narrow=narrow)
    edge = scale(figure)(0.25)
    rows = [written(figure)[name][0][1] for name in ROWS]
    (beyond,) = (part for part in lines(figure, color=GREY, mark=8) if part[0, 1] < rows[2])
    np.testing.assert_allclose(beyond, [(edge, rows[1])], atol=0.15)
    ((alone,),) = lines(figure, color=INK, mark=8)
    np.testing.assert_allclose(alone, (edge, rows[0]), atol=0.15)
    (place,) = written(figure)["0.21"]
    assert edge < place[0] < edge + 12
    assert place[1] == pytest.approx(rows[1])
    assert len(dots(figure, GREY, 7)) == 1


@pytest.mark.parametrize(
    ("values", "single", "there"),
    [
        ([0.9, 0.21, 0.7], [0.3, NAN, NAN], True),
        ([0.9, 0.3, 0.7], [0.2, NAN, NAN], True),
        ([0.9, 0.3, 0.7], [0.25, NAN, NAN], False),
    ],
)
def test_arrows_are_in_the_key_where_a_value_or_a_ring_is_one(values, single, there):
    figure = judged([0.9] * 3, values, single=single)
    assert ("further left" in texts(figure)) == bool(lines(figure, mark=8)) == there


@both_widths
def test_what_is_not_defined_is_a_dash_and_never_the_best(narrow):
    figure = judged([0.9, NAN, 0.7], narrow=narrow)
    rows = [y for _, y in written(figure)["–"]]
    assert rows[0] == pytest.approx(written(figure)["label doubt"][0][1])
    assert len(dots(figure, INK, 9)) == len(dots(figure, GREY, 7)) == 1
    assert "not defined" in texts(figure)
    for values, single in (([0.9, 0.6, 0.7], None), ([0.9, NAN, 0.7], [NAN, 0.6, NAN])):
        assert not {"–", "not defined"} & set(texts(judged(values, single=single, narrow=narrow)))
    nothing = judged([NAN] * 3, narrow=narrow)
    assert texts(nothing).count("–") == 4  # the last in the key
    assert len(dots(nothing, INK, 9)) == 0


@pytest.mark.parametrize(
    ("chance", "greatest", "options", "end"),
    [
        (None, 0.08, {}, "0.1"),
        (0.02, 0.34, {}, "0.5"),
        (None, 0.2, {}, "0.2"),
        (None, 1, {}, "1"),
        (0.3, 0.08, {}, "0.5"),
        (None, 0.18, {"low": [0.1, NAN, NAN], "high": [0.22, NAN, NAN]}, "0.5"),
        (None, 0.08, {"single": [NAN, 0.15, NAN]}, "0.2"),
    ],
)
def test_an_axis_without_even_chances_begins_at_zero_and_no_mark_lies_beyond_its_end(
    chance, greatest, options, end
):
    figure = judged([greatest, 0, 0.05], chance=chance, **options)
    start = chance or 0
    (first, *_), (last, *_) = written(figure)[f"{start}"][0], max(written(figure)[end])
    (best,) = dots(figure, INK, 9)[:, 0]
    assert best == pytest.approx(
        first + (greatest - start) / (float(end) - start) * (last - first), abs=0.2
    )
    assert len(chances(figure)) == (chance is not None)
    assert ("by chance" in texts(figure)) == (chance is not None)


def test_an_axis_by_a_coin_has_numbers_at_one_half_three_quarters_and_one():
    figure = judged([0.9, 0.6, 0.7])
    floor = written(figure)["0.5"][0][1]
    numbers = {text: x for text, places in written(figure).items() for x, y in places if y == floor}
    assert numbers.keys() == {"0.5", "0.75", "1"}
    assert numbers["0.75"] == pytest.approx(scale(figure)(0.75), abs=0.1)


@both_widths
def test_where_there_is_no_room_chance_is_written_rather_than_the_ends(narrow):
    shown = texts(judged([0.34, 0, 0.05], chance=0.02, narrow=narrow))
    assert "0.02" in shown
    assert ("0" in shown) == (not narrow)


def test_a_title_on_several_lines_is_read_from_above():
    title = "digits of which hardly any reader has ever been sure"
    places = written(figures.contest(ROWS, [figures.Judge(title, [NAN] * 3)], narrow=True))
    found = sorted((places[text][0][1], text) for text in places if text in title)
    assert len(found) > 1
    assert " ".join(text for _, text in found) == title


@both_widths
def test_only_the_marked_names_are_bold(narrow):
    figure = judged([0.9, 0.5, 0.7], narrow=narrow, marked=ROWS[:2])
    bold = [name for name in ROWS if named(figure, name).get_weight() == "bold"]
    assert bold == ROWS[:2]


@both_widths
def test_neighbours_of_one_kind_share_its_heading_and_keep_the_rest(narrow):
    titles = ["people: disputed", "people: unreadable", "planted: noise", "alone"]
    judges = [figures.Judge(title, [0.9]) for title in titles]
    figure = figures.contest(["entropy"], judges, narrow=narrow)
    shown = texts(figure)
    assert [shown.count(text) for text in ("people", "planted")] == [1, 1]
    places = written(figure)
    for kind, title in (("people", "disputed"), ("planted", "noise")):
        (x, y), (below, down) = places[kind][0], places[title][0]
        assert x == below
        assert y + 15 < down
    assert {"disputed", "unreadable", "noise", "alone"} <= set(shown)
    rules = [part for part in lines(figure, color=GREY, width=0.75) if part[0, 1] == part[1, 1]]
    starts = [places[title][0][0] for title in ("disputed", "noise")]
    assert [rule[0, 0] for rule in rules] == pytest.approx(starts)
    assert rules[0][1, 0] > places["unreadable"][0][0]


def test_on_a_desk_all_judges_stand_in_a_row_on_a_phone_two():
    judges = [[0.9, 0.5, 0.7]] * 5
    broad, small = judged(*judges), judged(*judges, narrow=True)
    assert [texts(figure).count("entropy") for figure in (broad, small)] == [1, 3]
    assert [len({y for _, y in dots(f, INK, 9)}) for f in (broad, small)] == [1, 3]
    assert len(set(np.round(dots(broad, INK, 9)[:, 0]))) == 5
    assert len(set(np.round(dots(small, INK, 9)[:, 0]))) == 2


def assert_shown(figure, places, color):
    """Asserts that a figure that became a picture has a colour in all these places."""
    file = io.BytesIO()
    with mpl.rc_context(style.STYLE):
        figure.savefig(file, format="png", dpi=96, facecolor=PAPER)
    shown = np.asarray(Image.open(file).convert("RGB"), int)
    for x, y in places:
        expected = np.array(to_rgba(color)[:3]) * 255
        np.testing.assert_allclose(shown[int(y + 1), int(x + 1)], expected, atol=2)


@pytest.mark.parametrize("name", [name for name in NEW if name.startswith("contest")])
def test_dots_are_there_too_where_a_figure_becomes_a_picture(name):
    figure = FIGURES[name]()
    assert_shown(figure, dots(figure, INK, 9), INK)


def test_intervals_pass_behind_the_rings():
    values = np.array([0.9, 0.5, 0.7])
    figure = judged(values, single=values - 0.1, low=values - 0.15, high=values + 0.05)
    rings = dots(figure, PAPER, 4)
    assert len(rings) == 3
    assert_shown(figure, rings, PAPER)


# --- Agreement --------------------------------------------------------------------------------

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

JUDGE = figures.Judge("people", [0.5, 0.6])


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.contest([], [JUDGE]), "names: got 0, needs one to twelve"),
        (lambda: figures.contest(["a", "b"], []), "judges: got 0, needs one to eight"),
        (lambda: figures.contest(["a", "b"], [JUDGE], marked=["c"]),
         r"marked: got \['c'\], needs some of \['a', 'b'\]"),
        (lambda: figures.contest(["a"], [JUDGE]),
         r"judges\['people'\].values: got float64 \(2,\), needs \(1,\), one for each of names"),
        (lambda: figures.contest(["a", "b"], [JUDGE._replace(single=[1.5, NAN])]),
         r"judges\['people'\].single: got \[1.5, nan\], needs 0 to 1 or NaN"),
        (lambda: figures.contest(["a", "b"], [JUDGE._replace(low=[0.4, 0.7])]),
         r"judges\['people'\].values: got \[0.5, 0.6\], needs none below low or above high"),
        (lambda: figures.contest(["a", "b"], [JUDGE._replace(chance=50)]),
         r"judges\['people'\].chance: got 50, needs 0 to 1 or None"),
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
