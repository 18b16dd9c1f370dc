"""What all engines for vectors get: real vectors, resampled, and what is nearest exactly."""

from pathlib import Path

import faiss
import numpy as np

from benchmarks.peers.vectors.contract import BUCKETS, SHARES, TEN, Data, Vectors
from benchmarks.resampled import SEED, made
from benchmarks.scale import Sample, table_of, write_vectors
from core.settings import Settings
from models import load_encoder
from store.derived.vectors import VectorFile


def write_data(folder: Path, passages: int, library: Path) -> None:
    """Write it, unless it is there; where there is no library, it becomes the sample corpus."""
    source = folder / "library"
    if source.exists():
        if source.read_text("utf-8") != str(library.resolve()):
            raise SystemExit(
                f"{folder} has vectors of {source.read_text('utf-8')}: name another DIR"
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder(None, Settings().cache)
    sample = Sample.of(made(library), encoder)
    table = table_of(passages, tuple(sample.passages))
    file = VectorFile(folder / "rows", sample.questions.shape[1])
    write_vectors(file, sample, table)
    vectors = file.read().astype(np.float32)
    file.path.unlink()
    documents = int(table.documents[-1]) + 1
    chosen = np.random.default_rng(SEED).integers(0, BUCKETS, documents, np.int16)
    buckets = chosen[table.documents]
    kept = [vectors[buckets < round(share * BUCKETS)] for share in SHARES]
    if len(kept[-1]) < TEN:
        raise SystemExit(f"of {passages:,} passages, the narrowest filter keeps {len(kept[-1])}")
    questions = np.random.default_rng(SEED).permutation(sample.questions)  # slow engines get some
    least = np.array([least_cosines(each, questions) for each in kept])
    Data(vectors, buckets, questions, least).save(folder)
    source.write_text(str(library.resolve()), encoding="utf-8")


def least_cosines(vectors: Vectors, questions: Vectors) -> Vectors:
    """Return the cosine of the tenth nearest to each question."""
    cosines: Vectors = faiss.knn(questions, vectors, TEN, faiss.METRIC_INNER_PRODUCT)[0]
    return cosines[:, -1]
