# a timer that is cancelled before it fires, or has fired
import threading


def scenario(together):
    fired, timer = [], None
    timer = threading.Timer(10, fired.append, [1])
    timer.start()
    timer.cancel()
    timer.join()
    return fired in ([], [1])
