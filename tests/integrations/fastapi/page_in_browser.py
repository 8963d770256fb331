"""The example's page in a real headless Chromium; run by a nox session of its own, ``browser``.

``LIXASYNC_PICTURES`` names a folder for pictures of the page, to look at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browser import FOUND, Page
from examples.fastapi_app.app import create_app
from fastapi_apps import Serving

from lixasync import LixClient, RateLimit
from lixasync.sandbox import Sandbox

SIZES = {"wide": (1280, 900), "narrow": (390, 900)}


@pytest.fixture
def page(sandbox: Sandbox, tmp_path: Path) -> Iterator[Page]:
    """The page, opened; whatever its code complains of fails the test."""
    assert FOUND, "no Chromium was found on the PATH"
    sandbox.reset(requests=10, per=1.0)
    jobs, profile = tmp_path / "jobs", tmp_path / "profile"
    jobs.mkdir()
    profile.mkdir()
    client = partial(LixClient, sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(10, per=1.0))
    with Serving(create_app(client, jobs)) as served, Page(profile) as page:
        page.show(f"{served.url}/")
        yield page
        picture(page, "last")
        assert page.complaints == []


def picture(page: Page, name: str) -> None:
    """Take pictures of the page in every size and colour scheme, where somebody wants them."""
    folder = os.environ.get("LIXASYNC_PICTURES")
    if folder:
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page.look(width=width, height=height, scheme=scheme)
                page.picture(Path(folder, f"{name}-{size}-{scheme}.png"))
        page.look(width=1280, height=900, scheme="light")


def people(page: Page) -> int:
    return int(page.run("document.querySelectorAll('.person').length"))


def search(page: Page, text: str) -> None:
    page.write("#text", text)
    page.click("#find")
    page.until("document.querySelector('#stop').hidden")


def test_search_look_up_cancel_and_go_on(page: Page, sandbox: Sandbox) -> None:
    picture(page, "empty")
    search(page, "engineer")
    assert people(page) == 60
    assert page.text("#count") == "60 people"
    assert page.text(".person b") == sandbox.person(0)["name"]
    picture(page, "found")

    page.click("#look-up")
    page.until("document.querySelectorAll('.job .latest li').length >= 3")
    assert page.text(".state") == "Running"
    picture(page, "running")
    page.click(".job .cancel")
    page.until("document.querySelector('.job .go-on:not([hidden])')")
    assert page.text(".state") == "Cancelled"
    before = sandbox.stats()["arrivals"]
    page.click(".job .go-on")
    page.until("document.querySelector('.job.finished')")
    assert page.text(".numbers").startswith("60 of 60 done")
    assert before < sandbox.stats()["arrivals"] <= 6 + 60 + 4  # pages, profiles, and those under way at the cancel
    got = page.run("fetch(document.querySelector('.job .csv').href).then((answer) => answer.text())")
    assert sandbox.person(59)["link"] in got


def test_some_of_those_found(page: Page) -> None:
    search(page, "engineer")
    for number in (0, 2, 3):
        page.run(f"document.querySelectorAll('.person input')[{number}].click()")
    assert page.text("#count") == "3 of 60 people"
    assert page.text("#look-up") == "Look up 3 people"
    page.click("#look-up")
    page.until("document.querySelector('.job.finished')")
    assert page.text(".job h2") == "3 profiles"


def test_links_that_are_pasted(page: Page, sandbox: Sandbox) -> None:
    assert page.run("document.querySelector('#start').disabled")
    page.write("#links", f"{sandbox.person(5)['link']}\nhttps://www.linkedin.com/in/nobody-at-all\n")
    assert page.text("#pasted") == "2 links"
    page.click("#start")
    page.until("document.querySelector('.job.finished')")
    assert "1 failed" in page.text(".numbers")
    assert page.text(".latest .error span") == "NotFoundError"


def test_to_stop_a_search_is_to_ask_no_more(page: Page, sandbox: Sandbox) -> None:
    sandbox.reset(requests=1, per=1.0)
    page.write("#text", "engineer")
    page.click("#find")
    page.until("document.querySelector('.person')")
    page.click("#stop")
    page.until("document.querySelector('#stop').hidden")
    asked = sandbox.stats()["arrivals"]
    page.until("document.querySelector('#waiting').textContent === 'nobody'")
    assert sandbox.stats()["arrivals"] == asked


def test_a_problem_is_shown(page: Page) -> None:
    search(page, "https://example.org/")
    assert page.text("#trouble").startswith("This is not the URL of such a search")
    page.complaints.remove(next(each for each in page.complaints if "400" in each))  # the browser notes every 400


def test_jobs_are_there_when_one_comes_back(page: Page, sandbox: Sandbox) -> None:
    page.write("#links", "\n".join(sandbox.person(number)["link"] for number in range(3)))
    page.click("#start")
    page.until("document.querySelector('.job.finished')")
    page.show(page.run("location.href"))
    page.until("document.querySelector('.job.finished')")
    assert page.text(".numbers").startswith("3 of 3 done")


def test_nothing_is_wider_than_a_small_window(page: Page) -> None:
    search(page, "engineer")
    page.click("#look-up")
    page.until("document.querySelector('.job .latest li')")
    page.look(width=360, height=800, scheme="dark")
    assert page.run("document.documentElement.scrollWidth") <= 360
    page.click(".job .cancel")
    page.until("document.querySelector('.job .go-on:not([hidden])')")
