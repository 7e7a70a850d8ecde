"""One cook, three orders: each future goes through its states."""

import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

on_the_stove = threading.Event()
serve = threading.Event()


def cook_soup() -> str:
    on_the_stove.set()
    serve.wait()
    return "hot soup"


def burn_toast() -> str:
    raise ValueError("the toast is burnt")


def show(order: str, future: Future) -> None:
    running, cancelled = future.running(), future.cancelled()
    print(f"  {order:<6}{running!s:>9}{cancelled!s:>11}{future.done()!s:>7}")


def attempt(call, *args, **options) -> None:
    try:
        print(f"  returned {call(*args, **options)!r}")
    except (CancelledError, TimeoutError, ValueError) as error:
        print(f"  raised {type(error).__name__}")


def note_thread(future: Future) -> None:
    called_in.append(threading.current_thread().name)


called_in: list[str] = []


def main() -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="cook") as kitchen:
        # One worker: the soup is on the stove, the others queue behind it.
        soup = kitchen.submit(cook_soup)
        toast = kitchen.submit(burn_toast)
        cake = kitchen.submit(str, "cake")
        soup.add_done_callback(note_thread)
        on_the_stove.wait()

        print("while the soup cooks    running  cancelled   done")
        for order, future in ("soup", soup), ("toast", toast), ("cake", cake):
            show(order, future)

        print("soup.result(timeout=0)")
        attempt(soup.result, timeout=0)
        print("soup.cancel(), then cake.cancel()")
        attempt(soup.cancel)
        attempt(cake.cancel)
        show("soup", soup)
        show("cake", cake)
        serve.set()

    print("after the kitchen has closed")
    for order, future in ("soup", soup), ("toast", toast), ("cake", cake):
        show(order, future)
        attempt(future.result)
    print(f"toast.exception() is {toast.exception()!r}")

    soup.add_done_callback(note_thread)
    print(f"the callbacks ran in {called_in}")


if __name__ == "__main__":
    main()
