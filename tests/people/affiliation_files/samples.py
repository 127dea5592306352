"""One small file in canonical form for each format; every person in them is invented."""

from __future__ import annotations

from typing import Final

GITDM: Final = """\
person1: person1!users.noreply.github.com, person1!acme.example
\tIndependent until 2019-03-01
\tAcme Inc. from 2019-03-01 until 2022-06-01
\tGlobex LLC from 2022-06-01
person2*: person2!example.org
\tNotFound
Person Three: person3!example.org
\tInitech
"""

GITDM_MAP: Final = """\
acme.example Acme Inc. < 2020-01-01
acme.example Globex LLC
nowhere.example (Unknown)
person1!acme.example Independent < 2019-03-01
person1!acme.example Acme Inc. < 2022-06-01
person1!acme.example Globex LLC
person2!example.org NotFound
"""

GITHUB_USERS: Final = """\
[
{"login": "person1", "email": "person1!acme.example", "affiliation": "Independent < 2019-03-01, Acme < 2022-06-01, B"},
{"login": "person1", "email": "person1!example.org", "affiliation": "Independent < 2019-03-01, Acme < 2022-06-01, B"},
{"login": "person2", "email": "person2!example.org", "affiliation": null, "name": "Person Two"},
{"login": "person3", "email": "person3!example.org", "affiliation": "(Unknown)"}
]
"""

SORTINGHAT: Final = """\
{
  "time": "2026-01-01 00:00:00",
  "blacklist": ["root@localhost"],
  "organizations": {
    "Acme": [{"domain": "acme.example", "is_top": true}, {"domain": "lab.acme.example", "is_top": false}],
    "Empty": []
  },
  "uidentities": {
    "03e1": {
      "uuid": "03e1",
      "profile": {"uuid": "03e1", "name": "Person 1", "email": "person1@acme.example", "is_bot": false},
      "identities": [
        {"id": "03e1", "uuid": "03e1", "source": "git", "name": "Person 1", "email": "person1@acme.example"},
        {"id": "03e2", "uuid": "03e1", "source": "github", "name": null, "email": null, "username": "person1"}
      ],
      "enrollments": [
        {"uuid": "03e1", "organization": "Acme", "start": "2019-03-01T00:00:00", "end": "2100-01-01T00:00:00"}
      ]
    }
  }
}
"""

ORGANISATIONS: Final = """\
{
  "organizations": {
    "Acme": [
      {
        "domain": "acme.example",
        "is_top": true
      }
    ],
    "Empty": []
  }
}
"""

IDENTITIES: Final = """\
- profile:
    name: Person 1
    is_bot: false
  enrollments:
  - organization: Acme
    start: 2019-03-01
    end: 2022-06-01
  - organization: 'NO'
    start: 2022-06-01
  email:
  - person1@acme.example
  github:
  - person1
- profile:
    name: Robot
    is_bot: true
  email:
  - robot@example.org
"""

OPENDIGGER: Final = """\
name: Acme
name_zh: 顶点公司
type: Company
data:
  labels:
  - :companies/acme/engine
  - wheel
  platforms:
  - name: GitHub
    type: Code Hosting
    orgs:
    - id: 1
      name: acme
    repos:
    - id: 2
      name: other/engine
---
name: Bot
type: Bot
data:
  platforms:
  - name: GitHub
    type: Code Hosting
    users:
    - name: robot[bot]
"""

CSV: Final = """\
account,organisation,since,until
person1,"Acme, Inc.",2019-03-01,2022-06-01
person1,Independent,2022-06-01,
person2@example.org,Globex,,
"""

# format -> the file's name, its text
SAMPLES: Final = {
    "gitdm": ("developers_affiliations1.txt", GITDM),
    "gitdm-map": ("email-map", GITDM_MAP),
    "github-users": ("github_users.json", GITHUB_USERS),
    "sortinghat": ("sortinghat.json", SORTINGHAT),
    "grimoirelab-organisations": ("organizations.json", ORGANISATIONS),
    "grimoirelab-identities": ("identities.yml", IDENTITIES),
    "opendigger": ("acme.yml", OPENDIGGER),
    "csv": ("people.csv", CSV),
}
# SortingHat's ids and the notes on a person are regenerated
SAME_BYTES: Final = tuple(name for name in SAMPLES if name != "sortinghat")
