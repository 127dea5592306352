"""What a tool says that it is: its own prose, and neither badges, links, code nor those who pay for it."""

from __future__ import annotations

import time

import pytest

from ecotone.foundation.errors import UserError
from ecotone.stack.label_terms import find_terms_of_manifest, find_terms_of_readme, parse_label_terms
from ecotone.stack.manifests.declared import UnreadableManifest


def found(text: str) -> list[tuple[str, str, int | None]]:
    return [(term.term, term.section, term.line) for term in find_terms_of_readme(text)]


@pytest.mark.parametrize(
    "text",
    [
        "# Kit\n![AI](ai.svg)\nA store.",
        "# Kit\n![build [AI]](x.svg)\nA store.",
        "Kit\n===\n|AI|\n\n.. |AI| image:: x.svg\n   :alt: an AI badge\n   :target: x\n\nA store.",
        ".. figure:: x.svg\n   :alt: AI\n\n   An AI picture\n\nA store.",
        "# Kit\n<pre>AI</pre>\n<pre><code>\nan LLM\n</code></pre>\nSet <code>OpenAI</code>.",
        "# Kit\n```\n```python\nrun AI\n```\nDone.",
        "# Kit\n````\n```\nrun AI\n```\nAI\n````\nDone.",
        "# Kit\n> ```\n> run AI\n> ```\nA store.",
        "# Kit\nA store.\n1. ```sh\n   run AI\n   ```\nDone.",
        "# Kit\nA store.\n- one:\n\n      AI in code\n",
        "# Kit\nA store of things.\n\n**Sponsors**\n\nAn AI firm.",
        "# Kit\nA store.\n<h2>\nSponsors\n</h2>\nAn AI firm.",
        "# Kit\n[![AI inside](b.svg)](u)\nA store.",
        "# Kit\nA store for `AI` and ``LLM``.",
        "# Kit\nA store.\n```sh\nrun AI\n```\nDone.",
        "# Kit\nA store.\n\n    AI in code\n\nDone.",
        "# Kit\nA store.\n- [AI](#ai)\n- [Use](#use) | [Agents](#agents)",
        "# Kit\nA store.\n<!-- AI\nand LLMs -->",
        '# Kit\nA store.\n<img\n alt="AI"\n src="x">\nDone.',
        '# Kit\nA store.\n<p><a href="u">AI</a> · <a href="v">Docs</a></p>',
        "# Kit\nA store, see https://example.com/AI and www.example.com/LLM.",
        "# Kit\nA store.\n## Sponsors\nAn AI firm.\n### Gold\nAn LLM firm.",
        "# Kit\nA store.\n## 赞助商\n某人工智能公司",
        "Kit\n===\nA store.\n\nThanks\n------\nThe AI club.",
        "= Kit\nA store.\n[source,sh]\n----\nrun AI\n----\nDone.",
        "Kit\n===\nRun it::\n\n    AI in code\n\nDone.",
        ".. image:: x.svg\n   :alt: kit\n\nA store.",
        "# Kit\nEmail, said aloud, maintains the air; paid. ssh-agent, user agent, models and chat.",
    ],
)
def test_words_of_others_and_of_code_are_no_label(text: str):
    assert found(text) == []


def test_the_lead_ends_where_the_second_section_begins():
    text = "# Kit\n\n### An editor with AI\nIt writes code for you.\n\n## Features\n- Agents: ask them\n- MCP servers"
    assert found(text) == [("AI", "lead", 3), ("agents", "body", 7), ("MCP", "body", 8)]


def test_a_choice_of_languages_is_no_section():
    text = "English | [Català](ca.md) | [简体中文](zh.md)\n<h1>Kit</h1>\n<p>An editor with AI.</p>\n## Use"
    assert found(text) == [("AI", "lead", 3)]


def test_a_section_after_the_sponsors_is_read_again():
    text = "# Kit\nA store of things.\n## Backers\nAn AI firm\n## Use\nAsk the LLM."
    assert found(text) == [("LLM", "body", 6)]


def test_chinese_terms_stand_anywhere_and_weak_ones_need_another():
    assert found("# 工具\n面向企业的智能体平台，支持大模型对话") == [
        ("智能体", "lead", 2), ("大模型", "lead", 2), ("对话", "lead", 2),
    ]  # fmt: skip
    assert found("# 工具\n用于聊天与对话的数据模型") == []
    assert found("# 工具\n开源AI助手平台") == [("AI", "lead", 2)]


