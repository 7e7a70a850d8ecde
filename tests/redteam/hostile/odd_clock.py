# 02a | waits on a clock whose number no program has
import ctypes, threading, time, os
libc = ctypes.CDLL(None)
def hidden():
    ts = (ctypes.c_long*2)(int(time.time())+2, 0)
    print("slept", libc.syscall(ctypes.c_long(230), ctypes.c_ulong(0), ctypes.c_long(1), ctypes.byref(ts), ctypes.c_long(0)))
def is_prime(n):
    # process CPU clock of pid 2 by number: EINVAL outside when no such pid
    pid = os.getpid(); clk = ((~pid) << 3 | 2) & 0xffffffff
    t = threading.Thread(target=lambda: libc.syscall(ctypes.c_long(230), ctypes.c_ulong(clk), ctypes.c_long(1), ctypes.byref((ctypes.c_long*2)(10**6,0)), ctypes.c_long(0)), daemon=True); t.start()
    time.sleep(0.3)
    return n % 2 == 1
