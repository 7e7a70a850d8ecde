# raised: two threads go over one generator, which runs for one of them at a time
import threading


def numbers(seen):
    for number in range(2):
        seen.append(number)
        yield number


def scenario(together):
    items, errors = numbers([]), []

    def take():
        try:
            for _ in items:
                pass
        except ValueError as error:
            errors.append(error)

    together(take, take)
    if errors:
        raise errors[0]
    return True
