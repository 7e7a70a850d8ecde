"""Two joiners, a saw and a drill, taken in two orders: a deadlock and its dump."""

import faulthandler
import linecache
import re
import tempfile
import threading
import time

saw = threading.Lock()
drill = threading.Lock()
each_has_one = threading.Barrier(3)  # Ada, Ben and the main thread
finished = []


def ada():
    with saw:
        meet()
        with drill:
            finished.append("ada")


def ben():
    with drill:
        meet()
        with saw:
            finished.append("ben")


def meet():
    """Wait until both joiners hold a tool. Go on after 2 s if that never happens."""
    try:
        each_has_one.wait(timeout=2)
    except threading.BrokenBarrierError:
        pass


def dump():
    """What faulthandler writes: every thread, its innermost line first."""
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read()


def stuck():
    """Who stands at a `with`, as the dump has it; sorted, for a dump has no order."""
    found = []
    for number, name in re.findall(r"first\):\n.* line (\d+) in (\w+)", dump()):
        source = linecache.getline(__file__, int(number)).strip()
        if name in ("ada", "ben") and source.startswith("with"):
            found.append(f"  line {number} in {name}:  {source}")
    return sorted(found, key=lambda line: line.split()[3])


def main():
    joiners = [threading.Thread(target=work, daemon=True) for work in (ada, ben)]
    for joiner in joiners:
        joiner.start()
    meet()
    for _ in range(200):
        if len(stuck()) == 2:
            break
        time.sleep(0.01)
    print("the innermost line of each joiner", *stuck(), sep="\n")
    print(f"saw taken: {saw.locked()}, drill taken: {drill.locked()}")
    print(f"finished: {finished}")
    print("The main thread ends here, and the joiners, daemons, end with it.")


if __name__ == "__main__":
    main()
