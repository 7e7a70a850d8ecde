"""`course doctor`: what this machine can do for grading, found by trying, and how to mend what it cannot."""

import os
import platform
import sys

from grader.errors import Exit

PROBES = {
    "start": ("Python can be started in it", "the parts of this Python lie where no graded file can read: no process pool would start"),
    "read": ("no file outside of its own folder can be read", "suites, solutions and your home are open to the file that is graded"),
    "change": ("nor can its mode or times be changed", "the modes and times of your files can be changed by the file that is graded"),
    "signal": ("the grader cannot be signalled", "a graded file can stop or kill the grader, and spoil other files' marks"),
    "connect": ("no service on this machine can be reached", "a graded file can talk to what listens here, and to the network"),
    "outlive": ("nothing it starts lives on", "a graded file can leave processes behind"),
    "fork": ("the kernel stops it from forking without end", "a fork bomb is stopped by counting, a moment later"),
}
"""Probe to what holds, and what it means where it does not."""

MENDS = {
    "start": (
        "This Python is in parts that the grader does not know to show: use one of python.org, of your system, of uv, pyenv or Conda,",
        "and tell us where this one came from.",
    ),
    "full": (
        "Namespaces are refused here. In a container: run it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined,",
        "or let the container be the outer wall, and say --allow-isolation partial. On Ubuntu 24.04 and later, as root:",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "partial": ("Landlock is refused here: it needs Linux 5.13 or newer, with landlock among the kernel's security modules.",),
}
"""What to do when a probe fails that others depend on, or a level cannot be had."""


def doctor() -> int:
    """Print the table of probes; the exit code."""
    from grader.cli.screen import glyphs, say
    from grader.render.terminal import LEVELS
    from grader.sandbox.client import Sandbox
    from grader.sandbox.jail import SandboxError
    from grader.suite import tree

    marks = glyphs(sys.stdout)

    def line(fine: bool, text: str, indent: int = 2) -> None:
        say(f"{' ' * indent}{marks.passed if fine else marks.failed} {text}")

    say()
    line(True, f"Python {platform.python_version()}, {os.cpu_count()} cores")
    line(tree.available(), "the kernel says who waits and for what" if tree.available() else "no /proc: a hang ends without a verdict")
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        line(False, "PYTHONDONTWRITEBYTECODE is set: every command compiles its libraries anew, and takes seconds")
    try:
        with Sandbox() as sandbox:
            trials = sandbox.trials
    except SandboxError as error:
        line(False, f"no isolation at all: {error}")
        return Exit.UNGRADABLE
    best = trials[-1].level
    line(best.value == "full", f"isolation: {LEVELS[best.value]}")
    for trial in trials:
        say()
        name = f"level {trial.level.value}"
        if trial.why:
            say(f"  {name}: cannot be set up ({trial.why})")
        else:
            say(f"  {name}: {'in force' if trial.passed else 'does not hold'}")
            for probe, (holds, fails) in PROBES.items():
                held = trial.held.get(probe, False)
                line(held, holds if held else fails, indent=4)
        if not trial.passed and sys.platform == "linux":
            unstartable = trial.held and not trial.held.get("start")
            for text in MENDS["start" if unstartable else trial.level.value]:
                say(f"      {text}")
    if os.geteuid() == 0:
        say()
        say("  You are root: graded files run as a user without a name, never as root.")
    if best.value != "full":
        say()
        say("  Your own files can be graded at any level. For other people's, say --allow-isolation with the lowest that you accept.")
    return Exit.PASSED
