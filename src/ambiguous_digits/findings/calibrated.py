"""The second half: whether confidence can be taken at its word."""

import numpy as np

from .luck import common, few
from .words import Numbers, count, networks, percent, thing

_COLUMNS = ("confidence", "accuracy", "low", "high", "count")


def calibration_title(n: Numbers) -> str:
    """Return the finding about confidence and accuracy, a heading."""
    gaps = [n["calibration"][who]["before"]["ece"] for who in ("first", "ensemble")]
    if max(gaps) < 0.01:
        return "On the whole the networks keep their promise"
    one, all_ = (_lean(n["calibration"][who]["before"]) > 0 for who in ("first", "ensemble"))
    if one != all_:
        alone, together = ("sure", "modest") if one else ("modest", "sure")
        return f"Alone too {alone}, together too {together}"
    return f"The networks are {'surer' if one else 'more modest'} than they should be"


def _lean(found: dict) -> float:
    """Return how much confidence exceeds accuracy, over all digits."""
    columns = zip(found["confidence"], found["accuracy"], found["count"], strict=True)
    return sum((said - right) * many for said, right, many in columns if many)


def calibration_question(n: Numbers) -> str:
    """Return what confidence promises, and announce the figure."""
    what = thing(n)
    return (
        "Everything on this page is built on confidence. But confidence is only a promise: of a "
        "hundred answers given with 70 percent, seventy should be right. [](#fig-calibration) "
        f"checks the promise on the test {what}s, and tries the usual remedy, one number: the "
        "*temperature*. Divide all that a network says by it before the softmax, and the network "
        "becomes more modest (above 1) or bolder (below 1)."
    )


def calibration_caption(n: Numbers) -> str:
    """Return the caption of the reliability diagram."""
    return (
        f"Test {thing(n)}s by confidence, in 15 equal bins: how sure the answers are, and how many "
        "are right, before and after the temperature, with 95 percent intervals after it. Small: "
        f"fewer than ten {thing(n)}s. Below: how many {thing(n)}s each bin holds, on a logarithmic "
        "scale."
    )


def reliability(n: Numbers) -> dict[str, dict[str, list[np.ndarray]]]:
    """Return what the reliability diagram draws: by panel, before and after, five columns."""
    together = f"{networks(n)} together" if n["networks"] > 1 else networks(n)
    return {
        title: {
            when: [np.array(n["calibration"][who][when][column], float) for column in _COLUMNS]
            for when in ("before", "after")
        }
        for title, who in (("the first network", "first"), (together, "ensemble"))
    }


def calibration_alt(n: Numbers) -> str:
    """Return the reliability diagram in words, for those who cannot see it."""
    one, all_ = (_bins(n["calibration"][who]["before"]) for who in ("first", "ensemble"))
    return f"Share right by mean confidence, before. One network: {one}. Together: {all_}."


def _bins(found: dict) -> str:
    columns = zip(found["confidence"], found["accuracy"], found["count"], strict=True)
    told = [
        f"{percent(said)}: {percent(right)} of {many:.0f}" for said, right, many in columns if many
    ]
    return ", ".join(told)


def calibration(n: Numbers) -> str:
    """Return how well confidence and accuracy agree, and what the temperature does."""
    one, all_ = n["calibration"]["first"], n["calibration"]["ensemble"]
    what, repeats, many = thing(n), n["parameters"]["repeats"], n["networks"]
    text = (
        f"Sort the {what}s into bins by confidence. Within a bin, confidence and accuracy of the "
        f"first network differ by {_points(one['before']['ece'])} percentage points on average; "
        f"those of {networks(n)} together by {_points(all_['before']['ece'])}.^[Each bin weighted "
        f"by its {what}s: the *expected calibration error*.]{_last_bin(n)}\n\n"
        f"The remedy? For the first network the best temperature is {one['temperature']:.2f}, and "
        f"the gap {_becomes(one)}. For the committee it is {all_['temperature']:.2f}, and the gap "
        f"{_becomes(all_)}"
    )
    modest = _lean(all_["before"]) < min(0, _lean(one["before"]))
    if modest and all_["temperature"] > 1 and _becomes(all_).startswith("grows"):
        text += (
            ": it had been too modest already, for where its members differ, the average is less "
            "sure than it is right"
        )
    return (
        f"{text}.^[Both temperatures were found on training {what}s that the networks had never "
        f"seen. There only {count(repeats, 'network')} may judge, and {count(repeats)} "
        f"{'is' if repeats == 1 else 'are'} not {count(many)}.] {_kept(n)}"
    )


def _last_bin(n: Numbers) -> str:
    """Return how little the other bins can tell, if most digits are in the last."""
    counts = n["calibration"]["first"]["before"]["count"]
    others = [number for number in counts[:-1] if number]
    top = counts[-1] / sum(counts)
    if top <= 0.5 or not others:
        return ""
    least, most = min(others), max(others)
    each = f"{least:,.0f}" if least == most else f"{least:,.0f} to {most:,.0f}"
    return (
        f" But {percent(top)} of the {thing(n)}s are in the first network's last bin, where it is "
        f"all but certain. Its other bins hold {each} each, if any, and the lines say how little "
        "they can prove."
    )


def _becomes(found: dict) -> str:
    before, after = (_points(found[when]["ece"]) for when in ("before", "after"))
    if before == after:  # as far as one can read
        return f"stays at {after}"
    return f"{'falls' if float(after) < float(before) else 'grows'} to {after}"


def _points(error: float) -> str:
    return f"{100 * error:.2f}"


def _kept(n: Numbers) -> str:
    """Return what the temperature changes in the rankings, and what it cannot."""
    one, all_ = n["calibration"]["first"], n["calibration"]["ensemble"]
    what = thing(n)
    lists = [
        one["kept"]["low_confidence"][1],
        all_["kept"]["low_confidence"][1],
        all_["kept"]["label_doubt"][1],
    ]
    known = [kept for kept in lists if kept is not None]
    new, changed = 100 - common(min(known, default=1.0), 100), all_["changed"]
    lists = f"at most {count(new, 'name')}" if new else "not one name"
    rankings = "" if few(n) else f"{lists} on the lists of 100, and "
    answers = f"{count(changed, 'answer')} of the committee" if changed else "no answer"
    return (
        f"The temperature changes {rankings}{answers}. One number for all {what}s makes the whole "
        "choir louder or softer; it does not find who sings out of tune."
    )
