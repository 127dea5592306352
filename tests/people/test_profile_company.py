"""The company field of profiles: hand-labelled texts, then properties that must always hold."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.people.company_vocabulary import normalise_company_name
from ecotone.people.organisation_registry import bundled_organisations, classify_domain
from ecotone.people.profile_company import canonical_organisation_name, parse_profile_company

HOLDER = ("jo-example", "Jo Example")
DATA = tomllib.loads(resources.files("ecotone.people").joinpath("data/companies.toml").read_text(encoding="utf-8"))

# text, organisation, rule
TEXTS: tuple[tuple[str, str | None, str], ...] = (
    # one known name, however it is written
    ("Red Hat", "Red Hat", "a known name"),
    ("Red Hat, Inc.", "Red Hat", "a known name"),
    ("red hat inc", "Red Hat", "a known name"),
    ("RedHat", "Red Hat", "a known name"),
    ("Google LLC", "Google", "a known name"),
    ("NVIDIA Corporation", "NVIDIA", "a known name"),
    ("Bosch GmbH", "Bosch", "a known name"),
    ("SAP SE", "SAP", "a known name"),
    ("SAP Deutschland SE & Co. KG", "SAP", "a part of a known name"),
    ("Huawei Technologies Co., Ltd.", "Huawei", "a part of a known name"),
    ("Google Cloud", "Google", "a part of a known name"),
    ("Samsung Electronics Co., Ltd.", "Samsung", "a part of a known name"),
    ("Amazon Web Services (AWS)", "Amazon", "a known name"),
    ("AT&T", "AT&T", "a known name"),
    ("Johnson & Johnson", "Johnson & Johnson", "a known name"),
    ("Weights and Biases", "Weights & Biases", "a known name"),
    ("Telefonica", "Telefónica", "a known name"),
    ("🤗 Hugging Face", "Hugging Face", "a known name"),
    ("字节跳动", "ByteDance", "a known name"),
    ("阿里巴巴集团", "Alibaba", "a part of a known name"),
    ("株式会社メルカリ", "Mercari", "a known name"),
    ("카카오", "Kakao", "a known name"),
    # accounts and sites
    ("@redhat", "Red Hat", "a GitHub organisation"),
    ("@googlecloudplatform", "Google", "a GitHub organisation"),
    ("@langchain-ai", "LangChain", "a GitHub organisation"),
    ("Senior Engineer @Microsoft", "Microsoft", "a GitHub organisation"),
    ("@kubernetes @redhat", "Red Hat", "a GitHub organisation"),
    ("https://www.elastic.co", "Elastic", "a site"),
    ("jo@ibm.com", "IBM", "a site"),
    # roles
    ("Software Engineer at Databricks", "Databricks", "a known name"),
    ("SWE @ Stripe", "Stripe", "a known name"),
    ("Co-founder & CEO at LangChain", "LangChain", "a known name"),
    ("Intern at NVIDIA", "NVIDIA", "a known name"),
    ("Student at Stanford University", "Stanford University", "a known name"),
    ("PhD student @ ETH Zurich", "ETH Zurich", "a known name"),
    ("Tsinghua University student", "Tsinghua University", "a known name"),
    ("北京大学 学生", "Peking University", "a known name"),
    ("Universitat de Lleida", "Universitat de Lleida", "a school's name"),
    # several, of which one counts
    ("Google, Women in AI, SomeMeetup", "Google", "a known name"),
    ("ex-Google, now @openai", "OpenAI", "a GitHub organisation"),
    ("Formerly @facebook, currently @anthropics", "Anthropic", "a GitHub organisation"),
    ("@github @microsoft", "GitHub", "a GitHub organisation"),
    ("Instagram @ Meta", "Instagram", "a known name"),
    ("Apache Software Foundation, Cloudera", "Cloudera", "a known name"),
    ("Tencent, Shenzhen, China", "Tencent", "a known name"),
    # not in any list, but with a legal form
    ("Muster & Söhne GmbH", "Muster & Söhne", "a name with a legal form"),
    ("Blue Heron Software LLC", "Blue Heron Software", "a name with a legal form"),
    ("株式会社フーバー", "フーバー", "a name with a legal form"),
    # common words: only with further evidence
    ("Box, Inc.", "Box", "a known name"),
    ("@box", "Box", "a GitHub organisation"),
    ("HERE", "HERE", "a known name"),
    ("Box", None, "unknown name"),
    ("here", None, "unknown name"),
    ("Target", None, "unknown name"),
    # no employer
    ("", None, "empty"),
    ("  - ", None, "empty"),
    ("N/A", None, "says that there is no employer"),
    ("none", None, "says that there is no employer"),
    ("freelance", None, "says that there is no employer"),
    ("Self-employed", None, "says that there is no employer"),
    ("Freelance Web Developer", None, "says that there is no employer"),
    ("Independent", None, "says that there is no employer"),
    ("Student", None, "says that there is no employer"),
    ("Looking for a job", None, "says that there is no employer"),
    ("@home", None, "says that there is no employer"),
    ("Earth", None, "says that there is no employer"),
    ("独立开发者", None, "says that there is no employer"),
    ("フリーランス", None, "says that there is no employer"),
    # fictional companies, templates, the own name
    ("Umbrella Corporation", None, "fictional company"),
    ("ACME Inc.", None, "fictional company"),
    ("上海某某信息科技有限公司", None, "fictional company"),
    ("Jo Example LLC", None, "the holder's own name"),
    # no present employment
    ("Ex-Meta", None, "past employer"),
    ("retired from IBM", None, "past employer"),
    ("前字节跳动", None, "past employer"),
    ("Stanford University alumni", None, "past employer"),
    ("Google / Meta", None, "several organisations"),
    ("Stanford / Google", None, "several organisations"),
    ("Google → Meta", None, "several organisations"),
    ("Contractor at Google", None, "role without employment"),
    ("Google (contractor)", None, "role without employment"),
    ("volunteer at Mozilla", None, "role without employment"),
    ("Google Developer Expert", None, "unknown name"),
    ("Microsoft MVP", None, "unknown name"),
    ("Student at Life", None, "student of an unknown university"),
    ("@apache", None, "a community"),
    ("Linux Foundation", None, "a community"),
    ("@some-account-of-nobody", None, "unknown GitHub account"),
    ("gmail.com", None, "unknown site"),
    ("jo@gmail.com", None, "unknown site"),
    ("深圳市腾讯计算机系统有限公司", "Tencent", "a Chinese legal name"),
    ("Some Shop Nobody Lists", None, "unknown name"),
)


def test_there_are_enough() -> None:
    assert len({text for text, _, _ in TEXTS}) >= 60


@pytest.mark.parametrize(("text", "organisation", "rule"), TEXTS)
def test_a_text_read_by_hand(text: str, organisation: str | None, rule: str) -> None:
    match = parse_profile_company(text, HOLDER)
    assert (match.organisation, match.rule) == (organisation, rule)
    assert (match.kind is None) == (organisation is None)


def test_organisations_of_the_landscape_are_known_too() -> None:
    assert parse_profile_company("Some Shop Nobody Lists").organisation is None
    also = {"Some Shop Nobody Lists": "company", "Small Lab": "lab"}
    assert parse_profile_company("some shop nobody lists", (), also).organisation == "Some Shop Nobody Lists"
    assert parse_profile_company("@small-lab", (), also).kind == "lab"


def test_only_who_says_so_says_that_there_is_no_employer() -> None:
    assert parse_profile_company("freelance").states_no_employer
    assert not parse_profile_company("").states_no_employer
    assert not parse_profile_company("Some Shop Nobody Lists").states_no_employer


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_and_the_answer_is_whole(text: str) -> None:
    match = parse_profile_company(text, HOLDER)
    assert (match.organisation is None) == (match.kind is None)
    assert match.organisation is None or normalise_company_name(match.organisation)
    assert match == parse_profile_company(text, HOLDER)


nobody = st.sampled_from(
    [*DATA["no_employer"], *DATA["fictional"], "gmail.com", "jo@outlook.com", "@home", "qq.com", "163.com"]
)
glue = st.sampled_from([", ", " / ", " | ", "; ", " & ", " and ", " - "])


@given(st.lists(st.tuples(nobody, glue), min_size=1, max_size=4), st.sampled_from(["", " Inc.", " GmbH", ", LLC"]))
@settings(max_examples=400, deadline=None)
def test_nobody_and_free_mail_are_no_organisation(parts: list[tuple[str, str]], form: str) -> None:
    text = "".join(part + mark for part, mark in parts[:-1]) + parts[-1][0] + form
    assert parse_profile_company(text).organisation is None


names = st.sampled_from([entry.name for entry in bundled_organisations()])


@given(names, st.sampled_from(["freelance at {}", "ex-{}", "volunteer at {}", "{}, contractor", "alumni of {}"]))
@settings(max_examples=200, deadline=None)
def test_a_known_name_alone_is_not_enough(name: str, frame: str) -> None:
    assert parse_profile_company(frame.format(name)).organisation is None


def test_the_words_name_organisations_that_there_are() -> None:
    known = {entry.name for entry in bundled_organisations()}
    assert [row["name"] for row in DATA["alias"] if row["name"] not in known] == []
    written = known | {text for row in DATA["alias"] for text in row["texts"]}
    assert [word for word in DATA["common_words"] if word not in written] == []
    handles = [handle.casefold() for row in DATA["alias"] for handle in row["handles"]]
    assert len(handles) == len(set(handles))


def test_free_mail_is_no_known_name() -> None:
    assert [row["name"] for row in DATA["alias"] if classify_domain(row["name"].casefold()) == "free_mail"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IBM India Private Limited", "IBM"),
        ("Intel Corporation (UK) Ltd", "Intel"),
        ("Hitachi, Ltd.", "Hitachi"),
        ("株式会社日立製作所", "Hitachi"),
        ("Stanford University, Department of Computer Science", "Stanford University"),
        ("Amazon.com", "Amazon"),
        ("百度在线网络技术（北京）有限公司", "Baidu"),
        ("北京小米移动软件有限公司", "Xiaomi"),
        ("京东科技控股股份有限公司", "JD.com"),
        ("阿里巴巴（中国）有限公司", "Alibaba"),
        ("上海苹果科技有限公司", "上海苹果科技有限公司"),  # an ordinary word
        ("北京无名小店科技有限公司", "北京无名小店科技有限公司"),
        ("腾讯科技（无名）有限公司", "腾讯科技（无名）有限公司"),  # no place
        ("Sky Blue Systems Inc", "Sky Blue Systems Inc"),
        ("Target Labs Research", "Target Labs Research"),
    ],
)
def test_one_name_for_an_organisation_however_a_file_writes_it(text: str, name: str) -> None:
    assert canonical_organisation_name(text) == name
