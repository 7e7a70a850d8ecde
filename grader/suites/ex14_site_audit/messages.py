"""What exercise 14 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.model import Message, Outcome, SourceLine
from grader.sandbox.wire import ErrorValue
from grader.suite.explored import Explored, stands_still
from grader.suite.fate import Fate, deadlock_says
from grader.suite.learner import Learner, came, said, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from grader.suite.rendezvous import Rendezvous
    from grader.suite.site import Site
    from grader.suites.ex14_site_audit.suite import Town

ATTEMPTS = 3
"""As in the stub."""
MODULE = "ex14_site_audit"
CRAWL, SCORE, AUDIT = TASKS = ("crawl", "score_pages", "audit")


def _find(learner: Learner, pattern: str, task: str) -> tuple[SourceLine, ...]:
    return learner.find(pattern, task, TASKS)


def _under_way(count: int, what: str) -> str:
    return f"1 {what} was under way" if count == 1 else f"{count} {what}es were under way"


# -- 14a -----------------------------------------------------------------------------------------------------------------------------


@contextmanager
def crawl_waits(town: Town) -> Iterator[None]:
    """A standstill of crawl in here."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fetched = set(town.fetched)
            fate.text = f"crawl never returned. {len(fetched)} of {len(town.pages)} pages were fetched, and everybody waits."
            fate.why = "The last page brings no new link: then nobody puts anything, and whoever waits in `get` has to be told."
            if set(town.pages) - fetched:
                fate.why = "Pages are left, and nobody fetches them: who waits, and for whom?"
        raise


def pages(town: Town, got: Any) -> Message:
    learner, right = town.learner, town.right
    if not isinstance(got, list):
        return Message(f"crawl {came(got)}. Expected a list of {len(right)} pages.", learner.where(got))
    urls = [page[0] for page in got if type(page) is tuple]
    if sorted(map(str, got)) == sorted(map(str, right)):
        return Message(
            "The pages stand in the order in which they came. Expected them sorted by url.",
            _find(learner, r"\breturn\b", CRAWL),
            "With threads the order of coming is another one each time.",
        )
    twice = [url for url, count in Counter(town.fetched).items() if count > 1]
    if twice:
        return _again(learner, f"{len(twice)} of {len(right)} addresses were fetched more than once")
    if len(set(urls)) < len(urls):
        return Message(
            f"The list has {len(urls)} pages, and {len(urls) - len(set(urls))} of them stand there twice. Expected one for each address."
        )
    missing = len(set(town.pages) - set(town.fetched))
    if missing:
        why = "Pages link to pages that link to pages: go on until no address is left and no fetch is under way."
        return Message(
            f"{missing} of {len(right)} pages of the site were never fetched.", _find(learner, r"links\(|for |while ", CRAWL), why
        )
    if len(urls) < len(right):
        why = "A page is in the list when it has been fetched, not when it is known or asked for; and nobody leaves before the last one is."
        return Message(
            f"All {len(right)} pages were fetched, and the list has {len(urls)}.", _find(learner, r"append\(|\breturn\b", CRAWL), why
        )
    return Message(f"crawl {came(got)}. Expected {len(right)} pages, with the html that fetch returned, and no error.", learner.where(got))


def _again(learner: Learner, seen: str) -> Message:
    line = _find(learner, r"\bnot in\b|\.add\(", CRAWL)
    why = "Two pages may link to the same one. An address is known from the moment it is put in line, not when it has been fetched."
    return Message(f"{seen}. Expected each once.", line, why)


def twice(learner: Learner, found: Explored, urls: list[str]) -> Message:
    assert found.failure
    if found.failure.kind != "returned":
        return stands_still(learner, found)
    fetched, listed = found.failure.value if type(found.failure.value) is list and len(found.failure.value) == 2 else ([], [])
    if type(fetched) is list and len(fetched) > len(urls):
        text = f"A page that two others link to was fetched twice. {found.tally()}"
        why = "Between `not in` and `add` another thread may come, and find the address as unknown as this one did. The two belong together: under one lock, or in one thread."
        return Message(text, found.lines(learner) or _find(learner, r"\bnot in\b|\.add\(", CRAWL), why)
    if type(fetched) is list and len(fetched) < len(urls):
        why = "Nobody may leave because the line is empty: a fetch that is under way may bring new links."
        return Message(f"Not every page was fetched: {len(fetched)} of {len(urls)}. {found.tally()}", found.lines(learner), why)
    return Message(
        f"{len(urls)} pages were fetched, and the list has {shown(listed)}. {found.tally()}",
        found.lines(learner),
        "What two threads write to without a lock may be lost.",
    )


