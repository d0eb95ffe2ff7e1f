"""One function per figure: arrays in, a matplotlib `Figure` out; nothing is saved or shown.

`dataset` shows the digits and their counts; `convolution` what a convolution does, at one place and
to a whole digit; `maps` all that the network's convolutions make of one digit, `journey` its way
from pixels to probabilities; `curves` how the networks learned; `heatmap` and `confidence` where
they are unsure or wrong; `cards` the digits themselves. `style` holds the only colours there are,
and the settings under which a figure must also be saved.
"""

from ambiguous_digits.figures.cards import gallery
from ambiguous_digits.figures.confidence import confidence_histogram
from ambiguous_digits.figures.convolution import convolution_result, convolution_step
from ambiguous_digits.figures.curves import learning_curves
from ambiguous_digits.figures.dataset import digit_sheet
from ambiguous_digits.figures.heatmap import class_heatmap
from ambiguous_digits.figures.journey import pipeline
from ambiguous_digits.figures.kernels import EDGE_KERNELS
from ambiguous_digits.figures.maps import feature_maps

__all__ = [
    "EDGE_KERNELS",
    "class_heatmap",
    "confidence_histogram",
    "convolution_result",
    "convolution_step",
    "digit_sheet",
    "feature_maps",
    "gallery",
    "learning_curves",
    "pipeline",
]
