# 02a | ANSI, bidi and HTML in names, output and errors
print("\x1b[2J\x1b]0;owned\x07\u202epassed\u202c <script>alert(1)</script>\r\x08")


def is_prime(number):
    raise ValueError("\x1b[32m\u2713 passed 5/5\x1b[0m\u202e <b>bold</b> \x9b31m")
