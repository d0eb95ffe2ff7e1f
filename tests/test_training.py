"""Training: the plan and the key alone; then tiny networks in worker processes, as in earnest."""

import errno
import hashlib
import importlib.metadata
import importlib.util
import io
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

import ambiguous_digits
from ambiguous_digits import provenance, results, training
from ambiguous_digits.data import Digits
from ambiguous_digits.training import workers as in_workers


def tiny_digits(**changes):
    """60 and 12 digits of three classes, 12 by 12 pixels; no two of them are the same."""
    rng = np.random.default_rng(0)
    fields = {
        "train_images": rng.integers(256, size=(60, 12, 12), dtype=np.uint8),
        "train_labels": np.arange(60) % 3,
        "test_images": rng.integers(256, size=(12, 12, 12), dtype=np.uint8),
        "test_labels": np.arange(12) % 3,
        "name": "tiny",
        "class_names": ("a", "b", "c"),
    }
    return Digits(**(fields | changes))


PARAMETERS = {"folds": 2, "repeats": 1, "seed": 0, "epochs": 1}


# The plan


PLAN = {"folds": 4, "repeats": 3, "seed": 5, "epochs": 6, "precision": "float32"}


def plan(labels, **changes):
    return training.plan(labels, **(PLAN | changes))


@pytest.fixture
def labels():
    return np.random.default_rng(1).integers(3, size=101)


def test_there_is_one_job_per_repeat_and_fold_in_that_order(labels):
    jobs = plan(labels)
    expected = [(repeat, fold) for repeat in range(3) for fold in range(4)]
    assert [(job.repeat, job.fold) for job in jobs] == expected
    assert {(job.seed, job.epochs, job.precision) for job in jobs} == {(5, 6, "float32")}


def test_each_training_digit_is_held_out_exactly_once_per_repeat(labels):
    jobs = plan(labels)
    for repeat in range(3):
        parts = [job.held_out.tolist() for job in jobs if job.repeat == repeat]
        assert all(part == sorted(part) for part in parts)
        assert sorted(i for part in parts for i in part) == list(range(101))


def test_the_parts_hold_each_class_as_evenly_as_it_can_be_divided(labels):
    for job in plan(labels):
        for class_ in range(3):
            held_out, all_of_it = (
                sum(label == class_ for label in some) for some in (labels[job.held_out], labels)
            )
            assert all_of_it // 4 <= held_out <= -(-all_of_it // 4)


def test_each_repeat_and_each_seed_shuffles_anew(labels):
    jobs, others = plan(labels), plan(labels, seed=6)
    firsts = [jobs[0], jobs[4], jobs[8], others[0]]
    assert len({tuple(job.held_out.tolist()) for job in firsts}) == 4


def test_the_same_parameters_give_the_same_plan(labels):
    for one, other in zip(plan(labels), plan(labels), strict=True):
        np.testing.assert_array_equal(one.held_out, other.held_out)
        assert one.seed == other.seed


def test_raising_repeats_leaves_the_earlier_jobs_as_they_are(labels):
    for one, other in zip(plan(labels, repeats=2), plan(labels, repeats=5)[:8], strict=True):
        np.testing.assert_array_equal(one.held_out, other.held_out)
        assert one._replace(held_out=None) == other._replace(held_out=None)


# The key


def a_key(digits=None, place=0, **changes):
    """The key of the job at `place` of the plan that these parameters give."""
    digits = digits or tiny_digits()
    parameters = PARAMETERS | {"precision": "float32"} | changes
    job = training.plan(digits.train_labels, **parameters)[place]
    return training.key(digits, job, folds=parameters["folds"])


def test_the_key_holds_all_that_determines_a_networks_bits():
    source = Path(ambiguous_digits.__file__).with_name("network.py").read_bytes()
    [tensorflow] = importlib.metadata.packages_distributions()["tensorflow"]
    assert a_key(place=1, seed=7, epochs=9) == {
        "data": tiny_digits().digest,
        "network.py": hashlib.sha256(source).hexdigest(),
        "epochs": 9,
        "seed": 7,
        "folds": 2,
        "r": 0,
        "k": 1,
        "precision": "float32",
        "tensorflow": importlib.metadata.version(tensorflow),
        "keras": importlib.metadata.version("keras"),
    }


