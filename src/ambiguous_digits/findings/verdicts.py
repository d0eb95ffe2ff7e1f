"""The second half: a verdict on every digit, and what the verdicts are worth."""

from math import ceil

import pandas as pd

from .contest import ASKED, CALLED
from .words import (
    Numbers,
    article,
    compares,
    count,
    either,
    names,
    percent,
    share,
    tests,
    thing,
)

#: The verdicts that have a gallery, in the order in which they are tried.
ORDER = ("label doubtful", "two ways", "no digit", "blind spot", "clear")
#: What each kind of planted thing should be called.
_DUE = {
    "mean_blends": "two ways",
    "max_blends": "two ways",
    "shuffled_patches": "no digit",
    "spectrum_noise": "no digit",
    "wrong_labels": "label doubtful",
}


def _unclear(n: Numbers) -> int:
    return tests(n) - n["verdicts"]["test"]["clear"]


def verdicts_title(n: Numbers) -> str:
    """Return the finding about the verdicts, a heading."""
    unclear, found = _unclear(n), n["verdicts"]["test"]
    if not unclear:
        return f"Every test {thing(n)} is clear"
    start = f"{count(unclear, f'{thing(n)}').capitalize()} of {tests(n):,} "
    start += "is not clear" if unclear == 1 else "are not clear"
    most = 2 * found["two ways"] > unclear > 1
    return f"{start}, and most of these have two readings" if most else start


def verdicts_question(n: Numbers) -> str:
    """Return the rules of the verdicts, and announce the galleries."""
    limits, what = n["verdicts"]["thresholds"], thing(n)
    sure, both, alone = (percent(limits[name]) for name in ("sure", "both", "alone"))
    return (
        f"The write-up ends with a wish: to tell {what}s that can *easily be classified in two "
        f"ways* from those that are *impossible to classify*. So let each {what} have a verdict, "
        f"the first that fits:\n\n1. **Label doubtful.** The committee is sure, with {sure} or "
        "more, of another class.\n2. **Two ways.** It is not sure, two classes together have "
        f"{both} of its belief or more, and at most two classes have a network that gives them "
        f"more than {alone}.\n3. **No {what}.** It is not sure, nor is it two ways: belief is "
        "spread more widely, or three classes or more have such a network.\n4. **Blind spot.** "
        "The committee is sure of the label, the first network errs, and most of the others do "
        "not.\n5. **Clear.** All the rest.\n\n"
        + either(
            n,
            digits="The three limits were chosen once, on training digits of MNIST and a first set "
            "of planted pictures, so that at least 98 percent of the training digits stay clear. "
            "People's votes had no part in it.",
            pictures="The three limits were chosen on other data, and not for these pictures.",
        )
        + " The galleries show the first few of each.^[*Label doubtful* is stricter than "
        "*doubtful* in [](#fig-rates): there it is enough that the label gets less than half of "
        "the belief.]"
    )


def shown_verdicts(n: Numbers) -> list[str]:
    """Return the verdicts that some test digit has, in their order."""
    return [name for name in ORDER if n["verdicts"]["gallery"][name]]


def verdict_caption(n: Numbers, name: str) -> str:
    """Return the caption of the gallery of one verdict."""
    what, many = thing(n), n["verdicts"]["test"][name]
    of = f"{count(many, f'test {what}')}"
    order = {
        "label doubtful": "those first whose label is believed least",
        "two ways": "those first whose second reading is strongest",
        "no digit": "those first whose belief is spread most widely",
        "blind spot": "those first on which the first network errs most boldly",
        "clear": "the clearest first",
    }[name]
    title = name.replace("digit", what).capitalize()
    return f"**{title}**: {of}{f', {order}' if many > 6 else ''}."


def verdict_note(n: Numbers, verdict: str, digit: dict) -> str:
    """Return what stands under a digit of a verdict's gallery: its rival, and people's votes."""
    lines = []
    if digit["rival"] not in (None, digit["prediction"]):
        rival = article(names(n)[digit["rival"]])
        lines.append(f"first network: {rival}" if verdict == "blind spot" else f"or {rival}?")
    if digit["people"] is not None:
        lines.append(f"people: {digit['people']} of 5 for the label")
    return "  \n".join(lines)


def verdicts_shown(n: Numbers) -> str:
    """Return what the galleries say together with the first picture, and with people."""
    what, first = thing(n), n["ensemble"]["most_ambiguous"]
    nothing = sum(digit["verdict"] == "no digit" for digit in first)
    text = ""
    if nothing:
        text += (
            f"{share(nothing, len(first)).capitalize()} from [](#fig-answer) "
            f"{'is' if nothing == 1 else 'are'} called *no {what}*. Low confidence does not tell a "
            f"{what} with two readings from one with many."
        )
    plain = [d for d in n["verdicts"]["gallery"]["no digit"] if d["people"] == 5]
    if plain:
        name = article(names(n)[plain[0]["label"]])
        text += (
            " But beware of the name: it only means that the networks settle neither on one "
            f"{what} nor on two. Number {plain[0]['index']} is {name} to all five people who were "
            "asked."
        )
    return text.strip()


