"""The digits that the write-up names, and where they stand with us; on MNIST only."""

from .words import Numbers, compares, count, either, listing, networks, percent, tests

#: Test digits of MNIST that the write-up names, with what its author says of each, in our words.
REMARKS = {
    1182: "He overrules his own model.",
    1522: "He overrules his own model.",
    9664: "He overrules his own model.",
    247: "He overrules his own model.",
    4761: "He gives up.",
    2130: "A nine at first glance; open at the top, so perhaps a four.",
    9729: "A six with a scribble, or a five joined at the bottom.",
    3422: "Zero or six: it hangs on a bump.",
    4176: "Impossible to classify, he says.",
    2118: "Impossible to classify, he says.",
}


def named_intro(n: Numbers) -> str:
    """Return what announces the write-up's named digits; on MNIST only."""
    if not compares(n):
        return ""
    return (
        "The write-up found this list even more ambiguous than the first. Its author looks at "
        "some digits one by one. [](#fig-named) says how our networks take them."
    )


def named_caption(n: Numbers) -> str:
    """Return the caption of the gallery of named digits."""
    return (
        "The digits that the write-up names: what our first network makes of them, and what the "
        "write-up's author says of them, in our words. *Least sure*: the rank by low confidence "
        f"among all {tests(n):,}. *Votes*: those of {networks(n)}."
    )


def named_note(n: Numbers, digit: dict) -> str:
    """Return what stands under a named digit: the author's remark, our ranks and votes."""
    votes = ", ".join(
        f"{count(votes) if votes < n['networks'] else 'all'} for\u00a0{name}"
        for name, votes in zip(n["class_names"], digit["votes"], strict=True)
        if votes
    )
    return f"**{REMARKS[digit['index']]}** Least sure: rank\u00a0{digit['rank']}  \nVotes: {votes}"


def named_reading(n: Numbers) -> str:
    """Return how many of the write-up's named digits our first network finds as well."""
    if not compares(n):
        return ""
    places = n["named"]
    near = sum(digit["rank"] <= 100 for digit in places)
    wrong = sum(digit["mistake"] is not None for digit in places)
    lost = [digit for digit in places if digit["rank"] > 100 and digit["mistake"] is None]
    sentence = (
        f"Of the {count(len(places))} digits that the write-up names, {count(near)} "
        f"{'is' if near == 1 else 'are'} among the 100 that our first network is least sure of, "
        f"and it errs on {count(wrong)}."
    )
    if lost:
        sentence += (
            f" {listing([str(digit['index']) for digit in lost])} "
            f"{'is' if len(lost) == 1 else 'are'} on neither list: what puzzled one network need "
            "not puzzle another."
        )
    return sentence + _split_vote(n)


def _split_vote(n: Numbers) -> str:
    """Return that counting heads and averaging beliefs differ on a digit, if they do on one."""
    together = {digit["index"]: digit for digit in n["ensemble"]["most_ambiguous"]}
    for digit in n["named"]:
        mean = together.get(digit["index"])
        most = max(digit["votes"])
        heads = digit["votes"].index(most)
        if mean and mean["prediction"] != heads and digit["votes"].count(most) == 1:
            said = mean["prediction"]
            ours, theirs = (percent(mean["probs"][k], 1) for k in (said, heads))
            return (
                f"\n\nOn number {digit['index']} it matters how one asks. Count heads, and "
                f"{count(most)} of {count(n['networks'])} networks say {heads}. Average their "
                f"beliefs, and {said} is ahead{' by a hair' if ours == theirs else ''}, {ours} to "
                f"{theirs}."
            )
    return ""


def two_kinds(n: Numbers) -> str:
    """Return the distinction that the write-up makes between two kinds of hard pictures."""
    impossible = either(
        n,
        digits="Two kinds of pictures are mixed in these galleries, and the difference matters. "
        "Some are *impossible* to classify: a blot, a fragment, a slip of the pen. No one could "
        "say what they are.",
        pictures="Two kinds of pictures can be mixed in such galleries, and the difference "
        "matters. Some are *impossible* to classify: so little is left of the thing that no one "
        "could say what it is.",
    )
    return (
        f"{impossible} Others can be *easily classified in two ways*: each reading is convincing, "
        "until you see the other. Only the second kind is ambiguous in the full sense of the "
        "word, like the drawing that is a duck and a rabbit."
    )


def kinds(n: Numbers) -> str:
    """Return that the bars tell of the network, not of us; on MNIST with examples."""
    text = (
        "Do the bars tell the two kinds apart? Not reliably. They show how the network wavers, not "
        "how a person would."
    )
    if not compares(n):
        return text
    probs = {digit["index"]: max(digit["probs"]) for digit in n["named"]}
    belief = {index: percent(p, 1) for index, p in probs.items()}
    blind = min(probs[2130], probs[9729], probs[3422]) > 0.9
    return (
        f"{text} To the write-up 4176 and 2118 are impossible; our network gives its guess "
        f"{belief[4176]} and {belief[2118]}. To the write-up 2130, 9729 and 3422 can each be two "
        f"things; our network gives its guess {belief[2130]}, {belief[9729]} and {belief[3422]}."
        f"{' On these three, where he sees two readings, it sees one.' if blind else ''}"
    )
