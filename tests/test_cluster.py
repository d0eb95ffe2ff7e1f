"""Training on a Dask cluster: a real scheduler and workers, on this machine, each in a process."""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from distributed import Client, LocalCluster, get_worker

from ambiguous_digits import PROJECT, results, training
from ambiguous_digits.data import load_digits
from ambiguous_digits.training import cluster
from ambiguous_digits.training.progress import Progress
from making import make_up, wait_until
from test_training import files, tiny_digits

PARAMETERS = {"folds": 2, "repeats": 1, "seed": 0, "epochs": 2}
HOW = ".venv/bin/dask worker {} --nthreads 1 --nworkers N"


def train(run, scheduler, digits=None, **changes):
    parameters = PARAMETERS | {"scheduler": scheduler} | changes
    return training.train(digits or tiny_digits(), run, **parameters)


@pytest.fixture(scope="module")
def two():
    """A cluster of two workers of one thread, which are started anew when they die."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two:
        yield two


def add_worker(two, *python, path=PROJECT / "src", name="late"):
    """Start a worker of two threads in a cluster, by another Python or with another path."""
    options = ("--nthreads", "2", "--no-nanny", "--no-dashboard", "--name", name)
    return subprocess.Popen(
        [sys.executable, *python, "-m", "dask", "worker", two.scheduler_address, *options],
        env=os.environ | {"PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=subprocess.DEVNULL,
    )


def test_a_cluster_gives_the_same_bits_as_this_machine(two, small_run, tmp_path):
    digits = load_digits(small_run.parent / "shapes.npz", tmp_path)
    assert train(tmp_path, two.scheduler_address, digits) == 2
    found, expected = (results.digest(results.load_networks(run)) for run in (tmp_path, small_run))
    assert found == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["networks", "training.log"]
    log = (tmp_path / "training.log").read_text()
    assert set(re.findall(r"r0k([01]): epoch ([12]) of 2", log)) == {*product("01", "12")}
    assert "100 % |####################| 00:00 left, 2 of 2 networks done; " in log
    assert train(tmp_path, "", digits) == train(tmp_path, "tcp://127.0.0.1:1", digits) == 0


def test_on_ctrl_c_the_workers_stop_and_nothing_is_left_on_them(two, tmp_path, monkeypatch):
    def press_ctrl_c(progress, *_):
        if not pressed:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)

    def is_at_rest():
        with Client(two, set_as_default=False) as client:
            counts = client.run(lambda dask_worker: dask_worker.state.executing_count)
            return not two.scheduler.tasks and not any(counts.values())

    pressed = []
    monkeypatch.setattr(Progress, "epoch", press_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, two.scheduler_address, epochs=20_000)
    assert wait_until(is_at_rest)


def make_up_there(folder, topic, job):
    worker = get_worker()
    tell = partial(worker.log_event, topic)
    return make_up(folder, worker.plugins[topic].digits, job, lambda *epoch: tell(epoch))


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Networks are made up, as files in this folder say."""
    folder = tmp_path / "told"
    folder.mkdir()
    monkeypatch.setattr(cluster, "_fit", partial(make_up_there, folder))
    return folder


def test_a_worker_that_dies_costs_only_time_and_a_failed_network_is_named(two, made_up, tmp_path):
    (made_up / "die 0").touch()
    (made_up / "fail 1").touch()
    with pytest.raises(RuntimeError) as error:
        train(tmp_path, two.scheduler_address, folds=3)
    told = "network r0k1: MemoryError: no room for fold 1\n2 of 3 networks were trained, and are "
    assert str(error.value).startswith(told)
    assert files(tmp_path) == ["r0k0.npz", "r0k2.npz"]
    assert wait_until(lambda: len(two.scheduler.workers) == 2)
    assert not (made_up / "die 0").exists()  # it did