def strange(learner: Learner, urls: list[str]) -> Message:
    return Message(
        f"crawl fetched {urls[0]}, which is another site. Expected links to other sites to be left alone.",
        _find(learner, r"links\(", CRAWL),
        "links() returns every link of a page; same_site says which to follow.",
    )


def overlap(learner: Learner, counts: list[int], workers: int, *, at_home: bool) -> Message:
    peak = max(counts, default=0)
    crowd = counts[2] if len(counts) > 2 else 0
    text = "The start page has one link, and that page has many. "
    if peak > workers:
        line = _find(learner, r"Thread\(|Executor\(", CRAWL)
        return Message(
            f"{text}Then {_under_way(peak, 'fetch')} at once. Expected {workers}.", line, "A thread for each address is no limit."
        )
    if crowd == 1:
        text += f"Then one fetch at a time was under way. Expected {workers}."
        if at_home:
            return Message(
                text,
                _find(learner, r"fetch", CRAWL),
                "fetch was called in the thread that called crawl: it can wait for one page at a time.",
            )
        if line := _find(learner, r"submit\(.*\.result\(", CRAWL):
            return Message(text, line, "`.result()` waits for that page before the next one is handed in.")
        why = "Workers that go home when the line is empty are missing later: a page that is under way may bring many links."
        return Message(text, _find(learner, r"empty\(\)|break", CRAWL), why)
    if crowd == workers:
        beside = counts[3] if len(counts) > 3 else 1
        why = "Who fetches level by level, or in batches, waits for the slowest of each."
        return Message(
            f"{text}While one of them was slow, {_under_way(beside, 'fetch')}, that one included. Expected {workers}.",
            _find(learner, r"gather|wait\(|\.map\(|as_completed", CRAWL),
            why,
        )
    return Message(
        f"{text}Then {_under_way(crowd, 'fetch')} at once. Expected {workers}.",
        _find(learner, r"Executor\(|range\(", CRAWL),
        "Fewer workers than asked for.",
    )


def failures(town: Town, got: Any) -> Message:
    learner = town.learner
    text = f"fetch raised OSError for one of {len(town.right)} pages"
    if isinstance(got, ErrorValue):
        return Message(
            f"{text}, and crawl raised {said(got)}. Expected a Page with that error, and all the others.",
            learner.where(got),
            "A future's error comes up at result(); here it is one page's.",
        )
    if not isinstance(got, list) or len(got) != len(town.right):
        count = len(got) if isinstance(got, list) else 0
        why = "The worker that met the error is gone, or its page was dropped: what is lost is not reported."
        return Message(
            f"{text}, and the list has {count} pages. Expected {len(town.right)}: one with an error.",
            _find(learner, r"except\b|fetch\(", CRAWL),
            why,
        )
    wrong = next((page for page, right in zip(got, town.right, strict=True) if page != right), None)
    told = wrong[1:] if type(wrong) is tuple else wrong
    return Message(
        f"{text}. A page has html and error {shown(told, 90)}. Expected None and 'OSError: ' with its text for the one that failed.",
        _find(learner, r"except\b", CRAWL),
    )


def bound(learner: Learner, got: Any, calls: int, max_pages: int) -> Message:
    if not isinstance(got, list):
        return Message(f"With max_pages={max_pages} crawl {came(got)}.", learner.where(got))
    times = "once" if calls == 1 else f"{calls} times"
    text = f"A site of 9 pages, max_pages={max_pages}: fetch was called {times}, and the list has {len(got)} pages. Expected {max_pages} of both."
    line = _find(learner, r"max_pages", CRAWL)
    if calls > max_pages:
        why = "What is in line or under way counts as well: compare before an address is put in line, not when pages are counted."
        return Message(text, line, why)
    return Message(text, line, "The bound is on fetches. The start page is the first of them.")


# -- 14b -----------------------------------------------------------------------------------------------------------------------------


def scores(learner: Learner, got: Any, right: dict[str, int]) -> Message:
    expected = f"Expected a dict with the scores of {len(right)} pages."
    if isinstance(got, ErrorValue):
        if got.is_pickles_refusal():
            line = _find(learner, r"\blambda\b|submit\(|\.map\(", SCORE)
            return Message(
                f"score_pages raised {said(got)}. {expected}",
                line,
                "A lambda, and a function inside a function, cannot be sent to a process.",
            )
        why = "A page with an error has no html: None cannot be scored." if "NoneType" in got.text else ""
        return Message(f"score_pages raised {said(got)}. {expected}", learner.where(got), why)
    if isinstance(got, dict) and set(right) - set(got) == {url for url, value in right.items() if not value}:
        return Message(
            "score_pages left out a page whose html is empty. Expected its score, 0.",
            _find(learner, r"if .*html", SCORE),
            "An empty page counts as false, and is a page.",
        )
    if isinstance(got, dict) and len(got) == len(right) + 1:
        return Message(
            "score_pages gave a score to a page that has an error. Expected it to be left out.",
            _find(learner, r"html", SCORE),
            "It has no html: there is nothing to score.",
        )
    if isinstance(got, dict) and set(got) == set(right):
        return Message(
            "The scores do not belong to their pages.",
            _find(learner, r"as_completed|zip\(|imap_unordered", SCORE),
            "Results come in another order than pages were handed in; a future knows no url unless you keep it.",
        )
    return Message(f"score_pages {came(got)}. {expected}")


