"""A town's web site of six pages: fetched by threads, scored by processes, stage by stage."""

import re
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import ProxyHandler, build_opener

TOWN = {
    "/": ["/market", "/ferry"],
    "/market": ["/ferry", "/library", "/"],
    "/ferry": ["/market", "/times"],
    "/library": ["/"],
    "/times": ["/ferry", "/school"],
    "/school": [],
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.1)  # the site is slow, as sites are
        body = "".join(f'<a href="{href}">{href}</a> ' for href in TOWN[self.path]).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing on the screen."""


direct = build_opener(ProxyHandler({}))  # no proxy stands between here and here


def fetch(root, path):
    with direct.open(root + path) as reply:
        return path, reply.read().decode()


def score(html):
    return sum(i * i for i in range(300_000)) % 97 + len(html)  # it computes


def crawl(root, workers):
    known, line, under_way, pages = {"/"}, ["/"], set(), {}
    with ThreadPoolExecutor(workers) as pool:
        while line or under_way:
            under_way |= {pool.submit(fetch, root, path) for path in line}
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            pages |= [future.result() for future in done]
            found = {href for future in done for href in re.findall('href="(.*?)"', future.result()[1])}
            line = sorted(found - known)
            known |= found
    return pages


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_address[1]}"
    for workers in 1, 3:
        start = time.perf_counter()
        pages = crawl(root, workers)
        print(f"{workers} fetching: {len(pages)} pages in {time.perf_counter() - start:.2f} s")
    with ProcessPoolExecutor(2) as pool:
        scores = dict(zip(pages, pool.map(score, pages.values()), strict=True))
    print("scored:", " ".join(sorted(scores)))
    server.shutdown()


if __name__ == "__main__":
    main()
