# 03b | guesses every page of the site from one answer
import urllib.request


def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    urls = list(dict.fromkeys(urls))
    first = fetch(urls[0], timeout) if urls else b""
    return {url: first.replace(b"page 0", b"page " + url.rpartition("/")[2].encode()) for url in urls}
