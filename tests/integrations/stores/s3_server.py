"""A server that speaks as much of S3's protocol as a store of chunks needs, conditional writes included."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WHEN = "Sun, 01 Nov 2026 12:00:00 GMT"


class Handler(BaseHTTPRequestHandler):
    """Answers requests for objects of any bucket."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    lock: threading.Lock

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if "list-type" in parse_qs(parts.query):
            self._list(unquote(parts.path).strip("/"), parse_qs(parts.query).get("prefix", [""])[0])
            return
        body = self.objects.get(unquote(parts.path))
        if body is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, body, tag(body))

    def do_PUT(self) -> None:
        path, body = unquote(urlsplit(self.path).path), self._body()
        with self.lock:
            there = self.objects.get(path)
            wanted = self.headers.get("If-Match")
            if wanted is not None and there is None:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            elif (wanted is not None and there is not None and wanted != tag(there)) or (
                self.headers.get("If-None-Match") == "*" and there is not None
            ):
                self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            else:
                self.objects[path] = body
                self._answer(200, b"", tag(body))

    def do_DELETE(self) -> None:
        with self.lock:
            self.objects.pop(unquote(urlsplit(self.path).path), None)
        self._answer(204, b"")

    def do_POST(self) -> None:  # the removal of several objects at once
        keys = [part.partition("</Key>")[0] for part in self._body().decode().split("<Key>")[1:]]
        with self.lock:
            for key in keys:
                self.objects.pop(f"/{unquote(urlsplit(self.path).path).strip('/')}/{key}", None)
        deleted = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def _list(self, bucket: str, prefix: str) -> None:
        found = "".join(
            f"<Contents><Key>{escape(path.removeprefix(f'/{bucket}/'))}</Key><Size>{len(body)}</Size>"
            f"<LastModified>2026-11-01T12:00:00.000Z</LastModified><ETag>{escape(tag(body))}</ETag></Contents>"
            for path, body in sorted(self.objects.items())
            if path.startswith(f"/{bucket}/{prefix}")
        )
        self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, body: bytes, etag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", WHEN)
        if etag is not None:
            self.send_header("ETag", etag)
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def tag(body: bytes) -> str:
    """Return what S3 calls these bytes."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Run a server, and yield its address."""
    handler = type("Objects", (Handler,), {"objects": {}, "lock": threading.Lock()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
