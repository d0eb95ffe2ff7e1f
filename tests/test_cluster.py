"""Training on a Dask cluster: real schedulers and workers, on this machine, each in a process."""

import hashlib
import importlib.metadata
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, get_worker

from ambiguous_digits import PROJECT, results, training
from ambiguous_digits.training import cluster
from ambiguous_digits.training.progress import Progress
from test_training import files, tiny_digits, wait_until

PARAMETERS = {"folds": 2, "repeats": 1, "seed": 0, "epochs": 40}
HERE = os.pathsep.join([str(PROJECT / "src"), str(Path(__file__).parent)])
HOW = (
    "Start workers from this project's environment: "
    ".venv/bin/dask worker {} --nthreads 1 --nworkers N"
)


def train(run, scheduler, out=None, **changes):
    parameters = PARAMETERS | changes
    return training.train(
        tiny_digits(), run, scheduler=scheduler, out=out or io.StringIO(), **parameters
    )


class Cluster:
    """A scheduler and its workers, all of which end with it. Their folder is of no other use."""

    def __init__(self, folder: Path):
        self.folder, self.processes = folder, []
        folder.mkdir()
        note = folder.parent / f"{folder.name}.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(note))
        self.scheduler = self.start("scheduler", *options)
        assert wait_until(lambda: note.exists() and note.stat().st_size, 60)
        self.address = json.loads(note.read_text())["address"]

    def start(self, *command: str, python: tuple[str, ...] = (), path: str = HERE):
        process = subprocess.Popen(
            [sys.executable, *python, "-m", "dask", *command, "--no-dashboard"],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def add_workers(self, number: int, *options: str, **changes: object) -> None:
        """Start workers and return when they have joined; of one thread and one process each."""
        there = len(self.workers())
        self.start("worker", self.address, *(options or ("--nthreads", "1")), **changes)
        assert wait_until(lambda: len(self.workers()) == there + number, 60)

    def ask(self, question, on="run"):
        """The answers of all workers, or of the scheduler, to a function without arguments."""
        with Client(self.address, set_as_default=False) as client:
            return getattr(client, on)(question)

    def workers(self) -> list[str]:
        with Client(self.address, set_as_default=False) as client:
            return list(client.nthreads())

    def kill(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A cluster of two workers, started anew when they die."""
    cluster = Cluster(tmp_path_factory.mktemp("two") / "workers")
    cluster.add_workers(2, "--nthreads", "1", "--nworkers", "2")
    yield cluster
    cluster.kill()


@pytest.fixture
def new_cluster(tmp_path):
    cluster = Cluster(tmp_path / "workers")
    yield cluster
    cluster.kill()


def kinds_of_tasks(dask_scheduler):
    return sorted(str(key).split("-")[0] for key in dask_scheduler.tasks)


def executing(dask_worker):
    return dask_worker.state.executing_count


def leaves_nothing(cluster) -> bool:
    """Whether soon nothing lies on the cluster, and nobody works on anything."""
    return wait_until(lambda: not cluster.ask(kinds_of_tasks, "run_on_scheduler"), 30) and (
        wait_until(lambda: not any(cluster.ask(executing).values()), 60)
    )


# In earnest, with TensorFlow


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """The same networks, trained by processes of this machine."""
    run = tmp_path_factory.mktemp("local")
    train(run, "", workers=2)
    return results.digest(results.load_networks(run))


@pytest.fixture(scope="module")
def trained(two, tmp_path_factory):
    run = tmp_path_factory.mktemp("cluster")
    assert train(run, two.address) == 2
    return run


def test_a_cluster_gives_the_same_bits_as_this_machine(trained, local):
    assert results.digest(results.load_networks(trained)) == local


def test_only_this_process_writes_files_and_it_writes_the_same_as_ever(trained, two):
    assert [path.name for path in two.folder.iterdir()] == []
    assert sorted(path.name for path in trained.iterdir()) == ["networks", "training.log"]
    lines = (trained / "training.log").read_text().splitlines()
    for fold in (0, 1):
        epochs = [int(n) for n in re.findall(rf"r0k{fold}: epoch (\d+) of 40", "\n".join(lines))]
        assert sorted(set(epochs)) == list(range(1, 41))
    assert re.match(r"100 % \|#{20}\| 00:00 left, 2 of 2 networks done; ", lines[-1])


def test_what_was_trained_on_a_cluster_is_trained_nowhere_again(trained):
    assert train(trained, "") == train(trained, "tcp://127.0.0.1:1") == 0


def test_a_worker_that_is_killed_while_it_trains_costs_nothing_but_time(
    two, local, tmp_path, monkeypatch
):
    there, tell = list(two.ask(os.getpid).values()), Progress.epoch

    def tell_and_kill(progress, repeat, fold, epoch, accuracy):
        if epoch == 1 and victims:
            os.kill(victims.pop(), signal.SIGKILL)
        tell(progress, repeat, fold, epoch, accuracy)

    victims = there[:1]
    monkeypatch.setattr(Progress, "epoch", tell_and_kill)
    assert train(tmp_path, two.address) == 2
    assert there[0] not in two.ask(os.getpid).values()
    assert results.digest(results.load_networks(tmp_path)) == local
    assert "100 % |" in (tmp_path / "training.log").read_text().splitlines()[-1]


def draw_for_ever(dask_worker):
    """Draw from the global generators in a thread of the worker, while it trains."""

    def draw():
        while True:
            random.random()
            np.random.random()  # noqa: NPY002
            time.sleep(0)

    threading.Thread(target=draw, daemon=True).start()


def test_threads_that_draw_random_numbers_beside_it_change_no_bit(new_cluster, local, tmp_path):
    new_cluster.add_workers(1, "--nthreads", "1", "--no-nanny")
    new_cluster.ask(draw_for_ever)
    assert train(tmp_path, new_cluster.address) == 2
    assert results.digest(results.load_networks(tmp_path)) == local


def test_on_ctrl_c_the_workers_stop_after_an_epoch_and_nothing_is_left_on_the_cluster(
    two, tmp_path, monkeypatch
):
    def press_ctrl_c(progress, *_):
        if not pressed:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)

    pressed = []
    monkeypatch.setattr(Progress, "epoch", press_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, two.address, epochs=1_000_000)
    assert leaves_nothing(two)


# With made-up networks


def make_up(folder, topic, job):
    """A network from nowhere. Files in `folder` say of a fold that it fails, dies or waits."""

    def told_to(do):
        return Path(folder, f"{do} {job.fold}").exists()

    worker = get_worker()
    worker.log_event(topic, (job.repeat, job.fold, 1, 0.5))
    Path(folder, f"{job.fold} was begun").touch()
    if told_to("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if told_to("fail"):
        raise MemoryError(f"no room for fold {job.fold}")
    while told_to("wait"):
        time.sleep(0.05)
    said, curve = np.zeros((len(job.held_out), 3), np.float32), np.zeros(1)
    curves = dict.fromkeys(results.CURVES, curve)
    who = f"process {os.getpid()}, digits {id(worker.plugins[topic].digits)}"
    return results.Network(
        job.repeat, job.fold, job.held_out, said, said, curves, 0.0, who, job.precision, [curve]
    )


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Networks are made up, as files in this folder say."""
    folder = tmp_path / "told"
    folder.mkdir()
    monkeypatch.setattr(cluster, "_fit", partial(make_up, str(folder)))
    return folder


def test_the_digits_travel_once_to_each_worker(two, made_up, tmp_path):
    assert train(tmp_path, two.address, folds=6, epochs=1) == 6
    who = {network.processor for network in results.load_networks(tmp_path)}
    assert len({text.split(",")[0] for text in who}) == len(who) == 2


def test_a_network_that_fails_is_named_with_why_and_the_others_are_kept(two, made_up, tmp_path):
    (made_up / "fail 1").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, two.address, folds=3, epochs=1)
    assert str(error.value) == (
        "network r0k1: MemoryError: no room for fold 1\n"
        "2 of 3 networks were trained, and are kept. The next make report trains what is missing"
    )
    assert files(tmp_path) == ["r0k0.npz", "r0k2.npz"]


def test_a_network_that_kills_every_worker_is_given_up_and_the_others_are_kept(
    two, made_up, tmp_path
):
    (made_up / "die 1").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, two.address, folds=3, epochs=1)
    why, kept = str(error.value).splitlines()
    assert re.match("network r0k1: KilledWorker: .* 4 different workers, but all .* died", why)
    assert kept.startswith("2 of 3 networks were trained, and are kept. ")
    assert files(tmp_path) == ["r0k0.npz", "r0k2.npz"]


