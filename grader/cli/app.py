"""The typer application: every command, its help and its options. Commands live in learner.py, author.py and classroom.py."""

import os
from typing import Annotated

import typer

from grader.cli import author, classroom, learner
from grader.errors import Exit

EPILOG = "Exit codes: 0 passed · 1 graded and not passed · 2 usage · 3 our fault · 4 could not be graded, or no verdict · 130 interrupted"

app = typer.Typer(
    name="course",
    help="Threads, processes and futures in Python: a course that runs in your terminal.\n\n"
    "    course start            make a folder to work in\n\n"
    "    course read 03          a lesson\n\n"
    "    course grade 03         have your file marked\n\n"
    "    course                  where am I, and what is next",
    epilog=EPILOG,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        learner.version()
        raise typer.Exit(Exit.PASSED)


@app.callback(invoke_without_command=True)
def where_am_i(
    context: typer.Context,
    _version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show version and machine.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="For a screen reader: words for marks, nothing moves. Or set COURSE_PLAIN=1.")
    ] = False,
) -> None:
    """Say where you are and what comes next."""
    if plain:
        os.environ["COURSE_PLAIN"] = "1"
    if context.invoked_subcommand is None:
        learner.status(brief=True)


learner.register(app)
author.register(app)
classroom.register(app)
