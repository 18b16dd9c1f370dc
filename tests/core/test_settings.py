"""Settings: one order of precedence, and a refusal that says what is allowed."""

from pathlib import Path

import pytest

from core.errors import InvalidSetting
from core.settings import Settings, load_settings


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(tmp_path):
    file = tmp_path / "wenhai.toml"
    file.write_text('library = "from-file"\nmodel = "from-file"\nport = 1\n')
    environment = {"WENHAI_LIBRARY": "from-environment", "WENHAI_MODEL": "from-environment"}
    found = load_settings({"library": Path("flag"), "port": None}, environment, file)
    assert (found.library, found.model, found.port) == (Path("flag"), "from-environment", 1)
    assert found.host == Settings().host


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"WENHAI_PORT": "eighty"}, "WENHAI_PORT is 'eighty': give a number from 0 to 65535"),
        ({"WENHAI_PORT": "70000"}, "WENHAI_PORT is '70000'"),
        ({"WENHAI_MODLE": "x"}, "WENHAI_MODLE is no setting: did you mean model"),
        ({"WENHAI_MODEL": " "}, "WENHAI_MODEL is ' ': give a text that is not empty"),
        ({"WENHAI_READING": "closed"}, "WENHAI_READING is 'closed': take open or key"),
        ({"WENHAI_ORIGINS": "a.example"}, "WENHAI_ORIGINS has 'a.example': an origin is scheme"),
        ({"WENHAI_ORIGINS": "https://a.example/x"}, "WENHAI_ORIGINS has 'https://a.example/x'"),
        ({"WENHAI_ORIGINS": ""}, "WENHAI_ORIGINS has ''"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(tmp_path, environment, message):
    with pytest.raises(InvalidSetting, match=message):
        load_settings({}, environment, tmp_path / "wenhai.toml")


def test_a_file_that_cannot_be_parsed_is_named(tmp_path):
    file = tmp_path / "wenhai.toml"
    file.write_text("library = ")
    with pytest.raises(InvalidSetting, match=r"wenhai\.toml cannot be read"):
        load_settings({}, {}, file)


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("https://A.example/, http://b:8080", ("https://a.example", "http://b:8080")),
        ("https://a.example:443,http://b:80", ("https://a.example", "http://b")),
        (["http://[::1]:9000", "http://[::1]:9000"], ("http://[::1]:9000",)),
        ("*", ("*",)),
    ],
)
def test_origins_are_as_browsers_write_them(tmp_path, given, origins):
    assert load_settings({"origins": given}, {}, tmp_path / "wenhai.toml").origins == origins
