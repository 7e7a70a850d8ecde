"""The batch's memory: a SQLite file with a row for each submission that was graded.

A row is written in one transaction when its report is there, so after `kill -9` at any moment each result is in the journal whole or not at
all, and the same command goes on from there. A row answers for one person, exercise, file, version of the suite and seed: when one of these
is another, the submission is graded anew, and the old row stays. Which rows the last batch came to, and what it could not grade, is kept
beside them, so that its files can be written again from here alone.

One batch at a time: an open journal holds a lock on its folder, which the kernel takes back when the process ends, however it ends.
"""

import fcntl
import os
import secrets
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.errors import UsageError
from grader.model import Exercise

from .terms import hashed

NAME = "journal.sqlite"
VERSION = 2
"""Of the tables below. An older program must not touch a newer file."""
_MAGIC = b"SQLite format 3\0"
_APPLICATION = 0x436F7572
""""Cour": that a SQLite file is ours."""
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS batch (seed TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ended (batch TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS result (
    person TEXT NOT NULL, exercise TEXT NOT NULL, sha256 TEXT NOT NULL, version TEXT NOT NULL, seed TEXT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (person, exercise, sha256, version, seed)
);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {VERSION};
COMMIT;
"""


@dataclass(frozen=True)
class Key:
    """What a row answers for."""

    person: str
    exercise: str
    sha256: str
    version: str
    seed: str

    @property
    def fields(self) -> tuple[str, str, str, str, str]:
        """In the order of the table."""
        return self.person, self.exercise, self.sha256, self.version, self.seed


class Journal:
    """An open journal, locked until it is closed. Every method raises `UsageError` when the file cannot be used."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in `folder`, and make it when there is none."""
        self.path = folder / NAME
        self._lock = _locked(folder)
        try:
            _refuse_others(self.path)
            with self._told():
                self._rows = sqlite3.connect(self.path, isolation_level=None, timeout=0)
            try:
                with self._told():
                    self._prepare()
            except BaseException:
                self._rows.close()
                raise
        except BaseException:
            os.close(self._lock)
            raise

    @classmethod
    def existing(cls, folder: Path) -> Self:
        """Open the journal in `folder`; raises `UsageError` too where there is none."""
        if not (folder / NAME).exists():
            raise UsageError(
                f"there is no journal of a batch in {folder}",
                f"course grade-all SUBMISSIONS{option(folder)}    makes one; --out DIR names another folder",
            )
        return cls(folder)

    def _prepare(self) -> None:
        # Tables first, WAL second: so the main file's header, which is read before the file is opened, always says whose it is.
        if self._rows.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            self._rows.executescript(_TABLES)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = FULL")

    def seed(self, wanted: str | None, *, anew: bool) -> str:
        """The one seed of the batch: the journalled one, else `wanted`, else a new one. Only `anew` changes it."""
        with self._told():
            row = self._rows.execute("SELECT seed FROM batch").fetchone()
            if row and wanted in (None, row[0]):
                return str(row[0])
            if row and not anew:
                raise UsageError(
                    f"the batch in {self.path} has the seed {row[0]}, and one batch has one seed",
                    f"without --seed it goes on; --seed {wanted} --regrade grades everybody anew; --out DIR begins another batch",
                )
            seed = wanted or secrets.token_hex(4)
            self._rows.executescript("BEGIN; DELETE FROM batch;")
            self._rows.execute("INSERT INTO batch VALUES (?)", (seed,))
            self._rows.execute("COMMIT")
            return seed

    def find(self, key: Key) -> str | None:
        """The report of a row, as text; None when there is none."""
        with self._told():
            row = self._rows.execute(
                "SELECT report FROM result WHERE person = ? AND exercise = ? AND sha256 = ? AND version = ? AND seed = ?", key.fields
            ).fetchone()
        return str(row[0]) if row else None

    def write(self, key: Key, report: str) -> None:
        """Write a row, in the place of the one with this key if there is one. It is on the disk when this returns."""
        with self._told():
            self._rows.execute("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?)", (*key.fields, report))

    def end(self, batch: str) -> None:
        """Keep what a batch came to, as text, in the place of the one before."""
        with self._told():
            self._rows.executescript("BEGIN; DELETE FROM ended;")
            self._rows.execute("INSERT INTO ended VALUES (?)", (batch,))
            self._rows.execute("COMMIT")

    def ended(self) -> str:
        """What the last batch came to. Raises `UsageError` when none has come to its end yet."""
        with self._told():
            row = self._rows.execute("SELECT batch FROM ended").fetchone()
        if row is None:
            raise UsageError(
                f"no batch has come to its end in {self.path}",
                f"course grade-all SUBMISSIONS{option(self.path.parent)}    goes on, and grades nothing twice",
            )
        return str(row[0])

    def close(self) -> None:
        """Give the file and the lock back."""
        self._rows.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors, in our words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"{self.path} cannot be written ({error}); what it holds is kept",
                "make room, or make the folder writable, then the same command again: it goes on from there",
            ) from error
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{self.path} is damaged ({error})", f"mv {self.path} {self.path}.damaged    then the same command again"
            ) from error


def option(folder: Path) -> str:
    """How a command is told the folder of a batch: " --out DIR", and nothing for the one that it is in."""
    return "" if folder == Path() else f" --out {shlex.quote(str(folder))}"


def version(exercise: Exercise) -> str:
    """A hash of the suite's folder."""
    return hashed(exercise.suite, exercise.suite.rglob("*"))


def _locked(folder: Path) -> int:
    """A descriptor of the folder that holds its lock: the kernel gives it back even after `kill -9`, and no file is left over."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UsageError(f"{folder} cannot be opened: {(error.strerror or '').lower()}", "--out DIR names another folder") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError(
            f"another `course grade-all` is at work on {folder / NAME}", "wait until it has ended, or give another folder: --out DIR"
        ) from None
    except OSError as error:
        os.close(descriptor)
        raise UsageError(f"{folder} cannot be locked: {(error.strerror or '').lower()}", "--out DIR names another folder") from error
    return descriptor


def _refuse_others(path: Path) -> None:
    """Raise for a file that is no journal, or a newer one, without letting SQLite touch it: see "The Database Header" in its file format."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or '').lower()}", "--out DIR names another folder") from error
    if not header:
        return
    if header[:16] != _MAGIC or int.from_bytes(header[68:72], "big") != _APPLICATION:
        raise UsageError(f"{path} is no journal of `course grade-all`", "move it away, or give another folder: --out DIR")
    if (newer := int.from_bytes(header[60:64], "big")) > VERSION:
        raise UsageError(
            f"{path} is of version {newer}, from a newer release, and this one knows version {VERSION}: it was not touched",
            "upgrade thread-vs-process, or begin another batch: --out DIR",
        )
