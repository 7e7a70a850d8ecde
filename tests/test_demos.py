"""Every lesson's program still prints what its transcript says, and the lessons quote it as it is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import grader.lives
from grader import lesson_text
from grader.transcript import normal
from tests.conftest import ROOT, clean_environment

LESSONS = sorted(ROOT.glob("lessons/[0-9][0-9]_*"))


@pytest.mark.parametrize("runner", [(), (grader.lives.__file__, "lives.json")], ids=["alone", "watched"])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.name)
def test_the_demo_prints_its_transcript(lesson: Path, runner: tuple[str, ...], tmp_path: Path) -> None:
    # A proxy that is set must not swallow the loopback requests of a demo.
    environment = clean_environment(http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, *runner, str(lesson / "demo.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert normal(done.stdout) == (lesson / "demo.out").read_text("utf-8")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.name)
def test_the_demo_is_short(lesson: Path) -> None:
    lines = [line for line in (lesson / "demo.py").read_text("utf-8").splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 60


def test_the_url_loader_loads_the_addresses_that_it_is_given(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout
        found = re.search(r"port (\d+)", server.stdout.readline())
        assert found
        (tmp_path / "page.txt").write_text("x" * 321)
        url = f"http://127.0.0.1:{found[1]}/page.txt"
        demo = ROOT / "lessons" / "03_url_loaders" / "demo.py"
        done = subprocess.run(
            [sys.executable, str(demo), "--live", url], capture_output=True, text=True, check=True, env=clean_environment(no_proxy="*")
        )
        assert f"'{url}' page is 321 bytes" in done.stdout
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.name)
def test_every_quoted_python_is_in_the_demo_or_the_stub_or_is_a_whole_program(lesson: Path) -> None:
    sources = [(lesson / "demo.py").read_text("utf-8"), *(path.read_text("utf-8") for path in ROOT.glob(f"exercises/ex{lesson.name}.py"))]
    sources += [path.read_text("utf-8") for path in lesson.glob("*.py")]
    known = [squeezed(source) for source in sources]
    for name in ("README.md", "after.md"):
        for line, tag, block in lesson_text.fences((lesson / name).read_text("utf-8")):
            if tag == "python" and len(block) > 3 and not any(squeezed("\n".join(block)) in source for source in known):
                compile("\n".join(block), f"{name}:{line}", "exec")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("path", sorted(ROOT.glob("lessons/**/*.md")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
        if target.startswith("http"):
            assert target.startswith(("https://docs.python.org/3", "https://github.com/python/cpython/", "https://peps.python.org/")), (
                target
            )
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.is_file(), target
        if anchor:
            assert anchor in {lesson_text.anchor(title) for _, _, title in lesson_text.headings(linked.read_text("utf-8"))}, target


def test_the_two_programs_of_the_article_are_whole() -> None:
    primes = (ROOT / "lessons/02_prime_pools/demo.py").read_text("utf-8")
    loader = (ROOT / "lessons/03_url_loaders/demo.py").read_text("utf-8")
    for number in ("112272535095293", "112582705942171", "115280095190773", "115797848077099", "1099726899285419"):
        assert number in primes
    assert "ProcessPoolExecutor" in primes
    assert "generated an exception" in loader
    assert "as_completed(future_to_url)" in loader
