"""The server of the app: one address of this machine, one key, one folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brownfield.app.desk import Desk
from brownfield.app.guard import HOST, Guard
from brownfield.errors import CaseError, Problem, Where


def serve(path: str | Path, *, port: int | None = None, ready: Callable[[str], None] = lambda link: None) -> None:
    """Serve the pages of a folder until stopped; `ready` is told the link to open. CaseError when the port or the folder cannot be used.

    Without a port the one that was last used for the folder is taken again when it is free, so that open tabs go on, or else any.
    """
    desk = Desk.at(path)
    settings = desk.settings()
    listening = _listen(port, int(settings.get("port") or 0))
    chosen = listening.getsockname()[1]
    desk.keep_settings({**settings, "port": chosen})
    os.environ["NICEGUI_STORAGE_PATH"] = str(desk.state / "nicegui")
    import uvicorn

    app = _app(desk)
    guard = Guard(app, str(settings["key"]), chosen)
    config = uvicorn.Config(
        guard, log_level="warning", access_log=False, proxy_headers=False, server_header=False, ws="websockets-sansio",
        ws_max_size=16 * 1024 * 1024, timeout_graceful_shutdown=2, h11_max_incomplete_event_size=64 * 1024, http="h11",
    )  # fmt: skip
    ready(f"http://{HOST}:{chosen}/?key={settings['key']}")
    uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int | None, last: int) -> socket.socket:
    """A socket on this machine alone."""
    for wanted in [port] if port is not None else [last, 0]:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, wanted))
            return listening
        except OSError as error:
            listening.close()
            reason = (error.strerror or str(error)).lower()
    raise CaseError([Problem("BF506", Where("--port"), f"port {port}: {reason}", "a free port of this machine", "choose another, or none")])


def _app(desk: Desk) -> Any:
    """The pages under the library that shows them."""
    from fastapi import FastAPI
    from nicegui import ui

    from brownfield.app.pages import register

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    register(desk, app)
    ui.run_with(
        app, title="Brownfield", dark=None, language="en-US", tailwind=False, gzip_middleware_factory=None, show_welcome_message=False,
        binding_refresh_interval=None, reconnect_timeout=20.0,
    )  # fmt: skip
    return app
