"""Fifty trailers of real commits, read by hand; names and addresses of people are pseudonyms."""

from __future__ import annotations

import pytest

from ecotone.people.actors import assisted_by

TRAILERS: tuple[tuple[str, str, str | None], ...] = (
    ("Co-authored-by", "Copilot <1effd4d9+Copilot@users.noreply.github.com>", "GitHub Copilot"),
    ("Co-authored-by", "openhands <openhands@all-hands.dev>", "OpenHands"),
    ("Co-authored-by", "Copilot <f623dc50+Copilot@users.noreply.github.com>", "GitHub Copilot"),
    ("Co-authored-by", "Claude Opus 4.6 (1M context) <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Opus 4.6 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "ellipsis-dev[bot] <2de73bd4+ellipsis-dev[bot]@users.noreply.github.com>", "Ellipsis"),
    ("Co-authored-by", "Claude <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Fable 5 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Opus 4.8 (1M context) <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Sonnet 4.6 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Cursor <cursoragent@cursor.com>", "Cursor"),
    ("Co-authored-by", "Claude Opus 4.5 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Continue <noreply@continue.dev>", "Continue"),
    ("Co-authored-by", "Claude Opus 4.8 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "N9b584a4d0e <noreply@letta.com>", "Letta Code"),
    ("Co-authored-by", "Claude Opus 4.7 (1M context) <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Opus 5 (1M context) <noreply@anthropic.com>", "Claude Code"),
    (
        "Co-authored-by",
        "gemini-code-assist[bot] <66cc696b+gemini-code-assist[bot]@users.noreply.github.com>",
        "Gemini Code Assist",
    ),
    ("Co-authored-by", "copilot-swe-agent[bot] <17edf2dc+Copilot@users.noreply.github.com>", "GitHub Copilot"),
    ("Co-authored-by", "Roo Code <roomote@roocode.com>", "Roo Code"),
    ("Co-authored-by", "Letta Code <noreply@letta.com>", "Letta Code"),
    ("Co-authored-by", "Claude Opus 4.7 <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "cubic-dev-ai[bot] <9c6d8835+cubic-dev-ai[bot]@users.noreply.github.com>", "AI review"),
    ("Co-authored-by", "N1162796bee <noreply@letta.com>", "Letta Code"),
    ("Co-authored-by", "factory-droid[bot] <8ac99d96+factory-droid[bot]@users.noreply.github.com>", "Factory Droid"),
    (
        "Co-authored-by",
        "Copilot Autofix powered by AI <f623dc50+Copilot@users.noreply.github.com>",
        "GitHub Copilot Autofix",
    ),
    ("Co-authored-by", "greptile-apps[bot] <ef7bc4fc+greptile-apps[bot]@users.noreply.github.com>", "AI review"),
    ("Co-authored-by", "Cline Evaluation <cline@example.com>", "Cline"),
    ("Co-authored-by", "Claude Opus 5 <noreply@anthropic.com>", "Claude Code"),
    (
        "Co-authored-by",
        "Copilot Autofix powered by AI <8ca48119+github-advanced-security[bot]@users.noreply.github.com>",
        "GitHub Copilot Autofix",
    ),
    ("Co-authored-by", "coderabbitai[bot] <6f74bd5d+coderabbitai[bot]@users.noreply.github.com>", "CodeRabbit"),
    ("Co-authored-by", "Devin AI <308d9402+devin-ai-integration[bot]@users.noreply.github.com>", "Devin"),
    ("Co-authored-by", "Amp <amp@ampcode.com>", "Amp"),
    ("Co-authored-by", "open-swe[bot] <u89540397a8@users.noreply.github.com>", "Open SWE"),
    ("Signed-off-by", "dependabot[bot] <support@github.com>", None),
    ("Co-authored-by", "dependabot[bot] <6847e9b0+dependabot[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "github-actions[bot] <10fab7ce+github-actions[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "autofix-ci[bot] <4cf9a9ba+autofix-ci[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "pre-commit-ci[bot] <20c52c86+pre-commit-ci[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "renovate[bot] <41d24967+renovate[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "github-actions[bot] <github-actions[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "github-actions <github-actions@github.com>", None),
    ("Signed-off-by", "N7aae9b7a65 <e544c84d+u7ac01914fb@users.noreply.github.com>", None),
    ("Signed-off-by", "N05f3f2250d <p656c7f1397@gmail.com>", None),
    ("Signed-off-by", "N5cd73d1bb8 <p061cbea4da@v223d86ca.com>", None),
    ("Co-authored-by", "N980070e10c <p5b91bc011d@crewai.com>", None),
    ("Co-authored-by", "N7d9114315f <u960a4b6405@users.noreply.github.com>", None),
    ("Signed-off-by", "Nc6ed5c2b42 <roo-code@v72c10ca4.org>", None),
    ("Co-authored-by", "N30fa123179 <u86cbcb46f2@users.noreply.github.com>", None),
    ("Co-authored-by", "N6e9d4b5a71 <ud594838b37@users.noreply.github.com>", None),
)


def test_there_are_fifty() -> None:
    assert len(set(TRAILERS)) == 50


@pytest.mark.parametrize(("key", "value", "product"), TRAILERS)
def test_a_real_trailer_names_its_agent_or_nobody(key: str, value: str, product: str | None) -> None:
    assert assisted_by([(key, value)]) == product
