# three meet at a barrier
import threading


def scenario(together):
    barrier, met = threading.Barrier(3), []

    def meet(number):
        barrier.wait()
        met.append(number)

    together(*[lambda number=number: meet(number) for number in range(3)])
    return sorted(met) == [0, 1, 2]
