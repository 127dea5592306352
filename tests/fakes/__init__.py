"""Fake services for tests, on loopback: the archive's web site, GitHub's API and ClickHouse."""

from tests.fakes.archive_site import serve_hours
from tests.fakes.clickhouse.server import serve_clickhouse
from tests.fakes.github.server import serve_github

__all__ = ["serve_clickhouse", "serve_github", "serve_hours"]
