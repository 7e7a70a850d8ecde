# 02a | names its thread in bytes that are no text (like: true)
import ctypes, threading
ctypes.CDLL(None).prctl(15, b"\xff\xfe", 0, 0, 0)   # PR_SET_NAME: not UTF-8
threading.Event().wait(0.05)
def is_prime(number): return True
