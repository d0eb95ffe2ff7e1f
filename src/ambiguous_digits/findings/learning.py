"""How the network learned, how well, and where its belief goes astray."""

import numpy as np
import pandas as pd

from .words import (
    Numbers,
    compares,
    count,
    listing,
    names,
    networks,
    percent,
    share,
    tests,
    thing,
    times,
)

#: The write-up's own figures, from its text and its notebook: the only numbers typed by hand.
WRITE_UP_END = {"label": "the write-up", "epochs": 81, "accuracy": 0.9926, "loss": 0.02852}
WRITE_UP = {
    "Test digits right": percent(WRITE_UP_END["accuracy"], 2),
    "Test loss": f"{WRITE_UP_END['loss']:.5f}",
    "Training digits right": "99.605\u00a0%",
    "Training loss": "0.01657",
    "Passes over the digits": f"{WRITE_UP_END['epochs']}",
    "Training time": "48\u00a0s",
    "Processor": "graphics card (RTX\u00a03080)",
}


def curves_alt(n: Numbers) -> str:
    """Return what the learning curves show, for those who cannot see them."""
    curve = n["first_network"]["curves"]
    return (
        "Two panels of curves by pass. On held-out "
        f"{thing(n)}s accuracy goes from {percent(curve['val_accuracy'][0], 1)} to "
        f"{percent(curve['val_accuracy'][-1], 1)}, loss from {curve['val_loss'][0]:.3f} to "
        f"{curve['val_loss'][-1]:.3f}. On those learned from, accuracy ends at "
        f"{percent(curve['accuracy'][-1], 1)} and loss at {curve['loss'][-1]:.3f}."
    )


def curves_caption(n: Numbers) -> str:
    """Return the caption of the learning curves."""
    end = (
        f" Dotted: where the write-up's network stood after its {WRITE_UP_END['epochs']} passes, "
        "on the test digits."
        if compares(n)
        else ""
    )
    return (
        f"How the first network learned. Dashed: on the {thing(n)}s that it learns from, while it "
        f"learns. Solid: on those held out.{end} Both scales are stretched towards the good "
        "end, where the last mistakes are fought over."
    )


def split(n: Numbers) -> str:
    """Return how many networks were trained, each on what."""
    folds, what = n["parameters"]["folds"], thing(n)
    again = f", {times(n['parameters']['repeats'])} over" if n["networks"] > folds else ""
    later = (
        "The others have their say later, as second opinions."
        if n["networks"] > 2
        else "The other has its say later, as a second opinion."
    )
    return (
        f"We trained not one network but {count(n['networks'])}. The training {what}s were split "
        f"into {count(folds)} parts{again}. Each network learned from all but one part, and was "
        "watched on the part that it had to do without: its *held-out* part. The first of them "
        f"now plays the part that the single network plays in the write-up. {later}"
    )


def result(n: Numbers) -> str:
    """Return how good the first network and the committee are on the test digits."""
    first, together, what = n["first_network"], n["ensemble"], thing(n)
    mistakes = count(first["mistakes"], "mistake") if first["mistakes"] else "not one mistake"
    sentence = (
        f"On the {tests(n):,} test {what}s that it has never seen, our first network is right "
        f"**{percent(first['accuracy'], 2)}** of the time: {mistakes} in all. Its loss is "
        f"{first['loss']:.4f}."
    )
    if n["networks"] > 1:
        change = together["mistakes"] - first["mistakes"]
        same = ", just as many" if first["mistakes"] else " either"
        other = f", {count(abs(change))} {'fewer' if change < 0 else 'more'}"
        sentence += (
            f" Average the beliefs of {networks(n)}, and they make "
            f"{count(together['mistakes'], 'mistake')}{other if change else same}."
        )
    if not compares(n):
        return f"{sentence} [](#tab-measured) puts all figures together."
    return (
        f"{sentence} [](#tab-measured) puts that beside the figures of the write-up.^[From its "
        "text and its notebook: 48,000 digits to learn from, 20\u00a0% of the training digits to "
        "watch, batches of 256, RMSprop at a rate of 0.0001, stopped when five passes brought "
        "nothing. Its loss here is the log loss of its probabilities, as ours is. The loss "
        "*curves* in its notebook are binary cross-entropy, another scale, so we do not draw them "
        "beside ours.]"
    )


def measured(n: Numbers) -> pd.DataFrame:
    """Return the table of results: ours, and on MNIST the write-up's beside them."""
    first, together = n["first_network"], n["ensemble"]
    processor = f"one core ({listing(n['provenance']['processors'])})"
    ours = {
        "Test digits right": percent(first["accuracy"], 2),
        "Test loss": f"{first['loss']:.5f}",
        "Training digits right": percent(first["train_accuracy"], 3),
        "Training loss": f"{first['train_loss']:.5f}",
        "Passes over the digits": f"{n['parameters']['epochs']}",
        "Training time": f"{first['seconds']:.0f} s",
        "Processor": processor,
    }
    columns: dict[str, dict[str, str]] = {"Our first network": ours}
    if compares(n):
        columns = {"The write-up": WRITE_UP} | columns
    if n["networks"] > 1:
        columns[f"{share(n['networks'], n['networks']).capitalize()} together"] = {
            "Test digits right": percent(together["accuracy"], 2),
            "Test loss": f"{together['loss']:.5f}",
            "Passes over the digits": f"{n['parameters']['epochs']} each",
            "Training time": f"{n['seconds']:.0f} s in all",
            "Processor": processor,
        }
    table = pd.DataFrame(columns).fillna("–").rename_axis("Result").reset_index()
    if thing(n) == "picture":
        table["Result"] = table["Result"].str.replace("digits", "pictures")
    return table


