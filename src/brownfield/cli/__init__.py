"""The command line: `brownfield new | check | solve | why | threshold | flips | risk | deal | frontier | report | read` and more."""

from brownfield.cli import app as _app  # noqa: F401 - its command registers itself
from brownfield.cli import deal as _deal  # noqa: F401 - its commands register themselves
from brownfield.cli import flips as _flips  # noqa: F401 - its command registers itself
from brownfield.cli import line as _line  # noqa: F401 - its commands register themselves
from brownfield.cli import risk as _risk  # noqa: F401 - its commands register themselves
from brownfield.cli import runs as _runs  # noqa: F401 - its commands register themselves
from brownfield.cli import studies as _studies  # noqa: F401 - its commands register themselves
from brownfield.cli.commands import app, main

__all__ = ["app", "main"]
