# wait_for, with a time-out that it does not count on
import threading


def scenario(together):
    changed, ready, seen = threading.Condition(), [], []

    def prepare():
        with changed:
            ready.append(1)
            changed.notify()

    def use():
        with changed:
            seen.append(changed.wait_for(lambda: ready, timeout=1) or "late")

    together(prepare, use)
    return seen in ([[1]], ["late"])
