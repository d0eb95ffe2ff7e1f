"""Worker processes of this machine, one network at a time in each."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from ..data import Digits
from .jobs import Job, Tell, become_worker, fit_job

_spawn = multiprocessing.get_context("spawn")  # TensorFlow hangs when it is forked


@contextmanager
def processes(digits: Digits, number: int, tell: Tell) -> Iterator[Callable[[Job], Future]]:
    """Give a function that has a job done by one of so many processes.

    Each process has one TensorFlow thread. A thread of ours waits for each, hands it one job after
    the other, and passes on what it tells. One that dies takes only its own network along: the
    future raises ChildProcessError, which says what may have killed it.
    """
    own, started = threading.local(), []

    def fit(job: Job):
        if not hasattr(own, "worker"):
            # Its process inherits this: on Ctrl-C only our main thread is told, and decides.
            resource_tracker.ensure_running()  # else its start, with the process's, would undo it
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            own.worker, there = _spawn.Pipe()
            arguments = (there, os.getpid(), digits, fit_job)
            started.append(_spawn.Process(target=_serve, args=arguments))
            started[-1].start()
            there.close()
        try:
            own.worker.send(job)
            while isinstance(said := own.worker.recv(), tuple):
                tell(*said)
        except (EOFError, OSError):
            del own.worker
            raise ChildProcessError(
                "its process died, killed perhaps for want of memory (fewer WORKERS need less)"
            ) from None
        if isinstance(said, Exception):
            raise said
        return said

    threads = ThreadPoolExecutor(number)
    try:
        yield lambda job: threads.submit(fit, job)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for process in started:
            process.kill()


def _serve(parent: Connection, pid: int, digits: Digits, fit: Callable) -> None:
    """Fit one network after the other for process `pid`, until it has ended; runs in a worker."""
    end_with(pid)
    become_worker()
    while True:
        try:
            parent.send(fit(digits, parent.recv(), lambda *epoch: parent.send(epoch)))
        except EOFError:
            return
        except Exception as error:
            parent.send(error)


def end_with(parent: int) -> None:
    """End this process soon after process `parent` has ended, whatever it is doing then."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
