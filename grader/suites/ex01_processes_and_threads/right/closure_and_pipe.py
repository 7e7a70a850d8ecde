# right: a closure fills a dict; the child sends through a two-way pipe
import multiprocessing
from threading import Thread


def run_in_thread(fn, /, *args, **kwargs):
    result = {}

    def work():
        try:
            result["value"] = fn(*args, **kwargs)
        except Exception as error:
            result["error"] = error

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    if "error" in result:
        raise result["error"]
    return result["value"]


def child(conn, fn, args):
    try:
        conn.send({"value": fn(*args)})
    except Exception as error:
        conn.send({"error": error})
    conn.close()


def run_in_process(fn, /, *args):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=child, args=(theirs, fn, args))
    process.start()
    theirs.close()
    result = ours.recv()
    process.join()
    if "error" in result:
        raise result["error"]
    return result["value"]
