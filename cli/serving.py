"""`wenhai serve`: the search page and the HTTP interface."""

from typing import Annotated

import typer

from cli.options import LibraryOption, ModelOption, open_encoder, settings


def serve(
    library: LibraryOption = None,
    model: ModelOption = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (127.0.0.1).", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to listen on (8000); 0 takes a free one.", show_default=False),
    ] = None,
) -> None:
    """Answer questions over HTTP, and in the browser at the same address."""
    chosen = settings(library, model, host=host, port=port)
    encoder = open_encoder(chosen)

    import uvicorn

    from api.app import create_app
    from search.engine import Engine

    app = create_app(Engine(chosen.library, encoder))
    typer.echo(f"searching {chosen.library} at http://{chosen.host}:{chosen.port}/", err=True)
    uvicorn.run(app, host=chosen.host, port=chosen.port, log_level="warning", access_log=False)
