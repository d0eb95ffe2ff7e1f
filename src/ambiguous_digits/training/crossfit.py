"""Fits the networks of a plan that are missing, and keeps each as soon as it is done."""

import os
import sys
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path
from typing import TextIO

from .. import provenance, results
from ..data import Digits
from .plan import key, plan
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
    out: TextIO = sys.stdout,
) -> int:
    """Fit the networks of cross-fitting that `run` does not hold yet; return how many that were.

    Each network is written to its file in the folder `run` as soon as it is done, so that an
    interrupted run continues with those that are missing. workers: processes of this machine, of
    one TensorFlow thread each; 0: as many as there are cores. scheduler: the address of a Dask
    scheduler, whose workers train instead, however many they are. Neither changes a bit of the
    result; the precision is that of this machine's processor, also on others. Progress goes to
    `out` as a bar, and to run/training.log line by line. Raises RuntimeError if some could not be
    fitted, which says which and why; all others have been, and are kept. Raises ConnectionError if
    the cluster cannot train.
    """
    precision = provenance.precision()
    missing = {}
    for job in plan(
        digits.train_labels,
        folds=folds,
        repeats=repeats,
        seed=seed,
        epochs=epochs,
        precision=precision,
    ):
        job_key = key(digits, job, folds=folds)
        if reason := results.unusable(run, job_key):
            missing[job.repeat, job.fold] = job, job_key
            if results.network_file(run, job.repeat, job.fold).exists():
                print(f"{reason}. It is trained again", file=out)
    if not missing:
        return 0
    failed = {}
    with Progress(run, networks=len(missing), epochs=epochs, out=out) as progress:
        if scheduler.strip():
            from .cluster import cluster  # Dask is slow to load, and seldom wanted

            crew = cluster(digits, scheduler.strip(), precision, progress)
        else:
            number = min(workers or os.cpu_count() or 1, len(missing))
            crew = processes(digits, number, progress.epoch)
        with crew as submit:
            running = {submit(job): place for place, (job, _) in missing.items()}
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    place = running.pop(future)
                    if error := future.exception():
                        failed["network r{}k{}".format(*place)] = error
                        continue
                    results.write_network(run, future.result(), missing[place][1])
                    progress.network()
    if failed:
        reasons = [f"{who}: {type(e).__name__}: {e}" for who, e in failed.items()]
        kept = f"{len(missing) - len(failed)} of {len(missing)} networks were trained, and are kept"
        raise RuntimeError(
            "\n".join([*reasons, f"{kept}. The next make report trains what is missing"])
        ) from next(iter(failed.values()))
    return len(missing)
