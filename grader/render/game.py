"""The screen of `course play`: what happened so far, who could go next, what the keys do. Pure."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from grader.model import Game, Move, Position

from .clean import clean
from .interleaving import ALLOWED, picture
from .terminal import WIDTH, Glyphs, cut, fold, paragraph, spread


def screen(
    game: Game,
    file: str,
    position: Position,
    source: Sequence[str],
    glyphs: Glyphs,
    *,
    fine: bool,
    height: int,
    width: int = WIDTH,
    said: str = "",
) -> Iterator[Text]:
    """One screen of at most `height` lines. `said`: what there is to be said of the last key."""
    head = [
        spread(Text(f"  {game.title}", style="bold"), cut(Text(clean(file)), width // 2 - 4).plain, "bold", width),
        *paragraph(f"You choose who goes next. {game.goal}", 2, width),
        Text(),
    ]
    foot = [
        Text(),
        *(_move(move, source, width, fine=fine) for move in position.moves),
        *(line for wait in position.waits for line in paragraph(f"{clean(wait.thread)} waits for {clean(wait.what)}", 5, width, "dim")),
        *_end(position, glyphs, width),
        Text(),
        *paragraph(clean(said), 2, width),
        *fold(Text(f"  {keys(position, fine=fine)}", style="dim"), 2, width),
    ]
    yield from head
    yield from _latest(position, source, max(3, height - 1 - len(head) - len(foot)), width)
    yield from foot


def _latest(position: Position, source: Sequence[str], room: int, width: int) -> Iterator[Text]:
    """The picture, or as much of its end as there is room for; its heading stays."""
    if not position.so_far.steps:
        yield Text("     Nobody has taken a step yet.", style="dim")
        return
    heading, *rows = picture(position.so_far, source, width)
    yield heading
    yield from rows[-(room - 1) :]


def _move(move: Move, source: Sequence[str], width: int, *, fine: bool) -> Text:
    code = source[move.line - 1].strip() if 0 < move.line <= len(source) else ""
    what = f"{move.verb} {move.of}".strip() if fine else ""
    what = clean("its wait ends, too early" if move.early else what)
    line = Text(f"  {move.thread}  ", style="bold") + Text(f"{clean(move.name)[:18]:<8} {move.line:>3}  {clean(code)}")
    return cut(line, width - 4 - cell_len(what)) + Text(f"   {what}".rstrip(), style="cyan")


def _end(position: Position, glyphs: Glyphs, width: int) -> Iterator[Text]:
    if position.moves:
        return
    if position.unwritten:
        yield from paragraph("This is still to be written.", 2, width, "bold")
    elif position.ended:
        yield from won(position, glyphs, width)
    else:
        said = "All went well this time, so you have not won. Step back (u), expand the lines (e), and try another way."
        yield from paragraph(said, 2, width)


def won(position: Position, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """What the player has brought about."""
    yield from paragraph(f"{glyphs.passed} Won, with {times(position.interruptions)}. {clean(position.ended)}", 2, width, "bold")


def machine(
    tried: int, exhausted: int, position: Position | None, source: Sequence[str], height: int, width: int = WIDTH
) -> Iterator[Text]:
    """What the machine found, in `tried` orders."""
    if position is None:
        all_of_them = "With two interruptions at most there is no other: this code holds." if exhausted == 2 else "There are more."
        said = f"The machine tried {tried} orders, and every one ended well. {all_of_them}"
    else:
        said = f"The machine, after {tried} orders, with {times(position.interruptions)}: {clean(position.ended)}"
    yield from paragraph(said, 2, width, "bold")
    if position is not None:
        yield from fold(Text(f"  schedule {position.so_far.schedule}", style="dim"), 11, width)
        yield Text()
        yield from _latest(position, source, height - 8, width)
        yield Text()
        yield from paragraph(ALLOWED, 2, width)
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
