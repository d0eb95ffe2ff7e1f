"""Your own digits: right files are read, wrong ones are refused by file and array."""

from pathlib import Path

import numpy as np
import pytest

from ambiguous_digits.data import DataError, load_digits

RAMP = np.arange(4 * 10 * 12).reshape(4, 10, 12) % 256  # uint8 values, 0 and 255 among them
X, Y = RAMP.astype(np.uint8), np.array([0, 1, 2, 1])
DARK = X[:2] > 100
INNER = np.pad(np.ones((8, 10), np.uint8), 1)  # 0 at the border
# What is changed, and what is said of it.
WRONG = [
    ({"y_test": None}, "needs y_test too, but has only x_train, y_train, x_test"),
    ({"x_train": np.stack([X] * 3, -1)}, "by x_train.mean(axis=3)"),
    ({"x_train": np.stack([X] * 3, 1)}, "by x_train.mean(axis=1)"),
    ({"x_train": X.reshape(4, -1)}, "x_train has shape (4, 120), but must have (N, H, W), (N, H"),
    ({"x_train": X[:0], "y_train": Y[:0]}, "x_train has shape (0, 10, 12), but must"),
    ({"x_train": X.astype(str)}, "x_train goes from <U3 to ?, but must be numbers in 0 to 1"),
    ({"x_train": X - 1.0}, "x_train goes from -1.0 to 254.0, but must be numbers in 0 to 1, 0"),
    ({"x_train": X + 0.5}, "x_train goes from 0.5 to 255.5, but must"),
    ({"x_train": np.where(X == 7, np.nan, X)}, "x_train goes from nan to nan, but"),
    (
        {"x_test": X[:2, :, :11]},
        "x_test is uint8 (2, 10, 11) up to 238, but x_train uint8 (4, 10, 12) up",
    ),
    ({"x_test": X[:2] / 255}, "x_test is float64 (2, 10, 12) up to 0.937255, but x_train uint8 (4"),
    ({"x_train": X / 255, "x_test": X[:2] / 1}, "up to 1: make them one size and one scale"),
    ({"y_train": Y[:3]}, "y_train is int64 (3,), must be (4,) numbers or names"),
    ({"y_train": np.eye(3)[Y]}, "must be (4,) numbers or names; one-hot becomes so by y_train.arg"),
    ({"y_train": Y + 0.5}, "y_train has [0.5], but must hold whole numbers"),
    ({"y_train": Y * 0}, "y_train has only [0], but must have at least 2 classes"),
    ({"y_test": Y[:2] + 2}, "y_test has [3], which y_train has not"),
    ({"y_test": np.array(["a", "1"])}, "y_test has ['1' 'a'], which y_train has not"),
    ({"class_names": np.array(["a", "b"])}, "class_names is <U1 (2,), but must be 3 str"),
    ({"class_names": np.array(["\xe9  b", "b", " e\u0301 b"])}, "class_names has ['é b'] e"),
    ({"class_names": np.array(["a", "b", " "])}, "class_names has [''] empty or twice"),
]


def write_npz(folder, name="mine.npz", **changes):
    """Write a file that is right but for the changes; None leaves an array out."""
    arrays = {"x_train": X, "y_train": Y, "x_test": X[:2], "y_test": np.array([2, 0])} | changes
    path = Path(folder, name)
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return path


