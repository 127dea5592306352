"""Write the landscape file of a simulated field with its made-up organisations."""

from __future__ import annotations

from ecotone.simulation.world import ALWAYS, NEVER, Organisation, World, to_datetime


def encode_landscape(world: World) -> bytes:
    """The landscape as TOML; locations are relative to the file. The same world gives the same bytes."""
    seed = world.seed
    lines = [
        "[landscape]",
        'name = "simulated"',
        f'title = "A simulated field (seed {seed})"',
        f'title_zh = "模拟的开源领域（种子 {seed}）"',
        f'since = "{world.months[0]:%Y-%m}"',
        f"free_mail_domains = [{', '.join(map(_quote_toml_string, world.free_mail))}]",
        "",
        "[categories]",
        *(
            f"{_quote_toml_string(name)} = {_quote_toml_string(zh)}"
            for name, zh in _list_category_labels(world).items()
        ),
        "",
        "[organisations]",
        *(
            f"{_quote_toml_string(organisation.name)} = [{', '.join(_format_domains(organisation))}]"
            for organisation in sorted(world.organisations, key=lambda organisation: organisation.name)
        ),
    ]
    for project in world.projects:
        lines += [
            "",
            "[[project]]",
            f"repository = {_quote_toml_string(project.repository)}",
            f"category = {_quote_toml_string(project.category)}",
            f"layer = {_quote_toml_string(project.layer)}",
            f"style = {_quote_toml_string(project.style)}",
            f"language = {_quote_toml_string(project.language)}",
            f"location = {_quote_toml_string(f'repositories/{project.repository_name}.git')}",
            f"observed_until = {to_datetime(project.observed_until):%Y-%m-%dT%H:%M:%S}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _format_domains(organisation: Organisation) -> list[str]:
    """The domains of an organisation, with dates where they are limited."""
    dated = []
    for domain, since, until in organisation.dated:
        days = [f"since = {to_datetime(since):%Y-%m-%d}"] if since != ALWAYS else []
        days += [f"until = {to_datetime(until):%Y-%m-%d}"] if until != NEVER else []
        dated.append(f"{{ {', '.join([f'domain = {_quote_toml_string(domain)}', *days])} }}")
    return [*map(_quote_toml_string, organisation.domains), *dated]


def _list_category_labels(world: World) -> dict[str, str]:
    return {project.category: project.category_zh for project in world.projects}


def _quote_toml_string(text: str) -> str:
    r"""A basic TOML string.

    >>> print(_quote_toml_string('a "b" \\'))
    "a \"b\" \\"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
