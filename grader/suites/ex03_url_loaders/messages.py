"""What exercise 03 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from dataclasses import dataclass
from typing import Any

from grader.model import Message
from grader.sandbox.wire import ErrorValue, Other
from grader.suite.learner import Learner, shown
from grader.suite.rendezvous import Rendezvous
from grader.suite.site import Site


def raised(learner: Learner, name: str, error: ErrorValue) -> Message:
    """An exception that nobody asked for."""
    said = f": {error.text}" if error.text else ""
    return Message(f"{name} raised {error.type}{said}.", learner.where(error))


# -- 03a -----------------------------------------------------------------------------------------------------------------------------


def body(learner: Learner, got: Any, page: bytes) -> Message:
    if isinstance(got, ErrorValue):
        if got.type == "TypeError" and learner.lines("urlopen", arguments=2) and ("POST" in got.text or "message_body" in got.text):
            return Message(
                f"load_url raised TypeError: {got.text}",
                learner.where(got),
                "the second place of urlopen is data, to be sent as a POST: pass timeout by name.",
            )
        return raised(learner, "load_url", got)
    if type(got) is str:
        why = "A page may be an image: decoding is for whoever knows its encoding."
        return Message(
            f"load_url returned a str where bytes were asked, the {len(page)} bytes as they came.", learner.lines(".decode"), why
        )
    if isinstance(got, Other) and "Response" in got.type:
        return Message(
            "load_url returned the response object, not its body.", (), "Opening reads the headers only; read() brings the body."
        )
    if type(got) is bytes and got and page.startswith(got):
        if len(got) == page.find(b"\n") + 1:
            why = "A response is like a file: `readline()` and `next` give one line of it."
            return Message(f"load_url stopped at the first newline: {len(got)} of {len(page)} bytes.", (), why)
        why = "`read(n)` stops after n bytes; `read()` goes on to the end."
        return Message(f"load_url returned the first {len(got)} bytes of the page, not all {len(page)}.", learner.lines(".read"), why)
    return Message(f"load_url returned {shown(got)}, not the {len(page)} bytes of the page.")


def default_timeout(learner: Learner) -> Message:
    return Message(
        "load_url changed the default time-out of every socket; it must stay as it was, all the time.",
        learner.lines("setdefaulttimeout"),
        "Every thread shares `socket.setdefaulttimeout`: two loads side by side overwrite each other's.",
    )


def endless(learner: Learner, site: Site, timeout: float) -> Message:
    if site.endless == "for ever":
        return Message(
            f"load_url waits for ever: no time-out reached the socket. It was asked to give up after {timeout} s.",
            learner.lines("urlopen") or learner.lines("HTTPConnection"),
            "Without `timeout=`, a socket waits as long as the site says nothing.",
        )
    seen = f": {site.timeout_seen:g} s, not {timeout} s" if site.timeout_seen else f" ({timeout} s)"
    return Message(
        f"load_url waits longer than the time-out it was given{seen}.",
        learner.lines("urlopen") or learner.lines("HTTPConnection"),
        "The caller knows how long it can wait; a number in the body overrules it.",
    )


def retried(count: int) -> Message:
    return Message(
        f"load_url asked {count} times for a page that never came; it was expected to give up after its time-out.",
        (),
        "Each try waits the whole time-out again. Whether to try again is for whoever called.",
    )


def no_page(learner: Learner, value: Any) -> Message:
    return Message(
        f"load_url returned {shown(value)} for a page that never came; an exception was expected.",
        (),
        f"A caller cannot tell {shown(value)} from a page that really is so.",
    )


def not_raised(learner: Learner, got: Any, path: str) -> Message:
    what = {
        "/404": "a page that does not exist (404)",
        "/500": "a broken site (500)",
        "/drop": "a dropped connection",
        "/short": "a page that was cut short",
    }
    if path in ("/404", "/500") and type(got) is bytes and got:
        return Message(
            f"load_url returned the body of the {path[1:]} page; an exception was expected.",
            learner.lines(".read"),
            "An error page is a page to read, not the one that was asked for.",
        )
    if path == "/short" and type(got) is bytes and got:
        why = "`read(n)` in a loop ends where the connection ends, and never compares with Content-Length; `read()` does."
        if not learner.lines(".read", arguments=1):
            why = "`IncompleteRead.partial` is what came before the line was cut."
        return Message("load_url returned a page that was cut short, as if it were whole; an exception was expected.", (), why)
    return Message(
        f"load_url returned {shown(got)} for {what.get(path, 'a URL that cannot be used')}; an exception was expected.",
        (),
        "An `except` that returns a value hides the failure from whoever called.",
    )


# -- 03b -----------------------------------------------------------------------------------------------------------------------------


def own_fetch(learner: Learner) -> Message:
    return Message(
        "load_all called load_url, not the fetch it was given.",
        learner.lines("load_url", "load_all"),
        "Whoever passes `fetch` decides how a page is fetched; load_url is only its default.",
    )


def common(learner: Learner, referee: Rendezvous, running: int, got: Any, urls: list[str]) -> Message | None:
    """What is wrong whichever check looks: no fetch at all, an early return, Futures, a list, one URL for all."""
    calls = [url for url, _ in referee.labels]
    if not calls and not isinstance(got, ErrorValue):
        return own_fetch(learner)
    if type(got) is dict and any(isinstance(value, Other) and value.type == "Future" for value in got.values()):
        return Message(
            "load_all holds a Future where a page was expected.",
            (),
            "`submit` returns a box that fills later; `result()` takes out what is in it.",
        )
    if type(got) is list:
        return Message("load_all returned a list where a dict was asked: URL to page.")
    if running:
        return Message(
            f"load_all returned while fetches were still running: {running} of them.",
            learner.lines("shutdown", "load_all"),
            "Whoever reads the dict now finds pages missing. Wait until every fetch has ended.",
        )
    if len(calls) > 1 and set(calls) == {urls[-1]}:
        return Message(
            f"Of {len(urls)} URLs only one was ever fetched: every call fetched the last URL.",
            learner.lines("submit", inside="loop"),
            "A lambda looks its variable up when it runs, not when it is made; by then the loop is over.",
        )
    return None


def pages(learner: Learner, referee: Rendezvous, running: int, got: Any, right: dict[str, bytes], urls: list[str]) -> Message:
    if told := common(learner, referee, running, got, urls):
        return told
    if isinstance(got, ErrorValue):
        if got.type == "TypeError" and "len()" in got.text:
            why = "`urls` may be any iterable; one that is made on the go has no length yet."
            return Message(f"load_all asked for the length of a generator: {got.text}.", learner.where(got), why)
        return raised(learner, "load_all", got)
    if type(got) is not dict:
        return Message(f"load_all returned {shown(got)} where a dict was asked.")
    missing = [url for url in urls if url not in got]
    if missing == [url for url in urls if right[url] == b""]:
        why = "`if page` is false for b'', though b'' is what the site sent."
        return Message(f"{missing[0]} is missing: an empty page is a page.", (), why)
    if len(missing) == len(urls):
        return Message(
            "load_all went through the URLs a second time, and there were none left.",
            (),
            "A generator can be walked once; keep what it gives in a list.",
        )
    if missing:
        return Message(f"{len(missing)} of {len(urls)} URLs are missing from the dict.")
    odd = next(url for url in got if got[url] != right.get(url))
    return Message(f"For {odd} load_all has {shown(got[odd])}, which is not its page.")


def no_urls(learner: Learner, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        if got.type == "ValueError" and "max_workers" in got.text:
            return Message(
                f"With no URLs, load_all made a pool of 0 workers: ValueError, {got.text}.",
                learner.where(got),
                "{} was expected: min(max_workers, 0) is 0.",
            )
        return Message(f"With no URLs, load_all raised {got.type}: {got.text}. An empty dict was expected.", learner.where(got))
    return Message(f"With no URLs, load_all returned {shown(got)}; an empty dict was expected.")


def repeated(learner: Learner, calls: list[str], rests: list[list[str]], urls: list[str]) -> Message:
    if set(calls) == {urls[-1]}:
        return Message(
            f"Of {len(urls)} URLs only one was ever fetched: every call fetched the last URL.",
            learner.lines("submit", inside="loop"),
            "A lambda looks its variable up when it runs, not when it is made; by then the loop is over.",
        )
    url = max(calls, key=calls.count)
    together = any(rest.count(url) > 1 for rest in rests)
    if together and len(calls) < 7:
        return Message(
            f"{url} was fetched again while it was still in flight.",
            (),
            "Whether a URL is among the pages says nothing until its first fetch has ended: remember what was asked for.",
        )
    return Message(
        f"{url} was fetched more than once: {calls.count(url)} times.",
        learner.lines("submit", "load_all"),
        "Each submit makes a new future, also for a URL that has one.",
    )


@dataclass(frozen=True)
class Overlap:
    """What one call of load_all showed."""

    size: int
    count: int
    counts: tuple[int, ...]
    """Fetches held at each rest: first all that can be in flight, then after one of them had ended."""
    sure: bool
    calls: int
    elsewhere: bool
    result: Any

    @property
    def peak(self) -> int:
        """The most fetches in flight at once."""
        return max(self.counts, default=0)

    def right(self) -> bool:
        """As many as asked, before and after one has ended."""
        return self.counts[:2] == (self.size, self.size) and not self.elsewhere

    def stop(self) -> bool:
        """Whether no further call is needed to know what is wrong (and 36 processes are not worth having)."""
        return self.elsewhere or not self.calls or (not self.right() and self.peak in (1, self.count))


def overlap(learner: Learner, rows: list[Overlap]) -> Message:
    wrong = next(row for row in rows if not row.right())
    if not wrong.calls:
        return raised(learner, "load_all", wrong.result) if isinstance(wrong.result, ErrorValue) else own_fetch(learner)
    if wrong.elsewhere:
        return Message(
            "fetch ran in other processes, not in threads of yours.",
            learner.lines("ProcessPoolExecutor") or learner.lines("Pool"),
            "Waiting needs no second process, and an exception must be pickled on its way back: HTTPError cannot be.",
        )
    if wrong.peak == 1:
        return _one_at_a_time(learner, wrong)
    if line := learner.lines("ThreadPoolExecutor", "load_all", arguments=0):
        why = "Left out, the size depends on the machine: cores plus 4, at most 32."
        return Message(f"{wrong.peak} at once with max_workers={wrong.size}: max_workers was not handed to the pool.", line, why)
    if len(rows) > 1 and len({row.peak for row in rows}) == 1 and len({row.size for row in rows}) > 1:
        return Message(
            f"{wrong.peak} at once, whatever max_workers says: {rows[0].size} and {rows[-1].size} gave the same.",
            learner.lines("ThreadPoolExecutor", "load_all"),
            "The caller knows how many connections the site bears; a number in the body overrules it.",
        )
    if wrong.peak == wrong.count:
        return Message(
            f"{wrong.peak} at once with max_workers={wrong.size}: one thread for each URL.",
            learner.lines("ThreadPoolExecutor", "load_all") or learner.lines("Thread", "load_all"),
            "200 URLs would be 200 connections at once. Reread also: course read 03 --at how-many-workers",
        )
    if learner.lines("to_thread") or learner.lines("run_in_executor"):
        return Message(
            f"At most {wrong.peak} at once with max_workers={wrong.size}: asyncio's own pool is smaller.",
            learner.lines("to_thread") or learner.lines("run_in_executor"),
            "to_thread uses a pool of cores plus 4 threads, at most 32; set_default_executor changes it.",
        )
    if wrong.counts[:1] == (wrong.size,):
        return Message(
            f"After one of {wrong.size} had ended, no other began: load_all waits for the whole batch.",
            learner.lines("result", "load_all", inside="loop"),
            "One slow page holds up all that come after its batch. A pool starts the next as soon as a worker is free.",
        )
    small = "a pool made too small" if wrong.peak < wrong.size else "a pool made too large"
    return Message(
        f"{wrong.peak} at once with max_workers={wrong.size}: {small}.",
        learner.lines("ThreadPoolExecutor", "load_all"),
        "Exactly max_workers was asked: fewer wastes time, more is rude to the site.",
    )


def _one_at_a_time(learner: Learner, row: Overlap) -> Message:
    """Never two in flight: why, by the learner's own lines."""
    seen = f"{row.count} pages were fetched one after another: never 2 at a time (max_workers={row.size})."
    if line := learner.lines("submit().result", "load_all"):
        return Message(seen, line, "`.result()` waits for that page before the next is submitted.")
    starts, joins = learner.lines("start", "load_all"), learner.lines("join", "load_all")
    if starts and joins and 0 <= joins[0].number - starts[0].number <= 2:
        return Message(seen, joins, "join() right after start() waits for that thread before the next one is made.")
    if line := learner.lines("ThreadPoolExecutor", "load_all", inside="loop"):
        return Message(seen, line, "the end of the with block waits for its one page; then the next pool is made.")
    if line := learner.lines("submit", "load_all", inside="generator"):
        return Message(seen, line, "A generator submits the next one only when asked for it, and it is asked only after a page has come.")
    threads = learner.lines("submit", "load_all") or learner.lines("map", "load_all") or learner.lines("Thread", "load_all")
    if threads and (line := learner.lines("fetch", "load_all", inside="with")):
        return Message(seen, line, "There are threads enough, but a lock is held while a page is fetched, and the others wait for it.")
    if threads:
        return Message(seen, threads, "There are threads, but something lets only one of them fetch at a time.")
    return Message(seen, learner.lines("fetch", "load_all"), "The loop calls fetch itself: nothing was handed to a thread.")


