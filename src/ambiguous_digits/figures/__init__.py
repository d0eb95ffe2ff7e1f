"""One function per figure: arrays in, a matplotlib `Figure` out; nothing is saved or shown.

`dataset` shows the digits and their counts; `convolution` what a convolution does, at one place and
to a whole digit; `maps` what a network's first one has learned, `journey` the way of a digit from
pixels to probabilities; `curves` how the networks learned; `heatmap` and `confidence` where
they are unsure or wrong; `cards` the digits themselves; `cover` the card that is shown where the
article is shared. Of a committee `stability` shows how far two of them agree, `ranks` how firm each
digit's place is, `doubt` where doubt comes from (with `thumbnails` as marks), `reliability` whether
confidence keeps its word; `rates` compares shares with their intervals, `agreement` the orders of
the scores. `hands` shows what else a writer wrote, `supreme` the best picture of each class,
`strip` a digit that changes. `counts` counts labels and predictions of a list, `lists` shows what
two lists share and where scores rank the same digits, `review` what a person's time buys. `style`
holds the only colours there are, and the settings under which a figure must also be saved; `words`
breaks lines.
"""

from ambiguous_digits.figures.agreement import score_agreement
from ambiguous_digits.figures.cards import gallery
from ambiguous_digits.figures.confidence import confidence_histogram
from ambiguous_digits.figures.convolution import convolution_result, convolution_step
from ambiguous_digits.figures.counts import counts_heatmap
from ambiguous_digits.figures.cover import cover
from ambiguous_digits.figures.curves import Reference, learning_curves
from ambiguous_digits.figures.dataset import digit_sheet
from ambiguous_digits.figures.doubt import doubt_map
from ambiguous_digits.figures.hands import Hand, same_hand
from ambiguous_digits.figures.heatmap import class_heatmap
from ambiguous_digits.figures.journey import pipeline
from ambiguous_digits.figures.kernels import EDGE_KERNELS
from ambiguous_digits.figures.lists import list_pairs, rank_lines, ways_seen
from ambiguous_digits.figures.maps import learned_kernels
from ambiguous_digits.figures.ranks import rank_intervals
from ambiguous_digits.figures.rates import rate_intervals
from ambiguous_digits.figures.reliability import reliability_diagram
from ambiguous_digits.figures.review import accuracy_of_rest
from ambiguous_digits.figures.stability import stability_curves
from ambiguous_digits.figures.strip import digit_strip
from ambiguous_digits.figures.supreme import supreme

__all__ = [
    "EDGE_KERNELS",
    "Hand",
    "Reference",
    "accuracy_of_rest",
    "class_heatmap",
    "confidence_histogram",
    "convolution_result",
    "convolution_step",
    "counts_heatmap",
    "cover",
    "digit_sheet",
    "digit_strip",
    "doubt_map",
    "gallery",
    "learned_kernels",
    "learning_curves",
    "list_pairs",
    "pipeline",
    "rank_intervals",
    "rank_lines",
    "rate_intervals",
    "reliability_diagram",
    "same_hand",
    "score_agreement",
    "stability_curves",
    "supreme",
    "ways_seen",
]
