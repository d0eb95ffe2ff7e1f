"""The questions at the end, how it was computed, and whose it is."""

from importlib.metadata import version

import pandas as pd

from .contest import ASKED, by_people, winner
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
    share,
    tests,
    thing,
)


def so_which(n: Numbers) -> str:
    """Return the answer once more, by each definition."""
    what, several = thing(n), n["networks"] > 1
    first, together = n["definition_1"][0], n["ensemble"]["most_ambiguous"][0]
    bold = n["definition_2"][:1]
    text = (
        f"So which {what} is the most ambiguous? Say first what you mean. Our "
        f"{'first ' * several}network hesitates most over number {first}, and "
        f"{f'is most boldly wrong on number {bold[0]}' if bold else 'is never wrong'}."
    )
    wavering = together["verdict"] == "no digit"
    if several:
        again = "again of number" if together["index"] == first else "of number"
        text += f" {networks(n).capitalize()} together are least sure {again} {together['index']}"
        text += ", but they waver between more than two readings." if wavering else "."
    torn = n["verdicts"]["gallery"]["two ways"][:1]
    if torn and len(names(n)) > 2:
        best = sorted(zip(torn[0]["probs"], names(n), strict=True), reverse=True)[:2]
        readings = listing([article(name) for _, name in best], "or")
        text += (
            f" If it is to be a question of just two, take number {torn[0]['index']}: {readings} "
            "([](#fig-verdict-two-ways))."
        )
    top, part = n["overall"][0]["index"], n["overall"][0]["split"]
    trained = several and part == "train"
    if trained:
        text += f" And if the training {what}s may compete, training {what} {top} leads them all."
    answers = {first, *bold, *([together["index"]] if several else [])}
    answers |= {digit["index"] for digit in torn}
    if len(answers) == 1 and not trained:
        return f"{text} For once, that is a single answer."
    certain = n["committee"]["low_confidence"]["certain"]
    sure = ""
    if certain is not None and tests(n) >= 400:
        some = f"Of its first twelve names {count(certain)} {'is' if certain < 2 else 'are'}"
        some = "All of its first twelve names are" if certain == 12 else some
        sure = f" {some} {'all but ' if certain else ''}certain of a place ([](#fig-ranks))."
    return f"{text}\n\nThere is no single answer, but there is a short list.{sure}{_for_people(n)}"


def _for_people(n: Numbers) -> str:
    """Return where to begin if one looks for what people dispute."""
    if not n["judges"]:
        return ""
    if {winner(by_people(n, kind)) for kind in ASKED} != {"label_doubt"}:
        return " What people would dispute is another list again ([](#fig-contest))."
    return (
        " And if you look for what people dispute, begin with the labels that are doubted "
        f"([](#fig-doubted)), not with the {thing(n)}s that make a network hesitate."
    )


def afterword(n: Numbers) -> str:
    """Return what all this is good for elsewhere."""
    what = thing(n)
    return (
        "Not long ago, one searched a data set for odd entries with a spreadsheet and patience. "
        "Now a model that has learned the patterns of the data can shorten the pile. Ask where it "
        "hesitates, and you get the odd cases. Ask where it contradicts the record, and you get "
        f"the suspicious ones. Then look yourself. Nothing in this needs {what}s; but {what}s are "
        "all that we have tried it on."
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
        f"{answer}\n\nBut witnesses can be called. On {count(against)} of the {tests(n):,} test "
        f"{what}s {networks(n)} agree with each other and not with the label{known}. "
        f"[](#fig-suspects) has the training {what}s whose labels are believed least."
        f"{_asked_elsewhere(n)}"
    )


def _asked_elsewhere(n: Numbers) -> str:
    """Return what people and the same hand say of the labels, where they could be asked."""
    text = ""
    if n["judges"]:
        text += (
            f" People rejected the label of {count(n['votes']['rejected'])} of the "
            f"{n['votes']['digits']} {thing(n)}s on which their votes can tell."
        )
    if n.get("writers", {}).get("same_hand"):
        text += " And the writer's other digits show how that hand usually writes ([](#fig-hands))."
    return text


def out_of_sample(n: Numbers) -> str:
    """Return where the training digits were searched, and what more there is of it."""
    what, repeats = thing(n), n["parameters"]["repeats"]
    return (
        "[](#fig-rates) compares the parts, and [](#fig-overall) searches both: there every "
        f"{what} was judged only by networks that had left it out. The table `most_ambiguous.csv` "
        f"beside this page has more of them.^[In it a training {what} has "
        f"{count(repeats, 'opinion')}, a test {what} {count(n['networks'])}: compare within a "
        "part. Only the columns whose "
        "names end in `_overall` compare across.]"
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
        "Precision": f"{made['precision']} while training; all answers are float32",
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
        "Not really, says the write-up: networks run one way, and pooling and ReLU throw away what "
        "would be needed to come back. But one can follow a network's wishes, pixel by pixel: "
        "[](#fig-supreme) has "
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
