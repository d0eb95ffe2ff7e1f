"""Fits the networks of a plan that are missing, and keeps each as soon as it is done."""

import os
from concurrent.futures import as_completed
from pathlib import Path

from .. import provenance, results
from ..data import Digits
from .jobs import key, plan
from .progress import Progress
from .workers import processes


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
) -> int:
    """Fit the networks of cross-fitting that `run` does not hold yet; return how many that were.

    Each is written to its file in `run` as soon as it is done: an interrupted run continues.
    workers: processes of one TensorFlow thread each; 0: as many as there are cores. scheduler: the
    address of a Dask scheduler, whose workers train instead. Neither changes a bit; the precision
    is that of this machine's processor. Progress is a bar on stdout, and lines in run/training.log.
    Raises RuntimeError: which networks failed, and why; ConnectionError if a cluster cannot train.
    """
    precision = provenance.precision()
    options = {"seed": seed, "epochs": epochs, "precision": precision}
    failed, missing = [], {}
    for job in plan(digits.train_labels, folds=folds, repeats=repeats, **options):
        job_key = key(digits, job, folds=folds)
        if reason := results.unusable(run, job_key):
            missing[job.repeat, job.fold] = job, job_key
            if results.network_file(run, job.repeat, job.fold).exists():
                print(f"{reason}. It is trained again")
    if not missing:
        return 0
    with Progress(run, networks=len(missing), epochs=epochs) as progress:
        if scheduler.strip():
            from .cluster import cluster  # Dask is slow to load, and seldom wanted

            crew = cluster(digits, scheduler.strip(), precision, progress)
        else:
            number = min(workers or os.cpu_count() or 1, len(missing))
            crew = processes(digits, number, progress.epoch)
        with crew as submit:
            running = {submit(job): place for place, (job, _) in missing.items()}
            for future in as_completed(running):
                place = running.pop(future)
                if error := future.exception():
                    what = f"{type(error).__name__}: {error}"
                    failed.append("network r{}k{}: {}".format(*place, what))
                else:
                    results.write_network(run, future.result(), missing[place][1])
                    progress.network()
    if failed:
        kept = f"{len(missing) - len(failed)} of {len(missing)} networks were trained, and are kept"
        next_time = f"{kept}. The next make report trains what is missing"
        raise RuntimeError("\n".join([*failed, next_time]))
    return len(missing)
