"""The questions at the end, how it was computed, and whose it is."""

from importlib.metadata import version

import pandas as pd

from .opening import title
from .words import Numbers, count, listing, percent, tests, thing


def labels_right(n: Numbers) -> str:
    """Return how often all networks agree on another class than the label."""
    against, what = len(n["unanimous_against_label"]), thing(n)
    if n["networks"] == 1 or not against:
        return ""
    all_of_them = "both networks" if n["networks"] == 2 else f"all {count(n['networks'])} networks"
    return (
        f"One sign that the machine can give: on {count(against)} of the {tests(n):,} test {what}s "
        f"{all_of_them} agree with each other and not with the label. "
        f"{'That is the one' if against == 1 else 'Those are the ones'} to look at first."
    )


def out_of_sample(n: Numbers) -> str:
    """Return how the training digits compare with the test digits when both are unseen."""
    train, test = (1 - n["out_of_sample"][part]["accuracy"] for part in ("train", "test"))
    what = thing(n)
    return (
        f"Each of our {count(n['networks'])} networks left out a part of the training {what}s, "
        f"and each training {what} was left out by one network in every round. So all "
        f"{sum(n['train_counts']) + tests(n):,} {what}s have been judged by a network that never "
        f"saw them. Judged so, with equally many opinions for each, {percent(train, 2)} of the "
        f"training {what}s and {percent(test, 2)} of the test {what}s are taken for something "
        "else than their label says. The table `most_ambiguous.csv` beside this page lists the "
        "most ambiguous of both."
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


def reuse(n: Numbers) -> str:
    """Return whose the words, the code and the pictures are, and how to cite."""
    return (
        f"{licence(n)} Text and code are free to use under the MIT licence. If this page is of use "
        "to you, cite it as:\n\n"
        f"> The ambiguous-digits maintainers, *{title(n).removeprefix('# ')}*, version "
        f"{version('ambiguous-digits')}, result {n['digest'][:16]}.\n\n"
        "And cite the write-up of 2021, whose idea it is."
    )


def licence(n: Numbers) -> str:
    """Return whose the pictures are and how they may be used."""
    if thing(n) == "picture":
        return "The pictures come from your own file; their rights are their owner's."
    return (
        "The pictures of digits are from MNIST, by Yann LeCun, Corinna Cortes and Christopher "
        "Burges, under [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/). They "
        "were enlarged, and otherwise left as they are."
    )
