"""Your own digits: right files are read, wrong ones are refused by file and array."""

from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, load_digits
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
