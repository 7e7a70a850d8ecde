"""TODO: a program of at most 60 lines whose output surprises."""

import threading


def visit(guest):
    print(f"{guest} comes")
    print(f"{guest} goes")


def main():
    for guest in ("Ana", "Ben"):
        thread = threading.Thread(target=visit, args=(guest,))
        thread.start()
        thread.join()


if __name__ == "__main__":
    main()