def test_a_run_survives_its_only_worker_and_sends_away_one_that_joins_unfit(
    new_cluster, made_up, tmp_path, monkeypatch
):
    """The first dies of fold 0. One with two threads comes and has to go, then one that is fit."""
    new_cluster.add_workers(1, "--nthreads", "1", "--no-nanny")
    (made_up / "die 0").touch()

    def replace():
        assert wait_until(lambda: not new_cluster.workers(), 60)
        (made_up / "die 0").unlink()
        new_cluster.start("worker", new_cluster.address, "--nthreads", "2", "--no-nanny")
        assert wait_until(lambda: "sent away" in (tmp_path / "training.log").read_text(), 60)
        assert wait_until(lambda: not new_cluster.workers(), 60)
        new_cluster.add_workers(1, "--nthreads", "1", "--no-nanny")

    with ThreadPoolExecutor(1) as thread:
        replaced = thread.submit(replace)
        assert train(tmp_path, new_cluster.address, folds=3, epochs=1) == 3
        replaced.result()
    assert len({network.processor for network in results.load_networks(tmp_path)}) == 1
    log = (tmp_path / "training.log").read_text()
    [told] = re.findall(r"^worker .*$", log, re.MULTILINE)
    unfit = r"worker tcp://127\.0\.0\.1:\d+ is unfit to train: threads is 2, not 1\. "
    assert re.fullmatch(rf"{unfit}It was sent away", told)


