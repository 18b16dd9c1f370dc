"""Lines of tables, as Markdown has them."""

from collections.abc import Sequence


def line(cells: Sequence[str]) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |"


def head(names: Sequence[str]) -> list[str]:
    """Return the two lines with which a table of these columns begins."""
    return [line(names), line(["---"] * len(names))]
