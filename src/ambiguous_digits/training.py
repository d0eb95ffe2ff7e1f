"""Cross-fitting: which network sees which digits, in worker processes, resumed by key."""

import hashlib
import importlib.util
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from . import provenance, results
from .data import Digits


class Job(NamedTuple):
    """One network to fit, (repeat, fold), as it is handed to a worker."""

    repeat: int
    fold: int
    held_out: np.ndarray  # int64, ascending: the training digits that it must not see
    seed: int
    epochs: int


def plan(labels: np.ndarray, *, folds: int, repeats: int, seed: int, epochs: int) -> list[Job]:
    """Return the folds x repeats jobs of cross-fitting, ordered by (repeat, fold).

    labels: integer (N,) of the training part. Within a repeat each training digit is held out by
    exactly one job; the parts are stratified by class. Seeds are first words of NumPy's
    SeedSequence: of [seed, r, k] for network (r, k), of [seed, r] for the shuffle of repeat r.
    """
    return [
        Job(repeat, fold, held_out, seed=_first_word(seed, repeat, fold), epochs=epochs)
        for repeat in range(repeats)
        for fold, (_, held_out) in enumerate(
            StratifiedKFold(folds, shuffle=True, random_state=_first_word(seed, repeat)).split(
                labels, labels
            )
        )
    ]


def key(digits: Digits, job: Job, *, folds: int, seed: int) -> dict[str, Any]:
    """Return what determines a network's bits: its file is used again only if this is the same.

    The text of network.py stands for the architecture, the schedule and the batch size.
    """
    source = Path(importlib.util.find_spec("ambiguous_digits.network").origin)
    return {
        "data": digits.digest,
        "network.py": hashlib.sha256(source.read_bytes()).hexdigest(),
        "epochs": job.epochs,
        "seed": seed,
        "folds": folds,
        "r": job.repeat,
        "k": job.fold,
        **provenance.versions("tensorflow", "keras"),
    }


def train(
    digits: Digits,
    run: Path,
    *,
    folds: int,
    repeats: int,
    seed: int,
    epochs: int,
    workers: int = 0,
    out: TextIO = sys.stdout,
) -> int:
    """Fit the networks of cross-fitting that `run` does not hold yet; return how many that were.

    Each network is written to its file in the folder `run` as soon as it is done, so that an
    interrupted run continues with those that are missing. workers: processes, of one TensorFlow
    thread each; 0: as many as there are cores. Their number changes no bit of the result.
    Progress goes to `out` as a bar, and to run/training.log line by line.
    """
    jobs = plan(digits.train_labels, folds=folds, repeats=repeats, seed=seed, epochs=epochs)
    keys = [key(digits, job, folds=folds, seed=seed) for job in jobs]
    todo = [pair for pair in zip(jobs, keys, strict=True) if not results.has_network(run, pair[1])]
    if todo:
        workers = min(workers or os.cpu_count() or 1, len(todo))
        with (
            _workers(workers) as pool,
            _Progress(run / "training.log", networks=len(todo), epochs=epochs, out=out) as progress,
        ):
            _fit_all(pool, digits, todo, run, progress)
    return len(todo)


def fit_job(digits: Digits, job: Job, epochs_file: Path | None = None) -> results.Network:
    """Fit one network and ask it about every digit that it did not see; runs in a worker.

    Each epoch is told by one line appended to `epochs_file`: repeat, fold, epoch, accuracy.
    """
    from . import network  # TensorFlow is loaded in workers only

    def tell(epoch: int, accuracy: float) -> None:
        if epochs_file:
            with open(epochs_file, "a") as file:
                file.write(f"{job.repeat} {job.fold} {epoch} {accuracy:.6f}\n")

    held_out = np.zeros(len(digits.train_labels), bool)
    held_out[job.held_out] = True
    fit = network.fit(
        digits.train_images[~held_out],
        digits.train_labels[~held_out],
        watch=(digits.train_images[held_out], digits.train_labels[held_out]),
        num_classes=digits.num_classes,
        epochs=job.epochs,
        seed=job.seed,
        on_epoch=tell,
    )
    return results.Network(
        repeat=job.repeat,
        fold=job.fold,
        held_out=np.flatnonzero(held_out),
        held_out_logits=network.predict_logits(fit.weights, digits.train_images[held_out]),
        test_logits=network.predict_logits(fit.weights, digits.test_images),
        curves=fit.curves,
        seconds=fit.seconds,
        processor=provenance.processor(),
        weights=fit.weights,
    )


def _first_word(*entropy: int) -> int:
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


def _fit_all(pool: Executor, digits: Any, todo: list, run: Path, progress: "_Progress") -> None:
    """Fit all of `todo` by `pool`; write each network when it comes. digits: as workers get it."""
    running = {
        pool.submit(fit_job, digits, job, progress.epochs_file): job_key for job, job_key in todo
    }
    try:
        while running:
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            progress.read_epochs()
            for future in sorted(done, key=lambda future: future.exception() is not None):
                results.write_network(run, future.result(), running.pop(future))
                progress.count_network()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in multiprocessing.active_children():
            worker.terminate()  # else the pool would wait for networks that nobody will fetch
        raise


def _workers(count: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")  # TensorFlow hangs when it is forked
    return ProcessPoolExecutor(count, spawn, _become_worker, (os.getpid(),))


def _become_worker(parent: int) -> None:
    """Use one thread, which makes bits repeat, and end when the parent has ended."""
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Progress:
    """Tells of epochs and networks done: a bar for whoever looks on, lines for the log."""

    def __init__(self, log: Path, *, networks: int, epochs: int, out: TextIO):
        self._networks, self._epochs, self._done, self._state = networks, epochs, 0, ""
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = open(log, "a", buffering=1, encoding="utf-8")  # noqa: SIM115
        self._folder = tempfile.TemporaryDirectory()
        self.epochs_file = Path(self._folder.name) / "epochs"
        self.epochs_file.touch()
        self._epochs_read = open(self.epochs_file)  # noqa: SIM115
        self._bar = tqdm(
            total=networks * epochs,
            file=out,
            ascii=True,
            bar_format="{percentage:3.0f} % |{bar:20}| {remaining} left{postfix}",
        )

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        for resource in (self._bar, self._epochs_read, self._log):
            resource.close()
        self._folder.cleanup()

    def read_epochs(self) -> None:
        for line in self._epochs_read:
            repeat, fold, epoch, accuracy = line.split()
            self._bar.n += 1  # told by _tell, with the state that belongs to it
            self._state = (
                f"network r{repeat}k{fold}: epoch {epoch} of {self._epochs}, "
                f"{float(accuracy):.2%} right on its held-out digits"
            )
            self._tell()

    def count_network(self) -> None:
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        self._bar.set_postfix_str(f"{self._done} of {self._networks} networks done; {self._state}")
        self._log.write(f"{self._bar}\n")
