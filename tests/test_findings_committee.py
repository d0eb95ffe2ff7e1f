"""What the second half says of a committee: recomputed for random results, and told by hand."""

import copy
import functools
import itertools
import json
import re
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from ambiguous_digits import findings
from ambiguous_digits.findings import words
from test_findings import SEEDS, committee, opinion, said, whole_result

PAIRS, RESAMPLES = 3, 20  # what `committee` has in the place of 50 and 500


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def spread(probs: np.ndarray) -> np.ndarray:
    """The entropy, 1 at the most."""
    logs = np.log(np.where(probs > 0, probs, 1))
    return -(probs * logs).sum(axis=-1) / np.log(probs.shape[-1])


def first_of(score: np.ndarray, top: int | None = None) -> list[int]:
    return np.argsort(-score, kind="stable")[:top].tolist()


def ten_scores(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """All that digits of a committee are ranked by, under the names that readers meet."""
    probs = softmax(logits)
    mean, rows = probs.mean(axis=0), np.arange(len(labels))
    best, gap = np.sort(mean, axis=1)[:, ::-1], np.sort(logits.mean(axis=0), axis=1)[:, ::-1]
    answer = mean.argmax(axis=1)
    between = spread(mean) - spread(probs).mean(axis=0)
    return {
        "low confidence": 1 - best[:, 0],
        "small margin": 1 - (best[:, 0] - best[:, 1]),
        "entropy": spread(mean),
        "second choice": best[:, 1],
        "logit gap": np.exp(gap[:, 1] - gap[:, 0]),
        "label doubt": 1 - mean[rows, labels],
        "confident mistake": np.where(answer != labels, best[:, 0], 0),
        "expected entropy": spread(probs).mean(axis=0),
        "mutual information": np.where(between > 1e-12, between, 0),
        "disagreement": (probs.argmax(axis=2) != answer).mean(axis=0),
    }


def lists(logits: np.ndarray, labels: np.ndarray, top: int) -> dict[str, set[int]]:
    return {
        name: {i for i in first_of(score, top) if score[i] > 0}
        for name, score in ten_scores(logits, labels).items()
    }


def overlap(ours: set[int], theirs: set[int]) -> float:
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else np.nan


@functools.cache
def halves(seed: int, top: int) -> dict[str, float]:
    """How much the first so many of the largest committees overlap that share no network."""
    r = whole_result(seed)
    rng, found = np.random.default_rng(r.seed), []
    for size in range(1, len(r.test) // 2 + 1):
        drawn = [rng.permutation(len(r.test))[: 2 * size] for _ in range(PAIRS)]
        pairs = [
            (lists(r.logits[one[:size]], r.labels, top), lists(r.logits[one[size:]], r.labels, top))
            for one in drawn
        ]
        found = {
            name: [overlap(ours[name], theirs[name]) for ours, theirs in pairs]
            for name in pairs[0][0]
        }
    defined = {name: [v for v in values if not np.isnan(v)] for name, values in found.items()}
    return {name: float(np.mean(values)) for name, values in defined.items() if values}


def two_committees(r: SimpleNamespace, top: int = 100) -> dict[str, float]:
    return halves(r.seed, top)


def shared(jaccard: float, top: int) -> int:
    """How many of so many two full lists share: of a + b, those on both are counted twice."""
    return round(top * 2 * jaccard / (1 + jaccard))


def about(number: int) -> str:
    return f"about {words.count(number)}" if number else "hardly one"


@functools.cache
def results() -> list[tuple[SimpleNamespace, dict[str, str]]]:
    """All random committees of two networks or more, and what is said of them."""
    found = []
    for seed in SEEDS:
        r, texts = whole_result(seed), said(seed)
        if len(r.test) > 1:
            mean, size = r.test.mean(axis=0), len(r.labels)
            more = {"size": size, "mean": mean, "what": words.thing(r.n), "many": len(r.test)}
            more |= {"names": r.n["class_names"], "heads": r.test.argmax(axis=2)}
            more |= {"judges": r.train.argmax(axis=2), "believed": r.train.mean(axis=0)}
            more |= {"sure": 1 - mean.max(axis=1), "drawn": len(r.test) >= 5}
            more |= {"label": 1 - mean[np.arange(size), r.labels], "all": 90 + size}
            plain = {name: findings.plain(text) for name, text in texts.items()}
            found.append((SimpleNamespace(**vars(r) | more), plain))
    return found


def test_there_are_committees_of_all_kinds():
    kinds = [r for r, _ in results()]
    assert len(kinds) > 80
    assert sum(r.size >= 400 and r.n["dataset"] == "mine" for r in kinds) >= 2
    assert sum(r.size >= 400 and r.drawn for r in kinds) >= 5
    assert sum(r.size <= 12 for r in kinds) >= 10


def test_the_overlap_of_two_networks_is_counted_right():
    for r, texts in results():
        title, text = texts["luck_title"], texts["luck"]
        if r.size < 400:
            assert title == f"Is it the {r.what}, or the network?"
            assert f"With {words.count(r.size, f'test {r.what}')} there is" in text
            assert ("holds all of them" in text) == (r.size <= 100)
            continue
        alone = []
        for top in (100, 12):
            each = [set(first_of(1 - probs.max(axis=1), top)) for probs in r.test]
            alone.append(np.mean([overlap(*two) for two in itertools.combinations(each, 2)]))
        hundred, twelve = shared(alone[0], 100), shared(alone[1], 12)
        assert f"another has {about(hundred)} on its list; " in text
        assert f"of the first 12, {about(twelve)}. The figure counts more strictly: " in text
        assert f"here {words.percent(alone[0])} and {words.percent(alone[1])}.^[" in text
        changed = [words.count(100 - hundred)] * (hundred <= 95)
        assert re.findall(r"and (\S+) of the hundred change", title) == changed
        assert ("nearly the same" in title) == (hundred > 95)
        ends, size = two_committees(r), r.many // 2
        together = shared(ends["low confidence"], 100)
        steadier = [(words.count(size), about(together))] * (size > 1 and together > hundred)
        assert re.findall(r"two committees of (\w+) share (.+?) of the 100\.", text) == steadier
        assert ("Together they are steadier" in text) == bool(steadier)


def extremes(ends: dict[str, float]) -> tuple[set[str], set[str]]:
    """The scores of the largest and of the least overlap."""
    return tuple(
        {name for name in ends if abs(ends[name] - end) < 0.01}
        for end in (max(ends.values()), min(ends.values()))
    )


def test_the_steadiest_score_is_found():
    kinds = set()
    for r, texts in results():
        text, sides = texts["luck"], r"(is|are) (.+?){}, the least steady (.+?){}\."
        long = re.findall("100, the steadiest of the ten scores " + sides.format("", ""), text)
        common = ", with (about \\w+|hardly one)"
        numbers = common + " in common", common
        short = re.findall("By the first twelve the steadiest " + sides.format(*numbers), text)
        matters = "At the very top it matters more" in text
        if r.size < 400:
            assert long == short == []
            assert not matters
            continue
        ends, tops = two_committees(r), two_committees(r, 12)
        if min((r.heads[0] != r.labels).sum(), (r.mean.argmax(axis=1) != r.labels).sum()) < 12:
            tops.pop("confident mistake", None)
        wide, deep = (max(found.values()) - min(found.values()) for found in (ends, tops))
        assert len(long) == ("By their first 100" in text) == (wide > 0.02)
        assert len(short) == ("By the first twelve" in text) == (min(wide, deep) > 0.02)
        assert ("a clock that stands still" in text) == (wide > 0.02)
        assert matters == (bool(short) and deep > wide)
        kinds.add((bool(short), matters))
        for verb, best, worst in [*long, *((found[0], found[1], found[3]) for found in short)]:
            found = ends if (verb, best, worst) in long else tops
            named = [re.split(", | and ", names) for names in (best, worst)]
            assert [{*names} for names in named] == [*extremes(found)]
            assert verb == ("is" if len(named[0]) == 1 else "are")
        for _, _, most, _, least in short:
            told = [about(shared(end, 12)) for end in (max(tops.values()), min(tops.values()))]
            assert [most, least] == told
    assert kinds == {(True, True), (True, False), (False, False)}


def test_the_first_twelve_by_both_doubts_are_compared_right():
    for r, texts in results():
        text = texts.get("doubted", "")
        if r.size < 400:
            assert "share" not in text
            continue
        ends = two_committees(r, 12)
        who = f"Two committees of {words.count(r.many // 2)}" if r.many > 3 else "Two networks"
        label, answer = (
            "all" if end == 1 else "nearly all" if shared(end, 12) == 12 else about(shared(end, 12))
            for end in (ends["label doubt"], ends["low confidence"])
        )
        told = (
            f"{who} share {label} of the twelve {r.what}s whose labels they doubt most, and "
            f"{answer} of the twelve that they are least sure of."
        )
        assert told in text


def sure_places(r: SimpleNamespace, score: str) -> int:
    """How many digits are among the first twelve of nearly all committees that are drawn."""
    return int(((drawn_ranks(r, score) <= 12).mean(axis=0) >= 0.95).sum())


def test_the_two_doubts_are_compared_right():
    heard = Counter()
    for r, texts in results():
        title, text = texts["doubted_title"], texts.get("doubted", "")
        if not r.drawn or r.size <= 12:
            assert "twelve here" not in text
        if not r.drawn or r.size < 400:
            assert title == "Doubt about the label is another list"
        if not r.drawn or r.size <= 12:
            continue
        label, answer = sure_places(r, "label"), sure_places(r, "sure")
        told = f"{words.count(label, r.what).capitalize()} {'is' if label == 1 else 'are'} among "
        told += "the first twelve here in at least 95 of 100 draws"
        if label != answer:
            told += f"; by low confidence it was {words.count(answer)}."
        else:
            told += ", just as many as by low confidence." if label else ", nor by low confidence."
        assert told in text
        if r.size >= 400:
            kind = int(label > answer) - int(label < answer)
            heard[kind] += 1
            assert ("another list" in title) == (kind == 0)
            assert ("only" in title) == (kind < 0 < label)
            told = "all twelve" if label == 12 else words.count(label)
            told += f" {'is' if label < 2 else 'are'} {'all but ' * (label > 0)}certain of a place"
            assert title.startswith("Doubt the labels instead, and ") == (kind != 0)
            assert title.endswith(told) == (kind != 0)
            ours = set(first_of(r.label, 12))  # the sure ones are of the committee's own twelve
            held = np.flatnonzero((drawn_ranks(r, "label") <= 12).mean(axis=0) >= 0.95)
            assert ours >= {*held.tolist()}
    assert {*heard} == {-1, 0, 1}


def drawn_ranks(r: SimpleNamespace, score: str) -> np.ndarray:
    """The rank of every digit by each committee that is drawn: int (resamples, N)."""
    draws = np.random.default_rng(r.seed).multinomial(r.many, [1 / r.many] * r.many, RESAMPLES)
    found = []
    for draw in draws:
        mean = np.tensordot(draw / r.many, r.test, axes=1)
        doubt = {"sure": 1 - mean.max(axis=1), "label": 1 - mean[np.arange(r.size), r.labels]}
        found.append(1 + np.argsort(first_of(doubt[score])))
    return np.array(found)


def test_the_places_are_counted_right():
    pairs = []
    for r, texts in results():
        title, text, first = texts["places_title"], texts.get("places"), first_of(r.sure)[0]
        assert (text is None) == (not r.drawn)
        assert ("more witnesses" in title) == ("stay empty" in texts["places_question"])
        assert ("more witnesses" in title) == (not r.drawn)
        if not r.drawn:
            assert f"With {words.count(r.many)} networks there" in texts["places_question"]
            continue
        ranks = drawn_ranks(r, "sure")
        last = np.sort(ranks[:, first])[-1]  # of 20 the 95th percentile is the last
        assert (f"Number {first} is first in nearly every draw." in text) == (last == 1)
        leads = f"Number {first} leads, but in a draw it may come {words.ordinal(max(2, last))}."
        assert (leads in text) == (last > 1)
        share = (ranks <= 12).mean(axis=0)
        certain, possible = int((share >= 0.95).sum()), int((share >= 0.05).sum())
        if r.size <= 12:
            assert "only the order is open" in title
            assert "95 of 100" not in text
            continue
        told = re.search(r"(\w+) (?:digit|picture)s? (is|are) among the first", text)
        assert told[1] == words.count(certain, r.what).split()[0].capitalize()
        others = [words.count(possible)] * (possible > certain)
        assert re.findall(r"And (\w+) gets? there in at least 5 of", text) == others
        assert (f"No other {r.what} gets there" in text) == (possible == certain)
        order = first_of(r.sure, 24)
        ends = np.quantile(ranks[:, order], [0.05, 0.95], axis=0, method="inverted_cdf")
        overlaps = int((ends[0, 1:] <= ends[1, :-1]).sum())
        assert ("read the list as names" in text) == (2 * overlaps > len(order) - 1)
        assert ("each line overlaps" in text) == (overlaps == len(order) - 1)
        sure = {0: f"No {r.what} is", 12: f"Twelve {r.what}s are all but"}
        sure = sure.get(certain, f"Only {words.count(certain, r.what)} {told[2]} all but")
        assert title == f"{sure} certain of a place among the first twelve"
        assert told[2] == ("is" if certain == 1 else "are")
        order, pair = first_of(r.sure, 24), re.search(r"To (\S+).* is not to be certain: .+", text)
        unsure = [place for place, i in enumerate(order) if share[i] < 0.95]
        surer = [place for place, i in enumerate(order) if share[i] >= 0.95 and place > unsure[0]]
        pairs.append(bool(surer))
        assert bool(pair) == bool(surer)
        if pair:
            assert pair[1] == ("lead" if unsure[0] == 0 else "be")
            among = "is the one" if certain == 1 else "is among them"
            place = words.ordinal(unsure[0] + 1) if unsure[0] else "the first"
            assert (
                f"number {order[surer[0]]}, {words.ordinal(surer[0] + 1)}, {among}; number "
                f"{order[unsure[0]]}, {place}, is not. " in pair[0]
            )
    assert any(pairs)
    assert not all(pairs)


def test_the_intervals_are_read_right():
    for r, texts in results():
        for score, name in {"sure": "low_confidence", "label": "label_doubt"}.items():
            order = first_of(r.sure if score == "sure" else r.label)
            ranks = drawn_ranks(r, score) if r.drawn else None
            for place, digit in enumerate(r.n["committee"][name]["digits"], 1):
                assert digit["index"] == order[place - 1]
                note, i = findings.rank_note(digit), digit["index"]
                spread = ""
                if r.drawn:
                    low, *_, high = np.sort(ranks[:, i])[[0, -1]]
                    spread = f" ({low} to {high})"
                assert note == f"Rank\u00a0{place}{spread}"
                if r.drawn and score == "sure":
                    assert f"{i}: {place}, {low} to {high}" in texts["ranks_alt"]
        if r.drawn:
            shown = min(24, r.size)
            assert f"The {words.count(shown, f'test {r.what}')} that" in texts["ranks_caption"]
            assert ("on a phone" in texts["ranks_caption"]) == (shown > 12)
        assert r.drawn == ("nine draws" in texts["committee_caption"])
        assert r.drawn == ("nine draws" in texts["doubted_caption"])


def test_the_galleries_are_compared_right():
    for r, texts in results():
        ours, alone = first_of(r.sure, 12), first_of(1 - r.test[0].max(axis=1), 12)
        both = len({*ours} & {*alone})
        right = int((r.mean.argmax(axis=1) == r.labels)[ours].sum())
        text = texts["committee"]
        assert f"reads {words.share(right, len(ours))} as the label says" in text
        told = f"{words.share(both, 12).capitalize()} {'was' if both == 1 else 'were'} in the"
        assert text.startswith(told) == (r.size > 12)


def test_the_voices_against_the_label_are_counted_right():
    for r, texts in results():
        text, digits = texts.get("doubted", ""), first_of(r.label, 12)
        alike = [i for i in digits if len({*r.heads[:, i]}) == 1]
        against = sum(r.heads[0, i] != r.labels[i] for i in alike)
        many = words.count(r.many)
        told = f"On {words.share(against, len(digits))} the networks, {many} of {many}, agree on"
        told += " something other than the label. There either the label is wrong or"
        assert (told in text) == ("something other" in text) == (against > 0)
        assert ("they can be wrong alike." in text) == (against > 0)
        wrong = np.where(r.heads[0] != r.labels, r.test[0].max(axis=1), 0)
        bold = {i for i in first_of(wrong, 12) if wrong[i]}
        known = len(bold & {*digits}) if r.size > 12 else 0
        told = f"{words.share(known, len(digits)).capitalize()} {'was' if known == 1 else 'were'} "
        told += "among the first network's bold mistakes, [](#fig-definition-2)."
        assert (told in text) == ("bold mistakes" in text) == (known > 0)
        drawn = r.drawn and r.size > 12
        assert bool(text) == (against > 0 or known > 0 or r.size >= 400 or drawn)
        against = {i for i in range(r.size) if len({*r.heads[:, i]}) == 1}
        against = {i for i in against if r.heads[0, i] != r.labels[i]}
        both, among = len(against & {*digits}), texts["labels_right"]
        told = f"; {words.share(both, len(digits))} of [](#fig-doubted) "
        told += f"{'is' if both == 1 else 'are'} among them."
        assert (told in among) == (both > 0 and len(against) > 1)
        assert ("; [](#fig-doubted) has it." in among) == (both == len(against) == 1)
        assert ("#fig-doubted" in among) == (both > 0)


def test_the_parts_of_doubt_are_added_up_right():
    for r, texts in results():
        within = spread(r.test).mean(axis=0)
        between = np.clip(spread(r.mean) - within, 0, None)
        between[between < 1e-12] = 0
        text, title, whole = texts["torn"], texts["torn_title"], within + between
        order = first_of(whole)
        share = between[order[:100]].sum() / whole[order[:100]].sum()
        most = words.count(min(100, r.size), r.what)
        assert (
            f"the entropy of the {most} that have most of it, {words.percent(share)} lies" in text
        )
        assert ("rather than contradict" in title) == (share < 0.35)
        assert ("rather than doubt" in title) == (share > 0.65)
        assert ("as well" in title) == (0.35 <= share <= 0.65)
        shown, on_map = min(150, r.size), whole >= whole[order[:150][-1]] - 1e-12
        assert f"The {words.count(shown, f'test {r.what}')} of" in texts["torn_caption"]
        far = whole[order[:150]].min() > 0.2 * whole.max()
        assert ("corner is empty" in texts["torn_caption"]) == (r.size > 150 and far)
        number = re.findall(
            r"arthest (to the right|up) is number (\d+): (.+?)\.(?= F| It is|\n\n)", text
        )
        same = "It is also the farthest up" in text
        peaks = {"to the right": within, "up": between}
        peaks = {where: np.where(on_map, part, 0) for where, part in peaks.items()}
        assert len(number) + same == 1 + (peaks["up"].max() > 0)
        if same:
            assert between[int(number[0][1])] >= peaks["up"].max() - 1e-12
        for where, i, votes in number:
            i = int(i)
            assert on_map[i]
            assert peaks[where][i] >= peaks[where].max() - 1e-12
            cast = np.bincount(r.heads[:, i], minlength=len(r.names))
            first, *more = re.split(r", (?!and yet)| and (?!yet)", votes.split(", and yet")[0])
            assert re.fullmatch(r"\w+ networks? says? .+", first)
            told = [first, *more]
            numbers = [words.count(int(k)) for k in np.sort(cast[cast > 0])[::-1]]
            assert [one.split()[0] for one in told] == numbers
            for one in told:
                voters = re.sub(r" networks? says?", "", one).split(" ", 1)
                names = [words.article(name) for name in r.names]
                assert words.count(int(cast[names.index(voters[1])])) == voters[0]
            winner = int(cast.argmax())
            doubted = cast[winner] > r.many / 2 and r.mean[i, winner] < 0.5
            if where == "to the right":
                it = "it" if cast[winner] == r.many else words.article(r.names[winner])
                told = f", and yet the average belief in {it} is "
                assert (told in votes) == ("and yet" in votes) == doubted
                assert not doubted or votes.endswith(told + words.percent(r.mean[i, winner]))


def wilson(hits: np.ndarray) -> tuple[float, float, float]:
    """The share of hits, and its 95 percent interval."""
    z, n, p = 1.959964, len(hits), float(np.mean(hits))
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def doubtful(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return probs.mean(axis=0)[np.arange(len(labels)), labels] < 0.5


def in_turns(r: SimpleNamespace) -> np.ndarray:
    """Of each repeat one network for each test digit: (repeats, N, K)."""
    turns = np.arange(r.size) % r.folds
    return np.array(
        [r.test[repeat * r.folds + turns, np.arange(r.size)] for repeat in range(r.repeats)]
    )


def test_the_rates_are_counted_right():
    for r, texts in results():
        text, title, part = texts["overall"], texts["overall_title"], 90 // r.folds
        rates = [
            wilson(doubtful(r.train, r.train_labels)),
            wilson(doubtful(in_turns(r), r.labels)),
            wilson(doubtful(softmax(r.held_out[:1, :part]), r.train_labels[:part])),
            wilson(r.learned),
        ]
        (train, low, high), (test, least, most), (alone, bottom, _), (_, _, top) = rates
        numbers = [words.percent(rate[0], 2) for rate in rates]
        assert text.startswith(f"Doubtful are {numbers[0]} of the training {r.what}s and ")
        assert f" and {numbers[1]} of the test {r.what}s." in text
        gap, down = train - test, np.hypot(train - low, most - test)
        up = np.hypot(high - train, test - least)
        told = re.search(r"is (\S+) points, .* lies between (\S+) and (\S+): (it|more)", text)
        points = [float(figure.replace("−", "-")) / 100 for figure in told.groups()[:3]]
        assert points == pytest.approx([gap, gap - down, gap + up], abs=6e-5)
        nothing = gap - down <= 0 <= gap + up
        assert told[4] == ("it" if nothing else "more")
        assert ("not alike" in text) == (not nothing)
        if nothing:
            more, less = ("training", "test") if gap >= 0 else ("test", "training")
            told = f"The {more} {r.what}s may be no more doubtful than the {less} {r.what}s"
            assert title == told
        else:
            more, less = ("training", "test") if gap > 0 else ("test", "training")
            assert title == f"The {more} {r.what}s are more doubtful than the {less} {r.what}s"
        feared = f"finds {numbers[3]} doubtful; on those that it did without, {numbers[2]}."
        assert (feared in text) == ("justified" in text) == (alone > 0 and top < bottom)
        names = [f"90 training {r.what}s", f"{r.size:,} test {r.what}s"]
        names += [f"first network: {part} held out", "first network: 60 learned from"]
        for name, rate in zip(names, rates, strict=True):
            value, *ends = re.search(
                rf"(?:^|\. |; ){re.escape(name)}: (.+?), (.+?) to (.+?)[;.](?= |$)",
                texts["rates_alt"],
            ).groups()
            assert [value, *ends] == [words.percent(round(share, 12) + 0.0, 2) for share in rate]


def test_the_list_of_all_is_counted_right():
    for r, texts in results():
        both = np.concatenate([r.train, in_turns(r)], axis=1)
        order = first_of(1 - both.mean(axis=0).max(axis=1))
        found, text = sum(i < 90 for i in order[:100]), texts.get("everything")
        assert (text is None) == (r.all <= 100)
        if text:
            noun = f"is a training {r.what}" if found == 1 else f"are training {r.what}s"
            share = f"; of all {r.what}s, {words.percent(90 / r.all)} are."
            first, *luck = text.split(" With one opinion")
            leader, place = first_of(r.sure)[0], ""
            if leader + 90 in order[:12]:
                place = order.index(leader + 90) + 1
                place = f"comes {words.ordinal(place)} here" if place > 1 else "leads here too"
                place = f" Number {leader}, which led [](#fig-committee), {place}."
            told = f"Of the first 100 in this order {words.count(found)} {noun}{share}{place}"
            assert first == told
            assert bool(luck) == (r.repeats == 1)
        told = [(digit["split"] == "train", digit["index"]) for digit in r.n["overall"]]
        assert told == [(i < 90, i if i < 90 else i - 90) for i in order[:12]]
        notes = [findings.everything_note(r.n, digit) for digit in r.n["overall"]]
        assert notes == [f"{'Training' if train else 'Test'} {r.what}" for train, _ in told]
        assert f"The twelve of all {r.all:,} {r.what}s" in texts["everything_caption"]
        question, each = texts["overall_question"], words.count(r.repeats)
        assert f": who compares {each} with {words.count(r.many)} compares" in question
        rounds = ", one from every round of training" * (r.repeats > 1)
        assert f"So the test {r.what}s get {each} each{rounds}, in turns." in question
        top = order[0]
        told = (
            f" And if the training {r.what}s may compete, training {r.what} {top} leads them all."
        )
        assert (told in texts["so_which"]) == ("may compete" in texts["so_which"]) == (top < 90)
        certain = sure_places(r, "sure") if r.drawn and r.size >= 400 else None
        verb = (
            "is certain" if certain == 0 else f"{'is' if certain == 1 else 'are'} all but certain"
        )
        told = f" Of its first twelve names {words.count(certain or 0)} {verb} of"
        told = " All of its first twelve names are all but certain of" if certain == 12 else told
        several = "no single answer" in texts["so_which"]
        known = several and certain is not None
        assert (told in texts["so_which"]) == ("names" in texts["so_which"]) == known
        assert f"search all {r.all:,}: " in texts["overall_question"]
        assert f"was left out by {words.count(r.repeats)} of them" in texts["overall_question"]
        assert f"only {words.count(r.repeats, 'judge')} too" in texts["overall_question"]
        assert f"there every {r.what} was judged only by" in texts["out_of_sample"]
        opinions = words.count(r.repeats, "opinion")
        assert (
            f"{r.what} has {opinions}, a test {r.what} {words.count(r.many)}:"
            in (texts["out_of_sample"])
        )


def test_the_suspects_are_counted_right():
    for r, texts in results():
        shown = first_of(1 - r.believed[np.arange(90), r.train_labels], 24)
        votes = [[*r.judges[:, i]] for i in shown]
        labels = r.train_labels[shown].tolist()
        lonely = sum(label not in cast for cast, label in zip(votes, labels, strict=True))
        alike = sum(
            len({*cast}) == 1 and cast[0] != label
            for cast, label in zip(votes, labels, strict=True)
        )
        title, text = texts["suspects_title"], texts["suspects"]
        one = r.repeats == 1
        nobody = "do not convince their one judge" if one else "convince none of their judges"
        assert (nobody in title) == (lonely == 24)
        assert title.startswith("Even") == (lonely == 0)
        if 0 < lonely < 24:
            verb = "has" if lonely == 1 else "have"
            told = f"{words.share(lonely, 24)} most doubted labels {verb} no friend"
            assert title == told[0].upper() + told[1:]
        assert text.startswith(f"On {words.share(alike, 24)} ")
        torn = [i for i, cast in zip(shown, votes, strict=True) if len({*cast}) > 1]
        assert ("they split" in text) == (alike == 23 and len(torn) == 1)
        assert "they split" not in text or f"On number {torn[0]} they split: " in text
        assert ("one judge" in text, "both" in text) == (r.repeats == 1, r.repeats == 2)
        taken = r.believed[shown[0]].argmax()
        wrong = f" Number {shown[0]} is taken for {words.article(r.names[taken])} with "
        wrong += f"{words.percent(r.believed[shown[0]].max(), 1)}; its label says "
        assert (wrong + r.names[labels[0]] + "." in text) == (taken != labels[0])
        assert ("is taken for" in text) == (taken != labels[0])
        assert "Among 90 training" in texts["suspects_question"]
        assert ("MNIST" in texts["suspects_question"]) == (r.what == "digit")


def far_off(probs: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """The calibration error, by how much confidence exceeds accuracy, the share of the last bin."""
    sure, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    bins, error = np.ceil(sure * 15 - 1e-12), 0
    for k in range(1, 16):
        inside = bins == k
        error += abs(sure[inside].sum() - right[inside].sum()) / len(labels)
    return error, float((sure - right).mean()), float((bins == 15).mean())


def loss(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    """The mean surprise at the labels, without small numbers that vanish."""
    tall = logits / temperature
    tall = tall - tall.max(axis=2, keepdims=True)
    own = tall[:, np.arange(len(labels)), labels] - np.log(np.exp(tall).sum(axis=2))
    most = own.max(axis=0)
    return -float((most + np.log(np.exp(own - most).mean(axis=0))).mean())


def test_the_confidence_is_measured_right():
    for r, texts in results():
        text, title, part = texts["calibration"], texts["calibration_title"], 90 // r.folds
        (before_1, lean_1, last), (before, lean, _) = (
            far_off(softmax(logits).mean(axis=0), r.labels) for logits in (r.logits[:1], r.logits)
        )
        hot = [r.n["calibration"][who]["temperature"] for who in ("first", "ensemble")]
        soft_1, soft = softmax(r.logits[:1] / hot[0])[0], softmax(r.logits / hot[1]).mean(axis=0)
        after_1, after = far_off(soft_1, r.labels)[0], far_off(soft, r.labels)[0]
        gaps = (before_1, after_1), (before, after)
        told = re.search(
            r"first network differ by ([\d.]+) percentage points on average; .* together by "
            r"([\d.]+)\..*best temperature is ([\d.]+), and the gap (\w+) (?:to|at) ([\d.]+)\. For "
            r"the committee it is ([\d.]+), and the gap (\w+) (?:to|at) (\d+\.\d+)[.:]",
            text,
            re.DOTALL,
        ).groups()
        alone, together, *one = told[:5]
        shown = (alone, *one), (together, *told[5:])
        for (old, heat, change, new), gap, t in zip(shown, gaps, hot, strict=True):
            assert [float(old), float(new)] == pytest.approx(100 * np.array(gap), abs=6e-3)
            assert heat == f"{t:.2f}"
            down = float(new) < float(old)
            assert change == ("stays" if new == old else "falls" if down else "grows")
            assert re.search(rf"{change} {'at' if new == old else 'to'} {new}[.:]", text)
        heated = [(r.held_out[:1, :part], hot[0]), (r.held_out, hot[1])]
        for logits, temperature in heated:
            own = r.train_labels[: logits.shape[1]]
            others = [loss(logits, own, t) for t in np.geomspace(0.0501, 19.99, 40)]
            assert loss(logits, own, temperature) <= min(others) + 1e-4
        if max(before_1, before) < 0.01:
            assert title == "On the whole the networks keep their promise"
        elif (lean_1 > 0) == (lean > 0):
            assert ("surer" in title, "more modest" in title) == (lean > 0, lean <= 0)
        else:
            assert title.startswith("Alone too sure" if lean_1 > 0 else "Alone too modest")
        modest = lean < min(0, lean_1) and hot[1] > 1 and shown[1][2] == "grows"
        assert ("had been too modest already" in text) == modest
        many = np.bincount(np.ceil(r.test[0].max(axis=1) * 15 - 1e-12).astype(int), minlength=16)
        assert many[15] == round(last * r.size)
        rest = sorted(many[:15][many[:15] > 0].tolist())
        assert ("last bin" in text) == ("Its other bins" in text) == bool(last > 0.5 and rest)
        if last > 0.5 and rest:
            ends = f"{rest[0]:,}" if rest[0] == rest[-1] else f"{rest[0]:,} to {rest[-1]:,}"
            assert f" But {words.percent(last)} of the {r.what}s are in the first" in text
            assert f" Its other bins hold {ends} each, if any, and" in text
        assert r.repeats < r.many
        only = f"There only {words.count(r.repeats, 'network')} may judge, and "
        only += f"{words.count(r.repeats)} {'is' if r.repeats == 1 else 'are'} not "
        assert f"found on training {r.what}s that the networks had never seen. {only}" in text
        assert f"{only}{words.count(r.many)}." in text


def test_what_the_temperature_changes_is_counted_right():
    for r, texts in results():
        text = texts["calibration"].split("\n\n")[1]
        hot = [r.n["calibration"][who]["temperature"] for who in ("first", "ensemble")]
        one, soft_1 = r.test[0], softmax(r.logits[:1] / hot[0])[0]
        soft, rows = softmax(r.logits / hot[1]).mean(axis=0), np.arange(r.size)
        changed = int((soft.argmax(axis=1) != r.mean.argmax(axis=1)).sum())
        answers = f"{words.count(changed, 'answer')} of the committee" if changed else "no answer"
        assert re.search(rf"(changes|100, and) {answers}\.", text)
        assert ("on the lists of 100" in text) == (r.size >= 400)
        pairs = [
            (1 - one.max(axis=1), 1 - soft_1.max(axis=1)),
            (r.sure, 1 - soft.max(axis=1)),
            (r.label, 1 - soft[rows, r.labels]),
        ]
        if r.size >= 400:
            new = max(100 - len({*first_of(a, 100)} & {*first_of(b, 100)}) for a, b in pairs)
            told = f"at most {words.count(new, 'name')}" if new else "not one name"
            assert f"changes {told} on the lists of 100, and" in text


# By hand: results that chance would hardly bring.


@pytest.fixture
def n() -> dict:
    """What five networks said of ten thousand digits, as numbers that may be changed."""
    return copy.deepcopy(whole_result(40).n)


def test_of_few_digits_no_list_is_compared(n):
    n["test_counts"] = [39] * 10
    assert findings.luck_title(n) == "Is it the digit, or the network?"
    assert findings.luck(n).startswith(
        "With 390 test digits there is not much to be learned here: a list of 100 holds a large "
        "part of them by force."
    )
    assert findings.doubted_title(n) == "Doubt about the label is another list"
    assert "of the 100" not in findings.doubted(n)
    n["test_counts"] = [40] * 10
    assert findings.luck_title(n) == "Ask another network, and the list is nearly the same"
    n["test_counts"] = [10] * 10
    assert "a list of 100 holds all of them by force." in findings.luck(n)
    n["test_counts"] = [1] + [0] * 9
    assert findings.luck(n).startswith("With one test digit there is")


@pytest.mark.parametrize(
    ("jaccard", "title"),
    [
        (1, "Ask another network, and the list is nearly the same"),
        (96 / 104, "Ask another network, and the list is nearly the same"),
        (95 / 105, "Ask another network, and five of the hundred change"),
        (1 / 3, "Ask another network, and 50 of the hundred change"),
        (0, "Ask another network, and 100 of the hundred change"),
        (None, "Is it the digit, or the network?"),
    ],
)
def test_the_title_says_how_many_change(n, jaccard, title):
    n["stability"]["low_confidence"]["100"]["single"] = jaccard
    assert findings.luck_title(n) == title


def test_lists_that_share_nothing_are_not_said_to_share_about_none(n):
    low = n["stability"]["low_confidence"]
    low["100"]["single"], low["12"]["single"] = 0.001, 0
    assert "another has hardly one on its list; of the first 12, hardly one." in findings.luck(n)


def test_committees_are_steadier_only_where_one_sees_it(n):
    low = n["stability"]["low_confidence"]["100"]
    low["single"], low["curve"] = 1 / 3, [1 / 3, 0.335]
    assert "steadier:" not in findings.luck(n)
    low["curve"] = [1 / 3, 0.5]
    assert "Together they are steadier: two committees of two share about 67 of the 100." in (
        findings.luck(n)
    )
    n["stability_sizes"], low["curve"] = [1], [0.5]
    assert "steadier:" not in findings.luck(n)


def test_scores_that_are_equally_steady_are_named_together(n):
    for k, found in enumerate(n["stability"].values()):
        found["100"]["curve"] = [0.5, (0.9, 0.6, 0.2)[min(k, 2)]]
    names = [name.replace("_", " ") for name in n["stability"]]
    least = f"the least steady *{'*, *'.join(names[2:-1])}* and *{names[-1]}*."
    assert f"the steadiest of the ten scores is *{names[0]}*, {least}" in findings.luck(n)
    n["stability"]["small_margin"]["100"]["curve"] = [0.5, 0.9]
    assert " scores are *low confidence* and *small margin*, the least" in findings.luck(n)
    assert "By the first twelve" not in findings.luck(n)
    for k, found in enumerate(n["stability"].values()):
        found["12"]["curve"] = [0.5, (1 / 3, 0.2, 0)[min(k, 2)]]
    narrow = "*. By the first twelve the steadiest is *low confidence*, with about six in common, "
    assert f"{narrow}the least steady *entropy*, *" in findings.luck(n)
    assert "*logit gap*, with hardly one.\n\nBut steady" in findings.luck(n).replace("and ", "")
    n["stability"]["small_margin"]["12"]["curve"] = [0.5, 0.71]
    assert "At the very top it matters more how one measures. By the first twelve the " in (
        findings.luck(n)
    )
    assert "By the first twelve the steadiest is *small margin*, with about ten" in findings.luck(n)
    for found in n["stability"].values():
        found["100"]["curve"] = [0.5, 0.5]
    assert "steadiest" not in findings.luck(n)


def test_a_score_that_fills_no_list_of_twelve_has_no_first_twelve(n):
    for k, found in enumerate(n["stability"].values()):
        found["100"]["curve"], found["12"]["curve"] = [0.5, k / 10], [0.5, k / 20]
    n["stability"]["confident_mistake"]["12"]["curve"] = [1.0, 1.0]
    n["first_network"]["mistakes"] = n["ensemble"]["mistakes"] = 12
    told = "twelve the steadiest is *confident mistake*, with about twelve in common"
    assert told in findings.luck(n)
    for who in ("first_network", "ensemble"):
        n[who]["mistakes"] = 11
        assert "twelve the steadiest is *logit gap*, with about " in findings.luck(n)
        n[who]["mistakes"] = 12


def test_four_networks_are_too_few_to_draw_from(n):
    n["networks"] = 4
    for found in n["committee"].values():
        found |= {"certain": None, "possible": None}
        for digit in found["digits"]:
            digit |= {"low": None, "high": None}
    assert not findings.drawn(n)
    assert findings.places_title(n) == "A rank needs more witnesses than we have"
    assert "With four networks there is too little to draw from: we ask for at least five" in (
        findings.places_question(n)
    )
    assert findings.committee_caption(n).endswith("Under each its rank.")
    assert findings.doubted_caption(n).endswith("Under each its rank by label doubt.")
    assert "twelve here" not in findings.doubted(n)
    assert findings.rank_note(n["committee"]["label_doubt"]["digits"][1]) == "Rank\u00a02"


@pytest.mark.parametrize(
    ("low", "high", "note"),
    [
        (4, 4, "Rank\u00a04 (4 to 4)"),
        (1, 1, "Rank\u00a04 (1 to 1)"),
        (2, 10, "Rank\u00a04 (2 to 10)"),
        (None, None, "Rank\u00a04"),
    ],
)
def test_a_rank_has_its_interval(low, high, note):
    assert findings.rank_note({"rank": 4, "low": low, "high": high}) == note


@pytest.mark.parametrize(
    ("certain", "title", "told"),
    [
        (0, "No digit is certain of a place among the first twelve", "No digits are"),
        (1, "Only one digit is all but certain of a place among the first twelve", "One digit is"),
        (
            2,
            "Only two digits are all but certain of a place among the first twelve",
            "Two digits are",
        ),
        (
            12,
            "Twelve digits are all but certain of a place among the first twelve",
            "Twelve digits are",
        ),
    ],
)
def test_the_sure_places_are_spoken_of_as_so_many(n, certain, title, told):
    n["committee"]["low_confidence"] |= {"certain": certain, "possible": 30}
    n["committee"]["label_doubt"] |= {"certain": certain}
    assert findings.places_title(n) == title
    assert f"{told} among the first twelve in at least 95 of 100 draws. " in findings.places(n)
    assert " And 30 get there in at least 5 of 100. " in findings.places(n)
    same = "just as many as" if certain else "nor"
    sure = "among the first twelve here in at least 95 of 100 draws"
    assert f"{told} {sure}, {same} by low confidence." in findings.doubted(n)
    n["committee"]["low_confidence"]["certain"] = 5
    assert f"{told} {sure}; by low confidence it was five." in findings.doubted(n)


def test_a_single_digit_that_may_come_in_gets_in(n):
    n["committee"]["low_confidence"] |= {"certain": 0, "possible": 1}
    assert " And one gets there in at least 5 of 100." in findings.places(n)


@pytest.mark.parametrize(
    ("label", "answer", "title"),
    [
        (3, 2, "Doubt the labels instead, and three are all but certain of a place"),
        (1, 0, "Doubt the labels instead, and one is all but certain of a place"),
        (12, 2, "Doubt the labels instead, and all twelve are all but certain of a place"),
        (2, 12, "Doubt the labels instead, and only two are all but certain of a place"),
        (1, 2, "Doubt the labels instead, and only one is all but certain of a place"),
        (0, 2, "Doubt the labels instead, and none is certain of a place"),
        (2, 2, "Doubt about the label is another list"),
    ],
)
def test_doubt_in_labels_is_surer_or_less_sure(n, label, answer, title):
    n["committee"]["low_confidence"]["certain"] = answer
    n["committee"]["label_doubt"]["certain"] = label
    assert findings.doubted_title(n) == title
    n["test_counts"] = [39] * 10
    assert findings.doubted_title(n) == "Doubt about the label is another list"


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([0.9, 1, 0.95, 0.96], "To lead is not to be certain: number 1, second, is among them; "),
        ([0.9, 0.94, 0.95], "To lead is not to be certain: number 2, third, is among them; "),
        (
            [1, 1, 0.5, 0.6, 0.99],
            "To be ahead is not to be certain: number 4, fifth, is among them; ",
        ),
        ([0.9, 0.5], ""),
        ([1, 0.95], ""),
        ([1, 0.95, 0.9], ""),
    ],
)
def test_to_lead_is_not_to_be_sure(n, shares, told):
    digits = [
        {"index": i, "rank": i + 1, "p12": share, "low": 1, "high": 1}
        for i, share in enumerate(shares)
    ]
    n["committee"]["low_confidence"] |= {"certain": 3, "possible": 30, "digits": digits}
    first = next((i for i, share in enumerate(shares) if share < 0.95), 0)
    if told:
        place = ["the first", "second", "third"][first]
        told += f"number {first}, {place}, is not. "
    text = findings.places(n)
    assert f" of 100 draws. {told}And 30 get there" in text
    n["committee"]["low_confidence"]["certain"] = 1
    told = told.replace("is among them", "is the one")
    assert f" of 100 draws. {told}And 30 get there" in findings.places(n)


def test_of_twelve_that_nearly_all_share_not_about_twelve_are_said_to(n):
    doubt, sure = (n["stability"][name]["12"] for name in ("label_doubt", "low_confidence"))
    doubt["curve"], sure["curve"] = [0.1, 1.0], [0.1, 0.97]
    assert (
        "\n\nTwo committees of two share all of the twelve digits whose labels they doubt most, "
        "and nearly all of the twelve that they are least sure of. "
    ) in findings.doubted(n)
    doubt["curve"], sure["curve"] = [0.1, 0.5], [0.1, 0.0]
    assert "two share about eight of the twelve digits whose" in findings.doubted(n)
    assert ", and hardly one of the twelve that they" in findings.doubted(n)


def test_what_is_doubted_is_told_only_where_there_is_any(n):
    digits = [voted(i, [5, *[0] * 9], [1.0, *[0.0] * 9]) for i in range(12)]
    n["committee"]["label_doubt"]["digits"] = digits
    n["definition_2_gallery"] = [{"index": 12}]
    assert "On " not in findings.doubted(n)
    assert "bold" not in findings.doubted(n)
    digits[3] |= {"label": 7}
    n["definition_2_gallery"] = [{"index": 3}, {"index": 13}]
    assert (
        "On one of the twelve the networks, five of five, agree on something other than the label. "
        "There either the label is wrong or all the networks are: trained alike, they can be wrong "
        "alike. One of the twelve was among the first network's bold mistakes, "
        "[](#fig-definition-2)."
    ) in findings.doubted(n)
    digits[3]["votes"] = [4, 1, *[0] * 8]
    n["definition_2_gallery"] = [{"index": 3}, {"index": 4}]
    assert "something other" not in findings.doubted(n)
    assert findings.doubted(n).startswith(
        "Two of the twelve were among the first network's bold mistakes, [](#fig-definition-2).\n\n"
    )


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (1, 1, "is first in nearly every draw."),
        (1, 2, "leads, but in a draw it may come second."),
        (2, 2, "leads, but in a draw it may come second."),
        (1, 13, "leads, but in a draw it may come 13th."),
    ],
)
def test_the_first_is_told_how_far_it_may_fall(n, low, high, told):
    first = n["committee"]["low_confidence"]["digits"][0]
    first |= {"low": low, "high": high}
    assert findings.places(n).startswith(f"Number {first['index']} {told}")


def test_lines_overlap_where_one_begins_before_the_last_ends(n):
    digits = [
        {"index": i, "rank": i + 1, "p12": 1, "low": low, "high": high}
        for i, (low, high) in enumerate([(1, 4), (4, 5), (6, 7)])
    ]
    n["committee"]["low_confidence"] |= {"digits": digits, "certain": 3, "possible": 3}
    half = "Where lines overlap, who stands before whom may be luck."
    assert half in findings.places(n)
    digits[2]["low"] = 5
    assert "rather than as ranks: each line overlaps the next" in findings.places(n)
    digits.append({"index": 3, "rank": 4, "p12": 1, "low": 8, "high": 9})
    assert "rather than as ranks: most lines overlap the next" in findings.places(n)


def test_of_twelve_digits_none_has_to_fight_for_the_first_twelve(n):
    n["test_counts"] = [12] + [0] * 9
    assert findings.places_title(n) == "All are among the first twelve, and only the order is open"
    assert "95 of 100" not in findings.places(n)
    assert "twelve here" not in findings.doubted(n)
    assert "bold mistakes" not in findings.doubted(n)
    assert "were in" not in findings.committee(n)
    n["test_counts"] = [13] + [0] * 9
    assert (
        findings.places_title(n)
        == "Twelve digits are all but certain of a place among the first twelve"
    )
    assert "95 of 100" in findings.places(n)
    assert "twelve here" in findings.doubted(n)
    assert "bold mistakes" in findings.doubted(n)
    assert findings.committee(n).startswith("All twelve were in the first network's gallery")


def test_networks_that_never_doubt_have_no_parts_of_doubt(n):
    n["doubt"]["parts"] = [0, 0]
    assert findings.torn_title(n) == "Doubt has two parts"
    assert findings.torn(n).startswith("Some [object]")
    assert "number" not in findings.torn(n)


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        ([66, 34], "The networks doubt together, rather than contradict each other"),
        ([64, 36], "The networks doubt together, and contradict each other as well"),
        ([36, 64], "The networks doubt together, and contradict each other as well"),
        ([34, 66], "The networks contradict each other, rather than doubt together"),
    ],
)
def test_the_larger_part_of_doubt_has_the_title(n, parts, title):
    n["doubt"]["parts"] = parts
    assert findings.torn_title(n) == title
    told = f"Of the entropy of the 100 digits that have most of it, {parts[1]}\u00a0% lies between"
    assert findings.torn(n).startswith(told)


