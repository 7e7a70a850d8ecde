# each thread has a value of its own
import threading

own = threading.local()


def scenario(together):
    seen = []

    def work(number):
        own.value = number
        own.value += 1
        seen.append(own.value)

    together(lambda: work(1), lambda: work(5))
    return sorted(seen) == [2, 6]
