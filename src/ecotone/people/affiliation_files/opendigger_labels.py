"""OpenDigger's labels: accounts and repositories owned by companies, foundations and projects; not employers.

Source: https://github.com/X-lab2017/open-digger, labeled_data.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import yaml

from ecotone.people.affiliation_files.by_identity import leave_out_for_reason, sort_left_out
from ecotone.people.affiliation_files.field_parsers import (
    Unreadable,
    is_login_account,
    parse_login,
    parse_name,
    parse_repository,
    printable_excerpt,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder
from ecotone.people.affiliation_files.statements import (
    FileIdentity,
    FileStatements,
    LeftOut,
    OwnedAccount,
    OwnedScope,
    ReadResult,
    WrittenFile,
)
from ecotone.people.affiliation_files.yaml_with_lines import (
    YamlNode,
    YamlText,
    list_entries,
    mapping_fields,
    node_excerpt,
    parse_yaml,
    text_field,
)

BOT_LABEL: Final = "Bot"
_TYPE: Final = re.compile(r"^type\s*:", re.MULTILINE)
_NAME: Final = re.compile(r"^name\s*:", re.MULTILINE)
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LABEL_ID: Final = re.compile(r":?[^\s:]+")
_NOTHING: Final = YamlText(None, 0)
_SCOPES: Final[tuple[tuple[str, OwnedScope], ...]] = (
    ("orgs", "organisation"),
    ("repos", "repository"),
    ("users", "user"),
)
Label = tuple[str, str, str | None]  # name, type, Chinese name


def matches_content(text: str) -> bool:
    """Whether the text has a top-level name and type."""
    return bool(_TYPE.search(text)) and bool(_NAME.search(text))


def read_statements(source: str, text: str) -> ReadResult:
    """Each document is an entry, and so is each label, organisation, repository, user and unknown key.

    The users of a label of type Bot are bots, not owners.
    """
    tally = ResultBuilder(source)
    parsed = parse_yaml(text)
    for document in parsed.documents:
        if isinstance(document, YamlText) and document.value is None:
            continue
        with tally.count_entry(document.line, node_excerpt(document), accepted=0):
            _read_label(document, tally)
    if parsed.damage_line is not None:
        tally.refuse_entry(parsed.damage_line, text, f"{parsed.damage}; its document is not read")
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write one document per label, sorted by name; the last label holds the bots."""
    left_out: list[LeftOut] = []
    by_label: defaultdict[Label, list[OwnedAccount]] = defaultdict(list)
    for owned in sorted(set(statements.owned), key=repr):
        reason = _reason_to_leave_out(owned)
        if reason:
            left_out.append(LeftOut(owned, reason))
        else:
            by_label[owned.organisation, owned.label_type, owned.name_zh].append(owned)
    documents = [_label_document(label, by_label[label]) for label in sorted(by_label, key=_label_order)]
    bots = sorted(set(_bot_logins(statements, left_out)))
    if bots:
        platform = {"name": "GitHub", "type": "Code Hosting", "users": [{"name": login} for login in bots]}
        documents.append({"name": BOT_LABEL, "type": BOT_LABEL, "data": {"platforms": [platform]}})
    left_out += leave_out_for_reason(
        "the format holds owners of projects and bots only",
        statements.all_affiliations(),
        statements.all_domains(),
        statements.organisations,
        statements.excluded,
    )
    text = yaml.safe_dump_all(documents, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000)
    return WrittenFile(text, sort_left_out(left_out))


def _read_label(node: YamlNode, tally: ResultBuilder) -> None:
    fields = mapping_fields(node, "a label")
    name, label_type, name_zh = (text_field(fields, key) for key in ("name", "type", "name_zh"))
    label = (
        parse_name(name or "", "the label's name"),
        parse_name(label_type or "", "the label's type"),
        parse_name(name_zh, "the label's Chinese name") if name_zh else None,
    )
    data = mapping_fields(fields.get("data", _NOTHING), "'data'")
    labels = list_entries(data.get("labels", _NOTHING), "'labels'")
    platforms = list_entries(data.get("platforms", _NOTHING), "'platforms'")
    tally.accept_entries()
    unknown = [(key, value) for key, value in fields.items() if key not in ("name", "type", "name_zh", "data")]
    unknown += [(key, value) for key, value in data.items() if key not in ("labels", "platforms")]
    for key, value in unknown:
        tally.refuse_entry(value.line, node_excerpt(value), f"{printable_excerpt(key)!r} is not read")
    if not labels and not platforms:
        tally.refuse_entry(node.line, node_excerpt(node), "the label has neither labels nor platforms")
    for item in labels:
        with tally.count_entry(item.line, node_excerpt(item)):
            tally.owned.append(_owned_account(label, "label", _read_label_id(item), None, None, tally, item.line))
    for platform in platforms:
        with tally.count_entry(platform.line, node_excerpt(platform), accepted=0):
            _read_platform(platform, label, tally)