def voted(index: int, votes: list[int], probs: list[float]) -> dict:
    return opinion(index, 0, int(np.argmax(probs)), probs) | {"votes": votes}


def test_the_votes_are_told_with_the_belief_in_what_won(n):
    n["doubt"] |= {"index": [5, 6], "mutual_information": [0.1, 0.2], "parts": [1, 1]}
    few = [0.0] * 6
    n["doubt"]["torn"] = [voted(5, [3, 1, 1, 0, *[0] * 6], [0.3, 0.1, 0.2, 0.4, *few])]
    n["doubt"]["contradictory"] = [voted(6, [0, 2, 2, 1, *[0] * 6], [0.1, 0.3, 0.3, 0.3, *few])]
    assert (
        "Farthest to the right is number 5: three networks say a 0, one a 2 and one a 1, and yet "
        "the average belief in a 0 is 30\u00a0%. Farthest up is number 6: two networks say a 2, "
        "two a 1 and one a 3.\n\n"
    ) in findings.torn(n)
    n["doubt"]["torn"] = [voted(5, [0, 5, *[0] * 8], [0.1, 0.49, 0.2, 0.21, *few])]
    n["doubt"]["contradictory"] = n["doubt"]["torn"]
    assert (
        "five networks say a 1, and yet the average belief in it is 49\u00a0%. It is also the "
        "farthest up.\n\n"
    ) in findings.torn(n)
    n["doubt"]["torn"] = [voted(5, [0, 5, *[0] * 8], [0.1, 0.9, 0.0, 0.0, *few])]
    assert "number 5: five networks say a 1. " in findings.torn(n)


