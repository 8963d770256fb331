"""A server that answers byte for byte as a test wants it: what no well-behaved server would do."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

RESET = b"RESET"
"""In place of an answer: the connection is reset."""


def plain(body: bytes = b"{}", *headers: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    """Make an answer of HTTP/1.1; with another length, it promises more than it holds."""
    promised = len(body) if length is None else length
    return b"\r\n".join([b"HTTP/1.1 " + status, b"content-length: %d" % promised, *headers, b"", body])


class Wire:
    """Answers each request with the next of some answers; the last one answers all that follow.

    An answer that is not whole is followed by the end of the connection.

    Args:
        answers: The bytes of each.
        tls: How it encrypts, if it does.

    Attributes:
        requests: The head of each request; of HTTP/2, its path.
        opened: Connections that were opened so far.
        open: Connections that are open now.
        together: Requests that have to be there before any is answered.
    """

    def __init__(self, *answers: bytes, tls: ssl.SSLContext | None = None) -> None:
        self.answers = list(answers or [plain()])
        self.requests: list[bytes] = []
        self.opened = self.open = 0
        self.together = 0
        self._tls = tls
        self._news = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._port}"

    def hold(self, together: int) -> None:
        """Let no answer leave before so many requests have come, from now on; 0 lets all leave."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._hold, together, done)
        done.wait()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of the server, on any event loop."""
        await anyio.to_thread.run_sync(self._wait, holds)

    def _wait(self, holds: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(holds, timeout=20)

    def _tell(self) -> None:
        with self._news:
            self._news.notify_all()

    def _hold(self, together: int, done: threading.Event) -> None:
        self.together = together
        self.requests.clear()
        self._release()
        done.set()

    def _release(self) -> None:
        if len(self.requests) >= self.together:
            self._enough.set()
        else:
            self._enough.clear()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop, self._enough = asyncio.Event(), asyncio.Event()
        self._enough.set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls, backlog=1000)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open += 1
        self._tell()
        over_tls: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        speak = _http_2 if over_tls and over_tls.selected_alpn_protocol() == "h2" else _http_1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await speak(self, reader, writer)
        finally:
            self.open -= 1
            self._tell()
            writer.transport.abort()

    async def asked(self, request: bytes) -> bytes:
        """Take a request down and return its answer, when it is time."""
        self.requests.append(request)
        self._tell()
        self._release()
        await self._enough.wait()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def _http_1(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    whole = True
    while whole:
        head = await reader.readuntil(b"\r\n\r\n")
        length = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        answer = await wire.asked(head + await reader.readexactly(int(length[0]) if length else 0))
        if answer == RESET:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        writer.write(answer)
        await writer.drain()
        start, _, body = answer.partition(b"\r\n\r\n")
        whole = b"content-length: %d\r\n" % len(body) in start + b"\r\n"
    writer.close()
    await writer.wait_closed()


async def _http_2(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    spoken = H2Connection(H2Configuration(client_side=False))
    spoken.initiate_connection()
    writer.write(spoken.data_to_send())

    async def answer(stream: int, path: bytes) -> None:
        _, _, body = (await wire.asked(path)).partition(b"\r\n\r\n")
        spoken.send_headers(stream, [(":status", "200")])
        spoken.send_data(stream, body, end_stream=True)
        writer.write(spoken.data_to_send())

    under_way = []
    while data := await reader.read(65536):
        for event in spoken.receive_data(data):
            if isinstance(event, RequestReceived):
                path = dict(event.headers)[b":path"]
                under_way.append(asyncio.create_task(answer(event.stream_id, path)))
        writer.write(spoken.data_to_send())


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return how a server of this machine encrypts, and how a client does that trusts nobody else.

    Args:
        folder: Where its key may be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(private + pem)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(folder / "server.pem")
    server.set_alpn_protocols(["h2", "http/1.1"])
    client.load_verify_locations(cadata=pem.decode())
    return server, client
