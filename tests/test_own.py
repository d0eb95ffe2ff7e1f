"""Your own digits: right files are read, wrong ones are refused by file and array."""

import errno
import io
import os
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, load_digits, own
from tiny_mnist import LOGIN_PAGE

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


@pytest.mark.parametrize(
    "names",
    [["ka", "kha", "ga"], ["<b>&amp;</b>", "\"'", "*_$"], ["क्‍ष", "é", "e"], ["a", "A", "a b"]],
)
def test_own_class_names_are_kept(names, tmp_path):
    path = write_npz(tmp_path, class_names=np.array(names))
    assert load_digits(path, "unused").class_names == tuple(names)


def test_the_folders_of_a_file_may_have_any_names(tmp_path):
    folder = Path(tmp_path, 'it\'s "my" folder; $HOME, <b>')
    folder.mkdir()
    assert load_digits(str(write_npz(folder)), "unused").name == "mine"


@pytest.mark.parametrize("pack", [np.savez, np.savez_compressed])
def test_arrays_in_the_order_of_fortran_are_read(pack, tmp_path):
    path = write_npz(tmp_path)
    with np.load(path) as file:
        pack(path, **{name: np.asfortranarray(array) for name, array in file.items()})
    np.testing.assert_array_equal(load_digits(path, "unused").train_images, RAMP)


X, Y = RAMP.astype(np.uint8), np.array([0, 1, 2, 1])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"y_test": None}, "needs y_test too, but has only x_train, y_train, x_test"),
        ({"x_train": X.reshape(4, 120)}, "x_train has shape (4, 120), but must have (N, H, W)"),
        ({"x_train": np.stack([X] * 3, -1)}, "x_train has shape (4, 10, 12, 3), but must"),
        ({"x_train": X[:, :9]}, "x_train has shape (4, 9, 12), but must have"),
        ({"x_train": X[..., :9]}, "x_train has shape (4, 10, 9), but must have"),
        ({"x_train": X[0, 0, 0]}, "x_train has shape (), but must have"),
        ({"x_train": X[:0], "y_train": Y[:0]}, "x_train has shape (0, 10, 12), but must have"),
        ({"x_test": X[:0], "y_test": Y[:0]}, "x_test has shape (0, 10, 12), but must have"),
        ({"x_train": X.astype(np.int64)}, "x_train is int64, but must be uint8, or float in 0"),
        ({"x_train": X + 1j}, "x_train is complex128, but must be uint8, or float in 0 to 1 or 0"),
        ({"x_train": X.astype(str)}, "x_train is <U3, but must be uint8, or float in 0 to 1 or 0"),
        ({"x_test": X > 9}, "x_test is bool, but must be uint8, or float in 0 to 1 or 0 to 255"),
        ({"x_train": X - 1.0}, "x_train goes from -1.0 to 254.0, but must stay in 0 to 1 or 0 to"),
        ({"x_train": X + 0.5}, "x_train goes from 0.5 to 255.5, but must stay in"),
        ({"x_train": np.where(X == 7, np.nan, X)}, "x_train goes from nan to nan, but"),
        ({"x_test": np.where(X == 7, np.inf, X)}, "x_test goes from 0.0 to inf, but"),
        ({"x_test": X[:2, :, :11]}, "x_test is uint8 (2, 10, 11), but x_train uint8 (4, 10, 12):"),
        ({"x_test": X[:2] / 255}, "x_test is float64 (2, 10, 12), but x_train uint8 (4, 10, 12)"),
        ({"y_train": Y[:3]}, "y_train is int64 (3,), but must hold whole numbers, (4,)"),
        ({"y_test": np.eye(3)[:2]}, "y_test is float64 (2, 3), but must hold whole numbers, (2,)"),
        ({"y_train": Y + 0.5}, "y_train has [0.5], but must hold whole numbers."),
        ({"y_test": Y[:2] * np.nan}, "y_test has [nan], but must hold whole numbers."),
        ({"y_train": Y + 0j}, "y_train is complex128 (4,), but must hold whole numbers, (4,)"),
        ({"y_test": Y[:2] > 0}, "y_test is bool (2,), but must hold whole numbers, (2,)"),
        ({"y_train": Y.astype(str)}, "y_train is <U21 (4,), but must hold whole numbers"),
        ({"y_train": Y + 1}, "y_train has 3 classes from 1 to 3, but must have at least 2, numb"),
        ({"y_train": Y * 2}, "y_train has 3 classes from 0 to 4, but must have at least 2"),
        ({"y_train": Y * 0}, "y_train has 1 classes from 0 to 0, but must have at least 2"),
        (
            {"y_train": Y + 2.0**1000},
            "y_train has 1 classes from 1.0715086071862673e+301 to 1.0715",
        ),
        (
            {"y_train": Y + (2**63 - 3)},
            "y_train has 3 classes from 9223372036854775805 to 92233720368",
        ),
        (
            {"y_train": np.where(Y, np.inf, 0)},
            "y_train has 2 classes from 0.0 to inf, but must have",
        ),
        ({"y_test": np.array([0, np.inf])}, "y_test goes from 0.0 to inf, but y_train from 0 to 2"),
        (
            {"y_test": np.array([0, 2**64 - 1], "u8")},
            "y_test goes from 0 to 18446744073709551615, but y_t",
        ),
        ({"y_test": Y[:2] + 2}, "y_test goes from 2 to 3, but y_train from 0 to 2"),
        ({"y_test": Y[:2] - 1}, "y_test goes from -1 to 0, but y_train from 0 to 2"),
        ({"class_names": np.array(["a", "b"])}, "class_names is <U1 (2,), but must be 3 strings"),
        ({"class_names": np.arange(3)}, "class_names is int64 (3,), but must be 3 strings"),
        ({"class_names": np.array(["a", 1, 2], object)}, "class_names holds Python objects"),
        ({"class_names": np.array(["a", "b", "a"])}, "class_names has ['a'] empty or twice, but"),
        (
            {"class_names": np.array(["a  b", "b", " a b"])},
            "class_names has ['a b'] empty or twice",
        ),
        (
            {"class_names": np.array(["\xe9", "b", "e\u0301"])},
            "class_names has ['é'] empty or twice",
        ),
        (
            {"class_names": np.array(["a", "b", ""])},
            "class_names has [''] empty or twice, but each ",
        ),
        (
            {"class_names": np.array(["a", "b", " "])},
            "class_names has [''] empty or twice, but each",
        ),
        (
            {"class_names": np.array(["a\nb", "b", "c"])},
            r"class_names has ['a\nb'], but must be free",
        ),
        (
            {"class_names": np.array(["a", "\x1b[2J", "c"])},
            r"class_names has ['\x1b[2J'], but must ",
        ),
        (
            {"class_names": np.array(["a", "b", "\u2028"])},
            r"class_names has ['\u2028'], but must be",
        ),
        (
            {"class_names": np.array(["a", "b", "\u2029"])},
            r"class_names has ['\u2029'], but must be",
        ),
        (
            {"class_names": np.array(["a", "b", "\ud800"])},
            r"class_names has ['\ud800'], but must be",
        ),
        ({"class_names": np.full(3, 2**32 - 1, "u4").view("U1")}, "invalid maximum character"),
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


