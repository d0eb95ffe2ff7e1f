"""The second half: who wrote the doubtful digits, and what else the same hand wrote."""

import numpy as np
import pandas as pd

from .words import Numbers, compares, count, either, names, percent, share


def writers_title(n: Numbers) -> str:
    """Return the finding about writers, a heading."""
    if "writers" not in n:
        return "Who made them?"
    found = n["writers"]
    if found["difference"]["low"] > 0:
        ratio = found["students"]["rate"] / (found["employees"]["rate"] or np.inf)
        if ratio >= 1.95:
            near = "about " if abs(ratio - round(ratio)) > 0.05 else ""
            return (
                f"School students write {near}{count(round(ratio))} times as many doubtful digits "
                "as census employees"
            )
        return "School students write more doubtful digits than census employees"
    if found["difference"]["high"] < 0:
        return "Census employees write more doubtful digits than school students"
    return "School students and census employees write about as doubtfully"


def writers_question(n: Numbers) -> str:
    """Return where the digits come from, and announce the rates."""
    if "writers" not in n:
        if compares(n):
            return (
                "For MNIST it is known who wrote each digit. With that list there would be a "
                "comparison here of students and employees, and more digits by the same hands; it "
                "was neither on disk nor to be had when this page was made."
            )
        return either(
            n,
            digits="For MNIST's own two parts it is known who wrote each digit, and this section "
            "compares the hands. For these digits nobody has kept a list.",
            pictures="Where it is known who made each picture, this section compares the makers. "
            "For these nobody has kept a list.",
        )
    found = n["writers"]
    return (
        "A doubtful digit has an author. [Yadav and Bottou](https://arxiv.org/abs/1905.10498) "
        f"found out who wrote each digit of MNIST: {found['hands']} people, "
        f"{found['student_hands']} of them students of a high school, the others employees of the "
        "Census Bureau. [](#fig-writers) compares "
        "the two. Digits of one hand are alike, so the intervals count people, not digits."
    )


def writers_rates(n: Numbers) -> list[dict]:
    """Return the rates of students and of employees, in the order of the figure."""
    return [n["writers"]["students"], n["writers"]["employees"]]


def writers_names(n: Numbers) -> list[str]:
    """Return how the rows of the figure are called."""
    students, employees = writers_rates(n)
    return [
        f"{students['total']:,} digits by students",
        f"{employees['total']:,} digits by employees",
    ]


def writers_caption(n: Numbers) -> str:
    """Return the caption of the figure of rates."""
    return (
        "How many digits are doubtful (their label gets less than half of the belief), in both "
        "parts together, with 95 percent intervals over writers."
    )


def writers_alt(n: Numbers) -> str:
    """Return the rates in words, for those who cannot see them."""
    told = [
        f"{name}: {percent(rate['rate'], 2)}, {percent(rate['low'], 2)} to "
        f"{percent(rate['high'], 2)}"
        for name, rate in zip(writers_names(n), writers_rates(n), strict=True)
    ]
    return f"{'; '.join(told)}."


def writers(n: Numbers) -> str:
    """Return how far luck goes among writers, and announce the table."""
    if "writers" not in n:
        return ""
    found, highest, first = n["writers"], n["writers"]["highest_rate"], n["writers"]["puzzling"][0]
    gap = found["difference"]
    text = (
        f"The difference is {100 * gap['rate']:.2f} points, with an interval from "
        f"{100 * gap['low']:.2f} to {100 * gap['high']:.2f}.".replace("-", "−")
    )
    text += (
        f" And {share(found['spotless'], found['hands'])} people wrote no doubtful digit at all."
    )
    if highest["writer"] != first["writer"]:
        text += (
            "\n\nWhose hand puzzles the networks most? The highest rate is that of writer "
            f"{highest['writer']}, {count(highest['doubtful'])} of {count(highest['digits'])} "
            "digits, but so few can be bad luck. A fairer estimate starts from the usual rate; the "
            "more digits a writer has, the further it moves towards the writer's own. For writer "
            f"{highest['writer']} it is {percent(highest['shrunk'], 1)}."
        )
    text += (
        f" Number one is then writer {first['writer']}, with {count(first['doubtful'])} of "
        f"{count(first['digits'])}. [](#tab-writers) lists the first few.^[Empirical Bayes: the "
        "rates of all writers are taken for draws from one beta distribution, fitted to them; each "
        "writer's estimate is the mean of what is left when the digits are known.]"
    )
    shown = found["puzzling"][:5]
    if len(shown) > 1 and max(h["low"] for h in shown) < min(h["high"] for h in shown):
        text += " These writers' intervals all overlap, so who comes first may be luck again."
    return text


def writers_table(n: Numbers) -> pd.DataFrame:
    """Return the writers who puzzle the committee most."""
    rows = [
        {
            "Writer": str(hand["writer"]),
            "Who": "student" if hand["student"] else "employee",
            "Digits": hand["digits"],
            "Doubtful": hand["doubtful"],
            "Rate": hand["rate"],
            "Estimate": f"{percent(hand['shrunk'], 1)}\n{100 * hand['low']:.1f}\u2060–\u2060"
            f"{100 * hand['high']:.1f}\u00a0%",
        }
        for hand in n["writers"]["puzzling"][:5]
    ]
    return pd.DataFrame(rows)


def writers_table_caption(n: Numbers) -> str:
    """Return the caption of the table of writers."""
    return (
        "The writers whose labels are believed least often, by the estimate that starts from the "
        "usual rate, with its 95 percent interval. The numbers are NIST's."
    )


def same_hand_intro(n: Numbers) -> str:
    """Return what announces the figure of the same hands."""
    if not n.get("writers", {}).get("same_hand"):
        return ""
    return (
        "Knowing the writer helps in another way. If a digit can be read as two, look how the same "
        "hand writes either of them elsewhere. [](#fig-hands) does that for those of "
        "[](#fig-doubted) whose writer left enough to compare."
    )


def same_hand_titles(n: Numbers, hand: dict) -> tuple[str, list[str]]:
    """Return the title of a puzzling digit, and of the two groups beside it."""
    name = names(n)
    return f"test {hand['index']}", [f"this hand’s {name[k]}s" for k in hand["classes"]]


def same_hand_caption(n: Numbers) -> str:
    """Return the caption of the figure of the same hands."""
    return (
        "The same hand: on the left the puzzling digit; beside it up to six others by its writer, "
        "of the class on the label (orange) and of the class that the networks prefer (blue)."
    )


def same_hand_alt(n: Numbers) -> str:
    """Return the figure in words, for those who cannot see it."""
    name = names(n)
    told = [
        f"Test digit {hand['index']}, label {name[hand['classes'][0]]}, beside "
        f"{len(hand['others'][0])} other {name[hand['classes'][0]]}s and {len(hand['others'][1])} "
        f"{name[hand['classes'][1]]}s of its writer"
        for hand in n["writers"]["same_hand"]
    ]
    return f"{'; '.join(told)}."


def same_hand(n: Numbers) -> str:
    """Return what the same hand can settle, and what not."""
    if not n.get("writers", {}).get("same_hand"):
        return ""
    first = n["writers"]["same_hand"][0]
    label, rival = (names(n)[k] for k in first["classes"])
    return (
        f"Take number {first['index']}, labelled {label}. In the orange group are the {label}s of "
        f"its writer, in the blue one the {rival}s. Which family does it belong to? Judge for "
        "yourself. The family may tell what was *meant*, and whether the label is a slip. What can "
        "be *read* is another question, and that is the one this page asks."
    )
