"""Which handwritten digits are the most ambiguous? A thin package that the notebooks call.

data      where digits come from            scores    one number per digit: how ambiguous
network   the Keras network (TensorFlow)    ranking   who comes first, by the two definitions
training  cross-fitting in worker processes results   the only writer of result files
findings  numbers in, true sentences out    figures   one function per figure
article   from notebook to page             run       one notebook, from the command line
"""

from importlib.metadata import version
from pathlib import Path

__version__ = version("ambiguous-digits")

#: The project's folder. Relative paths in the notebooks' parameters start here.
PROJECT = Path(__file__).parents[2]
