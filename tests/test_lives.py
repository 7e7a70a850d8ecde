"""The threads of a lesson's program: noted by its own interpreter, from their begin to their end, and drawn in the order of what happened."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grader.lives
from grader.model import Life
from grader.render import lives, terminal
from tests.conftest import Run, clean_environment
from tests.test_render import any_text

PROGRAM = """
import multiprocessing
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor

meeting = threading.Barrier(3)
stop = threading.Event()


def meet():
    meeting.wait()


def nothing():
    pass


def away():
    threading.Thread(target=nothing, name="in a child").start()


if __name__ == "__main__":
    three = [threading.Thread(target=meet, name=f"met {number}") for number in range(3)]
    for thread in three:
        thread.start()
    for thread in three:
        thread.join()
    for number in range(2):
        alone = threading.Thread(target=nothing, name=f"alone {number}")
        alone.start()
        alone.join()
    with ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
        pool.submit(nothing).result()
    with socketserver.TCPServer(("127.0.0.1", 0), None) as server:
        serving = threading.Thread(target=server.serve_forever, name="server")
        serving.start()
        server.shutdown()
        serving.join()
    child = multiprocessing.get_context("spawn").Process(target=away)
    child.start()
    child.join()
    threading.Thread(target=stop.wait, name="of the library", daemon=True).start()
    threading.Thread(target=lambda: stop.wait(), name="for ever", daemon=True).start()
    print(__name__, child.exitcode)
"""


def test_each_thread_of_the_program_is_seen_from_its_begin_to_its_end(tmp_path: Path) -> None:
    program, file = tmp_path / "program.py", tmp_path / "lives.json"
    program.write_text(PROGRAM)
    command = [sys.executable, grader.lives.__file__, str(file), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    assert (done.stdout, done.stderr) == ("__main__ 0\n", "")
    found = {life["name"]: Life(**life) for life in json.loads(file.read_text())}
    assert set(found) == {"met 0", "met 1", "met 2", "alone 0", "alone 1", "pool_0", "for ever"}
    ended = [life.end for name, life in found.items() if name != "for ever" and life.end is not None]
    assert len(ended) == 6
    met = [found[f"met {number}"] for number in range(3)]
    assert max(life.begin for life in met) < min(life.end for life in met if life.end is not None)
    assert found["alone 0"].end is not None
    assert found["alone 0"].begin <= found["alone 0"].end <= found["alone 1"].begin
    assert found["for ever"].end is None


def drawn(*found: Life, glyphs: terminal.Glyphs = terminal.UNICODE, width: int = 60) -> list[str]:
    return [line.plain.rstrip() for line in lives.section(found, glyphs, width)]


THREE = (Life("cook", 0.0, 1.5), Life("waiter", 0.1, 0.2), Life("guest", 0.3, None))


def test_what_overlaps_in_the_picture_did_overlap() -> None:
    assert drawn(*THREE)[-3:] == [
        "    cook    ├───────────────────────┤               1.500 s",
        "    waiter        ├─────┤                          100.0 ms",
        "    guest                     ├────────────     still there",
    ]


def test_it_is_ascii_where_the_stream_is() -> None:
    lines = drawn(*THREE, glyphs=terminal.ASCII)
    assert "[-----]" in lines[-2]
    assert all(line.isascii() for line in lines)


def test_for_a_screen_reader_each_thread_is_a_sentence() -> None:
    assert drawn(*THREE, glyphs=terminal.PLAIN)[-4:] == [
        "    cook: from 0.000 s to 1.500 s, at once with 2 others.",
        "    waiter: from 0.100 s to 0.200 s, at once with 1 other.",
        "    guest: from 0.300 s, still there at the end, at once",
        "    with 1 other.",
    ]


def test_a_program_without_threads_has_no_picture() -> None:
    assert drawn() == []


def test_of_very_many_threads_some_are_drawn_and_the_others_counted() -> None:
    lines = drawn(*(Life(f"t{number}", number, number + 0.5) for number in range(500)), width=80)
    rows = [line for line in lines if "├┤" in line]
    assert len(rows) > 15
    assert lines[-1] == f"    and {500 - len(rows)} more"


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(lambda name, begin, lasts: Life(name, begin, begin + lasts), any_text, st.floats(0, 9), st.floats(0, 9)), max_size=40
    ),
    st.sampled_from([40, 60, 80]),
    st.sampled_from([terminal.UNICODE, terminal.ASCII, terminal.PLAIN]),
)
def test_no_line_is_wider_than_the_screen(found: list[Life], width: int, glyphs: terminal.Glyphs) -> None:
    assert [line.plain for line in lives.section(found, glyphs, width) if line.cell_len >= width] == []


@pytest.mark.parametrize(("lesson", "shown"), [("08", "still there"), ("02", "")])
def test_a_demo_ends_with_the_threads_that_it_started(run: Run, lesson: str, shown: str) -> None:
    done = run("demo", lesson)
    assert done.returncode == 0, done.stderr
    assert ("  Timeline" in done.stdout) == bool(shown)
    assert shown in done.stdout.partition("  Timeline")[2]
