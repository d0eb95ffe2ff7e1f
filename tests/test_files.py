"""The forms in which pictures are handed round: each gives the same digits."""

import gzip

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits.data import DataError, load_digits, sources

X = np.random.default_rng(0).integers(0, 256, (20, 10, 10), dtype=np.uint8)
X[:, [0, -1]] = X[:, :, [0, -1]] = 0
Y = np.arange(20) // 5  # in the order of folders
FOUR = (X, Y, X[:8], Y[:8])
PARTS = [f"{part}-{{}}-ubyte" for part in ("train", "t10k")]


def idx_files(folder, train, test, ending=""):
    names = [part.format(kind) for part in (train, test) for kind in ("images-idx3", "labels-idx1")]
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(names, FOUR, strict=True):
        content = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        content += array.astype(np.uint8).tobytes()
        (folder / f"{name}{ending}").write_bytes(gzip.compress(content) if ending else content)
    return folder


def fashion(folder):
    return idx_files(folder, "train-{}-ubyte", "t10k-{}-ubyte", ".gz")


def emnist(folder):
    """As torchvision leaves it: packed and not, in a folder below. The plain ones are taken."""
    for ending in ("", ".gz"):
        idx_files(folder / "raw", "emnist-x-train-{}-ubyte", "emnist-x-test-{}-ubyte", ending)
    return folder


def dotted(folder):
    for path in idx_files(folder, "train-{}-ubyte", "t10k-{}-ubyte").iterdir():
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    return folder


def kmnist(folder):
    names = ("train-imgs", "train-labels", "test-imgs", "test-labels")
    for name, array in zip(names, FOUR, strict=True):
        np.savez(folder / f"kmnist-{name}.npz", array)
    return folder


def pictures(folder, images=X, labels=Y, mode="L"):
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).convert(mode).save(folder / str(label) / f"{i:02}.png")
    return folder


def two_parts(folder):
    pictures(folder / "mnist_png/training", mode="RGB")
    pictures(folder / "mnist_png/testing", X[:8], Y[:8], "LA")
    return folder


def table(path, images, labels=None, header=False):
    rows = pd.DataFrame(images.reshape(len(images), -1)).add_prefix("pixel")
    if labels is not None:
        rows.insert(0, "label", labels)
    rows.to_csv(path, index=False, header=header)
    return path


def redmon(folder):
    table(folder / "mnist_test.csv", X[:8], Y[:8])
    return table(folder / "mnist_train.csv", X, Y)


def kaggle(folder):
    table(folder / "test.csv", X[:8], header=True)  # to be guessed
    return table(folder / "train.csv", X, Y, header=True)


@pytest.mark.parametrize("write", [fashion, emnist, dotted, kmnist, two_parts, redmon])
def test_a_set_of_two_parts_is_read_in_the_order_of_its_files(write, tmp_path):
    digits = load_digits(write(tmp_path), "unused")
    found = (digits.train_images, digits.train_labels, digits.test_images, digits.test_labels)
    for array, expected in zip(found, FOUR, strict=True):
        np.testing.assert_array_equal(array, expected)
    assert digits.class_names == ("0", "1", "2", "3")


@pytest.mark.parametrize("write", [pictures, kaggle])
def test_a_set_of_one_part_is_split_always_alike(write, tmp_path, capsys):
    first, again = (load_digits(write(tmp_path), "unused") for _ in range(2))
    assert first.digest == again.digest
    assert np.bincount(first.test_labels).tolist() == [1] * 4
    both = np.concatenate([first.train_images, first.test_images])
    assert sorted(image.tobytes() for image in both) == sorted(image.tobytes() for image in X)
    assert "A fifth of each class" in capsys.readouterr().err


def with_odd(folder, image):
    Image.fromarray(image).save(pictures(folder) / "0/odd.png")
    return folder


def deep(folder):
    Image.fromarray(257 * X[0].astype(np.uint16)).save(pictures(folder) / "0/odd.png")
    return folder


def lacking(folder):
    (fashion(folder) / "t10k-labels-idx1-ubyte.gz").unlink()
    return folder


def twice(folder):
    idx_files(fashion(folder) / "other", "train-{}-ubyte", "t10k-{}-ubyte", ".gz")
    return folder


def cut(folder):
    for path in fashion(folder).iterdir():
        path.write_bytes(path.read_bytes()[:60])
    return folder


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (lambda folder: with_odd(folder, X[0][:9]), "has pictures of 2 sizes"),
        (
            lambda folder: with_odd(folder, X[:3].T),
            r"odd\.png is in colour, but must be grey: conv",
        ),
        (deep, r"odd\.png is I;16, but must have 8 bits a pixel"),
        (lacking, "has no file of y_test among t10k-images"),
        (twice, r"has several files of x_train \("),
        (cut, "not readable"),
        (lambda folder: table(folder / "notes.txt", X), "not of a form that is known"),
        (lambda folder: folder, r"has no pictures \("),
    ],
)
def test_what_is_not_understood_is_named_with_the_forms_that_are(write, problem, tmp_path):
    with pytest.raises(DataError, match=rf"{problem}.*Needed: an \.npz file .* folder of four idx"):
        load_digits(write(tmp_path), "unused")


def test_mnist_is_known_by_its_digest_under_any_name(tmp_path, monkeypatch):
    path = tmp_path / "sample.npz"
    np.savez(path, **dict(zip(("x_train", "y_train", "x_test", "y_test"), FOUR, strict=True)))
    own = load_digits(path, "unused")
    assert (own.name, own.thing) == ("own-sample", "picture")
    monkeypatch.setattr(sources, "DIGEST", own.digest)
    assert load_digits(path, "unused").name == "mnist"
