"""Commands run as a person runs them, with what they say and the status they end with."""

from typer.testing import CliRunner, Result

from brownfield.cli import app


def run(*args: object, status: int = 0) -> Result:
    """A command, its arguments and options; another status than the one that is expected fails."""
    result = CliRunner().invoke(app, [str(arg) for arg in args], env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    return result
