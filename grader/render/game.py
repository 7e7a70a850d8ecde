"""The screen of `course play`: what happened so far, who could go next, what the keys do. Pure."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from grader.model import Game, Move, Position

from .clean import clean
from .interleaving import ALLOWED, picture
from .terminal import Glyphs, wrap

_ROWS = 11
"""Lines of a screen that are not the picture, and those that the moves and waits do not take."""


def screen(
    game: Game, file: str, position: Position, source: Sequence[str], glyphs: Glyphs, *, fine: bool, height: int, said: str = ""
) -> Iterator[Text]:
    """One screen of at most `height` lines. `said`: what there is to be said of the last key."""
    yield Text(f"  {game.title:<50}{file:>27}"[:79], style="bold")
    yield Text(f"  You choose who goes next. {game.goal}")
    yield Text()
    yield from _latest(position, source, max(3, height - _ROWS - len(position.moves) - len(position.waits)))
    yield Text()
    for move in position.moves:
        yield _move(move, source, fine=fine)
    for wait in position.waits:
        yield from (Text(f"     {line}", style="dim") for line in wrap(f"{clean(wait.thread)} waits for {clean(wait.what)}", 5))
    yield from _end(position, glyphs)
    yield Text()
    if said:
        yield from (Text(f"  {line}") for line in wrap(clean(said), 2))
    yield Text(f"  {keys(position, fine=fine)}", style="dim")


def _latest(position: Position, source: Sequence[str], room: int) -> Iterator[Text]:
    """The picture, or as much of its end as there is room for; its heading stays."""
    if not position.so_far.steps:
        yield Text("     Nobody has taken a step yet.", style="dim")
        return
    heading, *rows = picture(position.so_far, source)
    yield heading
    yield from rows[-(room - 1) :]


def _move(move: Move, source: Sequence[str], *, fine: bool) -> Text:
    code = source[move.line - 1].strip() if 0 < move.line <= len(source) else ""
    what = f"{move.verb} {move.of}".strip() if fine else ""
    what = "its wait ends, too early" if move.early else what
    line = Text(f"  {move.thread}  ", style="bold") + Text(f"{clean(move.name)[:18]:<8} {move.line:>3}  {clean(code)[:44]}")
    return line + Text(f"   {clean(what)}", style="cyan") if what else line


def _end(position: Position, glyphs: Glyphs) -> Iterator[Text]:
    if position.moves:
        return
    if position.unwritten:
        yield from (Text(f"  {line}", style="bold") for line in wrap("This is still to be written.", 2))
    elif position.ended:
        yield won(position, glyphs)
    else:
        yield from (
            Text(f"  {line}")
            for line in wrap("All went well this time, so you have not won. Step back (u), expand the lines (e), and try another way.", 2)
        )


def won(position: Position, glyphs: Glyphs) -> Text:
    """What the player has brought about."""
    said = f"{glyphs.passed} Won, with {times(position.interruptions)}. {clean(position.ended)}"
    return Text("\n".join(f"  {line}" for line in wrap(said, 2)), style="bold")


def machine(tried: int, exhausted: int, position: Position | None, source: Sequence[str], height: int) -> Iterator[Text]:
    """What the machine found, in `tried` orders."""
    if position is None:
        all_of_them = "With two interruptions at most there is no other: this code holds." if exhausted == 2 else "There are more."
        said = f"The machine tried {tried} orders, and every one ended well. {all_of_them}"
    else:
        said = f"The machine, after {tried} orders, with {times(position.interruptions)}: {clean(position.ended)}"
    yield from (Text(f"  {line}", style="bold") for line in wrap(said, 2))
    if position is not None:
        yield Text(f"  schedule {position.so_far.schedule}", style="dim")
        yield Text()
        yield from _latest(position, source, height - 8)
        yield Text()
        yield from (Text(f"  {line}") for line in wrap(ALLOWED, 2))
    yield Text()
    yield Text("  any key: back to your game", style="dim")


def times(interruptions: int) -> str:
    """How often a thread was interrupted, in words."""
    return {0: "nobody interrupted", 1: "one interruption"}.get(interruptions, f"{interruptions} interruptions")


def keys(position: Position, *, fine: bool) -> str:
    """What can be pressed now."""
    numbers = " ".join(str(move.thread) for move in position.moves)
    whose = f"{numbers} go on {'by a step' if fine else 'a line'}   " if numbers else ""
    return f"{whose}e {'whole lines' if fine else 'expand lines'}   u undo   r restart   m machine   q quit"