def verdicts_reading(n: Numbers) -> str:
    """Return what announces the test of the verdicts."""
    return (
        "Are the verdicts right? [](#tab-verdicts) tries them on planted pictures that had no part "
        "in the choice of the limits."
    )


def verdicts_table(n: Numbers) -> pd.DataFrame:
    """Return the share of each verdict on what was planted, and what it should have been."""
    rows = []
    for kind, due in _DUE.items():
        if kind in n["verdicts"]["reported"]:
            found = n["verdicts"]["reported"][kind]
            row = {"Planted": f"{CALLED[kind]}\nshould be {due.replace('digit', thing(n))}"}
            for name in ("label doubtful", "two ways", "no digit", "clear"):
                share, low, high = (f"{100 * found[name][k]:.0f}" for k in ("rate", "low", "high"))
                column = name.replace("digit", thing(n)).capitalize()
                row[column] = f"{share}\n{low}–{high}" if name == due else share
            rows.append(row)
    return pd.DataFrame(rows)


def verdicts_caption(n: Numbers) -> str:
    """Return the caption of the table."""
    return (
        "Verdicts on planted pictures and labels of a second seed, in percent. Small: the 95 "
        "percent interval of the share that should be 100."
    )


def verdicts(n: Numbers) -> str:
    """Return what the verdicts are worth on planted truth."""
    what, found = thing(n), n["verdicts"]["reported"]
    wrong = found["wrong_labels"]["label doubtful"]["rate"]
    rates = {kind: found[kind][due]["rate"] for kind, due in _DUE.items() if kind in found}
    text = f"Of the wrong labels {percent(wrong)} are called doubtful."
    if "mean_blends" in rates:
        pair = found["mean_blends"].get("pair")
        right = f", and of these {percent(pair['rate'])} name the right two" if pair else ""
        text += (
            f" Of the averages {percent(rates['mean_blends'])} are said to have two "
            f"readings{right}. Of the overlays it is {percent(rates['max_blends'])}"
        )
        clear, doubtful = (found["max_blends"][k]["rate"] for k in ("clear", "label doubtful"))
        text += (
            f": the others mostly pass as one clear {what} ({percent(clear)}) or as a label error "
            f"({percent(doubtful)}), as may happen where one covers the other."
            if 2 * (clear + doubtful) > 1 - rates["max_blends"]
            else "."
        )
    text += (
        f" Of the noise {percent(rates['spectrum_noise'])} is called no {what}, of the shuffled "
        f"pictures {percent(rates['shuffled_patches'])}."
    )
    before = n["verdicts"]["chosen"]
    both = [(found[k][_DUE[k]], before[k][_DUE[k]]) for k in rates]
    pairs = [use.get("mean_blends", {}).get("pair") for use in (found, before)]
    both += [pairs] if all(pairs) else []
    change = max(abs(now["rate"] - then["rate"]) for now, then in both)
    text += (
        "^[On the first seed, by which the limits were chosen, none of these shares was further "
        f"off than {count(max(1, ceil(100 * change - 1e-9)), 'point')}.]"
        if compares(n)
        else ""
    )
    two = found["shuffled_patches"]["two ways"]["rate"]
    if two > rates["shuffled_patches"]:
        text += " More of the shuffled pictures get two readings than none."
    return text


def votes_intro(n: Numbers) -> str:
    """Return what announces the verdicts before people, where they voted."""
    if not n["judges"]:
        return ""
    return "And people? [](#tab-votes) sorts the digits on which they voted by our verdict."


def votes_table(n: Numbers) -> pd.DataFrame:
    """Return how many of each verdict people disputed and rejected, with intervals."""
    rows = []
    for name, found in n["verdicts"]["votes"].items():
        total = found["disputed"]["total"]
        if total:
            rows.append({"Our verdict": name, "Digits": total})
            rows[-1] |= {kind.capitalize(): _counted(found[kind]) for kind in ASKED}
    return pd.DataFrame(rows)


def _counted(found: dict[str, float]) -> str:
    low, high = (f"{100 * found[end]:.0f}" for end in ("low", "high"))
    return f"{found['count']}\n{low}\u2060–\u2060{high}\u00a0%"


def votes_caption(n: Numbers) -> str:
    """Return the caption of that table."""
    return (
        "How many digits of each verdict people disputed, and how many they rejected. Small: the "
        "95 percent interval of their share."
    )


def votes_reading(n: Numbers) -> str:
    """Return where people and verdicts meet, by the verdicts that have some votes."""
    if not n["judges"]:
        return ""
    known = {k: v["disputed"] for k, v in n["verdicts"]["votes"].items()}
    known = {name: found for name, found in known.items() if found["total"] >= 5}
    small = "The numbers are small, and the intervals long."
    if len({found["rate"] for found in known.values()}) < 2:
        return small
    most, least = (pick(known, key=lambda name: known[name]["rate"]) for pick in (max, min))
    text = (
        f"Of the verdicts with five {thing(n)}s or more, they disputed most often what we call "
        f"*{most}*, least what we call *{least}*."
    )
    if known[most]["low"] > known[least]["high"]:
        return f"{text} The numbers are small, but these two intervals do not touch."
    return f"{text} {small}"
