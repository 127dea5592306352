from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.stack.manifests.declared import UnreadableManifest
from ecotone.stack.manifests.manifest_files import KINDS_BY_NAME, find_kind, find_place
from ecotone.stack.manifests.manifest_reader import LARGEST_MANIFEST, PARSERS, parse_manifest, scope_of_path

CASES = {
    "pyproject": (
        """
        [project]
        name = "Own_Name"
        dependencies = ["Typing_Extensions>=4", "httpx[http2] ; python_version < '4'", "own-name[all]", "member"]
        [project.optional-dependencies]
        test = ["pytest"]
        speed = ["orjson"]
        [dependency-groups]
        lint = ["ruff", {include-group = "dev"}]
        docs-site = ["mkdocs"]
        web = ["flask"]
        [tool.poetry.dependencies]
        python = "^3.9"
        numpy = "^2"
        scipy = {version = "1", optional = true}
        [tool.poetry.group.docs.dependencies]
        sphinx = "*"
        [tool.poetry.group.extra]
        optional = true
        [tool.poetry.group.extra.dependencies]
        rich = "*"
        [tool.pdm.dev-dependencies]
        any = ["tox"]
        [tool.uv]
        dev-dependencies = ["nox"]
        [tool.uv.sources]
        member = {workspace = true}
        """,
        "dev: mkdocs nox pytest ruff sphinx tox; optional: flask orjson rich scipy; "
        "runtime: httpx numpy typing-extensions",
    ),
    "requirements": (
        "# remark\n-r base.txt\nDjango>=4  # web\nnumpy==2.0 \\\n  --hash=sha256:00\ngit+https://e.org/x\n"
        "-e git+https://e.org/y.git@main#egg=My.Kit\n./local\nidna==3\n    # via\n    #   -r base.in\n    #   numpy\n"
        "urllib3==2  # via django\ncertifi==1\n    # via numpy\n    # via My_Kit\n"
        "chardet==1\n    # via own (pyproject.toml)\n",
        "runtime: chardet django idna my-kit numpy",
    ),
    "setup.py": (
        "from setuptools import setup\nBASE = ['flask>=2', 'click']\nextras = {'docs': ['sphinx'], 'fast': ['ujson']}\n"
        "setup(install_requires=BASE + ['rich'] + BASE, tests_require=['pytest'], extras_require=extras)\n",
        "dev: pytest sphinx; optional: ujson; runtime: click flask rich",
    ),
    "setup.cfg": (
        "[options]\ninstall_requires =\n  flask\n  click>=8; python_version > '3'\n[options.extras_require]\nall =\n"
        "  rich\ntesting = pytest; tox\n",
        "dev: pytest tox; optional: rich; runtime: click flask",
    ),
    "pipfile": ('[packages]\nDjango = "*"\n[dev-packages]\npytest = "*"\n', "dev: pytest; runtime: django"),
    "conda": (
        "name: x\ndependencies:\n  - python=3.11\n  - conda-forge::NumPy>=1\n  - pip:\n      - flask==2\n",
        "dev: conda:numpy flask",
    ),
    "package.json": (
        '{"dependencies": {"React": "1", "@scope/kit": "2", "own": "workspace:*", "near": "file:../near",'
        ' "alias": "npm:@real/name@^2"}, "devDependencies": {"vite": "3"}, "peerDependencies": null,'
        ' "optionalDependencies": {"fsevents": "2"}}',
        "dev: vite; optional: fsevents; runtime: @real/name @scope/kit react",
    ),
    "cargo": (
        '[dependencies]\nserde = "1"\nrenamed = {package = "tokio_util", version = "1"}\nnear = {path = "../near"}\n'
        'maybe = {version = "1", optional = true}\n[dev-dependencies]\nproptest = "1"\n[build-dependencies]\ncc = "1"\n'
        '[target."cfg(unix)".dependencies]\nlibc = "0"\n[workspace.dependencies]\nanyhow = "1"\n',
        "dev: cc proptest; optional: maybe; runtime: anyhow libc serde tokio-util",
    ),
    "go.mod": (
        "module e.org/own\ngo 1.22\nrequire e.org/one v1.0.0\nrequire (\n  e.org/two/v2 v2.0.0 // note\n"
        "  e.org/three v0.1.0 // indirect\n)\nreplace (\n  e.org/four v1.0.0 => ../four\n)\n",
        "runtime: e.org/one e.org/two",
    ),
    "pom": (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><groupId>own</groupId><dependencies><dependency>'
        "<groupId>org.x</groupId><artifactId>y</artifactId></dependency><dependency><groupId>org.t</groupId>"
        "<artifactId>t</artifactId><scope>test</scope></dependency><dependency><groupId>org.o</groupId>"
        "<artifactId>o</artifactId><optional>true</optional></dependency></dependencies></project>",
        "dev: org.t:t; optional: org.o:o; runtime: org.x:y",
    ),
    "csproj": (
        '<Project><ItemGroup><PackageReference Include="Json.Kit" Version="1" />'
        '<PackageVersion Include="Log" Version="1" /></ItemGroup></Project>',
        "runtime: json.kit log",
    ),
    "gradle": (
        "dependencies {\n  implementation 'org.x:y:1.0'\n  testImplementation(\"org.t:t:1\")\n"
        "  api platform('org.b:bom:1')\n  // implementation 'org.no:no:1'\n}\n",
        "dev: org.t:t; runtime: org.b:bom org.x:y",
    ),
    "gradle-catalog": (
        '[libraries]\na = "org.a:a:1"\nb = {module = "org.b:b", version.ref = "b"}\n'
        'c = {group = "org.c", name = "c"}\n',
        "runtime: org.a:a org.b:b org.c:c",
    ),
    "gemfile": (
        "source 'https://e.org'\ngem 'rails', '~> 7'\ngroup :development, :test do\n  gem 'rspec'\n  if windows\n"
        "    gem 'tzinfo'\n  end\nend\ngroup :test, :production do\n  gem 'both'\nend\ngem 'pry', group: :development\n"
        "gem 'pg'\ns.add_dependency 'rack'\ns.add_development_dependency 'yard'\n",
        "dev: pry rspec tzinfo yard; runtime: both pg rack rails",
    ),
    "composer": (
        '{"require": {"php": "^8", "ext-json": "*", "Acme/Kit": "1"}, "require-dev": {"t/t": "1"},'
        ' "suggest": {"s/s": "x"}}',
        "dev: t/t; optional: s/s; runtime: acme/kit",
    ),
    "mix": (
        'defp deps do\n  [{:phoenix, "~> 1.7"},\n   {:credo, "~> 1", only: [:dev, :test]},\n   # {:no, "1"},\n'
        '   {:both, "1", only: [:prod, :dev]}]\nend\n',
        "dev: credo; runtime: both phoenix",
    ),
    "prisma": (
        'datasource db {\n  provider = "postgresql"\n  url = env("URL")\n}\n'
        'generator c {\n  provider = "prisma-client"\n}\n',
        "runtime: postgresql",
    ),
    "compose": (
        "x-base: &base\n  image: docker.io/library/Redis:7@sha256:00\nservices:\n  cache:\n    <<: *base\n"
        "  db:\n    image: ${DB:-quay.io/acme/postgres}:${TAG}\n  extra:\n    image: qdrant/qdrant\n    profiles: [q]\n"
        "  own:\n    build: .\n  unknown:\n    image: ${IMAGE}\n",
        "optional: qdrant/qdrant; runtime: acme/postgres redis",
    ),
    "dockerfile": (
        "ARG BASE=python:3.12\nFROM --platform=linux/amd64 ${BASE} AS build\nFROM scratch\nFROM node:22 as web\n"
        "FROM build\nFROM Web\n",
        "runtime: node python",
    ),
    "helm-values": (
        "api:\n  image:\n    repository: ghcr.io/acme/api\n    tag: 1\nhook:\n  image: busybox:1\n"
        "other:\n  repository: x/y\n",
        "runtime: acme/api busybox",
    ),
    "helm-chart": (
        "dependencies:\n  - name: postgresql\n    repository: oci://e.org/charts\n"
        "  - name: own\n    repository: file://own\n",
        "runtime: postgresql",
    ),
}  # fmt: skip
"""Kind -> a text and what it declares, by scope; conda's own packages with their ecosystem."""


def declared_by_scope(kind: str, content: bytes) -> str:
    scopes: dict[str, set[str]] = {}
    for row in parse_manifest(kind, content):
        scopes.setdefault(row.scope, set()).add(f"conda:{row.package}" if row.ecosystem == "conda" else row.package)
    return "; ".join(f"{scope}: {' '.join(sorted(packages))}" for scope, packages in sorted(scopes.items()))


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_declares_packages_by_scope(kind):
    text, wanted = CASES[kind]
    assert declared_by_scope(kind, text.encode()) == wanted


PITFALLS = [
    ("requirements", "flask\t# web\npika\t--hash=sha256:00\nredis # via celery\ncelery\n",
     "runtime: celery flask pika redis"),
    ("requirements", "a==1\n    # via b\nb==1\n    # via a\nc[x]==1\n    # via app\nd==1\n    # via c[x]\n",
     "runtime: a b c"),
    ("requirements", "a==1  # via -r base.in\nb==1  # via a, c\nc==1  # via a\n", "runtime: a"),
    ("requirements", "wheel\nSee the manual for more.\nIt needs a compiler too.\n", ""),
    ("setup.py", "R: list[str] = ['a']\nR += ['b']\nR = R + ['c']\nR.append('d')\nE = dict(f=['g'])\nE['h'] = ['i']\n"
     "K = {'extras_require': {**E, 'test': ['j']}}\nif x:\n  K['install_requires'] = R\n"
     "def main():\n  setup(**K)\n", "dev: j; optional: g i; runtime: a b c d"),
    ("setup.py", "def find(): return ['a']\nsetup(install_requires=find() + [r for r in 'b c'.split()])",
     "runtime: a b c"),
    ("setup.cfg", "[options]\ninstall_requires =\n  a # one\n  # no\n  b\n", "runtime: a b"),
    ("pyproject", "[tool.poetry.dependencies]\nPython='3'\na='1'\nb={path='../b'}\n[project.optional-dependencies]\n"
     "Dev=['c']\n", "dev: c; runtime: a"),
    ("pipfile", "[packages]\na='*'\nown={path='.', editable=true}\n", "runtime: a"),
    ("package.json", '{"dependencies": {"a": "../a", "b": "./b", "c": "1"}}', "runtime: c"),
    ("go.mod", "require a.org/a v1 // avoids an indirection\nrequire a.org/b v1 // indirect; why\n",
     "runtime: a.org/a"),
    ("cargo", '[workspace.dependencies]\nkv={package="redis", version="1"}\n[dependencies]\nkv={workspace=true}\n',
     "runtime: redis"),
    ("pom", "<project><groupId>own</groupId><properties><g>org.x</g></properties><dependencyManagement><dependencies>"
     "<dependency><groupId>m</groupId><artifactId>only</artifactId></dependency><dependency><groupId>org.x</groupId>"
     "<artifactId>t</artifactId><scope>test</scope></dependency></dependencies></dependencyManagement><dependencies>"
     "<dependency><groupId>${g}</groupId><artifactId>a</artifactId></dependency><dependency><groupId>org.x</groupId>"
     "<artifactId>t</artifactId></dependency></dependencies><build><plugins><plugin><dependencies><dependency>"
     "<groupId>b</groupId><artifactId>p</artifactId></dependency></dependencies></plugin></plugins></build></project>",
     "dev: b:p org.x:t; runtime: org.x:a"),
    ("csproj", '<Project><ItemGroup><PackageReference Include="A; B" /><PackageReference Include="$(C)" /></ItemGroup>'
     "</Project>", "runtime: a b"),
    ("gradle", "/* implementation 'no:a:1' */\ndependencies {\n  api 'a.b:c' // api 'no:b:1'\n"
     "  api group: 'g', name: 'n'\n"
     "  implementation(group = \"k\", name = \"m\")\n  implementation(\"o.p\", \"q\", libs.versions.q.get())\n"
     "  implementation(\n    \"r:s:${libs.versions[\"s\"]}\"\n  )\n  runtimeOnly 't:u:1', 'v:w:1'\n"
     "  constraints {\n    api 'no:c:1'\n  }\n  testImplementation 'x:y:1'\n}\nimage 'postgres:16'\n"
     "description = \"implementation 'no:d:1'\"\n", "dev: x:y; runtime: a.b:c g:n k:m o.p:q r:s t:u v:w"),
    ("gemfile", "=begin\ngem 'no'\n=end\ngroup :development do\n  gem 'a'\n  x = case y\n  when 1 then 2\n  end\n"
     "  gem 'b' if z\n  %w[q].each do |n|\n    puts n\n  end\n  gem 'c'\nend\ngem 'd', group: [:development, :test]\n"
     "gem 'e', groups: %i[test]\ngem 'f',\n  :group => :test\ngroup(:test) { gem 'g' }\ngem 'h' # group: :test\n"
     "text = <<~END_TEXT\n  gem 'no'\nEND_TEXT\ngem 'i', require: false\n", "dev: a b c d e f g; runtime: h i"),
    ("mix", "{:a, \"~> 1\", opts: %{x: 1}} # {:no, \"1\"}\n{:b, github: \"x/y\", only: :test}\n{:ok, x} = f()\n"
     "{:c, \">= 0\", only: ~w(dev)a}\n{:d, in_umbrella: true}\n{:e, \"1\", optional: true}\n{:error, \"none\"}\n",
     "dev: b c; optional: e; runtime: a"),
    ("prisma", "/* datasource x { provider = \"no\" } */\ndatasource db {\n  url = env(\"{A}\") // }\n"
     "  provider = [\"mysql\"]\n}\n", "runtime: mysql"),
    ("compose", "db:\n  image: postgres:9\nweb:\n  build: .\nx-old:\n  image: no\n", "runtime: postgres"),
    ("compose", "x: &s\n  db: {image: mongo}\nservices:\n  <<: *s\n  a: {extends: {service: db}}\n"
     "  b: {extends: c}\n  c: {extends: b}\n  d:\n    image: ${A:-redis:${B:-7}}\n    profiles: [p]\n",
     "optional: redis; runtime: mongo"),
    ("dockerfile", "# escape=`\nARG B=a:1 C='b'\nRUN x `\n# from no\n\nfrom no\nFROM ${B} AS ${C}\nFROM b\nARG D=no\n"
     "FROM $D\nFROM base-$TARGETARCH\nRUN cat <<EOF > x && cat <<-'END'\nFROM no\nEOF\nFROM no\n\tEND\nFROM cc\n",
     "runtime: cc"),
    ("helm-values", "a:\n  repository: https://e.org/x.git\n  tag: y\nb:\n  image: -slim\n", ""),
]  # fmt: skip
"""Texts that a careless reader reads wrongly, by kind."""


@pytest.mark.parametrize(("kind", "text", "wanted"), PITFALLS)
def test_what_is_no_declaration_and_what_is_one_in_another_form(kind, text, wanted):
    assert declared_by_scope(kind, text.encode()) == wanted


def test_every_kind_has_a_name_a_parser_and_a_case():
    assert {kind for kind, _ in KINDS_BY_NAME} == set(PARSERS) == set(CASES)


@pytest.mark.parametrize("kind", CASES)
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(kind, text):
    try:
        rows = parse_manifest(kind, text.encode("utf-8", "surrogatepass"))
    except UnreadableManifest:
        return
    assert all(row.ecosystem and row.package and row.scope for row in rows)


@pytest.mark.parametrize("kind", CASES)
def test_every_beginning_of_a_file_is_read_or_refused(kind):
    text = CASES[kind][0]
    ecosystems = {row.ecosystem for row in parse_manifest(kind, text.encode())}
    for end in range(0, len(text), 7):
        try:
            rows = parse_manifest(kind, text[:end].encode())
        except UnreadableManifest:
            continue
        assert {row.ecosystem for row in rows} <= ecosystems


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {image: x/y}\n" + "".join(
    f"{new}: &{new}\n  <<: [{', '.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "package.json": ["[" * 250_000, '{"dependencies":' * 60_000, '{"dependencies": {"' + "a" * 400_000 + '": "1"}}'],
    "pyproject": [".".join(["a"] * 120_000) + " = 1", "x = " + "[" * 200_000, "[" + ".".join(["a"] * 90_000) + "]"],
    "requirements": ["a" + " " * 500_000 + "b", "a;" + "(" * 300_000, "x[" + "a," * 200_000 + "]", "#egg=" * 100_000],
    "setup.py": ["setup(install_requires=" + "(" * 60_000, "x=" + "-" * 100_000 + "1", "x=" + "1+" * 60_000 + "1",
                 "setup(install_requires=a)\na=a+a\n" + "b=" + "f(" * 60_000],
    "setup.cfg": ["[options]\na" + " " * 500_000 + "b", "a" * 500_000, "[options]\n" + " x\n" * 160_000],
    "conda": [BOMB, "[" * 400_000, "{a: " * 100_000],
    "compose": ["services:\n" + "".join(f"  a{at}: {{extends: a{at + 1}}}\n" for at in range(5_000)),
                "services: " + "{a: " * 100_000, f"{BOMB}services: *i\n", f"{MERGES}services: {{one: *i}}\n",
                "&a [*a]", "services: &s\n  one: *s\n", "- " * 200_000, "? " * 200_000],
    "helm-values": [BOMB, "a: &a\n  b: *a\n  image: x/y\n", "image: " + "$" * 400_000, "image: " + "${" * 200_000],
    "helm-chart": ["dependencies: &d [*d]"],
    "dockerfile": ["ARG A=aaaaaaaaaa\n" + "ARG A=$A$A$A$A\n" * 5000 + "FROM $A\n", "FROM " + "--x " * 100_000 + "y",
                   "FROM" + " " * 500_000 + "x"],
    "pom": ['<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p>&b;</p>', "<a>" * 150_000,
            "<a>" * 60_000 + "</a>" * 60_000],
    "csproj": ['<!ENTITY a "aaaa"><Project/>'],
    "go.mod": ["require (\n" * 50_000, "require " + "a" * 500_000, "require " + " " * 500_000],
    "cargo": ["[dependencies]\n" + "a" * 500_000, "[dependencies." + "a." * 200_000 + "b]"],
    "gradle": ['"${' * 150_000, "dependencies { api " + "'a:b'," * 25_000,
               "implementation" + " " * 500_000 + "'", "a " * 250_000, "a('" * 170_000, "a'b:" + "c" * 500_000],
    "gradle-catalog": ["libraries = " + "{a = " * 50_000],
    "gemfile": ["%w[" * 150_000, '"\\"' * 150_000, "gem 'a', " + "group: [" * 20_000, "<<~A\n" * 90_000,
                "do " * 170_000, "gem 'a', group: " + "[" * 400_000, "group :test do\n" * 30_000],
    "composer": ["[" * 500_000],
    "mix": ["{:a," * 120_000, "{:a, only: [" * 40_000],
    "prisma": ["datasource x {" * 36_000, " " * 500_000, "datasource x { provider = [" * 19_000],
    "pipfile": ["[packages]\n" + "a." * 250_000 + "b = 1"],
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_read_or_refused_in_no_time(kind):
    for text in HOSTILE[kind]:
        started = time.process_time()
        try:
            rows = parse_manifest(kind, text.encode()[:LARGEST_MANIFEST])
        except UnreadableManifest:
            rows = frozenset()
        assert time.process_time() - started < 5, text[:40]
        assert len(rows) <= 2, text[:40]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"\xef\xbb\xbfflask\r\nrich\r\n", "runtime: flask rich"),
        ("flask\nrich\n".encode("utf-16"), "runtime: flask rich"),
        (b"flask  # caf\xe9\n", "runtime: flask"),
        (b"flask\rrich", "runtime: flask rich"),
    ],
)
def test_encodings(content, wanted):
    assert declared_by_scope("requirements", content) == wanted


@pytest.mark.parametrize("content", [b"fl\0ask", "flask".encode("utf-32"), b"x" * (LARGEST_MANIFEST + 1)])
def test_binary_and_large_contents_are_refused(content):
    with pytest.raises(UnreadableManifest):
        parse_manifest("requirements", content)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements/base.txt", "requirements"), ("api/requirements-dev.in", "requirements"),
        ("requirements/x/y.pip", "requirements"), ("docs/notes.txt", None), ("my-requirements.md", None),
        ("environment-gpu.yaml", "conda"), ("a/b/c/d/e/package.json", "package.json"), ("package-lock.json", None),
        ("docker-compose.override.yml", "compose"), ("compose.yaml", "compose"), ("web.Dockerfile", "dockerfile"),
        ("Dockerfile.gpu", "dockerfile"), ("deploy/values-prod.yaml", "helm-values"), ("App.csproj", "csproj"),
        ("poetry.lock", None), ("setup.pyc", None), ("requirements/LICENSE.txt", None),
        ("requirements-constraints.txt", None), ("Dockerfile.dockerignore", None), ("web.dockerfile", "dockerfile"),
        ("App.fsproj", "csproj"), ("Directory.Packages.props", "csproj"), ("gems.rb", "gemfile"),
    ],
)  # fmt: skip
def test_which_files_are_manifests(path, kind):
    assert find_kind(path) == kind


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("package.json", "own"), ("apps/web/package.json", "own"), ("Examples/x/package.json", "example"),
        ("scripts/package.json", "dev"), ("scripts/tests/package.json", "example"),
        ("docs/node_modules/x/package.json", "ignored"), ("tests", "own"),
    ],
)  # fmt: skip
def test_whose_needs_a_folder_speaks_of(path, place):
    assert find_place(path) == place


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("package.json", ("runtime", "optional", "dev")),
        ("examples/package.json", ("example", "example", "example")),
        ("tools/package.json", ("dev", "dev", "dev")),
        ("requirements/test.txt", ("dev", "optional", "dev")),
        ("compose.override.yml", ("dev", "optional", "dev")),
        ("dev.Dockerfile", ("dev", "optional", "dev")),
        ("override.Dockerfile", ("runtime", "optional", "dev")),
        ("latest/package.json", ("runtime", "optional", "dev")),
    ],
)
def test_the_path_changes_the_scope(path, scopes):
    assert tuple(map(scope_of_path(path), ("runtime", "optional", "dev"))) == scopes
