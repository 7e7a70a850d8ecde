"""Games for `course play 08`: each starts threads and says what is wrong at the end, or nothing.

You are the scheduler there: you choose which thread takes the next step. A deadlock is a win.
"""

import threading


def at_once(*functions):
    """Run each in a thread of its own, named like the function, and wait for all of them."""
    threads = [threading.Thread(target=function, name=function.__name__) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def two_joiners(demo):
    """The demo without its meeting: nobody waits until both hold a tool."""
    demo.each_has_one = threading.Barrier(1)
    at_once(demo.ada, demo.ben)


def there_and_back(learner):
    one, other = learner.Account(1, 100), learner.Account(2, 100)

    def ahead():
        learner.transfer(one, other, 30)

    def back():
        learner.transfer(other, one, 20)

    at_once(ahead, back)
    return None if (one.balance, other.balance) == (90, 110) else f"The balances are {one.balance} and {other.balance}, not 90 and 110."


def three_at_a_table(learner):
    eaten = learner.dine(3, 1, lambda seat: None)
    return None if eaten == [1, 1, 1] else f"Each should have eaten once: {eaten}."


def a_pool_of_one(learner):
    from concurrent.futures import ThreadPoolExecutor

    tree = learner.Node(lambda: 1, [learner.Node(lambda: 2), learner.Node(lambda: 3)])
    with ThreadPoolExecutor(1) as executor:
        total = learner.tree_sum(tree, executor)
    return None if total == 6 else f"The sum is {total}, not 6."
