"""What runs in the worker for exercise 03: fetches that meet the trusted side and do what it says."""

import http.client
import socket
import threading
import urllib.error

from witness import meet


def fetch(url, timeout):
    """A fetch for load_all: held until the trusted side lets it go."""
    return obey(meet([_text(url), timeout if type(timeout) in (int, float, str) else repr(timeout)]))


def fetch_one(url):
    """A fetch for first_ok."""
    return obey(meet([_text(url), None]))


def _text(url):
    """The URL, or how what stands in its place is written."""
    return url if type(url) is str else repr(url)


def obey(order):
    """Return the page that `order` holds, or raise its error."""
    if "page" in order:
        return bytes.fromhex(order["page"])
    raise ERRORS[order["raise"]](order["text"])


ERRORS = {
    "HTTPError": lambda text: urllib.error.HTTPError("http://site.test/", 404, text, {}, None),
    "IncompleteRead": lambda text: http.client.IncompleteRead(text.encode(), 900),
    "RemoteDisconnected": http.client.RemoteDisconnected,
    "TimeoutError": TimeoutError,
    "ConnectionResetError": ConnectionResetError,
    "OSError": OSError,
    "ValueError": ValueError,
    "KeyError": KeyError,
    "KeyboardInterrupt": KeyboardInterrupt,
    "SystemExit": SystemExit,
}


def slow(url, timeout):
    """Call load_url in a thread; (what it returned, the error it raised, the default time-outs that were seen meanwhile and after)."""
    import ex03_url_loaders as learner

    outcome, seen = {}, []

    def call():
        try:
            outcome["value"] = learner.load_url(url, timeout)
        except BaseException as error:
            outcome["error"] = error

    def look(frame, event, argument):
        # Every function that the call enters and leaves, in the library too: a default that is set and put back is seen.
        if socket.getdefaulttimeout() not in seen:
            seen.append(socket.getdefaulttimeout())

    thread = threading.Thread(target=call)
    threading.setprofile(look)
    thread.start()
    threading.setprofile(None)
    thread.join()
    seen.append(socket.getdefaulttimeout())
    if isinstance(outcome.get("error"), NotImplementedError):
        raise outcome["error"]
    return "value" in outcome, outcome.get("value"), outcome.get("error"), [value for value in seen if value is not None]
