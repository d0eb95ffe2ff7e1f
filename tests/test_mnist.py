"""MNIST, on disk and from mirrors: right files are read as they are, wrong ones are refused."""

import errno
import gc
import gzip
import hashlib
import os
import socket
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, DownloadError, download, load_digits, mnist
from tiny_mnist import (
    LOGIN_PAGE,
    TEST_IMAGES,
    TEST_LABELS,
    TINY,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    folder_content,
    refuse_writing,
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


def test_reading_changes_nothing_on_disk(tmp_path, monkeypatch):
    folder = write_tiny(tmp_path)
    before = folder_content(tmp_path), folder.stat().st_mtime_ns
    for path in (*folder.iterdir(), folder, tmp_path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for step in ("mkdir", "write_bytes", "replace"):
        refuse_writing(monkeypatch, step, errno.EROFS)
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


@pytest.mark.parametrize(
    ("name", "wrong", "text"),
    [
        (TEST_LABELS, b"\x00\x00\x09\x01", r"magic number b'\x00\x00\t\x01' found, b'\x00\x00"),
        (TEST_LABELS, b"\x00\x00\x08\x03", r"magic number b'\x00\x00\x08\x03' found, b'\x00\x0"),
        (TRAIN_IMAGES, b"\x00\x00\x08\x03\x00\x00\x00\x04", "cannot reshape array of size 18"),
    ],
    ids=["signed", "images as labels", "one image too few"],
)
def test_a_wrong_head_is_refused(name, wrong, text, tmp_path, monkeypatch):
    content = wrong + TINY[name][len(wrong) :]
    set_checksums(monkeypatch, TINY | {name: content})
    write_tiny(tmp_path, **{name.replace("-", "_"): content})
    with pytest.raises(DataError, match=f"{name}.gz is not MNIST's {name}: ") as e:
        load_digits("mnist", tmp_path)
    assert text in str(e.value)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (TRAIN_LABELS, "3 training images, 1 labels, 2 test images, 2 labels"),
        (TEST_LABELS, "3 training images, 3 labels, 2 test images, 1 labels"),
    ],
)
def test_each_image_needs_its_label(name, counts, tmp_path, monkeypatch):
    fewer = TINY[name][:7] + b"\x01" + TINY[name][8:9]
    set_checksums(monkeypatch, TINY | {name: fewer})
    write_tiny(tmp_path, **{name.replace("-", "_"): fewer})
    text = f"mnist has {counts}, but each image needs its label. Delete the files to have them down"
    with pytest.raises(DataError, match=text):
        load_digits("mnist", tmp_path)


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
@pytest.mark.parametrize("kind", ["bomb", "plain"])
def test_a_file_too_large_is_refused_without_memory_for_it(kind, dataset, tmp_path):
    path = Path(write_tiny(tmp_path, t10k_labels_idx1_ubyte=None), TEST_LABELS)
    if kind == "bomb":
        path.write_bytes(gzip.compress(bytes(1_000_000)) * 400)
        assert path.stat().st_size < 1_000_000
        text = "unpacked it has 50,000,001 bytes or more, but at most 50,000,000 are taken."
    else:
        with path.open("wb") as file:
            file.truncate(400_000_000)
        text = "it has 400,000,000 bytes or more, but at most 50,000,000 are taken."
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=f"{TEST_LABELS} is not MNIST's {TEST_LABELS}: {text}"):
            load_digits(dataset, tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()


NO_FILE = {
    "a folder": (Path.mkdir, "a folder, pipe or device, but a file is needed."),
    "a pipe": (os.mkfifo, "a folder, pipe or device, but a file is needed."),
    "a link to nowhere": (lambda path: path.symlink_to("gone"), "No such file or directory."),
    "a link to itself": (lambda path: path.symlink_to(path), "Too many levels of symbolic links."),
}


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
@pytest.mark.parametrize("kind", NO_FILE)
def test_what_is_no_file_is_named_and_left_alone(kind, dataset, mirrors, tmp_path):
    make, text = NO_FILE[kind]
    path = Path(write_tiny(tmp_path, train_labels_idx1_ubyte=None), TRAIN_LABELS)
    make(path)
    before = path.lstat()
    with pytest.raises(DataError, match=f"mnist/{TRAIN_LABELS} is not MNIST's .*: {text}"):
        load_digits(dataset, tmp_path)
    assert path.lstat() == before
    assert mirrors.asked == []


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
@pytest.mark.parametrize(
    ("method", "text"),
    [
        (
            "open",
            rf"{TRAIN_IMAGES}\.gz is not MNIST's .*: Permission denied\. It was left as it is",
        ),
        (
            "lstat",
            rf"{TRAIN_IMAGES}\.gz cannot be looked for: Permission denied\. DATA_DIR must be",
        ),
    ],
)
def test_what_may_not_be_read_is_no_absence(method, text, dataset, mirrors, tmp_path, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    write_tiny(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, method, refuse)
        with pytest.raises(DataError, match=text) as e:
            load_digits(dataset, tmp_path)
    assert not isinstance(e.value, DownloadError)
    assert mirrors.asked == []


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


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(download, "TIMEOUTS", (0.2, 0.2))
    monkeypatch.setattr(download, "SLOWEST", (1000, 0.3))
    monkeypatch.setattr(download, "LARGEST", 100_000)


FAILURES = {
    "missing": "HTTPError: 404 Client Error: Not Found",
    "broken": "HTTPError: 500 Server Error: Internal Server Error",
    "half": "IncompleteRead",
    "cut": "EOFError: Compressed file ended before",
    "moved": "starts with b'<!DOCTYPE html><'",
    "turning": "TooManyRedirects: Exceeded 30 redirects",
    "login": "starts with b'<!DOCTYPE html><'",
    "other": f"SHA-256 {WRONG_SUM} found",
    "bomb": "unpacked it has 100,001 bytes or more, but at most 100,000 are taken",
    "hanging": "TimeoutError: timed out",
    "trickling": "TimeoutError: fewer than 1000 bytes in 0.3 s",
    "endless": "bytes or more, but at most 100,000 are taken",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_second_mirror_steps_in(failure, mirrors, impatient, tmp_path):
    mirrors.first = getattr(mirrors, failure)
    write_tiny(tmp_path, train_images_idx3_ubyte=None)
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked[0] == f"/first/{TRAIN_IMAGES}.gz"
    assert folder_content(tmp_path).keys() == {f"{name}.gz" for name in TINY}


@pytest.mark.parametrize("failure", FAILURES)
def test_if_both_mirrors_fail_the_error_says_why_and_what_to_do(
    failure, mirrors, impatient, tmp_path
):
    mirrors.first = getattr(mirrors, failure)
    mirrors.second = mirrors.missing
    write_tiny(tmp_path, train_images_idx3_ubyte=None)
    before = folder_content(tmp_path)
    with pytest.raises(DownloadError) as e:
        load_digits("mnist", tmp_path)
    first, second, advice = str(e.value).splitlines()[1:]
    assert first.startswith(f"  {mirrors.url}/first/{TRAIN_IMAGES}.gz: ")
    assert FAILURES[failure] in first
    assert second.startswith(f"  {mirrors.url}/second/{TRAIN_IMAGES}.gz: HTTPError: 404")
    assert advice.startswith(f"Place {TRAIN_IMAGES}.gz by hand in {tmp_path}/mnist, which needs ")
    assert all(name in advice for name in TINY)
    assert advice.endswith("or use DATASET=sample, which needs no network.")
    assert folder_content(tmp_path) == before


def test_a_mirror_that_sends_on_is_hung_up_on(mirrors, impatient, tmp_path):
    hung_up = threading.Event()

    def endless(handler, file):
        try:
            mirrors.endless(handler, file)
        except OSError:
            hung_up.set()

    mirrors.first = endless
    gc.disable()  # the connection must not wait for it
    try:
        assert_tiny(load_digits("mnist", tmp_path))
        assert hung_up.wait(5)
    finally:
        gc.enable()


def test_the_second_mirror_steps_in_whatever_goes_wrong(mirrors, tmp_path, monkeypatch):
    def fetch(url, fetch=download.fetch):
        return fetch(url) if "second" in url else 1 / 0

    monkeypatch.setattr(download, "fetch", fetch)
    assert_tiny(load_digits("mnist", tmp_path))


def test_what_was_downloaded_before_a_failure_is_kept(mirrors, tmp_path):
    mirrors.second = mirrors.missing
    mirrors.first = lambda handler, file: (
        mirrors.good(handler, file) if file.startswith("train") else mirrors.login(handler, file)
    )
    with pytest.raises(DownloadError, match=f"second/{TEST_IMAGES}.gz: HTTPError: 404"):
        load_digits("mnist", tmp_path)
    assert folder_content(tmp_path).keys() == {f"{TRAIN_IMAGES}.gz", f"{TRAIN_LABELS}.gz"}


def test_a_refused_connection_is_named(tmp_path):
    with pytest.raises(DownloadError, match=r"first/.*: ConnectionRefusedError: \[Errno"):
        load_digits("mnist", tmp_path)


def test_a_refused_connection_does_not_stop_the_second_mirror(mirrors, tmp_path, monkeypatch):
    use_tiny_mnist(monkeypatch)
    refusing, serving = mnist.MIRRORS[0], f"{mirrors.url}/second/"
    monkeypatch.setattr(mnist, "MIRRORS", (refusing, serving))
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked == [f"/second/{name}.gz" for name in TINY]


def test_without_a_network_the_unknown_host_is_named(tmp_path, monkeypatch):
    def no_names(*args):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(
        DownloadError, match=r"first/.*: gaierror: .* Temporary failure in name res"
    ):
        load_digits("mnist", tmp_path)
    assert folder_content(tmp_path) == {}


@pytest.mark.parametrize("step", ["mkdir", "write_bytes", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_named_and_keeps_no_half(
    number, step, mirrors, tmp_path, monkeypatch
):
    write_tiny(tmp_path, train_labels_idx1_ubyte=None)
    before = folder_content(tmp_path)
    with monkeypatch.context() as patch:
        refuse_writing(patch, step, number)
        with pytest.raises(DownloadError) as e:
            load_digits("mnist", tmp_path)
    assert str(e.value) == (
        "MNIST is not on disk and was downloaded in vain: "
        f"{tmp_path}/mnist/{TRAIN_LABELS}.gz could not be written: {os.strerror(number)}. Make "
        "room there, or allow writing, or name another folder by DATA_DIR, or use DATASET=sample, "
        "which needs none."
    )
    assert folder_content(tmp_path) == before
    assert len(mirrors.asked) == 1  # another mirror would not help


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
