"""The clock of exercise 04's probes: it moves only while every thread waits, however the threads take turns as it looks."""

import importlib.util
import math
import sys
import threading
import types
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    witness = types.ModuleType("witness")
    witness.meet = lambda label: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "witness", witness)
    spec = importlib.util.spec_from_file_location("probes_of_04", ROOT / "grader/suites/ex04_futures/probes.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


def waits(probes: Any, until: float, ready: Callable[[], bool] = lambda: False) -> Any:
    return probes.Wait(ready, until, allocate_lock())


def only_these(monkeypatch: pytest.MonkeyPatch, *idents: int, meanwhile: Callable[[], object] = lambda: None) -> None:
    """These are all the threads; `meanwhile` happens as they are looked at."""

    def enumerate_threads() -> list[Any]:
        meanwhile()
        return [types.SimpleNamespace(ident=ident) for ident in idents]

    monkeypatch.setattr(threading, "enumerate", enumerate_threads)


def test_it_jumps_to_the_nearest_moment(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = probes.Clock()
    clock._waiting = {1: waits(probes, 340), 2: waits(probes, 200), 3: waits(probes, math.inf)}
    only_these(monkeypatch, 1, 2, 3)
    assert clock._move()
    assert clock.now == 200


def test_a_thread_that_comes_to_wait_for_a_nearer_moment_is_not_passed_over(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = probes.Clock()
    clock._waiting = {1: waits(probes, 340)}
    only_these(monkeypatch, 1, 2, meanwhile=lambda: clock._waiting.update({2: waits(probes, 200)}))
    assert not clock._move()
    assert clock.now == 0


def test_it_stands_still_when_a_thread_went_on_while_it_looked(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = probes.Clock()

    def goes_on() -> bool:
        clock._waiting.pop(2, None)  # it holds what it waited for by now, and nobody else can have it
        return False

    clock._waiting = {1: waits(probes, 340), 2: waits(probes, math.inf, goes_on)}
    only_these(monkeypatch, 1, 2)
    assert not clock._move()
    assert clock.now == 0
