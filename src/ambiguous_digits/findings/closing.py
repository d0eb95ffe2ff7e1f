"""The questions at the end, how it was computed, and whose it is."""

from importlib.metadata import version

import pandas as pd

from .opening import title
from .words import (
    Numbers,
    article,
    compares,
    count,
    either,
    listing,
    names,
    networks,
    percent,
    share,
    tests,
    thing,
)


def so_which(n: Numbers) -> str:
    """Return the answer once more, by each definition."""
    first, together = n["definition_1"][0], n["ensemble"]["most_ambiguous"][0]["index"]
    text = (
        f"So which {thing(n)} is the most ambiguous? By the first definition number {first}, by "
        f"the second {'number ' + str(n['definition_2'][0]) if n['definition_2'] else 'none'}"
    )
    if n["networks"] > 1:
        again = "again number" if together == first else "number"
        text += f", and if {networks(n)} are asked, {again} {together}"
    top, part = n["overall"][0]["index"], n["overall"][0]["split"]
    trained = n["networks"] > 1 and part == "train"
    if trained:
        text += f"; if the training {thing(n)}s may compete, training {thing(n)} {top}"
    several = trained or len({first, together, *n["definition_2"][:1]}) > 1
    certain = n["committee"]["low_confidence"]["certain"]
    sure = ""
    if certain is not None and tests(n) >= 400:
        some = f"Of its first twelve names {count(certain)} {'is' if certain == 1 else 'are'}"
        sure = f" {'All of its first twelve names are' if certain == 12 else some} sure."
    text += (
        f". There is no single answer, but there is a short list.{sure}"
        if several
        else ". For once, that is a single answer."
    )
    if n["judges"]:
        text += " What people would dispute is another list again ([](#fig-contest))."
    six = n["ensemble"]["most_ambiguous"]
    pairs = [
        sorted(zip(digit["probs"], names(n), strict=True), key=lambda pair: -pair[0])[:2]
        for digit in six
    ]
    sums = [best + second if second >= 0.2 else 0 for (best, _), (second, _) in pairs]
    torn = sums.index(max(sums))
    if sums[torn] < 0.9 or len(names(n)) == 2:
        return text
    readings = [f"{percent(share, 1)} for {article(name)}" for share, name in pairs[torn]]
    return (
        f"{text}\n\nAnd if it is to be a question of just two readings? Of the "
        f"{count(len(six))} in [](#fig-answer) that is number {six[torn]['index']}: "
        f"{', '.join(readings)}."
    )


def afterword(n: Numbers) -> str:
    """Return what all this is good for elsewhere."""
    depends = either(n, digits="Nothing in this depends on handwriting. ", pictures="")
    return (
        "Not long ago, one searched a data set for odd entries with a spreadsheet and patience. "
        "Now a model that has learned the patterns of the data can do it: where it stumbles, it is "
        f"worth a look. {depends}X-rays, sensor readings, court files: teach a model what is "
        "usual, and ask it where it is torn."
    )


def labels_right(n: Numbers) -> str:
    """Return that labels may be wrong, and how often all networks agree on another class."""
    against, what = len(n["unanimous_against_label"]), thing(n)
    scribble = either(
        n,
        digits="a digit may be a mere scribble that nobody could read",
        pictures="a picture may show nothing that anybody could name",
    )
    answer = (
        f"We do not. A label may be wrong, and {scribble}. Perhaps so, says the write-up, but then "
        "it is ambiguous all the same, and belongs on the list."
    )
    if n["networks"] == 1 or not against:
        return answer
    shown = [digit["index"] for digit in n["committee"]["label_doubt"]["digits"]]
    shared = len(set(shown) & set(n["unanimous_against_label"]))
    verb = "is" if shared == 1 else "are"
    known = f"; {share(shared, len(shown))} of [](#fig-doubted) {verb} among them" if shared else ""
    known = "; [](#fig-doubted) has it" if against == shared == 1 else known
    return (
        f"{answer}\n\nOne sign that the machine can give: on {count(against)} of the {tests(n):,} "
        f"test {what}s {networks(n)} agree with each other and not with the label. "
        f"{'That is the one' if against == 1 else 'Those are the ones'} to look at first{known}. "
        f"[](#fig-suspects) does the same for the training {what}s.{_asked_elsewhere(n)}"
    )


def _asked_elsewhere(n: Numbers) -> str:
    """Return what people and the same hand say of the labels, where they could be asked."""
    text = ""
    if n["judges"]:
        rejected = n["votes"]["rejected"]
        text += (
            f"\n\nBetter still, ask people. Of the {n['votes']['digits']} {thing(n)}s whose votes "
            f"can tell, they rejected the label of {count(rejected)}; label doubt has "
            f"{share(n['judges']['label_doubt']['first_100'], rejected)} among its first hundred."
        )
    if n.get("writers", {}).get("same_hand"):
        text += (
            " And where people disagree, the writer can testify: [](#fig-hands) shows how the same "
            "hand writes elsewhere."
        )
    return text


