"""LinkedIn's API as the sandbox's run sees it: who may call, and what is answered."""

from __future__ import annotations

import dataclasses
import hmac
import re
from collections.abc import Mapping
from email.utils import formatdate

from lixasync.sandbox.replies import Reply, digest
from lixasync.sandbox.settings import Settings

from . import connections, faults, profiles, search
from .call import OLD_SEARCH, SEARCH, Call
from .errors import THROTTLED, LinkedInError
from .oauth import OAuthProblem, Verifier, form_pairs
from .world import World

_FIELDS = r"(?P<fields>:\(.*|:full|:public)?"
_ONE = re.compile(rf"/v1/people/(?P<who>[^/]+?)(?P<list>/connections)?{_FIELDS}", re.DOTALL)
_SEVERAL = re.compile(rf"/v1/people::\((?P<who>[^()]*)\){_FIELDS}", re.DOTALL)
_SEARCHES = re.compile(rf"(?P<path>{SEARCH}|{OLD_SEARCH}){_FIELDS}", re.DOTALL)

_EMPTY = "Empty oauth2_access_token"
_INVALID = "Invalid access token."
_EXPIRED = "[unauthorized]. Expired access token."
_UNVERIFIED = "Unable to verify access token"
_PROBLEMS = {
    "consumer_key_unknown": "No consumer found for key",
    "token_rejected": "The token used in the OAuth request is not valid.",
}
_REALM = "https%3A%2F%2Fapi.linkedin.com"
_COOKIE = ("Set-Cookie", 'lidc="b=SB01:g=1:u=1:i=1:t=1:s=1"; Path=/')
_MEMBER = "member"


class LinkedIn:
    """LinkedIn's API in one run of the sandbox.

    Args:
        settings: The run's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.world = World(settings, settings.seed, settings.now)
        self._verifier = Verifier(
            (settings.linkedin_consumer_key, settings.linkedin_consumer_secret),
            (settings.linkedin_oauth_token, settings.linkedin_oauth_secret),
        )

    def call(self, *, n: int, method: str, scheme: str, path: str, query: str, headers: Mapping[str, str]) -> Call:
        """Read a request.

        Args:
            n: The arrival's number.
            method: The HTTP method.
            scheme: http or https.
            path: The path, as it was sent.
            query: The query, as it was sent.
            headers: The headers, by lower-case name.
        """
        host = headers.get("host", "localhost")
        return Call(
            world=self.world,
            settings=self.settings,
            method=method,
            url=f"{scheme}://{host}{path}",
            path=path,
            query=query,
            pairs=form_pairs(query),
            headers=headers,
            host=self.settings.linkedin_url_host or host,
            request=digest(self.settings.seed, "linkedin", n)[:10].upper(),
        )

    def admit(self, call: Call) -> Reply | None:
        """Check who calls.

        Returns:
            The refusal, or None when the call may go on.
        """
        try:
            self._authenticate(call)
        except LinkedInError as error:
            return self._finished(call, self._refusal(call, error))
        return None

    def limited(self, call: Call, headers: tuple[tuple[str, str], ...]) -> Reply:
        """Refuse a call for being too fast; v1 itself never does."""
        return self._finished(call, call.form().error(429, THROTTLED, headers))

    def fault(self, call: Call, name: str) -> Reply:
        """Answer with a fault in place of the service."""
        return self._finished(call, faults.INSTEAD[name](call.form()))

    def unknown_fault(self, call: Call) -> Reply:
        """Refuse a fault that there is not."""
        return self._finished(call, call.form().error(400, "x-sandbox-fault names no fault of the sandbox"))

    def answer(self, call: Call) -> Reply:
        """Answer a call that was admitted."""
        try:
            reply = route(call)
        except LinkedInError as error:
            reply = self._refusal(call, error)
        return self._finished(call, reply)

    def _refusal(self, call: Call, error: LinkedInError) -> Reply:
        return call.form().error(error.status, error.message, error.headers)

    def _finished(self, call: Call, reply: Reply) -> Reply:
        """Add what every answer has: the server's time, and a cookie that nobody needs."""
        date = ("Date", formatdate(call.world.clock.now(), usegmt=True))
        return dataclasses.replace(reply, headers=(*reply.headers, date, _COOKIE))

    def _authenticate(self, call: Call) -> None:
        scheme, _, token = call.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() == "oauth":
            self._verify(call)
        elif scheme.lower() == "bearer" and token.strip():
            self._check_token(token.strip())
        else:
            self._check_token(call.first("oauth2_access_token"))
        call.member = _MEMBER

    def _check_token(self, token: str) -> None:
        settings = self.settings
        if not token:
            raise LinkedInError(401, _EMPTY)
        if hmac.compare_digest(token.encode(), settings.linkedin_expired_token.encode()):
            raise LinkedInError(401, _EXPIRED)
        if not hmac.compare_digest(token.encode(), settings.linkedin_token.encode()):
            raise LinkedInError(401, _INVALID)

    def _verify(self, call: Call) -> None:
        header = call.headers.get("authorization", "").strip()
        try:
            self._verifier.verify(call.method, call.url, call.query, header, call.world.clock.now())
        except OAuthProblem as error:
            problem = error.problem
            headers = (
                ("oauth_problem", problem),
                ("WWW-Authenticate", f'OAuth realm="{_REALM}", oauth_problem="{problem}"'),
            )
            raise LinkedInError(401, _PROBLEMS.get(problem, _UNVERIFIED), headers) from error


def route(call: Call) -> Reply:
    """Answer a call by its path.

    Raises:
        LinkedInError: The request is refused.
    """
    if call.method != "GET":
        raise LinkedInError(405, "Method not allowed", (("Allow", "GET"),))
    if several := _SEVERAL.fullmatch(call.path):
        return profiles.show_several(call, several["who"], several["fields"])
    if searched := _SEARCHES.fullmatch(call.path):
        answer = search.search_later if searched["path"] == SEARCH else search.search_old
        return answer(call, searched["fields"])
    one = _ONE.fullmatch(call.path)
    if one is None or (one["list"] and one["fields"] in (":full", ":public")):
        raise LinkedInError(404, f"Could not find person based on: {call.path.removeprefix(f'{OLD_SEARCH}/')}")
    if one["list"]:
        return connections.list_connections(call, _owner(call, one["who"]), one["fields"])
    return profiles.show(call, one["who"], one["fields"])


def _owner(call: Call, who: str) -> int | None:
    """Find whose connections are asked for; whoever is not found is somebody else."""
    try:
        return profiles.whose(call, who)
    except LinkedInError as error:
        if error.status != 404:
            raise
        return None
