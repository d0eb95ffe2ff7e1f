"""MNIST and what else is known of it: right files are read, wrong ones named, missing ones had."""

import gzip
import json
import os
import socket
from pathlib import Path

import numpy as np
import pytest

import tiny_mnist as tiny
from ambiguous_digits.data import DataError, DownloadError, download, load_digits, load_optional
from ambiguous_digits.data import mnist as real
from tiny_mnist import TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, folder_content, sha256

# As they are before a test replaces them.
CONSTANTS = real.MIRRORS, real.MNIST_SHA256, real.OPTIONAL


@pytest.fixture
def mirrors(monkeypatch):
    with tiny.serving(monkeypatch) as mirrors:
        yield mirrors


def assert_tiny(digits):
    np.testing.assert_array_equal(digits.train_images, np.arange(18).reshape(3, 2, 3))
    np.testing.assert_array_equal(digits.train_labels, [5, 0, 4])
    np.testing.assert_array_equal(digits.test_images, np.arange(200, 212).reshape(2, 2, 3))
    np.testing.assert_array_equal(digits.test_labels, [7, 2])
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
    assert (digits.name, "".join(digits.class_names)) == ("mnist", "0123456789")


# On disk


@pytest.mark.parametrize("gz", [True, False])
def test_mnist_is_read_compressed_and_plain_which_comes_first(gz, mirrors, tmp_path):
    folder = tiny.write(tmp_path, gz=gz)
    if not gz:
        Path(folder, f"{TEST_LABELS}.gz").write_bytes(b"damaged")
    before = folder_content(tmp_path)
    assert_tiny(load_digits("mnist", tmp_path))
    assert (folder_content(tmp_path), mirrors.asked) == (before, [])


OTHER_SUM = "its SHA-256 is {}, not {}."
REMEDY = ". It was left as it is: delete it to have it downloaded, or replace it"
GOOD = tiny.SERVED[f"{TEST_LABELS}.gz"]


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
@pytest.mark.parametrize(
    ("end", "content", "problem"),
    [
        ("", tiny.OTHER, OTHER_SUM),
        (".gz", gzip.compress(tiny.OTHER, mtime=0), OTHER_SUM),
        (".gz", tiny.LOGIN_PAGE, OTHER_SUM),
        (".gz", b"", OTHER_SUM),
        (".gz", GOOD[:-9], "it cannot be read (Compressed file ended before the end-of-stream"),
        (".gz", GOOD[:10] + b"\xff" * 30, "it cannot be read (Error -3 while decompressing data"),
        (".gz", GOOD[:-8] + bytes(8), "it cannot be read (CRC check failed"),
    ],
)
def test_a_damaged_file_is_named_and_left_alone(dataset, end, content, problem, mirrors, tmp_path):
    # With a file missing, too: what is there is looked at before anything is asked for.
    folder = tiny.write(tmp_path, without=[TEST_LABELS, TRAIN_IMAGES])
    path = Path(folder, TEST_LABELS + end)
    path.write_bytes(content)
    before = folder_content(tmp_path)
    with pytest.raises(DataError) as e:
        load_digits(dataset, tmp_path)
    assert not isinstance(e.value, DownloadError)
    unpacked = tiny.OTHER if content.startswith(b"\x1f\x8b") else content
    problem = problem.format(sha256(unpacked), sha256(tiny.MNIST[TEST_LABELS]))
    assert str(e.value).startswith(f"{path} is damaged, or something else: {problem}")
    assert str(e.value).endswith(REMEDY)
    assert (folder_content(tmp_path), mirrors.asked) == (before, [])


# From mirrors


def test_missing_files_are_downloaded_once_and_unpacked(mirrors, tmp_path):
    for _ in range(2):
        assert_tiny(load_digits("mnist", tmp_path / "data"))
        assert folder_content(tmp_path / "data/mnist") == tiny.MNIST
        assert mirrors.asked == [f"/first/{name}.gz" for name in tiny.MNIST]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("missing", "HTTPError: 404 Client Error: Not Found"),
        ("broken", "HTTPError: 500 Server Error: Internal Server Error"),
        ("half", "IncompleteRead: IncompleteRead("),
        ("cut", "EOFError: Compressed file ended before"),
        ("other", f"got {sha256(tiny.OTHER)}"),
        ("login", "BadGzipFile: Not a gzipped file (b'<!')"),
        ("hanging", "TimeoutError: timed out"),
    ],
)
def test_the_second_mirror_steps_in_or_the_error_says_why_and_what_to_do(
    failure, reason, mirrors, tmp_path, monkeypatch
):
    monkeypatch.setattr(download, "TIMEOUTS", (0.2, 0.2))
    folder = tiny.write(tmp_path, gz=False, without=[TRAIN_IMAGES])
    before = folder_content(tmp_path)
    mirrors.says = lambda path: failure if path.startswith("/first") else "missing"
    with pytest.raises(DownloadError) as e:
        load_digits("mnist", tmp_path)
    one, two = (f"{mirrors.url}/{mirror}/{TRAIN_IMAGES}.gz" for mirror in ("first", "second"))
    first, second = str(e.value).split("; ")
    assert first.startswith(f"MNIST is not on disk and could not be downloaded ({one}: ")
    assert reason in first
    assert second == (
        f"{two}: HTTPError: 404 Client Error: Not Found for url: {two}). Place {TRAIN_IMAGES} by "
        f"hand in {folder}, which needs {', '.join(tiny.MNIST)} (each plain or .gz), or use "
        "DATASET=sample, which needs no network"
    )
    assert folder_content(tmp_path) == before
    mirrors.says = lambda path: failure if path.startswith("/first") else "good"
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked == [f"/{mirror}/{TRAIN_IMAGES}.gz" for mirror in ("first", "second")] * 2
    assert folder_content(tmp_path) == tiny.MNIST


