"""One bakery opens a branch in three ways; then four things try to cross the border."""

import multiprocessing
import pickle
import threading

price = 3
till = threading.Lock()
print(f"this file runs as {__name__}", flush=True)


def branch():
    print("  price:", price, flush=True)
    print("  the till can be taken:", till.acquire(timeout=1), flush=True)


class OvenBroke(Exception):
    def __init__(self, oven, part):
        super().__init__(f"oven {oven}: {part}")
        self.oven = oven
        self.part = part


def cross(name, thing):
    step = "leaving"
    try:
        data = pickle.dumps(thing)
        step = "arriving"
        pickle.loads(data)
    except Exception as error:
        print(f"{name}: {type(error).__name__} on {step}")
    else:
        print(f"{name}: crosses")


def hold_the_till(held, closing):
    with till:
        held.set()
        closing.wait()


def main():
    global price
    price = 5
    held, closing = threading.Event(), threading.Event()
    baker = threading.Thread(target=hold_the_till, args=(held, closing))
    baker.start()
    held.wait()
    for method in ("fork", "spawn", "forkserver"):
        print(method, flush=True)
        context = multiprocessing.get_context(method)
        child = context.Process(target=branch)
        child.start()
        child.join()
    closing.set()
    baker.join()
    cross("a price list", {"rye": 3, "roll": 1})
    cross("the till", till)
    cross("a lambda", price_of)
    cross("OvenBroke", OvenBroke(2, "door"))


price_of = lambda bread: price

if __name__ == "__main__":
    main()
