"""Results: whole files or none, read as they were written, damage named; and the digest."""

import hashlib
import io
import json
import os
import re
import shutil
import struct
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from ambiguous_digits import results
from ambiguous_digits.results import REMEDY
from making import some_network

KEY = {"data": "abc", "epochs": 2, "folds": 2, "r": 0, "k": 0}


def write(run, *places, **key):
    for repeat, fold in places:
        its_key = KEY | {"r": repeat, "k": fold} | key
        results.write_network(run, some_network(repeat, fold), its_key)


def content(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def fill(folder, **files):
    """Write texts by name; two underscores are a slash."""
    for name, text in files.items():
        results.write_text(folder / name.replace("__", "/"), text)
    return folder


def test_a_file_is_replaced_only_when_its_successor_is_whole_and_kept_by_a_failure(tmp_path):
    def fail(partial):
        partial.write_text("ne")
        raise KeyboardInterrupt

    path = tmp_path / "deep/file.txt"
    for text in ("old", "new"):
        before = content(tmp_path)
        with results.replacing(path) as partial:
            partial.write_text(text)
            assert content(tmp_path) == before | {f"deep/{partial.name}": text}
            assert partial.suffix == ".txt"  # by it some writers choose the format
        assert content(tmp_path) == {"deep/file.txt": text}
    with pytest.raises(KeyboardInterrupt), results.replacing(path) as partial:
        fail(partial)
    assert content(tmp_path) == {"deep/file.txt": "new"}


def test_files_are_the_same_if_the_other_folder_has_them_all(tmp_path):
    source = fill(tmp_path / "source", a="new", digits__b="b", c="only here")
    target = fill(tmp_path / "target", a="new", digits__b="b", kept="kept")
    assert not results.same_files(source, target)
    (source / "c").unlink()
    assert results.same_files(source, target)
    assert not results.same_files(tmp_path / "nowhere", target)
    fill(target, digits__b="c")
    for folder in (source, target):
        os.utime(folder / "digits/b", (0, 0))
    assert not results.same_files(source, target)


def test_json_holds_arrays_as_lists_and_letters_as_they_are_but_no_nan(tmp_path):
    path = tmp_path / "numbers.json"
    results.write_json(path, {"a": np.array([[1, 2]]), "b": [np.int64(3), np.float32(0.5), "é"]})
    text = path.read_bytes().decode()
    assert json.loads(text) == {"a": [[1, 2]], "b": [3, 0.5, "é"]}
    assert text.endswith('"é"\n ]\n}\n')
    with pytest.raises(ValueError, match="Out of range float values"):
        results.write_json(path, {"loss": np.array([1.0, np.nan])})
    assert content(tmp_path) == {"numbers.json": text}


def test_a_table_is_written_to_the_last_digit_without_its_index(tmp_path):
    columns = {"index": [7, 0], "p": [0.1 + 0.2, 1e-17], "k": pd.array([pd.NA, 3], dtype="Int64")}
    for name in ("table.csv", "table.parquet"):
        results.write_table(tmp_path / name, pd.DataFrame(columns, index=[5, 9]))
    text = b"index,p,k\n7,0.30000000000000004,\n0,1e-17,3\n"
    assert (tmp_path / "table.csv").read_bytes() == text
    found = pd.read_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(found, pd.DataFrame(columns))


def test_pictures_are_ink_on_paper_four_times_as_large_and_alone_in_their_folder(tmp_path):
    fill(tmp_path, old="of another ranking")
    image = np.array([[0, 255, 100], [7, 0, 0]], np.uint8)
    results.write_pictures(tmp_path, {"1.png": image, "2.png": image})
    assert {path.name for path in tmp_path.iterdir()} == {"1.png", "2.png"}
    expected = [[255] * 4 + [0] * 4 + [155] * 4] * 4 + [[248] * 4 + [255] * 8] * 4
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "2.png")), expected)
    results.write_figure(tmp_path / "1.png", Figure())
    assert "Software" not in Image.open(tmp_path / "1.png").info  # matplotlib's version


