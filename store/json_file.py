"""How is a small JSON file written so that a kill leaves the old one or the new one?"""

import json
import os
from pathlib import Path


def write_json(path: Path, values: object) -> None:
    """Write the values so that a reader sees either the old file or the new one, never half."""
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(values, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
