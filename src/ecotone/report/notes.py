"""What sources note of their readings, in Chinese too: they note in English, in sentences of few patterns."""

from __future__ import annotations

import re
from typing import Final

from ecotone.report.text import Text

PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    (r"observed until (\S+ \S+) UTC", "观测截至 {0}（UTC）"),
    (r"shallow clone(?:: earlier history is not there)?", "浅克隆：缺少更早的历史"),
    (
        r"(\S+) pull-request heads belong to a copy's own sequence and are left out",
        "{0} 个拉取请求属于副本自身的编号，未计入",
    ),
    (r"no pull-request heads are served", "未提供拉取请求的引用"),
    (r"(\S+) records could not be read", "{0} 条记录无法读取"),
    (r"(\S+) entries could not be read", "{0} 个条目无法读取"),
    (r"(\S+) of (\S+) hours are lost", "{1} 小时中缺失 {0} 小时"),
    (r"(\S+) of (\S+) hours were not there", "{1} 小时中缺失 {0} 小时"),
    (r"the table does not reach the month's end", "数据表未覆盖到月末"),
    (r"the table does not reach so far", "数据表未覆盖该月"),
    (r"no event under this name yet; it may have had another", "此名称下尚无事件，项目可能曾用他名"),
    (r"no event under this name, which is compared letter by letter", "此名称下没有事件（名称逐字比较）"),
    (r"the month was not over(: reviews are missing)?", "该月尚未结束"),
    (r"not asked for", "未请求"),
    (r"before the archive begins", "早于存档起始时间"),
)
"""A part of a note, as a regular expression, and what it is in Chinese; a part that none matches is left as it is."""

_COMPILED: Final = tuple((re.compile(f"{pattern}\\Z"), chinese) for pattern, chinese in PATTERNS)


def noted(note: str) -> Text:
    """A note in both languages.

    >>> noted("no pull-request heads are served; 3 records could not be read").zh
    '未提供拉取请求的引用；3 条记录无法读取'
    """
    return Text(note, "；".join(_chinese(part) for part in note.split("; ")))


def _chinese(part: str) -> str:
    for pattern, chinese in _COMPILED:
        if found := pattern.match(part):
            return chinese.format(*found.groups())
    return part
