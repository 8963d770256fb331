"""Which methods of a client a job can call, and how what they answered is read again."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

import attrs

from lixasync.bulk.result import Input
from lixasync.codec.decoder import Decoder
from lixasync.codec.json import dump
from lixasync.codec.veil import veil
from lixasync.errors import InvalidArgumentError, QueuedError
from lixasync.linkedin import answers as linkedin_answers
from lixasync.linkedin.client import LinkedInClient
from lixasync.linkedin.fields import as_fields, with_id
from lixasync.linkedin.reading import CONNECTIONS, PEOPLE_SEARCH, page_of, reading
from lixasync.linkedin.search import Search as LinkedInSearch
from lixasync.lix import answers as lix_answers
from lixasync.lix.account import Account
from lixasync.lix.activity import Activity
from lixasync.lix.client import LixClient
from lixasync.lix.contact import Contact
from lixasync.lix.core import Core
from lixasync.lix.enrichment import Enrichment
from lixasync.lix.ids import Ids
from lixasync.lix.invitations import Invitations
from lixasync.lix.lookc import AsyncRequest, LookC
from lixasync.lix.messages import Messages
from lixasync.lix.operations import OPERATIONS
from lixasync.lix.recruiter import Recruiter
from lixasync.lix.sales import Sales
from lixasync.lix.search import Search
from lixasync.models import PersonByEmail
from lixasync.models.secret import veiled
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.transport.base import Response
from lixasync.transport.caller import Caller
from lixasync.transport.operation import Operation

Bound: TypeAlias = Callable[..., Any]
"""A method of a client."""

Arguments: TypeAlias = Mapping[str, Any]

_LINKEDIN = "linkedin."
_SECTIONS: dict[type, str] = {
    LixClient: "",
    Account: "account.",
    Activity: "activity.",
    Contact: "contact.",
    Enrichment: "enrichment.",
    Ids: "ids.",
    Invitations: "invitations.",
    LookC: "lookc.",
    Messages: "messages.",
    Recruiter: "recruiter.",
    Sales: "sales.",
    Search: "search.",
    LinkedInClient: _LINKEDIN,
    LinkedInSearch: f"{_LINKEDIN}search.",
}
_BY_ID: dict[str, Operation[Any]] = {operation.id: operation for operation in OPERATIONS.values()}
_LINKEDIN_METHODS: dict[str, tuple[Bound, Operation[Any]]] = {
    "linkedin.connections": (LinkedInClient.connections, reading(CONNECTIONS, "", page_of(None))),
    "linkedin.search.people": (LinkedInSearch.people, reading(PEOPLE_SEARCH, "", page_of(None))),
}
_OWN = ("self", "resume", "max_wait")  # a job goes on, and waits, in its own way
_LATER = "lookc.person_by_email"
_MAX_ITEMS, _MAX_CREDITS = "max_items", "max_credits"
_BOUNDS = frozenset({_MAX_ITEMS, _MAX_CREDITS, "page_size"})


@attrs.frozen(kw_only=True)
class Method:
    """A method that a job calls for each of its inputs.

    Attributes:
        key: Its name, such as ``"enrichment.person"``.
        operation: What it asks for; says what that costs.
        arguments: Names of its arguments, in order.
        required: Those that it cannot be called without.
        many: Whether it has pages.
        kind: What it returns, or what its items are; None where that is no single class.
    """

    key: str
    operation: Operation[Any] = attrs.field(repr=False)
    arguments: tuple[str, ...] = attrs.field(repr=False)
    required: tuple[str, ...] = attrs.field(repr=False)
    many: bool
    kind: Any = attrs.field(repr=False)

    @property
    def linkedin(self) -> bool:
        """Whether it is of LinkedIn's own API."""
        return self.key.startswith(_LINKEDIN)

    @property
    def viewer(self) -> str | None:
        """The name of the argument that says who looks; None when it has none."""
        return "viewer_id" if "viewer_id" in self.arguments else None

    def check(self, arguments: Arguments, what: str) -> None:
        """Raise InvalidArgumentError for arguments that the method does not take.

        Args:
            arguments: Values by name.
            what: Where they stand, for messages.
        """
        unknown = [name for name in arguments if name not in self.arguments]
        if unknown:
            raise InvalidArgumentError(
                f"{what} holds {unknown[0]!r}, which {self.key} does not take.",
                hint=f"It takes {', '.join(self.arguments)}.",
            )

    def called_with(self, given: Input, params: Arguments) -> dict[str, Any]:
        """Return the arguments by name that one input and those of all inputs make."""
        return {**params, **(given if isinstance(given, Mapping) else {self.arguments[0]: given})}

    def going_on(self, arguments: Arguments, *, cursor: str | None, items: int, spent: int) -> dict[str, Any]:
        """Return the arguments that go on behind what was read already.

        Args:
            arguments: Those of the beginning.
            cursor: Where to go on; None at the beginning.
            items: Items that were read.
            spent: Credits that were spent, perhaps for answers that were lost.

        Raises:
            InvalidArgumentError: one is missing.
        """
        missing = [name for name in self.required if name not in arguments]
        if missing:
            raise InvalidArgumentError(f"{self.key} needs {missing[0]}, which neither the input nor params names.")
        left = {
            name: max(0, arguments[name] - used)
            for name, used in ((_MAX_ITEMS, items), (_MAX_CREDITS, spent))
            if used and isinstance(arguments.get(name), int)
        }
        own: dict[str, Any] = {} if cursor is None else {"resume": cursor}
        if self.key == _LATER:
            own["max_wait"] = 0
        return {**arguments, **left, **own}

    def body_of(self, response: Response) -> bytes:
        """Return an answer as it is stored: as it came, but for tokens that let whoever has them open profiles.

        Args:
            response: A good answer.
        """
        if not self.linkedin:
            return response.body
        data = linkedin_answers.judge(response).document.data
        veil(data)
        bare = veiled(data)
        return response.body if bare == data else dump(bare)

    def decode(self, decoder: Decoder, operation: str, body: bytes, arguments: Arguments) -> Any:
        """Return what a stored answer means by today's models: a value, or a `Batch` of items.

        Args:
            decoder: Reads it.
            operation: Id of the operation it answers.
            body: The answer.
            arguments: What the method was called with.

        Raises:
            DecodeError: it cannot be read.
        """
        response = Response(status=200 if body else 204, headers={}, body=body)
        if self.linkedin:
            fields = as_fields(arguments.get("fields"))
            if fields is not None and arguments.get("network") == "both":
                fields = with_id(fields)  # as the search asks for it
            page = page_of(fields)(decoder, linkedin_answers.judge(response))
            # Tokens are not written down, so none is there; what comes out of a pickle says that it lost its own.
            return attrs.evolve(page, items=pickle.loads(pickle.dumps(page.items)))  # noqa: S301 - made here
        value = _BY_ID[operation].read(decoder, response, lix_answers.judge)
        return value.answer if self.key == _LATER and isinstance(value, AsyncRequest) else value

    def matches(self, answered: object, value: object) -> bool:
        """Say whether a decoded answer is what the method returned."""
        return answered is value or (isinstance(answered, AsyncRequest) and answered.answer is value)


