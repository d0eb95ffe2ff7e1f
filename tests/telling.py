"""The notebooks run in this process, on results that were never trained but drawn by lot."""

import gzip
import json
from pathlib import Path
from unittest import mock

import nbformat
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ambiguous_digits import PROJECT, data, report, results, run, stability
from ambiguous_digits.article import prose
from making import some_network

LAYERS = [("first_convolution", "26 × 26 × 32", 320), ("flatten", "1,600", 0), ("logits", "10", 90)]
KINDS = ["mean_blends", "max_blends", "shuffled_patches", "spectrum_noise"]


def stand_in(name: str, train: int, test: int, class_names=tuple("0123456789"), seed=0):
    """Digits of noise, under the name of real ones: every class has some in both parts."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (train + test, 14, 14), np.uint8)
    images[rng.random(images.shape) < 0.7] = 0
    labels = np.arange(train + test) % len(class_names)
    parts = images[:train], labels[:train], images[train:], labels[train:]
    return data.Digits(*parts, name=name, class_names=class_names)


def hard(digits, seed=0) -> np.ndarray:
    """Which digits of either part no network can read: about three in a hundred."""
    size = max(len(digits.train_labels), len(digits.test_labels))
    return np.random.default_rng([seed, 1]).random(size) < 0.03


def judges(digits, seed=0) -> dict[str, bytes]:
    """Votes on the hard test digits, and writers of all, in the form of the files."""
    rng = np.random.default_rng(seed)
    votes = []
    for i in np.flatnonzero(hard(digits)).tolist():
        label = int(digits.test_labels[i])
        given = int(rng.choice([5, 5, 5, 4, 3, 2, 1, 0]))
        rival = label if rng.random() < 0.1 else (label + 1) % 10
        said = {"given": given, "guessed": 5 - given, "neither": 0}
        digit = {"id": i, "given_original_label": label, "our_guessed_label": rival}
        votes.append(digit | {"mturk": said})
    files = {"mnist_mturk.json": json.dumps(votes).encode()}
    for part, labels in (("train", digits.train_labels), ("test", digits.test_labels)):
        rows = [f"{k}\t{4 if i % 3 else 0}\t{i % 300}" for i, k in enumerate(labels)]
        files[f"qmnist-{part}-labels.tsv.gz"] = gzip.compress("\n".join(rows).encode())
    return {name: files[name] for name in data.OPTIONAL}


def write_results(opened: run.Run, *, folds: int, repeats: int, seed: int, strength: float) -> None:
    """Write what 1-train would have written, had the networks said this."""
    digits, rng = opened.digits, np.random.default_rng(seed)
    classes, (height, width) = digits.num_classes, digits.test_images.shape[1:]
    unclear = hard(digits, seed) & (strength < 20)
    torn = unclear & (np.arange(len(unclear)) % 3 == 0)  # between two classes
    beliefs = np.select([torn, unclear], [5, 0.5], strength), np.where(torn, 5, 0)

    def said(labels, of=slice(None)):
        logits = rng.normal(0, 1, (len(labels), classes))
        for shift, belief in enumerate(beliefs):
            logits[np.arange(len(labels)), (labels + shift) % classes] += belief[of][: len(labels)]
        return logits.astype(np.float32)

    networks, fold = [], np.arange(len(digits.train_labels)) % folds
    for r, k in np.ndindex(repeats, folds):
        held_out = np.flatnonzero(fold == k)
        logits = {"held_out_logits": said(digits.train_labels[held_out], held_out)}
        logits["test_logits"] = said(digits.test_labels)
        networks.append(some_network(r, k, held_out=held_out, **logits))
        results.write_network(opened.folder, networks[-1], opened.key | {"r": r, "k": k})
    of_first = opened.key | {"network": results.digest(networks[:1])}
    of_all = opened.key | {"network": results.digest(networks)}
    features = {
        part: rng.random((len(labels), 8)).astype(np.float16)
        for part, labels in (("train", digits.train_labels), ("test", digits.test_labels))
    }
    results.write_arrays(opened.folder / "features.npz", of_first, **features)
    few = digits.test_images[:12]
    results.write_arrays(
        opened.folder / "explain.npz", of_first, image=few[0], index=0, probs=np.eye(classes)[0],
        label=0, jittered=np.resize(few, (12, height, width)), layers=json.dumps(LAYERS),
        learned_doubted=rng.random(50) < 0.1, train_accuracy=0.9, train_loss=0.3,
        kernels=rng.normal(size=(3, 3, 32)), first=rng.random((height - 2, width - 2, 32)),
        second=rng.random((4, 4, 64)), dense=rng.random(256), logits=np.zeros(classes),
    )  # fmt: skip
    asked, members = {}, len(networks)
    for use in ("chosen", "reported"):
        for kind in KINDS:
            labels = rng.integers(classes, size=100)
            of_kind = {"images": np.resize(few, (100, height, width)), "labels": labels}
            of_kind["others"] = (labels + 1) % classes if "blends" in kind else labels * 0 - 1
            of_kind["logits"] = rng.normal(0, 2, (members, 100, classes)).astype(np.float32)
            asked |= {f"{use}_{kind}_{name}": value for name, value in of_kind.items()}
        asked[f"{use}_wrong_index"] = wrong = np.sort(rng.choice(len(fold), 6, replace=False))
        asked[f"{use}_wrong_labels"] = (digits.train_labels[wrong] + 1) % classes
    results.write_arrays(opened.folder / "planted.npz", of_all, kinds=KINDS, **asked)
    shown = networks[0].test_logits[None] + 0.01
    results.write_arrays(
        opened.folder / "packed.npz", of_all, packed=np.zeros(9, np.uint8), offered=np.arange(8),
        shapes="[]", logits=shown,
    )  # fmt: skip
    pictures = np.resize(few, (classes, height, width))
    results.write_arrays(
        opened.folder / "supreme.npz", of_all, average=pictures, drawn=np.stack([pictures] * 2),
        surest=np.arange(classes), logits=rng.normal(0, 3, (members, 2, classes, classes)),
    )  # fmt: skip
    results.write_arrays(
        opened.folder / "edited.npz", of_all, images=np.resize(few, (6, height, width)), index=0,
        target=1, logits=rng.normal(0, 3, (members, 6, classes)).astype(np.float32),
    )  # fmt: skip


def run_cells(name: str, parameters: dict) -> nbformat.NotebookNode:
    """Run the cells of a notebook here, in a shell of their own; return it with what they show."""
    notebook = nbformat.read(PROJECT / f"notebooks/{name}.ipynb", 4)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.register_magic_function(prose.prose, "cell")
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        with capture_output() as shown:
            ran = shell.run_cell(cell.source.replace("%matplotlib inline", ""))
        ran.raise_error()
        if "parameters" in cell.metadata.get("tags", ()):
            shell.user_ns.update(parameters)
        new = nbformat.v4.new_output
        cell.outputs = [new("display_data", output.data) for output in shown.outputs]
        if shown.stderr:
            cell.outputs.append(new("stream", name="stderr", text=shown.stderr))
    InteractiveShell.clear_instance()
    return notebook


def tell(digits, folder: Path, *, folds=2, repeats=1, seed=0, strength=8.0, files=None) -> Path:
    """Return the folder of the report on networks that said what a lot decided."""
    found = files or dict.fromkeys(data.OPTIONAL)
    asked = {"dataset": digits.name, "build_dir": str(folder), "epochs": 2, "seed": seed}
    asked |= {"folds": folds, "repeats": repeats}
    with (
        mock.patch.object(run, "load_digits", return_value=digits),
        mock.patch.object(data, "load_optional", lambda name, _: found[name]),
        # What is drawn by lot need not be drawn often to be told.
        mock.patch.dict(stability.rank_intervals.__kwdefaults__, resamples=20),
        mock.patch.dict(stability.curve.__kwdefaults__, pairs=3),
    ):
        opened = run.open_run(**asked)
        write_results(opened, folds=folds, repeats=repeats, seed=seed, strength=strength)
        run_cells("2-rank", asked)
        for name in ("3-article", "4-evidence") if digits.thing == "digit" else ("4-evidence",):
            nbformat.write(run_cells(name, asked), opened.folder / f"{name}.ipynb")
    report.render(opened.folder)
    return opened.folder / "report"
