"""The command `course`: parse, call, render, exit. One room per audience; `main` is the only entry.

Cold speed is a feature, so nothing heavy is imported here. `course grade ...` in its plain shapes is recognised before typer is
imported (typer costs half a bare pytest); every other shape goes through typer to the same function, and a test holds the two together.
"""

import os
import sys


def main() -> None:
    """Run the command line, and exit with one of `errors.Exit`."""
    from grader.cli.top import run

    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads it, or there is no room for it
            os.close(stream.fileno())
    if "multiprocessing.synchronize" in sys.modules:
        sys.exit(code)  # `course check` has semaphores to give back
    # Every child is waited for and every file is closed: what is left is only the interpreter's own tidying, 30 ms of it.
    os._exit(code)
