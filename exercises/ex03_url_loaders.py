"""Exercise 03: URL loaders.

Three functions that wait for pages, side by side, in a pool of threads:

    03a load_url     fetch one page
    03b load_all     fetch many, keep each failure beside its URL
    03c first_ok     return the first page that arrives

Fill in the bodies. The standard library is enough; helpers, imports and classes of your own are
welcome. The checks run without a network, and no proxy is set. When you want a verdict:

    course grade 03
"""

from collections.abc import Callable, Iterable


def load_url(url: str, timeout: float) -> bytes:
    """Return the body of the page at `url`, whole, as bytes.

    `url` is an `http://` address. Do not decode the body: it need not be text, and may be
    of any length, also empty.

    `timeout` is in seconds. When the page does not come, give up after about that long and raise
    `TimeoutError` or another exception. Ask once: whether to try again is for whoever called. The
    time-out belongs to this call: leave `socket.setdefaulttimeout` alone, other threads use it.

    Whatever goes wrong is raised, never turned into a value: an error status such as 404, a
    connection that closes without an answer, a body that ends before its Content-Length, a URL
    that cannot be used. Which exception it is, is up to you; what the library raises will do.
    """
    raise NotImplementedError("03a: load_url")


def load_all(
    urls: Iterable[str],
    *,
    timeout: float = 5.0,
    max_workers: int = 5,
    fetch: Callable[[str, float], bytes] = load_url,
) -> dict[str, bytes | Exception]:
    """Fetch every URL, side by side, and return a dict: URL -> its page, or the exception.

    - `fetch(url, timeout)` is called with two positional arguments, in threads of this process.
      What it returns is that URL's value, also when it is `b""`.
    - If `fetch` raises an `Exception`, of any kind, that exception is the URL's value: the object,
      with its type and its arguments, not its text. The other URLs still load.
    - `KeyboardInterrupt`, `SystemExit` and whatever else is not an `Exception` is no value: raise
      it from `load_all`. You may let fetches that run, or wait their turn, finish first.
    - Exactly `max_workers` fetches are in flight at once, as long as there are that many left to
      do: never more, and when one ends, the next begins.
    - A URL that appears twice is fetched once.
    - `urls` may be a generator: go through it once. No URLs give `{}`.
    - Return when every fetch has ended. `timeout` is a matter for `fetch`: pass it on, and set no
      other time limit, neither for one URL nor for all of them.
    - The order of the dict does not matter. `max_workers` is at least 1.

    >>> load_all(["http://127.0.0.1:8000/front", "http://127.0.0.1:8000/gone"])
    {'http://127.0.0.1:8000/front': b'...', 'http://127.0.0.1:8000/gone': <HTTPError 404: ...>}
    """
    raise NotImplementedError("03b: load_all")


def first_ok(
    urls: Iterable[str],
    *,
    fetch: Callable[[str], bytes],
    max_workers: int = 5,
) -> tuple[str, bytes]:
    """Fetch the URLs side by side, and return `(url, page)` of the first that succeeds.

    - `fetch(url)` is called with one positional argument, in threads of this process, for
      `max_workers` URLs at once and never more. When one fails, the next URL that waits is tried.
    - First means first in time: the first fetch that ends without an exception, wherever its URL
      stands in the list. An empty page, `b""`, is a success. Failures are passed over.
    - Return as soon as there is a success. Do not wait for fetches that are still running: they
      may go on in the background, and nobody reads what they return.
    - Once `first_ok` has returned, no further fetch starts. One that starts in the moment between
      the success and the return is allowed.
    - If every fetch raises, raise an `ExceptionGroup` whose `.exceptions` are those exceptions,
      one for each URL, in any order, not nested.
    - No URLs: raise `ValueError`.
    - `urls` may be a generator. The URLs are all different, and `fetch` raises nothing but
      `Exception`s. `max_workers` is at least 1.
    """
    raise NotImplementedError("03c: first_ok")
