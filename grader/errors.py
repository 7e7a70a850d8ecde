"""What can go wrong that is not the learner's code.

    CourseError            says what happened, why, and the command that mends it; `code` is the exit code
     +- UsageError         the command does not fit what is there                                        exit 2
     |   +- UnknownId, NoWorkspace, NotWritable
     +- Ungradable         the file cannot be read as a file, or no worker can be started                exit 4
     |   +- NoUnix
     +- BrokenCourse       a lesson, suite or solution of ours is wrong                                  exit 3

What a learner's file does (a syntax error, a hang, an exit) is never one of these: it is a value in the report.
"""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of `course`."""

    PASSED = 0
    NOT_PASSED = 1
    USAGE = 2
    OUR_FAULT = 3
    UNGRADABLE = 4
    INTERRUPTED = 130


class CourseError(Exception):
    """`what` happened, in one line; `mend`: what to do about it, a command where there is one."""

    code = Exit.OUR_FAULT
    name = "C300"
    """What `course explain` knows it by."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


class UsageError(CourseError):
    """The command does not fit what is there."""

    code = Exit.USAGE
    name = "C200"


class UnknownId(UsageError):
    """No exercise or task is called that."""

    name = "C201"


class NoWorkspace(UsageError):
    """The command needs a workspace, and this folder is in none."""

    name = "C202"


class NotWritable(UsageError):
    """A file or folder cannot be written."""

    name = "C203"


class Ungradable(CourseError):
    """There is nothing to grade, or nothing to grade it with."""

    code = Exit.UNGRADABLE
    name = "C400"


class NoUnix(Ungradable):
    """Windows, which has none of what a grade rests on."""

    name = "C401"


class BrokenCourse(CourseError):
    """The course itself is at fault."""

    code = Exit.OUR_FAULT
