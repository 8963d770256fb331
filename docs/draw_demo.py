"""Draws `docs/demo.svg`, the README's picture, from a real run of the demo: `python -m nox -s picture`."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import anyio
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from lixasync.cli.demo import Demo, DemoSettings
from lixasync.cli.demo_view import DemoView, summary
from lixasync.sandbox import Sandbox

TARGET = Path(__file__).with_name("demo.svg")
THEME = TerminalTheme(
    (17, 22, 29),
    (214, 220, 228),
    [
        (60, 68, 78),
        (224, 108, 117),
        (126, 188, 137),
        (222, 178, 105),
        (97, 159, 220),
        (190, 132, 214),
        (92, 179, 188),
        (190, 198, 208),
    ],
)
# rich's own frame loads a font from the network; a picture in a repository must not.
FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


async def run(demo: Demo, console: Console) -> None:
    """Run the demo, with its panel drawn in the middle and its summary at the end."""

    async def draw_middle() -> None:
        while demo.streams[0].items < 0.6 * demo.streams[0].total:  # noqa: ASYNC110 - the demo tells nobody how far it is
            await anyio.sleep(0.1)
        console.print(DemoView(console, demo).panel())

    async with anyio.create_task_group() as group:
        group.start_soon(draw_middle)
        await demo.run()
    console.print(summary(demo.report(), console))


def main() -> None:
    """Write the picture."""
    console = Console(record=True, width=92, force_terminal=True, color_system="truecolor", file=io.StringIO())
    settings = DemoSettings()
    with tempfile.TemporaryDirectory() as folder, Sandbox(**settings.sandbox()) as sandbox:
        anyio.run(run, Demo(settings, sandbox, Path(folder)), console)
    picture = console.export_svg(title="lixasync demo", theme=THEME, code_format=FRAME, unique_id="demo")
    TARGET.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
