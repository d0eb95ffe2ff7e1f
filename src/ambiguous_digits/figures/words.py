"""Words that stand above a panel or a row, on as many lines as they need."""

from ambiguous_digits.figures.style import SIZE, text_width


def broken(text: str, wide: float, *, size: float = SIZE, weight: str = "normal") -> list[str]:
    """Returns text in lines that are no wider, in CSS pixels, than its longest word makes them."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, weight=weight) * size / SIZE > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
