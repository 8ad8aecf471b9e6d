"""The package as people meet it: its ten lines run, its names lead somewhere, importing it costs next to nothing."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import brownfield


def example() -> str:
    """The indented lines of the package's docstring."""
    lines = [line for line in (brownfield.__doc__ or "").splitlines() if line.startswith("    ") or not line]
    return textwrap.dedent("\n".join(lines))


def test_the_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    code = example()
    assert sum(bool(line.strip()) for line in code.splitlines()) == 11
    names: dict[str, object] = {}
    exec(compile(code, "brownfield", "exec"), names)
    assert "rests on a source" in capsys.readouterr().out
    assert (tmp_path / "report.html").stat().st_size > 1000
    assert names["dear"].digest != names["case"].digest


@pytest.mark.parametrize("name", brownfield.__all__)
def test_every_name_leads_somewhere(name: str) -> None:
    assert callable(getattr(brownfield, name)) and name in dir(brownfield)


def test_type_checkers_see_the_same_names() -> None:
    nodes = ast.walk(ast.parse(Path(brownfield.__file__).read_text(encoding="utf-8")))
    seen = {alias.name: node.module for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names if node.level == 0}
    seen = {name: module for name, module in seen.items() if str(module).startswith("brownfield")}
    homes = {name: f"brownfield.{home}" for home, names in brownfield._HOMES.items() for name in names}
    assert seen == homes
    assert sorted(brownfield.__all__) == sorted(homes)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'solv'"):
        brownfield.solv  # noqa: B018


def fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_package_opens_no_room() -> None:
    code = "import sys, brownfield; print(sorted({'polars', 'numpy', 'highspy', 'pydantic', 'altair'} & set(sys.modules)))"
    assert fresh(code) == "[]"


def test_solve_stays_the_function_when_its_room_is_opened_first() -> None:
    code = "import brownfield.solve.outcome, brownfield; print(brownfield.solve.__name__, callable(brownfield.solve))"
    assert fresh(code) == "solve True"
