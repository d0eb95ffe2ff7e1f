"""Where digits come from: what a name stands for, what `auto` chooses, and what is returned."""

import hashlib
import struct
from dataclasses import replace

import numpy as np
import pytest

import tiny_mnist as tiny
from ambiguous_digits.data import DataError, Digits, load_digits, require_folds, sources

BLANK, LABELS = np.zeros((3, 1, 2), np.uint8), np.array([0, 1, 1])
SOME = Digits(BLANK, LABELS, BLANK[2:], LABELS[2:], name="some", class_names=("zero", "one"))


def test_digest_is_sha256_over_shape_and_bytes_of_the_four_arrays_and_over_no_name():
    labels = [struct.pack("<3q", 0, 1, 1), struct.pack("<q", 1)]
    text = b"(3, 1, 2)" + bytes(6) + b"(3,)" + labels[0] + b"(1, 1, 2)" + bytes(2) + b"(1,)"
    expected = hashlib.sha256(text + labels[1]).hexdigest()
    assert SOME.digest == replace(SOME, name="other", class_names=("O", "I")).digest == expected


def test_each_class_needs_as_many_training_digits_as_there_are_folds():
    require_folds(replace(SOME, train_labels=np.array([0, 1, 1, 0])), 2)
    text = "class of 'some' needs at least 2 training digits, but class 'zero' has 1, 'two' has 0"
    with pytest.raises(DataError, match=f"^folds is 2, so each {text}"):
        require_folds(replace(SOME, class_names=("zero", "one", "two")), 2)


@pytest.fixture(scope="module")
def sample():
    return load_digits("sample", "no folder is needed")


def test_auto_takes_mnist_or_else_the_sample_and_says_so(sample, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sources, "load_sample", lambda: sample)  # it takes seconds
    with tiny.serving(monkeypatch) as mirrors:
        mirrors.says = lambda path: "missing"
        for _ in range(2):
            assert load_digits("auto", tmp_path).name == "sample"
            out, err = capsys.readouterr()
            assert err.startswith("\nWARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST: ")
            assert f"{mirrors.url}/second/{tiny.TRAIN_IMAGES}.gz: HTTPError: 404" in err
            assert (out, tiny.folder_content(tmp_path)) == ("", {})
        mirrors.says = lambda path: "good"
        assert load_digits("auto", tmp_path).name == "mnist"
        assert capsys.readouterr() == ("", "")


def test_the_sample_is_always_the_same_400_and_100_real_digits_of_each_class(sample):
    assert (sample.name, sample.thing, sample.num_classes) == ("sample", "digit", 10)
    assert (SOME.thing, replace(SOME, name="mnist").thing) == ("picture", "digit")
    for labels, count in ((sample.train_labels, 400), (sample.test_labels, 100)):
        assert np.bincount(labels).tolist() == [count] * 10
    assert sample.digest == "a1045b0e565d44aee4e3c8f882eec97a6bae5d453eb7c4329a73290ac3a8215e"
