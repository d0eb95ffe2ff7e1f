"""The pad, in a browser: its numbers are the networks', its sentences say what they should."""

import base64

import numpy as np
import pytest

from ambiguous_digits import network, packing, scores
from ambiguous_digits.article import markup
from ambiguous_digits.article.exhibits import picture
from page_checks import ink

SCRIPT = str(markup.render("pad.js"))
BARS = "bars => bars.map(bar => +bar.style.getPropertyValue('--p'))"
SURE = [0, 0, 0, 0, 0.06, 0, 0, 0, 0, 0.94]  # of 9
TORN = [0, 0, 0, 0, 0.46, 0, 0, 0, 0, 0.54]
LESS = [0, 0, 0, 0, 0.50, 0, 0, 0, 0.1, 0.40]
CASES = [
    ([SURE] * 5, {}, "All five are sure: 9."),
    ([SURE] * 5, {"drawn": True}, "All five are sure: 9, whatever you drew."),
    ([SURE] * 5, {"faint": True}, "it may be no digit at all."),
    ([SURE] * 3 + [SURE[::-1], TORN], {}, "Three are sure of 9, one of 0. Somebody is wrong"),
    ([TORN] * 5, {}, "Each of the five is torn between 4 and 9, and leans to 9."),
    ([TORN] * 4 + [LESS], {}, "The five are torn between 4 and 9: four lean to 9, one to 4."),
    ([SURE] * 4 + [TORN], {}, "All five say 9; four are sure. The other reading is 4."),
    (
        [SURE] * 2 + [TORN] * 2 + [LESS],
        {},
        "The five see 4 or 9. Two are sure of 9; two lean to 9, one to 4.",
    ),
    ([TORN] * 4 + [LESS[::-1]], {}, "None is sure; four lean to 9, one to 5."),
]


@pytest.fixture(scope="module")
def page():
    """The pad of two networks that know nothing, as a page; the digit on it; the weights in it."""
    image, *images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    members = [network.build((28, 28), 10, seed=seed).get_weights() for seed in (1, 2)]
    for weights in members:
        weights[-2] *= 30  # or they would say a tenth of everything
        weights[-1] += np.arange(10) / 10
    packed, unpacked = packing.pack(members, np.array(images))
    digit = {"about": "", "said": [SURE] * 2, "image": base64.b64encode(image.tobytes()).decode()}
    data = {"packed": base64.b64encode(packed).decode(), "shapes": [w.shape for w in members[0]]}
    data |= {"digits": [digit], "classes": [*"0123456789"], "faint": 0}
    values = dict.fromkeys(("name", "fold", "caption", "agree", "tests", "steps", "networks"), "")
    chips = [(7, picture(image, 56, "7"))]
    figure = markup.render("pad.html.j2", data=data, chips=chips, size="pad", **values)
    return f"<!DOCTYPE html>{figure}<script>{SCRIPT}</script>", image, unpacked


@pytest.fixture
def tab(page, chrome):
    """The page, opened; it writes nothing to the console and asks for nothing."""
    tab, heard = chrome.new_page(), []
    for event in ("console", "pageerror", "request"):
        tab.on(event, lambda what: heard.append(str(what)))
    tab.set_content(page[0])
    yield tab
    assert heard == []


@pytest.fixture
def pure(chrome):
    """The functions that the script returns to whoever evaluates it."""
    return chrome.new_page().evaluate_handle(SCRIPT)


def seen(tab):
    return ink(tab.locator(".pad-seen").evaluate("canvas => canvas.toDataURL()"))


def test_numbers_are_the_networks_also_after_a_dab(tab, page):
    _, image, unpacked = page
    assert (seen(tab) == image).all()
    for row in (5, 15):
        tab.locator(".pad-canvas").click(position={"x": 85, "y": 10 * row + 5})
        tab.wait_for_function("document.querySelector('.pad-game').textContent")
        shown = tab.locator(".pad-networks i").evaluate_all(BARS)
        said = [network.predict_logits(weights, seen(tab)[None]) for weights in unpacked]
        assert shown == pytest.approx(scores.softmax(said).ravel(), abs=1e-4)
        assert seen(tab)[row, 8] == 0


def test_keys_draw_and_undo_goes_back_past_everything(tab, page):
    keys, image = tab.locator(".pad-canvas"), page[1]
    for key in ("x", "ArrowDown", "Space"):
        keys.press(key)
    assert seen(tab)[15, 14] == 255
    tab.click("text=Blank")
    assert tab.locator(".pad-sentence").text_content() == "Draw something."
    assert "%" not in tab.locator(".pad-networks").text_content()
    tab.click("text=Undo")
    keys.press("Control+z")
    assert seen(tab)[14, 14] == 0
    tab.click("text=Reset")
    assert (seen(tab) == image).all()


def test_a_drawing_is_framed_as_mnist_framed_its_digits(pure):
    """A square in a corner fills 20 x 20 pixels, and has its centre of mass in the middle."""
    ink = "Uint8Array.from({ length: 78400 }, (_, i) => i % 280 < 50 && i < 14000 ? 255 : 0)"
    framed = np.reshape(pure.evaluate(f"pad => [...pad.framed({ink})]"), (28, 28))
    for mass in (framed.sum(axis=0), framed.sum(axis=1)):
        assert np.count_nonzero(mass) == 20
        assert np.average(np.arange(28), weights=mass) == pytest.approx(14, abs=0.5)


@pytest.mark.parametrize(("probs", "options", "says"), CASES)
def test_the_sentence_tells_the_cases_apart(pure, probs, options, says):
    call = "(pad, [p, options]) => pad.sentence(p.map(pad.opinion), [...'0123456789'], options)"
    assert says in pure.evaluate(call, [probs, options])