def test_arrays_strings_and_numbers_are_read_as_they_were_written(tmp_path, monkeypatch):
    path = tmp_path / "some.npz"
    results.write_arrays(path, KEY, numbers=np.array([[0.5], [2]], np.float32), text="ä", n=7)
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        results.write_arrays(path, KEY, bad=np.array([{}], dtype=object))
    found = results.read_arrays(path, KEY)
    assert found.keys() == {"key", "numbers", "text", "n"}
    assert (found["numbers"].dtype, found["numbers"].tolist()) == (np.float32, [[0.5], [2]])
    assert (str(found["text"]), int(found["n"])) == ("ä", 7)
    assert json.loads(str(found["key"])) == KEY | {"format": 1}
    monkeypatch.setattr(results, "FORMAT", 2)
    with pytest.raises(ValueError, match=r"configuration \(format is 1, not 2\)\. Run make"):
        results.read_arrays(path, KEY)


class Trap:  # unpickling it would end the tests
    def __reduce__(self):
        return sys.exit, ("unpickled",)


def save_again(good, **changes):
    """Change the content of an .npz as anybody could; None leaves an array out."""
    file = io.BytesIO()
    arrays = dict(np.load(io.BytesIO(good))) | changes
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return file.getvalue()


LOGITS = some_network().test_logits.tobytes()
DAMAGE = {
    "truncated": lambda good: good[: len(good) // 2],
    "one bit turned": lambda good: good.replace(LOGITS, bytes([LOGITS[0] ^ 1]) + LOGITS[1:]),
    "without its key": lambda good: save_again(good, key=None),
    "pickled": lambda good: save_again(good, key=np.array([Trap()])),
    "without a curve": lambda good: save_again(good, val_loss=None),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_counts_as_missing_and_is_named_when_it_is_needed(damage, tmp_path):
    write(tmp_path, (0, 0))
    path = tmp_path / "networks/r0k0.npz"
    assert results.unusable(tmp_path, KEY) == ""
    path.write_bytes(damage(path.read_bytes()))
    reason = rf"{re.escape(str(path))} is damaged \(.+\)"
    assert re.fullmatch(reason, results.unusable(tmp_path, KEY))
    with pytest.raises(ValueError, match=rf"^{reason}\. {REMEDY}$"):
        results.load_networks(tmp_path)


@pytest.mark.parametrize(("name", "has", "ask"), [("epochs", 2, 3), ("new", None, 1)])
def test_a_file_of_another_key_counts_as_missing_and_says_what_differs(name, has, ask, tmp_path):
    write(tmp_path, (0, 0))
    path = results.network_file(tmp_path, 0, 0)
    text = f"{path} was made with another configuration ({name} is {has}, not {ask})"
    assert results.unusable(tmp_path, KEY | {name: ask}) == text
    with pytest.raises(ValueError, match=f"^{re.escape(text)}. {REMEDY}$"):
        results.read_arrays(path, {name: ask})


def test_the_numbers_of_a_run_are_read_with_their_key(tmp_path):
    path, numbers = tmp_path / "numbers.json", {"key": {"data": "abc", "seed": 0}, "networks": 2}
    with pytest.raises(FileNotFoundError, match=rf"^{path} is missing\. {REMEDY}$"):
        results.read_numbers(tmp_path, {})
    results.write_json(path, numbers)
    assert results.read_numbers(tmp_path, {"data": "abc"}) == numbers
    with pytest.raises(ValueError, match=rf"^{path} was made .* \(seed is 0, not 1\)\. {REMEDY}$"):
        results.read_numbers(tmp_path, {"data": "abc", "seed": 1})
    for text in ("", "{}", '{"key": 5}'):
        path.write_text(text)
        with pytest.raises(ValueError, match=rf"^{path} is damaged \(.+\)\. {REMEDY}$"):
            results.read_numbers(tmp_path, {})


def places(run, repeats=None, expected=None):
    return [(n.repeat, n.fold) for n in results.load_networks(run, repeats, expected)]


def test_a_network_is_read_as_it_was_written(tmp_path):
    written = some_network(3, 1)
    results.write_network(tmp_path, written, KEY | {"r": 3, "k": 1})
    found = results.read_network(tmp_path, 3, 1, KEY | {"r": 3, "k": 1})
    assert (found.repeat, found.fold, found.seconds) == (3, 1, 1.25)
    assert (found.processor, found.precision) == ("Some Processor @ 3 GHz", "mixed_bfloat16")
    for array in ("held_out", "held_out_logits", "test_logits"):
        np.testing.assert_array_equal(getattr(found, array), getattr(written, array), strict=True)
    np.testing.assert_equal([found.curves, found.weights], [written.curves, written.weights])


def test_networks_are_loaded_by_repeat_and_fold_as_numbers(tmp_path):
    everyone = [(repeat, fold) for repeat in range(11) for fold in range(2)]
    write(tmp_path, *reversed(everyone))
    assert places(tmp_path) == places(str(tmp_path), 11) == everyone
    assert places(tmp_path, 2) == everyone[:4]
    first = results.network_file(tmp_path, 0, 0)
    for name, differs in [("r1k0", "r is 0, not 1"), ("r0k1", "k is 0, not 1")]:
        shutil.copyfile(first, first.with_name(f"{name}.npz"))
        with pytest.raises(ValueError, match=rf"{name}\.npz was made with .* \({differs}\)"):
            places(tmp_path, 2)


def test_without_a_number_all_complete_repeats_of_one_configuration_are_loaded(tmp_path):
    write(tmp_path, (0, 0), (0, 1), (1, 0), (1, 1), (2, 0))  # the last one was interrupted
    fill(tmp_path, **{"networks__.r2k1.4711.new.npz": "half"})
    assert places(tmp_path) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    with pytest.raises(FileNotFoundError, match=rf"r2k1\.npz is missing\. {REMEDY}$"):
        places(tmp_path, 3)
    write(tmp_path, (1, 1), data="old")
    assert places(tmp_path) == [(0, 0), (0, 1)]
    with pytest.raises(ValueError, match=r"r1k1\.npz was made .* \(data is 'old', not 'abc'\)"):
        places(tmp_path, 2)


def test_the_first_repeat_is_needed_and_must_be_what_is_expected(tmp_path):
    for fold in range(2):
        with pytest.raises(FileNotFoundError, match=rf"/networks/r0k{fold}\.npz is missing\. Run"):
            places(tmp_path)
        write(tmp_path, (0, fold))
    assert places(tmp_path, expected={"data": "abc", "epochs": 2}) == [(0, 0), (0, 1)]
    with pytest.raises(ValueError, match=r"r0k0\.npz was made .* \(data is 'abc', not 'xyz'\)"):
        places(tmp_path, expected={"data": "xyz", "epochs": 2})


def test_logits_are_in_the_order_of_the_digits_and_of_the_networks():
    networks = []
    for repeat, held_out in [(0, [0, 3, 4]), (0, [1, 2]), (1, [1, 3]), (1, [0, 2, 4])]:
        said = np.array([[repeat, i] for i in held_out], np.float32)  # of digit i
        told = {"held_out": np.array(held_out), "held_out_logits": said}
        networks.append(some_network(repeat, len(networks), **told))
    held_out, test = results.held_out_logits(networks), results.test_logits(networks)
    np.testing.assert_array_equal(held_out, [[[r, i] for i in range(5)] for r in range(2)])
    np.testing.assert_array_equal(test, [network.test_logits for network in networks])
    assert held_out.dtype == test.dtype == np.float32


def test_the_digest_is_sha256_of_all_logits_as_little_endian_float32():
    turned = np.asfortranarray(np.array([[1, 2], [3, 4]], np.float32))
    big, five, seven = (np.array([row], ">f4") for row in ([-1, 0.5], [5, 6], [7, 8]))
    one = some_network(test_logits=turned, held_out_logits=big)
    two = some_network(test_logits=five, held_out_logits=seven)
    expected = hashlib.sha256(struct.pack("<10f", 1, 2, 3, 4, -1, 0.5, 5, 6, 7, 8)).hexdigest()
    assert results.digest([one, two]) == expected
