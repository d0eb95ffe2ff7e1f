"""Words for numbers and names: what every sentence is made of."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..article import Card, literal

#: The content of numbers.json.
Numbers = dict[str, Any]

_WORDS = ("no", "one", "two", "three", "four", "five", "six")
_WORDS += ("seven", "eight", "nine", "ten", "eleven", "twelve")
_PLACES = ("second", "third", "fourth", "fifth", "sixth", "seventh")
_PLACES += ("eighth", "ninth", "tenth", "eleventh", "twelfth")


def count(number: int, noun: str = "", plural: str = "") -> str:
    """Return a number as a reader wants it: "three digits", "one digit", "10,000 digits"."""
    figure = _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"
    if not noun:
        return "none" if number == 0 else figure
    return f"{figure} {noun if number == 1 else plural or noun + 's'}"


def ordinal(number: int) -> str:
    """Return the place in a row: "second", "fourth", "13th"; for places from 2 on."""
    if number <= len(_PLACES) + 1:
        return _PLACES[number - 2]
    teens = 11 <= number % 100 <= 13
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def times(number: int) -> str:
    """Return how often: "not once", "once", "twice", "three times"."""
    return {0: "not once", 1: "once", 2: "twice"}.get(number) or count(number, "time")


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as percent, with a space that does not break; 100 % means all of it."""
    text = f"{100 * share:.{decimals}f}"
    if text.startswith("100") and share < 1:
        text = "more than " + f"{100 - 10.0**-decimals:.{decimals}f}"
    return f"{text}\u00a0%"


def listing(items: list[str], last: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def share(part: int, whole: int) -> str:
    """Return "three of the twelve", "none of the twelve", "all twelve", "the one"."""
    if part == whole:
        return "the one" if whole == 1 else "both" if whole == 2 else f"all {count(whole)}"
    return f"{count(part)} of the {count(whole)}"


def thing(n: Numbers) -> str:
    """Return what the pictures are: "digit", or "picture" in a set that is not ours."""
    return "digit" if n["dataset"] in ("mnist", "sample") else "picture"


def either(n: Numbers, *, digits: str, pictures: str) -> str:
    """Return what is said of handwritten digits, or what is said of any other pictures."""
    return digits if thing(n) == "digit" else pictures


def names(n: Numbers) -> list[str]:
    """Return the names of the classes, safe inside Markdown."""
    return [literal(name) for name in n["class_names"]]


def article(name: str) -> str:
    """Return a digit's name as a noun, "a 7" or "an 8"; any other name in quotes."""
    if not name.isdecimal():
        return f"“{name}”"
    return f"{'an' if name in ('11', '18') or name.startswith('8') else 'a'} {name}"


def networks(n: Numbers) -> str:
    """Return the committee as the subject of a sentence: "all five networks", "both networks"."""
    return {1: "the network", 2: "both networks"}.get(
        n["networks"], f"all {count(n['networks'])} networks"
    )


def spoken(name: str) -> str:
    """Return how a score, or a kind of planted picture, is called in a sentence."""
    return name.replace("_", " ")


def tests(n: Numbers) -> int:
    """Return the number of test digits."""
    return sum(n["test_counts"])


def plain(markdown: str) -> str:
    """Return Markdown of this module as plain text, for alt texts: no stars, no backslashes."""
    return re.sub(r"\*+|\\([!-/:-@\[-`{-~])", r"\1", markdown)


def cards(
    n: Numbers,
    opinions: list[dict],
    images: Mapping[str, np.ndarray],
    *,
    judge: str = "The network says",
    note: Callable[[dict], str] = lambda opinion: "",
) -> list[Card]:
    """Return the cards of some digits: picture, title and bars travel together by index.

    images: uint8 (N, H, W) of "train" and of "test"; an opinion that names no `split` is on a test
    digit. `note` returns the Markdown that stands under the bars of an opinion.
    """
    return [
        Card(
            images[opinion.get("split", "test")][opinion["index"]],
            index=opinion["index"],
            prediction=opinion["prediction"],
            truth=opinion["label"],
            probs=np.array(opinion["probs"]),
            class_names=tuple(n["class_names"]),
            split=f"{part(opinion)} {thing(n)}",
            judge=judge,
            note=note(opinion),
        )
        for opinion in opinions
    ]


def part(opinion: dict) -> str:
    """Return the part that a digit belongs to, as the first word of a sentence."""
    return "Training" if opinion.get("split") == "train" else "Test"


def votes(digit: dict, name: list[str]) -> str:
    """Return how the networks voted: "nine networks say 2, five 8 and two 3"."""
    order = [k for k in np.argsort(digit["votes"])[::-1] if digit["votes"][k]]
    first, *rest = order
    start = f"{count(digit['votes'][first], 'network')} "
    start += f"{'says' if digit['votes'][first] == 1 else 'say'} {article(name[first])}"
    return listing([start, *(f"{count(digit['votes'][k])} {article(name[k])}" for k in rest)])


def compares(n: Numbers) -> bool:
    """Return whether these digits are the write-up's, so that indices and figures compare."""
    return n["dataset"] == "mnist"
