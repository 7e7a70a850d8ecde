"""The learner's module as a suite sees it: `learner.load_all(urls)` is a call in the worker; what comes back is a claim, as data."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from grader.model import Evidence, Message, Outcome, SourceLine
from grader.sandbox.wire import BadFrame, ErrorValue, Name, Other, decode, encode_request

from .conversation import Conversation
from .fate import Fate
from .witness import Caller


class Raised(Exception):
    """The learner's code raised, and the suite did not expect it. `error` says what."""

    def __init__(self, error: ErrorValue, call: str) -> None:
        super().__init__(f"{call} raised {error.type}")
        self.error = error
        self.call = call


class Unwritten(Exception):
    """The task is missing, or still raises NotImplementedError: said once, in place of all its checks."""

    def __init__(self, call: str, text: str = "") -> None:
        super().__init__(text or f"{call.removesuffix('()')} is still to be written.")


class Unfit(Exception):
    """The task is not callable, or its result cannot be sent. `message` says so."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


@dataclass(frozen=True)
class Call:
    """A call in the learner's source; see `sandbox.outline`."""

    function: str
    line: int
    callee: str
    arguments: int
    blocks: str


class Learner:
    """The proxy. Attributes are the learner's functions; methods of our own are spelled so that no task is."""

    def __init__(self, conversation: Conversation, source: str) -> None:
        self._conversation = conversation
        self._source = source.splitlines()
        self._loaded = False
        self._prepared = False
        self._calls: list[Call] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call("learner", name, args, kwargs)

    def run(self, probe: Name, /, *args: Any, **kwargs: Any) -> Any:
        """Run one of the suite's probes in the worker."""
        return self._call(probe.module, probe.name, args, kwargs)

    def prepare(self, probe: Name, /, *args: Any) -> Any:
        """Run a probe before the learner's file is loaded: to put something in its place first, a clock perhaps."""
        return self._ask(probe.module, probe.name, args, {})

    def attempt(self, task: str | Name, /, *args: Any, **kwargs: Any) -> Any:
        """As calling the task, or running the probe, but an exception it raises is returned, as an `ErrorValue`."""
        called = task if isinstance(task, Name) else Name("learner", task)
        self.load()  # an exception of the import's is not the task's
        try:
            return self._call(called.module, called.name, args, kwargs)
        except Raised as raised:
            return raised.error

    def load(self) -> None:
        """Import the learner's file, once. Raises `Fate` or `Raised`."""
        if not self._loaded:
            self._answer(self._conversation.ask(op="load"), "importing your file")
            self._loaded = True
            self._conversation.loaded()

    @property
    def loaded(self) -> bool:
        """Whether the file could be imported here. The scheduler takes it in by itself: then nobody knows."""
        return self._loaded

    @property
    def never_loaded(self) -> Fate | None:
        """The fate of an import that neither came back nor worked nor came to rest, for as long as a check may last."""
        fate = self._conversation.fate
        return fate if fate and not self._loaded and fate.outcome is Outcome.INCONCLUSIVE else None

    def settle(self) -> None:
        """Wait until what the learner's code left running is at rest. Raises `Fate`."""
        self._conversation.settle()

    def script(self, method: str) -> tuple[int, str]:
        """Run the file as a script, with this start method by default: its exit code and what it printed, errors too."""
        code = self._conversation.run_to_end(op="script", method=method)
        return code, self._conversation.printed.decode("utf-8", "replace")

    def ask_scheduler(self, op: str, **request: Any) -> Any:
        """For `explored.explore`: run threads of the learner's in many orders, or in one; a claim."""
        if not self._prepared:
            self._answer(self._conversation.ask(op="prepare", probes=_instrumented(self._conversation.jail.probes)), "explore()")
            self._prepared = True
        request["args"] = [encode_request(arg) for arg in request["args"]]
        return self._answer(self._conversation.ask(op=op, **request), f"{request['task']}()")

    @property
    def printed(self) -> str:
        """What the learner's code has printed so far, on both streams."""
        self._conversation._drain()
        return self._conversation.printed.decode("utf-8", "replace")

    @property
    def fate(self) -> Fate | None:
        """How the worker ended, if it did."""
        return self._conversation.fate

    @property
    def processes(self) -> int:
        """How many processes the tree has now besides the worker; 0 where there is no /proc."""
        return self._conversation.processes()

    def remaining(self, callers: Iterable[Caller]) -> int:
        """How many of the processes that called a witness, as the kernel told, are still there besides the worker itself."""
        pids = {caller.pid for caller in callers}
        return self._conversation.remaining(pids - {self._conversation.line.pid})

    def recorded(self) -> tuple[set[int], set[int]]:
        """Lines that ran and lines that could, under coverage: a claim. Nothing, if the worker is gone."""
        if found := self._conversation.script_lines():
            return found
        try:
            reached, statements = decode(self._conversation.ask(op="record").get("ok"))
            return self._lines(reached), self._lines(statements)
        except (Fate, BadFrame, TypeError, ValueError):
            return set(), set()

    # -- the learner's own lines, for messages -------------------------------------------------------------------------------------------

    def lines(self, callee: str, within: str = "", *, inside: str = "", arguments: int | None = None) -> tuple[SourceLine, ...]:
        """The first line of a call whose dotted name ends with `callee`: `.submit().result`.

        `within` names the function; `inside` an enclosing block: "loop", "generator", "with", "try" or "lambda"; `arguments` their number.
        """
        for call in self._outline():
            named = ("." + call.callee).endswith("." + callee.lstrip("."))
            placed = (not within or call.function == within) and (not inside or inside in call.blocks.split())
            if named and placed and arguments in (None, call.arguments):
                return (self.source_line(call.line),)
        return ()

    def find(self, pattern: str, task: str = "", tasks: tuple[str, ...] = ()) -> tuple[SourceLine, ...]:
        """The first line in which the pattern is found: of the top-level `task`, or else of what it uses and is none of `tasks`.

        Without a task, of the whole file. Comments and imports are no such lines, nor is the first line of a definition that is not asked for.
        """
        blocks = self._blocks()
        used = _reached(blocks, task, tasks) if task else list(blocks)
        for number, line in (numbered for name in used for numbered in blocks[name]):
            opening = re.match(r"\s*(?:(?:async )?def|class|from|import) ", line)
            if re.search(pattern, line) and (not task or not opening or re.search(r"def|class", pattern)):
                return (self.source_line(number),)
        return ()

    def _blocks(self) -> dict[str, list[tuple[int, str]]]:
        """The lines of each definition and each name at the top level, without comments; of the rest under ""."""
        blocks: dict[str, list[tuple[int, str]]] = {}
        name = ""
        for number, text in enumerate(self._source, 1):
            line = text.partition("#")[0]
            if line[:1].strip() and not line.startswith((")", "]", "}")):
                begun = re.match(r"(?:(?:async )?def|class) (\w+)|(\w+)\s*[:=]", line)
                name = (begun[1] or begun[2]) if begun else ""
            blocks.setdefault(name, []).append((number, line))
        return blocks

    def handled(self, within: str) -> set[str]:
        """The names of the exceptions that the function `within` catches; "" for a bare except."""
        return {
            call.callee.removeprefix("except ") for call in self._outline() if call.function == within and call.callee.startswith("except ")
        }

    def _lines(self, claimed: Any) -> set[int]:
        """Those that are lines of this file, of what a worker claims."""
        return {line for line in claimed if type(line) is int and 0 < line <= len(self._source)}

    def source_line(self, number: int) -> SourceLine:
        """A line of the learner's file, without its indentation."""
        inside = 0 < number <= len(self._source)
        return SourceLine(number, self._source[number - 1].strip()[:200] if inside else "")

    def raw_line(self, number: int) -> str:
        """The same with its indentation."""
        return self._source[number - 1] if 0 < number <= len(self._source) else ""

    def where(self, error: Any) -> tuple[SourceLine, ...]:
        """The innermost line of the learner's that an exception came through; none for what is no exception."""
        return (self.source_line(error.frames[-1][0]),) if isinstance(error, ErrorValue) and error.frames else ()

    def _outline(self) -> list[Call]:
        if self._calls is None:
            try:
                found = decode(self._conversation.ask(op="outline").get("ok"))
                self._calls = [Call(str(f), int(line), str(callee), int(count), str(blocks)) for f, line, callee, count, blocks in found]
            except (Fate, BadFrame, TypeError, ValueError):
                self._calls = []  # lines decorate a message; without them it still stands
        return self._calls

    # -- calls -------------------------------------------------------------------------------------------------------------------------

    def _call(self, module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.load()
        return self._ask(module, name, args, kwargs)

    def _ask(self, module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        request = {
            "module": module,
            "name": name,
            "args": [encode_request(arg) for arg in args],
            "kwargs": {key: encode_request(value) for key, value in kwargs.items()},
        }
        return self._answer(self._conversation.ask(op="call", **request), f"{name}()")

    def _answer(self, reply: dict[str, Any], call: str) -> Any:
        try:
            match reply:
                case {"ok": value}:
                    return decode(value)
                case {"raised": error}:
                    raised = decode({"error": error})
                    if raised.type == "NotImplementedError" and raised.frames:
                        raise Unwritten(call)
                    raise Raised(raised, call)
                case {"unsendable": str(why)}:
                    raise Unfit(Message(f"What {call} returned is too large to look at: {why[:200]}."))
                case {"missing": str(name)}:
                    raise Unwritten(call, f"There is no {name[:60]} in your file; the grader finds each task by its name.")
                case {"uncallable": str(kind)}:
                    raise Unfit(Message(f"{call[:-2]} is of type {kind[:80]}, and cannot be called."))
        except BadFrame as error:
            self._conversation.fate = Fate(Outcome.CRASHED, f"Something wrote to the grader's own connection: {error}.")
            raise self._conversation.fate from error
        self._conversation.fate = Fate(Outcome.CRASHED, "Something wrote to the grader's own connection.")
        raise self._conversation.fate


def describe_raised(learner: Learner, raised: Raised) -> Message:
    """The message for an exception that the suite did not expect."""
    error = raised.error
    text = f"{raised.call} raised {error.type}" + (f": {error.text}" if error.text else "") + "."
    if not error.frames and error.type == "TypeError":
        return Message(text, why="The grader calls it as the stub's signature says.")
    return Message(_one_line(text), learner.where(error))


def describe_fate(learner: Learner, fate: Fate) -> tuple[Message, tuple[Evidence, ...]]:
    """The message for a worker that does not answer any more."""
    lines = tuple(learner.source_line(wait.line) for wait in fate.waits)
    # A forked child has its parent's start() below it on the stack: that line is nobody's wait.
    lines = tuple(line for line in lines if ".start(" not in line.code) or lines
    steps = tuple(f"line {wait.line}, in {wait.function}" for wait in fate.waits)
    why = fate.why
    if fate.outcome is Outcome.DEADLOCKED and lines:
        why = why or ("Each of these lines waits." if len(lines) > 1 else "This line waits.")
    return Message(fate.text, lines[:4], why, fate.foreseen), (Evidence("threads", steps),) if steps else ()


def shown(value: object, limit: int = 60) -> str:
    """A learner's value for a message: on one line, and cut."""
    if isinstance(value, Other):
        return f"an object of type {value.type}"
    if isinstance(value, ErrorValue):
        return f"the exception {value.type}"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


@lru_cache(maxsize=2)
def _instrumented(probes: bytes) -> str:
    """The probes as the worker's `prepare` takes them."""
    from grader.schedule.instrument import packed  # most suites do without

    return base64.b64encode(packed(probes)).decode("ascii")


def _reached(blocks: dict[str, list[tuple[int, str]]], start: str, others: tuple[str, ...]) -> list[str]:
    """The names of the blocks that `start` uses, itself first, nearest next; without `others`."""
    reached = [start] if start in blocks else []
    for name in reached:
        words = set(re.findall(r"\w+", " ".join(line for _, line in blocks[name])))
        reached += [used for used in blocks if used in words and used not in reached and used not in others]
    return reached


def said(error: ErrorValue) -> str:
    """An exception for a message: its class, and its text where it has one."""
    text = " ".join(error.text.split())[:120]
    return f"{error.type}: {text}" if text else error.type


def came(got: Any) -> str:
    """What came of a call, for a message: what it raised or what it returned."""
    return f"raised {said(got)}" if isinstance(got, ErrorValue) else f"returned {shown(got)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
