"""A web server for one file, as unsteady as the test wants it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What is served, and what was asked. The first `breaks` answers end after `piece` bytes, and with `then_dead` the
    others before the first; `ranges` off, or a `status` other than 200, makes it that kind of server."""

    content: bytes
    breaks: int = 0
    piece: int = 1000
    then_dead: bool = False
    ranges: bool = True
    status: int = 200
    url: str = ""
    asked: list[str | None] = field(default_factory=list)


@contextmanager
def serve(served: Served) -> Iterator[Served]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            served.asked.append(wanted)
            if served.status != 200:
                self.send_error(served.status)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and served.ranges else 0
            whole = len(served.content)
            if start >= whole:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{whole}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(whole - start))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
            self.end_headers()
            rest = served.content[start:]
            if served.breaks > 0:
                served.breaks -= 1
                rest = rest[: served.piece]
            elif served.then_dead:
                rest = b""
            self.wfile.write(rest)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}/model.zip"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
