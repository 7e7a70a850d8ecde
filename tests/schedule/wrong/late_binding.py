# returned: three threads read one loop variable
import threading


def scenario(together):
    seen = []
    threads = []
    for number in range(3):
        threads.append(threading.Thread(target=lambda: seen.append(number)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return sorted(seen) == [0, 1, 2]