def test_where_nothing_lies_between_the_networks_nobody_divides_them(n):
    n["doubt"] |= {"index": [5, 6], "mutual_information": [0.1, 0.2], "parts": [1, 1]}
    n["doubt"]["torn"] = [voted(5, [5, *[0] * 9], [1.0, *[0.0] * 9])]
    n["doubt"]["contradictory"] = [voted(6, [3, 2, *[0] * 8], [0.6, 0.4, *[0.0] * 8])]
    assert "Farthest up is number 6" in findings.torn(n)
    n["doubt"]["mutual_information"] = [0.0, 0.0]
    assert "arthest up" not in findings.torn(n)


def test_suspects_that_divide_their_judges_are_said_to(n):
    n["parameters"]["repeats"] = 3
    n["suspects"] = [voted(i, [1, 1, 1, *[0] * 7], [0.5, 0.3, 0.2, *[0.0] * 7]) for i in range(3)]
    assert findings.suspects_title(n) == "Even the most doubted labels have a friend"
    text = findings.suspects(n)
    assert text.startswith("On none of the three do all judges give the same wrong answer.\n\n")
    n["suspects"][0] = voted(0, [0, 3, *[0] * 8], [0.0, 1.0, *[0.0] * 8])
    assert findings.suspects_title(n) == "One of the three most doubted labels has no friend"
    text = findings.suspects(n)
    assert text.startswith("On one of the three all judges give the same answer, and it is not the")
    assert "Number 0 is taken for a 1 with 100.0\u00a0%; its label says 0." in text
    n["suspects"] = [voted(0, [0, 2, 1, *[0] * 7], [0.0, 0.6, 0.4, *[0.0] * 7])] * 3
    assert findings.suspects_title(n) == (
        "The three most doubted training labels convince none of their judges"
    )
    assert findings.suspects(n).startswith("On none of the three do all judges")
    n["suspects"] = [voted(0, [3, *[0] * 9], [1.0, *[0.0] * 9])] * 3  # as the label says
    assert findings.suspects_title(n) == "Even the most doubted labels have a friend"
    assert findings.suspects(n).startswith("On none of the three do all judges")
    n["parameters"]["repeats"] = 2
    assert findings.suspects(n).startswith("On none of the three do both judges")
    n["parameters"]["repeats"] = 1
    assert findings.suspects(n).startswith("On none of the three does the one judge contradict")
    assert "the network that never saw them" in findings.suspects_caption(n)


