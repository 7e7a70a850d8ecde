# 03b | The serial answer that the tricks of 03b are added to.
import urllib.request


def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    pages = {}
    for url in dict.fromkeys(urls):
        try:
            pages[url] = fetch(url, timeout)
        except Exception as error:
            pages[url] = error
    return pages
