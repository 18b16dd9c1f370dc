"""What is asked of a worker, through a pipe: a line of JSON each way, and then the bytes."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from core.errors import PageNotFound, PictureNotAvailable

SECONDS = 10
"""A job that takes longer is given up."""

GRID = 10_000
"""Places on a page are counted from its top left corner, this many to each side."""

Kind = Literal["picture", "layout", "sizes"]

FAILURES = {each.code: each for each in (PageNotFound, PictureNotAvailable)}
"""What a worker may answer instead, by its code."""


@dataclass(frozen=True, slots=True)
class Job:
    """A picture of a page, in pixels across; its characters; or the sizes of all pages."""

    kind: Kind
    path: str
    page: int = 1
    width: int = 0

    def line(self) -> bytes:
        """Return the job as it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> "Job":
        """Return the job that was sent so."""
        return cls(**json.loads(line))
