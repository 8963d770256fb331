"""Keys and tokens, from the environment: an option would show in the list of processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lixasync import MissingKeyError

if TYPE_CHECKING:
    from lixasync import AccessToken, OAuth1

_KEY = "LIX_API_KEY"
_LOOKC_KEY = "LIX_LOOKC_KEY"
_TOKEN = "LINKEDIN_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
_OAUTH1 = (
    "LINKEDIN_CONSUMER_KEY",
    "LINKEDIN_CONSUMER_SECRET",
    "LINKEDIN_OAUTH_TOKEN",
    "LINKEDIN_OAUTH_TOKEN_SECRET",
)
SECRETS = (_KEY, _LOOKC_KEY, _TOKEN, *_OAUTH1[1:])
"""Environment variables whose values no line may show."""


def lix_key() -> str:
    """Return the key of the Lix API.

    Raises:
        MissingKeyError: there is none.
    """
    key = os.environ.get(_KEY)
    if key:
        return key
    raise MissingKeyError(
        f"There is no API key: the environment variable {_KEY} is not set.",
        hint=f"""The key stands in the dashboard of your Lix account, https://lix-it.com. Set it for this shell:
    bash        read -rs {_KEY} && export {_KEY}
    PowerShell  $env:{_KEY} = Read-Host
  To try without a key and without cost: lixasync sandbox""",
    )


def linkedin_auth() -> AccessToken | OAuth1:
    """Return how LinkedIn is shown which member asks: by a token, else by signatures.

    Raises:
        MissingKeyError: there is neither.
        ConfigurationError: a token cannot be one, or the signatures need a package that is not installed.
    """
    from lixasync import AccessToken, OAuth1

    token = os.environ.get(_TOKEN)
    if token:
        return AccessToken(token)
    given = {name: os.environ.get(name, "") for name in _OAUTH1}
    if all(given.values()):
        consumer_key, consumer_secret, oauth_token, token_secret = given.values()
        return OAuth1(
            consumer_key=consumer_key, consumer_secret=consumer_secret, token=oauth_token, token_secret=token_secret
        )
    if any(given.values()):
        missing = ", ".join(name for name, value in given.items() if not value)
        raise MissingKeyError(
            f"There is no access token: {_TOKEN} is not set, and for OAuth 1.0a there lacks {missing}.",
            hint="Set either the one, or all four of the other.",
        )
    raise MissingKeyError(
        f"There is no access token: the environment variable {_TOKEN} is not set.",
        hint=f"""A member gives it to your application: there is no access without one. Set it for this shell:
    bash        read -rs {_TOKEN} && export {_TOKEN}
    PowerShell  $env:{_TOKEN} = Read-Host
  For OAuth 1.0a: lixasync linkedin --help. To try without a token: lixasync sandbox""",
    )