def test_the_one_suspect_that_divides_its_judges_is_named(n):
    n["parameters"]["repeats"] = 3
    n["suspects"] = [voted(i, [0, 3, *[0] * 8], [0.0, 1.0, *[0.0] * 8]) for i in range(3)]
    assert "they split" not in findings.suspects(n)
    n["suspects"][1] = voted(1, [1, 2, *[0] * 8], [0.4, 0.6, *[0.0] * 8])
    assert findings.suspects(n).startswith(
        "On two of the three all judges give the same answer, and it is not the label. On number 1 "
        "they split: two networks say a 1 and one a 0. Number 0 is taken for a 1 with 100.0"
    )
    n["suspects"][2] = voted(2, [1, 1, 1, *[0] * 7], [0.5, 0.3, 0.2, *[0.0] * 7])
    assert "they split" not in findings.suspects(n)  # two of them do
    n["suspects"][1] = voted(1, [3, *[0] * 9], [1.0, *[0.0] * 9])  # as the label says, all of them
    assert "they split" not in findings.suspects(n)


def test_own_pictures_are_no_digits(n):
    n["dataset"], n["class_names"] = "mine", list("abcdefghij")
    texts = [
        getattr(findings, name + part)(n)
        for name in ("luck", "places", "doubted", "torn", "overall", "suspects", "calibration")
        for part in ("", "_title", "_question", "_caption")
        if hasattr(findings, name + part)
    ]
    texts += [findings.committee(n), findings.committee_caption(n), findings.everything(n)]
    texts += [findings.everything_question(n), findings.everything_caption(n)]
    texts += [findings.rates_alt(n), *findings.rate_names(n), findings.ranks_caption(n)]
    told = " ".join(texts)
    assert not re.search("[Dd]igit|MNIST|writer meant|handwrit", told)
    assert len(re.findall("picture", told)) > 30
    assert findings.everything_note(n, {"split": "train"}) == "Training picture"


