"""Games for `course play 09`: each starts threads and says what is wrong at the end, or nothing.

You are the scheduler there: you choose which thread takes the next step.
"""

import queue
import threading


def at_once(*functions):
    """Run each in a thread of its own, named like the function, and wait for all of them."""
    threads = [threading.Thread(target=function, name=function.__name__) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class WatchedPass(queue.Queue):
    """Remembers how many dishes stood on it at most."""

    fullest = 0

    def _put(self, dish):
        super()._put(dish)
        self.fullest = max(self.fullest, self._qsize())


def a_long_pass(demo):
    """The demo with three dishes, a waiter who never dawdles, and a pass without a limit."""
    demo.DISHES = 3
    evening = demo.Evening(0)
    evening.wait_for_the_kitchen = lambda: None
    evening.on_the_pass = WatchedPass(0)
    at_once(evening.cook, evening.waiter)
    return "All three dishes stood on the pass, and not one was carried." if evening.on_the_pass.fullest >= 3 else None


def far_ahead(learner):
    taken, done, most = 0, 0, 0

    def source():
        nonlocal taken, most
        for item in range(6):
            taken += 1
            most = max(most, taken - done)
            yield item

    def work(item):
        nonlocal done
        done += 1

    learner.pump(source(), work, workers=1, capacity=1)
    return None if most <= 3 else f"{most} items were read and not yet worked on. With one worker and a queue for one, 3 are the most."


def one_place(learner):
    inside, most = 0, 0

    @learner.limited(1)
    def visit():
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        inside -= 1

    at_once(visit, visit)
    return None if most == 1 else f"{most} were in at once, and there is one place."
