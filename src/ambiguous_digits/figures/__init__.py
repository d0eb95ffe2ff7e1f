"""One function per figure: arrays in, a matplotlib `Figure` out; nothing is saved or shown.

`dataset` shows the digits and their counts; `convolution` what a convolution does, at one place and
to a whole digit; `layers` what the trained network makes of one digit, map by map and from end to
end; `curves` how it learned; `ambiguity` where it is unsure or wrong; `gallery` the digits
themselves. `style` holds the only colours there are and the settings under which a figure must also
be saved.
"""

from ambiguous_digits.figures.ambiguity import class_heatmap, confidence_histogram
from ambiguous_digits.figures.convolution import (
    EDGE_KERNELS,
    convolution_result,
    convolution_step,
)
from ambiguous_digits.figures.curves import learning_curves
from ambiguous_digits.figures.dataset import class_counts, digit_sheet
from ambiguous_digits.figures.gallery import gallery
from ambiguous_digits.figures.layers import feature_maps, pipeline

__all__ = [
    "EDGE_KERNELS",
    "class_counts",
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
