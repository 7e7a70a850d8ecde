"""An instrumented module computes what the original does, in an execution and outside of one."""

import textwrap
import types
from typing import Any

import pytest

from grader.schedule import schedule
from grader.schedule.explore import Program, Source
from grader.schedule.history import Sharing
from grader.schedule.instrument import AT, instrument
from grader.schedule.points import Points
from grader.schedule.world import world

PROGRAMS = {
    "augmented": """
        class Box:
            def __init__(self):
                self.value, self.items, self.table = 1, [1, 2, 3], {"a": [1]}
        box, order = Box(), []
        def told(name, value):
            order.append(name)
            return value
        box.value += 2; box.value **= 2; box.items += [4]; box.items[1:3] = [9]; box.items[told("index", 0)] += told("value", 5)
        box.table["a"] += [2]; told("object", box).value -= told("amount", 1)
        same = box.items; same += (7,)
        result = box.value, box.items, box.table, order, same is box.items
    """,
    "variables": """
        total = 0
        def outer():
            count, log = 0, []
            def inner(n):
                nonlocal count
                global total
                count += n; total += count
                log.append(count)
                return lambda: (count, total)
            found = [inner(n) for n in range(4)]
            count *= 10
            return [each() for each in found], log
        result = outer(), total
    """,
    "loops": """
        found = []
        for first, (second, *rest) in [(1, (2, 3, 4)), (5, (6,))]:
            found.append((first, second, rest))
        else:
            found.append("no break")
        n = 0
        while True:
            n += 1
            if n % 2: continue
            if n > 6: break
            found.append(n)
        else:
            found.append("never")
        result = found, [x * y for x in range(3) if x for y in range(2)], {k: v for k, v in zip("ab", found)}, sorted({i % 3 for i in range(9)})
    """,
    "late binding": """
        calls = []
        for number in range(3):
            calls.append(lambda: number)
        def make():
            return [lambda: n for n in range(3)]
        result = [call() for call in calls], [call() for call in make()]
    """,
    "classes": """
        class Base:
            kind = "base"
            def __init__(self): self.__secret = 1
            def tell(self): return self.__secret, self.kind
            @classmethod
            def named(cls): return cls.__name__
            @staticmethod
            def plain(): return 7
            @property
            def double(self): return self.__secret * 2
            @double.setter
            def double(self, value): self.__secret = value // 2
        class Child(Base):
            __slots__ = ("own",)
            kind = Base.kind + " child"
            def tell(self):
                self.own: int = 5
                return super().tell() + (self.own,)
            def __getattr__(self, name):
                if name.startswith("_"): raise AttributeError(name)
                return "made up " + name
        child = Child()
        child.double += 4
        result = child.tell(), Child.named(), Child.plain(), child.double, child.other, __class__ if "__class__" in dir() else None
    """,
    "calls": """
        def take(first, /, second=2, *rest, third, fourth=4, **more):
            return first, second, rest, third, fourth, more
        args, named = [1, 2, 3], {"third": 3, "five": 5}
        def deco(times):
            def outer(fn):
                def inner(*a, **k): return [fn(*a, **k)] * times
                return inner
            return outer
        @deco(2)
        def once(x): return x
        result = take(*args, **named), once(3), (lambda x, y=len(args): x + y)(1), max(args, key=lambda x: -x), vars() is globals()
    """,
    "expressions": """
        table, items = {"a": 1}, [3, 1, 2]
        name = (found := [y for y in items if (z := y) > 1])
        text = f"{items!r:>12} {table['a']:03d} {'x' if items else 'y'} {len(items)=}"
        result = (name, z, text, 1 < items[0] <= 3 != 4, not items, items and table, None or items[-1], items[::2], items[slice(0, 2)],
                  "a" in table, 5 not in items, -items[0], [*items, *table], {**table, "b": 2}, (yes for yes in items).__next__())
    """,
    "errors": """
        found = []
        def risky(n):
            try:
                if n == 0: raise ValueError("zero")
                return 10 / (n - 1)
            except ValueError as error:
                found.append(str(error))
                raise KeyError(n) from error
            except ZeroDivisionError:
                return "division"
            else:
                found.append("else")
            finally:
                found.append("finally")
        for n in range(3):
            try: found.append(risky(n))
            except KeyError as error: found.append((error.args, type(error.__cause__).__name__))
        try:
            raise ExceptionGroup("two", [ValueError(1), TypeError(2)])
        except* ValueError as group:
            found.append(len(group.exceptions))
        except* TypeError:
            found.append("type")
        result = found
    """,
    "match": """
        import dataclasses
        @dataclasses.dataclass
        class Point:
            x: int
            y: int = 0
        def say(value):
            match value:
                case Point(x=0, y=0): return "origin"
                case Point(x, y) if x == y: return f"diagonal {x}"
                case {"a": a, **rest}: return a, rest
                case [first, *_, last]: return first, last
                case str() | bytes() as text: return text
                case Point.__doc__: return "never"
                case _: return None
        result = [say(v) for v in (Point(0), Point(2, 2), Point(1, 2), {"a": 1, "b": 2}, [1, 2, 3], "s", 5)], Point(1) == Point(1), repr(Point(3))
    """,
    "generators": """
        def gen():
            total = 0
            while True:
                got = yield total
                if got is None: return "end"
                total += got
        def outer():
            value = yield from gen()
            yield value
        g = outer(); next(g)
        result = [g.send(1), g.send(5), g.send(None)], list(map(str, filter(None, range(3)))), sum(x for x in (n * 2 for n in range(4)))
    """,
    "with": """
        from contextlib import contextmanager, ExitStack
        log = []
        @contextmanager
        def step(name):
            log.append("in " + name)
            try: yield name
            finally: log.append("out " + name)
        class Own:
            def __enter__(self): log.append("own"); return self
            def __exit__(self, *args): log.append(args[0] and args[0].__name__); return True
        with step("a") as a, step("b"), Own() as own:
            log.append(a)
            raise KeyError
        with ExitStack() as stack: stack.enter_context(step("c"))
        result = log
    """,
    "delete": """
        class Thing: pass
        thing, items, table = Thing(), [1, 2, 3, 4], {"a": 1, "b": 2}
        thing.x = thing.y = 1
        del thing.x, items[0], items[1:], table["a"]
        a = b = [0]; (c, d), [e, *f] = (1, 2), "xyz"
        a[0], b[0] = 5, 6
        result = vars(thing), items, table, a, c, d, e, f
    """,
    "async": """
        import asyncio
        async def one(n):
            await asyncio.sleep(0)
            return n
        class Rows:
            def __init__(self): self.left = 2
            def __aiter__(self): return self
            async def __anext__(self):
                if not self.left: raise StopAsyncIteration
                self.left -= 1
                return self.left
            async def __aenter__(self): return self
            async def __aexit__(self, *_): pass
        async def main():
            async with Rows() as rows:
                return [await one(n) for n in range(2)], [n async for n in rows], await asyncio.gather(one(1), one(2))
        coroutine = main()
        result = asyncio.iscoroutine(coroutine), coroutine.close()
    """,
}


