"""The settings, each with one name and one default: flag over environment over wenhai.toml."""

import difflib
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from platformdirs import user_cache_path, user_data_path

from core.errors import InvalidSetting

Reading = Literal["open", "key"]
"""Who may read: anybody who reaches the server, or whoever has a key."""

SETTINGS_FILE = Path("wenhai.toml")
_PREFIX = "WENHAI_"
MOST_PROCESSES = 64
EVERY_ORIGIN = "*"
"""Stands for pages of every site."""

_ORIGIN = re.compile(r"https?://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the library and the unpacked model lie, which model, and where the server listens.

    Without a `model`, a library's own is taken, and the bundled one for a new library. With an
    `api_key`, whoever changes a library over HTTP has to send it. Pages of these `origins` may read
    from a browser; `*` stands for all of them. With `reading` of "key", nobody reads without one.
    Searches run in so many `processes`; one is the server itself.
    """

    library: Path = field(default_factory=lambda: user_data_path("wenhai") / "library")
    model: str | None = None
    cache: Path = field(default_factory=lambda: user_cache_path("wenhai"))
    host: str = "127.0.0.1"
    port: int = 8000
    api_key: str | None = field(default=None, repr=False)
    origins: tuple[str, ...] = ()
    reading: Reading = "open"
    processes: int = 1


def load_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    file: Path = SETTINGS_FILE,
) -> Settings:
    """Return the settings; InvalidSetting names the key, the value and what is allowed.

    `flags` of None are not given. Unknown names in the environment or the file are refused.
    """
    from_file = _read_file(file)
    from_environment = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(_PREFIX)
    }
    given = {name: value for name, value in flags.items() if value is not None}
    values = {
        **{name: _checked(name, value, str(file)) for name, value in from_file.items()},
        **{name: _checked(name, value, _PREFIX) for name, value in from_environment.items()},
        **{name: _checked(name, value, "--") for name, value in given.items()},
    }
    return replace(Settings(), **values)


def environment_for_workers() -> dict[str, str]:
    """Return the environment for processes of our own: without settings, of which one is a key."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    return {**own, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"{file} cannot be read ({error}): mend or remove it") from error


def _checked(name: str, value: Any, origin: str) -> Any:
    """Return the value in the setting's type."""
    shown = {_PREFIX: f"{_PREFIX}{name.upper()}", "--": f"--{name}"}.get(origin, f"{origin} {name}")
    known = [each.name for each in fields(Settings)]
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise InvalidSetting(f"{shown} is no setting: {hint}")
    if name == "port":
        return _number(shown, value, 0, 65535)
    if name == "processes":
        return _number(shown, value, 1, MOST_PROCESSES)
    if name == "origins":
        return origins(shown, value)
    if name == "reading" and value not in get_args(Reading):
        raise InvalidSetting(f"{shown} is {value!r}: take {' or '.join(get_args(Reading))}")
    if not isinstance(value, str | Path) or not str(value).strip():
        raise InvalidSetting(f"{shown} is {value!r}: give a text that is not empty")
    return _path(shown, value) if name in ("library", "cache") else value


def origins(shown: str, value: Any) -> tuple[str, ...]:
    """Return the origins of a list, or of a text with commas between; `*` stands for every one.

    InvalidSetting says which of them is none.
    """
    given: Iterable[Any] = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise InvalidSetting(f'{shown} is {value!r}: give a list such as ["https://a.example"]')
    found = [_origin(each) if isinstance(each, str) else each for each in given]
    for each in found:
        if not isinstance(each, str) or (each != EVERY_ORIGIN and not _ORIGIN.fullmatch(each)):
            raise InvalidSetting(
                f"{shown} has {each!r}: an origin is scheme, host and maybe port, such as "
                "https://docs.example.org; * lets pages of every site read"
            )
    return tuple(dict.fromkeys(found))


def _origin(text: str) -> str:
    """Return an origin as browsers write it: in small letters, without the port of its scheme."""
    small = text.strip().rstrip("/").lower()
    return re.sub(r"^(http://.*):80$|^(https://.*):443$", r"\1\2", small)


def _path(shown: str, value: str | Path) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise InvalidSetting(f"{shown} is {str(value)!r}: {error}") from error


def _number(shown: str, value: Any, least: int, most: int) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = least - 1
    if not least <= number <= most:
        raise InvalidSetting(f"{shown} is {value!r}: give a number from {least} to {most}")
    return number
