# returned: a captured variable
def scenario(together):
    count = 0

    def increment():
        nonlocal count
        count += 1

    together(increment, increment)
    return count == 2
