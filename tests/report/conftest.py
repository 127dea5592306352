"""The made-up field as fixtures: as input, as files in memory, as a folder on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecotone.report import ReportInput, render
from report.made import made_field


@pytest.fixture(scope="session")
def source() -> ReportInput:
    return made_field()


@pytest.fixture(scope="session")
def files(source: ReportInput) -> dict[str, bytes]:
    return dict(render(source))


@pytest.fixture(scope="session")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("report")
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root
