from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_every_command_is_in_the_readme():
    readme = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    commands = [each.stem for each in BENCHMARKS.glob("*.py") if "def main(" in each.read_text()]
    assert len(commands) > 3
    assert [each for each in commands if f"| `{each}" not in readme] == []
