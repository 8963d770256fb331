"""CPU of importing the package, and of the first client, beyond the bare interpreter."""

from __future__ import annotations

import statistics

from measure import python_cpu, spread, table

CASES = {
    "bare interpreter": "",
    "import lixasync": "import lixasync",
    "import httpx": "import httpx",
    "import attrs, cattrs, httpx, anyio": "import attrs, cattrs, httpx, anyio, anyio.abc",
    "from lixasync import LixClient": "from lixasync import LixClient",
    "first client": "from lixasync import LixClient; LixClient('key')",
    "import httpx, first client": "import httpx; httpx.AsyncClient()",
}


def main(rounds: int = 11) -> None:
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(rounds):
        for name, code in CASES.items():
            taken[name].append(python_cpu(code))
    bare = statistics.median(taken["bare interpreter"])
    rows = [
        (name, spread(values, 1e-3), f"{(statistics.median(values) - bare) * 1e3:.1f}")
        for name, values in taken.items()
    ]
    table("Import: CPU in ms, median (lowest to highest)", ("what", "CPU", "beyond the interpreter"), rows)


if __name__ == "__main__":
    main()
