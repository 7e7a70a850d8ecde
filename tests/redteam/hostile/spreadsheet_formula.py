# 02a | an error that a spreadsheet would run
def is_prime(number):
    raise ValueError("=HYPERLINK(\"http://example.invalid\",\"marks\")")
