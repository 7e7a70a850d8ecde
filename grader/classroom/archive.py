"""What was handed in, as a folder or as the zip that an LMS makes. A zip is read where it is and never unpacked: nothing in it can be written.

Both say what is in them (`Entry`), and read one file when it is its turn.
"""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.classroom.roster import trouble_with
from grader.errors import Ungradable, UsageError
from grader.grading import MAX_READ, read, taken
from grader.model import Exercise, Submission
from grader.render.clean import clean
from grader.suite.subject import MAX_SOURCE

DEEPEST = 16
"""Folders in folders; no hand-in is so deep, and every level costs us a frame."""
MAX_MEMBERS = 200_000
MAX_RATIO = 100
"""How many times smaller than itself a file of more than `MAX_SOURCE` may be in a zip; Python text is about 4."""
_LINK = "is a symbolic link, and only files themselves are graded"
_JUNK = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Entry:
    """One file, under the name that it has in the folder or zip."""

    name: str
    size: int = 0
    packed: int = 0
    """Bytes that it takes in a zip."""
    trouble: str = ""
    """Why it is not to be opened."""

    def too_large(self) -> str:
        """Why it is too large to be read; "" when it is not."""
        if self.packed and self.size > MAX_SOURCE and self.size > MAX_RATIO * self.packed:
            return f"is a zip bomb: {_megabytes(self.packed)} that unpack to {_megabytes(self.size)}"
        return f"is {_megabytes(self.size)} long, and no submission is" if self.size > MAX_READ else ""


class Folder:
    """A folder of submissions."""

    def __init__(self, root: Path, without: Iterable[Path]) -> None:
        """`without`: files of ours, that nobody handed in."""
        self._root = root
        self._without = {(found.st_dev, found.st_ino) for found in (path.stat() for path in without if path.exists())}

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the names."""
        yield from self._walk(self._root, "", DEEPEST)

    def _walk(self, folder: Path, prefix: str, deeper: int) -> Iterator[Entry]:
        try:
            inside = sorted(os.scandir(folder), key=lambda each: each.name)
        except OSError as error:
            yield Entry(prefix or str(folder), trouble=f"cannot be read: {(error.strerror or '').lower()}")
            return
        for each in inside:
            name = prefix + each.name
            if _is_junk(name):
                continue
            if each.is_symlink():
                yield Entry(name, trouble=_LINK)
            elif each.is_dir(follow_symlinks=False):
                if deeper:
                    yield from self._walk(Path(each.path), f"{name}/", deeper - 1)
                else:
                    yield Entry(f"{name}/", trouble=f"lies more than {DEEPEST} folders deep")
            elif not each.is_file(follow_symlinks=False):
                yield Entry(name, trouble="is not a regular file")
            elif ((found := os.lstat(each.path)).st_dev, found.st_ino) not in self._without:
                yield Entry(name, found.st_size)

    def submission(self, entry: Entry, exercise: Exercise, who: str) -> Submission:
        """Read a file. Raises `Ungradable`."""
        return read(self._root / entry.name, exercise, who)


class Archive:
    """A zip of submissions."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UsageError(f"{path} is no folder, and cannot be read as a zip: {error}", "download it again, or name a folder") from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise UsageError(f"{path} holds {len(self._zip.infolist())} files, and no class hands in so many", "course grade-all DIR")
        self._members: dict[Entry, zipfile.ZipInfo] = {}

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the names; of two with one name both."""
        for member in sorted(self._zip.infolist(), key=lambda each: (each.filename, each.header_offset)):
            name = member.filename.replace("\\", "/")  # as some programs on Windows write it
            if member.is_dir() or _is_junk(name.removeprefix("/")):
                continue
            leaves = name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name)
            trouble = "leaves the folder that it would be unpacked in" if leaves else ""
            if stat.S_ISLNK(member.external_attr >> 16):
                trouble = _LINK
            entry = Entry(name, member.file_size, max(1, member.compress_size), trouble)
            self._members[entry] = member
            yield entry

    def submission(self, entry: Entry, exercise: Exercise, who: str) -> Submission:
        """Read a file. Raises `Ungradable`."""
        path = self._path / entry.name
        try:
            # zipfile reads no more than the size that was looked at, whatever the packed bytes would give.
            source = self._zip.read(self._members[entry])
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:  # RuntimeError: a password
            raise Ungradable(f"{path} cannot be unpacked: {error}", "download the zip again") from error
        return taken(source, path, exercise, who)


Source = Folder | Archive


def opened(path: Path, without: Iterable[Path]) -> Source:
    """The folder or zip at `path`. Raises `UsageError`."""
    if path.is_dir():
        return Folder(path, without)
    if not path.is_file():
        raise UsageError(
            f"{path} is {'no folder and no zip' if path.exists() else 'not there'}",
            "course grade-all DIR    a folder of submissions, or the zip from your LMS",
        )
    return Archive(path)


def _is_junk(name: str) -> bool:
    """What no person handed in: hidden files, and what file managers and Python leave."""
    return any(part in _JUNK or (part.startswith(".") and trouble_with(part) == "") for part in PurePosixPath(name).parts)


def _megabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def shown(name: str) -> str:
    """A file's name for a person."""
    return clean(name.encode("utf-8", "backslashreplace").decode("utf-8"), 120)