def labels(learner: Learner, referee: Rendezvous, running: int, got: Any, right: dict[str, bytes]) -> Message:
    urls = list(right)
    if told := common(learner, referee, running, got, urls):
        return told
    if isinstance(got, ErrorValue):
        return raised(learner, "load_all", got)
    for url, page in right.items():
        other = next((key for key in got if type(got) is dict and got[key] == page and key != url), None)
        if other:
            line = learner.lines("as_completed", "load_all") or learner.lines("append", "load_all")
            why = "Futures end in another order than they were made; a list of URLs keeps the first order. Ask each future whose it is."
            return Message(f"The page of {url} stands under another URL, {other}.", line, why)
    return Message(f"load_all returned {shown(got)}, which is not each page under its own URL.")


def failures(
    learner: Learner,
    referee: Rendezvous,
    running: int,
    got: Any,
    urls: list[str],
    right: dict[str, bytes],
    errors: dict[str, tuple[str, str]],
) -> Message:
    if isinstance(got, ErrorValue):
        return _failure_escaped(learner, got, urls)
    if told := common(learner, referee, running, got, urls):
        return told
    if type(got) is not dict:
        return Message(f"load_all returned {shown(got)} where a dict was asked.")
    missing = [url for url in urls if url not in got]
    cancelled = [url for url in urls if isinstance(got.get(url), ErrorValue) and got[url].is_a("CancelledError")]
    if cancelled or (missing and (line := learner.lines("cancel", "load_all") or learner.lines("shutdown", "load_all", arguments=2))):
        line = learner.lines("cancel", "load_all") or learner.lines("shutdown", "load_all")
        return Message(
            f"{len(cancelled or missing)} URLs have no page: the first failure cancelled what was still waiting.",
            line,
            "One page that fails says nothing about the others.",
        )
    if set(missing) == set(errors):
        return Message(f"{missing[0]}: a URL that failed is missing. Its exception was expected as its value.")
    if missing:
        if line := learner.lines("map", "load_all"):
            why = "Its iterator is finished once it has raised: results that came later are lost."
            return Message(f"{len(missing)} URLs are missing: map gives nothing after the first failure.", line, why)
        why = "`try` around the loop leaves the loop. Put it inside, around what can fail for one URL."
        return Message(f"{len(missing)} URLs are missing: the first failure ended the loop.", (), why)
    for url, (name, _) in errors.items():
        value = got[url]
        if value is None:
            return Message(f"{url} holds None where the exception was expected, {name}.", (), "A caller cannot ask None what went wrong.")
        if type(value) is str:
            return Message(
                f"{url} holds the text of the error, not the exception, {name}.",
                learner.lines("str"),
                "A caller cannot ask a text for its code.",
            )
        if not isinstance(value, ErrorValue) or value.type != name:
            return Message(
                f"{url} holds {shown(value)}: another exception than the one fetch raised, {name}.",
                (),
                "A caller that looks for HTTPError does not find it.",
            )
    odd = next(url for url in urls if url not in errors and got[url] != right[url])
    return Message(f"For {odd} load_all has {shown(got[odd])}, which is not its page.")