# Files that mean harm


class Trace:
    """What leaves a folder behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def rewrite(path, *, method=zipfile.ZIP_STORED, sizes=None, **contents):
    """Write the archive anew, with other contents, and sizes in its directory that may be lies."""
    with zipfile.ZipFile(path) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()} | {
            f"{name}.npy": content for name, content in contents.items()
        }
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
        for name, size in (sizes or {}).items():
            archive.getinfo(f"{name}.npy").file_size = size


def npy(shape, content=b"", dtype="|u1"):
    """An array in NumPy's form that claims this shape."""
    file = io.BytesIO()
    head = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, head)
    return file.getvalue() + content


@pytest.fixture
def little_memory():
    """No test here may take memory for what a file only claims to hold."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("dtype", [object, [("a", object)]])
@pytest.mark.parametrize("name", ["x_train", "y_test", "class_names"])
def test_nothing_is_unpickled(name, dtype, tmp_path):
    trace = Path(tmp_path, "trace")
    path = write_npz(tmp_path, **{name: np.array([(Trace(str(trace)),)] * 4, dtype)})
    text = f"mine.npz: {name} holds Python objects, which are never unpickled: save numbers or str"
    with pytest.raises(DataError, match=text):
        load_digits(path, "unused")
    assert not trace.exists()
    with np.load(path, allow_pickle=True) as file:
        file[name]
    assert trace.exists()  # so there was something to unpickle


def test_a_pickle_in_place_of_an_archive_is_not_unpickled(tmp_path):
    trace, path = Path(tmp_path, "trace"), Path(tmp_path, "mine.npz")
    path.write_bytes(pickle.dumps(Trace(str(trace))))
    with pytest.raises(DataError, match=r"mine\.npz: not readable as arrays .* not a zip file"):
        load_digits(path, "unused")
    assert not trace.exists()


def test_the_second_version_of_a_header_is_read(tmp_path):
    path = write_npz(tmp_path)
    file = io.BytesIO()
    np.lib.format.write_array(file, X, version=(2, 0))
    rewrite(path, x_train=file.getvalue())
    np.testing.assert_array_equal(load_digits(path, "unused").train_images, RAMP)


def test_arrays_that_nobody_needs_are_not_read(tmp_path, little_memory):
    trace = Path(tmp_path, "trace")
    path = write_npz(tmp_path, notes=np.array([Trace(str(trace))], object), more=X)
    rewrite(path, sizes={"more": 2**40}, damaged=b"no array", lie=npy((10**12,)))
    assert load_digits(path, "unused").name == "mine"
    assert not trace.exists()


def write_bomb(folder, method=zipfile.ZIP_DEFLATED, **sizes):
    """Write a small file with 100 MB of zeros in x_train; `sizes` are lies of its directory."""
    path = write_npz(folder, x_train=None)
    with zipfile.ZipFile(path, "a", method) as archive:
        with archive.open("x_train.npy", "w") as file:
            file.write(npy((1_000_000, 10, 10)))
            for _ in range(100):
                file.write(bytes(1_000_000))
        for name, size in sizes.items():
            archive.getinfo(f"{name}.npy").file_size = size
    assert path.stat().st_size < 1_000_000
    return path


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch, little_memory):
    path = write_bomb(tmp_path)
    monkeypatch.setattr(own, "LARGEST", 50_000_000)
    with pytest.raises(DataError) as e:
        load_digits(path, "unused")
    assert str(e.value) == (
        f"{path}: x_train, y_train, x_test, y_test unpack to 100,000,800 bytes, but at most "
        "50,000,000 are read: store fewer or smaller images, or uint8."
    )


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (zipfile.ZIP_DEFLATED, "not readable as arrays of numbers and strings (Bad CRC-32 for"),
        (zipfile.ZIP_BZIP2, "packed in a way that NumPy never does: write it by np.savez or"),
    ],
)
def test_a_bomb_that_its_directory_hides_is_not_unpacked(method, text, tmp_path, little_memory):
    path = write_bomb(tmp_path, method, x_train=1000)
    with pytest.raises(DataError) as e:
        load_digits(path, "unused")
    assert str(e.value).startswith(f"{path}: {text}")


def test_two_gibibytes_are_the_limit_whatever_the_array(tmp_path, monkeypatch):
    path = write_npz(tmp_path, class_names=np.array(["a", "b", "c"]))
    rewrite(path, sizes={"class_names": 2**31})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args: pytest.fail("something is unpacked"))
    text = (
        r"class_names unpack to 2,147,48\d,\d{3} bytes, but at most 2,147,483,648 are read: store"
    )
    with pytest.raises(DataError, match=text):
        load_digits(path, "unused")


@pytest.mark.parametrize(
    ("shape", "dtype", "text"),
    [
        (
            (10**12,),
            "|u1",
            "uint8 (1000000000000,) by its header, which takes 1,000,000,000,000 by",
        ),
        ((10**10, 10, 10), "<f8", "float64 (10000000000, 10, 10) by its header, which takes 8,000"),
        ((10**30, 10, 10), "|u1", "uint8 (1000000000000000000000000000000, 10, 10) by its header,"),
        ((3, 10, 12), "|u1", "uint8 (3, 10, 12) by its header, which takes 360 bytes, but 480 are"),
        ((-4, 10, 12), "|u1", "uint8 (-4, 10, 12) by its header, which takes -480 bytes, but 480 "),
    ],
)
def test_a_header_that_lies_is_refused(shape, dtype, text, tmp_path, little_memory):
    path = write_npz(tmp_path)
    rewrite(path, x_train=npy(shape, X.tobytes(), dtype))
    with pytest.raises(DataError) as e:
        load_digits(path, "unused")
    assert str(e.value).startswith(f"{path}: x_train is {text}")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (npy((-4, -10, 12), X.tobytes()), "can only specify one unknown dimension"),
        (npy((0, 10**30, 10)), "Maximum allowed dimension exceeded"),
        (npy((10**12, 10, 10), dtype="<U0"), "itemsize cannot be zero in type"),
        (b"\x93NUMPY\x03\x00" + npy((4, 10, 12), X.tobytes())[8:], "(3, 0)"),
        (
            npy((4, 10, 12), X.tobytes())[:50],
            "EOF: reading array header, expected 118 bytes got 40",
        ),
        (b"", "EOF: reading magic string, expected 8 bytes got 0"),
        (LOGIN_PAGE, "the magic string is not correct"),
    ],
)
def test_a_broken_header_is_refused(content, text, tmp_path, little_memory):
    path = write_npz(tmp_path)
    rewrite(path, x_train=content)
    with pytest.raises(DataError, match=r"mine\.npz: not readable as arrays of numbers and") as e:
        load_digits(path, "unused")
    assert text in str(e.value)


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    path = write_npz(tmp_path)
    for method in ("open", "stat"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, method, refuse)
            with pytest.raises(
                DataError, match=rf"is '{path}' \(in folder .*\): Permission denied"
            ):
                load_digits(path, "unused")
