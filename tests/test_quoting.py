"""grader/suite/learner.py: which line of a learner's file a message quotes."""

from typing import Any, cast

import pytest

from grader.suite.learner import Learner

SOURCE = """\
import threading
from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor(4)
SIZES = [
    1,
]

def fetch(url):
    return open(url)  # pool.submit(fetch)

def crawl(start):
    while True:
        return helper(start, POOL)

async def helper(start, pool):
    with pool:
        pool.submit(fetch, start)

def audit(start):
    threading.Thread(target=fetch).start()
"""
TASKS = ("crawl", "audit")


def quoted(pattern: str, task: str = "", tasks: tuple[str, ...] = TASKS) -> str:
    learner = Learner(cast("Any", None), SOURCE)
    return "".join(line.code for line in learner.find(pattern, task, tasks))


@pytest.mark.parametrize(
    ("pattern", "task", "line"),
    [
        (r"while", "crawl", "while True:"),
        (r"submit\(", "crawl", "pool.submit(fetch, start)"),  # in a helper that it uses
        (r"PoolExecutor\(", "crawl", "POOL = ThreadPoolExecutor(4)"),  # a name that it uses
        (r"Thread\(", "crawl", ""),  # in another task
        (r"submit\(", "audit", ""),  # in a helper of another task, and in a comment
        (r"fetch", "audit", "threading.Thread(target=fetch).start()"),  # not the line that defines it
        (r"def fetch", "audit", "def fetch(url):"),  # unless that is asked for
        (r"ThreadPoolExecutor", "", "from concurrent.futures import ThreadPoolExecutor"),  # of the whole file
        (r"open\(", "", "return open(url)  # pool.submit(fetch)"),
        (r"nothing of the kind", "", ""),
        (r"while", "not_there", ""),
    ],
)
def test_a_line_is_of_the_task_or_of_what_it_uses(pattern: str, task: str, line: str) -> None:
    assert quoted(pattern, task) == line


def test_the_task_itself_comes_before_what_it_uses() -> None:
    assert quoted(r"start", "crawl") == "return helper(start, POOL)"