def test_an_unfit_worker_that_joins_late_is_sent_away_which_is_said(two, made_up, tmp_path):
    def join():
        log = tmp_path / "training.log"
        assert wait_until(log.exists)
        unfit = add_worker(two)
        said = wait_until(lambda: "sent away" in log.read_text())
        (made_up / "wait 0").unlink()
        assert said
        unfit.wait(timeout=60)

    (made_up / "wait 0").touch()
    with ThreadPoolExecutor(1) as thread:
        joined = thread.submit(join)
        assert train(tmp_path, two.scheduler_address) == 2
        joined.result()
    [told] = re.findall(r"^worker .*$", (tmp_path / "training.log").read_text(), re.MULTILINE)
    assert told.endswith(" is unfit to train: threads is 2, not 1. It was sent away")


def test_workers_that_would_give_other_bits_are_refused_by_name(two, tmp_path):
    other, packages = tmp_path / "other", sysconfig.get_paths()["purelib"]
    shutil.copytree(PROJECT / "src", other)
    with open(other / "ambiguous_digits/network.py", "a") as file:
        file.write("# another architecture\n")
    (other / "keras-0.0.1.dist-info").mkdir()
    (other / "keras-0.0.1.dist-info/METADATA").write_text("Name: keras\nVersion: 0.0.1\n")
    unfit = [add_worker(two, path=other, name="old")]
    unfit += [add_worker(two, "-S", path=packages, name="nobody")]  # as if we were nowhere
    assert wait_until(lambda: len(two.scheduler.workers) == 4)
    at = {worker.name: worker.address for worker in two.scheduler.workers.values()}
    with pytest.raises(ConnectionError) as error:
        train(tmp_path / "run", two.scheduler_address)
    for process in unfit:
        process.kill()
        process.wait()
    *refused, what_to_do = str(error.value).splitlines()
    told = "\n".join(sorted(refused, key=lambda line: at["old"] in line))
    nobody = f"worker {at['nobody']} lacks this package, or has another version of it: .*\n"
    old = f"worker {at['old']} is unfit to train: threads is 2, not 1; keras is '0.0.1', not '.*'; "
    assert re.fullmatch(rf"{nobody}{old}network\.py is '\w+', not '\w+'", told)
    assert what_to_do.endswith(HOW.format(two.scheduler_address))
    assert not Path(tmp_path / "run/networks").exists()


def test_a_worker_that_cannot_give_the_precision_of_this_machine_is_refused():
    small, large = {"precision": "mixed_bfloat16"}, {"precision": "float32"}
    problem = "is unfit to train: precision is 'float32', not 'mixed_bfloat16'"
    assert cluster._problem(large, small) == problem
    assert cluster._problem(small, large) == cluster._problem(large, large) == ""


def test_a_scheduler_without_workers_or_gone_is_an_error(made_up, tmp_path, monkeypatch):
    def write_and_close(*arguments):
        write(*arguments)
        alone.sync(alone.scheduler.close)

    write = results.write_network
    monkeypatch.setattr(results, "write_network", write_and_close)
    monkeypatch.setattr(cluster, "become_worker", lambda: None)  # its worker is a thread of ours
    options = {"threads_per_worker": 1, "protocol": "tcp://", "dashboard_address": ":0"}
    alone = LocalCluster(n_workers=0, processes=False, **options)
    try:
        at = alone.scheduler_address
        with pytest.raises(ConnectionError) as error:
            train(tmp_path, at)
        assert re.fullmatch(f"{at} has no worker. .*{HOW.format(at)}", str(error.value))
        alone.scale(1)
        assert wait_until(lambda: alone.scheduler.workers)
        (made_up / "wait 1").touch()
        with pytest.raises(ConnectionError) as error:
            train(tmp_path, at)
    finally:
        (made_up / "wait 1").unlink(missing_ok=True)
        with suppress(TimeoutError):  # its scheduler is no longer there to be told
            alone.close(timeout=1)
    assert f"the Dask scheduler at {at} has gone away. Networks that are" in str(error.value)
    assert files(tmp_path) == ["r0k0.npz"]
