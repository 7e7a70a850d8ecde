# polls until a deadline of virtual time
import time


def scenario(together):
    state = {"ready": False}
    seen = []

    def wait():
        deadline = time.monotonic() + 2
        while not state["ready"] and time.monotonic() < deadline:
            time.sleep(0.5)
        seen.append(state["ready"])

    def set():
        state["ready"] = True

    together(wait, set)
    return seen in ([True], [False])
