"""OpenDigger's labels: accounts and repositories owned by companies, foundations and projects; not employers.

Source: https://github.com/X-lab2017/open-digger, labeled_data.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import yaml

from ecotone.people.affiliation_files.grouping import leave_out, unplaced
from ecotone.people.affiliation_files.model import (
    Affiliations,
    FileIdentity,
    LeftOut,
    Owned,
    OwnedScope,
    ReadResult,
    Written,
)
from ecotone.people.affiliation_files.tally import Tally
from ecotone.people.affiliation_files.values import (
    Unreadable,
    excerpt,
    is_login,
    read_login,
    read_name,
    read_repository,
)
from ecotone.people.affiliation_files.yaml_text import Node, Text, entries_of, fields_of, parse, shown, text_at

BOT_LABEL: Final = "Bot"
_TYPE: Final = re.compile(r"^type\s*:", re.MULTILINE)
_NAME: Final = re.compile(r"^name\s*:", re.MULTILINE)
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LABEL_ID: Final = re.compile(r":?[^\s:]+")
_NOTHING: Final = Text(None, 0)
_SCOPES: Final[tuple[tuple[str, OwnedScope], ...]] = (
    ("orgs", "organisation"),
    ("repos", "repository"),
    ("users", "user"),
)
Label = tuple[str, str, str | None]  # name, type, Chinese name


def looks_like(text: str) -> bool:
    """Whether the text has a top-level name and type."""
    return bool(_TYPE.search(text)) and bool(_NAME.search(text))


def read(source: str, text: str) -> ReadResult:
    """Each document is an entry, and so is each label, organisation, repository, user and unknown key.

    The users of a label of type Bot are bots, not owners.
    """
    tally = Tally(source)
    parsed = parse(text)
    for document in parsed.documents:
        if isinstance(document, Text) and document.value is None:
            continue
        with tally.entry(document.line, shown(document), accepted=0):
            _read_label(document, tally)
    if parsed.damage_line is not None:
        tally.refuse(parsed.damage_line, text, f"{parsed.damage}; its document is not read")
    return tally.result()


def write(said: Affiliations) -> Written:
    """Write one document per label, sorted by name; the last label holds the bots."""
    left: list[LeftOut] = []
    by_label: defaultdict[Label, list[Owned]] = defaultdict(list)
    for owned in sorted(set(said.owned), key=repr):
        reason = _reason_against(owned)
        if reason:
            left.append(LeftOut(owned, reason))
        else:
            by_label[owned.organisation, owned.label_type, owned.name_zh].append(owned)
    documents = [_written_label(label, by_label[label]) for label in sorted(by_label, key=_label_order)]
    bots = sorted(set(_bots(said, left)))
    if bots:
        platform = {"name": "GitHub", "type": "Code Hosting", "users": [{"name": login} for login in bots]}
        documents.append({"name": BOT_LABEL, "type": BOT_LABEL, "data": {"platforms": [platform]}})
    left += unplaced(
        "the format holds owners of projects and bots only",
        said.every_spell(),
        said.every_domain(),
        said.organisations,
        said.excluded,
    )
    text = yaml.safe_dump_all(documents, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000)
    return Written(text, leave_out(left))


def _read_label(node: Node, tally: Tally) -> None:
    fields = fields_of(node, "a label")
    name, label_type, name_zh = (text_at(fields, key) for key in ("name", "type", "name_zh"))
    label = (
        read_name(name or "", "the label's name"),
        read_name(label_type or "", "the label's type"),
        read_name(name_zh, "the label's Chinese name") if name_zh else None,
    )
    data = fields_of(fields.get("data", _NOTHING), "'data'")
    labels = entries_of(data.get("labels", _NOTHING), "'labels'")
    platforms = entries_of(data.get("platforms", _NOTHING), "'platforms'")
    tally.accept()
    unknown = [(key, value) for key, value in fields.items() if key not in ("name", "type", "name_zh", "data")]
    unknown += [(key, value) for key, value in data.items() if key not in ("labels", "platforms")]
    for key, value in unknown:
        tally.refuse(value.line, shown(value), f"{excerpt(key)!r} is not read")
    if not labels and not platforms:
        tally.refuse(node.line, shown(node), "the label has neither labels nor platforms")
    for item in labels:
        with tally.entry(item.line, shown(item)):
            tally.owned.append(_owned(label, "label", _read_label_id(item), None, None, tally, item.line))
    for platform in platforms:
        with tally.entry(platform.line, shown(platform), accepted=0):
            _read_platform(platform, label, tally)


def _read_platform(node: Node, label: Label, tally: Tally) -> None:
    fields = fields_of(node, "a platform")
    name = read_name(text_at(fields, "name") or "", "the platform's name")
    listed = [(scope, entries_of(fields.get(key, _NOTHING), f"{key!r}")) for key, scope in _SCOPES]
    for key, value in fields.items():
        if key not in ("name", "type", *(key for key, _ in _SCOPES)):
            tally.refuse(value.line, shown(value), f"{excerpt(key)!r} of a platform is not read")
    for scope, items in listed:
        for item in items:
            with tally.entry(item.line, shown(item)):
                _read_owned(item, scope, name, label, tally)


def _read_owned(node: Node, scope: OwnedScope, platform: str, label: Label, tally: Tally) -> None:
    fields = fields_of(node, f"an entry of {scope}s")
    name = text_at(fields, "name") or ""
    number = text_at(fields, "id")
    if number is not None and not _NUMBER.fullmatch(number):
        raise Unreadable(f"the id {excerpt(number)!r} is not a number")
    if label[1] == BOT_LABEL and scope == "user":
        if platform != "GitHub":
            raise Unreadable(f"a bot of {platform}: accepted are GitHub logins")
        tally.identities.append(
            FileIdentity((read_login(name),), None, is_bot=True, source=tally.source, line=node.line)
        )
        return
    clean = _READERS[scope](name)
    tally.owned.append(_owned(label, scope, clean, platform, int(number) if number else None, tally, node.line))


def _read_label_id(node: Node) -> str:
    if not isinstance(node, Text) or node.value is None:
        raise Unreadable("a label's id is not a text")
    return _clean_label_id(node.value)


def _clean_label_id(text: str) -> str:
    clean = text.strip()
    if not _LABEL_ID.fullmatch(clean) or not clean.isprintable():
        raise Unreadable(f"{excerpt(text)!r} is not a label's id")
    return clean


_READERS: Final[dict[OwnedScope, Callable[[str], str]]] = {
    "organisation": read_login,
    "repository": read_repository,
    "user": read_login,
    "label": _clean_label_id,
}


def _owned(
    label: Label, scope: OwnedScope, what: str, platform: str | None, number: int | None, tally: Tally, line: int
) -> Owned:
    name, label_type, name_zh = label
    return Owned(what, name, scope, label_type, platform, number, name_zh, tally.source, line)


def _reason_against(owned: Owned) -> str | None:
    """The reason why the entry would not be readable; `None`: it is."""
    names = (owned.organisation, owned.label_type, owned.name_zh, owned.platform)
    try:
        if _READERS[owned.scope](owned.repository_or_org) != owned.repository_or_org:
            return "it has white space that no file keeps"
        if any(read_name(name) != name for name in names if name is not None):
            return "a name has white space that no file keeps"
    except Unreadable as problem:
        return str(problem)
    if (owned.scope == "label") != (owned.platform is None) or (owned.scope == "label" and owned.platform_id):
        return "a label must have no platform, all else must have one"
    if owned.label_type == BOT_LABEL and owned.scope == "user":
        return "a bot is not an owner"
    return None


def _label_order(label: Label) -> tuple[str, str, str]:
    return label[0], label[1], label[2] or ""


def _written_label(label: Label, entries: list[Owned]) -> dict[str, object]:
    name, label_type, name_zh = label
    made: dict[str, object] = {"name": name, **({"name_zh": name_zh} if name_zh else {}), "type": label_type}
    data: dict[str, object] = {}
    if labels := sorted(owned.repository_or_org for owned in entries if owned.scope == "label"):
        data["labels"] = labels
    if names := sorted({owned.platform for owned in entries if owned.platform is not None}):
        data["platforms"] = [
            _written_platform(name, [owned for owned in entries if owned.platform == name]) for name in names
        ]
    return {**made, "data": data}


def _written_platform(name: str, entries: list[Owned]) -> dict[str, object]:
    made: dict[str, object] = {"name": name, "type": "Code Hosting"}
    for key, scope in _SCOPES:
        held = [owned for owned in entries if owned.scope == scope]
        held.sort(key=lambda owned: (owned.repository_or_org, -1 if owned.platform_id is None else owned.platform_id))
        if held:
            made[key] = [
                {**({} if one.platform_id is None else {"id": one.platform_id}), "name": one.repository_or_org}
                for one in held
            ]
    return made


def _bots(said: Affiliations, left: list[LeftOut]) -> Iterator[str]:
    """The logins of bots; every other identity goes to `left`."""
    for identity in said.identities:
        logins = [account for account in identity.accounts if is_login(account)]
        if identity.is_bot and logins:
            yield from logins
        if not identity.is_bot or len(identity.accounts) > 1 or not logins:
            left.append(LeftOut(identity, "the only people in this format are logins of bots"))
