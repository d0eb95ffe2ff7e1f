"""Where digits come from: MNIST (on disk, else from mirrors), a sample of it, or your own file.

digits    what every source returns: `Digits`
choice    which source a name stands for: `load_digits`, and what "auto" chose
mnist     the four idx files, their checksums, the mirrors
sample    5,000 digits that need no network
own       your own .npz
optional  people's votes and who wrote each digit, of MNIST: `load_optional`
download  what brings files from the network
files     what opens and writes files, and says in words what went wrong

Pixels stay uint8, as they were published: scaling them is the network's business. Nothing here ever
unpickles. MNIST is by Yann LeCun, Corinna Cortes and Christopher Burges, CC BY-SA 3.0.
"""

from .choice import kept_choice, load_digits
from .digits import DataError, Digits, require_folds
from .mnist import DownloadError
from .optional import OPTIONAL, load_optional

__all__ = [
    "OPTIONAL",
    "DataError",
    "Digits",
    "DownloadError",
    "kept_choice",
    "load_digits",
    "load_optional",
    "require_folds",
]
