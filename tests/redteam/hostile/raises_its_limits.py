# 02a | lifts its own resource limits
import os
import resource

for name in dir(resource):
    if name.startswith("RLIMIT_"):
        try:
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (OSError, ValueError):
            pass


def is_prime(number):
    while True:
        pass
