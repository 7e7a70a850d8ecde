"""grader/sandbox/outline.py: which line calls what, under which blocks."""

import ast

import pytest

from grader.sandbox import outline


def rows(source: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in outline.calls(source.encode())]


def blocks(source: str, callee: str) -> str:
    (found,) = [row[4] for row in rows(source) if row[2] == callee]
    assert isinstance(found, str)
    return found


def test_a_call_is_its_function_line_callee_arguments_and_blocks() -> None:
    source = "def load(urls):\n    for url in urls:\n        pool.submit(fetch, url, timeout=3)\n"
    assert rows(source) == [("load", 3, "pool.submit", 3, "loop")]


def test_a_call_at_module_level_has_no_function() -> None:
    assert rows("main()") == [("", 1, "main", 0, "")]


def test_a_call_on_a_call_leaves_the_inner_arguments_out() -> None:
    assert {row[2] for row in rows("pool.submit(fetch, url).result()")} == {"pool.submit", "pool.submit().result"}


def test_a_chain_over_two_lines_is_told_by_the_line_of_each_name() -> None:
    assert [(row[1], row[2]) for row in rows("(pool\n  .submit(f)\n  .result())")] == [(2, "pool.submit"), (3, "pool.submit().result")]


def test_rows_come_in_the_order_of_lines_also_past_line_nine() -> None:
    source = "\n".join(f"f{number}()" for number in range(120))
    assert [row[1] for row in rows(source)] == list(range(1, 121))


def test_a_nested_function_counts_as_the_outermost_one() -> None:
    assert rows("def outer():\n    def inner():\n        f()\n")[0][0] == "outer"


def test_a_method_counts_under_its_own_name() -> None:
    assert rows("class A:\n    def run(self):\n        f()\n")[0][0] == "run"


def test_a_coroutine_is_a_function_too() -> None:
    assert rows("async def load():\n    await f()\n")[0][0] == "load"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("while x:\n    f()", "loop"),
        ("for x in y:\n    f()", "loop"),
        ("[f() for x in y]", "loop"),
        ("{f() for x in y}", "loop"),
        ("{x: f() for x in y}", "loop"),
        ("(f() for x in y)", "generator"),
        ("with x:\n    f()", "with"),
        ("try:\n    f()\nfinally:\n    pass", "try"),
        ("try:\n    f()\nexcept* OSError:\n    pass", "try"),
        ("lambda: f()", "lambda"),
        ("async def g():\n    async for x in y:\n        f()", "loop"),
        ("async def g():\n    async with x:\n        f()", "with"),
        ("if x:\n    f()", ""),
    ],
)
def test_each_block_has_its_name(source: str, expected: str) -> None:
    assert blocks(source, "f") == expected


def test_blocks_are_told_outermost_first() -> None:
    assert blocks("def g():\n with x:\n  for y in z:\n   try:\n    f()\n   except OSError:\n    pass", "f") == "with loop try"


@pytest.mark.parametrize(
    "source",
    [
        "for x in f():\n    pass",
        "with f() as x:\n    pass",
        "async def g():\n async for x in f():\n  pass",
        "async def g():\n async with f():\n  pass",
    ],
)
def test_what_a_block_is_given_is_evaluated_before_it_is_entered(source: str) -> None:
    assert blocks(source, "f") == ""


def test_the_condition_of_a_while_is_evaluated_in_each_round() -> None:
    assert blocks("while f():\n    pass", "f") == "loop"


def test_the_blocks_are_those_of_the_function_and_not_those_around_it() -> None:
    assert blocks("try:\n    def g():\n        f()\nfinally:\n    pass", "f") == ""


def test_an_exception_that_is_caught_is_a_row() -> None:
    source = "def g():\n    try:\n        pass\n    except (ValueError, urllib.error.URLError):\n        pass\n"
    assert rows(source) == [("g", 4, "except ValueError", 0, ""), ("g", 4, "except URLError", 0, "")]


def test_a_bare_except_names_nothing() -> None:
    assert rows("try:\n    pass\nexcept:\n    pass\n") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a", "a"),
        ("a.b.c", "a.b.c"),
        ("a(1)(2)", "a()()"),
        ("a[0]", "?"),
        ("a[0].b()", "?.b()"),
        ("'x'.join", "?.join"),
        ("(lambda: 1)()", "?()"),
    ],
)
def test_a_callee_is_written_as_in_the_source(text: str, name: str) -> None:
    assert outline.dotted(ast.parse(text, mode="eval").body) == name


def test_an_endless_file_gives_two_thousand_rows() -> None:
    assert len(rows("f()\n" * 3000)) == 2000


def test_the_encoding_that_a_file_declares_is_honoured() -> None:
    assert outline.calls("# coding: latin-1\nprénom()\n".encode("latin-1"))[0][2] == "prénom"


def test_a_file_that_does_not_parse_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        outline.calls(b"def f(:\n")
