"""What a batch is graded with, wherever that is done."""

import hashlib
import platform
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import grader
from grader.sandbox.levels import Level

_PACKAGE = Path(grader.__file__).resolve().parent


@dataclass(frozen=True)
class Terms:
    """One batch's, the same for each of its submissions."""

    seed: str
    lowest: Level
    """The weakest isolation to grade at."""
    edition: str = ""
    """What must be installed, as `edition` says it; "" where everything is graded from the files of one machine."""
    batch: str = field(default_factory=secrets.token_hex)
    """By which two batches on one cluster are told apart."""


def edition() -> str:
    """The course that is installed here: its version, a hash of the grader and all suites, and the Python whose verdicts they are.

    Lessons are not in it: no verdict rests on them, and a wheel keeps them in another place than a checkout.
    """
    sources = (path for path in _PACKAGE.rglob("*.py") if "_content" not in path.parts)
    python = ".".join(platform.python_version_tuple()[:2])
    return f"thread-vs-process {grader.__version__} ({hashed(_PACKAGE, sources)[:12]}) on Python {python}"


def hashed(folder: Path, paths: Iterable[Path]) -> str:
    """A hash of these files below `folder`: their names and what is in them. What Python caches is left out."""
    found = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            body = path.read_bytes()
            found.update(f"{path.relative_to(folder).as_posix()}\0{len(body)}\0".encode())
            found.update(body)
    return found.hexdigest()
