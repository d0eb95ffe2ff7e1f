"""Prose with numbers in it: the cell magic `%%prose`, Markdown with Jinja2.

    %%prose if votes
    ## Four witnesses {#witnesses}

    On {{ disputed | number("digit") }} people disagree.
    % if torn > 0
    This sentence holds only where some are torn.
    % endif

`{{ … }}` is any expression of the notebook's variables, with all of Jinja's filters and those
below; `% if …`, `% else`, `% for …`, `% endif` on lines of their own say when a sentence holds.
`%%prose if EXPRESSION` leaves out the whole cell; `%%prose as NAME` keeps the text as a variable
instead of showing it, for a caption or an alt text with a condition in it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from IPython import get_ipython

from ambiguous_digits.article.markup import markdown, show

WORDS = ["no", "one", "two", "three", "four", "five", "six"]
WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]


def fill(text: str, variables: Mapping[str, Any]) -> str:
    """Returns Markdown whose numbers come from `variables`.

    Raises jinja2.UndefinedError on a name that is not among them, and ValueError on None or NaN,
    and on a heading without words.
    """
    blocks = re.sub(r"^% (.*)$", r"{% \1 %}", text, flags=re.MULTILINE)
    filled = _environment.from_string(blocks).render(variables)
    if empty := re.search(r"^#+[ \t]*(\{#.*\})?[ \t]*$", filled, flags=re.MULTILINE):
        raise ValueError(f"the heading {empty[0]!r} has no words")
    return filled


def prose(line: str, cell: str) -> None:
    """The magic: see above. Registered when `ambiguous_digits.article` is imported."""
    shell = get_ipython()
    option, _, rest = line.strip().partition(" ")
    if option not in ("", "if", "as") or bool(option) != bool(rest.strip()):
        raise ValueError(f"%%prose {line}; needed: nothing, `if EXPRESSION` or `as NAME`")
    if option == "as":
        shell.user_ns[rest.strip()] = fill(cell, shell.user_ns).strip()
    elif option != "if" or fill(f"{{{{ 1 if {rest} else 0 }}}}", shell.user_ns) == "1":
        text = fill(cell, shell.user_ns)
        if text.strip():
            show(markdown(text), text)


def percent(share: float, decimals: int = 0) -> str:
    """Returns a share as percent, with a space that does not break; 100 % means all of it."""
    text = f"{100 * share:.{decimals}f}"
    if text.startswith("100") and share < 1:
        text = f"more than {100 - 10.0**-decimals:.{decimals}f}"
    return f"{text}\u00a0%"


def number(value: int, noun: str = "", plural: str = "") -> str:
    """Returns a number as a reader wants it: "three digits", "no digits", "10,000"; "none"."""
    figure = WORDS[value] if 0 <= value < len(WORDS) else f"{value:,}"
    if not noun:
        return "none" if value == 0 else figure
    return f"{figure} {noun if value == 1 else plural or noun + 's'}"


def listing(items: Sequence[object], last: str = "and") -> str:
    """Returns "a", "a and b", "a, b and c"."""
    *rest, end = map(str, items)
    return f" {last} ".join([", ".join(rest), end] if rest else [end])


def a(name: object) -> str:
    """Returns the name of a class as a noun: "a 7", "an 8"; one that is no number in quotes."""
    name = str(name)
    if not name.isdecimal():
        return f"“{name}”"
    return f"{'an' if name in ('11', '18') or name.startswith('8') else 'a'} {name}"


def tally(counts: Sequence[int], names: Sequence[str]) -> str:
    """Returns how votes fell, the most first: "13 for 6, five for 5 and two for 2", "all 20 for 7".

    counts: of each of `names`; those without a vote are left out.
    """
    found = sorted(((c, -i) for i, c in enumerate(counts) if c), reverse=True)
    if len(found) == 1:
        all_ = {1: "one", 2: "both"}.get(found[0][0], f"all {number(found[0][0])}")
        return f"{all_} for {names[-found[0][1]]}"
    return listing([f"{number(c)} for {names[-i]}" for c, i in found])


def _present(value: object) -> object:
    if value is None or value != value:
        raise ValueError(f"prose shows {value}; guard it by a condition")
    return value


_environment = jinja2.Environment(
    trim_blocks=True,
    comment_start_string="{//",  # {# begins the id of a heading
    comment_end_string="//}",
    undefined=jinja2.StrictUndefined,
    finalize=_present,
)
_environment.getattr = _environment.getitem  # else n.verdicts.clear is the method of a dictionary
_environment.filters |= {f.__name__: f for f in (percent, number, listing, tally, a)}
