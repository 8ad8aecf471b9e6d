"""The command line: `brownfield new | check | solve | deal | frontier | report | export | import | conflicts | coverage | trace | read`."""

from brownfield.cli import deal as _deal  # noqa: F401 - its commands register themselves
from brownfield.cli.commands import app, main

__all__ = ["app", "main"]
