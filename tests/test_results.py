"""Results: whole files or none, what is written is what is read, and the digest of the contract."""

import errno
import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits import results
from ambiguous_digits.results import Network, files, formats

KEY = {"data": "abc", "epochs": 2, "folds": 2, "r": 0, "k": 0}
TRAIN = "Run make report, or notebook 1-train, which makes it anew"
RANK = "Run make report, or notebook 2-rank, which ranks anew"


def some_network(repeat=0, fold=0, **changes):
    rng = np.random.default_rng([repeat, fold])
    fields = {
        "repeat": repeat,
        "fold": fold,
        "held_out": np.array([1, 4, 5]),
        "held_out_logits": rng.normal(size=(3, 2)).astype(np.float32),
        "test_logits": rng.normal(size=(4, 2)).astype(np.float32),
        "curves": {name: rng.random(2) for name in results.CURVES},
        "seconds": 1.25,
        "processor": "Some Processor @ 3 GHz",
        "precision": "mixed_bfloat16",
        "weights": [rng.normal(size=i + 1).astype(np.float32) for i in range(12)],
    }
    return Network(**(fields | changes))


def write(run, *networks):
    for network in networks:
        key = KEY | {"r": network.repeat, "k": network.fold}
        results.write_network(run, network, key)


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# Whole files or none


