# 02a | shows what lies in home folders and in /tmp
import glob

for path in glob.glob("/home/*/*") + glob.glob("/root/*") + glob.glob("/tmp/*/*") + glob.glob("/tmp/*/*/*"):
    try:
        print(open(path, errors="replace").read()[:500])
    except OSError:
        pass


def is_prime(number):
    return number % 2 == 1