def items_of(decoded: Any) -> tuple[Any, ...]:
    """Return the items of a decoded answer; none when it is no page."""
    return decoded.items if isinstance(decoded, Batch) else ()


def method_of(bound: object) -> Method:
    """Return which method of a client this is.

    Raises:
        InvalidArgumentError: it is none that a job can call.
    """
    owner, name = getattr(bound, "__self__", None), getattr(bound, "__name__", "")
    prefix = _SECTIONS.get(type(owner))
    if prefix is None:
        raise InvalidArgumentError(
            f"A job calls a method of a client, not {bound!r}.",
            hint="Pass it as it is, such as lix.enrichment.person; arguments that are the same for all inputs go "
            "into params={...}.",
        )
    return method(prefix + name)


def method(key: str) -> Method:
    """Return a method by its name.

    Raises:
        InvalidArgumentError: there is none, or a job cannot call it.
    """
    function, operation = _LINKEDIN_METHODS.get(key) or _of_lix(key)
    if not operation.safe or operation.method != "GET":
        raise InvalidArgumentError(
            f"{key} sends or changes something, which a job would repeat when it is interrupted.",
            hint="Call it yourself, once.",
        )
    arguments, required = _arguments(function)
    if _BOUNDS.issuperset(arguments):
        raise InvalidArgumentError(f"{key} takes no arguments, so there is nothing to call it for many times.")
    returned = get_type_hints(function)["return"]
    many = get_origin(returned) is Pager
    kind = get_args(returned)[0] if many else returned
    return Method(key=key, operation=operation, arguments=arguments, required=required, many=many, kind=kind)


