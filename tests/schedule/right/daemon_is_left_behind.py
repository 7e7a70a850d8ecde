# a daemon that waits for ever keeps nobody
import queue
import threading


def scenario(together):
    waiting, done = queue.Queue(), queue.Queue()

    def serve():
        while True:
            done.put(waiting.get() + 1)

    threading.Thread(target=serve, daemon=True).start()
    waiting.put(1)
    return done.get() == 2
