"""A fast cook, a slow waiter, and a pass between them: how far ahead does the cook get?"""

import queue
import threading
import time

DISHES = 20
END = object()


class Evening:
    def __init__(self, capacity):
        self.on_the_pass = queue.Queue(capacity)
        self.cooked = 0
        self.carried = 0

    def cook(self):
        for dish in range(1, DISHES + 1):
            self.cooked += 1
            self.on_the_pass.put(dish)  # waits while the pass is full
        self.on_the_pass.put(END)

    def waiter(self):
        while (dish := self.on_the_pass.get()) is not END:  # waits while it is empty
            if dish <= 3:
                self.wait_for_the_kitchen()
                print(f"  waiter carries dish {dish}, cooked so far: {self.cooked}")
            self.carried += 1

    def wait_for_the_kitchen(self):
        """Carry slowly: until nothing new has been cooked for a while."""
        before = -1
        while before != self.cooked:
            before = self.cooked
            time.sleep(0.2)

    def run(self):
        staff = [threading.Thread(target=work) for work in (self.cook, self.waiter)]
        for each in staff:
            each.start()
        for each in staff:
            each.join()
        print(f"  carried in all: {self.carried}")


def main():
    for title, capacity in ("a pass for 3 dishes", 3), ("a pass without a limit", 0):
        print(title)
        Evening(capacity).run()


if __name__ == "__main__":
    main()