@pytest.mark.parametrize(("repeats", "why"), [(1, "one opinion"), (4, "four opinions"), (5, None)])
def test_why_the_list_of_all_has_no_intervals(n, repeats, why):
    n["parameters"]["repeats"] = repeats
    text = findings.everything_question(n)
    told = f"here: from {why} on each digit there is too little to draw."
    assert text.endswith(told if why else "of all.")


def test_the_leader_is_looked_for_among_all(n):
    n["parameters"]["repeats"], leader = 2, n["committee"]["low_confidence"]["digits"][0]["index"]
    others = [{"split": "test", "index": leader + k} for k in range(1, 12)]
    n["overall"] = [{"split": "train", "index": leader}, *others]
    assert "which led" not in findings.everything(n)
    n["overall"] = [*n["overall"][:4], {"split": "test", "index": leader}]
    assert findings.everything(n).endswith(
        f" Number {leader}, which led [](#fig-committee), comes fifth here."
    )
    n["overall"] = n["overall"][::-1]
    assert findings.everything(n).endswith("[](#fig-committee), leads here too.")


def test_a_single_training_digit_is_spoken_of_as_one(n):
    n["overall_train"], n["parameters"]["repeats"], n["overall"] = 1, 2, []
    n["train_counts"], n["test_counts"] = [50] * 10, [50] * 10
    assert findings.everything(n) == (
        "Of the first 100 in this order one is a training digit; of all digits, 50\u00a0% are."
    )
    n["train_counts"], n["test_counts"] = [5] * 10, [5] * 10
    assert findings.everything(n) == ""


