"""The documentation is true: paths, settings, routes and commands are there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from api.app import create_app
from core.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
ROOMS = ("core", "text", "models", "store", "indexer", "search", "api", "evaluation", "cli")


def test_every_path_in_the_architecture_exists():
    named = re.findall(rf"`((?:{'|'.join(ROOMS)}|benchmarks|tests|data)/[\w./]*)`", ARCHITECTURE)
    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_has_its_place_in_the_architecture(room):
    modules = [each for each in (ROOT / room).glob("*.py") if not each.name.startswith("__")]
    missing = [each.name for each in modules if f"{room}/{each.name}" not in ARCHITECTURE]
    assert missing == []


def test_every_setting_is_in_the_readme():
    missing = [
        each.name for each in fields(Settings) if f"WENHAI_{each.name.upper()}" not in README
    ]
    assert missing == []


def test_the_readme_is_short_and_its_pictures_exist():
    assert len(README.splitlines()) <= 150
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)|<img src=\"([^\"]+)\"", README)
    assert all((ROOT / (first or second)).exists() for first, second in pictures)


def test_every_route_of_the_api_is_in_the_readme():
    paths = (each.path.replace(":path}", "}") for each in create_app(None).routes)
    routes = [path for path in paths if path.startswith(("/v1", "/livez"))]
    assert routes
    assert [path for path in routes if path not in README] == []
