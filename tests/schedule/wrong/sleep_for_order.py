# returned: sleeps long enough, it hopes
from time import sleep


class News:
    def __init__(self):
        self.data = None
        self.seen = None

    def publish(self):
        self.data = 1

    def read(self):
        sleep(0.5)
        self.seen = self.data


def scenario(together):
    news = News()
    together(news.publish, news.read)
    return news.seen == 1