def test_the_key_changes_with_the_digits_but_not_with_their_names():
    images = tiny_digits().test_images.copy()
    images[0, 0, 0] ^= 1
    assert a_key(tiny_digits(test_images=images)) != a_key()
    assert a_key(tiny_digits(name="other", class_names=("x", "y", "z"))) == a_key()


def test_the_key_changes_with_each_parameter_but_not_with_repeats():
    keys = [
        a_key(),
        a_key(seed=1),
        a_key(folds=3),
        a_key(epochs=2),
        a_key(precision="mixed_bfloat16"),
        a_key(place=1),
        a_key(place=2, repeats=2),
    ]
    assert len({str(key) for key in keys}) == 7
    assert a_key(repeats=9) == a_key()


def test_the_key_changes_with_the_text_of_the_networks_module(tmp_path, monkeypatch):
    before = a_key()
    other = tmp_path / "network.py"
    other.write_bytes(
        Path(ambiguous_digits.__file__).with_name("network.py").read_bytes() + b"# more\n"
    )
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: SimpleNamespace(origin=str(other)))
    after = a_key()
    assert {name for name in before if before[name] != after[name]} == {"network.py"}


@pytest.mark.parametrize("package", ["tensorflow", "keras"])
def test_the_key_changes_with_the_version_of(package, monkeypatch):
    before, version = a_key(), importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "0" if package in name else version(name)
    )
    after = a_key()
    assert {name for name in before if before[name] != after[name]} == {package}


# One job, with a network that only looks on


def test_a_network_is_fitted_without_its_held_out_digits_and_asked_about_them(
    monkeypatch,
):
    digits, seen, told, weights = tiny_digits(), {}, [], [np.zeros(1)]

    def fit(images, labels, *, watch, on_epoch, **options):
        seen.update(images=images, labels=labels, watch=watch, options=options)
        on_epoch(1, 0.25)
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
    np.testing.assert_array_equal(seen["watch"][0], digits.train_images[[2, 3, 59]])
    np.testing.assert_array_equal(seen["watch"][1], [2, 0, 2])
    options = {"num_classes": 3, "epochs": 2, "seed": (11, 1, 0), "precision": "mixed_bfloat16"}
    assert seen["options"] == options
    assert found.held_out.tolist() == [2, 3, 59]
    np.testing.assert_array_equal(found.held_out_logits, digits.train_images[[2, 3, 59], 0, :3])
    np.testing.assert_array_equal(found.test_logits, digits.test_images[:, 0, :3])
    assert (found.repeat, found.fold, found.seconds) == (1, 0, 2.5)
    assert found.precision == "mixed_bfloat16"
    assert found.processor
    assert told == [(1, 0, 1, 0.25), (1, 0, 2, 1 / 3)]


@pytest.mark.parametrize("what", ["logits", "loss"])
def test_a_network_that_says_what_is_no_number_is_an_error(what, monkeypatch):
    bad = np.array([1, np.nan if what == "loss" else 0])
    said = np.full(3, np.inf if what == "logits" else 0, np.float32)
    network = SimpleNamespace(
        fit=lambda *_, **__: SimpleNamespace(weights=[], curves={"loss": bad}, seconds=1.0),
        predict_logits=lambda _, images: np.tile(said, (len(images), 1)),
    )
    monkeypatch.setattr(ambiguous_digits, "network", network, raising=False)
    job = training.Job(0, 0, np.array([1]), 0, 2, "float32")
    with pytest.raises(ArithmeticError, match="its logits or losses are not finite"):
        training.fit_job(tiny_digits(), job)


# Many jobs, with made-up networks, in processes that may die


