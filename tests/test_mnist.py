"""MNIST, on disk and from mirrors: right files are read as they are, wrong ones are refused."""

import gzip
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, DownloadError, load_digits, mnist
from tiny_mnist import (
    LOGIN_PAGE,
    TEST_LABELS,
    TINY,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    folder_content,
    serving,
    set_checksums,
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


def assert_tiny(digits):
    np.testing.assert_array_equal(digits.train_images, np.arange(18).reshape(3, 2, 3))
    np.testing.assert_array_equal(digits.train_labels, [5, 0, 4])
    np.testing.assert_array_equal(digits.test_images, np.arange(200, 212).reshape(2, 2, 3))
    np.testing.assert_array_equal(digits.test_labels, [7, 2])
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64


# MNIST on disk


@pytest.mark.parametrize("gz", [True, False])
def test_mnist_is_read_plain_and_compressed(gz, tmp_path):
    write_tiny(tmp_path, gz=gz)
    digits = load_digits("mnist", tmp_path)
    assert_tiny(digits)
    assert digits.name == "mnist"
    assert digits.class_names == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def test_a_plain_file_outdoes_its_gz(tmp_path):
    write_tiny(tmp_path, gz=True, t10k_labels_idx1_ubyte=b"damaged")
    write_tiny(tmp_path, gz=False)
    assert_tiny(load_digits("mnist", tmp_path))


def test_reading_changes_nothing_on_disk(tmp_path):
    folder = write_tiny(tmp_path)
    before = folder_content(tmp_path), folder.stat().st_mtime_ns
    for path in (*folder.iterdir(), folder, tmp_path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    load_digits("mnist", tmp_path)
    assert (folder_content(tmp_path), folder.stat().st_mtime_ns) == before


WRONG_SUM = hashlib.sha256(b"\x00\x00\x08\x01").hexdigest()
NEEDED_SUM = hashlib.sha256(TINY[TEST_LABELS]).hexdigest()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (gzip.compress(b"\x00\x00\x08\x01"), f"SHA-256 {WRONG_SUM} found, {NEEDED_SUM} needed"),
        (gzip.compress(TINY[TEST_LABELS])[:-9], "damaged gzip (Compressed file ended before"),
        (gzip.compress(TINY[TEST_LABELS])[:-9], f"SHA-256 {NEEDED_SUM} is needed inside"),
        (gzip.compress(TINY[TEST_LABELS])[:10] + b"\xff" * 30, "damaged gzip (Error -3"),
        (gzip.compress(TINY[TEST_LABELS])[:-8] + bytes(8), "damaged gzip (CRC check failed"),
        (LOGIN_PAGE, "it starts with b'<!DOCTYPE html><'"),
        (b"", "it starts with b''"),
    ],
    ids=["other", "truncated", "sum named", "no deflate", "wrong CRC", "login page", "empty"],
)
@pytest.mark.parametrize("dataset", ["mnist", "auto"])
def test_a_damaged_file_is_named_and_left_alone(dataset, content, text, tmp_path):
    # With a file missing, too: 'auto' must not fall back before it has seen the damage.
    write_tiny(tmp_path, t10k_labels_idx1_ubyte=content, train_images_idx3_ubyte=None)
    before = folder_content(tmp_path)
    with pytest.raises(DataError) as e:
        load_digits(dataset, tmp_path)
    assert not isinstance(e.value, DownloadError)
    assert text in str(e.value)
    assert f"{tmp_path}/mnist/{TEST_LABELS}.gz is not MNIST's {TEST_LABELS}: " in str(e.value)
    assert "delete it to have it downloaded, or replace it by http://" in str(e.value)
    assert folder_content(tmp_path) == before