def _arguments(function: Bound) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of all arguments, and of those that must be given."""
    names: list[str] = []
    required: list[str] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            (filters,) = get_args(get_type_hints(function)[name])
            names += get_type_hints(filters)
        elif name not in _OWN:
            names.append(name)
            if parameter.default is parameter.empty:
                required.append(name)
    return tuple(names), tuple(required)


def _of_lix(key: str) -> tuple[Bound, Operation[Any]]:
    section, _, name = key.rpartition(".")
    owner = next((kind for kind, prefix in _SECTIONS.items() if prefix == f"{section}." or prefix == section), None)
    if owner is None or key not in OPERATIONS or not hasattr(owner, name):
        raise InvalidArgumentError(
            f"A job cannot call {key!r}.",
            hint="It calls methods that ask the API, such as enrichment.person or search.people.",
        )
    return getattr(owner, name), OPERATIONS[key]


def patient(bound: Bound) -> tuple[Bound, Caller, int]:
    """Return a method as a job calls it, what it makes its calls with, and how often a queued answer is asked for.

    Its calls let interactive ones overtake them, have no deadline, and leave it to the job to ask again for answers
    that are queued.
    """
    owner: Any = bound.__self__  # type: ignore[attr-defined] # it has been checked
    asks = owner._core.options.retry.queued_attempts  # noqa: SLF001 - a section is its core
    core = _patient(owner._core)  # noqa: SLF001 - as above
    if isinstance(owner, LixClient | LinkedInClient):
        owner = owner.with_options(lane="bulk", deadline=None, retry=core.options.retry)
    else:
        owner = type(owner)(core)
    return getattr(owner, bound.__name__), core, asks


def _patient(core: Caller) -> Caller:
    retry = attrs.evolve(core.options.retry, queued_attempts=1)
    return attrs.evolve(core, options=attrs.evolve(core.options, lane="bulk", deadline=None, retry=retry))


def of_client(key: str, client: LixClient | LinkedInClient) -> Bound:
    """Return a client's method by its name, with no viewer but those that a job's arguments name.

    Raises:
        InvalidArgumentError: it is of the other client.
    """
    linkedin = key.startswith(_LINKEDIN)
    wanted = LinkedInClient if linkedin else LixClient
    if not isinstance(client, wanted):
        raise InvalidArgumentError(
            f"The job calls {key}, which a {type(client).__name__} does not have.", hint=f"Pass a {wanted.__name__}."
        )
    owner: Any = client.with_options(viewer_id=None) if isinstance(client, LixClient) else client
    bound: Bound = reduce(getattr, key.removeprefix(_LINKEDIN).split("."), owner)
    return bound


async def answer_to(core: Caller, request_id: str) -> PersonByEmail:
    """Return LookC's later answer to a request that it took.

    Raises:
        QueuedError: there is none yet.
    """
    assert isinstance(core, Core)  # noqa: S101 - only the Lix API takes such requests
    found = await LookC(core).request(request_id)
    if found.answer is None:
        raise QueuedError("The look-up is not answered yet.", type="queued", details={"request_id": request_id})
    return found.answer


def viewer_of(core: Caller) -> str | None:
    """Return the viewer that calls act as when they name none."""
    return core.viewer_id if isinstance(core, Core) else None
