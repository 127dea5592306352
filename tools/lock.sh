#!/bin/sh
# Write the lock files: exact versions with hashes, for every supported Python, without naming any index.
set -eu
cd "$(dirname "$0")/.."
uv=".venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate"
$uv pyproject.toml -o requirements.lock
$uv pyproject.toml --group dev -o requirements-dev.lock