def test_a_wrong_magic_number_is_refused(tmp_path, monkeypatch):
    signed = b"\x00\x00\x09\x01" + TINY[TEST_LABELS][4:]
    set_checksums(monkeypatch, TINY | {TEST_LABELS: signed})
    write_tiny(tmp_path, t10k_labels_idx1_ubyte=signed)
    with pytest.raises(DataError, match=r"magic number b'\\x00\\x00\\t\\x01' found, b'\\x00\\x00"):
        load_digits("mnist", tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    write_tiny(tmp_path, train_labels_idx1_ubyte=None)
    Path(tmp_path, "mnist", TRAIN_LABELS).mkdir()
    with pytest.raises(DataError, match=rf"mnist/{TRAIN_LABELS} is not .* Is a directory"):
        load_digits("mnist", tmp_path)


# MNIST from mirrors


def test_missing_files_are_downloaded_once(mirrors, tmp_path):
    assert_tiny(load_digits("mnist", tmp_path / "data"))
    assert_tiny(load_digits("mnist", tmp_path / "data"))
    assert mirrors.asked == [f"/first/{name}.gz" for name in TINY]
    found = {name: gzip.decompress(raw) for name, raw in folder_content(tmp_path).items()}
    assert found == {f"{name}.gz": content for name, content in TINY.items()}


def test_files_that_are_there_are_not_asked_for(mirrors, tmp_path):
    write_tiny(tmp_path, train_labels_idx1_ubyte=None)
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked == [f"/first/{TRAIN_LABELS}.gz"]


FAILURES = {
    "missing": "HTTPError: 404 Client Error: Not Found",
    "half": "IncompleteRead",
    "moved": "starts with b'<!DOCTYPE html><'",
    "login": "starts with b'<!DOCTYPE html><'",
    "hanging": "TimeoutError: timed out",
    "trickling": "TimeoutError: fewer than 1000 bytes in 0.3 s",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_second_mirror_steps_in(failure, mirrors, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "TIMEOUTS", (0.2, 0.2))
    monkeypatch.setattr(mnist, "SLOWEST", (1000, 0.3))
    mirrors.first = getattr(mirrors, failure)
    write_tiny(tmp_path, train_images_idx3_ubyte=None)
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked[0] == f"/first/{TRAIN_IMAGES}.gz"
    assert folder_content(tmp_path).keys() == {f"{name}.gz" for name in TINY}


@pytest.mark.parametrize("failure", FAILURES)
def test_if_both_mirrors_fail_the_error_says_why_and_what_to_do(
    failure, mirrors, tmp_path, monkeypatch
):
    monkeypatch.setattr(mnist, "TIMEOUTS", (0.2, 0.2))
    monkeypatch.setattr(mnist, "SLOWEST", (1000, 0.3))
    mirrors.first = getattr(mirrors, failure)
    mirrors.second = mirrors.missing
    with pytest.raises(DownloadError) as e:
        load_digits("mnist", tmp_path)
    first, second, advice = str(e.value).splitlines()[1:]
    assert first.startswith(f"  {mirrors.url}/first/{TRAIN_IMAGES}.gz: ")
    assert FAILURES[failure] in first
    assert second.startswith(f"  {mirrors.url}/second/{TRAIN_IMAGES}.gz: HTTPError: 404")
    assert advice.startswith(f"Place {TRAIN_IMAGES}.gz by hand in {tmp_path}/mnist, which needs ")
    assert all(name in advice for name in TINY)
    assert advice.endswith("or use DATASET=sample, which needs no network.")
    assert folder_content(tmp_path) == {}


def test_without_a_network_the_refused_connection_is_named(tmp_path):
    with pytest.raises(DownloadError, match=r"first/.*: ConnectionRefusedError: \[Errno"):
        load_digits("mnist", tmp_path)


def test_a_data_folder_that_cannot_be_written_is_named(mirrors, tmp_path):
    Path(tmp_path, "data").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match=r"NotADirectoryError: .*/data/mnist'"):
        load_digits("mnist", tmp_path / "data")


# The real thing, where it is on disk


REAL = Path(os.environ.get("DATA_DIR", ""))


@pytest.mark.skipif(
    not any(Path(REAL, "mnist").glob(f"{TRAIN_IMAGES}*")) or not os.environ.get("DATA_DIR"),
    reason="no MNIST in the folder that the environment variable DATA_DIR names",
)
def test_mnist_is_the_mnist_everyone_knows(monkeypatch):
    monkeypatch.undo()  # the true checksums, and nothing else, for all files are there
    digits = load_digits("mnist", REAL)
    assert digits.train_images.shape == (60000, 28, 28)
    assert digits.test_images.shape == (10000, 28, 28)
    assert digits.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(digits.test_labels).tolist() == [
        *(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
    ]
    assert digits.train_images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
