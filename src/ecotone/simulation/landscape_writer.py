"""Write the landscape file of a simulated field with its made-up organisations."""

from __future__ import annotations

from ecotone.simulation.world import ALWAYS, NEVER, Organisation, World, moment_of


def landscape_bytes(world: World) -> bytes:
    """The landscape as TOML; locations are relative to the file. The same world gives the same bytes."""
    seed = world.seed
    lines = [
        "[landscape]",
        'name = "simulated"',
        f'title = "A simulated field (seed {seed})"',
        f'title_zh = "模拟的开源领域（种子 {seed}）"',
        f'since = "{world.months[0]:%Y-%m}"',
        f"free_mail = [{', '.join(map(_quoted, world.free_mail))}]",
        "",
        "[categories]",
        *(f"{_quoted(name)} = {_quoted(zh)}" for name, zh in _categories(world).items()),
        "",
        "[organisations]",
        *(
            f"{_quoted(one.name)} = [{', '.join(_domains(one))}]"
            for one in sorted(world.organisations, key=lambda one: one.name)
        ),
    ]
    for project in world.projects:
        lines += [
            "",
            "[[project]]",
            f"repository = {_quoted(project.repository)}",
            f"category = {_quoted(project.category)}",
            f"layer = {_quoted(project.layer)}",
            f"style = {_quoted(project.style)}",
            f"language = {_quoted(project.language)}",
            f"location = {_quoted(f'repositories/{project.name}.git')}",
            f"observed_until = {moment_of(project.observed_until):%Y-%m-%dT%H:%M:%S}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _domains(organisation: Organisation) -> list[str]:
    """The domains of an organisation, with dates where they are limited."""
    dated = []
    for domain, since, until in organisation.dated:
        days = [f"since = {moment_of(since):%Y-%m-%d}"] if since != ALWAYS else []
        days += [f"until = {moment_of(until):%Y-%m-%d}"] if until != NEVER else []
        dated.append(f"{{ {', '.join([f'domain = {_quoted(domain)}', *days])} }}")
    return [*map(_quoted, organisation.domains), *dated]


def _categories(world: World) -> dict[str, str]:
    return {project.category: project.category_zh for project in world.projects}


def _quoted(text: str) -> str:
    r"""A basic TOML string.

    >>> print(_quoted('a "b" \\'))
    "a \"b\" \\"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