def _failure_escaped(learner: Learner, error: ErrorValue, urls: list[str]) -> Message:
    """A failure of one URL left load_all; by what the learner tried to catch."""
    handled = learner.handled("load_all")
    why = "result() raises what fetch raised. Catch it where it concerns one URL, and keep it as that URL's value."
    text = f"load_all raised the failure of one URL, {error.type}; that exception was expected as its value."
    if "URLError" in handled:
        text = f"load_all raised {error.type}, which is not a URLError."
    elif handled == {"OSError"}:
        text = f"load_all raised {error.type}, which is not an OSError."
    elif handled and "Exception" not in handled:
        text = f"load_all raised {error.type}: any kind of Exception is a value, not only those you name."
    elif error.is_a("BrokenExecutor"):
        text = f"load_all raised {error.type}: fetch ran in other processes, not in threads of yours."
        why = "An exception must be pickled on its way back, and HTTPError cannot be: it breaks the whole pool."
    return Message(text, learner.where(error), why)


def timeout_lost(learner: Learner, given: list[Any], timeout: float) -> Message:
    odd = next(value for value in given if value != timeout)
    return Message(
        f"fetch was given {shown(odd)}, not the timeout of load_all, {timeout}.",
        learner.lines("submit", "load_all") or learner.lines("fetch", "load_all"),
        "The caller of load_all says how long one page may take.",
    )