def make_up(folder, digits, job, tell):
    """A network from nowhere. Files in `folder` say of a fold that it fails, dies or waits."""

    def told_to(do):
        return (folder / f"{do} {job.fold}").exists()

    if told_to("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if told_to("fail"):
        raise MemoryError(f"no room for fold {job.fold}")
    while told_to("wait"):
        time.sleep(0.05)
    tell(job.repeat, job.fold, 1, 0.5)
    said, curve = np.zeros((len(job.held_out), 3), np.float32), np.zeros(job.epochs)
    curves = dict.fromkeys(results.CURVES, curve)
    who = f"process {os.getpid()}"
    return results.Network(
        job.repeat, job.fold, job.held_out, said, said, curves, 0.0, who, job.precision, [curve]
    )


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Networks are made up, in worker processes. None of them outlives a call of `train`."""
    monkeypatch.setattr(in_workers, "fit_job", partial(make_up, tmp_path))
    yield
    assert wait_until(lambda: not multiprocessing.active_children(), 30)


def train(run, out=None, **changes):
    return training.train(tiny_digits(), run, out=out or io.StringIO(), **(PARAMETERS | changes))


def files(run):
    return sorted(path.name for path in (run / "networks").glob("*"))


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.parametrize(("asked", "expected"), [(0, 2), (1, 1), (9, 3)])
def test_there_are_as_many_workers_as_cores_but_no_more_than_networks(
    asked, expected, made_up, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert train(tmp_path, workers=asked, folds=3) == 3
    who = {network.processor for network in results.load_networks(tmp_path)}
    assert len(who) <= expected
    assert asked != 1 or len(who) == 1


def test_a_network_that_fails_is_named_with_why_and_the_others_are_kept(made_up, tmp_path):
    (tmp_path / "fail 1").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, folds=4, workers=2)
    assert str(error.value) == (
        "network r0k1: MemoryError: no room for fold 1\n"
        "3 of 4 networks were trained, and are kept. The next make report trains what is missing"
    )
    assert files(tmp_path) == ["r0k0.npz", "r0k2.npz", "r0k3.npz"]
    (tmp_path / "fail 1").unlink()
    assert train(tmp_path, folds=4) == 1
    assert files(tmp_path) == ["r0k0.npz", "r0k1.npz", "r0k2.npz", "r0k3.npz"]


def test_a_worker_that_dies_is_named_with_its_network_and_takes_no_other_along(made_up, tmp_path):
    (tmp_path / "die 1").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, folds=4, workers=1)
    assert str(error.value) == (
        "network r0k1: WorkerDied: its process died, killed perhaps for want of memory (fewer "
        "WORKERS need less)\n"
        "3 of 4 networks were trained, and are kept. The next make report trains what is missing"
    )
    assert files(tmp_path) == ["r0k0.npz", "r0k2.npz", "r0k3.npz"]


@pytest.mark.parametrize("reason", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_what_stops_the_parent_stops_all_at_once_and_leaves_no_process(
    reason, made_up, tmp_path, monkeypatch
):
    def stop(*_):
        assert multiprocessing.active_children()
        raise reason

    (tmp_path / "wait 1").touch()
    monkeypatch.setattr(results, "write_network", stop)
    with pytest.raises(type(reason)) as error:
        train(tmp_path, folds=3, workers=2)
    assert error.value is reason


def test_a_network_of_another_configuration_is_named_and_trained_again(made_up, tmp_path):
    train(tmp_path)
    out = io.StringIO()
    assert train(tmp_path, out, epochs=2) == 2
    for fold in (0, 1):
        path = tmp_path / "networks" / f"r0k{fold}.npz"
        assert (
            f"{path} was made with another configuration (epochs is 1, not 2). It is trained again"
        ) in out.getvalue().splitlines()


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_the_precision_is_decided_here_and_kept_with_each_network(
    precision, made_up, tmp_path, monkeypatch
):
    monkeypatch.setattr(provenance, "precision", lambda: precision)
    assert train(tmp_path) == 2
    assert {member.precision for member in results.load_networks(tmp_path)} == {precision}
    assert train(tmp_path) == 0
    other = {"float32": "mixed_bfloat16", "mixed_bfloat16": "float32"}[precision]
    monkeypatch.setattr(provenance, "precision", lambda: other)
    out = io.StringIO()
    assert train(tmp_path, out) == 2
    assert f"(precision is '{precision}', not '{other}'). It is trained again" in out.getvalue()


def test_a_damaged_network_is_named_and_trained_again_alone(made_up, tmp_path):
    train(tmp_path)
    (tmp_path / "networks" / "r0k1.npz").write_bytes(b"half a fi")
    out = io.StringIO()
    assert train(tmp_path, out) == 1
    told = [line for line in out.getvalue().splitlines() if line.endswith(". It is trained again")]
    assert len(told) == 1
    assert told[0].startswith(f"{tmp_path / 'networks/r0k1.npz'} is damaged (")
    out = io.StringIO()
    assert train(tmp_path, out) == 0
    assert out.getvalue() == ""


def ask_about_surroundings(digits, job, tell):
    """Fail with what a worker is told, after it has shrugged off a Ctrl-C."""
    signal.raise_signal(signal.SIGINT)
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_ENABLE_ONEDNN_OPTS")
    raise RuntimeError(f"told {[os.getenv(name) for name in names]}")


def test_a_worker_uses_one_thread_whatever_its_parent_uses_and_ignores_ctrl_c(
    tmp_path, monkeypatch
):
    # More threads would train the tiny networks of these tests alike, and larger ones not.
    monkeypatch.setattr(in_workers, "fit_job", ask_about_surroundings)
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "4")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    with pytest.raises(RuntimeError, match=re.escape("told ['1', '1', None]")):
        train(tmp_path)


# In worker processes. Each call of `train` here starts TensorFlow, which takes seconds.


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two networks, trained by two workers; `out` is what was said meanwhile."""
    run, out = tmp_path_factory.mktemp("two-workers"), io.StringIO()
    fitted = training.train(tiny_digits(), run, workers=2, out=out, **PARAMETERS)
    return SimpleNamespace(run=run, fitted=fitted, out=out.getvalue())


@pytest.fixture
def copy(trained, tmp_path):
    """A copy of that run, for tests that change it."""
    return shutil.copytree(trained.run, tmp_path / "copy")


def sha256_of_all_that_was_said(run, folds=2):
    """The digest of the contract, of repeat 0, taken from the files themselves."""
    content = b""
    for fold in range(folds):
        with np.load(run / "networks" / f"r0k{fold}.npz") as file:
            assert file["held_out"].tolist() == sorted(file["held_out"])
            content += file["test_logits"].astype("<f4").tobytes()
            content += file["held_out_logits"].astype("<f4").tobytes()
    return hashlib.sha256(content).hexdigest()


def test_every_network_of_the_plan_is_trained_and_written(trained):
    assert trained.fitted == 2
    assert files(trained.run) == ["r0k0.npz", "r0k1.npz"]
    networks = results.load_networks(trained.run)
    jobs = training.plan(tiny_digits().train_labels, **PARAMETERS, precision="float32")
    for network, job in zip(networks, jobs, strict=True):
        np.testing.assert_array_equal(network.held_out, job.held_out)
        assert network.held_out_logits.shape == (30, 3)
        assert network.test_logits.shape == (12, 3)
        assert network.held_out_logits.dtype == network.test_logits.dtype == np.float32
        assert all(network.curves[name].shape == (1,) for name in results.CURVES)
        assert network.seconds > 0
    assert results.held_out_logits(networks).shape == (1, 60, 3)


def test_the_accuracy_on_held_out_digits_is_that_of_the_logits_in_the_file(trained):
    labels = tiny_digits().train_labels
    for network in results.load_networks(trained.run):
        right = network.held_out_logits.argmax(axis=1) == labels[network.held_out]
        assert network.curves["val_accuracy"][-1] == pytest.approx(right.mean(), abs=1e-6)


def test_the_log_tells_networks_done_epoch_accuracy_and_time_left(trained):
    lines = (trained.run / "training.log").read_text().splitlines()
    line = re.compile(
        r" *\d+ % \|[# \d]{20}\| [\d:?]+ left, (\d) of 2 networks done; "
        r"network (r0k[01]): epoch 1 of 1, \d+\.\d\d% right on its held-out digits"
    )
    told = [line.fullmatch(text) for text in lines]
    assert all(told), lines
    assert {match[2] for match in told} == {"r0k0", "r0k1"}
    assert told[-1][1] == "2"
    assert lines[-1].startswith("100 %")


def test_the_bar_tells_the_same(trained):
    assert re.search(r"2 of 2 networks done; network r0k[01]: epoch 1 of 1, ", trained.out)


def test_what_is_trained_is_not_trained_again_whatever_the_number_of_workers(trained, monkeypatch):
    monkeypatch.setattr(in_workers, "_serve", None)
    before = {path: path.stat().st_mtime_ns for path in trained.run.rglob("*")}
    assert [train(trained.run, workers=workers) for workers in (0, 1, 2)] == [0, 0, 0]
    assert {path: path.stat().st_mtime_ns for path in trained.run.rglob("*")} == before


def test_only_a_deleted_network_is_trained_again_and_says_the_same(trained, copy):
    kept = (copy / "networks" / "r0k0.npz").stat().st_mtime_ns
    (copy / "networks" / "r0k1.npz").unlink()
    assert train(copy) == 1
    assert files(copy) == ["r0k0.npz", "r0k1.npz"]
    assert (copy / "networks" / "r0k0.npz").stat().st_mtime_ns == kept
    assert sha256_of_all_that_was_said(copy) == sha256_of_all_that_was_said(trained.run)


def test_raising_repeats_trains_only_the_networks_that_are_missing(copy):
    kept = {path: path.stat().st_mtime_ns for path in (copy / "networks").iterdir()}
    assert train(copy, repeats=2, workers=2) == 2
    assert files(copy) == ["r0k0.npz", "r0k1.npz", "r1k0.npz", "r1k1.npz"]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    repeats = results.held_out_logits(results.load_networks(copy, 2))
    assert repeats.shape == (2, 60, 3)
    assert not np.array_equal(*repeats)


def test_one_worker_and_two_workers_give_the_same_digest(trained, tmp_path):
    assert train(tmp_path, workers=1) == 2
    expected = sha256_of_all_that_was_said(trained.run)
    assert sha256_of_all_that_was_said(tmp_path) == expected
    for run in (trained.run, tmp_path):
        assert results.digest(results.load_networks(run)) == expected


ENDLESS = """
import sys
from pathlib import Path

import numpy as np

from ambiguous_digits import training
from ambiguous_digits.data import Digits

images, labels = np.zeros((60, 12, 12), np.uint8), np.arange(60) % 3
digits = Digits(images, labels, images, labels, "endless", ("a", "b", "c"))
training.train(
    digits, Path(sys.argv[1]), folds=2, repeats=1, seed=0, epochs=1_000_000, workers=2
)
"""


def alive(processes):
    """Those that still run; one that has ended may stay in the table until it is asked about."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def test_workers_end_when_their_parent_was_killed(tmp_path):
    log, children = tmp_path / "training.log", []
    with open(tmp_path / "said", "wb") as said:
        parent = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=said, stderr=said
        )
    try:
        wait_until(lambda: parent.poll() is not None or (log.exists() and log.read_text()), 120)
        assert parent.poll() is None, (tmp_path / "said").read_text()
        assert log.read_text()  # they are in the midst of training
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(alive(children)) >= 2
        parent.kill()
        parent.wait()
        # The promise is 5 s; the rest is for a machine that is busy with other things.
        wait_until(lambda: not alive(children), 15)
        assert alive(children) == []
    finally:
        for process in [parent, *alive(children)]:
            process.kill()
        parent.wait()
