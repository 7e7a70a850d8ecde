"""Scenarios for exercise 09: pumps, doors and tickers, run in every order by the scheduler. What they return is judged elsewhere.

A sleep here is one in virtual time: it is over when nobody else can go on.
"""

import threading
import time

from grader.schedule.scenario import steps, together


def raised(call, *args, **named):
    """The name of what a call raises, or what it returns."""
    try:
        return call(*args, **named)
    except NotImplementedError:
        raise
    except Exception as error:
        return type(error).__name__


# -- 09a -------------------------------------------------------------------------------------------------------------------------------


class Source:
    """Items that are counted as they are pulled, and their work as it ends."""

    def __init__(self, items, error=None):
        self.items = items
        self.error = error
        self.pulled = []
        self.ended = []
        self.most = 0
        """That were pulled while their work had not ended."""

    def __iter__(self):
        for item in self.items:
            self.pulled.append(item)
            self.most = max(self.most, len(self.pulled) - len(self.ended))
            yield item
        if self.error:
            raise self.error


def pairs(found):
    """What `pump` returned, as plain data."""
    if type(found) is not list:
        return found if isinstance(found, str) else f"an object of type {type(found).__name__}"
    return [list(pair) if isinstance(pair, tuple) and len(pair) == 2 else f"{type(pair).__name__}: {pair!r}"[:60] for pair in found]


def pump_each(learner, items, streamed, workers):
    """One pump over a list or a generator; what it returned."""
    source = (item for item in items) if streamed else list(items)
    return pairs(raised(learner.pump, source, lambda item: item * 10, workers=workers, capacity=2))


def pump_odd(learner, items):
    """Items of any kind, each of which `work` only repeats; the last one becomes an exception that is returned."""
    found = raised(learner.pump, items, lambda item: LookupError("a value") if item == "returned" else item, workers=1, capacity=2)
    return [repr(pair) for pair in pairs(found)] if type(found) is list else found


def pump_in_every_order(learner, items, seconds):
    """Two workers; each item takes so long to come, and so long to be worked: what came of it, and threads that are left."""

    def slowly():
        for item in Source(items):
            if seconds:
                time.sleep(seconds)
            yield item

    def work(item):
        if seconds:
            time.sleep(seconds)
        return item * 10

    before = threading.active_count()
    found = learner.pump(slowly(), work, workers=2, capacity=2)
    left = threading.active_count() - before
    return [pairs(found), left]


def pump_far(learner, count, workers, capacity):
    """The most items that were ever pulled and not yet worked."""
    source = Source(list(range(1, count + 1)))

    def work(item):
        source.ended.append(item)
        return item

    learner.pump(source, work, workers=workers, capacity=capacity)
    return source.most


def pump_held(learner, workers, capacity):
    """Every worker is busy until so many more items have been pulled as may wait."""
    enough, pulled = threading.Event(), []

    def source():
        for item in range(workers + capacity + 2):
            pulled.append(item)
            if len(pulled) == workers + capacity:
                enough.set()
            yield item

    def work(item):
        enough.wait()
        return item

    learner.pump(source(), work, workers=workers, capacity=capacity)
    return True


def pump_at_once(learner, count, workers):
    """The most calls of `work` that were ever under way; the first ones wait until there are as many as there should be."""
    inside, most, full = [], [0], threading.Event()

    def work(item):
        inside.append(item)
        most[0] = max(most[0], len(inside))
        if len(inside) == workers:
            full.set()
        full.wait()
        time.sleep(0.001)
        inside.remove(item)
        return item

    learner.pump(range(count), work, workers=workers, capacity=3)
    return most[0]


def pump_failing(learner, count, bad, workers):
    """The work of some items raises: what `pump` raised, and threads that are left."""

    def work(item):
        if item in bad:
            raise LookupError(item)
        return item

    before = threading.active_count()
    found = raised(learner.pump, range(count), work, workers=workers, capacity=1)
    left = threading.active_count() - before
    return [pairs(found), left]


def pump_on(learner, count):
    """The work of the first item raises: how many were pulled."""
    source = Source(list(range(1, count + 1)))

    def work(item):
        if item == 1:
            raise LookupError(item)
        return item

    raised(learner.pump, source, work, workers=1, capacity=1)
    return len(source.pulled)


def pump_broken(learner, items):
    """The source raises after some items: what `pump` raised, and threads that are left."""
    before = threading.active_count()
    found = raised(learner.pump, Source(items, OSError("no more")), lambda item: item, workers=2, capacity=1)
    left = threading.active_count() - before
    return [pairs(found), left]


