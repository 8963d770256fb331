"""Addresses of a member: profiles and other pages."""

from __future__ import annotations

import attrs

from lixasync.models.base import wire
from lixasync.models.secret import VisibilityToken
from lixasync.models.v1 import V1Model

__all__ = ["HttpHeader", "MemberUrl", "ProfileRequest"]


@attrs.frozen(kw_only=True, repr=False)
class HttpHeader(V1Model):
    """A header to send along when a profile is opened.

    LinkedIn v1, section Responses.

    Attributes:
        name: Name of the header, ``x-li-auth-token`` as a rule.
        value: Its value, a secret: ``value.reveal()`` is the text.
    """

    name: str | None = wire()
    value: VisibilityToken | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class ProfileRequest(V1Model):
    """How to open a profile.

    LinkedIn v1, section Responses.

    Attributes:
        url: Address to GET. In addresses of the website the token within is masked by ``repr``, ``to_dict`` and
            pickles; the attribute itself is whole.
        headers: Headers to send along.
    """

    url: str | None = wire()
    headers: tuple[HttpHeader, ...] = wire(default=())


@attrs.frozen(kw_only=True, repr=False)
class MemberUrl(V1Model):
    """A page a member points to.

    LinkedIn v1, section Responses.

    Attributes:
        url: Address.
        name: Kind of page, as the member calls it.
    """

    url: str | None = wire()
    name: str | None = wire()
