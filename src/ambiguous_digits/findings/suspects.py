"""The second half: training digits whose label nobody believes."""

from .words import Numbers, article, count, names, percent, share, thing, votes


def suspects_title(n: Numbers) -> str:
    """Return the finding about doubted labels of training digits, a heading."""
    shown = len(n["suspects"])
    alone = sum(digit["votes"][digit["label"]] == 0 for digit in n["suspects"])
    if not alone:
        return "Even the most doubted labels have a friend"
    if alone == shown:
        one = n["parameters"]["repeats"] == 1
        nobody = "do not convince their one judge" if one else "convince none of their judges"
        return f"The {count(alone)} most doubted training labels {nobody}"
    have = "has" if alone == 1 else "have"
    return f"{share(alone, shown).capitalize()} most doubted labels {have} no friend"


def _unbelieved(n: Numbers) -> int:
    """Return how many of the suspects all networks that judged them read otherwise, alike."""
    return sum(
        digit["prediction"] != digit["label"]
        and digit["votes"][digit["prediction"]] == sum(digit["votes"])
        for digit in n["suspects"]
    )


def suspects_question(n: Numbers) -> str:
    """Return why one looks for wrong labels, and announce the gallery."""
    what, many = thing(n), len(n["suspects"])
    known = (
        " We know of no checked list for the training part of MNIST."
        if n["dataset"] in ("mnist", "sample")
        else ""
    )
    return (
        f"A clear {what} under a wrong label is not ambiguous. It is mislabelled: somebody's slip, "
        f"and now a machine can find it. Among {sum(n['train_counts']):,} training {what}s, look "
        "at those whose label is believed least by networks that never learned it. "
        f"[](#fig-suspects) has the first {count(many)}, with what the networks take them for."
        f"{known} So these are candidates, not verdicts."
    )


def suspects_caption(n: Numbers) -> str:
    """Return the caption of the gallery of candidates for wrong labels."""
    repeats = n["parameters"]["repeats"]
    judges = "network" if repeats == 1 else f"{count(repeats)} networks"
    return (
        f"Training {thing(n)}s whose label gets the least belief from the {judges} that never saw "
        "them, the least believed first. Title: *number (the networks' choice→label)*."
    )


def suspects(n: Numbers) -> str:
    """Return how united the networks are about the candidates."""
    digits, what, repeats = n["suspects"], thing(n), n["parameters"]["repeats"]
    alone, first = _unbelieved(n), n["suspects"][0]
    name = names(n)
    on = f"On {share(alone, len(digits))}"
    judges = "both" if repeats == 2 else "all"
    if repeats == 1:
        verb = "the one judge contradicts" if alone else "does the one judge contradict"
        text = f"{on} {verb} the label."
    elif alone:
        text = f"{on} {judges} judges give the same answer, and it is not the label."
    else:
        text = f"{on} do {judges} judges give the same wrong answer."
    split = [digit for digit in digits if max(digit["votes"]) < repeats]
    if alone and len(split) == 1 and alone == len(digits) - 1:
        text += f" On number {split[0]['index']} they split: {votes(split[0], name)}."
    if first["prediction"] != first["label"]:
        text += (
            f" Number {first['index']} is taken for {article(name[first['prediction']])} with "
            f"{percent(max(first['probs']), 1)}; its label says {name[first['label']]}."
        )
    return (
        f"{text}\n\nA wrong label, or a {what} so odd that all misread it alike? The numbers "
        "cannot tell. That takes eyes. Look at each, cover the title, and say what you see."
    )