def test_a_difference_has_its_sign(n):
    same = {"rate": 0.1, "low": 0.05, "high": 0.2}
    n["doubtful"] |= {"train": same, "test": same, "held_out": same, "learned": same}
    n["doubtful"]["difference"] = {"rate": -0.1, "low": -0.2, "high": -0.05}
    assert findings.overall_title(n) == "The test digits are more doubtful than the training digits"
    assert (
        "is −10.00 points, and with 95 percent confidence lies between −20.00 and −5.00: more"
        in (findings.overall(n))
    )
    assert "fear" not in findings.overall(n)
    n["doubtful"]["difference"] = {"rate": -1e-9, "low": -0.01, "high": 0.0125}
    assert findings.overall_title(n) == (
        "The test digits may be no more doubtful than the training digits"
    )
    assert "is 0.00 points, and with 95 percent confidence lies between −1.00 and +1.25: it" in (
        findings.overall(n)
    )


@pytest.mark.parametrize(
    ("first", "together", "title"),
    [
        (0.02, 0.02, "The networks are surer than they should be"),
        (-0.02, -0.02, "The networks are more modest than they should be"),
        (0.02, -0.02, "Alone too sure, together too modest"),
        (-0.02, 0.02, "Alone too modest, together too sure"),
        (0.005, -0.009, "On the whole the networks keep their promise"),
    ],
)
def test_too_sure_and_too_modest_are_told_apart(n, first, together, title):
    for who, lean in (("first", first), ("ensemble", together)):
        columns = {"confidence": [None, 0.9], "accuracy": [None, 0.9 - lean], "count": [0, 1000]}
        n["calibration"][who]["before"] |= columns | {"ece": abs(lean)}
    assert findings.calibration_title(n) == title
    all_ = n["calibration"]["ensemble"]
    for heat, grown in ((1.5, 0.01), (0.5, 0.01), (1.5, -0.001), (1.5, 0.00001)):
        all_["temperature"], all_["after"]["ece"] = heat, abs(together) + grown
        modest = "it had been too modest already" in findings.calibration(n)
        assert modest == (together < min(0, first) and heat > 1 and grown == 0.01)


