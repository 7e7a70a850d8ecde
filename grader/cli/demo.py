"""`course demo`: predict what a lesson's program prints, run it, see its threads, and compare."""

import json
import select
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import typer

import grader.lives
from grader.cli.screen import glyphs, out, say
from grader.course import lesson_file
from grader.errors import BrokenCourse
from grader.model import Exercise, Life
from grader.render import lives

RUNNER = Path(grader.lives.__file__)
SURE = ("a guess", "fairly sure", "certain")


def demo(exercise: Exercise, *, yes: bool) -> None:
    """Ask, unless `yes` or nobody is there to answer; run; say what the answers are. Raises `BrokenCourse`."""
    program = exercise.lesson.path / "demo.py"
    lesson_file(program)
    questions: list[dict[str, Any]] = tomllib.loads(lesson_file(exercise.lesson.path / "quiz.toml"))["questions"]
    asked = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    guesses = [_ask(question) for question in questions] if asked else []
    say(f"  {program.name} of lesson {exercise.id}:")
    say()
    sys.stdout.flush()
    seen = _run(exercise, program)
    console = out()
    for line in lives.section(seen, glyphs(sys.stdout), console.width):
        console.print(line)
    for number, (question, guess) in enumerate(zip(questions, guesses, strict=False), 1):
        _compare(number, question, *guess)


def _run(exercise: Exercise, program: Path) -> list[Life]:
    """Run it with this terminal; the threads that it started, in the order of their begin. Raises `BrokenCourse`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lives.json"
        code = subprocess.run([sys.executable, str(RUNNER), str(file), str(program)], check=False).returncode
        if code and _unread():
            raise BrokenPipeError
        if code:
            raise BrokenCourse(f"the demo of lesson {exercise.id} ended with exit code {code}", "course check")
        return [Life(**life) for life in json.loads(file.read_text("utf-8"))]


def _unread() -> bool:
    """Whether nobody reads our output any more: `head` perhaps, which has seen enough."""
    watch = select.poll()
    watch.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in watch.poll(0))


def _ask(question: dict[str, Any]) -> tuple[str, str]:
    """One predict question: the option's number and how sure the learner is; Enter skips it, and then both are empty."""
    say()
    say(f"  {question['ask']}")
    for line in question.get("code", "").strip("\n").splitlines():
        say(f"      {line}")
    options = {str(number): option for number, option in enumerate(question["options"], 1)}
    for number, option in options.items():
        say(f"    {number}  {option}", hang=7)
    while (answer := _answer("  your guess (Enter to skip)", "")) not in ("", *options):
        say(f"    one of {', '.join(options)}")
    if not answer:
        return "", ""
    levels = {str(number): level for number, level in enumerate(SURE, 1)}
    said = ", ".join(f"{number} {level}" for number, level in levels.items())
    while (sure := _answer(f"  how sure: {said}", "1")) not in levels:
        say(f"    one of {', '.join(levels)}")
    return answer, levels[sure]


def _answer(text: str, default: str) -> str:
    try:
        return str(typer.prompt(text, default=default, show_default=False)).strip()
    except typer.Abort:
        raise KeyboardInterrupt from None  # as Ctrl-C ends any command


def _compare(number: int, question: dict[str, Any], guess: str, sure: str) -> None:
    """After the run: what the answer is, beside the guess."""
    marks = glyphs(sys.stdout)
    answer = f"{question['answer']}  {question['options'][question['answer'] - 1]}"
    say()
    say(f"  {number}. {question['ask']}", hang=5)
    if guess == str(question["answer"]):
        say(f"  {marks.passed} {answer} (so you said, {sure})")
    elif guess:
        say(f"  {marks.failed} {answer} (you said {guess}, {sure})")
        if sure == SURE[-1]:
            say("    Certain and wrong is the most useful of all: here something is to be learnt.")
    else:
        say(f"  {marks.waiting} {answer}")
    say(f"    {question['why']}")
    if question.get("versions"):
        say(f"    {question['versions']}")
