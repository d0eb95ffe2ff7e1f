"""Figures of a committee: how firm, how doubtful, how honest its answers are."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from ambiguous_digits import figures
from ambiguous_digits.figures import style
from ambiguous_digits.figures.thumbnails import tiles
from ambiguous_digits.figures.words import broken
from test_figures import FIGURES, alphas, both_widths, boxes, drawing, svg, texts

KINDS = ("stability", "rank_intervals", "doubt", "reliability", "rate_intervals")
NEW = [name for name in FIGURES if name.startswith(KINDS)]
RNG = np.random.default_rng(0)
NAN = np.nan


def lines(figure, **wanted):
    """The points of the lines of one look, as lists between their gaps."""
    found = []
    for line in figure.axes[0].lines:
        look = {"color": line.get_color(), "width": line.get_linewidth(), "mark": line.get_marker()}
        if all(look[name] == value for name, value in wanted.items()):
            points = np.column_stack([np.asarray(d, float) for d in line.get_data()])
            gaps = np.flatnonzero(np.isnan(points).any(axis=1))
            parts = np.split(points, gaps)
            parts = [part[~np.isnan(part).any(axis=1)] for part in parts]
            found += [part for part in parts if len(part)]
    return found


@pytest.mark.parametrize("name", NEW)
def test_a_figure_is_as_wide_as_the_text_or_a_phone_its_letters_large_and_its_bytes_few(name):
    figure = FIGURES[name]()
    width = figure.get_size_inches()[0] * 96
    assert width == pytest.approx(320 if "narrow" in name else 608, abs=1e-9)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 11 * 0.75
    assert len(svg(figure)) < 40_000


# --- Stability --------------------------------------------------------------------------------

CURVES = {
    "entropy": [[0.1, 0.2, 0.4], [0.5, 0.75, 0.8]],
    "mutual information": [[NAN, 0.2, 0.3], [NAN, 0.4, 1]],
}


@both_widths
def test_the_first_hundred_are_solid_the_first_twelve_dashed_in_a_panel_for_each_score(narrow):
    figure = figures.stability_curves([1, 2, 4], CURVES, narrow=narrow)
    floor, other = (part[0, 1] for part in lines(figure, color=style.GREY, width=0.75))
    high = floor - min(part[0, 1] for part in lines(figure, color=style.LINE))
    assert floor == other
    hundred = lines(figure, color=style.INK, width=2)
    twelve = lines(figure, color=style.QUIET, width=1.3)
    for parts, row in ((hundred, 1), (twelve, 0)):
        for part, pair in zip(parts, CURVES.values(), strict=True):
            expected = np.array(pair[row])
            expected = expected[~np.isnan(expected)]
            np.testing.assert_allclose((floor - part[:, 1]) / high, expected, atol=0.002)
    steps = np.diff(hundred[0][:, 0])
    assert steps[1] == pytest.approx(2 * steps[0], abs=0.3)
    dashed = {line.is_dashed() for line in figure.axes[0].lines if line.get_linewidth() == 1.3}
    assert dashed == {True}
    faint = lines(figure, color=style.GREY, width=0.9)  # each behind the other
    np.testing.assert_array_equal(faint[0][:, 1], hundred[1][:, 1])
    np.testing.assert_array_equal(faint[1][:, 1], hundred[0][:, 1])


@both_widths
def test_the_last_values_are_written_and_named_in_the_first_panel_only(narrow):
    shown = texts(figures.stability_curves([1, 2, 4], CURVES, narrow=narrow))
    assert {"first 100: 80 %", "first 12: 40 %", "100 %", "30 %"} <= set(shown)
    assert sum("first 12" in text for text in shown) == 1
    assert "grey: the first 100 by other scores" in shown


@both_widths
def test_of_one_size_there_are_points_and_what_is_not_defined_says_so(narrow):
    curves = {"entropy": [[0.2], [0.5]], "disagreement": [[NAN], [NAN]]}
    figure = figures.stability_curves([1], curves, narrow=narrow)
    assert lines(figure, color=style.INK, width=2) == []
    assert lines(figure, color=style.GREY, width=0.9) == []
    assert [len(part) for part in lines(figure, color=style.INK, mark="o")] == [1]
    assert texts(figure).count("not defined") == 1
    assert "grey: the first 100 by other scores" not in texts(figure)


def test_two_values_that_are_near_are_written_apart_in_their_order():
    figure = figures.stability_curves([1, 2], {"a": [[0.02, 0.03], [0.02, 0.04]]})
    places = {t.get_text(): t.get_position()[1] for t in figure.axes[0].texts}
    assert places["first 12: 3 %"] - places["first 100: 4 %"] >= 14
    assert places["first 12: 3 %"] < places["0 %"]


# --- Ranks ------------------------------------------------------------------------------------


def ranked(count, narrow=False, **changes):
    ranks = np.arange(1.0, count + 1)
    given = {"ranks": ranks, "lows": np.maximum(ranks / 2, 1), "highs": 3 * ranks} | changes
    images = np.zeros((count, 28, 28), np.uint8)
    for k, image in enumerate(images):
        image[4:20, 5 : 6 + k % 20] = 255
    names = [f"{k}" for k in range(count)]
    return figures.rank_intervals(images, names, *given.values(), narrow=narrow)


@both_widths
def test_a_rank_is_a_dot_on_a_logarithmic_axis_between_the_ends_of_its_interval(narrow):
    figure = ranked(12, narrow)
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))
    y = {t.get_text(): t.get_position()[1] for t in figure.axes[0].texts if t.get_ha() == "right"}
    decade = y["10"] - y["1"]
    heights = (dots[:, 1] - dots[0, 1]) / decade
    np.testing.assert_allclose(heights, np.log10(range(1, 13)), atol=0.002)
    spans = lines(figure, color=style.INK, width=2.6) + lines(figure, color=style.GREY, width=1.6)
    ends = [(span[:, 1] - dots[0, 1]) / decade for span in spans]
    expected = [[np.log10(max(rank / 2, 1)), np.log10(3 * rank)] for rank in range(1, 13)]
    np.testing.assert_allclose(ends, expected, atol=0.002)


@both_widths
def test_only_an_interval_within_the_first_twelve_is_heavy_and_its_name_bold(narrow):
    figure = ranked(12, narrow)
    assert len(lines(figure, color=style.INK, width=2.6)) == 4  # up to 3 · 4
    bold = [t.get_text() for t in figure.axes[0].texts if t.get_weight() == "bold"]
    assert bold == ["0", "1", "2", "3"]
    ((_, top, _, high),) = boxes(figure, style.LINE)
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))[:, 1]
    assert dots[11] < top + high < dots[11] + (dots[11] - dots[10])


def test_on_a_phone_the_first_twelve_of_the_digits_are_shown():
    shown = alphas(ranked(24, narrow=True))[0]
    np.testing.assert_array_equal(alphas(ranked(12, narrow=True))[0], shown)
    names = {t.get_text() for t in ranked(24, narrow=True).axes[0].texts}
    assert "11" in names
    assert not names & {str(k) for k in range(12, 20)}


def test_the_digits_stand_under_their_dots_in_order():
    figure = ranked(20)
    (image,) = figure.axes[0].images
    left = image.get_extent()[0]
    dots = np.concatenate(lines(figure, color=style.INK, mark="o"))[:, 0]
    for k, x in enumerate(dots):
        start = int(x - left) - 10
        part = image.get_array()[:, start : start + 20, 3]
        assert (part > 0).any(axis=0).sum() == k + 1  # as wide as it was drawn


def test_what_is_not_known_of_a_rank_is_not_drawn():
    nothing = np.full(2, NAN)
    figure = ranked(2, ranks=nothing, lows=nothing, highs=nothing)
    assert lines(figure, color=style.INK, mark="o") == []
    assert len(alphas(figure)) == 1


# --- Thumbnails -------------------------------------------------------------------------------


def test_a_tile_is_the_ink_in_the_middle_at_a_whole_multiple():
    image = np.zeros((28, 28), np.uint8)
    image[3:7, 20:22] = [[10, 20], [30, 40], [50, 60], [70, 80]]
    (tile,) = tiles(image[None], 9)
    expected = np.zeros((9, 9), np.uint8)
    expected[:8, 2:6] = image[3:7, 20:22].repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(tile, expected)


def test_large_digits_are_reduced_all_on_one_scale():
    images = np.zeros((3, 50, 40), np.uint8)
    images[0, 5:45, 0:20] = images[1, 0:20, 0:8] = 255  # the last one is empty
    first, second, empty = tiles(images, 20) > 0
    assert (first.any(axis=1).sum(), first.any(axis=0).sum()) == (20, 10)
    assert (second.any(axis=1).sum(), second.any(axis=0).sum()) == (10, 4)
    assert not empty.any()


# --- Doubt ------------------------------------------------------------------------------------


def mapped(places, narrow=False):
    image = np.full((1, 16, 16), 255, np.uint8)
    images = image.repeat(len(places), axis=0)
    return figures.doubt_map(images, *np.transpose(places), narrow=narrow)


def dots(figure):
    paths = [p.get_path().vertices[::2] for p in figure.axes[0].patches if type(p) is PathPatch]
    return np.concatenate([*paths, np.empty((0, 2))])


@both_widths
def test_a_digit_is_shown_where_none_before_it_lies_and_else_is_a_dot(narrow):
    figure = mapped([(0.2, 0.1), (0.2001, 0.1), (0.6, 0.1), (0.2, 0.3), (0.6, 0.3)], narrow)
    (image,), (dot,) = figure.axes[0].images, dots(figure)
    left, _, bottom, _ = image.get_extent()
    shown = np.asarray(image.get_array()[..., 3] > 0)
    free = (20 if narrow else 24) // 2 - 8  # around a digit
    shown = shown[free:-free, free:-free]
    assert shown.sum() == 4 * 16**2
    assert shown[:16, :16].all()  # the corners of the map
    assert shown[-16:, -16:].all()
    np.testing.assert_allclose(dot, [left + free + 8, bottom - free - 8], atol=1)  # on the first


def test_the_more_doubt_the_further_right_or_up():
    for axis in (0, 1):
        places = np.tile([0.3, 0.3], (400 // 2, 1))
        places[:, axis] = np.linspace(0.1, 0.5, len(places))
        found = dots(mapped(places))[:, axis] * (1, -1)[axis]
        assert len(found) > 100
        assert (np.diff(found) >= 0).all()
        assert found[-1] - found[0] > 250


@both_widths
def test_no_more_than_sixty_digits_are_shown_and_none_lies_on_another(narrow):
    places = RNG.random((200, 2))
    figure = mapped(places, narrow)
    shown = (alphas(figure)[0] > 0).sum() / 16**2
    assert shown == int(shown) <= 60
    assert shown + len(dots(figure)) == 200
    assert shown > 40


def test_a_digit_of_unknown_doubt_is_left_out():
    figure = mapped([(0.2, 0.1), (NAN, 0.1), (0.4, NAN)])
    assert (alphas(figure)[0] > 0).sum() == 16**2
    assert len(dots(figure)) == 0


# --- Reliability ------------------------------------------------------------------------------

BEFORE = [[NAN, 0.5, 0.9], [NAN, 0.25, 0.8], [NAN, 0.1, 0.7], [NAN, 0.6, 0.9], [0, 10, 1000]]
AFTER = [[NAN, 0.6, 0.7], [NAN, 0.5, 0.9], [NAN, 0.2, 0.8], [NAN, 0.8, 1], [0, 1, 100]]


@both_widths
def test_confidence_and_the_share_that_is_right_are_where_they_belong(narrow):
    panels = {"one": {"before": BEFORE, "after": AFTER}}
    figure = figures.reliability_diagram(panels, narrow=narrow)
    (diagonal,) = lines(figure, color=style.GREY, width=0.9)
    (x, y), side = diagonal[0], diagonal[1, 0] - diagonal[0, 0]
    assert y - diagonal[1, 1] == side
    for (confidence, accuracy, *_), color, shift in (
        (BEFORE, style.GREY, -2),
        (AFTER, style.INK, 2),
    ):
        points = np.concatenate(lines(figure, color=color, mark="o"))[:2]
        expected = x + shift + side * np.array(confidence[1:])
        np.testing.assert_allclose(points[:, 0], expected, atol=0.06)
        np.testing.assert_allclose(points[:, 1], y - side * np.array(accuracy[1:]), atol=0.06)
    spans = lines(figure, color=style.QUIET, width=1)
    ends = [(y - span[:, 1]) / side for span in spans]
    np.testing.assert_allclose(ends, [[0.2, 0.8], [0.8, 1]], atol=0.001)


def test_the_bars_count_the_digits_of_a_bin_on_a_logarithmic_scale():
    figure = figures.reliability_diagram({"one": {"before": BEFORE, "after": AFTER}})
    heights = [high for *_, high in boxes(figure, style.GREY)]
    assert len(heights) == 2
    assert heights[1] / heights[0] == pytest.approx(np.log(200) / np.log(2), rel=0.05)
    hollow = [p for p in figure.axes[0].patches if same_color(p.get_ec(), style.GREY)]
    assert len([p for p in hollow if p.get_height() > 0]) == 2


@both_widths
def test_the_first_panel_alone_explains_the_marks_and_the_sides(narrow):
    pair = {"before": BEFORE, "after": AFTER}
    figure = figures.reliability_diagram({"one": pair, "all": pair}, narrow=narrow)
    for words in ("before", "after", "too sure", "too modest", "as sure as right", "digits"):
        assert texts(figure).count(words) == 1
    one, other = lines(figure, color=style.GREY, width=0.9)
    assert (one[0, 0] == other[0, 0]) == narrow  # one under the other, or side by side
    assert (one[0, 1] == other[0, 1]) != narrow


# --- Rates ------------------------------------------------------------------------------------


@both_widths
def test_a_rate_is_a_dot_in_its_interval_on_an_axis_from_zero(narrow):
    figure = figures.rate_intervals(
        ["a", "b"], [0.2, 0.05], [0.1, 0.04], [0.4, 0.06], narrow=narrow
    )
    zero = lines(figure, color=style.GREY)[0][0, 0]
    points = np.concatenate(lines(figure, color=style.INK, mark="o"))
    spans = lines(figure, color=style.INK, width=2)
    scale = (points[0, 0] - zero) / 20
    np.testing.assert_allclose((points[:, 0] - zero) / scale, [20, 5], atol=0.1)
    ends = [(span[:, 0] - zero) / scale for span in spans]
    np.testing.assert_allclose(ends, [[10, 40], [4, 6]], atol=0.1)
    assert points[1, 1] - points[0, 1] >= 30
    assert {"20 %", "(10–40)", "5.0 %", "(4.0–6.0)"} <= set(texts(figure))


def test_a_rate_has_as_many_decimals_as_its_interval_needs():
    shown = texts(
        figures.rate_intervals(
            ["a", "b", "c"], [0.0043, 0.31, NAN], [0.0038, 0.22, NAN], [0.0048, 0.41, NAN], "wrong"
        )
    )
    assert {"0.43 %", "(0.38–0.48)", "31 %", "(22–41)", "none", "wrong"} <= set(shown)


def test_long_names_stand_above_their_rows_on_as_many_lines_as_they_need():
    name = "digits of which somebody once said that they were quite unreadable"
    figure = figures.rate_intervals([name, "b"], [0.1, 0.2], [0, 0.1], [0.2, 0.3], narrow=True)
    first, second = broken(name, style.NARROW)
    places = {t.get_text(): t.get_position() for t in figure.axes[0].texts}
    assert places[first][0] == places[second][0] == 0
    assert places[first][1] < places[second][1] < places["10 %"][1]
    assert f"{first} {second}" == name


# --- Wrong arguments --------------------------------------------------------------------------

IMAGES = np.stack([drawing()] * 2)
PAIR = {"before": BEFORE, "after": AFTER}


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.stability_curves([2, 1], {"a": np.ones((2, 2))}),
         r"sizes: got \[2, 1\], needs rising whole numbers from 1"),
        (lambda: figures.stability_curves([1.5], {"a": np.ones((2, 1))}), r"sizes: got \[1.5\]"),
        (lambda: figures.stability_curves([1], {}), "curves: got none, needs one score or more"),
        (lambda: figures.stability_curves([1], {"a": np.ones((1, 1))}),
         r"curves\['a'\]: got float64 \(1, 1\), needs \(2, 1\), 0 to 1 or NaN"),
        (lambda: figures.stability_curves([1], {"a": [[2], [0]]}),
         r"curves\['a'\]: got numbers out of range"),
        (lambda: ranked(25), r"images: got uint8 \(25, 28, 28\), needs .* n from 1 to 24"),
        (lambda: figures.rank_intervals(IMAGES, ["a"], [1, 2], [1, 2], [1, 2]),
         "names: got 1, needs 2, one per image"),
        (lambda: ranked(2, ranks=[0, 1]), r"ranks: got \[0.0, 1.0\], needs \(2,\), at least 1"),
        (lambda: ranked(2, highs=[1]), r"highs: got \[1.0\]"),
        (lambda: ranked(2, lows=[1, 9]), r"lows: got \[1, 9\], needs nowhere above highs"),
        (lambda: figures.doubt_map(IMAGES / 255, [0, 0], [0, 0]), "images: got float64"),
        (lambda: figures.doubt_map(IMAGES, [0], [0, 0]),
         r"expected_entropy: got float64 \(1,\), needs \(2,\), 0 to 1 or NaN"),
        (lambda: figures.doubt_map(IMAGES, [0, 0], [0, 2]),
         "mutual_information: got numbers out of range"),
        (lambda: figures.reliability_diagram({}), "panels: got 0, needs one or two"),
        (lambda: figures.reliability_diagram({"a": {"before": BEFORE}}),
         r"panels\['a'\]: got \['before'\], needs before and after"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": AFTER[:4]}}),
         r"panels\['a'\]\['after'\]: got .*, needs five arrays \(3,\)"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": [[2] * 3, *AFTER[1:]]}}),
         r"panels\['a'\]\['after'\].confidence: got numbers out of range"),
        (lambda: figures.reliability_diagram({"a": PAIR | {"after": [*AFTER[:4], [1, 0.5, 1]]}}),
         r"\['after'\].count: got \[1.0, 0.5, 1.0\], needs whole numbers from 0"),
        (lambda: figures.rate_intervals([], [], [], []), "names: got 0, needs one to six"),
        (lambda: figures.rate_intervals(["a"], [43], [1], [50]),
         r"rates: got \[43.0\], needs \(1,\), 0 to 1 or NaN"),
        (lambda: figures.rate_intervals(["a"], [0.4], [0.5], [0.6]),
         r"rates: got \[0.4\], needs none below lows or above highs"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
