"""The command line: `brownfield new | check | solve | report | export | import | conflicts | coverage | trace | read`."""

from brownfield.cli.commands import app, main

__all__ = ["app", "main"]