def nothing_to_score(learner: Learner, got: Any) -> Message:
    return Message(
        f"Without a page that has html, score_pages {came(got)}. Expected an empty dict.",
        learner.where(got),
        "A pool of no workers is a ValueError." if isinstance(got, ErrorValue) else "",
    )


def scored_at_home(learner: Learner, task: str, referee: Rendezvous) -> Message:
    text = f"{task} had pages scored in your own process. Expected worker processes."
    if all(caller.label[2] for caller in referee.arrivals if caller.pid == referee.main):
        line = _find(learner, r"\bscore\(", task) or _find(learner, r"\.html", task)
        return Message(text, line, "Who scores in the thread that called scores one page at a time.")
    return Message(text, _find(learner, r"Thread\w*\(", task), "Threads take turns at the GIL: they compute no faster than one.")


def score_overlap(learner: Learner, counts: list[int], processes: list[int], workers: int) -> Message:
    if not counts:
        return Message(
            "No page of 7 was scored by the stub's score. Expected each to be, in a worker process.", _find(learner, r"score", SCORE)
        )
    peak = max(counts, default=0)
    text = f"7 pages, {workers} workers: {peak} scored at once, in {max(processes, default=0)} {'process' if max(processes, default=0) == 1 else 'processes'}."
    if peak > workers:
        return Message(
            f"{text} Expected {workers}.",
            _find(learner, r"Executor\(|Pool\(|Process\(", SCORE),
            "workers is the limit, not the number of pages or cores.",
        )
    if peak == workers:
        return Message(
            f"{text} While one was slow, fewer were. Expected {workers} processes, with one page at a time.",
            _find(learner, r"chunksize|\.map\(|range\(", SCORE),
            "In chunks one page waits behind another though a worker is free.",
        )
    line = _find(learner, r"\.result\(\s*\)|\.join\(\s*\)|Executor\(|Pool\(", SCORE)
    return Message(f"{text} Expected {workers}.", line, "Each page was waited for before the next was handed in, or the pool is too small.")


def another_context(learner: Learner) -> Message:
    return Message(
        "The workers were not started by way of mp_context. Expected the context that is given.",
        _find(learner, r"Executor\(|Pool\(|Process\(", SCORE),
        "A pool takes the default start method unless it is told: mp_context=...",
    )


def left_over(learner: Learner, task: str, count: int) -> Message:
    some = "1 process was" if count == 1 else f"{count} processes were"
    return Message(
        f"After {task} had returned, {some} still there. Expected none.",
        _find(learner, r"Executor\(|Process\(|shutdown\(|Pool\(", task),
        "A pool ends its workers in shutdown, and waits for them if you let it.",
    )


# -- 14c -----------------------------------------------------------------------------------------------------------------------------


def audit_waits() -> AbstractContextManager[None]:
    return deadlock_says("audit never returned: everybody waits.", "Which stage waits for which? The end of one has to reach the next.")


def no_report(learner: Learner, got: Any) -> Message:
    why = ""
    if isinstance(got, ErrorValue) and got.type in ("HTTPError", "URLError"):
        why = "One page that fails is not the end of the audit."
    if isinstance(got, ErrorValue) and got.type == "TimeoutError":
        why = "The deadline is no error: what there is, is reported."
    return Message(f"audit {came(got)}. Expected a SiteReport.", learner.where(got), why)


def _paths(mapping: Any, site: Site) -> str:
    return ", ".join(sorted(str(url).removeprefix(site.root) for url in mapping)) or "none" if isinstance(mapping, dict) else shown(mapping)


def audit_scores(learner: Learner, got: Any, right: dict[str, int], site: Site) -> Message:
    if isinstance(got, dict) and set(got) == set(right):
        return Message("Not every page has its own score.", _find(learner, r"score", AUDIT))
    return Message(
        f"Scores were reported of {_paths(got, site)}. Expected those of {_paths(right, site)}.", _find(learner, r"SiteReport\(", AUDIT)
    )


