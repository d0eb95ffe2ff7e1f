"""The second half: the test digits whose labels the committee doubts."""

from .luck import about, common, few
from .places import drawn
from .words import Numbers, count, networks, share, tests, thing


def doubted_title(n: Numbers) -> str:
    """Return the finding about doubt in the label, a heading."""
    label, answer = (n["committee"][name]["certain"] for name in ("label_doubt", "low_confidence"))
    if few(n) or not drawn(n) or label == answer:
        return "Doubt about the label is another list"
    only = "only " if 0 < label < answer else ""
    sure = "all twelve" if label == 12 else count(label)
    are = "is" if label < 2 else "are"
    certain = "all but certain" if label else "certain"
    return f"Doubt the labels instead, and {only}{sure} {are} {certain} of a place"


def doubted_question(n: Numbers) -> str:
    """Return what is asked of the labels, and announce the gallery."""
    return (
        "The second definition has an edge that cuts too sharply. A wrong answer with 51 percent "
        "counts as a mistake, a right one with 51 percent does not. *Label doubt* has no edge: it "
        "asks how much belief is left for the label, and calls the rest doubt. So it counts both, "
        "the torn and the boldly wrong. [](#fig-doubted) has the committee's first twelve."
    )


def doubted_caption(n: Numbers) -> str:
    """Return the caption of the gallery of doubted labels."""
    spread = ", and the interval that holds it in nine draws of ten" if drawn(n) else ""
    return (
        f"The test {thing(n)}s whose labels {networks(n)} together doubt most. Under each its rank "
        f"by label doubt{spread}."
    )


def doubted(n: Numbers) -> str:
    """Return what the gallery of doubted labels shows."""
    digits, many, what = n["committee"]["label_doubt"]["digits"], n["networks"], thing(n)
    sure, other = (n["committee"][name]["certain"] for name in ("label_doubt", "low_confidence"))
    label, answer = (
        n["stability"][name]["12"]["curve"] for name in ("label_doubt", "low_confidence")
    )
    against = [
        digit["index"]
        for digit in digits
        if digit["prediction"] != digit["label"] and digit["votes"][digit["prediction"]] == many
    ]
    bold = {digit["index"] for digit in n["definition_2_gallery"]}
    known = len(bold & {digit["index"] for digit in digits})
    united, steady = "", ""
    if against and many > 1:
        united += (
            f"On {share(len(against), len(digits))} the networks, {count(many)} of {count(many)}, "
            "agree on something other than the label. There either the label is wrong or all the "
            "networks are: trained alike, they can be wrong alike. "
        )
    if known and tests(n) > 12:
        united += (
            f"{share(known, len(digits)).capitalize()} {'was' if known == 1 else 'were'} among the "
            "first network's bold mistakes, [](#fig-definition-2)."
        )
    if not few(n) and label and answer and None not in (label[-1], answer[-1]):
        size = n["stability_sizes"][-1]
        steady += (
            f"{'Two committees of ' + count(size) if size > 1 else 'Two networks'} share "
            f"{_how_many(label[-1])} of the twelve {what}s whose labels they doubt most, and "
            f"{_how_many(answer[-1])} of the twelve that they are least sure of. "
        )
    if drawn(n) and tests(n) > 12:
        before = f"; by low confidence it was {count(other)}"
        same = ", just as many as by low confidence" if sure else ", nor by low confidence"
        steady += (
            f"{count(sure, what).capitalize()} {'is' if sure == 1 else 'are'} among the first "
            f"twelve here in at least 95 of 100 draws{same if sure == other else before}."
        )
    return "\n\n".join(text.strip() for text in (united, steady) if text)


def _how_many(jaccard: float) -> str:
    if common(jaccard, 12) < 12:
        return about(jaccard, 12)
    return "all" if jaccard == 1 else "nearly all"
