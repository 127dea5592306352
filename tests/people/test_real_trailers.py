"""Fifty trailers of real commits and twenty-five last lines of messages, labelled by hand.

Names, addresses and domains of people are pseudonyms, except first names that are also names of tools.
"""

from __future__ import annotations

import pytest

from ecotone.people.actor_rules import find_assisting_product

AGENTS: tuple[tuple[str, str, str | None], ...] = (
    ("Co-authored-by", "Claude <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude Opus 4.6 (1M context) <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Claude (GLM-5) <noreply@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "N504455c16e <noreply@anthropic.com>", "Claude Code"),
    ("Signed-off-by", "Claude Code <claude@anthropic.com>", "Claude Code"),
    ("Co-authored-by", "Copilot <1effd4d9+Copilot@users.noreply.github.com>", "GitHub Copilot"),
    ("Co-authored-by", "copilot-swe-agent[bot] <17edf2dc+Copilot@users.noreply.github.com>", "GitHub Copilot"),
    ("Co-authored-by", "openhands <openhands@all-hands.dev>", "OpenHands"),
    ("Co-authored-by", "OpenHands-Claude <openhands@all-hands.dev>", "OpenHands"),
    ("Co-authored-by", "Gemini <openhands@all-hands.dev>", "OpenHands"),
    ("Co-authored-by", "Cursor <cursoragent@cursor.com>", "Cursor"),
    ("Co-authored-by", "Codex <noreply@openai.com>", "Codex"),
    ("Co-authored-by", "Devin AI <308d9402+devin-ai-integration[bot]@users.noreply.github.com>", "Devin"),
    ("Co-authored-by", "google-labs-jules[bot] <deae262b+google-labs-jules[bot]@users.noreply.github.com>", "Jules"),
    ("Co-authored-by", "Gemini <gemini@google.com>", "Gemini CLI"),
    ("Co-authored-by", "aider (vertex_ai/gemini-2.5-pro) <aider@aider.chat>", "aider"),
    ("Co-authored-by", "Roo Code <roomote@roocode.com>", "Roo Code"),
    ("Co-authored-by", "Continue <noreply@continue.dev>", "Continue"),
    ("Co-authored-by", "N9b584a4d0e <noreply@letta.com>", "Letta Code"),
    ("Co-authored-by", "Cline Evaluation <cline@example.com>", "Cline"),
    ("Co-authored-by", "Amp <amp@ampcode.com>", "Amp"),
    ("Co-authored-by", "TRAE CLI <noreply@bytedance.com>", "Trae"),
    ("Co-authored-by", "ellipsis-dev[bot] <2de73bd4+ellipsis-dev[bot]@users.noreply.github.com>", "Ellipsis"),
    ("Co-authored-by", "factory-droid[bot] <8ac99d96+factory-droid[bot]@users.noreply.github.com>", "Factory Droid"),
    ("Co-authored-by", "open-swe[bot] <u89540397a8@users.noreply.github.com>", "Open SWE"),
)

REVIEWERS: tuple[tuple[str, str, str | None], ...] = (
    (
        "Co-authored-by",
        "gemini-code-assist[bot] <66cc696b+gemini-code-assist[bot]@users.noreply.github.com>",
        None,
    ),
    ("Co-authored-by", "coderabbitai[bot] <6f74bd5d+coderabbitai[bot]@users.noreply.github.com>", None),
    (
        "Co-authored-by",
        "Copilot Autofix powered by AI <8ca48119+github-advanced-security[bot]@users.noreply.github.com>",
        "GitHub Copilot Autofix",
    ),
    ("Co-authored-by", "sourcery-ai[bot] <026b19ac+sourcery-ai[bot]@users.noreply.github.com>", None),
)

BOTS: tuple[tuple[str, str, str | None], ...] = (
    ("Signed-off-by", "dependabot[bot] <support@github.com>", None),
    ("Co-authored-by", "dependabot[bot] <6847e9b0+dependabot[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "github-actions <github-actions@github.com>", None),
    ("Co-authored-by", "pre-commit-ci[bot] <20c52c86+pre-commit-ci[bot]@users.noreply.github.com>", None),
    ("Co-authored-by", "Renovate Bot <bot@v8a802416.com>", None),
    ("Co-authored-by", "snyk-bot <snyk-bot@snyk.io>", None),
)

PEOPLE: tuple[tuple[str, str, str | None], ...] = (
    ("Signed-off-by", "N7aae9b7a65 <e544c84d+u7ac01914fb@users.noreply.github.com>", None),
    ("Signed-off-by", "N05f3f2250d <p656c7f1397@gmail.com>", None),
    ("Signed-off-by", "N5cd73d1bb8 <p061cbea4da@v223d86ca.com>", None),
    ("Co-authored-by", "N980070e10c <p5b91bc011d@crewai.com>", None),
    ("Co-authored-by", "N7d9114315f <u960a4b6405@users.noreply.github.com>", None),
    ("Reviewed-by", "N5e79d635f5 <p5e79d635f5@gmail.com>", None),
    ("Tested-by", "N380aa6b067 <p1d7165391f@nginx.com>", None),
)

LOOK_ALIKES: tuple[tuple[str, str, str | None], ...] = (
    ("Co-authored-by", "Claude <pda2cb58c19@huggingface.co>", None),  # a first name, at an employer's address
    ("Co-authored-by", "Devin Nc7bed085d0 <pc7bed085d0@gmail.com>", None),
    ("Co-authored-by", "N412ea2cc61 <p7189998533@anthropic.com>", None),  # who makes a tool is a person
    ("Co-authored-by", "N20e23def56 <pc8b5047e8f@cline.bot>", None),
    ("Signed-off-by", "Nc6ed5c2b42 <roo-code@v72c10ca4.org>", None),
    ("Signed-off-by", "Nc6ed5c2b42 <cline@v72c10ca4.org>", None),  # the same person, by repository
    ("Co-authored-by", "gemini-cli-robot <gemini-cli-robot@google.com>", None),  # releases, no model
    ("Co-authored-by", "github-merge-queue[bot] <848b7a5b+github-merge-queue[bot]@users.noreply.github.com>", None),
)

TRAILERS = (*AGENTS, *REVIEWERS, *BOTS, *PEOPLE, *LOOK_ALIKES)

SIGNATURES: tuple[tuple[str, str | None], ...] = (
    ("🤖 Generated with [Claude Code](https://claude.com/claude-code)", "Claude Code"),
    ("Generated with Claude Code", "Claude Code"),
    ("Co-authored by Claude Opus 4.6 (1M context)", "Claude Code"),
    ("Written with the help of ChatGPT, then edited.", "ChatGPT"),
    ("Generated with [Continue](https://continue.dev)", "Continue"),
    ("👾 Generated with [Letta Code](https://letta.com)", "Letta Code"),
    ("Made with [Cursor](https://cursor.com)", "Cursor"),
    ("🤖 Generated with [opencode](https://opencode.ai)", "opencode"),
    ("💘 Generated with Crush", "Crush"),
    ("Generated by GitHub Copilot Chat", "GitHub Copilot"),
    ("Created by gemini-2.5-pro", "Gemini CLI"),
    ("Generated with protoc-gen-go v1.31.0", None),
    ("Generated by Django 4.2 on 2024-01-01 10:00", None),
    ("Generated with OpenAPI Generator 7.1", None),
    ("Generated by GitHub Actions", None),
    ("Created with create-react-app", None),
    ("Built with Bazel", None),
    ("Made with love by the team", None),
    ("Written by hand", None),
    ("Created by Devin", None),
    ("Implemented with Claude Shannon's theorem", None),
    ("Generated by cursor.execute()", None),
    ("Written using Gemini protocol 1.0", None),
    ("We looked at what was generated with Claude Code", None),  # prose: the line does not begin so
    ("Remove the text generated with Claude Code", None),
)


def test_there_are_fifty_of_every_kind() -> None:
    assert len(set(TRAILERS)) == 50
    assert len(set(SIGNATURES)) == 25
    assert {key for key, _, _ in TRAILERS} == {"Co-authored-by", "Signed-off-by", "Reviewed-by", "Tested-by"}


@pytest.mark.parametrize(("key", "value", "product"), TRAILERS)
def test_a_real_trailer_names_its_agent_or_nobody(key: str, value: str, product: str | None) -> None:
    assert find_assisting_product([(key, value)]) == product


@pytest.mark.parametrize(("line", "product"), SIGNATURES)
def test_a_line_at_the_end_names_its_tool_or_nobody(line: str, product: str | None) -> None:
    assert find_assisting_product([], f"Change the reader\n\n{line}") == product
