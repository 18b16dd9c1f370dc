"""How is a count put into words?"""


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return "1 document" or "1,200 documents"; the plural is named where it does not end in s."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"
