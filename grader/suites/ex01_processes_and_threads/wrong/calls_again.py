# fails: 01a.error, 01b.any_value, 01b.error | fn was called 2 times
import multiprocessing, threading
def run_in_thread(fn, /, *args, **kwargs):
    box = []
    def go():
        try: box.append(fn(*args, **kwargs))
        except Exception: pass
    t = threading.Thread(target=go); t.start(); t.join()
    return box[0] if box else fn(*args, **kwargs)
def child(q, fn, args):
    try: q.put(fn(*args))
    except Exception: q.put(None)
def run_in_process(fn, /, *args):
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=child, args=(q, fn, args)); p.start()
    r = q.get(); p.join()
    return fn(*args) if r is None else r
