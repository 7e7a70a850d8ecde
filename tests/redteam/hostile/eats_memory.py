# 02a | asks for 3 GiB, then for more
def is_prime(number):
    held = []
    while True:
        held.append(bytearray(256 << 20))
