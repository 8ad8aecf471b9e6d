"""The store: every finished solve and every run of a study, in a folder that outlives them all.

    store = Store.at("runs")                                         # made if need be
    asked = Asked(case.digest, "futures", {"seed": 7, "futures": 10_000})    # what a result hangs on, with this version
    kept = store.lookup(asked)                                       # None: not there, or not whole
    kept = store.record(asked, Kept({"mean": 1.5}, {"values": frame}), case)   # told as JSON, tables as Parquet

A result is visible when it is whole: its tables are written to a folder of their own first, which is renamed, and then its row is
committed. Two processes may use one store: who records a result that is there already gets the one that is there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.errors import CaseError, Problem, Where, shown

FILE, RESULTS = "store.sqlite", "results"
"""The database of a store, and the folder of its results: one folder for each, with a Parquet file for each table."""

FORMAT = 1
"""The form of the database. A store of a higher one was written by a newer Brownfield and is refused."""

MARK = 0x42524F57
"""By this number in its header a database is known as a store."""

PATIENCE = 300.0
"""Seconds to wait for another process that is writing: it takes milliseconds, unless that process was put to sleep."""

TABLES = """
create table cases (digest text primary key, name text not null, settings text not null, tables text not null);
create table frames (sha text primary key, parquet blob not null);
create table results (
  key text primary key, made text not null, case_digest text not null, kind text not null, settings text not null,
  version text not null, told text not null, files text not null, bytes integer not null);
create table runs (
  run integer primary key autoincrement, begun text not null, ended text, state text not null, command text not null,
  asked text not null, version text not null);
create table asked (
  run integer not null, number integer not null, key text not null, name text not null, found integer not null,
  primary key (run, number));
"""


class StoreError(CaseError):
    """The store cannot be used, or not any longer: what is in it stays as it was."""

    def __init__(self, code: str, path: Path, found: str, expected: str, fix: str) -> None:
        problem = Problem(code, Where(str(path)), found, expected, fix)
        super().__init__([problem])
        self.args = (f"The store cannot be used; what is in it stays as it was.\n\n{problem}",)


@cache
def build() -> str:
    """The version of Brownfield and of its solver, with a mark of the program text that a result depends on."""
    root = Path(__file__).parents[1]
    rooms = (root / room for room in ("case", "plan", "model", "solve"))
    texts = [path.read_bytes() for room in rooms for path in sorted(room.glob("*.py"))]
    mark = hashlib.sha256(b"\0".join(texts)).hexdigest()[:8]
    return f"brownfield {version('brownfield')} ({mark}), highspy {version('highspy')}"


@dataclass(frozen=True)
class Asked:
    """What a result hangs on: the digest of the case, what is asked of it, every setting, and the version that answers."""

    case_digest: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    version: str = field(default_factory=build)

    @property
    def key(self) -> str:
        """The name of the result: the same for the same question, on any machine."""
        text = json.dumps([self.case_digest, self.kind, self.settings, self.version], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Kept:
    """A result: what can be told in JSON (a float keeps every digit, infinity too), and tables."""

    told: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What is known of a result without reading its tables: where it stands, of which case, and what is told of it."""

    key: str
    made: str
    case_digest: str
    case_name: str
    kind: str
    settings: Mapping[str, Any]
    version: str
    told: Mapping[str, Any]
    name: str = ""
    found: bool = False


@dataclass(frozen=True)
class Run:
    """One command or study: when, what was asked, how it ended, and how many solves it came to.

    state: done, stopped (by Ctrl-C), failed, or unfinished: it runs still, or was cut short. made: solves that it made; found:
    those that were in the store already.
    """

    run: int
    begun: str
    ended: str | None
    state: str
    command: str
    asked: Mapping[str, Any]
    version: str
    made: int
    found: int


