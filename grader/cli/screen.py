"""The two streams: results on stdout, progress and errors on stderr."""

import os
import sys
from typing import IO, TextIO

from rich.console import Console
from rich.text import Text

from grader.render.terminal import PLAIN, WIDTH, Glyphs, glyphs_for


def console(stream: IO[str]) -> Console:
    """A console of at most 80 columns; colour is decided by the stream, NO_COLOR and FORCE_COLOR."""
    found = Console(file=stream, highlight=False, emoji=False, markup=False)
    if not found.is_terminal or found.width > WIDTH:
        found.width = WIDTH
    return found


def out() -> Console:
    """Results."""
    return console(sys.stdout)


def glyphs(stream: TextIO) -> Glyphs:
    """The marks that this stream can show; words where they are asked for."""
    return PLAIN if plain() else glyphs_for(stream.encoding)


def plain() -> bool:
    """Whether a screen reader reads along: words for marks, no bars, and nothing that moves."""
    return bool(os.environ.get("COURSE_PLAIN"))


def say(text: str = "") -> None:
    """One plain line on stdout, cut by nobody."""
    out().print(Text(text), soft_wrap=True)


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
