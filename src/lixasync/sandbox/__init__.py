"""A local stand-in for the Lix API and for LinkedIn's v1 API: real HTTP, invented people, failures on request.

Example:
    >>> from lixasync.sandbox import Sandbox
    >>> with Sandbox(seed=7, connections=2345, faults="503,reset", fault_every=4) as sandbox:
    ...     print(sandbox.url, sandbox.key)  # point a client at these
    ...     print(sandbox.stats()["over_limit"])
    ...     print(sandbox.linkedin.connections()[0]["id"])  # what LinkedIn's API, at the same address, holds

The sandbox shares no code with the rest of the package, so that a mistake in the SDK cannot hide
behind the same mistake here.
"""

try:
    import starlette  # noqa: F401 - imported to learn whether it is there
    import uvicorn  # noqa: F401 - imported to learn whether it is there
except ImportError as error:
    raise ImportError("lixasync.sandbox needs starlette and uvicorn: pip install 'lixasync[sandbox]'") from error

from .app import SandboxApp, create_app
from .faults import FAULTS
from .linkedin.control import LinkedInControl
from .server import Sandbox, serve
from .settings import VARIANTS, Changes, Settings

__all__ = [
    "FAULTS",
    "VARIANTS",
    "Changes",
    "LinkedInControl",
    "Sandbox",
    "SandboxApp",
    "Settings",
    "create_app",
    "serve",
]