def failed(learner: Learner, got: Any, site: Site) -> Message:
    told = _paths(got, site)
    if isinstance(got, dict) and any(not str(url).startswith(site.root) for url in got):
        return Message(
            f"Reported as failed: {told}. Expected /404 only.",
            _find(learner, r"links\(", AUDIT),
            "A link to another site is not followed; same_site says which is.",
        )
    return Message(
        f"Reported as failed: {told}. Expected /404, with the class and text of its HTTPError.",
        _find(learner, r"SiteReport\(|except\b", AUDIT),
        "A page that nobody could fetch belongs into the report, or nobody hears of it.",
    )


def not_complete(learner: Learner, got: Any) -> Message:
    return Message(
        f"The audit was done long before its deadline, and complete is {shown(got)}. Expected True.", _find(learner, r"complete", AUDIT)
    )


def json_text(learner: Learner) -> Message:
    return Message(
        "to_json() does not give the text that the stub's would.",
        _find(learner, r"def to_json|json\.dumps", AUDIT),
        "The order of a dict is that of coming; sort_keys makes it the same each time.",
    )


def audit_overlap(learner: Learner, counts: list[int], workers: int) -> Message:
    peak = max(counts, default=0)
    text = f"The start page has 8 links, fetch_workers={workers}: "
    if peak == workers:
        beside = counts[1] if len(counts) > 1 else 1
        return Message(
            f"{text}while one page was slow, {_under_way(beside, 'fetch')}, that one included. Expected {workers}.",
            (),
            "Who fetches level by level waits for the slowest of each.",
        )
    line = _find(learner, r"fetch_workers|Executor\(|Thread\(", AUDIT)
    why = "cpu_workers is for the processes, fetch_workers for the threads." if _find(learner, r"cpu_workers", AUDIT) and peak == 3 else ""
    return Message(f"{text}{_under_way(peak, 'fetch')} at once. Expected {workers}.", line, why)


def not_again(learner: Learner, got: Any, asked: int, site: Site) -> Message:
    times = "once" if asked == 1 else f"{asked} times"
    told = (
        f"audit raised {said(got)}"
        if isinstance(got, ErrorValue)
        else f"scored were {_paths(got[0], site)}"
        if type(got) is tuple
        else shown(got)
    )
    why = "A lost connection may work the next time: OSError is tried again, at once."
    if asked == ATTEMPTS - 1:
        why = "ATTEMPTS counts the first attempt, too."
    return Message(
        f"A page failed {ATTEMPTS - 1} times and would then have come. It was fetched {times}; {told}. Expected its score.",
        _find(learner, r"ATTEMPTS|except\b", AUDIT),
        why,
    )


def attempts(learner: Learner, asked: int) -> Message:
    return Message(
        f"A page that always fails was fetched {asked} times. Expected {ATTEMPTS}.",
        _find(learner, r"ATTEMPTS|range\(|while ", AUDIT),
        "ATTEMPTS is for all tries of one page.",
    )


def audit_bound(learner: Learner, got: Any, asked: int, max_pages: int) -> Message:
    count = len(got[0]) if type(got) is tuple and isinstance(got[0], dict) else 0
    return Message(
        f"A site of 8 pages, max_pages={max_pages}: {asked} addresses were fetched and {count} scored. Expected {max_pages} of both.",
        _find(learner, r"max_pages", AUDIT),
    )


def too_late(learner: Learner) -> Message:
    text = "Two pages did not come, and audit waited for them past its deadline. Expected what there is, at the deadline."
    if line := _find(learner, r"with .*ThreadPoolExecutor\(", AUDIT):
        return Message(
            text, line, "A time-out ends the waiting, not the work: at the end of `with` a pool waits for the fetch that you gave up."
        )
    line = _find(learner, r"\bwait\(|\.join\(|\.get\(|\.result\(|shutdown\(", AUDIT)
    return Message(text, line, "A wait without a limit lasts as long as what it waits for. Give each wait what is left of the deadline.")


def cut_short(learner: Learner, scores: Any, failed: Any, complete: Any) -> Message:
    text = f"The deadline passed while two pages were under way. complete is {shown(complete)}, failed has {len(failed) if isinstance(failed, dict) else shown(failed)}."
    why = (
        "Whoever reads the report has to see that something is missing."
        if complete is not False
        else "A page that was given up is not one that failed: nobody knows what it would have brought."
    )
    return Message(f"{text} Expected False, and none.", _find(learner, r"complete|SiteReport\(", AUDIT), why)


def goes_on(learner: Learner, count: int) -> Message:
    some = "1 fetch was" if count == 1 else f"{count} fetches were"
    return Message(
        f"After audit had returned at its deadline, {some} begun. Expected none.",
        _find(learner, r"shutdown\(|submit\(", AUDIT),
        "What waits in a pool's own line is still worked: cancel_futures=True takes it out.",
    )