def out_of_sample(n: Numbers) -> str:
    """Return where the training digits were searched, and what more there is of it."""
    what, repeats = thing(n), n["parameters"]["repeats"]
    return (
        "[](#fig-rates) compares the parts, and [](#fig-overall) searches both: there every "
        f"{what} was judged only by networks that had left it out. The table `most_ambiguous.csv` "
        f"beside this page has more of them.^[In it a training {what} has "
        f"{count(repeats, 'opinion')}, a test {what} {count(n['networks'])}: compare within a "
        "part. Only its ranks that end in `_overall` "
        "compare across.]"
    )


def computed(n: Numbers) -> str:
    """Return how the page was made, and what repeats."""
    by_hand = (
        " The write-up's figures and its author's remarks were typed in by hand."
        if compares(n)
        else ""
    )
    return (
        "Three notebooks made this page: one trains, one ranks, one tells. `make report` runs them "
        "in that order. Every result of ours, in text, tables and figures, is read from what they "
        f"computed.{by_hand}\n\nThe same seed on the same machine gives the same bits, however "
        "many processes train. Another model of processor may round differently, and then "
        "networks, ranks and a few pictures in the galleries change. The galleries' pictures lie "
        "in the folder `digits` beside this page."
    )


def provenance(n: Numbers, commit: str) -> pd.DataFrame:
    """Return what one needs to make these numbers again."""
    p, made = n["parameters"], n["provenance"]
    libraries = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")
    rows = {
        "Data": f"{n['dataset']}, SHA-256 {made['data'][:16]}…",
        "Networks": f"{n['networks']}: {p['repeats']} × {p['folds']} folds, {p['epochs']} epochs",
        "Seed": f"{p['seed']}; of network (r, k): SeedSequence([{p['seed']}, r, k])",
        "Result": f"SHA-256 {n['digest'][:16]}… over all logits",
        "Code": f"last changed in commit {commit}",
        "Python": made["python"],
        "Libraries": ", ".join(f"{name} {made[name]}" for name in libraries),
        "Processor": listing(made["processors"]),
        "Threads": f"{made['threads_per_network']} per network",
        "System": made["system"],
        "Training": f"{n['seconds']:.0f} s, all networks added up",
    }
    return pd.DataFrame(rows.items(), columns=["What", "Which"])


def data_source(n: Numbers) -> str:
    """Return the reference to the data, an item of a list; nothing for data that are not ours."""
    if thing(n) == "picture":
        return ""
    return (
        "- The data: Yann LeCun, Corinna Cortes and Christopher Burges, [*The MNIST database of "
        "handwritten digits*](http://yann.lecun.com/exdb/mnist/); a [sheet of its digits]"
        "(https://en.wikipedia.org/wiki/MNIST_database) is on Wikipedia.\n"
        "- People's votes: Curtis Northcutt, Anish Athalye and Jonas Mueller, [*Pervasive label "
        "errors in test sets destabilize machine learning benchmarks*]"
        "(https://arxiv.org/abs/2103.14749), "
        "2021. Who wrote MNIST: Chhavi Yadav and Léon Bottou, [*Cold case: the lost MNIST digits*]"
        "(https://arxiv.org/abs/1905.10498), 2019.\n"
    )


def backwards(n: Numbers) -> str:
    """Return the last question, about a network that runs backwards, and its answer."""
    name = names(n)[-1]
    return (
        "### Can one run it backwards, and draw the supreme "
        f"{either(n, digits='four', pictures=name)}?\n\n"
        "Not really, says the write-up: networks run one way. Pooling and ReLU throw away what "
        "would be needed to come back. But one can ask a network, pixel by pixel, what it would "
        "like changed, and follow its wishes. [](#fig-supreme) did, and has "
        f"{either(n, digits='the supreme four', pictures=f'the supreme {name}')}. It is supreme to "
        "the networks; you would hardly frame it."
    )


def reuse(n: Numbers) -> str:
    """Return whose the words, the code and the pictures are, and how to cite."""
    return (
        f"{licence(n)} Text and code are free to use under the MIT licence. If this page is of use "
        f"to you, cite it as:\n\n> The ambiguous-digits maintainers, *{title(n)}*, version "
        f"{version('ambiguous-digits')}, result {n['digest'][:16]}.\n\nAnd cite the write-up of "
        "2021, whose idea it is."
    )


def licence(n: Numbers) -> str:
    """Return whose the pictures are and how they may be used."""
    if thing(n) == "picture":
        return "The pictures belong to whoever made them."
    return (
        "The pictures of digits are from MNIST, by Yann LeCun, Corinna Cortes and Christopher "
        "Burges, under [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/). They "
        "were enlarged and turned into ink on paper."
    )
