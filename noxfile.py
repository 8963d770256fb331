"""Everything that is run on this project: `python -m nox -l` lists it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.error_on_external_run = True

SUPPORTED = ("3.11", "3.12", "3.13")
PYPROJECT = nox.project.load_toml("pyproject.toml")
EXTRAS = ".[cli,sandbox,http2,httpx2,oauth1,export,redis]"
ALL_EXTRAS = f".[{','.join(PYPROJECT['project']['optional-dependencies'])}]"
PARALLEL = ("-n", "auto", "--dist", "worksteal")
"""One worker for each core: with more, tests in real time do not get the machine when they need it."""
INTEGRATIONS = (
    "*/lixasync/fastapi/*",
    "*/lixasync/dlt.py",
    "*/lixasync/otel.py",
    "*/lixasync/engines/dispatch.py",
    "*/lixasync/engines/docket.py",
    "*/lixasync/engines/taskiq.py",
    "*/lixasync/engines/stores/objects.py",
    "*/lixasync/engines/stores/postgres.py",
    "*/lixasync/cli/worker.py",
    "*/lixasync/cli/bulk/engine.py",
    "*/lixasync/cli/bulk/following.py",
)
"""What needs packages that are not installed on every Python for the tests."""


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


@functools.cache
def interpreter(version: str) -> str | None:
    """Return a working Python of a minor version, from the PATH or from pyenv; None when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    if sys.version.startswith(f"{version}."):
        candidates.insert(0, sys.executable)
    for candidate in filter(None, candidates):
        found = subprocess.run(
            [candidate, "-c", "import sys, venv, ssl; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if found.returncode == 0 and found.stdout.strip() == version:
            return str(candidate)
    return None


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, and that no room imports one above it."""
    session.install(*group("lint"), "-e", ".[cli,sandbox]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright, and the types users see with typing tests."""
    session.install(*group("types"), *group("integrations"), "-e", ALL_EXTRAS)
    session.run("mypy")
    session.run("mypy", "--strict", "tests/typing")
    session.run("pyright", "src", "tests/typing")


def tests(session: nox.Session) -> None:
    """Run the tests, warnings as errors, on both event loops, and hold the coverage gate."""
    session.install(*group("test"), "-e", EXTRAS)
    # starting and killing processes takes a third of the time, and is the same on each Python
    some = () if session.name == list(TESTS)[-1] else ("-m", "not processes")
    covered(session, *some, report=f"--omit={','.join(INTEGRATIONS)}")


def covered(session: nox.Session, *arguments: str, report: str) -> None:
    """Run tests, and hold the coverage gate over what a report is asked for."""
    data = Path(session.create_tmp()).resolve()
    env = {"COVERAGE_FILE": str(data / ".coverage")}
    session.run("coverage", "erase", env=env)
    session.run("coverage", "run", "-m", "pytest", *PARALLEL, *arguments, *session.posargs, env=env)
    session.run("coverage", "combine", "--quiet", env=env)
    session.run("coverage", "report", report, env=env)


TESTS = {f"tests-{version}": found for version in SUPPORTED if (found := interpreter(version))}
for name, python in TESTS.items():
    nox.session(python=python, name=name)(tests)

nox.options.sessions = ["lint", "types", *TESTS, "integrations", "docs", "wheel"]


@nox.session(python=list(TESTS.values())[-1] if TESTS else None)
def integrations(session: nox.Session) -> None:
    """Run the tests of what works with other packages, all of which are installed: queues, stores, FastAPI, dlt."""
    session.install(*group("integrations"), "-e", ALL_EXTRAS)
    some = ("tests/integrations", "--ignore=tests/integrations/recipes")
    covered(session, *some, report=f"--include={','.join(INTEGRATIONS)}")


@nox.session
def docs(session: nox.Session) -> None:
    """Run the code of the README and the other documents as tests, and check their links."""
    session.install(*group("integrations"), "-e", ALL_EXTRAS)
    session.run("pytest", "docs/test_documents.py")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it into an empty environment, and run the main job from there."""
    dist = Path(session.create_tmp(), "dist").resolve()
    shutil.rmtree(dist, ignore_errors=True)
    session.install("build")
    session.run("python", "-m", "build", "--outdir", str(dist), silent=True)
    (built,) = dist.glob("*.whl")
    empty = Path(session.create_tmp(), "empty").resolve()
    shutil.rmtree(empty, ignore_errors=True)
    session.run("python", "-m", "venv", str(empty / "venv"))
    python = str(empty / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    session.run(python, "-m", "pip", "install", "-q", str(built), external=True)
    session.chdir(empty)
    session.run(
        python, "-I", "-c", "import lixasync; lixasync.LixClient('key'); print(lixasync.__version__)", external=True
    )
    session.run(python, "-m", "pip", "install", "-q", f"{built}[cli,sandbox]", external=True)
    session.run(python, "-I", "-m", "lixasync.cli", "demo", "--out", str(empty / "demo-results"), external=True)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the main job on the embedded sandbox: real HTTP on loopback, half a minute."""
    session.install("-q", ".[cli,sandbox]")
    session.run("lixasync", "demo", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Let a headless Chromium, which has to be installed, use the page of the example application."""
    session.install(*group("test"), "-e", ".[fastapi,sandbox]")
    session.run("pytest", "tests/integrations/fastapi/page_in_browser.py", *session.posargs)


@nox.session
def picture(session: nox.Session) -> None:
    """Draw the README's picture from a run of the demo."""
    session.install("-q", ".[cli,sandbox]")
    session.run("python", "docs/draw_demo.py")


@nox.session
def operations(session: nox.Session) -> None:
    """Write the table of all operations into the documents."""
    session.install("-q", ".")
    session.run("python", "docs/write_operations.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the peers, on loopback, and write docs/benchmarks.md; `-- decode` runs one script."""
    session.install("-q", *group("bench"), EXTRAS)  # compiled, as the peers are
    session.run("python", "benchmarks/report.py", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Run every test with a property on thousands of random examples."""
    session.install(*group("test"), "-e", EXTRAS)
    env = {"HYPOTHESIS_PROFILE": "fuzz"}
    session.run("pytest", "-n", "auto", "-m", "hypothesis", *session.posargs, env=env)


@nox.session
def soak(session: nox.Session) -> None:
    """Run the long tests: minutes of real HTTP under every fault, at full rate."""
    session.install(*group("test"), "-e", EXTRAS)
    session.run("pytest", "-m", "soak", "-s", "tests/soak", *session.posargs)


@nox.session
def openapi(session: nox.Session) -> None:
    """Let Schemathesis ask the sandbox whatever its OpenAPI description allows and forbids, and judge the answers."""
    session.install(*group("test"), "schemathesis>=4.30", "openapi-spec-validator>=0.7", "-e", ".[cli,sandbox]")
    session.run("pytest", "tests/contract/openapi_contract.py", *session.posargs)


@nox.session(python=TESTS.get("tests-3.12"))
def recipes(session: nox.Session) -> None:
    """Run the recipes for Ray, Dask and Celery of docs/engines.md, as they stand there."""
    engines = ("ray>=2.40", "distributed>=2025.1", "celery[redis]>=5.5")
    session.install(*group("test"), *engines, "-e", ".[sandbox,redis]")
    session.run("pytest", "tests/integrations/recipes", *session.posargs)


@nox.session
def clients(session: nox.Session) -> None:
    """Let public clients of LinkedIn's v1 API and of OAuth 1.0a, which nobody here wrote, talk to the sandbox."""
    session.install(*group("test"), "python3-linkedin==1.0.2", "authlib>=1.3", "-e", ".[cli,sandbox]")
    session.run("pytest", "tests/clients/linkedin_clients.py", *session.posargs)
