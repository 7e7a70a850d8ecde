"""The two streams: results on stdout, progress and errors on stderr."""

import os
import re
import sys
from typing import IO, TextIO

from rich.console import Console
from rich.text import Text

from grader.render.terminal import NARROWEST, PLAIN, WIDTH, Glyphs, fold, glyphs_for

_BEGINNING = re.compile(r" *(\S )?")
"""Of a line: its indentation and a mark."""


def console(stream: IO[str]) -> Console:
    """A console as wide as the terminal, within limits; colour is decided by the stream, NO_COLOR and FORCE_COLOR."""
    return Console(file=stream, highlight=False, emoji=False, markup=False, width=max(NARROWEST, min(WIDTH, _columns(stream))))


def _columns(stream: IO[str]) -> int:
    """As COLUMNS says, or the terminal; off a terminal as many as a screen has at most."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    return (stream.isatty() and os.get_terminal_size(stream.fileno()).columns) or WIDTH


def out() -> Console:
    """Results."""
    return console(sys.stdout)


def glyphs(stream: TextIO) -> Glyphs:
    """The marks that this stream can show; words where they are asked for."""
    return PLAIN if plain() else glyphs_for(stream.encoding)


def plain() -> bool:
    """Whether a screen reader reads along: words for marks, no bars, and nothing that moves."""
    return bool(os.environ.get("COURSE_PLAIN"))


def say(text: str = "", hang: int = 0) -> None:
    """A plain line on stdout. Where it does not fit it goes on below, indented by `hang`, or as what stands after the mark that it begins with."""
    console = out()
    for line in fold(Text(text), hang or len(_BEGINNING.match(text)[0]), console.width):  # type: ignore[index] # it matches anything
        console.print(line, soft_wrap=True)


def getkey() -> str:
    """The next key that is pressed, without Enter; Ctrl-D where there is no more input."""
    import typer

    try:
        return typer.getchar()
    except EOFError:
        return "\x04"


def is_live(stream: IO[str]) -> bool:
    """Whether something may move on this stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not plain()
