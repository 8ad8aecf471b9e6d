"""The docs are true: every block of Python and every command runs, every link leads somewhere, no generated page is stale."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from brownfield.files import read_case
from brownfield.model.assemble import assemble

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(
    r"(?:<!-- (?P<mark>not run|file|printed)(?:: (?P<told>[^>]+))? -->\n)?^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.M | re.S
)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@dataclass(frozen=True)
class Block:
    """A piece of a page: Python or commands that run, a file that they read (its name in `file`), or what they printed."""

    kind: str
    body: str
    file: str = ""


def blocks(page: Path) -> list[Block]:
    """Blocks of a page that count.

    `<!-- file: name -->` before a block makes a file of it, `<!-- printed -->` says that the block before it prints this
    (a line of ... stands for anything), `<!-- not run: why -->` leaves it out.
    """
    found = []
    for match in FENCE.finditer(page.read_text(encoding="utf-8")):
        kind, body = match["kind"], match["body"]
        if match["mark"] in ("file", "printed"):
            found.append(Block(match["mark"], body, match["told"] or ""))
        elif match["mark"] is None and (kind == "python" or (kind == "sh" and re.search(r"^brownfield ", body, re.M))):
            found.append(Block(kind, body))
    return found


BEFORE = """
import io, pathlib, subprocess, sys
_screen = sys.stdout = io.StringIO()

def _file(name, text):
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

def _run(line, status):
    done = subprocess.run(line, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    _screen.write(done.stdout)
    assert done.returncode == status, f"{line} ended with status {done.returncode}: {done.stdout}"

def _wipe():
    _screen.seek(0)
    _screen.truncate()

def _printed(lines):
    words = " ".join(_screen.getvalue().split())
    missing = [line for line in lines if " ".join(line.split()) not in words]
    assert not missing, f"not printed: {missing}, but: {_screen.getvalue()}"
"""


def script(found: list[Block]) -> str:
    """One program from the blocks of a page, in order: a page is read from top to bottom, and so it is run."""
    parts = [BEFORE]
    for block in found:
        if block.kind == "file":
            parts.append(f"_file({block.file!r}, {block.body!r})")
        elif block.kind == "printed":
            parts.append(f"_printed({[line for line in block.body.splitlines() if line.strip() not in ('', '...')]!r})")
        elif block.kind == "python":
            parts += ["_wipe()", block.body]
        else:
            parts += ["_wipe()", *(command(line) for line in block.body.replace("\\\n", " ").splitlines() if line.strip())]
    return "\n".join(parts)


def command(line: str) -> str:
    """The call of one command; a comment `# status 2` says how it ends."""
    text, _, told = line.partition("  #")
    status = re.search(r"status (\d)", told)
    return f"_run({text.strip()!r}, {int(status[1]) if status else 0})"


RUNNABLE = [page for page in PAGES if blocks(page)]


@pytest.mark.parametrize("page", RUNNABLE, ids=names(RUNNABLE))
def test_what_a_page_shows_runs(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script(blocks(page))],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def anchors(page: Path) -> set[str]:
    """Names that a link to a heading of a page can use."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        to = (page.parent / target).resolve() if target else page
        if not to.exists() or (anchor and anchor not in anchors(to)):
            broken.append(link)
    assert broken == []


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {word for page in PAGES for word in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.M)}
    assert named <= targets


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


GENERATE = generator()


@pytest.mark.parametrize("name", sorted(GENERATE.PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == GENERATE.PAGES[name](), "say `make pages`"


RULES = GENERATE.rules()


@pytest.mark.parametrize("rule", RULES, ids=[f"{rule.file}-{rule.name}" for rule in RULES])
def test_every_rule_says_what_it_is(rule) -> None:
    first = rule.text.split("\n")[0]
    assert first.endswith((".", "?")), "the first line is a sentence that a plant manager accepts"
    assert rule.formulas, "a rule has its formula: `.. math::`"
    assert rule.families, "`Rows:` names the families that the function adds, each as ``family[keys]``"
    assert set(rule.families) <= rule.code, "a family that the function does not add"


def test_every_function_that_adds_rows_is_a_rule() -> None:
    adds = set()
    for path in sorted((ROOT / "src" / "brownfield" / "model").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "program.rows(" in ast.unparse(node):
                adds.add(node.name)
    assert adds == {rule.name for rule in RULES}


def test_a_family_of_rows_belongs_to_one_rule() -> None:
    every = [family for rule in RULES for family in rule.families]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize("name", ["tiny", "giant_motor"])
def test_rows_of_a_model_have_the_keys_that_their_rule_names(name: str) -> None:
    told = {family: keys for rule in RULES for family, keys in rule.families.items()}
    blocks_made = assemble(read_case(ROOT / "examples" / name)).program.row_blocks
    assert blocks_made
    assert {block.name: ",".join(block.keys) for block in blocks_made if block.count} == {
        block.name: told.get(block.name) for block in blocks_made if block.count
    }


def test_every_code_is_explained_once() -> None:
    used = set()
    for path in sorted((ROOT / "src").rglob("*.py")):
        used |= set(re.findall(r"[\"'](BF\d{3})[\"']", path.read_text(encoding="utf-8")))
    told = re.findall(r"^(?:### |\| <a id=\"BF\d{3}\"></a>)(BF\d{3})", GENERATE.PAGES["problems.md"](), re.M)
    assert sorted(told) == sorted(used)
