"""The commands, and the one place where an error becomes a line on stderr and an exit code."""

import sys

import typer

from cli.calibrating import calibrate
from cli.evaluating import evaluate
from cli.exporting import export
from cli.generating import generations_app, rebuild
from cli.indexing import index, status
from cli.keys import keys_app
from cli.mending import doctor
from cli.searching import search, similar
from cli.serving import serve
from cli.snapshots import snapshot_app
from cli.suggesting import suggest
from cli.tasking import tasks
from core.errors import WenhaiError

FAILED = 1

app = typer.Typer(
    name="wenhai",
    help="Search documents by meaning, in Chinese, English and across languages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    index,
    search,
    similar,
    suggest,
    serve,
    tasks,
    status,
    evaluate,
    calibrate,
    rebuild,
    doctor,
    export,
):
    app.command()(command)
app.add_typer(generations_app, name="generations")
app.add_typer(keys_app, name="keys")
app.add_typer(snapshot_app, name="snapshot")


def main() -> None:
    """Run the command line; exit code 1 and one line on stderr where Wenhai refuses."""
    try:
        app()
    except WenhaiError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(FAILED)
