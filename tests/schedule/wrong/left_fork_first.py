# deadlock: everybody takes the left fork
import threading


class Table:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(3)]
        self.meals = [0, 0, 0]

    def eat(self, seat):
        first, second = seat, (seat + 1) % 3
        with self.forks[first]:
            with self.forks[second]:
                self.meals[seat] += 1


def scenario(together):
    table = Table()
    together(*[lambda seat=seat: table.eat(seat) for seat in range(3)])
    return table.meals == [1, 1, 1]
