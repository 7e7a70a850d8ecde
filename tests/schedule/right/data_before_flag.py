# writes, then says ready
import threading


class News:
    def __init__(self):
        self.ready = threading.Event()
        self.data = None
        self.seen = None

    def publish(self):
        self.data = 42
        self.ready.set()

    def read(self):
        self.ready.wait()
        self.seen = self.data


def scenario(together):
    news = News()
    together(news.publish, news.read)
    return news.seen == 42