def test_a_file_is_replaced_only_when_its_successor_is_whole(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    with results.replacing(path) as partial:
        partial.write_text("new")
        assert not path.exists()
        assert partial.parent == path.parent  # renaming is atomic only within a folder
        assert partial.suffix == ".txt"  # by which some writers choose the format
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file.txt"]


def test_the_content_is_on_the_disk_before_its_name(tmp_path, monkeypatch):
    file, folder, settled = tmp_path / "file.txt", tmp_path / "folder", []
    monkeypatch.setattr(
        os, "fsync", lambda f: settled.append((os.fstat(f).st_ino, file.exists(), folder.exists()))
    )
    with results.replacing_folder(folder) as partial:
        (partial / "in it.txt").write_text("new")
    with results.replacing(file) as partial:
        partial.write_text("new")
    assert settled == [
        ((folder / "in it.txt").stat().st_ino, False, False),
        (file.stat().st_ino, False, True),
    ]


@pytest.mark.parametrize("exception", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file_and_no_temporary_one(exception, tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half():
        with results.replacing(path) as partial:
            partial.write_text("ne")
            raise exception

    with pytest.raises(exception):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_an_exception_before_anything_was_written_is_the_one_that_is_seen(tmp_path):
    with pytest.raises(ZeroDivisionError), results.replacing(tmp_path / "file.txt"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_folder_is_replaced_whole(tmp_path):
    old = tmp_path / "report"
    old.mkdir()
    (old / "gone.txt").write_text("old")
    with results.replacing_folder(old) as partial:
        (partial / "new.txt").write_text("new")
        assert names(old) == ["gone.txt"]
    assert names(tmp_path) == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("exception", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_folder_and_no_temporary_one(exception, tmp_path):
    old = tmp_path / "report"
    old.mkdir()
    (old / "kept.txt").write_text("old")

    def write_half():
        with results.replacing_folder(old) as partial:
            (partial / "new.txt").write_text("ne")
            raise exception

    with pytest.raises(exception):
        write_half()
    assert names(tmp_path) == ["kept.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.fixture
def old(tmp_path) -> Path:
    """A folder with one file to replace, one that is gone in the new one, and one below."""
    old = tmp_path / "report"
    for name in ("same.txt", "gone.txt", "below/gone.txt"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text("old")
    return old


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


NEW = {"same.txt": "new", "below/new.txt": "new"}


def replace_folder(folder, new=NEW):
    with results.replacing_folder(folder) as partial:
        for name, text in new.items():
            (partial / name).parent.mkdir(exist_ok=True)
            (partial / name).write_text(text)


def test_two_folders_change_places_in_one_step(old, tmp_path, monkeypatch):
    exchange, remove, seen = files._exchange, shutil.rmtree, []

    def look(step):
        def looking(*paths, **options):
            before = content(old)
            step(*paths, **options)
            seen.append((before, content(old)))

        return looking

    monkeypatch.setattr(files, "_exchange", look(exchange))
    monkeypatch.setattr(shutil, "rmtree", look(remove))
    before = content(old)
    replace_folder(old)
    assert seen == [(before, NEW), (NEW, NEW)]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_no_folder_is_renamed_away_to_make_room(old, monkeypatch):
    monkeypatch.setattr(Path, "rename", None)
    monkeypatch.setattr(os, "rename", None)
    replace_folder(old)
    assert content(old) == NEW


@pytest.mark.parametrize(
    "error", [OSError(errno.EXDEV, "Invalid cross-device link"), AttributeError]
)
def test_where_folders_cannot_change_places_the_files_are_replaced_one_by_one(
    error, old, tmp_path, monkeypatch
):
    def refuse(*_):
        raise error

    monkeypatch.setattr(files, "_exchange", refuse)
    replace_folder(old)
    assert content(old) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_behind_a_link_is_replaced_where_it_lies(old, tmp_path):
    link = tmp_path / "elsewhere" / "link"
    link.parent.mkdir()
    link.symlink_to(old)
    replace_folder(link)
    assert link.is_symlink()
    assert content(old) == NEW


# What dead processes left


@pytest.fixture
def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_dead_process_left_is_removed_at_the_next_writing_and_nothing_else(tmp_path, dead):
    others = [
        f".file.{os.getppid()}.new.txt",  # its process lives
        f".other.{dead}.new.txt",  # of another file
        f".file.{dead}.new.csv",
        ".file.none.new.txt",
        f"file.{dead}.new.txt",
    ]
    for name in (*others, f".file.{dead}.new.txt"):
        (tmp_path / name).write_text("half")
    with results.replacing(tmp_path / "file.txt") as partial:
        partial.write_text("new")
    assert names(tmp_path) == sorted(["file.txt", *others])


def test_a_folder_that_a_dead_process_left_is_removed_too(tmp_path, old, dead):
    (tmp_path / f".report.{dead}.new" / "below").mkdir(parents=True)
    replace_folder(old)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_nor_does_it_hinder_if_the_dead_process_had_our_number(tmp_path, old):
    # In a container the numbers are the same each time.
    (tmp_path / f".report.{os.getpid()}.new" / "below").mkdir(parents=True)
    replace_folder(old)
    assert content(old) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


# Arrays, JSON, tables, pictures


def test_arrays_strings_and_numbers_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "some.npz"
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    results.write_arrays(path, KEY, numbers=numbers, text="ä", n=7)
    found = results.read_arrays(path, KEY)
    assert found["numbers"].dtype == np.float32
    np.testing.assert_array_equal(found["numbers"], [[0, 1, 2], [3, 4, 5]])
    assert (str(found["text"]), int(found["n"])) == ("ä", 7)
    assert json.loads(str(found["key"])) == KEY | {"format": results.FORMAT}
    assert names(tmp_path) == ["some.npz"]


def test_objects_are_never_written(tmp_path):
    path = tmp_path / "some.npz"
    path.write_text("old")
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        results.write_arrays(path, KEY, bad=np.array([{}], dtype=object))
    assert path.read_text() == "old"
    assert names(tmp_path) == ["some.npz"]


class Trap:
    """Unpickling this would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_reading_never_unpickles(tmp_path):
    sprung, path = tmp_path / "sprung", tmp_path / "networks" / "r0k0.npz"
    path.parent.mkdir()
    np.savez(path, key=np.array([Trap(sprung)], dtype=object), allow_pickle=True)
    for read in (
        lambda: results.read_arrays(path, {}),
        lambda: results.read_network(tmp_path, 0, 0, {}),
    ):
        message = r"r0k0\.npz is damaged \(Object arrays cannot be loaded"
        with pytest.raises(ValueError, match=message):
            read()
    assert "r0k0.npz is damaged" in results.unusable(tmp_path, KEY)
    assert not sprung.exists()


def test_a_missing_file_is_named_with_what_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=rf"explain\.npz is missing\. {TRAIN}$"):
        results.read_arrays(tmp_path / "explain.npz", {})


@pytest.fixture
def explain(tmp_path) -> Path:
    path = tmp_path / "explain.npz"
    results.write_arrays(path, {"data": "abc", "network": "f00d"}, probs=np.array([0.25, 0.75]))
    return path


def save_again(path, *, key=None, without=(), **changes):
    """Change a file as somebody would who knows NumPy but not the checksum."""
    with np.load(path) as file:
        arrays = {name: array for name, array in file.items() if name not in without}
    if key is not None:
        arrays["key"] = np.array(json.dumps(json.loads(str(arrays["key"])) | key))
    np.savez(path, **(arrays | changes))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"probs": np.array([0.75, 0.25])}, "was changed since it was written"),
        ({"probs": np.array([0.25, 0.75], np.float32)}, "was changed since it was written"),
        ({"probs": np.array([[0.25, 0.75]])}, "was changed since it was written"),
        ({"more": np.zeros(1)}, "was changed since it was written"),
        ({"without": ["probs"]}, "was changed since it was written"),
        ({"key": {"data": "xyz"}}, "was changed since it was written"),
        ({"without": ["key"]}, r"is damaged \('key"),
        ({"without": ["sha256"]}, r"is damaged \('sha256'\)"),
        ({"sha256": np.array("0" * 64)}, "was changed since it was written"),
    ],
)
def test_arrays_that_somebody_changed_are_not_believed(change, message, explain):
    save_again(explain, **change)
    with pytest.raises(ValueError, match=rf"^{re.escape(str(explain))} {message}.*\. {TRAIN}$"):
        results.read_arrays(explain, {})


@pytest.mark.parametrize("key", ["5", '"text"', "null", "[1]", "{", "", "[" * 100_000])
def test_a_key_that_is_no_object_is_damage(key, explain):
    arrays = {"key": np.array(key)}
    np.savez(explain, **arrays, sha256=formats._sha256(arrays))
    with pytest.raises(ValueError, match=rf"explain\.npz is damaged \(.*\)\. {TRAIN}"):
        results.read_arrays(explain, {})


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"network": "beef"}, "with another configuration (network is 'f00d', not 'beef')"),
        ({"data": "abc", "seed": 0}, "with another configuration (seed is None, not 0)"),
    ],
)
def test_arrays_of_another_key_are_named_with_what_differs(expected, message, explain):
    with pytest.raises(ValueError, match=re.escape(f"{explain} was made {message}. {TRAIN}")):
        results.read_arrays(explain, expected)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (results.FORMAT + 1, "by a newer version of this project"),
        (results.FORMAT + 9, "by a newer version of this project"),
        (results.FORMAT - 1, "with another configuration"),
        (None, "with another configuration"),
    ],
)
def test_arrays_of_another_format_are_told_from_those_of_this_one(made, told, explain, monkeypatch):
    now = results.FORMAT
    monkeypatch.setattr(formats, "FORMAT", made)
    results.write_arrays(explain, {}, probs=np.zeros(2))
    monkeypatch.setattr(formats, "FORMAT", now)
    with pytest.raises(ValueError, match=rf"npz was made {told} \(format is {made}, not {now}\)"):
        results.read_arrays(explain, {})


def test_json_holds_arrays_as_lists_and_letters_as_they_are(tmp_path):
    path = tmp_path / "numbers.json"
    content = {"a": np.array([[1, 2], [3, 4]]), "b": np.float64(0.5), "c": "é", "d": np.int64(3)}
    results.write_json(path, content)
    text = path.read_bytes().decode("utf-8")
    assert json.loads(text) == {"a": [[1, 2], [3, 4]], "b": 0.5, "c": "é", "d": 3}
    assert "é" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("keep", [True, False])
def test_json_that_says_the_same_is_left_alone_only_if_that_is_asked_for(keep, tmp_path):
    path = tmp_path / "inputs.json"
    results.write_json(path, {"a": 1})
    os.utime(path, (1, 1))
    results.write_json(path, {"a": 1}, keep=keep)
    assert (path.stat().st_mtime == 1) == keep
    results.write_json(path, {"a": 2}, keep=keep)
    assert path.stat().st_mtime > 1
    assert json.loads(path.read_bytes()) == {"a": 2}


@pytest.mark.parametrize("value", [np.nan, float("inf"), np.array([1.0, np.nan])])
def test_json_refuses_nan_and_infinity_and_leaves_the_old_file(value, tmp_path):
    path = tmp_path / "numbers.json"
    path.write_text("old")
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        results.write_json(path, {"loss": value})
    assert path.read_text() == "old"
    assert names(tmp_path) == ["numbers.json"]


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "split": ["train", "test"],
            "index": [7, 0],
            "confidence": [0.1 + 0.2, 1e-17],
            "first_prediction": pd.array([pd.NA, 3], dtype="Int64"),
            "first_confidence": pd.array([pd.NA, 0.25], dtype="Float64"),
        },
        index=[5, 9],
    )


def test_a_table_is_written_as_csv_to_the_last_digit_without_its_index(tmp_path, table):
    results.write_table(tmp_path / "table.csv", table)
    assert (tmp_path / "table.csv").read_bytes() == (
        b"split,index,confidence,first_prediction,first_confidence\n"
        b"train,7,0.30000000000000004,,\n"
        b"test,0,1e-17,3,0.25\n"
    )
    assert names(tmp_path) == ["table.csv"]


def test_a_table_is_read_from_parquet_as_it_was_written(tmp_path, table):
    results.write_table(tmp_path / "table.parquet", table)
    found = pd.read_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(found, table.reset_index(drop=True))
    assert names(tmp_path) == ["table.parquet"]


def test_a_picture_is_black_ink_on_white_and_each_pixel_a_square(tmp_path):
    image = np.array([[0, 255, 100], [7, 0, 0]], np.uint8)
    results.write_pictures(tmp_path / "digits", {"old.png": image})
    results.write_pictures(tmp_path / "digits", {"test-00001.png": image}, scale=2)
    assert names(tmp_path) == ["test-00001.png"]  # the folder holds just these
    with Image.open(tmp_path / "digits" / "test-00001.png") as picture:
        assert (picture.mode, picture.size) == ("L", (6, 4))
        found = np.asarray(picture)
    expected = [[255, 255, 0, 0, 155, 155]] * 2 + [[248, 248, 255, 255, 255, 255]] * 2
    np.testing.assert_array_equal(found, expected)


# Networks


def test_a_network_is_read_as_it_was_written(tmp_path):
    network = some_network(repeat=3, fold=1)
    results.write_network(tmp_path, network, KEY | {"r": 3, "k": 1})
    found, key = results.read_network(tmp_path, 3, 1, {"epochs": 2})
    assert key == KEY | {"r": 3, "k": 1, "format": results.FORMAT}
    assert (found.repeat, found.fold, found.seconds) == (3, 1, 1.25)
    assert found.processor == "Some Processor @ 3 GHz"
    assert found.precision == "mixed_bfloat16"
    for name in ("held_out", "held_out_logits", "test_logits"):
        np.testing.assert_array_equal(getattr(found, name), getattr(network, name))
        assert getattr(found, name).dtype == getattr(network, name).dtype
    assert list(found.curves) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    for name, curve in network.curves.items():
        np.testing.assert_array_equal(found.curves[name], curve)
    assert [weight.shape for weight in found.weights] == [(i + 1,) for i in range(12)]
    for found_weight, weight in zip(found.weights, network.weights, strict=True):
        np.testing.assert_array_equal(found_weight, weight)
    assert names(tmp_path) == ["r3k1.npz"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"epochs": 3}, "epochs is 2, not 3"),
        ({"data": "xyz"}, "data is 'abc', not 'xyz'"),
        ({"more": 1}, "more is None, not 1"),
    ],
)
def test_a_network_is_used_again_only_with_the_key_that_is_asked_for(change, reason, tmp_path):
    write(tmp_path, some_network())
    path = tmp_path / "networks" / "r0k0.npz"
    assert results.unusable(tmp_path, KEY) == ""
    assert results.unusable(tmp_path, KEY | change) == (
        f"{path} was made with another configuration ({reason})"
    )


def test_a_network_under_the_name_of_another_is_not_used(tmp_path):
    write(tmp_path, some_network())
    folder = tmp_path / "networks"
    shutil.copyfile(folder / "r0k0.npz", folder / "r0k1.npz")
    assert results.unusable(tmp_path, KEY | {"k": 1}) == (
        f"{folder / 'r0k1.npz'} was made with another configuration (k is 0, not 1)"
    )
    with pytest.raises(ValueError, match=r"r0k1\.npz was made .* \(k is 0, not 1\)"):
        results.load_networks(tmp_path)


def damaged_files():
    """Name -> what damage makes of the bytes of a good file."""

    def compressed_by_an_unknown_method(good):
        # Bytes 10 and 11 of the first entry in the zip's directory, which starts with PK 1 2.
        place = good.index(b"PK\x01\x02") + 10
        return good[:place] + b"\x63\x00" + good[place + 2 :]

    def other_logits(good):
        place = good.index(some_network().test_logits.tobytes())
        return good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]

    def with_member(name, header):
        """A member as good as any to zip, and none to NumPy."""

        def damage(good):
            buffer = io.BytesIO(good)
            with zipfile.ZipFile(buffer, "a") as file:
                file.writestr(name, header)
            return buffer.getvalue()

        return damage

    def npy(header):
        return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header

    return {
        "truncated": lambda good: good[: len(good) // 2],
        "without its last byte": lambda good: good[:-1],
        "empty": lambda good: b"",
        "text": lambda good: b"<!DOCTYPE html><title>Log in</title>",
        "one bit turned": other_logits,
        "unknown compression": compressed_by_an_unknown_method,
        "with a text in it": with_member("note.txt", b"mine"),
        "with a header that never ends": with_member("more.npy", npy(b"{'shape': (")),
        "larger than memory": with_member(
            "more.npy", npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (%d,)}" % 10**15)
        ),
    }


@pytest.mark.parametrize("damage", damaged_files().values(), ids=damaged_files())
def test_a_damaged_file_is_not_used_and_is_named_when_it_is_needed(damage, tmp_path):
    write(tmp_path, some_network())
    path = tmp_path / "networks" / "r0k0.npz"
    path.write_bytes(damage(path.read_bytes()))
    reason = rf"^{re.escape(str(path))} is damaged \(.*\)"
    assert re.search(f"{reason}$", results.unusable(tmp_path, KEY))
    with pytest.raises(ValueError, match=rf"{reason}\. {TRAIN}$"):
        results.read_network(tmp_path, 0, 0, {})
    with pytest.raises(ValueError, match=rf"{reason}\. {TRAIN}$"):
        results.load_networks(tmp_path)


def test_a_network_whose_logits_somebody_changed_is_not_believed(tmp_path):
    write(tmp_path, some_network())
    path = tmp_path / "networks" / "r0k0.npz"
    save_again(path, test_logits=some_network(9, 9).test_logits)
    assert results.unusable(tmp_path, KEY) == f"{path} was changed since it was written"
    with pytest.raises(ValueError, match=rf"r0k0\.npz was changed since it was written\. {TRAIN}"):
        results.load_networks(tmp_path)


def test_a_file_that_lacks_a_part_is_damaged(tmp_path):
    path = tmp_path / "networks" / "r0k0.npz"
    results.write_arrays(path, KEY)
    with pytest.raises(ValueError, match=rf"r0k0\.npz is damaged \('held_out'\)\. {TRAIN}"):
        results.read_network(tmp_path, 0, 0, {})
    results.write_network(tmp_path, some_network(), {"r": 0, "k": 0})
    with pytest.raises(ValueError, match=rf"r0k0\.npz is damaged \('folds'\)\. {TRAIN}"):
        results.read_network(tmp_path, 0, 0, {})


def test_networks_are_loaded_in_the_order_of_repeat_and_fold_as_numbers(tmp_path):
    everyone = [(repeat, fold) for repeat in range(11) for fold in range(2)]
    write(tmp_path, *(some_network(*place) for place in reversed(everyone)))
    found = results.load_networks(tmp_path)
    assert [(network.repeat, network.fold) for network in found] == everyone
    np.testing.assert_array_equal(found[21].test_logits, some_network(10, 1).test_logits)
    assert len(results.load_networks(str(tmp_path))) == 22


def test_only_the_repeats_asked_for_are_loaded(tmp_path):
    write(tmp_path, *(some_network(repeat, fold) for repeat in range(3) for fold in range(2)))
    found = results.load_networks(tmp_path, 2)
    assert [(network.repeat, network.fold) for network in found] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_what_a_killed_run_left_behind_is_not_taken_for_a_network(tmp_path):
    write(tmp_path, some_network(0, 0), some_network(0, 1))
    for name in (".r1k0.4711.new.npz", "r7k0 copy.npz"):
        (tmp_path / "networks" / name).write_bytes(b"half a fi")
    assert [network.fold for network in results.load_networks(tmp_path)] == [0, 1]


def test_a_missing_network_is_named_with_what_makes_it(tmp_path):
    assert results.unusable(tmp_path, KEY) == f"{tmp_path / 'networks/r0k0.npz'} is missing"
    with pytest.raises(FileNotFoundError, match=rf"r0k0\.npz is missing\. {TRAIN}"):
        results.load_networks(tmp_path)
    write(tmp_path, some_network(0, 0), some_network(0, 1), some_network(1, 0))
    with pytest.raises(FileNotFoundError, match=rf"r1k1\.npz is missing\. {TRAIN}"):
        results.load_networks(tmp_path, 2)


def test_without_a_number_all_complete_repeats_of_one_configuration_are_loaded(tmp_path):
    write(tmp_path, *(some_network(repeat, fold) for repeat in range(2) for fold in range(2)))
    write(tmp_path, some_network(2, 0))  # interrupted
    assert len(results.load_networks(tmp_path)) == 4
    results.write_network(tmp_path, some_network(1, 1), KEY | {"r": 1, "k": 1, "data": "old"})
    assert len(results.load_networks(tmp_path)) == 2


def test_a_network_of_another_configuration_is_named_not_mixed_in(tmp_path):
    write(tmp_path, some_network(0, 0))
    results.write_network(tmp_path, some_network(0, 1), KEY | {"k": 1, "epochs": 9})
    message = r"r0k1\.npz was made with another configuration \(epochs is 9, not 2\)"
    with pytest.raises(ValueError, match=message):
        results.load_networks(tmp_path)


def test_networks_of_another_run_than_expected_are_named(tmp_path):
    write(tmp_path, some_network(0, 0), some_network(0, 1))
    assert len(results.load_networks(tmp_path, expected={"data": "abc", "epochs": 2})) == 2
    message = r"r0k0\.npz was made with another configuration \(data is 'abc', not 'xyz'\)"
    with pytest.raises(ValueError, match=message):
        results.load_networks(tmp_path, expected={"data": "xyz", "epochs": 2})


# What networks said


def two_repeats():
    """Two networks per repeat; what is said of training digit i in repeat r is (r, i)."""
    split = {(0, 0): [0, 3, 4], (0, 1): [1, 2], (1, 0): [1, 3], (1, 1): [0, 2, 4]}
    return [
        some_network(
            repeat,
            fold,
            held_out=np.array(held_out),
            held_out_logits=np.array([[repeat, i] for i in held_out], np.float32),
        )
        for (repeat, fold), held_out in split.items()
    ]


def test_held_out_logits_are_in_the_order_of_the_training_digits_in_each_repeat():
    found = results.held_out_logits(two_repeats())
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[[r, i] for i in range(5)] for r in range(2)])


def test_test_logits_are_stacked_in_the_order_of_the_networks():
    networks = two_repeats()
    found = results.test_logits(networks)
    assert (found.shape, found.dtype) == ((4, 4, 2), np.float32)
    np.testing.assert_array_equal(found[2], networks[2].test_logits)


def test_the_digest_is_sha256_of_each_networks_test_and_held_out_logits_in_little_endian():
    networks = [
        some_network(
            test_logits=np.asfortranarray(np.array([[1, 2], [3, 4]], np.float32)),
            held_out_logits=np.array([[-1, 0.5]], ">f4"),
        ),
        some_network(
            test_logits=np.array([[5, 6], [7, 8]], np.float32),
            held_out_logits=np.array([[9, 10], [11, 12]], np.float32),
        ),
    ]
    numbers = [1, 2, 3, 4, -1, 0.5, 5, 6, 7, 8, 9, 10, 11, 12]
    expected = hashlib.sha256(struct.pack("<14f", *numbers)).hexdigest()
    assert results.digest(networks) == expected


def test_the_digest_survives_the_file(tmp_path):
    networks = two_repeats()
    content = b"".join(n.test_logits.tobytes() + n.held_out_logits.tobytes() for n in networks)
    write(tmp_path, *reversed(networks))
    loaded = results.load_networks(tmp_path)
    assert results.digest(loaded) == hashlib.sha256(content).hexdigest()


# The seal of the ranking

RUN_KEY = {"data": "abc", "epochs": 2, "repeats": 1}


SEALED = (
    "numbers.json",
    "ranking.parquet",
    "most_ambiguous.csv",
    "definition-1.png",
    "definition-2.png",
    "digits/test-00007.png",
    "explain.npz",
    "networks/r0k0.npz",
)


@pytest.fixture
def ranked(tmp_path) -> Path:
    """A run with a file of each kind, sealed."""
    write(tmp_path, some_network(0, 0), some_network(0, 1))
    results.write_arrays(tmp_path / "explain.npz", KEY, probs=np.zeros(2))
    for name in SEALED[1:6]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"the content of {name}")
    results.write_json(tmp_path / "numbers.json", {"networks": 2})
    results.seal_ranking(tmp_path, RUN_KEY)
    return tmp_path


def test_a_ranking_is_read_while_all_that_it_was_made_from_and_all_of_it_is_the_same(ranked):
    for name in ("training.log", "1-train.ipynb", "report/index.html", "weights/r0k0.keras"):
        (ranked / name).parent.mkdir(exist_ok=True)
        (ranked / name).write_text("no part of it")
    assert results.read_ranking(ranked, RUN_KEY) == {"networks": 2}
    assert results.read_ranking(ranked, {}) == {"networks": 2}


def append(path):
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize("change", [append, Path.unlink])
@pytest.mark.parametrize("name", SEALED)
def test_whatever_was_changed_or_removed_since_the_ranking_is_named(change, name, ranked):
    change(ranked / name)
    message = f"{ranked / name} was changed since the ranking was made. {RANK}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        results.read_ranking(ranked, RUN_KEY)


@pytest.mark.parametrize("name", ["digits/.DS_Store", "networks/r1k0.npz"])
def test_what_was_added_since_the_ranking_is_no_matter(name, ranked):
    before = results.read_ranking(ranked, RUN_KEY)
    (ranked / name).write_text("more")
    assert results.read_ranking(ranked, RUN_KEY) == before


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        ({"repeats": 2}, "repeats is 1, not 2"),
        ({"data": "xyz"}, "data is 'abc', not 'xyz'"),
        ({"seed": 0}, "seed is None, not 0"),
    ],
)
def test_a_ranking_of_another_configuration_is_named(expected, reason, ranked):
    message = rf"seal\.json was made with another configuration \({reason}\)\. {RANK}"
    with pytest.raises(ValueError, match=message):
        results.read_ranking(ranked, RUN_KEY | expected)


def test_a_ranking_of_a_newer_version_is_named(ranked):
    seal = ranked / "seal.json"
    results.write_json(seal, json.loads(seal.read_bytes()) | {"format": results.FORMAT + 1})
    with pytest.raises(ValueError, match=r"seal\.json was made by a newer version of this project"):
        results.read_ranking(ranked, RUN_KEY)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "5", "{}", '{"files": 5}', "\udcff"])
def test_a_damaged_seal_is_named(damaged, ranked):
    (ranked / "seal.json").write_text(damaged, errors="surrogateescape")
    with pytest.raises(ValueError, match=rf"seal\.json is damaged \(.*\)\. {RANK}"):
        results.read_ranking(ranked, RUN_KEY)


def test_a_missing_seal_is_named_with_what_makes_it(ranked):
    (ranked / "seal.json").unlink()
    with pytest.raises(FileNotFoundError, match=rf"seal\.json is missing\. {RANK}"):
        results.read_ranking(ranked, RUN_KEY)
