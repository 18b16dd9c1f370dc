"""What the doctor says of one kind of drift."""

from dataclasses import dataclass

RESTORE = (
    "restore a snapshot with `wenhai snapshot restore`, or index the documents into a new folder"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, how often, and what helps.

    `mendable` where `--repair` does, and `afterwards` what is then left to be done; `drift` is
    false for what is only worth a mention.
    """

    code: str
    what: str
    count: int
    remedy: str
    mendable: bool = True
    drift: bool = True
    afterwards: str | None = None