def test_the_text_of_a_link_in_a_sentence_counts():
    assert found("# Kit\nA [language model](https://e.org/x) client for all.") == [
        ("language model", "lead", 2),
    ]  # fmt: skip


def test_manifests_say_it_in_their_description_or_keywords():
    package = (
        '{"name": "kit",\n "description": "An AI editor",\n "keywords": ["llm"],\n "dependencies": {"openai": "1"}}'
    )
    assert [(term.term, term.section, term.line) for term in find_terms_of_manifest("package.json", package)] == [
        ("LLM", "manifest", 3), ("AI", "manifest", 2),
    ]  # fmt: skip
    project = '[project]\nname = "kit"\ndescription = "A store"\ndependencies = ["openai"]\n'
    assert find_terms_of_manifest("pyproject.toml", project) == []
    assert find_terms_of_manifest("Cargo.toml", '[package]\ndescription = "An agent"\n') == []
    with pytest.raises(UnreadableManifest):
        find_terms_of_manifest("package.json", '{"description": "AI"')


def test_a_wrong_file_of_terms_is_refused_with_its_line():
    with pytest.raises(UserError, match="line 2: kind must be ai"):
        parse_label_terms("kind\tterm\tlanguage\tweak\nx\tAI\ten\t0\n", "own.tsv")


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 120_000, "[" * 500_000, "![" * 250_000, "<a " * 160_000, "<a>" * 160_000, "`" * 500_000,
        "`a" * 250_000, "[a](" * 120_000, "# AI\n" * 100_000, "=" * 500_000, "AI " * 170_000, "[a][" * 120_000,
        " " * 500_000, ("- " * 1_000 + "\n") * 250, "www." * 120_000, "`a<" * 160_000, "```\n~~~\n" * 60_000,
    ],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(text: str):
    began = time.process_time()
    find_terms_of_readme(f"AI\n{text}")
    assert time.process_time() - began < 3


@pytest.mark.parametrize("text", ['<<<<<<< ours\ndescription = "an openai agent"\n', "openai = " + "[" * 3_000])
def test_a_broken_manifest_that_names_a_term_is_a_gap(text: str):
    with pytest.raises(UnreadableManifest):
        find_terms_of_manifest("pyproject.toml", text)


def test_code_within_one_line_opens_no_fence():
    assert [term.term for term in find_terms_of_readme("# Kit\n```pip install kit```\nAn editor with AI.\n")] == ["AI"]
    assert find_terms_of_readme("# Kit\n```\npip install ai-kit\nAn editor with AI.\n```\n") == []


def test_chinese_sentences_fill_the_lead_too():
    lead = "这是一个面向团队的文档工具。\n" * 41
    assert [term.section for term in find_terms_of_readme(f"# Kit\n{lead}内置智能体 AI 助手功能。\n")][:1] == ["body"]
    assert [term.section for term in find_terms_of_readme("# Kit\n内置智能体 AI 助手功能。\n")][:1] == ["lead"]


@pytest.mark.parametrize(
    "title", ["# License checker", "# 社区版编辑器", "Community Edition\n=====", "# Accredited tool"]
)
def test_a_title_with_a_word_of_other_sections_hides_nothing(title: str):
    assert [term[:2] for term in found(f"{title}\n\nAn AI editor.\n")] == [("AI", "lead")]
    assert found("# Sponsors\nAn AI firm.\n# Kit\nA store.\n") == []
    assert found("# Kit\nA store of things.\n## Correlated answers\nAsk ChatGPT.\n") == [("chatgpt", "body", 4)]


def test_terms_over_two_lines_in_full_width_and_in_emphasis_are_found():
    assert found("# Kit\nBuilt with artificial\n  intelligence.\n") == [("artificial intelligence", "lead", 2)]
    assert found("# 工具\n基于人工\n智能的编辑器\n") == [("人工智能", "lead", 2)]
    assert found("# Artificial\nintelligence\n\n- artificial\n- intelligence\n") == []
    assert found("# 工具\n一个ＡＩ编辑器\n") == [("AI", "lead", 2)]
    assert found("# Kit\nAn __AI__ tool.\n") == [("AI", "lead", 2)]


def test_a_comment_in_code_hides_nothing_and_an_open_one_the_rest():
    assert found("# Kit\nWrite `<!--` first.\nAn AI editor.\nThen `-->`.\n") == [("AI", "lead", 3)]
    assert found("# Kit\nA store.\n<!-- AI\n") == []
