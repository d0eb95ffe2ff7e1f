"""What several tests share: a small run, made once by the notebooks themselves."""

import fcntl
import os
import shutil
from pathlib import Path

import numpy as np
import papermill
import pytest

from ambiguous_digits import PROJECT, report

NOTEBOOKS = ("1-train", "2-rank", "3-article", "4-evidence")


def write_pictures(path: Path, *, names: list[str] | None = None, seed: int = 0) -> Path:
    """Write a small data set of our own: bars, squares and crosses with noise, 16 x 14 pixels."""
    rng = np.random.default_rng(seed)
    shapes = np.zeros((3, 16, 14), np.uint8)
    shapes[0, :, 5:8] = 255
    shapes[1, 3:13, 2:12] = 255
    shapes[2, 7:9, :] = shapes[2, :, 6:8] = 255
    arrays = {}
    for part, count in (("train", 40), ("test", 15)):
        labels = np.tile(np.arange(3), count)
        noise = rng.integers(0, 160, (len(labels), 16, 14))
        arrays[f"x_{part}"] = np.maximum(shapes[labels] // 2, noise).astype(np.uint8)
        arrays[f"y_{part}"] = labels
    if names:
        arrays["class_names"] = np.array(names)
    np.savez(path, **arrays)
    return path


def run_notebook(name: str, out: Path, **parameters: object) -> None:
    """Run one notebook by papermill, as make does."""
    papermill.execute_notebook(
        PROJECT / "notebooks" / f"{name}.ipynb",
        out / f"{name}.ipynb",
        parameters=parameters,
        kernel_name="python3",
        progress_bar=False,
    )


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run on 135 pictures of our own, 2 folds, 2 epochs, all notebooks run.

    Made once, also where several processes share the tests; each has a copy.
    """
    mine = tmp_path_factory.getbasetemp()
    shared = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "made-once"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "shapes-0-2-2").exists():
            _run_all(shared)
    return shutil.copytree(shared, mine / "small") / "shapes-0-2-2"


def _run_all(folder: Path) -> None:
    pictures = write_pictures(folder / "shapes.npz", names=["bar", "<b>square</b>", "cross*"])
    same = {"dataset": str(pictures), "build_dir": str(folder / "new"), "folds": 2, "epochs": 2}
    for name in ("1-train", "2-rank", "4-evidence"):
        extra = {"workers": 2} if name == "1-train" else {}
        run_notebook(name, folder, **same, **extra)
    (folder / "4-evidence.ipynb").rename(folder / "new/shapes-0-2-2/4-evidence.ipynb")
    (folder / "new/shapes-0-2-2").rename(folder / "shapes-0-2-2")


@pytest.fixture(scope="session")
def small_report(small_run: Path) -> Path:
    """The folder of the report on that run."""
    report.render(small_run)
    return small_run / "report"


@pytest.fixture(scope="session")
def network():
    """The module; imported here, and with one thread, which its promise of equal bits needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_NUM_INTRAOP_THREADS", "1")
        patch.setenv("TF_NUM_INTEROP_THREADS", "1")
        from ambiguous_digits import network

        network.build((12, 12), 2)  # the first use reads the number of threads
    return network