def pump_refused(learner, workers, capacity):
    """What it raised, and how many items were pulled."""
    source = Source([1, 2, 3])
    return [pairs(raised(learner.pump, source, lambda item: item, workers=workers, capacity=capacity)), len(source.pulled)]


# -- 09b -------------------------------------------------------------------------------------------------------------------------------


def call_limited(learner):
    """Arguments and results of a function, and of a method."""

    @learner.limited(2)
    def order(dish, *more, times=1, **extra):
        return [dish, *more] * times if not extra else None

    class Kitchen:
        def __init__(self, name):
            self.name = name

        @learner.limited(1)
        def cook(self, dish):
            return f"{self.name}: {dish}"

    one, other = Kitchen("one"), Kitchen("other")
    return [
        raised(order, "tea"),
        raised(order, "tea", "cake", times=2),
        raised(order, "tea", cold=True),
        raised(one.cook, "soup"),
        raised(other.cook, dish="rice"),
    ]


def named(learner):
    """The name and the documentation of a decorated function."""

    @learner.limited(1)
    def simmer():
        """Let it simmer."""

    return [getattr(simmer, "__name__", None), getattr(simmer, "__doc__", None)]


def crowd_in(learner, n, callers, rounds):
    """So many threads call, so often each: the most that were in, and what each got. Who is in stays until nobody else can go on."""
    inside, most, got = [], [0], [[] for _ in range(callers)]

    @learner.limited(n)
    def visit(who):
        inside.append(who)
        most[0] = max(most[0], len(inside))
        time.sleep(2)
        inside.remove(who)
        return who * 10

    def call(who):
        for _ in range(rounds):
            got[who].append(raised(visit, who))

    together(*[lambda who=who: call(who) for who in range(callers)])
    return [most[0], got]


def fill(learner, n):
    """As many threads as there are places, each of which stays until all are in."""
    inside, full = [], threading.Event()

    @learner.limited(n)
    def visit(who):
        inside.append(who)
        if len(inside) == n:
            full.set()
        full.wait()

    together(*[lambda who=who: visit(who) for who in range(n)])
    return len(inside)


def leave_by_error(learner, interrupt):
    """A call that raises where there is one place, and two at once after it: what the first one got, and the most that were in."""
    inside, most, got = [], [0], [None, None]

    @learner.limited(1)
    def visit(error):
        if error:
            raise error
        inside.append(1)
        most[0] = max(most[0], len(inside))
        inside.pop()
        return "in"

    def call(place):
        got[place] = visit(None)

    error = KeyboardInterrupt() if interrupt else LookupError("gone")
    try:
        first = visit(error)
    except BaseException as caught:
        first = type(caught).__name__ if caught is error else f"another one, {type(caught).__name__}"
    together(lambda: call(0), lambda: call(1))
    return [first, got, most[0]]


def doors_apart(learner, shared):
    """One place each for two functions, and one calls the other; `shared`: they were decorated by one and the same decorator."""
    door = learner.limited(1)
    other = door if shared else learner.limited(1)

    @door
    def fetch():
        return "salt"

    @other
    def cook():
        return f"soup with {fetch()}"

    return cook()


def refuse(learner, n):
    """What `limited` itself raises."""
    found = raised(learner.limited, n)
    return found if isinstance(found, str) else "no error"


# -- 09c -------------------------------------------------------------------------------------------------------------------------------


class Ticks:
    """An `fn` that notes its calls. Once the scenario has seen enough, it ends a thread that still calls it."""

    def __init__(self):
        self.calls = []
        self.inside = []
        self.most = 0
        self.first = threading.Event()
        self.over = False

    def __call__(self):
        if self.over:
            raise SystemExit
        self.inside.append(1)
        self.most = max(self.most, len(self.inside))
        self.calls.append(threading.current_thread().name)
        self.first.set()
        self.inside.pop()

    def within(self, seconds):
        """How many more calls come in that time."""
        before = len(self.calls)
        time.sleep(seconds)
        return len(self.calls) - before

    def later(self):
        """How many more calls come, and no more than those of three seconds."""
        found = self.within(3)
        self.over = True
        return found


def tick(learner, interval):
    """The calls after half an interval, after three and a half, and whether the caller's thread made one."""
    ticks = Ticks()
    ticker = learner.Ticker(interval, ticks)
    ticker.start()
    time.sleep(interval * 0.5)
    early = len(ticks.calls)
    time.sleep(interval * 3)
    found = [early, len(ticks.calls), threading.current_thread().name in ticks.calls]
    ticker.stop()
    ticks.over = True
    return found


