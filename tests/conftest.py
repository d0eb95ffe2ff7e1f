"""What several tests share: a small run and its report, made once by make; the network's module."""

import fcntl
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from making import RUN, SMALL, copy_project, make

# A shell that starts the tests in the background has them ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
NOTEBOOKS = ("1-train", "2-rank", "3-article", "4-evidence")


def write_pictures(path: Path, *, names: list[str] | None = None, seed: int = 0) -> Path:
    """Write a small data set of our own: bars, squares and crosses with noise, 16 x 14 pixels."""
    rng = np.random.default_rng(seed)
    shapes = np.zeros((3, 16, 14), np.uint8)
    shapes[0, :, 5:8] = 255
    shapes[1, 3:13, 2:12] = 255
    shapes[2, 7:9, :] = shapes[2, :, 6:8] = 255
    arrays = {"class_names": np.array(names)} if names else {}
    for part, count in (("train", 40), ("test", 15)):
        labels = np.tile(np.arange(3), count)
        noise = rng.integers(0, 160, (len(labels), 16, 14))
        arrays[f"x_{part}"] = np.maximum(shapes[labels] // 2, noise).astype(np.uint8)
        arrays[f"x_{part}"][0, 0, 0] = 255  # full ink somewhere: nothing is to be said of it
        arrays[f"y_{part}"] = labels
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with a report on 135 pictures of our own: 2 folds, 2 epochs.

    Made once, also where several processes share the tests; each has a copy. Its path has a space.
    """
    mine = tmp_path_factory.getbasetemp()
    shared = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "made-once"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            shutil.rmtree(shared / "a copy", ignore_errors=True)
            project = copy_project(shared / "a copy")
            (project / "build").mkdir()
            names = ["bar", "<b>square</b>", "cross*"]
            write_pictures(project / SMALL["DATASET"], names=names)
            (project / "printed.txt").write_text(make(project, "report", **SMALL))
            (shared / "made").touch()
    return shutil.copytree(shared / "a copy", mine / "a copy", symlinks=True)


@pytest.fixture(scope="session")
def small_run(small_project: Path) -> Path:
    """The folder of that run; its pictures, shapes.npz, lie beside it."""
    return small_project / RUN


@pytest.fixture(scope="session")
def network():
    """The module; imported here, and with one thread, which its promise of equal bits needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_NUM_INTRAOP_THREADS", "1")
        patch.setenv("TF_NUM_INTEROP_THREADS", "1")
        from ambiguous_digits import network

        network.build((12, 12), 2)  # the first use reads the number of threads
    return network


@pytest.fixture(scope="module")
def chrome():
    """A Chromium that never calls home: the one that CHROMIUM names, or one of the usual names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("no Chromium: install one, or name it in the variable CHROMIUM")
    args = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    args += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=args)
        yield chrome
        chrome.close()
