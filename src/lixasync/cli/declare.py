"""How a command that asks the Lix API is declared: by a function that says what to ask, and nothing else.

The command takes what its function takes, save the client and the bounds, and besides the options that all such
commands have. So all of them stream, write, stop and fail alike.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from inspect import Parameter as Taken
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

from cyclopts import Parameter

from lixasync.cli.options import BoundOptions, ClientOptions, OutputOptions, RangeOptions

if TYPE_CHECKING:
    from lixasync import Pager
    from lixasync.cli.output import Plain
    from lixasync.lix.queries.filter_tables import Kind

    Answer: TypeAlias = Awaitable[Plain | Sequence[Plain]]

Command: TypeAlias = Callable[..., Awaitable[int]]

FREE = RangeOptions()
"""The bounds of a stream that costs no credits."""
CLIENT = ClientOptions()
BOUNDS = BoundOptions()
OUTPUT = OutputOptions()

_MORE = Taken("more", Taken.VAR_POSITIONAL, annotation=Annotated[str, Parameter(help="More of them.")])


def streaming(
    noun: str, *, bounds: RangeOptions = BOUNDS, client: ClientOptions = CLIENT
) -> Callable[[Callable[..., Pager[Any]]], Command]:
    """Declare a command that streams what a pager yields.

    The function takes the client and the bounds, then what is the command's own.

    Args:
        noun: What is streamed, in the plural.
        bounds: The bounds as they are by default; their class says which options there are.
        client: The same of the client.
    """

    def declare(ask: Callable[..., Pager[Any]]) -> Command:
        async def command(
            *given: Any,
            bounds: RangeOptions = bounds,
            output: OutputOptions = OUTPUT,
            client: ClientOptions = client,
            **named: Any,
        ) -> int:
            from lixasync.cli.run import stream

            make = partial(_asking, ask, bounds, given, named)
            return await stream(make, noun=noun, bounds=bounds, output=output, client=client)

        return _declared(command, ask, 2, bounds=bounds, output=OUTPUT, client=client)

    return declare


def searching(noun: str, kind: Kind) -> Callable[[Callable[..., Pager[Any]]], Command]:
    """Declare a command that streams what a search finds, by its URL or by filters.

    The function takes the client and the bounds, then the URL or None; ``partition_by``, and the filters by the
    client's names for them.

    Args:
        noun: What is streamed, in the plural.
        kind: What is searched; it says which filters there are.
    """

    def declare(ask: Callable[..., Pager[Any]]) -> Command:
        from lixasync.cli.filters import DIVISION, DivisionOptions, Query, taken

        async def command(
            *given: Any,
            division: DivisionOptions = DIVISION,
            bounds: RangeOptions = BOUNDS,
            output: OutputOptions = OUTPUT,
            client: ClientOptions = CLIENT,
            **named: Any,
        ) -> int:
            from lixasync.cli.run import stream

            query = Query.read(kind, named)
            wanted = {"partition_by": division.by(kind), **query.filters}
            make = partial(_asking, ask, bounds, given, wanted)
            return await stream(
                make, noun=noun, bounds=bounds, output=output, client=client, query=query, survey=division.survey
            )

        return _declared(command, ask, 2, *taken(kind), division=DIVISION, bounds=BOUNDS, output=OUTPUT, client=CLIENT)

    return declare


def answering(*, client: ClientOptions = CLIENT) -> Callable[[Callable[..., Answer]], Command]:
    """Declare a command that asks one question and prints what is answered.

    The function takes the client, then what is the command's own.

    Args:
        client: The options of the client as they are by default; their class says which there are.
    """

    def declare(ask: Callable[..., Answer]) -> Command:
        async def command(
            *given: Any, output: OutputOptions = OUTPUT, client: ClientOptions = client, **named: Any
        ) -> int:
            from lixasync.cli.run import look_up

            return await look_up(lambda lix, _: ask(lix, *given, **named), ("",), output=output, client=client)

        return _declared(command, ask, 1, output=OUTPUT, client=client)

    return declare


def looking_up(*, client: ClientOptions = CLIENT) -> Callable[[Callable[..., Answer]], Command]:
    """Declare a command that looks one subject up, or one after another.

    The function takes the client and a subject, then what is the command's own. A subject that does not exist is
    reported, and the others follow.

    Args:
        client: See `answering`.
    """

    def declare(ask: Callable[..., Answer]) -> Command:
        async def command(
            *subjects: str, output: OutputOptions = OUTPUT, client: ClientOptions = client, **named: Any
        ) -> int:
            from lixasync.cli.run import look_up

            return await look_up(
                lambda lix, subject: ask(lix, subject, **named), subjects, output=output, client=client
            )

        return _declared(command, ask, 1, _MORE, output=OUTPUT, client=client)

    return declare


def _asking(
    ask: Callable[..., Pager[Any]], bounds: RangeOptions, given: tuple[Any, ...], named: dict[str, Any], lix: Any
) -> Pager[Any]:
    return ask(lix, bounds, *given, **named)


def _declared(command: Command, ask: Callable[..., Any], hidden: int, *more: Taken, **options: object) -> Command:
    """Return a command with the name, the help and the arguments that it has for whoever calls it.

    Args:
        command: What runs.
        ask: The function that the command was declared by.
        hidden: How many of its first arguments are none of the command's.
        more: Arguments that it takes besides.
        options: Options that it takes besides, as they are by default.
    """
    own = [each for each in inspect.signature(ask).parameters.values() if each.kind is not Taken.VAR_KEYWORD][hidden:]
    written = SimpleNamespace(__annotations__={each.name: each.annotation for each in own})
    hints = get_type_hints(written, vars(sys.modules[ask.__module__]), include_extras=True)
    shared = [Taken(name, Taken.KEYWORD_ONLY, default=each, annotation=type(each)) for name, each in options.items()]
    arguments = [*(each.replace(annotation=hints[each.name]) for each in own), *more, *shared]
    arguments.sort(key=lambda each: each.kind)
    command.__name__, command.__qualname__, command.__doc__ = ask.__name__, ask.__qualname__, ask.__doc__
    command.__module__ = ask.__module__
    command.__annotations__ = {each.name: each.annotation for each in arguments}
    command.__dict__["__signature__"] = inspect.Signature(arguments)
    return command