def test_what_was_downloaded_before_a_failure_is_kept(mirrors, tmp_path):
    mirrors.says = lambda path: "good" if "train" in path else "missing"
    with pytest.raises(DownloadError, match=r"second/t10k-images-idx3-ubyte\.gz: HTTPError: 404"):
        load_digits("mnist", tmp_path)
    assert folder_content(tmp_path).keys() == {TRAIN_IMAGES, TRAIN_LABELS}


def test_a_refused_connection_is_named_and_stops_no_second_mirror(mirrors, tmp_path, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    monkeypatch.setattr(real, "MIRRORS", (refusing,))
    with pytest.raises(DownloadError, match=rf"{refusing}.*: ConnectionRefusedError: \[Errno"):
        load_digits("mnist", tmp_path)
    monkeypatch.setattr(real, "MIRRORS", (refusing, f"{mirrors.url}/second/"))
    assert_tiny(load_digits("mnist", tmp_path))


@pytest.mark.parametrize("name", tiny.OPTIONAL)
def test_an_optional_file_is_downloaded_once_as_it_is_and_refused_if_damaged(
    name, mirrors, tmp_path, capsys
):
    content = tiny.OPTIONAL[name]
    for _ in range(2):
        assert load_optional(name, tmp_path) == content
        assert folder_content(tmp_path) == {name: content}
    Path(tmp_path, name).write_bytes(b"?")
    text = f"{tmp_path / name} is damaged, .* is {sha256(b'?')}, not {sha256(content)}{REMEDY}"
    with pytest.raises(DataError, match=f"^{text}$"):
        load_optional(name, tmp_path)
    assert (folder_content(tmp_path), mirrors.asked) == ({name: b"?"}, [f"/source/{name}"])
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("failure", "reason"),
    [("missing", "HTTPError: 404 Client Error: "), ("login", f"got {sha256(tiny.LOGIN_PAGE)}")],
)
def test_what_cannot_be_had_is_told_in_one_line(failure, reason, mirrors, tmp_path, capsys):
    mirrors.says = lambda path: failure
    name = next(iter(tiny.OPTIONAL))
    assert load_optional(name, tmp_path) is None
    out, err = capsys.readouterr()
    start = f"Without {name}, part of the report is left out ({mirrors.url}/source/{name}: "
    assert err.startswith(start)
    assert reason in err
    assert err.endswith(f"). To have it, place it by hand in {tmp_path}\n")
    assert (out, err.count("\n"), folder_content(tmp_path)) == ("", 1, {})


# The real things


def test_sources_are_fixed_commits_and_all_checksums_what_they_always_were():
    for source, _ in CONSTANTS[2].values():
        host, _, _, commit, *_ = source.removeprefix("https://").split("/")
        assert (host, len(bytes.fromhex(commit))) == ("raw.githubusercontent.com", 20)
    expected = "385d26dd90b6461bee832365f5df0180c2c1e7d371d964aa52a3668c2e2e40e6"
    assert sha256(json.dumps(CONSTANTS, sort_keys=True).encode()) == expected


def test_the_files_in_data_dir_are_the_mnist_that_everyone_knows():
    folder = Path(os.environ.get("DATA_DIR", "none"))
    names = [*real.OPTIONAL, *(f"mnist/{name}" for name in real.MNIST_SHA256)]
    if not all(
        Path(folder, name).exists() or Path(folder, f"{name}.gz").exists() for name in names
    ):
        pytest.skip("files are missing in the folder that the environment variable DATA_DIR names")
    digits = load_digits("mnist", folder)
    assert digits.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.train_images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert digits.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(digits.test_labels).tolist() == counts
    assert [len(load_optional(name, folder)) for name in real.OPTIONAL] == [29472, 429570, 478170]
