"""`course` where the kernel refuses system calls, and as somebody who is not root: what containers and hardened machines are like."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import COURSE, ROOT, clean_environment

DENY = """
import os, struct, sys
from grader.sandbox import linux
calls = [int(number) for number in sys.argv[1].split(",")]
steps = [(0x20, 0, 0, 0)]
for number in calls:
    steps += [(0x15, 0, 1, number), (6, 0, 0, 0x50001)]
steps += [(6, 0, 0, 0x7FFF0000)]
linux.no_new_privileges()
linux.filter_system_calls(b"".join(struct.pack("HBBI", *step) for step in steps))
os.execv(sys.argv[2], sys.argv[2:])
"""
AS_NOBODY = """
import os, sys
from grader.sandbox import containment
containment._drop_root(sys.argv[1])
assert os.getresuid() == (os.getuid(),) * 3 and os.getuid() != 0
os.environ["HOME"] = os.environ["TMPDIR"] = sys.argv[1]
os.execv(sys.argv[2], sys.argv[2:])
"""
UNSHARE, LANDLOCK = (272 if platform.machine() == "x86_64" else 97), 444


def denied(
    numbers: list[int], *command: str, cwd: Path, program: Sequence[str] = COURSE, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run `course` as an ordinary user where the kernel refuses these system calls, as containers and hardened kernels do.

    `cwd` becomes that user's.
    """
    as_nobody = [sys.executable, "-c", AS_NOBODY, str(cwd)] if os.getuid() == 0 else []
    return subprocess.run(
        [*as_nobody, sys.executable, "-c", DENY, ",".join(map(str, numbers)), *program, *command],
        cwd="/",
        env=clean_environment(PYTHONPATH=str(ROOT)) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
