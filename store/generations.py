"""Whose vectors are these? Each generation holds those of all passages, made by one model."""

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime

from core.errors import ModelMismatch
from core.types import ModelCard


def enter_generation(connection: sqlite3.Connection, number: int, model: ModelCard) -> None:
    """Note that a generation of that number comes from that model."""
    created_at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO generations (number, model, created_at) VALUES (?, ?, ?)",
        [number, json.dumps(asdict(model)), created_at],
    )


def require_model(own: ModelCard, asked: ModelCard) -> None:
    """Raise ModelMismatch unless the vectors come from the very model that is asked for."""
    if own == asked:
        return
    if own.name == asked.name:
        raise ModelMismatch(
            f'library was built with another release of "{own.name}" ({own.fingerprint}, here: '
            f"{asked.fingerprint}): make its vectors anew with `wenhai rebuild`"
        )
    raise ModelMismatch(
        f'library was built with "{own.name}" ({own.dimension} dimensions), settings ask for '
        f'"{asked.name}" ({asked.dimension}): set WENHAI_MODEL={own.name}, make its vectors anew '
        f"with `wenhai rebuild --model {asked.name}`, or index into a new folder with --library"
    )
