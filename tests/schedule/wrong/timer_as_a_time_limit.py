# returned: a timer is to come later than the work
import threading


def scenario(together):
    order = []
    timer = threading.Timer(10, order.append, ["timer"])
    timer.start()
    worker = threading.Thread(target=order.append, args=["work"])
    worker.start()
    worker.join()
    timer.join()
    return order == ["work", "timer"]
