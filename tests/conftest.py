"""What several tests share: a small run, made once by the notebooks themselves."""

from pathlib import Path

import numpy as np
import papermill
import pytest

from ambiguous_digits import PROJECT, report

NOTEBOOKS = ("1-train", "2-rank", "3-article")


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
    """The folder of a run on 135 pictures of our own, 2 folds, 2 epochs, all notebooks run."""
    folder = tmp_path_factory.mktemp("small")
    pictures = write_pictures(folder / "shapes.npz", names=["bar", "<b>square</b>", "cross*"])
    for name in NOTEBOOKS:
        extra = {"workers": 2} if name == "1-train" else {}
        run_notebook(
            name, folder, dataset=str(pictures), build_dir=str(folder), folds=2, epochs=2, **extra
        )
    run = folder / "shapes-0-2-2"
    (folder / "3-article.ipynb").rename(run / "3-article.ipynb")
    return run


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