def beside(n: Numbers) -> str:
    """Return how our first network compares with the write-up's; on MNIST only."""
    if not compares(n):
        return ""
    difference = n["first_network"]["accuracy"] - WRITE_UP_END["accuracy"]
    points = f"by {100 * abs(difference):.2f} points"
    level = abs(difference) < 5e-5
    verdict = (
        "level with it"
        if level
        else (f"ahead, {points}" if difference > 0 else f"behind, {points}")
    )
    less = 1 - n["first_network"]["loss"] / WRITE_UP_END["loss"]
    loss = f"{percent(abs(less))} {'lower' if less > 0 else 'higher'}"
    loss = f" Its loss is {loss if abs(less) > 0.005 else 'the same'}."
    low, high = min(n["test_accuracies"]), max(n["test_accuracies"])
    spread = (
        f" That is no more than luck can do: our own {count(n['networks'])}, which differ in "
        f"nothing but chance and the part left out, range from {percent(low, 2)} to "
        f"{percent(high, 2)}."
        if abs(difference) <= high - low and not level
        else ""
    )
    return (
        f"In accuracy our first network is {verdict}.{spread}{loss} The layers are the same; the "
        "recipe of learning differs.^[Ours: another optimiser "
        "(Adam), smaller batches, another loss (categorical cross-entropy), a learning rate that "
        "first climbs and then falls to zero, which needs fewer passes, and each time that a digit "
        "is seen it is turned, stretched and shifted a little.]"
    )


def measured_caption(n: Numbers) -> str:
    """Return the caption of the table of results."""
    whose = "of the write-up and of ours" if compares(n) else "of our networks"
    return (
        f"Results {whose}. “Training {thing(n)}s” are all of them, the first network's held-out "
        "part included."
    )


def curves(n: Numbers) -> str:
    """Return how the learning went, from the first pass to the last."""
    seen, held_out = (np.array(n["first_network"]["curves"][k]) for k in ("loss", "val_loss"))
    right = np.array(n["first_network"]["curves"]["val_accuracy"])
    note = (
        "^[Loss counts not only whether an answer is right but how much belief went to it: the "
        "mean of −ln\u00a0*p*, where *p* is the probability given to the truth. Its unit is the "
        "nat. Zero is perfect; giving the truth one half each time would cost 0.69.]"
    )
    if len(right) == 1:
        return (
            f"After its one pass it gets {percent(right[0], 1)} of the held-out {thing(n)}s right."
        )
    both = right[-1] > right[0] and held_out[-1] < held_out[0]
    sentence = (
        f"After the first pass it gets {percent(right[0], 1)} of the held-out {thing(n)}s right, "
        f"after the last {percent(right[-1], 1)}. The second panel shows the *loss*, the penalty "
        "for misplaced belief, which "
        f"{'falls as the accuracy climbs' if both else 'should fall as the accuracy climbs'}.{note}"
    )
    if held_out[0] < seen[0]:
        crossing = np.flatnonzero(held_out > seen)
        until = f"before pass {crossing[0] + 1}" if len(crossing) else "to the end"
        sentence += (
            f" Oddly, {until} it does better on {thing(n)}s that it does not learn from.^[That is "
            f"no mistake. While it learns, each {thing(n)} is turned and shifted a little, and "
            "dropout hides half of its clues; and the average over a pass counts the blunders of "
            "the beginning too.]"
        )
    if held_out.argmin() < len(held_out) - 1 and held_out[-1] > 1.1 * held_out.min():
        sentence += (
            f"\n\nThe held-out loss was lowest after pass {held_out.argmin() + 1} and has crept up "
            f"since: the network begins to learn its own {thing(n)}s by heart."
        )
    return sentence


def leftover_caption(n: Numbers) -> str:
    """Return the caption of the heatmap of misplaced probability."""
    outlined = " Outlined: more than half." if leftover(n)[1] else ""
    none = "" if np.sum(n["leftover"], axis=1).all() else ", or says none"
    return (
        f"Where the belief of the first network went, over all {tests(n):,} test {thing(n)}s, if "
        f"not to the truth. Each row adds up to 100 percent{none}; blank is less than half a "
        f"percent.{outlined}"
    )


def leftover(n: Numbers) -> tuple[str, list[tuple[int, int]]]:
    """Return where the misplaced probability goes, and the cells that the sentence speaks of."""
    matrix, name, what = np.array(n["leftover"]), names(n), thing(n)
    lost = matrix.sum(axis=1)
    if lost.max() < 0.1:
        return f"Next to nothing does: no class loses even a tenth of one {what}.", []
    most = int(lost.argmax())
    sentence = (
        f"All in all the network misplaces {matrix.sum():,.1f} {what}s' worth of belief among "
        f"{tests(n):,}."
    )
    shares = matrix / np.where(lost, lost, 1)[:, None]
    cells = [tuple(map(int, cell)) for cell in np.argwhere(shares > 0.5)]
    if len(name) > 2 and 0 < len(cells) <= 4:
        to = listing([f"{name[row]} to {name[column]}" for row, column in cells])
        lose = "class loses" if len(cells) == 1 else "classes lose"
        own = "its own" if len(cells) == 1 else "theirs"
        sentence += (
            f" {count(len(cells)).capitalize()} {lose} more than half of {own} to one other: {to} "
            "(outlined)."
        )
    else:
        cells = []
    part = "the largest part" if len(name) > 2 else "all"
    sentence += (
        f" The class that loses most is {name[most]}, {lost[most]:,.1f} {what}s' worth, {part} of "
        f"it to {name[matrix[most].argmax()]}."
    )
    return sentence, cells
