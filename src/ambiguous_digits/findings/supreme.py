"""The second half: networks run backwards, and what they find supreme."""

from .words import Numbers, article, count, either, names, percent, share, thing


def supreme_title(n: Numbers) -> str:
    """Return the finding about the pictures that networks draw, a heading."""
    beaten, classes = n["supreme"]["beaten"], len(n["class_names"])
    if beaten == classes:
        return f"Run backwards, the networks prefer their own drawings to any real test {thing(n)}"
    if beaten:
        some = share(beaten, classes)
        return f"Run backwards, the networks outdo the real test {thing(n)}s in {some} classes"
    return f"Run backwards, the networks do not outdo the real test {thing(n)}s"


def supreme_question(n: Numbers) -> str:
    """Return how a network is run backwards, and announce the pictures."""
    name = either(n, digits="a four", pictures=article(names(n)[-1]))
    return (
        "A network turns pixels into an answer. It can also be asked in the other direction: how "
        f"would each pixel have to change for *this is {name}* to sound louder? Start from faint "
        "noise, change every pixel a little in that direction, and ask again, a hundred times. The "
        f"method is called *gradient ascent*. No {thing(n)} is shown to it.\n\nLeft alone, it "
        "draws static. So the picture gets three rules, the same for all classes: it is blurred a "
        "little after each step, which keeps strokes and wipes out specks; ink costs, so a pixel "
        "must earn it; and the picture is nudged by up to two pixels before each look, because a "
        f"{thing(n)} stays what it is when it moves. [](#fig-supreme) is what comes out."
    )


def supreme_names(n: Numbers) -> list[str]:
    """Return how the rows of the figure are called."""
    alone = [f"network {m + 1}" for m in range(n["supreme"]["alone"])]
    return ["average", "surest real one", *alone, share(n["networks"], n["networks"])]


def supreme_caption(n: Numbers) -> str:
    """Return the caption of the figure."""
    what = thing(n)
    return (
        f"The average training {what} of each class; the test {what} that gets the committee's "
        "strongest answer for it; what single networks, and all of them together, draw when asked "
        "for more of it."
    )


def supreme_alt(n: Numbers) -> str:
    """Return the figure in words, for those who cannot see it."""
    return (
        f"A grid of pictures, a column for each of the {count(len(n['class_names']))} classes. "
        f"Rows: {', '.join(supreme_names(n))}. {supreme(n).split(chr(10))[0]}"
    )


def supreme(n: Numbers) -> str:
    """Return what the drawn pictures show, and what they do not."""
    found, what, classes = n["supreme"], thing(n), len(n["class_names"])
    least = min(found["belief"])
    text = (
        "All networks together are convinced by their own pictures, even by the weakest, with "
        f"{percent(least, 1)}."
        if least >= 0.5
        else "Not even its makers believe all of these pictures: the least convincing gets "
        f"{percent(least, 1)}."
    )
    if found["beaten"]:
        text += (
            f" In {share(found['beaten'], classes)} classes the answer, taken before the softmax, "
            f"is stronger than to any real test {what}."
        )
    lowest = min(found["others"])
    if lowest > 0.5:
        many = found["alone"]
        alone = "one network" if many == 1 else f"each of the {count(many)} single networks"
        text += (
            f" Nor is it a private taste: what {alone} drew convinces every other network, the "
            f"least convinced one with {percent(lowest, 1)}."
        )
    return (
        f"{text}\n\nThe pictures show which strokes count for the networks. They are not portraits "
        "that the networks keep: from other noise other pictures come out. And they are a warning. "
        f"No one would call these the clearest {what}s on this page. How sure a network is, and "
        "how well a person can read, are two things."
    )
