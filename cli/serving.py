"""`wenhai serve`: the search page and the HTTP interface."""

import socket
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from cli.options import LibraryOption, ModelOption, open_encoder, settings
from core.errors import InvalidSetting
from core.memory import share_pools
from core.settings import EVERY_ORIGIN
from models import Encoder, load_encoder
from models.serving import ServingEncoder
from store.layout import LibraryLayout

_SECONDS_TO_STOP = 5
"""So long answers under way may take."""


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
    processes: Annotated[
        int | None,
        typer.Option(
            help="Processes that search (1, the server itself): about 150 MB each, and so many "
            "times the answers a second where there are as many cores.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Answer questions over HTTP, and in the browser at the same address.

    Where there is no library yet, an empty one is made: fill it over HTTP or by `wenhai index`.
    """
    share_pools()
    chosen = settings(library, model, host=host, port=port, processes=processes)
    encoder = ServingEncoder(open_encoder(chosen))
    if not LibraryLayout(chosen.library).manifest.exists():
        from store.writer import LibraryWriter

        with LibraryWriter(chosen.library, encoder.card):
            typer.echo(f"made an empty library in {chosen.library}", err=True)

    import uvicorn

    from api.access.access import Access, is_loopback
    from api.app import create_app
    from api.pictures.pictures import Pictures
    from search.engine import Engine
    from search.searchers.pool import searching_elsewhere

    class _Server(uvicorn.Server):
        """Sends home who waits for a task, when it is told to stop."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.closing.set()
            super().handle_exit(sig, frame)

    def encoder_named(name: str) -> Encoder:
        return ServingEncoder(load_encoder(name, chosen.cache))

    def opened_engine(root: Path) -> Engine:
        return Engine(root, encoder, encoder_named, searchers=searchers)

    with (
        _listening(chosen.host, chosen.port) as opened,
        searching_elsewhere(
            chosen.processes, chosen.library, encoder.card.name, chosen.cache
        ) as searchers,
    ):
        engine = opened_engine(chosen.library)
        address, port = opened.getsockname()[:2]
        pictures = Pictures(chosen.cache)
        access = Access(chosen.api_key, is_loopback(address), chosen.origins, chosen.reading)
        app = create_app(engine, access, opened_engine, pictures)
        typer.echo(f"searching {chosen.library} at http://{chosen.host}:{port}/", err=True)
        if EVERY_ORIGIN in chosen.origins:
            typer.echo("pages of every site may ask here: WENHAI_ORIGINS has *", err=True)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=_SECONDS_TO_STOP
        )
        _Server(config).run(sockets=[opened])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; InvalidSetting if it cannot."""
    try:
        # with the protocol named, asyncio sends answers at once instead of waiting for more
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen()
    except OSError as error:
        raise InvalidSetting(
            f"cannot listen on {host}, port {port} ({error.strerror}): choose another --port or "
            "--host"
        ) from error
    return opened
