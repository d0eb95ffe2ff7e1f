"""Worker processes of this machine, one network at a time in each."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from .. import results
from ..data import Digits
from .fitting import ONE_THREAD, Died, fit_job
from .plan import Job
from .progress import Progress, append


def fit_all(
    digits: Digits, jobs: list[Job], workers: int, progress: Progress
) -> Iterator[tuple[Job, results.Network | BaseException]]:
    """Yield each job with its network when it is done, or with the error that it ended in.

    workers: processes, of one TensorFlow thread each; 0: as many as there are cores. Each has an
    executor of its own: one that dies takes only its own network along.
    """
    waiting, running = jobs[::-1], {}
    idle = [_worker() for _ in range(min(workers or os.cpu_count() or 1, len(jobs)))]
    tell = partial(append, progress.epochs_file)
    try:
        while waiting or running:
            while waiting and idle:
                executor, job = idle.pop(), waiting[-1]
                try:
                    future = executor.submit(fit_job, digits, job, tell)
                except BrokenProcessPool:  # its process has died
                    idle.append(_worker())
                    continue
                running[future] = executor, job
                waiting.pop()
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            progress.read_epochs()
            for future in done:
                executor, job = running.pop(future)
                yield job, _outcome(future)
                idle.append(executor)
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()  # else its executor would wait for a network that nobody fetches
        raise
    finally:
        for executor in (*idle, *(executor for executor, _ in running.values())):
            executor.shutdown(wait=False)


def _outcome(future) -> results.Network | BaseException:
    error = future.exception()
    if isinstance(error, BrokenProcessPool):
        return Died("its process died, killed perhaps for want of memory (fewer WORKERS need less)")
    return error or future.result()


def _worker() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")  # TensorFlow hangs when it is forked
    return ProcessPoolExecutor(1, spawn, become_worker, (os.getpid(),))


def become_worker(parent: int) -> None:
    """Use one thread, and end when the parent has ended, not before."""
    os.environ |= ONE_THREAD
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C the parent decides

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