def _read_platform(node: YamlNode, label: Label, tally: ResultBuilder) -> None:
    fields = mapping_fields(node, "a platform")
    name = parse_name(text_field(fields, "name") or "", "the platform's name")
    listed = [(scope, list_entries(fields.get(key, _NOTHING), f"{key!r}")) for key, scope in _SCOPES]
    for key, value in fields.items():
        if key not in ("name", "type", *(key for key, _ in _SCOPES)):
            tally.refuse_entry(value.line, node_excerpt(value), f"{printable_excerpt(key)!r} of a platform is not read")
    for scope, items in listed:
        for item in items:
            with tally.count_entry(item.line, node_excerpt(item)):
                _read_owned(item, scope, name, label, tally)


def _read_owned(node: YamlNode, scope: OwnedScope, platform: str, label: Label, tally: ResultBuilder) -> None:
    fields = mapping_fields(node, f"an entry of {scope}s")
    name = text_field(fields, "name") or ""
    number = text_field(fields, "id")
    if number is not None and not _NUMBER.fullmatch(number):
        raise Unreadable(f"the id {printable_excerpt(number)!r} is not a number")
    if label[1] == BOT_LABEL and scope == "user":
        if platform != "GitHub":
            raise Unreadable(f"a bot of {platform}: accepted are GitHub logins")
        tally.identities.append(
            FileIdentity((parse_login(name),), None, is_bot=True, source=tally.source, line=node.line)
        )
        return
    clean = _READERS[scope](name)
    tally.owned.append(_owned_account(label, scope, clean, platform, int(number) if number else None, tally, node.line))


def _read_label_id(node: YamlNode) -> str:
    if not isinstance(node, YamlText) or node.value is None:
        raise Unreadable("a label's id is not a text")
    return _clean_label_id(node.value)


def _clean_label_id(text: str) -> str:
    clean = text.strip()
    if not _LABEL_ID.fullmatch(clean) or not clean.isprintable():
        raise Unreadable(f"{printable_excerpt(text)!r} is not a label's id")
    return clean


_READERS: Final[dict[OwnedScope, Callable[[str], str]]] = {
    "organisation": parse_login,
    "repository": parse_repository,
    "user": parse_login,
    "label": _clean_label_id,
}


def _owned_account(
    label: Label,
    scope: OwnedScope,
    what: str,
    platform: str | None,
    number: int | None,
    tally: ResultBuilder,
    line: int,
) -> OwnedAccount:
    name, label_type, name_zh = label
    return OwnedAccount(what, name, scope, label_type, platform, number, name_zh, tally.source, line)


def _reason_to_leave_out(owned: OwnedAccount) -> str | None:
    """The reason why the entry would not be readable; `None`: it is."""
    names = (owned.organisation, owned.label_type, owned.name_zh, owned.platform)
    try:
        if _READERS[owned.scope](owned.repository_or_org) != owned.repository_or_org:
            return "it has white space that no file keeps"
        if any(parse_name(name) != name for name in names if name is not None):
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


def _label_document(label: Label, entries: list[OwnedAccount]) -> dict[str, object]:
    name, label_type, name_zh = label
    result: dict[str, object] = {"name": name, **({"name_zh": name_zh} if name_zh else {}), "type": label_type}
    data: dict[str, object] = {}
    if labels := sorted(owned.repository_or_org for owned in entries if owned.scope == "label"):
        data["labels"] = labels
    if names := sorted({owned.platform for owned in entries if owned.platform is not None}):
        data["platforms"] = [
            _platform_object(name, [owned for owned in entries if owned.platform == name]) for name in names
        ]
    return {**result, "data": data}


def _platform_object(name: str, entries: list[OwnedAccount]) -> dict[str, object]:
    result: dict[str, object] = {"name": name, "type": "Code Hosting"}
    for key, scope in _SCOPES:
        held = [owned for owned in entries if owned.scope == scope]
        held.sort(key=lambda owned: (owned.repository_or_org, -1 if owned.platform_id is None else owned.platform_id))
        if held:
            result[key] = [
                {**({} if entry.platform_id is None else {"id": entry.platform_id}), "name": entry.repository_or_org}
                for entry in held
            ]
    return result


def _bot_logins(statements: FileStatements, left_out: list[LeftOut]) -> Iterator[str]:
    """The logins of bots; every other identity goes to `left`."""
    for identity in statements.identities:
        logins = [account for account in identity.accounts if is_login_account(account)]
        if identity.is_bot and logins:
            yield from logins
        if not identity.is_bot or len(identity.accounts) > 1 or not logins:
            left_out.append(LeftOut(identity, "the only people in this format are logins of bots"))
