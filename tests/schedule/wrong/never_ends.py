# endless: nobody sets the flag
class News:
    ready = False

    def wait(self):
        while not self.ready:
            pass


def scenario(together):
    together(News().wait)
    return True
