"""Results: whole files or none, what is written is what is read, and the digest of the contract."""

import hashlib
import json
import re
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ambiguous_digits import results
from ambiguous_digits.results import Network

KEY = {"data": "abc", "epochs": 2, "folds": 2, "r": 0, "k": 0}


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


@pytest.mark.parametrize("exception", [OSError, KeyboardInterrupt])
def test_the_old_folder_survives_if_the_new_one_cannot_take_its_place(
    exception, tmp_path, monkeypatch
):
    old = tmp_path / "report"
    old.mkdir()
    (old / "kept.txt").write_text("old")
    rename, calls = Path.rename, []

    def fail_the_second_time(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise exception
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_the_second_time)
    with pytest.raises(exception), results.replacing_folder(old) as partial:
        (partial / "new.txt").write_text("new")
    assert calls[1] == old  # else this test has interrupted something else
    assert names(tmp_path) == ["kept.txt"]


# Arrays, JSON, tables, pictures


def test_arrays_strings_and_numbers_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "some.npz"
    results.write_arrays(path, numbers=np.arange(6, dtype=np.float32).reshape(2, 3), text="ä", n=7)
    found = results.read_arrays(path)
    assert found["numbers"].dtype == np.float32
    np.testing.assert_array_equal(found["numbers"], [[0, 1, 2], [3, 4, 5]])
    assert (str(found["text"]), int(found["n"])) == ("ä", 7)
    assert names(tmp_path) == ["some.npz"]


def test_objects_are_never_written(tmp_path):
    path = tmp_path / "some.npz"
    path.write_text("old")
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        results.write_arrays(path, bad=np.array([{}], dtype=object))
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
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        results.read_arrays(path)
    with pytest.raises(ValueError, match=r"r0k0\.npz is damaged"):
        results.read_network(tmp_path, 0, 0)
    assert not results.has_network(tmp_path, KEY)
    assert not sprung.exists()


def test_a_missing_file_is_named_with_the_notebook_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"explain\.npz is missing: run notebook 1-train"):
        results.read_arrays(tmp_path / "explain.npz")
    with pytest.raises(FileNotFoundError, match=r"numbers\.json is missing: run notebook 2-rank"):
        results.read_json(tmp_path / "numbers.json")


def test_json_holds_arrays_as_lists_and_letters_as_they_are(tmp_path):
    path = tmp_path / "numbers.json"
    content = {"a": np.array([[1, 2], [3, 4]]), "b": np.float64(0.5), "c": "é", "d": np.int64(3)}
    results.write_json(path, content)
    text = path.read_bytes().decode("utf-8")
    assert json.loads(text) == {"a": [[1, 2], [3, 4]], "b": 0.5, "c": "é", "d": 3}
    assert "é" in text
    assert text.endswith("}\n")
    assert results.read_json(path) == json.loads(text)


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
    results.write_network(tmp_path, network, KEY)
    found, key = results.read_network(tmp_path, 3, 1)
    assert key == KEY
    assert (found.repeat, found.fold, found.seconds) == (3, 1, 1.25)
    assert found.processor == "Some Processor @ 3 GHz"
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


def test_a_run_has_a_network_only_with_exactly_its_key(tmp_path):
    write(tmp_path, some_network())
    assert results.has_network(tmp_path, KEY)
    assert not results.has_network(tmp_path, KEY | {"epochs": 3})
    assert not results.has_network(tmp_path, KEY | {"more": 1})
    assert not results.has_network(tmp_path, {name: KEY[name] for name in ("r", "k")})
    assert not results.has_network(tmp_path, KEY | {"k": 1})


def damaged_files():
    """Name -> what damage makes of the bytes of a good file."""

    def compressed_by_an_unknown_method(good):
        # Bytes 10 and 11 of the first entry in the zip's directory, which starts with PK 1 2.
        place = good.index(b"PK\x01\x02") + 10
        return good[:place] + b"\x63\x00" + good[place + 2 :]

    def other_logits(good):
        place = good.index(some_network().test_logits.tobytes())
        return good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]

    return {
        "truncated": lambda good: good[: len(good) // 2],
        "without its last byte": lambda good: good[:-1],
        "empty": lambda good: b"",
        "text": lambda good: b"<!DOCTYPE html><title>Log in</title>",
        "one bit turned": other_logits,
        "unknown compression": compressed_by_an_unknown_method,
    }


@pytest.mark.parametrize("damage", damaged_files().values(), ids=damaged_files())
def test_a_damaged_file_counts_as_missing_and_is_named_when_it_is_needed(damage, tmp_path):
    write(tmp_path, some_network())
    path = tmp_path / "networks" / "r0k0.npz"
    path.write_bytes(damage(path.read_bytes()))
    assert not results.has_network(tmp_path, KEY)
    message = rf"{re.escape(str(path))} is damaged \(.*\): delete it, it will be made again"
    with pytest.raises(ValueError, match=message):
        results.read_network(tmp_path, 0, 0)
    with pytest.raises(ValueError, match=message):
        results.load_networks(tmp_path)


def test_a_file_that_lacks_an_array_is_damaged(tmp_path):
    results.write_arrays(tmp_path / "networks" / "r0k0.npz", key=json.dumps(KEY))
    assert not results.has_network(tmp_path, KEY)
    with pytest.raises(ValueError, match=r"r0k0\.npz is damaged \('held_out'\): delete it"):
        results.read_network(tmp_path, 0, 0)


def test_a_missing_network_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"r0k0\.npz is missing: run notebook 1-train"):
        results.read_network(tmp_path, 0, 0)


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
    for name in (".r1k0.4711.npz", "r7k0 copy.npz"):
        (tmp_path / "networks" / name).write_bytes(b"half a fi")
    assert [network.fold for network in results.load_networks(tmp_path)] == [0, 1]


def test_a_missing_network_is_named_with_the_notebook_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"r0k0\.npz is missing: run notebook 1-train"):
        results.load_networks(tmp_path)
    write(tmp_path, some_network(0, 0), some_network(0, 1), some_network(1, 0))
    with pytest.raises(FileNotFoundError, match=r"r1k1\.npz is missing: run notebook 1-train"):
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
    with pytest.raises(ValueError, match=r"r0k1\.npz was made with another configuration"):
        results.load_networks(tmp_path)


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
