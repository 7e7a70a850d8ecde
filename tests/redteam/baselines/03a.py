# 03a | The cut page that the tricks of 03a are added to.
import urllib.request


def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read(10)
