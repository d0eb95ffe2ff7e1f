"""MNIST and what else is known of it: right files are read, wrong ones named, missing ones had."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

import tiny_mnist as tiny
from ambiguous_digits import people, writers
from ambiguous_digits.data import DataError, DownloadError, load_digits, load_optional
from ambiguous_digits.data import mnist as real
from tiny_mnist import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, folder_content, sha256


@pytest.fixture
def mirrors(monkeypatch):
    with tiny.serving(monkeypatch) as mirrors:
        yield mirrors


def assert_tiny(digits):
    np.testing.assert_array_equal(digits.train_images, np.arange(18).reshape(3, 2, 3))
    np.testing.assert_array_equal(digits.test_images, np.arange(200, 212).reshape(2, 2, 3))
    assert (digits.train_labels.tolist(), digits.test_labels.tolist()) == ([5, 0, 4], [7, 2])
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
    assert (digits.name, "".join(digits.class_names)) == ("mnist", "0123456789")


@pytest.mark.parametrize("gz", [True, False])
def test_mnist_is_read_compressed_and_plain_which_comes_first(gz, mirrors, tmp_path):
    folder = tiny.write(tmp_path, gz=gz)
    if not gz:
        Path(folder, f"{TEST_LABELS}.gz").write_bytes(b"damaged")
    before = folder_content(tmp_path)
    assert_tiny(load_digits("mnist", tmp_path))
    assert (folder_content(tmp_path), mirrors.asked) == (before, [])


OTHER_SUM = "its SHA-256 is {}, not {}."
LEFT = "It was left as it is: delete it"
GOOD = tiny.SERVED[f"{TEST_LABELS}.gz"]
DAMAGE = [
    ("", tiny.OTHER, OTHER_SUM),
    (".gz", tiny.LOGIN_PAGE, OTHER_SUM),
    (".gz", GOOD[:-9], "it cannot be read (Compressed file ended before the end-of-stream"),
    (".gz", GOOD[:10] + b"\xff" * 30, "it cannot be read (Error -3 while decompressing data"),
    (".gz", GOOD[:-8] + bytes(8), "it cannot be read (CRC check failed"),
]


@pytest.mark.parametrize(("end", "content", "problem"), DAMAGE)
def test_a_damaged_file_is_named_and_left_alone(end, content, problem, mirrors, tmp_path):
    # With a file missing, too: what is there is looked at before anything is asked for.
    folder = tiny.write(tmp_path, without=[TEST_LABELS, TRAIN_IMAGES])
    path = Path(folder, TEST_LABELS + end)
    path.write_bytes(content)
    before = folder_content(tmp_path)
    problem = problem.format(sha256(content), sha256(tiny.MNIST[TEST_LABELS]))
    for dataset in ("mnist", "auto"):
        with pytest.raises(DataError) as e:
            load_digits(dataset, tmp_path)
        assert str(e.value).startswith(f"{path} is damaged, or something else: {problem}")
        assert LEFT in str(e.value)
        assert (folder_content(tmp_path), mirrors.asked) == (before, [])


def test_missing_files_are_downloaded_once_and_unpacked(mirrors, tmp_path):
    mirrors.says = lambda path: "good" if "train" in path else "missing"
    with pytest.raises(DownloadError, match=r"second/t10k-images-idx3-ubyte\.gz: HTTPError: 404"):
        load_digits("mnist", tmp_path / "data")
    assert folder_content(tmp_path).keys() == {TRAIN_IMAGES, TRAIN_LABELS}  # these are kept
    mirrors.says = lambda path: "good"
    for _ in range(2):
        assert_tiny(load_digits("mnist", tmp_path / "data"))
        assert folder_content(tmp_path) == tiny.MNIST
        again = [f"/first/{name}.gz" for name in tiny.MNIST][2:]
        assert mirrors.asked[-3:] == [f"/second/{TEST_IMAGES}.gz", *again]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("missing", "HTTPError: 404 Client Error: Not Found"),
        ("half", "IncompleteRead: IncompleteRead("),
        ("other", "ValueError: SHA256 hash of downloaded file"),
        ("login", "BadGzipFile: Not a gzipped file (b'<!')"),
        ("hanging", "TimeoutError: timed out"),
    ],
)
def test_the_second_mirror_helps_or_errors_say_why(failure, reason, mirrors, tmp_path, monkeypatch):
    monkeypatch.setattr(real, "TIMEOUTS", (0.2, 0.2))
    folder = tiny.write(tmp_path, gz=False, without=[TRAIN_IMAGES])
    before = folder_content(tmp_path)
    mirrors.says = lambda path: failure if path.startswith("/first") else "missing"
    with pytest.raises(DownloadError) as e:
        load_digits("mnist", tmp_path)
    first, second = str(e.value).split("; ")
    assert f"could not be downloaded ({mirrors.url}/first/{TRAIN_IMAGES}.gz: {reason}" in first
    assert second.startswith(f"{mirrors.url}/second/{TRAIN_IMAGES}.gz: HTTPError: 404")
    assert f"Place {TRAIN_IMAGES} by hand in {folder}, which needs " in second
    assert folder_content(tmp_path) == before
    mirrors.says = lambda path: failure if path.startswith("/first") else "good"
    assert_tiny(load_digits("mnist", tmp_path))
    assert mirrors.asked == [f"/{mirror}/{TRAIN_IMAGES}.gz" for mirror in ("first", "second")] * 2
    assert folder_content(tmp_path) == tiny.MNIST


@pytest.mark.parametrize("name", tiny.OPTIONAL)
def test_an_optional_file_is_missed_downloaded_once_or_refused(name, mirrors, tmp_path, capsys):
    content = tiny.OPTIONAL[name]
    mirrors.says = lambda path: "missing"
    assert load_optional(name, tmp_path) is None
    told = f"Without {name}, part of the report is left out .*/source/{name}: HTTPError: 404.*\n"
    assert re.fullmatch(told, capsys.readouterr().err)
    assert folder_content(tmp_path) == {}
    mirrors.says = lambda path: "good"
    for _ in range(2):
        assert load_optional(name, tmp_path) == content
        assert folder_content(tmp_path) == {name: content}
    Path(tmp_path, name).write_bytes(b"?")
    with pytest.raises(DataError, match=f"^{tmp_path / name} is damaged, .*{LEFT}"):
        load_optional(name, tmp_path)
    assert (folder_content(tmp_path), mirrors.asked) == ({name: b"?"}, [f"/source/{name}"] * 2)
    assert capsys.readouterr() == ("", "")


def test_all_sources_and_checksums_are_what_they_always_were():
    text = json.dumps([real.MIRRORS, real.MNIST_SHA256, real.OPTIONAL], sort_keys=True)
    expected = "385d26dd90b6461bee832365f5df0180c2c1e7d371d964aa52a3668c2e2e40e6"
    assert sha256(text.encode()) == expected


def test_in_data_dir_are_the_mnist_that_everyone_knows_and_its_votes_and_writers():
    folder = Path(os.environ.get("DATA_DIR", "none"))
    names = [*real.OPTIONAL, *(f"mnist/{name}" for name in real.MNIST_SHA256)]
    if not all(list(folder.glob(f"{name}*")) for name in names):
        pytest.skip("files are missing in the folder that the environment variable DATA_DIR names")
    files = {name: load_optional(name, folder) for name in real.OPTIONAL}
    digits = load_digits("mnist", folder)
    assert [*digits.train_labels[:5], *digits.test_labels[:5]] == [5, 0, 4, 1, 9, 7, 2, 1, 0, 4]
    table = people.read_votes(files["mnist_mturk.json"], digits.test_labels)
    assert (len(table), table["disputed"].sum(), table["rejected"].sum()) == (87, 37, 15)
    train = writers.read_writers(files["qmnist-train-labels.tsv.gz"], digits.train_labels)
    test = writers.read_writers(files["qmnist-test-labels.tsv.gz"], digits.test_labels)
    assert [train["student"].sum(), test["student"].sum()] == [29050, 5001]
    assert [train["writer"].nunique(), test["writer"].nunique()] == [539, 297]
    assert not set(train["writer"]) & set(test["writer"])
