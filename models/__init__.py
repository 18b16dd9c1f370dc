"""Text in, unit vectors out: the bundled model, or any Sentence Transformers model."""

from pathlib import Path

from core.types import ModelCard
from models.encoder import Encoder, LoadProgress

DEFAULT_MODEL = "multilingual-e5-small"

__all__ = ["DEFAULT_MODEL", "Encoder", "ModelCard", "load_encoder"]


def load_encoder(
    name: str | None,
    cache: Path,
    progress: LoadProgress | None = None,
    threads: int | None = None,
) -> Encoder:
    """Return the encoder of that name, None for the default.

    The bundled model is prepared once in the cache folder; it runs on so many threads, one for each
    core where that is None.
    """
    if name in (None, DEFAULT_MODEL):
        from models.bundled import BundledEncoder  # noqa: PLC0415 - numpy and up, only if asked for

        return BundledEncoder.load(cache, progress, threads)
    from models.hub import HubEncoder  # noqa: PLC0415 - an extra, and slow to import

    return HubEncoder.load(name, threads)