@pytest.mark.parametrize(
    ("x_train", "x_test", "expected", "note"),
    [
        (X, X[:2], RAMP, ""),
        (RAMP - 0.4 * (RAMP > 0), RAMP[:2] * 1.0, RAMP, ""),
        ((RAMP / 255).astype(np.float16), (RAMP[:2] / 255)[..., None], RAMP, ""),
        (X[:, None].astype(np.int64), X[:2], RAMP, "x_train (4, 1, 10, 12) is taken as (4, 10, 1"),
        (X[..., :10].reshape(4, 100), X[:2, :, :10], RAMP[..., :10], "(4, 100) is taken as (4, 1"),
        (X > 100, DARK, 255 * (RAMP > 100), "largest value, 1, is taken as full ink"),
        (RAMP % 17 / 2, RAMP[:2] % 3 / 2, np.rint(RAMP % 17 * 255 / 16), "value, 8, is taken as"),
        (X // 2, X[:2] // 2, RAMP // 2, "largest value is 127, of 255, which is full ink"),
        (255 - X * INNER, X[:2], 255 - RAMP * INNER, "WARNING: most pictures have a bright bord"),
    ],
)
def test_own_images_become_uint8_and_a_line_says_what_was_done(
    x_train, x_test, expected, note, tmp_path, capsys
):
    digits = load_digits(str(write_npz(tmp_path, x_train=x_train, x_test=x_test)), "unused")
    np.testing.assert_array_equal(digits.train_images, expected)
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.test_images.shape == (2, *expected.shape[1:])
    assert [*digits.train_labels, *digits.test_labels] == [0, 1, 2, 1, 2, 0]
    assert (digits.name, digits.class_names) == ("mine", ("0", "1", "2"))
    assert note in capsys.readouterr().err == "".join(f"{line}\n" for line in digits.notes)
    assert bool(digits.notes) == bool(note)


@pytest.mark.parametrize(
    ("classes", "names"),
    [([1, 2, 3], "123"), ([2, 4, 8], "248"), (["1", "2", "10"], ["1", "2", "10"]), ("acb", "acb")],
)
def test_labels_of_any_kind_become_numbers_in_their_order(classes, names, tmp_path):
    classes, names = np.array([*classes]), np.array([*names])
    arrays = {"y_train": classes[Y][:, None], "y_test": classes[[2, 0]]}
    digits = load_digits(write_npz(tmp_path, **arrays), "unused")
    assert digits.class_names == tuple(sorted(names, key=lambda name: (len(name), name)))
    for labels, expected in ((digits.train_labels, Y), (digits.test_labels, [2, 0])):
        assert [digits.class_names[k] for k in labels] == names[expected].tolist()
    assert [note for note in digits.notes if "their old names are the class names" in note]


def test_labels_become_int64_class_names_are_kept_and_a_folder_can_have_the_name(tmp_path):
    for dtype, names, file, name in (
        (np.uint64, ("<b>&amp;</b>", "\"'", "*_$"), "my-digits_v1.2.npz", "my-digits_v1.2"),
        (np.float32, ("क्‍ष", "A", "a a"), "it's <my> $HOME; 2.npz", "it-s-my-HOME-2"),
        (np.int8, ("0", "1", "2"), "数字.npz", "own"),
        (np.int64, ("a", "A", "á"), "- Mnist.npz", "own-Mnist"),
    ):
        labels = {"y_train": Y.astype(dtype), "y_test": np.ones(2, dtype)}
        digits = load_digits(write_npz(tmp_path, file, **labels, class_names=np.array(names)), "-")
        assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
        assert [*digits.train_labels, *digits.test_labels] == [0, 1, 2, 1, 1, 1]
        assert (digits.class_names, digits.name) == (names, name)


@pytest.mark.parametrize(("changes", "text"), WRONG)
def test_a_wrong_own_file_is_refused_by_file_and_array(changes, text, tmp_path):
    path = write_npz(tmp_path, **changes)
    with pytest.raises(DataError) as e:
        load_digits(path, "unused")
    assert str(e.value).startswith(f"{path}: ")
    assert text in str(e.value)


def test_what_is_no_archive_of_arrays_is_refused_and_nothing_is_unpickled(tmp_path):
    pickled = write_npz(tmp_path, "pickled.npz", x_train=np.array([None] * 4)).read_bytes()
    path = write_npz(tmp_path, notes=np.array([None]))
    assert load_digits(path, "unused").name == "mine"  # what nobody needs is not even read
    content = path.read_bytes()
    cut, one_array = content[:900], content[content.index(b"\x93NUMPY") :]
    for part in (cut, one_array, pickled):
        path.write_bytes(part)
        with pytest.raises(DataError, match=r"mine\.npz: not readable .+ by np\.savez and without"):
            load_digits(path, "unused")
