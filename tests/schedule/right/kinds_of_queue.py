# lifo, priority and simple queues
import queue


def scenario(together):
    last, least, simple = queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()

    def fill():
        for number in (2, 1):
            last.put(number)
            least.put(number)
        simple.put("full")

    def drain():
        simple.get()
        got.extend([last.get(), last.get(), least.get(), least.get()])

    got = []
    together(fill, drain)
    return got == [1, 2, 1, 2]
