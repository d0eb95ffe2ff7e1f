"""Cross-fitting: which network sees which digits, in worker processes, resumed by key."""

import hashlib
import importlib.util
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
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
    Progress goes to `out` as a bar, and to run/training.log line by line. Raises RuntimeError if
    some could not be fitted, which says which and why; all others have been, and are kept.
    """
    todo = []
    for job in plan(digits.train_labels, folds=folds, repeats=repeats, seed=seed, epochs=epochs):
        job_key = key(digits, job, folds=folds, seed=seed)
        if reason := results.unusable(run, job_key):
            todo.append((job, job_key))
            if results.network_file(run, job.repeat, job.fold).exists():
                print(f"{reason}. It is trained again", file=out)
    if todo:
        workers = min(workers or os.cpu_count() or 1, len(todo))
        with _Progress(run, networks=len(todo), epochs=epochs, out=out) as progress:
            _fit_all(digits, todo, workers, run, progress)
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


def _fit_all(digits: Any, todo: list, workers: int, run: Path, progress: "_Progress") -> None:
    """Fit all of `todo`; write each network when it comes. digits: as workers get it.

    Each process has an executor of its own: one that dies takes only its own network along.
    """
    waiting, failed = todo[::-1], {}
    idle, running = [_worker() for _ in range(workers)], {}
    try:
        while waiting or running:
            while waiting and idle:
                executor, (job, job_key) = idle.pop(), waiting[-1]
                try:
                    future = executor.submit(fit_job, digits, job, progress.epochs_file)
                except BrokenProcessPool:  # its process has died
                    idle.append(_worker())
                    continue
                running[future] = executor, job_key
                waiting.pop()
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            progress.read_epochs()
            for future in done:
                executor, job_key = running.pop(future)
                error = future.exception()
                if error:
                    failed[f"network r{job_key['r']}k{job_key['k']}"] = error
                else:
                    results.write_network(run, future.result(), job_key)
                    progress.count_network()
                idle.append(executor)
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()  # else its executor would wait for a network that nobody fetches
        raise
    finally:
        for executor in (*idle, *(executor for executor, _ in running.values())):
            executor.shutdown(wait=False)
    if failed:
        raise RuntimeError(_told(failed, len(todo))) from next(iter(failed.values()))


def _told(failed: dict[str, BaseException], tried: int) -> str:
    died = "its process died, killed perhaps for want of memory (fewer WORKERS need less)"
    reasons = [
        f"{network}: {died if isinstance(error, BrokenProcessPool) else repr(error)}"
        for network, error in failed.items()
    ]
    kept = f"{tried - len(failed)} of {tried} networks were trained, and are kept"
    return "\n".join([*reasons, f"{kept}. The next make report trains what is missing"])


def _worker() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")  # TensorFlow hangs when it is forked
    return ProcessPoolExecutor(1, spawn, _become_worker, (os.getpid(),))


def _become_worker(parent: int) -> None:
    """Use one thread, which makes bits repeat, and end when the parent has ended, not before."""
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C the parent decides

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Progress:
    """Tells of epochs and networks done: a bar for whoever looks on, lines for the log."""

    def __init__(self, run: Path, *, networks: int, epochs: int, out: TextIO):
        self._networks, self._epochs, self._done, self._state = networks, epochs, 0, ""
        run.mkdir(parents=True, exist_ok=True)
        self._log = open(run / "training.log", "a", buffering=1, encoding="utf-8")  # noqa: SIM115
        self.epochs_file = run / "epochs.txt"
        self.epochs_file.write_text("")
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
        self.epochs_file.unlink(missing_ok=True)

    def read_epochs(self) -> None:
        for words in map(str.split, self._epochs_read):
            if len(words) != 4:
                continue  # a part of a line: more may come, or the disk is full
            repeat, fold, epoch, accuracy = words
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
