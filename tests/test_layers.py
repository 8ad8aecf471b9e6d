"""The house stands: imports point down, files and functions stay short, and nothing names the machine it was made on."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "brownfield"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LAYERS = {
    "errors": 0, "case": 1, "evidence": 2, "files": 2, "plan": 2, "shopfloor": 2, "model": 3, "solve": 4, "study": 5, "report": 6,
    "app": 7, "cli": 8, "__init__": 9, "__main__": 9,
}  # fmt: skip
"""Rooms of the house and their floors: a room imports only from rooms on lower floors."""

ONLY_HERE = {"highspy": ("model", "solve"), "numba": ("shopfloor",), "ortools": ("shopfloor",)}
"""Packages that only some rooms may import; every other room, plan/ above all, stays free of a solver."""

OFFLINE = {"socket", "http", "urllib3", "requests", "httpx", "aiohttp", "smtplib", "ftplib", "telnetlib", "xmlrpc"}
"""Ways out of the machine: no room but the app, which serves pages to the same machine, may use one."""

DISTRIBUTIONS = {
    "markupsafe": "jinja2", "pydantic_core": "pydantic", "vl_convert": "vl-convert-python", "dateutil": "python-dateutil",
    "fastapi": "nicegui", "uvicorn": "nicegui", "starlette": "nicegui",
}  # fmt: skip
"""Imported names that are not the name of the package to install, or that come with it."""

FILE_LINES, FUNCTION_LINES = 450, 70


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room(path: Path) -> str:
    """First part of a module's name inside the package: `case`, `errors`, `cli`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, anywhere in it: inside functions and for type checking only, too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively: write brownfield.{room(path)}... in full"
            assert node.module
            whole = node.module == "brownfield"
            yield from ((node.lineno, f"brownfield.{alias.name}" if whole else str(node.module)) for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("import_module", "__import__"):
            yield node.lineno, "an import that cannot be read"


def wrong_imports(path: Path, here: str, found: Iterator[tuple[int, str]]) -> list[str]:
    """What a file imports from its own floor or above it, or must not import at all."""
    wrong = []
    for line, module in found:
        top, _, rest = module.partition(".")
        other = rest.partition(".")[0]
        at = f"{path.name}:{line}: {here} imports {module}"
        if top == "brownfield" and other != here and LAYERS.get(other, 99) >= LAYERS[here]:
            wrong.append(f"{at}, which does not lie below it")
        elif top in ONLY_HERE and here not in ONLY_HERE[top]:
            wrong.append(f"{at}, which only {' and '.join(ONLY_HERE[top])} may")
        elif (top in OFFLINE or module.startswith("urllib.request")) and here != "app":
            wrong.append(f"{at}: nothing leaves the machine")
        elif module == "an import that cannot be read":
            wrong.append(at)
    return wrong


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_imports_point_down(path: Path) -> None:
    here = room(path)
    assert here in LAYERS, f"give the new room {here!r} a floor in tests/test_layers.py and a line in CONTRIBUTING.md"
    assert wrong_imports(path, here, imports(path)) == []


@pytest.mark.parametrize(
    ("here", "code"),
    [
        ("plan", "from brownfield.model.assemble import assemble"),
        ("plan", "def late():\n    import highspy"),
        ("case", "if TYPE_CHECKING:\n    from brownfield.plan.plan import Plan"),
        ("files", "from brownfield import evidence"),
        ("case", "import brownfield"),
        ("study", "import urllib.request"),
        ("errors", "importlib.import_module('brownfield.model')"),
    ],
)
def test_wrong_imports_are_seen(tmp_path: Path, here: str, code: str) -> None:
    (tmp_path / "sample.py").write_text(code)
    assert len(wrong_imports(tmp_path / "sample.py", here, imports(tmp_path / "sample.py"))) == 1


def required() -> dict[str, set[str]]:
    """Packages that pyproject.toml asks for: always (""), and with each extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {re.split(r"[<>=\[ ]", line)[0].lower() for line in lines} for extra, lines in lists.items()}


def test_every_package_used_is_declared() -> None:
    wanted = required()
    modules = {module.partition(".")[0] for path in SOURCES for _, module in imports(path)}
    used = {DISTRIBUTIONS.get(name, name).replace("_", "-") for name in modules - {"brownfield"} - set(sys.stdlib_module_names)}
    assert used <= set().union(*(packages for extra, packages in wanted.items() if extra != "dev"))
    assert wanted[""] <= used, "declared, but no file imports it"


def test_every_declared_package_is_pinned() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", pin) for pin in pins)
    pinned = {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}
    assert set().union(*required().values()) <= pinned


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_files_and_functions_stay_short(path: Path) -> None:
    long = []
    if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES:
        long.append(f"the file has {lines} lines")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (size := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES:
            long.append(f"{node.name} in line {node.lineno} has {size} lines")
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_nothing_prints(path: Path) -> None:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"] == []


def undocumented(scope: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[str]:
    """Public functions and classes without a docstring, those inside public classes too."""
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node, f"{prefix}{node.name}.")


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_everything_public_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path)) or not tree(path).body, "the file says nothing about itself"
    assert list(undocumented(tree(path))) == []


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:home|root|Users|work)/\w",
            r"\b[A-Z]:\\Users\\",
            r"py" + r"pi\.org|python" + r"hosted|registry\." + r"npm",
            r"(?:extra-)?index" + r"-url|find" + r"-links|trusted" + r"-host",
        ]
    )
)


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        assert path.stat().st_size < 1_000_000, f"{path.name} is too large to keep in the repository"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{n} {match[0]}" for n, line in enumerate(lines, 1) if (match := MACHINE.search(line))]
    assert found == []