def plain(text: str) -> Any:
    module = types.ModuleType("plain")
    exec(compile(text, "plain.py", "exec"), vars(module))
    return module.result


@pytest.mark.parametrize("text", [textwrap.dedent(text) for text in PROGRAMS.values()], ids=list(PROGRAMS))
def test_it_computes_the_same(text: str) -> None:
    wanted = plain(text)
    outside = types.ModuleType("plain")
    vars(outside)[AT] = Points()
    exec(instrument(text.encode(), "plain.py", []), vars(outside))
    assert repr(outside.result) == repr(wanted)
    program = Program([Source("plain", "plain.py", text.encode())], lambda modules: modules["plain"].result)
    with world():
        execution = program.run(schedule.Replay([]), Sharing())
    assert execution.ended == "returned", execution.errors
    assert repr(execution.result) == repr(wanted)


def test_what_the_first_statement_means_stays() -> None:
    text = '"""Said first."""\nfrom __future__ import annotations\nvalue: Undefined = 1\nresult = __doc__, __annotations__\n'
    assert plain(text) == ("Said first.", {"value": "Undefined"})
    module = types.ModuleType("plain")
    vars(module)[AT] = Points()
    exec(instrument(text.encode(), "plain.py", []), vars(module))
    assert module.result == ("Said first.", {"value": "Undefined"})


def test_a_file_in_another_encoding_is_read_as_python_reads_it() -> None:
    text = "# coding: latin-1\nresult = 'caf\xe9'\n".encode("latin-1")
    module = types.ModuleType("plain")
    vars(module)[AT] = Points()
    exec(instrument(text, "plain.py", []), vars(module))
    assert module.result == "caf\xe9"
