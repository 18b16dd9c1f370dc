"""What relevance means in this library, where its owner has fitted it: a small file beside it."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import LibraryDamaged
from store.failures import storage_errors
from store.json_file import write_json

_WEIGHTS = 7


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """The weights of each mode (cosine, z, evidence, four biases), and what they were fitted on.

    `model` is the fingerprint of the model whose cosines they are for.
    """

    weights: Mapping[str, Sequence[float]]
    fitted_on: Mapping[str, Any]
    model: str


def write_calibration(path: Path, calibration: StoredCalibration) -> None:
    """Store the calibration in place of any that was there; StorageFailed if the disk refuses."""
    with storage_errors(path.parent):
        values = asdict(calibration)
        write_json(path, {**values, "checksum": _checksum(values)})


def drop_calibration(path: Path) -> None:
    """Let what is shipped count again; StorageFailed if the disk refuses."""
    with storage_errors(path.parent):
        path.unlink(missing_ok=True)


def read_calibration(path: Path) -> StoredCalibration | None:
    """Return the calibration, None where there is none; LibraryDamaged if it makes no sense."""
    try:
        values = json.loads(path.read_bytes())
        if values.pop("checksum") != _checksum(values):
            raise ValueError("it is not as it was written")
        weights = {str(mode): _checked(vector) for mode, vector in values["weights"].items()}
        return StoredCalibration(weights, dict(values["fitted_on"]), str(values["model"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise LibraryDamaged(
            f"{path} cannot be read as a calibration ({error}): delete it, and what is shipped "
            "counts again, or run `wenhai calibrate`"
        ) from error


def _checksum(values: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(values, sort_keys=True).encode())


def _checked(vector: Any) -> list[float]:
    numbers = [float(each) for each in vector]
    if len(numbers) != _WEIGHTS:
        raise ValueError(f"{len(numbers)} weights instead of {_WEIGHTS}")
    return numbers
