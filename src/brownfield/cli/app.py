"""The command `app`: the pages of a folder in the local browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brownfield.cli import say
from brownfield.cli.commands import app
from brownfield.errors import CaseError, Problem, Where


@app.command("app")
def app_(
    case: Annotated[Path, typer.Argument(metavar="[CASE]", help="A case, or a folder with cases.")] = Path(),
    port: Annotated[int | None, typer.Option("--port", min=1024, max=65535, help="Listen there; without it a free one.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser, or only show the link.")] = True,
) -> None:
    """Work in the browser: verdict, levers, deals, evidence. Nothing leaves this machine, and nothing outside the folder is touched."""
    with say.speaking():
        try:
            import nicegui  # noqa: F401 - asked for only here
        except ImportError:
            fix = "pip install 'brownfield[app]'"
            raise CaseError([Problem("BF500", Where("brownfield app"), "no NiceGUI", "the packages of the app", fix)]) from None
        from brownfield.app.server import serve

        serve(case, port=port, ready=lambda link: _ready(link, browser))


def _ready(link: str, browser: bool) -> None:
    import webbrowser

    say.tell(f"{link}\nThe link is for you alone. Ctrl-C ends the app; solves that run go on.")
    if browser:
        webbrowser.open(link)
