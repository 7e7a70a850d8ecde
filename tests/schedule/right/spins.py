# waits in a loop, which is wasteful and right
class News:
    def __init__(self):
        self.ready = False
        self.order = []

    def set(self):
        self.order.append(1)
        self.ready = True

    def wait(self):
        while not self.ready:
            pass
        self.order.append(2)


def scenario(together):
    news = News()
    together(news.wait, news.set)
    return news.order == [1, 2]
