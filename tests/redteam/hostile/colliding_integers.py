# 02a | makes the worker send a set of integers that all hash alike
import sys
wire = sys.modules["grader.sandbox.wire"]
M = (1 << 61) - 1
BIG = {"set": [{"int": hex(M * (i + (1 << 60)))} for i in range(49_900)]}
wire.encode = lambda value: BIG
def is_prime(number): return 1
