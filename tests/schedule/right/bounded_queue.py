# a producer, a consumer and a sentinel
import queue


def scenario(together):
    line, got = queue.Queue(maxsize=1), []

    def produce():
        for item in range(2):
            line.put(item)
        line.put(None)

    def consume():
        while (item := line.get()) is not None:
            got.append(item)

    together(produce, consume)
    return got == [0, 1]
