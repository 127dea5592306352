"""Do what the tutorial says, in an empty folder, and compare what it prints; --write puts the new output into the page.

A block `sh` or `python` is run; a block `toml` changes first.toml as the text around it says; a line of a block
`text` must be a line of what was printed last (progress lines apart, whose order is chance).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "docs" / "tutorial" / "first-landscape.md"
BLOCK: Final = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRESS: Final = re.compile(r"\s*\d+/\d+ ")


def main() -> int:
    """Run the page; 1 if something fails or prints something else."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put what is printed now into the page")
    write: bool = parser.parse_args().write
    text = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        fresh, wrong = follow_tutorial(text, Path(folder))
    for sentence in wrong:
        print(sentence)
    if write and fresh != text:
        PAGE.write_text(fresh, "utf-8")
        print(f"{PAGE.name} has new output; read the text around it again.")
        return 0
    return 1 if wrong else 0


def follow_tutorial(text: str, folder: Path) -> tuple[str, list[str]]:
    """The page with what its blocks print now, and a sentence for each thing that differs."""
    fresh, wrong, printed, end = "", list[str](), "", 0
    landscape = Landscape(folder / "first" / "first.toml")
    for block in BLOCK.finditer(text):
        fresh += text[end : block.start("body")]
        body, end = block["body"], block.end("body")
        if block["kind"] == "toml":
            landscape.edit_landscape(body)
        elif block["kind"] == "text":
            now = _as_printed(body, printed)
            if now != body:
                wrong.append(f"the page says\n{body}but this was printed\n{printed}")
            body = now
        else:
            printed, failed = _run_block(block["kind"], body, folder)
            wrong += [f"{body}failed:\n{printed}"] if failed else []
        fresh += body
    return fresh + text[end:], wrong


class Landscape:
    """The reader's first.toml: written once, then changed twice; what follows is another file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changes = 0

    def edit_landscape(self, body: str) -> None:
        """Do with one block what the text says of it."""
        self._changes += 1
        before = self._path.read_text("utf-8") if self._path.exists() else ""
        first = before.find("[[project]]")
        if self._changes == 1:
            self._path.write_text(body, "utf-8")
        elif self._changes == 2:
            self._path.write_text(f"{before[:first]}{body}\n{before[first:]}", "utf-8")
        elif self._changes == 3:
            self._path.write_text(before.replace("\n\n", f"\n{body}\n", 1), "utf-8")


def _run_block(kind: str, body: str, folder: Path) -> tuple[str, bool]:
    """What a block prints, and whether it failed; it starts in the folder that the first block makes."""
    folder = folder / "first" if (folder / "first").exists() else folder
    command = ["bash", "-ec", body] if kind == "sh" else [sys.executable, "-c", body]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    return done.stderr + done.stdout, bool(done.returncode)


def _as_printed(body: str, printed: str) -> str:
    """The block's lines as they are printed now, each found by its first word."""
    lines = printed.splitlines()
    if not PROGRESS.search(body) and len(body.splitlines()) > 6:
        return printed.strip("\n") + "\n"
    now = [next((new for new in lines if new.split()[:1] == line.split()[:1]), "") for line in body.splitlines()]
    kept_lines = [line if PROGRESS.match(line) else new for line, new in zip(body.splitlines(), now, strict=True)]
    return "\n".join(kept_lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