def own_limit(learner: Learner, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        return Message(
            f"load_all raised {got.type}: a time limit for all pages together.",
            learner.where(got),
            "as_completed(timeout=) and wait(timeout=) count from the start, for the whole list. The time-out belongs to fetch.",
        )
    return Message(
        "load_all stopped waiting while fetch was still running: a URL has TimeoutError, though its page was on its way.",
        learner.lines("result", "load_all"),
        "result(timeout=) gives up waiting; the fetch goes on. The time-out belongs to fetch.",
    )


def interrupt(learner: Learner, referee: Rendezvous, running: int, got: Any, urls: list[str], name: str) -> Message:
    why = "`except:` and `except BaseException` catch Ctrl-C and sys.exit too; `except Exception` does not."
    if type(got) is dict and isinstance(got.get(urls[-1]), ErrorValue):
        if line := learner.lines("exception", "load_all"):
            return Message(
                f"The value of a URL is {name}; it was expected to be raised.", line, f"future.exception() hands over {name} too."
            )
        return Message(f"{name} became a value; it was expected to be raised.", (), why)
    told = common(learner, referee, running, got, urls)
    if told:
        return told
    if isinstance(got, ErrorValue):
        return Message(f"fetch raised {name}, and load_all raised {got.type} instead.", learner.where(got))
    return Message(f"fetch raised {name}, and load_all returned {shown(got)}; it was expected to be raised.", (), why)


# -- 03c -----------------------------------------------------------------------------------------------------------------------------


def first(learner: Learner, got: Any, urls: list[str], stuck: list[str], calls: list[str]) -> Message:
    if isinstance(got, ErrorValue) and got.is_a("OSError"):
        why = "FIRST_COMPLETED and the first of as_completed count failures too: look at what each came to, and go on."
        return Message(
            "first_ok raised OSError: the first to end, though it failed. The first success was expected.", learner.where(got), why
        )
    if type(got) is bytes:
        return Message("first_ok returned the page without its URL; (url, page) was expected.")
    if stuck and len(calls) > 1 and urls[1] in calls and stuck[0] == urls[4]:
        return Message(
            "URLs that waited their turn were never tried: two had failed, and the next did not begin.",
            learner.lines("submit", "first_ok"),
            "When one fails, the next URL that waits is tried.",
        )
    if stuck and stuck[0] == urls[1]:
        return Message(
            "first_ok tries one URL after another: the second was not asked while the first was held.",
            learner.lines("fetch", "first_ok"),
            "One slow page holds up all the others. Submit them, and take the first that succeeds.",
        )
    if isinstance(got, ErrorValue):
        return raised(learner, "first_ok", got)
    if type(got) is tuple and len(got) == 2 and got[0] in urls:
        if learner.lines("result", "first_ok") and not learner.lines("as_completed", "first_ok") and got[0] == urls[0]:
            return Message(
                "first_ok waits for the URLs in the order of the list: a later one had its page, the first had none yet.",
                learner.lines("result", "first_ok"),
                "result() of the first future waits for that one, whatever the others have.",
            )
        why = "b'' is false in an `if`, though it is a page."
        return Message("The first success had the page b'', and first_ok went on: an empty page is a success.", (), why)
    return Message(f"first_ok returned {shown(got)}; (url, page) of the first success was expected.")


def waited(learner: Learner, count: int) -> Message:
    if learner.lines("shutdown", "first_ok") or learner.lines("join", "first_ok"):
        return Message(
            f"first_ok had its page, and waits for the fetches that still run: {count} of them.",
            learner.lines("shutdown", "first_ok") or learner.lines("join", "first_ok"),
            "cancel_futures stops what is queued; what runs cannot be stopped, only left alone: wait=False, or a daemon thread.",
        )
    return Message(
        f"first_ok had its page, and the end of the with block waits for {count} slow ones.",
        learner.lines("ThreadPoolExecutor", "first_ok"),
        "`with` ends in shutdown(wait=True).",
    )


def first_result(learner: Learner, got: Any, url: str) -> Message:
    if type(got) is bytes:
        return Message("first_ok returned the page without its URL; (url, page) was expected.")
    if isinstance(got, ErrorValue):
        return raised(learner, "first_ok", got)
    return Message(f"first_ok returned {shown(got)}; {url} with its page was expected.")


def unbounded(learner: Learner, at_once: int, count: int) -> Message:
    lines = learner.lines("ThreadPoolExecutor", "first_ok") or learner.lines("Thread", "first_ok")
    if at_once == count:
        why = "One thread for each URL asks every site at once for a page that only one will give."
        return Message(f"{at_once} at once with max_workers=2: no URL was left waiting.", lines, why)
    return Message(
        f"{at_once} at once with max_workers=2: max_workers did not reach the threads.",
        lines,
        "The caller says how many may be asked at once.",
    )


def nothing_fetched(learner: Learner) -> Message:
    return Message("first_ok never called the fetch it was given.", learner.lines("load_url", "first_ok"))


def queue_ran(learner: Learner, count: int, *, returned: bool) -> Message:
    if not returned:
        return Message(
            f"{count} fetches started after the success: the end of the with block waits for them.",
            learner.lines("ThreadPoolExecutor", "first_ok"),
            "`with` ends in shutdown(wait=True), which runs all that is queued.",
        )
    return Message(
        f"{count} fetches started after first_ok had returned.",
        learner.lines("shutdown", "first_ok"),
        "shutdown(wait=False) still runs what is queued; cancel_futures=True drops it.",
    )


ALL_FAIL_HANGS = (
    "Every fetch failed, and first_ok waits for a success that cannot come.",
    "A fetch that fails must tell the one who waits, too.",
)


def all_fail(learner: Learner, got: Any, calls: int, count: int) -> Message:
    if calls < count:
        return Message(
            f"{calls} fetches for {count} URLs: URLs that waited their turn were never tried.", learner.lines("submit", "first_ok")
        )
    if isinstance(got, ErrorValue) and got.is_a("ExceptionGroup"):
        why = "Two errors of one type are two errors."
        return Message(f"{len(got.errors)} of {count} errors: errors are missing from the group.", learner.lines("ExceptionGroup"), why)
    if isinstance(got, ErrorValue) and got.type == "OSError":
        return Message(
            "first_ok raised OSError: the first to end, though it failed. An ExceptionGroup of all was expected.", learner.where(got)
        )
    if isinstance(got, ErrorValue) and got.type in ("IncompleteRead", "KeyError", "ValueError", "TimeoutError"):
        why = "The others are lost: whoever reads this cannot see why the other pages failed."
        return Message(
            f"first_ok raised {got.type}: only the last error. An ExceptionGroup of all {count} was expected.", learner.where(got), why
        )
    if isinstance(got, ErrorValue):
        return Message(f"first_ok raised {got.type}, not an ExceptionGroup with the {count} errors.", learner.where(got))
    why = "A function that reaches its end returns None."
    return Message(
        f"first_ok returned {shown(got)} though every fetch failed; an ExceptionGroup was expected.", (), why if got is None else ""
    )


EMPTY_HANGS = (
    "With no URLs, first_ok waits for an answer that nobody will give; ValueError was expected.",
    "With no URLs no thread was started.",
)


def empty(learner: Learner, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        why = "The loop that would have set it never ran." if got.is_a("UnboundLocalError") else ""
        return Message(f"With no URLs, first_ok raised {got.type}, not a ValueError.", learner.where(got), why)
    return Message(f"first_ok returned {shown(got)} for no URLs; ValueError was expected.")
