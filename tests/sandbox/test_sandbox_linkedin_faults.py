"""Every fault on LinkedIn's paths, in LinkedIn's forms."""

from __future__ import annotations

import httpx
import pytest
from xml_bodies import element

from lixasync.sandbox import FAULTS, Sandbox
from lixasync.sandbox.linkedin.faults import INSTEAD

PAGE = "/v1/people/~/connections:(id)"
THROTTLED = "Throttle limit for calls to this resource is reached."
LEFT_ALONE = ("429-weekly", "queued", "queued-200", "viewer")


def get(linkedin: httpx.Client, fault: str, start: int = 0, form: str = "xml", path: str = PAGE) -> httpx.Response:
    headers = {"x-sandbox-fault": fault, "x-li-format": form}
    return linkedin.get(f"{path}?start={start}&count=5", headers=headers)


def ids(sandbox: Sandbox, first: int) -> list[str]:
    return [person["id"] for person in sandbox.linkedin.connections(":(id)")[first : first + 5]]


@pytest.mark.parametrize(
    ("fault", "status", "told", "message"),
    [
        ("500", 500, 500, "Internal API server error"),
        ("503", 503, 503, "Internal service error"),
        ("error-200", 200, 500, "Internal API server error"),
        ("throttle", 403, 403, THROTTLED),
        ("daily_limit", 403, 403, THROTTLED),
        ("429", 429, 429, THROTTLED),
        ("429-after", 429, 429, THROTTLED),
    ],
)
def test_faults_that_are_errors(
    sandbox: Sandbox, linkedin: httpx.Client, fault: str, status: int, told: int, message: str
) -> None:
    answer = get(linkedin, fault)
    root = element(answer.text)
    assert (answer.status_code, root.tag, root.findtext("status")) == (status, "error", str(told))
    assert root.findtext("message") == message
    answer = get(linkedin, fault, form="json")
    assert (answer.status_code, answer.json()["status"], answer.json()["message"]) == (status, told, message)
    assert answer.headers.get("Retry-After") == ("1" if fault == "429-after" else None)
    assert sandbox.stats()["by_fault"] == {fault: 2}
    old = element(get(linkedin, fault, path="/v1/people").text)
    assert (old.findtext("error-code"), old.find("request-id")) == ("0000", None)


@pytest.mark.parametrize(("fault", "status"), [("502-html", 502), ("200-html", 200), ("999", 999)])
def test_faults_that_are_pages_for_people(linkedin: httpx.Client, fault: str, status: int) -> None:
    answer = get(linkedin, fault)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert "Date" in answer.headers


@pytest.mark.parametrize("fault", LEFT_ALONE)
def test_faults_of_the_other_api_have_no_effect(sandbox: Sandbox, linkedin: httpx.Client, fault: str) -> None:
    answer = get(linkedin, fault, form="json")
    assert [person["id"] for person in answer.json()["values"]] == ids(sandbox, 0)
    assert sandbox.stats()["by_fault"] == {}


@pytest.mark.parametrize(("fault", "first", "claimed"), [("repeat", 5, 5), ("shift", 7, 10)])
def test_faults_of_pages(sandbox: Sandbox, linkedin: httpx.Client, fault: str, first: int, claimed: int) -> None:
    body = get(linkedin, fault, start=10, form="json").json()
    assert body["_start"] == claimed
    assert [person["id"] for person in body["values"]] == ids(sandbox, first)
    assert get(linkedin, fault, form="json").json()["_start"] == 0
    later = get(linkedin, fault, start=10, form="json", path="/v1/people-search").json()["people"]
    assert later["_start"] == claimed
    assert element(get(linkedin, fault, start=10, path="/v1/people").text).get("start") == str(claimed)
    assert sandbox.stats()["by_fault"] == {fault: 3}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_followed_by_an_answer(sandbox: Sandbox, linkedin: httpx.Client, fault: str) -> None:
    sandbox.reset(slow_seconds=0.01)
    try:
        answer = get(linkedin, fault, start=10, form="json")
    except httpx.TransportError:
        assert fault in ("reset", "cut")
    else:
        assert fault in INSTEAD or answer.status_code == 200
    assert sandbox.stats()["by_fault"] == ({} if fault in LEFT_ALONE else {fault: 1})
    body = linkedin.get(f"{PAGE}?start=10&count=5&format=json").json()
    assert [person["id"] for person in body["values"]] == ids(sandbox, 10)


def test_whole_and_damaged_bodies(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    assert (get(linkedin, "empty").status_code, get(linkedin, "empty").content) == (200, b"")
    assert [person["id"] for person in get(linkedin, "drip", form="json").json()["values"]] == ids(sandbox, 0)


def test_faults_come_in_turn(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(faults="throttle,999,queued", fault_every=2)
    found = [linkedin.get(f"{PAGE}?count=1").status_code for _ in range(8)]
    assert found == [200, 403, 200, 999, 200, 200, 200, 403]
    assert sandbox.stats()["by_fault"] == {"throttle": 2, "999": 1}


def test_an_injected_throttle_uses_up_no_call(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    get(linkedin, "throttle")
    assert sandbox.linkedin.calls("connections") == 0


def test_an_unknown_fault_is_refused(linkedin: httpx.Client) -> None:
    answer = get(linkedin, "teapot")
    assert answer.status_code == 400
    assert "x-sandbox-fault" in answer.text
