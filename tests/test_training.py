"""Training: the plan and the key, one job, and many jobs in worker processes that may die."""

import hashlib
import importlib.metadata
import multiprocessing
import os
import re
import shutil
import signal
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import ambiguous_digits
from ambiguous_digits import provenance, results, training
from ambiguous_digits.data import Digits, load_digits
from ambiguous_digits.training import crossfit
from ambiguous_digits.training import workers as in_workers
from making import make_up, wait_until


def tiny_digits(**changes):
    """60 and 12 digits of three classes, 12 by 12 pixels; no two of them are the same."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(256, size=(72, 12, 12), dtype=np.uint8), np.arange(72) % 3
    named = {"name": "tiny", "class_names": ("a", "b", "c")} | changes
    return Digits(images[:60], labels[:60], images[60:], labels[60:], **named)


PARAMETERS = {"folds": 2, "repeats": 1, "seed": 0, "epochs": 1}
PLAN = {"folds": 4, "repeats": 3, "seed": 5, "epochs": 6, "precision": "float32"}


def plan(**changes):
    """The plan for 101 digits of three classes."""
    return training.plan(np.random.default_rng(1).integers(3, size=101), **(PLAN | changes))


def test_each_digit_is_held_out_once_per_repeat_and_each_class_as_evenly_as_can_be():
    labels, jobs = np.random.default_rng(1).integers(3, size=101), plan()
    assert [(job.repeat, job.fold) for job in jobs] == [(r, k) for r in range(3) for k in range(4)]
    assert {(job.seed, job.epochs, job.precision) for job in jobs} == {(5, 6, "float32")}
    for repeat in range(3):
        parts = [job.held_out.tolist() for job in jobs if job.repeat == repeat]
        assert all(part == sorted(part) for part in parts)
        assert sorted(i for part in parts for i in part) == list(range(101))
        counts = np.array([np.bincount(labels[part]) for part in parts])
        assert (np.ptp(counts, axis=0) <= 1).all()
    # Each repeat and each seed shuffles anew, and more repeats change no earlier job.
    others, more = plan(seed=6), plan(repeats=5)
    firsts = [jobs[0], jobs[4], jobs[8], others[0]]
    assert len({tuple(job.held_out.tolist()) for job in firsts}) == 4
    for one, other in zip(jobs, more, strict=False):
        np.testing.assert_array_equal(one.held_out, other.held_out)
        assert one._replace(held_out=None) == other._replace(held_out=None)


def a_key(digits=None, place=0, **changes):
    """The key of the job at `place` of the plan that these parameters give."""
    digits, parameters = digits or tiny_digits(), PARAMETERS | {"precision": "float32"} | changes
    job = training.plan(digits.train_labels, **parameters)[place]
    return training.key(digits, job, folds=parameters["folds"])


def test_the_key_holds_all_that_determines_a_networks_bits():
    source = Path(ambiguous_digits.__file__).with_name("network.py").read_bytes()
    [tensorflow] = importlib.metadata.packages_distributions()["tensorflow"]
    changes = {"seed": 7, "epochs": 9, "folds": 3, "precision": "mixed_bfloat16"}
    found = a_key(place=3, repeats=2, **changes)
    expected = {"data": tiny_digits().digest, "network.py": hashlib.sha256(source).hexdigest()}
    expected["keras"] = importlib.metadata.version("keras")
    expected["tensorflow"] = importlib.metadata.version(tensorflow)
    assert found == expected | changes | {"r": 1, "k": 0}
    assert a_key(repeats=9) == a_key(tiny_digits(name="other", class_names=("x", "y", "z")))


def test_a_network_is_fitted_without_its_held_out_digits_and_asked_about_them(monkeypatch):
    digits, seen, told, weights = tiny_digits(), {}, [], [np.zeros(1)]

    def fit(images, labels, *, watch, on_epoch, **options):
        seen.update(images=images, labels=labels, watch=watch, options=options)
        on_epoch(2, 1 / 3)
        return SimpleNamespace(weights=weights, curves={"loss": np.array([1.0])}, seconds=2.5)

    def predict_logits(given, images):
        assert given is weights
        return images[:, 0, :3].astype(np.float32)  # tells which image was asked about

    network = SimpleNamespace(fit=fit, predict_logits=predict_logits)
    monkeypatch.setattr(ambiguous_digits, "network", network, raising=False)
    job = training.Job(1, 0, np.array([2, 3, 59]), 11, 2, "mixed_bfloat16")
    found = training.fit_job(digits, job, lambda *epoch: told.append(epoch))
    others = [i for i in range(60) if i not in (2, 3, 59)]
    np.testing.assert_array_equal(seen["images"], [digits.train_images[i] for i in others])
    np.testing.assert_array_equal(seen["labels"], [i % 3 for i in others])
    np.testing.assert_equal(seen["watch"], (digits.train_images[[2, 3, 59]], np.array([2, 0, 2])))
    options = {"num_classes": 3, "epochs": 2, "seed": (11, 1, 0), "precision": "mixed_bfloat16"}
    assert seen["options"] == options
    assert found.held_out.tolist() == [2, 3, 59]
    np.testing.assert_array_equal(found.held_out_logits, digits.train_images[[2, 3, 59], 0, :3])
    np.testing.assert_array_equal(found.test_logits, digits.test_images[:, 0, :3])
    assert (found.repeat, found.fold, found.seconds) == (1, 0, 2.5)
    assert (found.precision, found.processor) == ("mixed_bfloat16", provenance.processor())
    assert told == [(1, 0, 2, 1 / 3)]


@pytest.mark.parametrize(("loss", "logit"), [(np.nan, 0), (0, np.inf)])
def test_a_network_that_says_what_is_no_number_is_an_error(loss, logit, monkeypatch):
    fitted = SimpleNamespace(weights=[], curves={"loss": np.array([1, loss])}, seconds=1.0)
    network = SimpleNamespace(fit=lambda *_, **__: fitted)
    network.predict_logits = lambda _, images: np.full((len(images), 3), logit, np.float32)
    monkeypatch.setattr(ambiguous_digits, "network", network, raising=False)
    job = training.Job(0, 0, np.array([1]), 0, 2, "float32")
    with pytest.raises(ArithmeticError, match="its logits or losses are not finite"):
        training.fit_job(tiny_digits(), job, print)


def train(run, **changes):
    return training.train(tiny_digits(), run, **(PARAMETERS | changes))


def files(run):
    return sorted(path.name for path in (run / "networks").glob("*"))


@pytest.fixture
def at_once(monkeypatch, tmp_path):
    """Networks are made up at once, here; a list of how many workers were asked for."""

    @contextmanager
    def processes(digits, number, tell):
        def submit(job):
            future = Future()
            future.set_result(make_up(tmp_path, digits, job, tell))
            return future

        numbers.append(number)
        yield submit

    numbers = []
    monkeypatch.setattr(crossfit, "processes", processes)
    return numbers


def test_workers_are_as_many_as_cores_or_asked_for_or_networks(at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for workers in (0, 1, 9):
        assert train(tmp_path / str(workers), workers=workers, folds=3) == 3
    assert at_once == [2, 1, 3]


def test_each_epoch_and_network_is_told_on_the_bar_and_in_the_log(at_once, tmp_path, capsys):
    train(tmp_path, epochs=2)
    lines = (tmp_path / "training.log").read_text().splitlines()
    line = r" *(\d+) % .* left, (\d) of 2 networks done; network r0k(\d): epoch (\d) of 2, 50.00% r"
    told = [(25, 0, 0, 1), (50, 0, 0, 2), (75, 0, 1, 1), (100, 0, 1, 2), (100, 1, 1, 2)]
    found = [tuple(map(int, re.match(line, each).groups())) for each in lines]
    assert found == [*told, (100, 2, 1, 2)]
    assert lines[-1] in capsys.readouterr().out


def test_another_precision_or_other_epochs_train_all_again(at_once, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(provenance, "precision", lambda: "float32")
    assert train(tmp_path) == 2
    assert train(tmp_path) == 0
    monkeypatch.setattr(provenance, "precision", lambda: "mixed_bfloat16")
    precision = "precision is 'float32', not 'mixed_bfloat16'"
    for changes, differs in (({}, precision), ({"epochs": 2}, "epochs is 1, not 2")):
        assert train(tmp_path, **changes) == 2
        out = capsys.readouterr().out
        for fold in (0, 1):
            reason = f"r0k{fold}.npz was made with another configuration ({differs})"
            assert f"{reason}. It is trained again\n" in out
    assert {member.precision for member in results.load_networks(tmp_path)} == {"mixed_bfloat16"}


def test_only_a_damaged_or_missing_network_is_trained_again(at_once, tmp_path, capsys):
    assert train(tmp_path, repeats=2) == 4
    damaged, missing = (results.network_file(tmp_path, 0, fold) for fold in (0, 1))
    damaged.write_bytes(b"half a fi")
    missing.unlink()
    kept = results.network_file(tmp_path, 1, 0).stat()
    capsys.readouterr()
    assert train(tmp_path, repeats=2) == 2
    assert results.network_file(tmp_path, 1, 0).stat() == kept
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if line.endswith(". It is trained again")]
    assert [line.partition(" is damaged (")[0] for line in told] == [str(damaged)]
    assert train(tmp_path) == train(tmp_path, repeats=2) == 0
    assert capsys.readouterr().out == ""


@pytest.fixture
def in_processes(monkeypatch, tmp_path):
    """Networks are made up, in worker processes. None of them outlives a call of `train`."""
    monkeypatch.setattr(in_workers, "fit_job", partial(make_up, tmp_path))
    yield
    assert wait_until(lambda: not multiprocessing.active_children())


def test_networks_that_fail_are_named_with_why_and_the_others_are_kept(in_processes, tmp_path):
    (tmp_path / "fail 1").touch()
    (tmp_path / "die 2").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, folds=4, workers=1)
    first, second, kept = str(error.value).splitlines()
    assert first == "network r0k1: MemoryError: no room for fold 1"
    assert second.startswith("network r0k2: ChildProcessError: its process died, killed perhaps")
    assert kept.startswith("2 of 4 networks were trained, and are kept. The next make report")
    assert files(tmp_path) == ["r0k0.npz", "r0k3.npz"]
    who = [results.read_network(tmp_path, 0, fold, {}).processor for fold in (0, 3)]
    assert len({f"process {os.getpid()}", *who}) == 3


def test_what_stops_the_parent_stops_all_at_once(in_processes, tmp_path, monkeypatch):
    def stop(*_):
        assert len(multiprocessing.active_children()) == 2
        raise reason

    reason = KeyboardInterrupt()
    (tmp_path / "wait 1").touch()
    monkeypatch.setattr(results, "write_network", stop)
    with pytest.raises(KeyboardInterrupt) as error:
        train(tmp_path, folds=3, workers=2)
    assert error.value is reason


def ask_about_surroundings(digits, job, tell):
    """Fail with what a worker is told, after it has shrugged off a Ctrl-C."""
    signal.raise_signal(signal.SIGINT)
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_ENABLE_ONEDNN_OPTS")
    raise RuntimeError(f"told {[os.getenv(name) for name in names]}")


def test_a_worker_uses_one_thread_and_ignores_ctrl_c(tmp_path, monkeypatch):
    # More threads would train the tiny networks of these tests alike, and larger ones not.
    monkeypatch.setattr(in_workers, "fit_job", ask_about_surroundings)
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "4")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    with pytest.raises(RuntimeError, match=re.escape("told ['1', '1', None]")):
        train(tmp_path, workers=1)


def test_a_network_trained_again_by_one_worker_alone_has_the_same_bits(small_run, tmp_path):
    """In earnest, as notebooks do it: with TensorFlow, in a process of its own."""
    run = shutil.copytree(small_run, tmp_path / "run")
    digits = load_digits(small_run.parent / "shapes.npz", tmp_path)
    results.network_file(run, 0, 1).unlink()
    assert training.train(digits, run, **PARAMETERS | {"epochs": 2}, workers=1) == 1
    there, again = results.load_networks(small_run), results.load_networks(run)
    assert results.digest(again) == results.digest(there)
    for member, expected in zip(again, there, strict=True):
        np.testing.assert_equal(member.weights, expected.weights)
        np.testing.assert_equal(member.curves, expected.curves)
        assert member.precision == provenance.precision()
