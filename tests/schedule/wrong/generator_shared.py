# error: two threads step one generator
def numbers():
    number = 0
    while True:
        number += len(seen)
        yield number


seen = []


def scenario(together):
    steps = numbers()

    def take():
        seen.append(next(steps))

    together(take, take)
    return True
