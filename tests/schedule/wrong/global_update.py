# returned: a global counter
count = 0


def increment():
    global count
    count += 1


def scenario(together):
    together(increment, increment)
    return count == 2