@dataclass(frozen=True)
class Store:
    """A folder with a store in it. Nothing is kept open between two calls, so that it can be used from any thread or process."""

    folder: Path

    @classmethod
    def at(cls, folder: str | Path, *, make: bool = True) -> Store:
        """The store in a folder; made there if need be. StoreError when it is something else, newer, or cannot be written."""
        path = Path(folder)
        if path.exists() and not path.is_dir():
            raise StoreError("BF521", path, "a file", "the folder of a store", "give the name of a folder")
        there = (path / FILE).exists()
        if not there and not make:
            raise StoreError("BF521", path, "no store", "a folder with a store in it", "name the folder that was given as --store")
        if not there and path.is_dir() and any(not entry.name.startswith((FILE, RESULTS)) for entry in path.iterdir()):
            fix = "name a new folder: a store is not put among other files"
            raise StoreError("BF521", path, "a folder with other files in it", "the folder of a store, or a new one", fix)
        store = cls(path.resolve())
        with _spoken(path):
            (store.folder / RESULTS).mkdir(parents=True, exist_ok=True)
            store._prepare()
        return store

    # results

    def lookup(self, asked: Asked) -> Kept | None:
        """The result of the same question; None when it is not there, or is not whole any longer: then it is made again."""
        return self.result(asked.key)

    def record(self, asked: Asked, kept: Kept, case: Case | None = None) -> Kept:
        """Keep a result, all of it or nothing, with the case if given; the one that is there already when somebody was faster."""
        key, told = asked.key, json.dumps(dict(kept.told))
        with self._writing() as base:
            row = base.execute("select told, files from results where key = ?", (key,)).fetchone()
            there = None if row is None else self._whole(key, *row)
            if there is not None:
                return there
            if case is not None:
                self._keep_case(base, case)
            files, size = self._written(key, kept.tables)
            settings = json.dumps(dict(asked.settings), sort_keys=True)
            values = (key, _now(), asked.case_digest, asked.kind, settings, asked.version, told, json.dumps(files), size + len(told))
            base.execute("insert or replace into results values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        return kept

    def _written(self, key: str, tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, str], int]:
        """The tables of a result in its own folder, on the disk before anybody hears of them: their hashes, and their size."""
        target, hashes, size = self.folder / RESULTS / key, {}, 0
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix="."))
        try:
            for name, frame in tables.items():
                data = _parquet(frame)
                hashes[name], size = hashlib.sha256(data).hexdigest(), size + len(data)
                with (scratch / f"{name}.parquet").open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            if target.exists():  # left by a process that died before it could commit, or damaged
                shutil.rmtree(target)
            scratch.chmod(0o755)
            scratch.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return hashes, size

    def _whole(self, key: str, told: str, files: str) -> Kept | None:
        """A result as it was recorded; None when a file of it is missing, or is another one."""
        tables = {}
        for name, sha in json.loads(files).items():
            try:
                data = (self.folder / RESULTS / key / f"{name}.parquet").read_bytes()
            except OSError:
                return None
            if hashlib.sha256(data).hexdigest() != sha:
                return None
            tables[name] = pl.read_parquet(io.BytesIO(data))
        return Kept(json.loads(told), tables)

    # runs

    def begin(self, command: str, asked: Mapping[str, Any]) -> int:
        """A run begins: its number."""
        values = (_now(), "unfinished", command, json.dumps(dict(asked)), build())
        with self._writing() as base:
            made = base.execute("insert into runs (begun, state, command, asked, version) values (?, ?, ?, ?, ?)", values)
            return int(made.lastrowid or 0)

    def note(self, run: int, asked: Asked, name: str, found: bool) -> None:
        """A run has the result of a solve: one that it made, or one that was found."""
        with self._writing() as base:
            number = base.execute("select count(*) from asked where run = ?", (run,)).fetchone()[0]
            base.execute("insert into asked values (?, ?, ?, ?, ?)", (run, number + 1, asked.key, name, found))

    def end(self, run: int, state: str) -> None:
        """A run is over."""
        with self._writing() as base:
            base.execute("update runs set ended = ?, state = ? where run = ?", (_now(), state, run))

    def runs(self) -> list[Run]:
        """Every run, in the order in which they began."""
        text = """select r.run, begun, ended, state, command, r.asked, version, count(key) - total(found) as made, total(found) as found
                  from runs r left join asked a on a.run = r.run group by r.run order by r.run"""
        with self._reading() as base:
            rows = base.execute(text).fetchall()
        told = [dict(row) | {"asked": json.loads(row["asked"])} | {name: int(row[name]) for name in ("made", "found")} for row in rows]
        return [Run(**row) for row in told]

    def run(self, number: int) -> tuple[Run, list[Result]]:
        """A run with its results, in the order in which they came. StoreError when there is no such run."""
        runs = {run.run: run for run in self.runs()}
        if number not in runs:
            known = f"a run from {min(runs)} to {max(runs)}" if runs else "a run, of which there is none yet"
            raise StoreError("BF525", self.folder, f"no run {number}", known, "say brownfield runs")
        text = """select r.key, made, case_digest, coalesce(c.name, '') as case_name, kind, r.settings, version, told, a.name, found
                  from asked a join results r on r.key = a.key left join cases c on c.digest = case_digest where run = ? order by number"""
        with self._reading() as base:
            rows = base.execute(text, (number,)).fetchall()
        told = [dict(row) | {name: json.loads(row[name]) for name in ("settings", "told")} for row in rows]
        return runs[number], [Result(**row | {"found": bool(row["found"])}) for row in told]

    def result(self, key: str) -> Kept | None:
        """A result by its key; None when it is not there, or not whole."""
        with self._reading() as base:
            row = base.execute("select told, files from results where key = ?", (key,)).fetchone()
        return None if row is None else self._whole(key, *row)

    def prune(self, before: str, other_versions: bool = False) -> tuple[int, int, int]:
        """Take out runs that began before a day, and then results that no run asked for: runs, results and bytes taken out.

        before: as 2026-01-31; blank takes out no run. other_versions: also results that this version would not look up. Folders
        that a killed process left, and cases of no result, go in any case.
        """
        with self._writing() as base:
            runs = base.execute("delete from runs where begun < ?", (before,)).rowcount
            base.execute("delete from asked where run not in (select run from runs)")
            old = "key not in (select key from asked)" if before else "0"
            text = f"select key, bytes from results where {old} or (? and version <> ?)"
            gone = base.execute(text, (other_versions, build())).fetchall()
            base.executemany("delete from results where key = ?", [(key,) for key, _ in gone])
            base.executemany("delete from asked where key = ?", [(key,) for key, _ in gone])
            base.execute("delete from cases where digest not in (select case_digest from results)")
            base.execute("delete from frames where sha not in (select value from cases, json_each(cases.tables))")
            known = {key for (key,) in base.execute("select key from results")}
            for folder in (self.folder / RESULTS).iterdir():
                if folder.name not in known:
                    shutil.rmtree(folder, ignore_errors=True)
        with self._reading() as base:
            base.execute("vacuum")
        return runs, len(gone), sum(size for _, size in gone)

    # cases

    def _keep_case(self, base: sqlite3.Connection, case: Case) -> None:
        """The case of a result; a table that several cases share is kept once."""
        if base.execute("select 1 from cases where digest = ?", (case.digest,)).fetchone():
            return
        names = {}
        for name, frame in case.tables.items():
            if frame.height:
                data = _parquet(frame)
                names[name] = hashlib.sha256(data).hexdigest()
                base.execute("insert or ignore into frames values (?, ?)", (names[name], data))
        values = (case.digest, case.settings.name, case.settings.model_dump_json(), json.dumps(names))
        base.execute("insert into cases values (?, ?, ?, ?)", values)

    def case(self, digest: str) -> Case | None:
        """A case of which there are results; None when it is not there."""
        with self._reading() as base:
            row = base.execute("select settings, tables from cases where digest = ?", (digest,)).fetchone()
            if row is None:
                return None
            data = {name: base.execute("select parquet from frames where sha = ?", (sha,)) for name, sha in json.loads(row[1]).items()}
            tables = {name: pl.read_parquet(io.BytesIO(found.fetchone()[0])) for name, found in data.items()}
        case = Case(Settings.model_validate_json(row[0]), tables)
        return case if case.digest == digest else None

    # the database

    def _prepare(self) -> None:
        """Make the database, or see that it is one of ours and not newer than we are."""
        path = self.folder / FILE
        with closing(self._connection()) as base:
            form, mark, tables = (base.execute(text).fetchone()[0] for text in _HEADER)
            if form > FORMAT and mark == MARK:
                found, fix = f"a store of format {form}, written by a newer Brownfield", "update Brownfield, or name another folder"
                raise StoreError("BF520", path, found, f"format {FORMAT}, which {build()} can read", fix)
            if mark != MARK and (tables or form):
                raise StoreError("BF521", path, "a database of something else", "a store", "name the folder of a store, or a new one")
            if mark != MARK:
                base.execute("begin immediate")
                if base.execute(_HEADER[2]).fetchone()[0] == 0:  # nobody else was faster
                    for statement in TABLES.split(";")[:-1]:
                        base.execute(statement)
                    base.execute(f"pragma application_id = {MARK}")
                    base.execute(f"pragma user_version = {FORMAT}")
                base.execute("commit")
            _side_by_side(base)

    def _connection(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.folder / FILE, timeout=PATIENCE, isolation_level=None)
        base.row_factory = sqlite3.Row
        base.execute("pragma synchronous = full")
        return base

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _spoken(self.folder / FILE), closing(self._connection()) as base:
            yield base

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed as a whole, or not at all."""
        with _spoken(self.folder / FILE), closing(self._connection()) as base:
            base.execute("begin immediate")
            try:
                yield base
                base.execute("commit")
            except BaseException:
                if base.in_transaction:
                    base.execute("rollback")
                raise


def _side_by_side(base: sqlite3.Connection) -> None:
    """Readers and a writer at once, from now on. Several processes that make a store at the same time get in each other's way."""
    for attempt in range(200):
        if base.execute("pragma journal_mode").fetchone()[0] == "wal":
            return
        try:
            base.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY") or attempt == 199:
                raise
            time.sleep(0.05)


_HEADER = ("pragma user_version", "pragma application_id", "select count(*) from sqlite_master")


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Trouble with the disk or the database in words."""
    try:
        yield
    except sqlite3.Error as error:
        name, said = getattr(error, "sqlite_errorname", ""), shown(str(error))
        if name.startswith("SQLITE_BUSY"):
            fix = "try again when the other process is done"
            raise StoreError("BF523", path, "a store in which another process has been writing for minutes", "a free store", fix) from error
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            fix = "name another folder, and keep this one for whoever can mend it"
            raise StoreError("BF524", path, f"a damaged database: {said}", "a store", fix) from error
        raise StoreError("BF522", path, said, "a place where files can be written", "make room there, or name another folder") from error
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise StoreError("BF522", path, said, "a place where files can be written", "make room there, or name another folder") from error