def stop_and_look(learner, wait):
    """Calls that are under way when `stop` returns, and that come after it. `wait` for a first call before."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    ticker.start()
    if wait:
        ticks.first.wait()
    ticker.stop()
    return [len(ticks.inside), ticks.later()]


def stop_in_between(learner):
    """Calls that `stop` brings about, between the first call and the second."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    ticker.start()
    time.sleep(1.5)
    before = len(ticks.calls)
    ticker.stop()
    found = len(ticks.calls) - before
    ticks.over = True
    return found


def stop_at_length(learner, interval):
    """Whether half an interval passes while `stop` is at work, early in an interval."""
    late = []

    def watch():
        time.sleep(interval / 2)
        late.append(True)

    ticker = learner.Ticker(interval, lambda: None)
    ticker.start()
    time.sleep(interval / 8)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    ticker.stop()
    return bool(late)


def wait_long(learner, short, long):
    """How many steps more it takes to wait for a long interval than for a short one."""

    def count(interval):
        done = threading.Event()
        before = steps()
        ticker = learner.Ticker(interval, done.set)
        ticker.start()
        done.wait()
        ticker.stop()
        return steps() - before

    count(short)  # whatever is done only once is done
    return count(long) - count(short)


def stop_idle(learner):
    """Stopped before it is started, then started, stopped twice: what the stops raised, and calls between and after."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    first = raised(ticker.stop)
    ticker.start()
    between = ticks.within(1.5)
    return [first, between, raised(ticker.stop), raised(ticker.stop), ticks.later()]


def start_twice(learner):
    """Started twice: what the second one raised, the calls in two intervals and a half, and those after `stop`."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    ticker.start()
    time.sleep(0.25)
    second = raised(ticker.start)
    during = ticks.within(2.5)
    ticker.stop()
    return [second, during, ticks.later()]


def start_again(learner):
    """Started, stopped, started again: what the second start raised, the calls it makes, and those after the last stop."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    ticker.start()
    time.sleep(1.5)
    ticker.stop()
    second = raised(ticker.start)
    during = ticks.within(2.5)
    ticker.stop()
    return [second, during, ticks.later()]


def stop_from_inside(learner):
    """`fn` stops it in its second call: what `stop` raised there, the calls in all, and threads that are left."""
    ticks, said = Ticks(), []
    before = threading.active_count()

    def fn():
        ticks()
        if len(ticks.calls) == 2:
            said.append(raised(ticker.stop))

    ticker = learner.Ticker(1, fn)
    ticker.start()
    found = ticks.within(5)
    left = threading.active_count() - before
    ticks.over = True
    return [said, found, left]


def stop_from_both(learner):
    """`fn` stops it while the one who started it does too: what was raised, and the calls in all."""
    ticks, said = Ticks(), []

    def fn():
        ticks()
        said.append(raised(ticker.stop))

    ticker = learner.Ticker(1, fn)
    ticker.start()
    ticks.first.wait()
    said.append(raised(ticker.stop))
    ticks.later()
    return [said, len(ticks.calls)]


def tickers_apart(learner):
    """Two tickers, one of which is stopped: the calls of the other one in two intervals and a half."""
    going = Ticks()
    one, other = learner.Ticker(1, lambda: None), learner.Ticker(1, going)
    one.start()
    other.start()
    time.sleep(0.5)
    one.stop()
    found = going.within(2)
    other.stop()
    going.over = True
    return found


def start_together(learner):
    """Two threads start it: the most calls that overlapped, those under way when `stop` returned, and those after it."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    together(ticker.start, ticker.start)
    ticks.first.wait()
    ticker.stop()
    return [ticks.most, len(ticks.inside), ticks.later()]


def stop_together(learner):
    """Two threads stop it: the calls that each saw under way when its `stop` had returned, those after both, and after one more run."""
    ticks, seen = Ticks(), []
    ticker = learner.Ticker(1, ticks)
    ticker.start()
    ticks.first.wait()

    def stop():
        ticker.stop()
        seen.append(len(ticks.inside))

    together(stop, stop)
    after = ticks.within(3)
    ticks.first = threading.Event()
    ticker.start()
    ticks.first.wait()
    ticker.stop()
    return [seen, after, ticks.later()]


def start_and_stop(learner):
    """One starts it while another one stops it, and at the end it is stopped: calls under way then, and after."""
    ticks = Ticks()
    ticker = learner.Ticker(1, ticks)
    together(ticker.start, ticker.stop)
    ticker.stop()
    return [len(ticks.inside), ticks.later()]
