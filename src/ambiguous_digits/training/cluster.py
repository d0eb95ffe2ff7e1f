"""Workers of a Dask cluster: one network at a time each, the digits once, and who dies meanwhile.

Only this process writes files. What it has in work on the cluster ends with it.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from distributed import Client, Future, KilledWorker, Security, get_worker
from distributed.comm import CommClosedError, connect

from .. import results
from ..data import Digits
from . import fitness
from .alone import fit_alone
from .fitting import Died
from .plan import Job
from .progress import Progress, append

#: Seconds between two looks, until the scheduler must have answered, and without any worker.
STEP, ANSWER, PATIENCE = 0.5, 3.0, 30.0
#: Workers that one network may cost: the next one would die of it as well.
DEATHS = 3


def fit_all(
    digits: Digits, jobs: list[Job], address: str, progress: Progress
) -> Iterator[tuple[Job, results.Network | BaseException]]:
    """Yield each job with its network when it is done, or with the error that it ended in.

    address: the scheduler's, such as tcp://10.0.0.1:8786. A worker that dies takes only its own
    network along, which another one then fits. Raises ConnectionError, which says what to do, if
    no scheduler answers or it goes away, if a worker that is there at the start is unfit, and if
    there is none for 30 seconds.
    """
    waiting, running, deaths = jobs[::-1], {}, Counter()
    with _connected(address) as client:
        crew = _Crew(client, address, digits, progress)
        while waiting or running:
            for worker in sorted(crew.muster() - running.keys())[: len(waiting)]:
                job = waiting.pop()
                running[worker] = job, crew.hand_over(worker, job)
            time.sleep(STEP)
            over = [worker for worker in running if crew.has_ended(worker, running[worker][1])]
            crew.tell_of_life(running)
            progress.read_epochs()
            for worker in over:
                job, future = running.pop(worker)
                outcome = _outcome(future)
                if outcome is None:
                    crew.forget(worker)
                if outcome is None or isinstance(outcome, Died):
                    deaths[job.repeat, job.fold] += 1
                    if deaths[job.repeat, job.fold] < DEATHS:
                        waiting.append(job)
                        continue
                    outcome = Died(f"{DEATHS} workers died of it, perhaps for want of memory")
                yield job, outcome


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        with ThreadPoolExecutor(1) as thread:  # in a notebook an event loop runs in this one
            thread.submit(asyncio.run, _greet(address)).result()
        client = Client(address, timeout=ANSWER, set_as_default=False)
    except Exception as error:  # whatever it is that answers there, or does not
        reason = str(error.__cause__ or "") or str(error) or "silence"
        raise ConnectionError(
            f"no Dask scheduler answers at {address} ({reason}). Start one there by .venv/bin/dask "
            "scheduler, or give another SCHEDULER"
        ) from None
    with client:
        try:
            yield client
        except OSError as error:
            silent = isinstance(error, CommClosedError | TimeoutError)
            if client.status == "running" and not silent:
                raise
            raise ConnectionError(
                f"the Dask scheduler at {address} has gone away. Networks that are done are kept; "
                "the next make report trains what is missing"
            ) from error


async def _greet(address: str) -> None:
    """Raise unless a scheduler answers: Client waits for ever for something else that is silent."""
    async with asyncio.timeout(ANSWER):
        arguments = Security().get_connection_args("client")
        (await connect(address, timeout=ANSWER - 0.5, **arguments)).abort()


class _Crew:
    """The workers that are there, fit or not; asked when they come, also in the middle of a run."""

    def __init__(self, client: Client, address: str, digits: Digits, progress: Progress):
        self._client, self._address, self._digits = client, address, digits
        self._progress, self._needed = progress, fitness.needed()
        self._there: dict[str, Any] = {}  # by address, as the scheduler knows them
        self._problems: dict[str, str] = {}  # of each that was asked; "": it is fit
        self._digits_of: dict[str, Future] = {}
        self._begun, self._alone_since = False, None
        self._topic = f"ambiguous-digits-{uuid.uuid4().hex}"
        client.subscribe_topic(self._topic, lambda event: append(progress.epochs_file, event[1]))
        try:
            found = client.run_on_scheduler(fitness.marks)
        except Exception as error:
            found = error
        if problem := fitness.problem(found, fitness.marks()):
            raise ConnectionError(
                f"the scheduler at {address} {problem}. Stop it, and start it from this project's "
                "environment: .venv/bin/dask scheduler"
            )

    def muster(self) -> set[str]:
        """Return the addresses of all workers that are there and may train."""
        if self._client.status != "running":
            raise CommClosedError
        self._there = self._client.sync(
            self._client.scheduler.identity, n_workers=-1, callback_timeout=PATIENCE
        )["workers"]
        for worker in self._problems.keys() - self._there.keys():
            self.forget(worker)
        self._ask([worker for worker in self._there if worker not in self._problems])
        fit = {worker for worker in self._there if self._problems.get(worker) == ""}
        self._bear_with(fit)
        return {worker for worker in fit if self._there[worker]["status"] == "running"}

    def hand_over(self, worker: str, job: Job) -> Future | None:
        """Return the future of a job that `worker` has been given, None if it was just leaving."""
        try:
            if worker not in self._digits_of:
                self._digits_of[worker] = self._client.scatter(
                    self._digits, workers=[worker], hash=False
                )
            return self._client.submit(
                _fit, self._digits_of[worker], job, self._topic, workers=[worker], pure=False
            )
        except (KeyError, TimeoutError):
            return None

    def has_ended(self, worker: str, future: Future | None) -> bool:
        """Return whether this job is done, or never will be, as its worker has gone."""
        return future is None or future.status != "pending" or worker not in self._there

    def forget(self, worker: str) -> None:
        """Take what comes under this address from now on for another worker."""
        self._problems.pop(worker, None)
        self._digits_of.pop(worker, None)

    def tell_of_life(self, workers: dict[str, Any]) -> None:
        """Note that something is computed, for those who watch over a process that only waits.

        Dask's figures of processor use leave out the processes below a worker.
        """
        if workers.keys() & self._there.keys():
            self._progress.alive()

    def _ask(self, workers: list[str]) -> None:
        """Find out who is fit. At the start it is an error if one is not, later it is said."""
        if not workers:
            return
        found = self._client.run(fitness.enlist, workers=workers, on_error="return")
        found = {worker: has for worker, has in found.items() if not isinstance(has, OSError)}
        self._problems |= {w: fitness.problem(has, self._needed) for w, has in found.items()}
        unfit = [f"worker {w} {self._problems[w]}" for w in sorted(found) if self._problems[w]]
        if unfit and not self._begun:
            raise ConnectionError("\n".join([*unfit, f"Stop it. {self._how_to_start()}"]))
        for sentence in unfit:
            self._progress.say(f"{sentence}. It gets no work. {self._how_to_start()}")
        self._begun |= bool(found)

    def _bear_with(self, fit: set[str]) -> None:
        """Wait for workers if there are none, but not for ever."""
        if fit:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
            none = f"{self._address} has no worker: waiting {PATIENCE:.0f} seconds for one"
            self._progress.say(f"{none}. {self._how_to_start()}")
        elif time.monotonic() > self._alone_since + PATIENCE:
            raise ConnectionError(
                f"{self._address} has had no worker that is fit to train for {PATIENCE:.0f} "
                f"seconds. {self._how_to_start()}"
            )

    def _how_to_start(self) -> str:
        return (
            "Start workers from this project's environment: "
            f".venv/bin/dask worker {self._address} --nthreads 1 --nworkers N"
        )


def _outcome(future: Future | None) -> results.Network | BaseException | None:
    """Return what became of a job: None if it was lost with its worker."""
    if future is not None and future.status == "error":
        error = future.exception()
        return None if isinstance(error, KilledWorker) else error
    try:
        return future.result() if future is not None and future.status == "finished" else None
    except (CancelledError, OSError):  # the worker has died before it could hand it over
        return None


def _fit(digits: Digits, job: Job, topic: str) -> results.Network:
    """Fit one network; runs in a worker, which stops after an epoch that nobody waits for."""
    worker = get_worker()
    task = worker.state.tasks[worker.get_current_task()]

    def tell(line: str) -> None:
        if task.state != "executing":
            raise InterruptedError("nobody waits for this network any more")
        worker.log_event(topic, line)

    return fit_alone(digits, job, tell)
