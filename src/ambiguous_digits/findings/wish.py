"""The second half: the write-up's wish, and the digits that it names with our verdicts."""

import numpy as np
import pandas as pd

from .named import REMARKS
from .words import Numbers, compares, count, share


def named_verdicts_intro(n: Numbers) -> str:
    """Return what announces the verdicts on the write-up's digits; on MNIST only."""
    if not compares(n):
        return ""
    return "[](#tab-named-verdicts) puts our verdict beside what the write-up's author says."


def named_verdicts(n: Numbers) -> pd.DataFrame:
    """Return the write-up's named digits: its author's remark and our verdict."""
    rows = []
    for digit in n["named"]:
        first, second = np.argsort(digit["mean"])[::-1][:2]
        more = {
            "two ways": f": {first}\u00a0or\u00a0{second}",
            "label doubtful": f": not\u00a0{digit['label']} but\u00a0{first}",
        }.get(digit["verdict"], "")
        rows.append(
            {
                "Digit": str(digit["index"]),
                "The author": REMARKS[digit["index"]],
                "Our verdict": f"{digit['verdict']}{more}",
            }
        )
    return pd.DataFrame(rows)


def named_verdicts_reading(n: Numbers) -> str:
    """Return whether the verdicts fulfil the author's wish; on MNIST only."""
    if not compares(n):
        return ""
    said = {digit["index"]: digit["verdict"] for digit in n["named"]}
    impossible = sum(said[index] == "no digit" for index in (4176, 2118))
    twofold = sum(said[index] == "two ways" for index in (2130, 9729, 3422))
    if impossible == 2 and twofold == 3:
        return "On all of these the verdict agrees with him. The wish is granted."
    sure = sum(said[index] == "label doubtful" for index in (2130, 9729, 3422))
    text = (
        f"He calls two of them impossible; the committee calls {count(impossible)} of them so. "
        f"Three of them, he says, can be two things; it calls {share(twofold, 3)} two-way"
    )
    text += (
        f", and on {share(sure, 3)} it is sure of another class than the label." if sure else "."
    )
    if impossible == 2:
        return f"{text} The wish is granted in part."
    return (
        f"{text} The wish is not granted yet: whoever has met nothing but digits sees a digit even "
        "where there is none."
    )
