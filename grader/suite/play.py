"""A game of a lesson's: a person is the scheduler of a program, and sees where each step leads.

    Table.position       what happened so far, and who could take the next step
    Table.step(2)        thread 2 takes it: the rest of its line, or one operation of it
    Table.undo()         the last step is taken back
    Table.shortest()     the machine plays: a bad end with the fewest interruptions, if there is one

Each step runs the whole execution again, up to the one that is still to be chosen; so a step is undone by leaving it out.
Nothing is graded here: what the worker says is believed.
"""

from dataclasses import replace
from typing import Any

from grader.model import Game, Interleaving, Move, Position

from .conversation import Conversation
from .explored import Ending, Explored, at_rest, reply, search, stands_still, steps_of, waits_of
from .learner import Learner

LINE = 60
"""Operations after which a line is held to be over: it may be a loop of its own."""


class Table:
    """One game at one worker. Every method raises what the calls of a `Learner` raise, and `NoVerdict` when the program leaves our sight."""

    def __init__(self, conversation: Conversation, source: str, game: Game, task: str = "") -> None:
        """`task`: the name that the module must have; "" when it is the lesson's own."""
        self._learner = Learner(conversation, source)
        self._request: dict[str, Any] = {"scenario": game.scenario, "args": [], "task": task}
        self._taken: list[int] = []
        self._marks: list[int] = []
        """How many operations there were before each step."""
        self.position = self._look()

    @property
    def steps(self) -> int:
        """How many the player has taken."""
        return len(self._marks)

    def step(self, thread: int, *, fine: bool) -> None:
        """Let that thread go on to its next line; when `fine`, by one operation."""
        line = next(move.line for move in self.position.moves if move.thread == thread)
        self._marks.append(len(self._taken))
        for _ in range(1 if fine else LINE):
            self._taken.append(thread)
            self.position = self._look()
            following = next((move.line for move in self.position.moves if move.thread == thread), None)
            if following != line:
                break

    def undo(self, steps: int = 1) -> None:
        """Take so many steps back, or as many as there are."""
        for _ in range(min(steps, len(self._marks))):
            del self._taken[self._marks.pop() :]
        self.position = self._look()

    def shortest(self) -> tuple[Explored, Position | None]:
        """What the machine finds, and where it leads; None when it finds no bad end."""
        found = search(self._learner, right=lambda said: said is None, **self._request)
        if found.failure is None:
            return found, None
        claims = reply(self._learner, "replay", followed=found.failure.schedule, **self._request)
        return found, self._position(claims | {"schedule": found.failure.schedule, "waits": [], "open": []})

    def _look(self) -> Position:
        claims = reply(self._learner, "play", steps=self._taken, **self._request)
        position = self._position(claims)
        begun = any(step.thread != "main" for step in position.so_far.steps)
        return position if begun or not position.moves else replace(position, so_far=replace(position.so_far, steps=()))

    def _position(self, claims: dict[str, Any]) -> Position:
        ending = Ending(str(claims["kind"]), claims["value"], str(claims["schedule"]), 1)
        steps = steps_of(claims)
        names = list(map(str, claims["threads"]))
        moves = tuple(
            Move(int(each["thread"]), names[each["thread"]], int(each["line"]), str(each["verb"]), str(each["name"]), each["early"] is True)
            for each in claims["open"]
        )
        ended = ""
        if ending.kind == "returned":
            ended = "" if ending.value is None else str(ending.value)[:300]
        elif ending.kind != "stopped":
            ended = stands_still(self._learner, Explored(1, -1, (), ending, steps)).text
        so_far = Interleaving(
            "", ended, self._request["scenario"], (), self._request["task"], ending.schedule, ending.kind, steps, at_rest(ending)
        )
        unwritten = ending.kind in ("raised", "error") and any(error[1] in ("NotImplementedError", "Missing") for error in ending.value)
        return Position(so_far, moves, waits_of(claims["waits"]), int(claims["interruptions"]), ended, unwritten)
