# 02a | ignores every signal that can be ignored, then waits for ever
import signal
import threading

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass


def is_prime(number):
    threading.Event().wait()