def test_the_gap_is_said_to_change_where_one_sees_it(n):
    one = n["calibration"]["first"]
    one["temperature"], one["before"]["ece"] = 1.5, 0.02
    for after, told in (
        (0.0199, "falls to 1.99"),
        (0.0201, "grows to 2.01"),
        (0.02, "stays at 2.00"),
        (0.02004, "stays at 2.00"),
        (0.12, "grows to 12.00"),
    ):
        one["after"]["ece"] = after
        assert f"network the best temperature is 1.50, and the gap {told}. " in (
            findings.calibration(n)
        )


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (
            [0, 2, 40, 58],
            "58\u00a0% of the digits are in the first network's last bin, where it is",
        ),
        ([0, 2, 40, 58], "Its other bins hold 2 to 40 each, if any, and the lines say"),
        ([0, 7, 7, 86], "Its other bins hold 7 each, if any, and"),
        ([3, 0, 1200, 6000], "Its other bins hold 3 to 1,200 each, if any, and"),
        ([0, 0, 0, 60], None),
        ([20, 20, 20, 60], None),
        ([90, 2, 2, 10], None),
    ],
)
def test_what_is_not_in_the_last_bin_is_said_to_be_little(n, counts, told):
    columns = {name: [0.9] * 4 for name in ("confidence", "accuracy", "low", "high")}
    n["calibration"]["first"]["before"] |= columns | {"count": counts}
    text = findings.calibration(n)
    assert told in text if told else "last bin" not in text


