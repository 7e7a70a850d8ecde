"""The desk and the back room: 8 MiB by pipe, by queue and by shared memory, and a tally."""

import multiprocessing
import time
from multiprocessing.shared_memory import SharedMemory

SIZE = 8 << 20
CLERKS = 4
STROKES = 20_000


def clerk(way, incoming, desk):
    """In the back room: take the paper, mark its first byte, say so."""
    desk.send("ready")
    if way == "SharedMemory":
        board = SharedMemory(incoming.recv())  # only its name came
        board.buf[0] = 1
        board.close()
    else:
        paper = incoming.get() if way == "Queue" else incoming.recv()
        paper[0] = 1
    desk.send("done")


def hand_over(way, paper, what, send, incoming):
    """Give `what` to a clerk; print the first byte of our paper afterwards."""
    desk, back_room = multiprocessing.Pipe()
    child = multiprocessing.Process(target=clerk, args=(way, incoming, back_room))
    child.start()
    desk.recv()
    start = time.perf_counter()
    send(what)
    desk.recv()
    took = (time.perf_counter() - start) * 1000
    child.join()
    print(f"{way}: first byte at the desk is {paper[0]}, after {took:.1f} ms")


def tally(strokes, all_here):
    all_here.wait()
    for _ in range(STROKES):
        strokes.value += 1


def main():
    ours, theirs = multiprocessing.Pipe()
    paper = bytearray(SIZE)
    hand_over("Pipe", paper, paper, ours.send, theirs)
    queue = multiprocessing.Queue()
    hand_over("Queue", paper, paper, queue.put, queue)
    board = SharedMemory(create=True, size=SIZE)
    hand_over("SharedMemory", board.buf, board.name, ours.send, theirs)
    board.close()
    board.unlink()

    strokes, all_here = multiprocessing.Value("q", 0), multiprocessing.Barrier(CLERKS)
    clerks = [multiprocessing.Process(target=tally, args=(strokes, all_here)) for _ in range(CLERKS)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    print(f"strokes made: {CLERKS * STROKES}, fewer on the board: {strokes.value < CLERKS * STROKES}")


if __name__ == "__main__":
    main()
