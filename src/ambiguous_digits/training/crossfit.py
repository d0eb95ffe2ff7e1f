"""Fits the networks of a plan that are missing, and keeps each as soon as it is done."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TextIO

from .. import results
from ..data import Digits
from . import processes
from .fitting import Died
from .plan import key, plan
from .progress import Progress


def train(
    digits: Digits,
    run: Path,
    *,
    folds: int,
    repeats: int,
    seed: int,
    epochs: int,
    workers: int = 0,
    scheduler: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Fit the networks of cross-fitting that `run` does not hold yet; return how many that were.

    Each network is written to its file in the folder `run` as soon as it is done, so that an
    interrupted run continues with those that are missing. workers: processes of this machine, of
    one TensorFlow thread each; 0: as many as there are cores. scheduler: the address of a Dask
    scheduler, whose workers train instead, however many they are. Neither changes a bit of the
    result. Progress goes to `out` as a bar, and to run/training.log line by line. Raises
    RuntimeError if some could not be fitted, which says which and why; all others have been, and
    are kept. Raises ConnectionError if the cluster cannot train.
    """
    todo = {}
    for job in plan(digits.train_labels, folds=folds, repeats=repeats, seed=seed, epochs=epochs):
        job_key = key(digits, job, folds=folds, seed=seed)
        if reason := results.unusable(run, job_key):
            todo[job.repeat, job.fold] = job, job_key
            if results.network_file(run, job.repeat, job.fold).exists():
                print(f"{reason}. It is trained again", file=out)
    if not todo:
        return 0
    jobs, failed = [job for job, _ in todo.values()], {}
    with Progress(run, networks=len(jobs), epochs=epochs, out=out) as progress:
        if scheduler.strip():
            from . import cluster  # Dask is slow to load, and seldom wanted

            outcomes = cluster.fit_all(digits, jobs, scheduler.strip(), progress)
        else:
            outcomes = processes.fit_all(digits, jobs, workers, progress)
        with closing(outcomes):
            for job, outcome in outcomes:
                if isinstance(outcome, BaseException):
                    failed[f"network r{job.repeat}k{job.fold}"] = outcome
                else:
                    results.write_network(run, outcome, todo[job.repeat, job.fold][1])
                    progress.count_network()
    if failed:
        raise RuntimeError(_told(failed, len(jobs))) from next(iter(failed.values()))
    return len(jobs)


def _told(failed: dict[str, BaseException], tried: int) -> str:
    reasons = [
        f"{network}: {error if isinstance(error, Died) else repr(error)}"
        for network, error in failed.items()
    ]
    kept = f"{tried - len(failed)} of {tried} networks were trained, and are kept"
    return "\n".join([*reasons, f"{kept}. The next make report trains what is missing"])
