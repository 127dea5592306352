from __future__ import annotations

import re
from importlib.resources import files
from string import Formatter

import pytest

from ecotone import networks, signals
from ecotone.foundation.errors import UnknownName
from ecotone.report import DeclaredSignal
from ecotone.report.messages import MESSAGES, SCRIPT_MESSAGES, message
from ecotone.report.messages.word import Message

REPORT = files("ecotone.report")
COMPOSED = (
    "badge_",
    "event_",
    "search_",
    "company_",
    "evidence_",
    "question_",
    "figure_",
    "side_",
    "judged_",
    "deeper_",
    "pick_",
    "legend_",
    "measure_",
    "input_",
    "claim_",
    "layer_",
    "project_layer_",
    "cohort_",
    "event_",
    "label_",
    "stack_",
    "group_",
    "verdict_",
)  # said as a prefix and a choice
ALL = [*MESSAGES, *SCRIPT_MESSAGES]
SAME_IN_BOTH = {"away_short", "colon", "comma"}


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("word", ALL, ids=lambda word: word.key)
def test_a_word_is_said_in_both_languages(word: Message):
    assert word.en
    assert word.zh
    assert gaps(word.en) == gaps(word.zh)
    assert not re.search(r"[\u4e00-\u9fff]", word.en)
    if word.key not in SAME_IN_BOTH:
        assert re.search(r"[\u4e00-\u9fff]", word.zh) or word.zh == "{month}"


@pytest.mark.parametrize("words", [MESSAGES, SCRIPT_MESSAGES])
def test_keys_are_declared_once(words: tuple[Message, ...]):
    keys = [word.key for word in words]
    assert len(set(keys)) == len(keys)


def sources(folder: str, ending: str) -> str:
    found = REPORT / folder
    return "\n".join(entry.read_text("utf-8") for entry in found.iterdir() if entry.name.endswith(ending))


def test_every_word_is_used():
    text = sources("templates", ".html") + said_in_python()
    quoted = set(re.findall(r"""["'](\w+)["']""", text))
    unused = {word.key for word in MESSAGES if word.key not in quoted and not word.key.startswith(COMPOSED)}
    assert unused == set()


def said_in_python() -> str:
    """Python sources apart from the declaration itself."""
    top = [entry for entry in REPORT.iterdir() if entry.name.endswith(".py") and entry.name != "words.py"]
    return "\n".join(entry.read_text("utf-8") for entry in top) + sources("pages", ".py")


def test_every_script_word_is_used_and_declared():
    text = sources("assets", ".js") + sources("charts", ".py") + said_in_python()
    used = set(re.findall(r"""["'](\w+)["']""", text)) | {f"state_{letter}" for letter in "wpdn"}
    used |= {f"tip_{key}" for key in ("month", "value", "bounds", "coverage")}
    assert {word.key for word in SCRIPT_MESSAGES} - used == set()
    asked = set(re.findall(r"""formatMessage\("(\w+)"[,)]""", sources("assets", ".js")))
    assert asked - {word.key for word in SCRIPT_MESSAGES} == set()


def test_an_undeclared_word_is_refused():
    with pytest.raises(UnknownName, match="No word is called 'perod'"):
        message("perod")


@pytest.mark.parametrize("signal", [*signals.ALL, *networks.ALL], ids=lambda signal: signal.name)
def test_a_source_that_says_something_says_it_in_chinese_too(signal: DeclaredSignal):
    says = re.search(r"; [a-z0-9]|, (with|without|by|at|for|of|six) |^[Aa]fter |^Git |^Weights", signal.source)
    assert bool(says) == bool(re.search("[\u4e00-\u9fff]", signal.source_zh)), signal.source
