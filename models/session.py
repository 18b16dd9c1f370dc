"""How is a graph run? By many threads, for many threads, its weights mapped from the disk."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from core.errors import ModelUnavailable
from models.encoder import Vectors

onnxruntime.disable_telemetry_events()

_SLOW_HERE = ["SkipLayerNormFusion"]


class Session:
    """One loaded graph, run by so many threads; None stands for one a core."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.log_severity_level = 4
        # threads that spin while they wait take the core that others need: with another busy
        # thread on two cores, a question took twice as long
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                path,
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=_SLOW_HERE,
            )
        except Exception as error:  # the errors of the runtime have no common root
            raise ModelUnavailable(
                f"ONNX Runtime {onnxruntime.__version__} cannot load {path} ({error}): "
                "remove that folder to have it written again"
            ) from error

    def run(self, rows: Sequence[Sequence[int]], pad: int) -> Vectors:
        """Return one unit vector for each row of token ids."""
        longest = max(len(row) for row in rows)
        ids = np.full((len(rows), longest), pad, np.int64)
        mask = np.zeros_like(ids)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        vectors: Vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors
