from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.landscape.dependency_manifests import find_parser, parse_dependencies

CASES = {
    "pyproject.toml": (
        """
        [project]
        dependencies = ["Typing_Extensions>=4", "httpx[http2] ; python_version < '4'"]
        [project.optional-dependencies]
        dev = ["pytest"]
        [dependency-groups]
        lint = ["ruff", {include-group = "dev"}]
        [tool.poetry.dependencies]
        python = "^3.9"
        numpy = "^2"
        [tool.poetry.group.docs.dependencies]
        sphinx = "*"
        """,
        ["pypi:httpx", "pypi:numpy", "pypi:pytest", "pypi:ruff", "pypi:sphinx", "pypi:typing-extensions"],
    ),
    "requirements-dev.txt": (
        "# comment\n-r base.txt\nDjango>=4  # web\nnumpy==2.0 \\\n  --hash=sha256:00\ngit+https://e.org/x\n",
        ["pypi:django", "pypi:numpy"],
    ),
    "setup.cfg": (
        "[options]\ninstall_requires =\n  flask\n  click>=8\n[options.extras_require]\nall =\n  rich\n",
        ["pypi:click", "pypi:flask", "pypi:rich"],
    ),
    "package.json": (
        '{"dependencies": {"React": "1", "@scope/kit": "2"}, "devDependencies": {"vite": "3"},'
        ' "peerDependencies": null}',
        ["npm:@scope/kit", "npm:react", "npm:vite"],
    ),
    "Cargo.toml": (
        '[dependencies]\nserde = "1"\nrenamed = {package = "tokio_util", version = "1"}\n'
        '[target."cfg(unix)".dependencies]\nlibc = "0"\n[workspace.dependencies]\nanyhow = "1"\n',
        ["cargo:anyhow", "cargo:libc", "cargo:serde", "cargo:tokio-util"],
    ),
    "go.mod": (
        "module e.org/own\ngo 1.22\nrequire e.org/one v1.0.0\nrequire (\n  e.org/two/v2 v2.0.0 // note\n"
        "  e.org/three v0.1.0 // indirect\n)\nreplace (\n  e.org/four v1.0.0 => ../four\n)\n",
        ["go:e.org/one", "go:e.org/two/v2"],
    ),
    "pom.xml": (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><groupId>own</groupId><dependencies><dependency>'
        "<groupId>org.x</groupId><artifactId>y</artifactId></dependency></dependencies></project>",
        ["maven:org.x:y"],
    ),
    "App.csproj": (
        '<Project><ItemGroup><PackageReference Include="Json.Kit" Version="1" /></ItemGroup></Project>',
        ["nuget:json.kit"],
    ),
    "Directory.Packages.props": (
        '<Project><ItemGroup><PackageVersion Include="Log" Version="1" /></ItemGroup></Project>',
        ["nuget:log"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_format(name):
    text, wanted = CASES[name]
    assert parse_dependencies(f"src/{name}", text) == wanted


@pytest.mark.parametrize("name", CASES)
@given(text=st.text(max_size=200))
def test_broken_files_declare_nothing_or_something_and_never_fail(name, text):
    found = parse_dependencies(name, text)
    assert found == sorted(set(found))
    assert all(registry and package for registry, _, package in (one.partition(":") for one in found))


@pytest.mark.parametrize("name", CASES)
def test_every_half_of_a_file_is_survived(name):
    text, wanted = CASES[name]
    registries = {one.partition(":")[0] for one in wanted}
    for end in range(0, len(text), 7):
        found = parse_dependencies(name, text[:end])
        assert found == sorted(set(found))
        assert {one.partition(":")[0] for one in found} <= registries


def test_files_that_lie_about_their_shape():
    assert parse_dependencies("package.json", '["no", "table"]') == []
    assert parse_dependencies("pyproject.toml", 'project = "no table"') == []
    assert parse_dependencies("Cargo.toml", "target = 3\n[dependencies]\nx = 1") == []
    assert parse_dependencies("package.json", "[" * 100_000) == []


def test_entities_are_refused():
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Project><PackageReference Include="&b;"/></Project>'
    assert parse_dependencies("x.csproj", bomb) == []


def test_other_files_are_no_manifests():
    assert find_parser("README.md") is None
    assert find_parser("requirements.md") is None
    assert parse_dependencies("setup.py", "install_requires=['x']") == []
