"""Six numbers, four processes; then a program with no guard, under each start method."""

# Needed by the second part only.
import multiprocessing
import subprocess
import sys
import tempfile
import time

# isort: split
# The first part: the program of the lesson, whole.
import concurrent.futures
import math

PRIMES = [
    112272535095293,
    112582705942171,
    112272535095293,
    115280095190773,
    115797848077099,
    1099726899285419,
]

def is_prime(n):
    if n < 2:
        return False
    if n == 2:
        return True
    if n % 2 == 0:
        return False

    sqrt_n = int(math.floor(math.sqrt(n)))
    for i in range(3, sqrt_n + 1, 2):
        if n % i == 0:
            return False
    return True

def main():
    with concurrent.futures.ProcessPoolExecutor(max_workers=4) as pool:
        for number, prime in zip(PRIMES, pool.map(is_prime, PRIMES)):
            print('%d is prime: %s' % (number, prime))

if __name__ == '__main__':
    main()


# The second part. The name of the start method is given on the command line.
UNGUARDED = """\
import concurrent.futures, multiprocessing, sys
print("body runs as", __name__, flush=True)
context = multiprocessing.get_context(sys.argv[1])
with concurrent.futures.ProcessPoolExecutor(1, context) as executor:
    print("answers:", list(executor.map(abs, [-1, -2])))
"""


def without_guard(method):
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        print(UNGUARDED, file=script, flush=True)
        command = [sys.executable, script.name, method]
        run = subprocess.run(command, capture_output=True, text=True)
    lines = dict.fromkeys(run.stdout.splitlines())  # a repeated line once
    print(f"{method}: exit {run.returncode}", *lines, sep="\n    ")
    print("    RuntimeError in a child:", "bootstrapping phase" in run.stderr)


def start_and_join(method):
    began = time.perf_counter()
    process = multiprocessing.get_context(method).Process(target=int)
    process.start()
    process.join()
    return time.perf_counter() - began


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        without_guard(method)
        start_and_join(method)  # the first start of forkserver pays for its server
        print(f"    one process, guarded: {start_and_join(method) * 1000:.0f} ms")
