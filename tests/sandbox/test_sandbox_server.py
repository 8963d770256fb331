"""The server, its thread, the command line and the page."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

import lixasync.sandbox.__main__ as command
from lixasync.sandbox import Sandbox, Settings, create_app, server
from lixasync.sandbox.page import page_html

BALANCES = "/v1/account/balances"


def balances(sandbox: Sandbox) -> httpx.Response:
    return httpx.get(sandbox.url + BALANCES, headers={"Authorization": sandbox.key}, trust_env=False)


# --- starting and stopping ------------------------------------------------------------------------------


def test_it_starts_and_stops_and_leaves_no_thread() -> None:
    before = threading.active_count()
    for _ in range(3):
        with Sandbox() as sandbox:
            assert balances(sandbox).status_code == 200
    assert threading.active_count() == before


def test_it_stops_promptly_in_the_middle_of_answers() -> None:
    failures: list[Exception] = []

    def ask(url: str) -> None:
        try:
            httpx.get(url + BALANCES, headers={"Authorization": "sandbox-key"}, timeout=30, trust_env=False)
        except httpx.TransportError as error:
            failures.append(error)

    with Sandbox(latency=60.0) as sandbox:
        caller = threading.Thread(target=ask, args=(sandbox.url,))
        caller.start()
        while not sandbox.events():
            httpx.get(sandbox.url + "/__sandbox/stats", trust_env=False)  # a round trip lets the server go on
    caller.join()
    (failure,) = failures
    assert not isinstance(failure, httpx.TimeoutException)  # it was hung up on, not left to wait for its answer
    assert sandbox.events()[0]["outcome"] == "gone"


def test_it_can_be_started_again_but_not_twice() -> None:
    sandbox = Sandbox(requests=None)
    assert repr(sandbox) == "<Sandbox stopped>"
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url
    sandbox.stop()
    for _ in range(2):
        sandbox.start()
        assert repr(sandbox) == f"<Sandbox {sandbox.url}>"
        with pytest.raises(RuntimeError, match="running already"):
            sandbox.start()
        assert balances(sandbox).status_code == 200
        sandbox.stop()
    assert sandbox.stats()["arrivals"] == 2


def test_a_taken_port_is_an_error_at_once() -> None:
    with Sandbox() as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=port).start()


def test_a_server_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(server._Server, "serve", refuse)
    with pytest.raises(RuntimeError, match="did not start"):
        Sandbox().start()


def test_a_server_can_be_stopped_before_it_runs() -> None:
    unborn = server._Server(create_app())
    unborn.stop()
    assert unborn.should_exit


def test_it_listens_on_ipv6() -> None:
    if not socket.has_ipv6:  # pragma: no cover - depends on the machine
        return
    try:
        sandbox = Sandbox(host="::1")
        sandbox.start()
    except OSError:  # pragma: no cover - depends on the machine
        return
    assert sandbox.url.startswith("http://[::1]:")
    assert balances(sandbox).status_code == 200
    sandbox.stop()


def test_answers_are_not_held_back_by_small_packets() -> None:
    listener, _ = server._listen("127.0.0.1", 0)
    with listener:
        # asyncio switches Nagle's algorithm off only on sockets that name their protocol.
        assert listener.proto == socket.IPPROTO_TCP


def test_the_event_loop_of_the_caller_is_left_alone() -> None:
    async def go() -> int:
        with Sandbox() as sandbox:
            async with httpx.AsyncClient(headers={"Authorization": sandbox.key}, trust_env=False) as client:
                return (await client.get(sandbox.url + BALANCES)).status_code

    assert asyncio.run(go()) == 200


# --- the command line -----------------------------------------------------------------------------------


def test_the_command_line_serves_until_interrupted() -> None:
    arguments = ["--port", "0", "--requests", "1", "--per", "3", "--fault", "503", "--fault-every", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "lixasync.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stderr is not None
        shown = [process.stderr.readline() for _ in range(6)]
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(shown))
        assert found is not None
        answer = httpx.get(found.group() + BALANCES, headers={"Authorization": "sandbox-key"}, trust_env=False)
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "sandbox-key" in "".join(shown)
    assert "sandbox-token" in "".join(shown)
    assert (out, rest) == ("", "\nStopped.\n")


def served(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[Settings, str, int]:
    calls: list[tuple[Settings, str, int]] = []
    monkeypatch.setattr(command, "serve", lambda *call: calls.append(call))
    assert command.main(list(arguments)) == 0
    return calls[0]


def test_arguments_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert served(monkeypatch) == (Settings(), "127.0.0.1", 8000)
    settings, host, port = served(
        monkeypatch, "--host", "::1", "--port", "9", "--requests", "0", "--fault", "503,reset", "--fault", "cut",
        "--viewer", "one", "--viewer", "two", "--variant", "mixed", "--retry-after", "--key", "k",
        "--per", "2.5", "--linkedin-token", "t", "--linkedin-connections", "12", "--linkedin-strangers", "8",
        "--linkedin-connection-calls", "3", "--linkedin-search-calls", "4", "--linkedin-profile-calls", "5",
        "--linkedin-lag", "1.5", "--linkedin-429",
    )  # fmt: skip
    assert (host, port) == ("::1", 9)
    assert settings == Settings(
        requests=None, per=2.5, faults="503,reset,cut", fault_every=4, viewers=("one", "two"),
        variant="mixed", retry_after=True, key="k", linkedin_token="t", linkedin_connections=12,
        linkedin_strangers=8, linkedin_connection_calls=3, linkedin_search_calls=4, linkedin_profile_calls=5,
        linkedin_lag=1.5, linkedin_429=True,
    )  # fmt: skip
    assert served(monkeypatch, "--fault", "503", "--fault-every", "9")[0].fault_every == 9


def test_wrong_arguments_leave_with_an_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["--fault", "teapot"])
    assert left.value.code == 2
    assert "unknown fault teapot" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["--help"])
    assert "--fault-every" in capsys.readouterr().out


def test_a_taken_port_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        assert command.main(["--port", sandbox.url.rsplit(":", 1)[1]]) == 1
    assert "cannot listen on 127.0.0.1:" in capsys.readouterr().err


def test_serving_ends_with_an_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async def interrupt(self: Any, sockets: Any = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server._Server, "main_loop", interrupt)
    with pytest.raises(SystemExit) as left:
        raise SystemExit(command.main(["--port", "0", "--key", "mine"]))
    assert left.value.code == 0
    shown = capsys.readouterr().err
    assert "key   mine" in shown
    assert shown.endswith("Stopped.\n")


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_extra_it_says_what_to_install(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import lixasync.sandbox"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: lixasync.sandbox needs starlette and uvicorn: pip install 'lixasync[sandbox]'" in found.stderr


# --- the page and its data ------------------------------------------------------------------------------


def test_the_page_is_self_contained(sandbox: Sandbox) -> None:
    answer = httpx.get(sandbox.url + "/", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.text == page_html()
    addresses = re.findall(r"(?:https?:)?//[\w.-]+", re.sub(r"(?m)(^|\s)//\s.*$", "", answer.text))
    assert [address for address in addresses if not address.endswith("//www.w3.org")] == []
    assert not re.search(r"<script[^>]+src|<link[^>]+stylesheet|@import|url\(", answer.text)


def test_the_page_puts_no_foreign_text_into_markup() -> None:
    code = page_html()
    code = re.sub(r"//.*", "", code)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", code)


def test_the_pages_data(sandbox: Sandbox, client: httpx.Client) -> None:
    client.get("/v1/connections?viewer_id=robin-marlowe")
    client.get("/v1/<script>alert(1)</script>")
    body = client.get("/__sandbox/events").json()
    assert [event["path"] for event in body["events"]] == ["/v1/connections", "/v1/<script>alert(1)</script>"]
    assert body["last"] == 2
    assert body["now"] >= body["events"][-1]["at"]
    assert [event["n"] for event in client.get("/__sandbox/events?after=1").json()["events"]] == [2]
    assert client.get("/__sandbox/events?after=2").json()["events"] == []
    assert len(client.get("/__sandbox/events?after=odd").json()["events"]) == 2
    assert client.get("/__sandbox/stats").json()["arrivals"] == 2
    reset = client.post("/__sandbox/reset").json()
    after = client.get("/__sandbox/events").json()
    assert after["epoch"] == reset["epoch"] == body["epoch"] + 1
    assert (after["last"], after["events"]) == (0, [])
    assert client.get("/__sandbox/reset").status_code == 405
    assert client.get("/__sandbox/nothing").status_code == 404
    assert sandbox.stats()["arrivals"] == 0


def test_the_page_needs_no_key_and_is_not_limited(sandbox: Sandbox) -> None:
    sandbox.reset(requests=1, per=3600.0)
    for path in ("/", "/__sandbox/events", "/__sandbox/stats", "/"):
        assert httpx.get(sandbox.url + path, trust_env=False).status_code == 200
    assert sandbox.stats()["arrivals"] == 0
