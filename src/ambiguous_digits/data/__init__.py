"""Where digits come from: MNIST (on disk, else from mirrors), a sample of it, or your own file.

digits    what every source returns: `Digits`
sources   which source a name stands for: `load_digits`; a sample that needs no network
mnist     the four idx files of MNIST; people's votes on it, and who wrote each digit; downloads
files     your own pictures, in any form of file or folder in which they are handed round
"""

from .digits import DataError, Digits, require_folds
from .files import load_array
from .mnist import OPTIONAL, DownloadError, load_optional
from .sources import load_digits
