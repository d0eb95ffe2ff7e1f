"""One function per figure: arrays in, a matplotlib `Figure` out; nothing is saved or shown.

Each takes its `width` in CSS pixels: the text column's, a phone's or the page's. `digits` shows
digits themselves; `heatmaps` class by class and score by score; `curves` what grows with time,
networks or effort; `intervals` numbers and how well they are known; `ranks` where digits stand on
lists and maps. `style` holds the only colours there are, and the settings under which a figure must
also be saved. What consists of pictures alone is HTML: see `article.cards`, `article.pictures`.
"""

from .curves import Reference, accuracy_of_rest, learning_curves, stability_curves
from .digits import digit_sheet, digit_strip
from .heatmaps import class_heatmap, score_agreement
from .intervals import rank_intervals, rate_intervals, reliability_diagram
from .ranks import doubt_map, list_pairs, rank_lines
