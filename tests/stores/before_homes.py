"""The database of a receiver as it was when it served one home, made by its own statements, with rows in each table."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from indieweb.model.mention import mention_key
from indieweb.stores.database import Database

STATEMENTS = Path(__file__).with_name("before_homes.sql")
#: What stands in the database only as a digest.
TOKEN, SESSION = "a token of the owner's", "a session of the owner's"
TARGET = "https://home.net/2026/11/hello/"
#: When all of it was done; until when a session of the owner's holds.
NOW, LATER = 1_794_000_000.0, 4_000_000_000.0
_SAID = {"type": "entry", "wm-property": "like-of"}
#: Mentions by the hosts of their sources: their numbers in the inbox.
NUMBERS = {"due": 1, "waiting": 2, "approved": 3, "rejected": 4, "gone": 5, "discarded": 6, "aside": 7}
_STATES: dict[str, dict[str, Any]] = {
    "due": {"status": "received", "next_try": NOW},
    "waiting": {"status": "verified", "verified": NOW, "pending": json.dumps(_SAID)},
    "approved": {"status": "approved", "verified": NOW, "approved": json.dumps(_SAID), "change_number": 2},
    "rejected": {"status": "rejected", "verified": NOW, "pending": json.dumps(_SAID)},
    "gone": {"status": "gone", "verified": NOW, "change_number": 3},
    "discarded": {"status": "gone", "source": "", "target": "", "host": "", "page": "", "change_number": 4},
    "aside": {"status": "verified", "verified": NOW, "pending": json.dumps(_SAID)},
}


def source(name: str) -> str:
    return f"https://{name}.net/"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def mention(name: str) -> dict[str, Any]:
    """A row of ``mentions`` as it was."""
    row: dict[str, Any] = {
        **{"id": NUMBERS[name], "key": mention_key(source(name), TARGET), "status_id": digest(name)[:32]},
        **{"source": source(name), "target": TARGET, "host": f"{name}.net", "page": TARGET, "reason": ""},
        **{"received": NOW, "arrived": NOW, "tries": 0, "kills": 0},
        **dict.fromkeys(("verified", "next_try", "lease", "lease_until", "approved", "pending", "undo")),
        "change_number": None,
    }
    return row | _STATES[name]


def make_before_homes(database: Database) -> None:
    """Make the tables, and a row or more in each."""
    says = {"id": "INTEGER NOT NULL", "hash": ""} if database.embedded else {"id": "BIGSERIAL", "hash": "USING hash"}
    with database.writing() as connection:
        for statement in STATEMENTS.read_text().split(";\n"):
            lines = [line for line in statement.splitlines() if not line.startswith("--")]
            if any(lines):
                connection.exec_driver_sql("\n".join(lines).format(**says))
        for table, row in _rows():
            _insert(connection, table, row)
        if not database.embedded:  # which counts what it numbers itself
            for name in ("mentions", "tokens"):
                connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', 10)")


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def _rows() -> list[tuple[str, dict[str, Any]]]:
    aside = mention("aside")
    put = {"decision": "b" * 16, "mention": NUMBERS["aside"]}
    kept = json.dumps(aside | {"pending": _SAID})
    run = json.dumps({"told": 4, "aim": 4, "began": NOW, "until": 0.0, "tries": 1, "name": "x"})
    facts = {"identity": "0123456789abcdef", "decisions-kept": "1", "on-approved": run, "cleared-by": "mark"}
    decided = {"approved": 1, "rejected": 0}
    return [
        *(("mentions", mention(name)) for name in NUMBERS if name != "aside"),
        *(("hosts", {"host": f"{name}.net", "served": NOW}) for name in ("due", "waiting", "approved")),
        *(("counters", {"name": name, "value": value}) for name, value in (("changes", 4), ("blocks", 1))),
        *(("changes", {"number": number, "moment": NOW}) for number in range(1, 5)),
        *(("facts", {"name": name, "value": value}) for name, value in facts.items()),
        *(
            ("decided", {"mention": NUMBERS[name], "place": f"{name}.net", "approved": said, "moment": NOW})
            for name, said in decided.items()
        ),
        ("along", {"key": mention_key(source("due"), TARGET), "protocol": "pingback", "vouch": ""}),
        ("erased", {"digest": digest("erased")}),
        ("lists", {"name": "blocklist.txt", "digest": digest("list"), "text": "bad.net\n"}),
        ("blocks", {"number": 1, "rule": "aside.net", "blocked": 1, "written": 0}),
        ("decisions", {"id": "a" * 16, "action": "reject", "host": "rejected.net", "source": "", "made": LATER}),
        ("decisions", {"id": "b" * 16, "action": "block", "host": "aside.net", "source": "", "made": LATER}),
        ("journal", {"decision": "a" * 16, "mention": NUMBERS["rejected"]}),
        ("aside", {**put, "row": kept, "place": None, "approved": None, "moment": None}),
        ("sign_ins", {"digest": digest(SESSION), "purpose": "session", "until": LATER}),
        ("tokens", {"id": 1, "digest": digest(TOKEN), "made": NOW}),
    ]