def test_a_scheduler_that_goes_away_is_named_and_what_is_done_is_kept(
    new_cluster, made_up, tmp_path, monkeypatch
):
    new_cluster.add_workers(1, "--nthreads", "1", "--no-nanny")
    (made_up / "wait 1").touch()
    write = results.write_network

    def write_and_kill(*arguments):
        write(*arguments)
        new_cluster.scheduler.kill()

    monkeypatch.setattr(results, "write_network", write_and_kill)
    with pytest.raises(ConnectionError) as error:
        train(tmp_path, new_cluster.address, epochs=1)
    assert str(error.value) == (
        f"the Dask scheduler at {new_cluster.address} has gone away. Networks that are done are "
        "kept; the next make report trains what is missing"
    )
    assert files(tmp_path) == ["r0k0.npz"]


# Who is refused


def test_workers_that_would_give_other_bits_are_refused_by_name(new_cluster, tmp_path):
    other, packages = tmp_path / "other", sysconfig.get_paths()["purelib"]
    shutil.copytree(PROJECT / "src", other)
    with open(other / "ambiguous_digits/network.py", "a") as file:
        file.write("# another architecture\n")
    (other / "keras-0.0.1.dist-info").mkdir()
    (other / "keras-0.0.1.dist-info/METADATA").write_text("Name: keras\nVersion: 0.0.1\n")
    nobody = ("--no-nanny", "--nthreads", "1", "--name", "nobody")
    new_cluster.add_workers(1, "--no-nanny", "--nthreads", "2", "--name", "two")
    new_cluster.add_workers(1, "--no-nanny", "--nthreads", "1", "--name", "old", path=str(other))
    new_cluster.add_workers(1, *nobody, python=("-S",), path=packages)  # as if we were nowhere
    with pytest.raises(ConnectionError) as error:
        train(tmp_path / "run", new_cluster.address)
    with Client(new_cluster.address, set_as_default=False) as client:
        at = {info["name"]: at for at, info in client.scheduler_info()["workers"].items()}
    keras = importlib.metadata.version("keras")
    ours, theirs = (
        hashlib.sha256((source / "ambiguous_digits/network.py").read_bytes()).hexdigest()
        for source in (PROJECT / "src", other)
    )
    *refused, what_to_do = str(error.value).splitlines()
    assert sorted(refused) == sorted(
        [
            f"worker {at['two']} is unfit to train: threads is 2, not 1",
            f"worker {at['old']} is unfit to train: keras is '0.0.1', not {keras!r}; "
            f"network.py is {theirs!r}, not {ours!r}",
            f"worker {at['nobody']} lacks this package, or has another version of it: "
            "ModuleNotFoundError(\"No module named 'ambiguous_digits'\")",
        ]
    )
    assert what_to_do == f"Stop it. {HOW.format(new_cluster.address)}"
    assert not (tmp_path / "run/networks").exists()


def test_without_workers_it_is_said_at_once_and_soon_an_error(new_cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    at, out = new_cluster.address, io.StringIO()
    with pytest.raises(ConnectionError) as error:
        train(tmp_path, at, out)
    assert f"{at} has no worker: waiting 2 seconds for one. {HOW.format(at)}" in out.getvalue()
    assert str(error.value) == f"{at} has no worker. {HOW.format(at)}"


@pytest.mark.parametrize(
    ("here", "there", "problem"),
    [
        ("mixed_bfloat16", "float32", "is unfit to train: precision is 'float32', not 'mixed_"),
        ("float32", "mixed_bfloat16", ""),
        ("float32", "float32", ""),
    ],
)
def test_a_worker_that_cannot_give_the_precision_of_this_machine_is_refused(here, there, problem):
    found = cluster._problem({"threads": 1, "precision": there}, {"threads": 1, "precision": here})
    assert found.startswith(problem)
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("silent", "reason"),
    [
        (True, "silence"),
        (False, "(Connection refused|Timed out trying to connect to .* after 2.5 s)"),
    ],
)
def test_an_address_where_no_scheduler_answers_is_an_error(silent, reason, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if not silent:
            server.close()
        begun = time.monotonic()
        with pytest.raises(ConnectionError) as error:
            train(tmp_path, at)
    assert time.monotonic() < begun + 60  # a guard against hanging, no measurement
    told = rf"no Dask scheduler answers at {at} \((.*: )?(\[Errno \d+\] )?{reason}\)\. "
    what_to_do = r"Start one there by \.venv/bin/dask scheduler, or give another SCHEDULER"
    assert re.fullmatch(told + what_to_do, str(error.value)), error.value
    assert not (tmp_path / "networks").exists()


def test_dask_is_loaded_only_where_a_scheduler_is_given():
    code = "import sys; from ambiguous_digits import training; print('distributed' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
