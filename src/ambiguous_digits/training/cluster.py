"""Workers of a Dask cluster, one network at a time in each. Only this process writes files.

Dask hands out the networks, and hands that of a worker which died to another. What a worker needs
besides travels with a plugin, once, to each that is there or joins later: the digits.
"""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any

from distributed import Client, Worker, WorkerPlugin, get_worker

from .. import provenance, results
from ..data import Digits
from .jobs import Job, become_worker, fit_job, software
from .progress import Progress


@contextmanager
def cluster(
    digits: Digits, address: str, precision: str, progress: Progress
) -> Iterator[Callable[[Job], Future]]:
    """Give a function that has a job done by one of the workers.

    address: the scheduler's, such as tcp://10.0.0.1:8786. A network that costs four workers fails.
    A worker that joins later and would give other bits is sent away, which is said. Raises
    ConnectionError, which tells what to do, if no scheduler answers or it goes away, if there is no
    worker, and if one that is there at the start would give other bits.
    """

    def pass_on(event: tuple) -> None:
        progress.say(event[1]) if isinstance(event[1], str) else progress.epoch(*event[1])

    topic = f"ambiguous-digits-{uuid.uuid4().hex}"
    needed = {"threads": 1, "precision": precision, **_software()}
    with connect(address) as client:
        _require_fit(client, address, needed)
        client.subscribe_topic(topic, pass_on)
        client.register_plugin(_Equipment(topic, digits, needed), name=topic)
        executor = client.get_executor(pure=False)
        try:
            yield lambda job: executor.submit(_fit, topic, job)
        except CancelledError:
            raise ConnectionError(
                f"the Dask scheduler at {address} has gone away. Networks that are done are kept; "
                "the next make report trains what is missing"
            ) from None
        finally:
            executor.shutdown(wait=False)
            if client.status == "running":
                client.unregister_worker_plugin(topic)


def connect(address: str) -> Client:
    """Return a client of a Dask scheduler; raise ConnectionError, which tells what to do, if none.

    address: the scheduler's, such as tcp://10.0.0.1:8786, which must answer within three seconds.
    """
    try:
        return Client(address, timeout=3, set_as_default=False)
    except Exception as error:  # whatever it is that answers there, or does not
        reason = str(error.__cause__ or error)
        raise ConnectionError(
            f"no Dask scheduler answers at SCHEDULER={address} ({reason}). Start one there by "
            ".venv/bin/dask scheduler, or leave SCHEDULER empty to train on this machine"
        ) from None


class _Equipment(WorkerPlugin):
    """What a worker has while it trains for us."""

    def __init__(self, topic: str, digits: Digits, needed: dict[str, Any]):
        self.topic, self.digits, self._needed = topic, digits, needed

    def setup(self, worker: Worker) -> None:
        """Prepare a worker, or send it away if it joined late and is unfit."""
        become_worker()
        if problem := _problem(_enlist(worker), self._needed):
            worker.log_event(self.topic, f"worker {worker.address} {problem}. It was sent away")
            worker.loop.add_callback(worker.close, reason=problem)


def _fit(topic: str, job: Job) -> results.Network:
    """Fit one network; runs in a worker, which stops after an epoch that nobody waits for."""
    worker = get_worker()
    task = worker.state.tasks[worker.get_current_task()]

    def tell(*epoch: float) -> None:
        if task.state != "executing":
            raise InterruptedError("nobody waits for this network any more")
        worker.log_event(topic, epoch)

    return fit_job(worker.plugins[topic].digits, job, tell)


def _software() -> dict[str, str]:
    return {**software(), **provenance.versions("distributed", "ambiguous-digits")}


def _enlist(dask_worker: Worker) -> dict[str, Any]:
    """Return what a worker has of what it needs; runs there."""
    threads = dask_worker.state.nthreads
    return {"threads": threads, "precision": provenance.precision(), **_software()}


def _require_fit(client: Client, address: str, needed: dict[str, Any]) -> None:
    """Raise ConnectionError if there is no worker, or if one or the scheduler is unfit."""
    how = f".venv/bin/dask worker {address} --nthreads 1 --nworkers N"
    if not client.nthreads():
        raise ConnectionError(f"{address} has no worker. Start some from this environment: {how}")
    try:
        scheduler = client.run_on_scheduler(_software)
    except Exception as error:
        scheduler = error
    found = {f"scheduler {address}": scheduler}
    workers = client.run(_enlist, on_error="return")
    found |= {f"worker {worker}": has for worker, has in workers.items()}
    unfit = [f"{who} {p}" for who, has in sorted(found.items()) if (p := _problem(has, needed))]
    if unfit:
        again = f"Stop it, and start it from this environment: .venv/bin/dask scheduler, {how}"
        raise ConnectionError("\n".join([*unfit, again]))


def _problem(found: dict[str, Any] | Exception, needed: dict[str, Any]) -> str:
    """Return why a process that has `found` would give other bits: "" if it would not."""
    if isinstance(found, Exception):
        return f"lacks this package, or has another version of it: {found}"
    wrong = [
        f"{name} is {has!r}, not {needed[name]!r}"
        for name, has in found.items()
        if has != needed[name] and needed[name] != "float32"  # which every processor can give
    ]
    return f"is unfit to train: {'; '.join(wrong)}" if wrong else ""
