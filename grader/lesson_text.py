"""Lessons as text: sections by anchor, hints by task, fences by width. Pure: Markdown in, Markdown out."""

import difflib
import re
from collections.abc import Iterator

from .errors import UsageError

FENCE_WIDTH = 72
"""Columns of a fenced line: what every renderer shows without wrapping."""
SECTIONS = ("Predict", "Run", "Picture", "Explain", "Change one thing", "Pitfalls", "Your turn", "Recap")
"""The sections of every lesson, in this order: explanation comes after surprise."""


def without_notes(text: str) -> str:
    """`text` without the teacher's notes, which stand in <details>."""
    return re.sub(r"<details>.*?</details>\n?", "", text, flags=re.DOTALL).rstrip() + "\n"


def for_terminal(text: str, lesson: str) -> str:
    """`text` with links that lead somewhere in a terminal: sections become commands, glossary terms become plain words."""
    text = re.sub(r"\[([^\]]+)\]\((?:README\.md)?#([\w-]+)\)", rf"\1 (`course read {lesson} --at \2`)", text)
    text = re.sub(r"\[([^\]]+)\]\(\.\./(\d\d)_\w+/README\.md#([\w-]+)\)", r"\1 (`course read \2 --at \3`)", text)
    text = re.sub(r"\[([^\]]+)\]\(after\.md\)", rf"\1 (`course read {lesson} --at after`)", text)
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it: "Result waits" is "result-waits"."""
    words = re.sub(r"[^\w\- ]", "", heading.lower()).strip()
    return words.replace(" ", "-")


def headings(text: str) -> Iterator[tuple[int, int, str]]:
    """(line index, level, title) of each heading outside of fences."""
    fenced = False
    for number, line in enumerate(text.splitlines()):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and (match := re.match(r"(#{1,6}) +(.+?) *$", line)):
            yield number, len(match[1]), match[2]


def sections(text: str) -> tuple[str, ...]:
    """The titles of level 2."""
    return tuple(title for _, level, title in headings(text) if level == 2)


def section(text: str, wanted: str, where: str = "") -> str:
    """The section whose anchor is `wanted`, with its subsections. Raises `UsageError`, with a guess."""
    lines, found = text.splitlines(), list(headings(text))
    anchors = [anchor(title) for _, _, title in found]
    name = anchor(wanted)
    if name not in anchors:
        near = difflib.get_close_matches(name, anchors, 1, 0.4)
        guess = f"did you mean --at {near[0]}?" if near else f"its sections: {', '.join(anchors[1:])}"
        raise UsageError(f"lesson {where} has no section {wanted!r}", guess)
    place = anchors.index(name)
    start, level, _ = found[place]
    end = next((number for number, other, _ in found[place + 1 :] if other <= level), len(lines))
    return "\n".join(lines[start:end]) + "\n"


def hints(text: str, task: str) -> list[str]:
    """The hints of a task, in order: the sections of level 3 below its heading of level 2."""
    lines, found = text.splitlines(), list(headings(text))
    result, inside = [], False
    for place, (number, level, title) in enumerate(found):
        if level == 2:
            inside = title.split()[0] == task
        elif level == 3 and inside:
            end = found[place + 1][0] if place + 1 < len(found) else len(lines)
            result.append("\n".join(lines[number + 1 : end]).strip())
    return result


def fences(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """(line number, tag, lines) of each fenced block."""
    tag: str | None = None
    begun, block = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if tag is None:
                tag, begun, block = line[3:].strip(), number, []
            else:
                yield begun, tag, block
                tag = None
        elif tag is not None:
            block.append(line)


def wide_lines(text: str) -> list[int]:
    """Numbers of the fenced lines that are wider than `FENCE_WIDTH`."""
    return [begun + offset for begun, _, block in fences(text) for offset, line in enumerate(block, 1) if len(line) > FENCE_WIDTH]