def test_one_name_is_one_name(n):
    one = 99 / 101
    kept = {"low_confidence": [1.0, one], "label_doubt": [None, None]}
    n["calibration"]["first"]["kept"] = n["calibration"]["ensemble"]["kept"] = kept
    n["calibration"]["ensemble"]["changed"] = 1
    assert "The temperature changes at most one name on the lists of 100, and one answer of " in (
        findings.calibration(n)
    )
    kept["low_confidence"] = [1.0, None]
    assert "changes not one name on the lists of 100, and one answer" in findings.calibration(n)
    n["calibration"]["ensemble"]["changed"] = 2000
    assert "2,000 answers of the committee. One number for all" in findings.calibration(n)


def test_a_card_has_the_picture_of_its_own_part(n):
    images = {part: np.full((9, 2, 2), k, np.uint8) for k, part in enumerate(("train", "test"))}
    for part, filled in (("train", 7), ("test", 8)):
        images[part][3] = filled
    said = [voted(3, [5, *[0] * 9], [1.0, *[0.0] * 9]) for _ in range(3)]
    said[0]["split"], said[1]["split"] = "train", "test"
    cards = findings.cards(n, said, images, note=lambda digit: f"*{digit['index']}*")
    assert [int(card.image.max()) for card in cards] == [7, 8, 8]
    assert [card.split for card in cards] == ["Training digit", "Test digit", "Test digit"]
    assert {card.note for card in cards} == {"*3*"}
    assert {card.index for card in cards} == {3}


def test_the_figures_draw_what_the_numbers_hold(n):
    curves = findings.overlap_curves(n)
    assert list(curves)[:2] == ["low confidence", "small margin"]
    low = n["stability"]["low_confidence"]
    assert curves["low confidence"].tolist() == [low["12"]["curve"], low["100"]["curve"]]
    panels = findings.reliability(n)
    assert list(panels) == ["the first network", "all five networks together"]
    drawn = json.loads(
        json.dumps([column.tolist() for column in panels["the first network"]["after"]])
    )
    after = n["calibration"]["first"]["after"]
    wanted = [after[key] for key in ("confidence", "accuracy", "low", "high", "count")]
    assert [[None if v != v else v for v in column] for column in drawn] == wanted


def test_a_committee_is_what_it_was():
    n, test, labels = committee(3)
    assert n is whole_result(3).n
    assert len(test) == n["networks"]
    assert len(labels) == sum(n["test_counts"])
