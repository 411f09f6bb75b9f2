#!/usr/bin/python3
"""Every operation of the served contract, as every role, on every kind of organisation: exactly what tests/access_matrix.yaml
says. And what a reader must not see stands in no body, no total and no error.

Twice: with empty bodies, where whoever gets past the door is told what is missing (422) and nothing is changed on the way; and
with requests that are right, where whoever may gets 2xx and everybody else 403 or 404.

UTSYN_MATRIX_DATABASE=postgresql asks the other database."""

from __future__ import annotations

import http.client
import json
import os
import unittest
import urllib.parse

import yaml

from house import ROOT, measure, portfolio
from service import PASSWORD, Client, Service
from valid_requests import Things, ValidRequest

DATABASE = os.environ.get("UTSYN_MATRIX_DATABASE", "sqlite")
TABLE = yaml.safe_load((ROOT / "tests" / "access_matrix.yaml").read_text())
ROLES, ROWS = TABLE["roles"], TABLE["rows"]
DETAILS = ["none", "score", "findings", "evidence"]
NOBODY_HAS = "a" * 26

# What each user of the test is to each organisation: how much it sees, and whether it may act.
TENANTS = {
    "eget": ("evidence", True),  # its own
    "poeng": ("score", False),
    "funn": ("findings", False),
    "bevis": ("evidence", False),
    "handling": ("findings", True),  # granted to act
    "skjult-42": ("none", False),
}
# Words that stand for an organisation and for nothing else in the lab.
HIDDEN = ("skjult-42", "Skjultby", "steinlia")
BENEATH_SCORE = ("portal.nordsky.example",)
# Home's own doings: whom it buys from, and that it did so.
TOLD = {("listSuppliers", "eget"), ("getSuppliersTable", "eget"), ("listAudit", None), ("exportAudit", None), ("getAuditTable", None)}
# Where a portfolio says how many organisations it looked at, and how much of an organisation must be seen to be among them.
COUNTS = {
    "/figures": ("score", lambda answer: [answer["members"], answer["figures"]["rated"] + answer["figures"]["unrated"], sum(answer["figures"]["grades"].values())]),
    "/breakdown?by=kind": ("score", lambda answer: [answer["total"]["members"], sum(cell["members"] for cell in answer["cells"])]),
    "/concentration?kind=supplier": ("score", lambda answer: [answer["members"]]),
    "/concentration?kind=host": ("findings", lambda answer: [answer["members"]]),
    "/issues": ("findings", lambda answer: [answer["measured"]]),
    "/actions": ("findings", lambda answer: [answer["members"]]),
    "/movers": ("score", lambda answer: [len(answer["worst"])]),
}
ACTING = ("follow_up", "approve", "manage_footprint", "manage_suppliers")


def outcome(answer) -> str:
    """What the door said: past, login (401), forbidden, hidden (404 of the organisation)."""
    if answer.status < 400:
        return "past"
    problem = answer.json
    kind = problem["type"].rsplit(":", 1)[1]
    if kind in ("login-needed", "forbidden"):
        return {"login-needed": "login"}.get(kind, kind)
    if kind == "not-found" and "no such organisation" in problem["detail"]:
        return "hidden"
    return "past"


def expected(row: dict, role: str, tenant: str | None) -> str:
    if row["permission"] in ("open", "session"):
        return "past"
    rights = ROLES[role]
    if row["permission"] not in rights["may"] or role not in row.get("only", [role]):
        return "forbidden"
    wanted = row.get("detail", "none")
    if tenant is None or wanted == "none":
        return "past"
    seen, acts = TENANTS[tenant]
    seen = max(seen, rights["everywhere"], key=DETAILS.index)
    if seen == "none":
        return "hidden"
    if DETAILS.index(seen) < DETAILS.index(wanted):
        return "forbidden"
    if row["permission"] in ACTING and not acts and tenant != "skjult-42" and role != "administrator":
        return "forbidden"
    if row.get("home") and tenant != "eget" and "manage_access" not in rights["may"]:
        return "forbidden"
    return "past"


class MatrixCase(unittest.TestCase):
    """The organisations and one user of each role."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(DATABASE, arguments=("--trusted-proxy", "127.0.0.0/8"))
        places = {"eget": ("Egetby kommune", ["fjordvik.example"], ["www.fjordvik.example"]),
                  "poeng": ("Poengby kommune", ["nordsky.example"], ["portal.nordsky.example"]),
                  "funn": ("Funnby kommune", ["testfelt.example"], ["modern.testfelt.example"]),
                  "bevis": ("Bevisby kommune", ["testfelt.example"], ["intermediate.testfelt.example"]),
                  "handling": ("Handlingby kommune", ["testfelt.example"], ["tls13-only.testfelt.example"]),
                  "skjult-42": ("Skjultby kommune", ["steinlia.example"], ["www.steinlia.example"])}
        cls.domains = {id_: domains[0] for id_, (_, domains, _) in places.items()}
        path = portfolio(cls.service.folder / "register.json",
                         *({"id": id_, "name": name, "kind": "municipality", "domains": domains, "hosts": hosts}
                           for id_, (name, domains, hosts) in places.items()))
        measured = measure(path, "--db", cls.service.db)
        assert measured.status == 0, measured.err
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.contract = cls.service.contract
        cls.findings: dict[str, list[str]] = {}
        cls.assets: dict[str, list[str]] = {}
        for tenant in TENANTS:
            cls.findings[tenant] = [one["id"] for one in cls.admin.items(f"/api/v1/organisations/{tenant}/findings?limit=500")]
            cls.assets[tenant] = [one["id"] for one in cls.admin.items(f"/api/v1/organisations/{tenant}/assets")]
        cls.users: dict[str, Client] = {}
        for role in ROLES:
            client = cls.service.user(role, "eget", login=f"rolle-{role}")
            user = client.get("/api/v1/me").json["id"]
            for tenant, (detail, acts) in TENANTS.items():
                if tenant not in ("eget", "skjult-42"):
                    cls.admin.put(f"/api/v1/users/{user}/grants/{tenant}", {"detail": detail, "acts": acts, "reason": "the matrix"}, expect=200)
            cls.users[role] = client
        # Something of the hidden organisation in every place that could tell of it.
        buyer = cls.admin
        for customer in ("eget", "bevis", "poeng"):
            buyer.post(f"/api/v1/organisations/{customer}/suppliers", {"supplier": "skjult-42"}, expect=201)
        buyer.post("/api/v1/organisations/skjult-42/suppliers", {"supplier": "poeng"}, expect=201)

    def operations(self) -> list[tuple[str, str, str]]:
        return [(operation["operationId"], method.upper(), path)
                for path, operations in self.contract.document["paths"].items()
                for method, operation in operations.items() if method in ("get", "put", "post", "patch", "delete")]


class Matrix(MatrixCase):
    def path_for(self, pattern: str, tenant: str | None) -> str:
        values = {"organisation": tenant or "eget", "finding": (self.findings.get(tenant or "eget") or [NOBODY_HAS])[0],
                  "asset": (self.assets.get(tenant or "eget") or [NOBODY_HAS])[0], "kind": "domain", "name": "finnes-ikke.example",
                  "domain": "finnes-ikke.example", "supplier": "finnes-ikke"}
        out = pattern
        for part in [part[1:-1] for part in pattern.split("/") if part.startswith("{")]:
            out = out.replace("{" + part + "}", urllib.parse.quote(values.get(part, NOBODY_HAS), safe=""))
        return out

    def ask(self, client: Client, operation: str, method: str, path: str):
        if operation in ("streamEvents", "streamAudit"):  # never ends: its first word is enough
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
            if client.token:
                headers["Authorization"] = f"Bearer {client.token}"
            connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            status = response.status
            if status != 200:
                answer = client.get(path, expect=None)
                connection.close()
                return answer
            connection.close()
            return type("Opened", (), {"status": 200, "body": b""})()
        if operation == "getBoardReportPdf":
            path += "?pages=3"  # refused behind the door: two hundred PDFs would take a while
        if operation.endswith("Table"):
            path += "?format=csv"  # a workbook is packed, and hides the words that are looked for
        return client.request(method, path, None if method in ("GET", "DELETE") else {})

    def test_every_operation_has_a_row(self) -> None:
        served = {operation for operation, _, _ in self.operations()}
        self.assertEqual(served - ROWS.keys(), set(), "operations without a row in tests/access_matrix.yaml")
        self.assertEqual(ROWS.keys() - served, set(), "rows without an operation")
        permissions = {permission for rights in ROLES.values() for permission in rights["may"]} | {"open", "session"}
        for operation, row in ROWS.items():
            self.assertIn(row["permission"], permissions, operation)
            self.assertTrue(row["why"], operation)
            self.assertLessEqual(row.keys(), {"permission", "detail", "only", "home", "why"}, operation)

    def test_the_table_of_roles_is_the_served_one(self) -> None:
        served = {one["role"]: {"everywhere": one["everywhere"], "may": sorted(one["permissions"])} for one in self.admin.items("/api/v1/roles")}
        self.assertEqual(served, {role: {"everywhere": rights["everywhere"], "may": sorted(rights["may"])} for role, rights in ROLES.items()})

    def test_every_role_on_every_organisation(self) -> None:
        wrong = []
        for role, user in self.users.items():
            secrets = () if ROLES[role]["everywhere"] != "none" else HIDDEN + BENEATH_SCORE
            for operation, method, pattern in self.operations():
                row = ROWS[operation]
                tenants = list(TENANTS) if "{organisation}" in pattern else [None]
                for tenant in tenants:
                    client = user
                    if operation == "logout":
                        client = self.service.nobody()
                        client.logged_in(client.post("/api/v1/login", {"login": f"rolle-{role}", "password": PASSWORD}, expect=200))
                    try:
                        answer = self.ask(client, operation, method, self.path_for(pattern, tenant))
                    except AssertionError as error:  # not as the contract says: told with the others
                        wrong.append(f"{role:14} {operation:26} {tenant or '-':10} {str(error)[:300]}")
                        continue
                    if operation == "removePortfolioMember" or operation == "putPortfolioMember" or operation in ("putGrant", "removeGrant"):
                        got = "forbidden" if outcome(answer) == "forbidden" else "past"
                    else:
                        got = outcome(answer)
                    want = expected(row, role, tenant)
                    if got != want:
                        wrong.append(f"{role:14} {operation:26} {tenant or '-':10} {got} ({answer.status}), should be {want}")
                    if answer.status >= 500:
                        wrong.append(f"{role:14} {operation:26} {tenant or '-':10} {answer.status}: {answer.body[:200]!r}")
                    body = answer.body.decode(errors="replace")
                    for word in secrets:
                        if word in body and (operation, tenant) not in TOLD:
                            wrong.append(f"{role:14} {operation:26} {tenant or '-':10} tells of {word}: ...{body[max(0, body.find(word) - 80):][:200]}")
        self.assertEqual(wrong, [], f"{len(wrong)} wrong:\n" + "\n".join(wrong[:80]))
        asked = {operation for operation, _ in self.contract.seen} | {"streamEvents", "streamAudit"}
        self.assertEqual({operation for operation, _, _ in self.operations()} - asked, set(), "operations that nobody has asked")

    def test_nobody_gets_in_without_login(self) -> None:
        wrong = []
        for operation, method, pattern in self.operations():
            for tenant in ("eget", "skjult-42") if "{organisation}" in pattern else (None,):
                answer = self.ask(self.service.nobody(), operation, method, self.path_for(pattern, tenant))
                want = "past" if ROWS[operation]["permission"] == "open" else "login"
                if outcome(answer) != want:
                    wrong.append(f"{operation} {tenant}: {outcome(answer)} ({answer.status}), should be {want}")
                for word in HIDDEN + BENEATH_SCORE:
                    if word in answer.body.decode(errors="replace"):
                        wrong.append(f"{operation} {tenant}: tells of {word}")
        self.assertEqual(wrong, [])

    def test_a_token_does_what_its_scopes_say(self) -> None:
        """As an administrator's token with one scope each: only the rows with that permission open."""
        wrong = []
        for scope in ROLES["administrator"]["may"]:
            token = self.admin.with_token([scope])
            for operation, method, pattern in self.operations():
                row = ROWS[operation]
                if row["permission"] == "open" or operation in ("streamEvents", "streamAudit"):
                    continue
                tenant = "eget" if "{organisation}" in pattern else None
                answer = self.ask(token, operation, method, self.path_for(pattern, tenant))
                want = "past" if row["permission"] == scope else "forbidden"
                if row.get("home"):
                    continue
                if outcome(answer) != want:
                    wrong.append(f"{scope}: {operation}: {outcome(answer)} ({answer.status}), should be {want}")
        self.assertEqual(wrong, [])

    def readers(self) -> list[tuple[str, Client]]:
        return [(role, client) for role, client in self.users.items() if ROLES[role]["everywhere"] == "none"]

    def test_hidden_and_absent_are_the_same(self) -> None:
        """Word for word, but for the request's number."""
        for role, client in self.readers():
            for operation, method, pattern in self.operations():
                if "{organisation}" not in pattern:
                    continue
                bodies = []
                for organisation in ("skjult-42", "finnes-ikke"):
                    path = self.path_for(pattern, "skjult-42").replace("skjult-42", organisation)
                    answer = self.ask(client, operation, method, path)
                    problem = json.loads(answer.body) if answer.body else {}
                    problem.pop("instance", None)
                    bodies.append((answer.status, problem))
                self.assertEqual(bodies[0], bodies[1], f"{role} {operation}")

    def test_lists_totals_and_filters(self) -> None:
        for role, client in self.readers():
            with self.subTest(role):
                seen = {tenant for tenant, (detail, _) in TENANTS.items() if detail != "none"}
                for query in ("", "&sort=-name", "&sort=score", "&sort=-score", "&kind=municipality"):
                    page = client.get("/api/v1/organisations?limit=500" + query).json
                    self.assertEqual({one["id"] for one in page["items"]}, seen, query)
                    self.assertIn(page.get("total", len(seen)), (None, len(seen)), query)
                for query in ("Skjult", "skjult-42", "steinlia", "steinlia.example", "www.steinlia.example"):
                    self.assertEqual(client.get("/api/v1/organisations?q=" + query).json["items"], [], query)
                with_findings = {tenant for tenant, (detail, _) in TENANTS.items() if detail in ("findings", "evidence")}
                self.assertLessEqual({one["organisation"] for one in client.items("/api/v1/findings?limit=500")}, with_findings)
                self.assertEqual(client.items("/api/v1/findings?organisation=skjult-42"), [])
                self.assertEqual(client.items("/api/v1/findings?organisation=poeng"), [])

    def test_findings_of_one_are_not_reached_through_another(self) -> None:
        stolen = urllib.parse.quote(self.findings["skjult-42"][0], safe="")
        asset = urllib.parse.quote(self.assets["skjult-42"][0], safe="")
        for role, client in self.readers():
            for path in (f"/api/v1/organisations/eget/findings/{stolen}", f"/api/v1/organisations/eget/assets/{asset}"):
                answer = client.get(path, expect=404)
                self.assertEqual(answer.problem, "not-found", f"{role} {path}")

    def test_evidence_only_at_evidence(self) -> None:
        client = self.users["security"]
        for tenant in ("funn", "bevis", "eget"):
            if not self.findings[tenant]:
                continue
            finding = client.get(f"/api/v1/organisations/{tenant}/findings/{urllib.parse.quote(self.findings[tenant][0], safe='')}").json
            self.assertEqual(bool(finding["evidence_now"]), TENANTS[tenant][0] == "evidence", tenant)

    def test_bulk_actions_obey_too(self) -> None:
        """Findings that are hidden, and those that are only to be read, are not acted on by a list."""
        client = self.users["security"]
        for tenant in ("skjult-42", "poeng", "funn", "bevis"):
            if not self.findings[tenant]:
                continue
            before = self.admin.get(f"/api/v1/organisations/{tenant}/findings?limit=500").body
            body = {"action": "comment", "text": "matrise", "items": [{"organisation": tenant, "finding": self.findings[tenant][0]}]}
            answer = client.post("/api/v1/findings/actions", body)
            self.assertLess(answer.status, 500)
            self.assertEqual(self.admin.get(f"/api/v1/organisations/{tenant}/findings?limit=500").body, before, (tenant, answer.body))
            for word in HIDDEN if tenant == "skjult-42" else ():
                if word not in json.dumps(body):
                    self.assertNotIn(word, answer.body.decode())

    def test_portfolios_hold_only_what_is_seen(self) -> None:
        for role, client in self.readers():
            if "manage_portfolios" not in ROLES[role]["may"]:
                continue
            made = client.post("/api/v1/portfolios", {"name": f"alle-{role}", "form": "filter", "filter": {}})
            self.assertEqual(made.status, 201, made.body)
            path = "/api/v1/portfolios/" + made.json["id"]
            bodies = {}
            for part in ("", "/members", "/history", *COUNTS):
                answer = client.get(path + part, expect=200)
                for word in HIDDEN + BENEATH_SCORE:
                    self.assertNotIn(word, answer.body.decode(), f"{role} {part}")
            self.assert_counts(client, path, {tenant: detail for tenant, (detail, _) in TENANTS.items()}, role)

    def assert_counts(self, client: Client, path: str, seen: dict[str, str], role: str) -> None:
        """Every number of organisations is that of those that are seen at the detail it takes."""
        among = {wanted: sum(DETAILS.index(detail) >= DETAILS.index(wanted) for detail in seen.values()) for wanted in DETAILS}
        self.assertEqual(len(client.items(path + "/members")), among["score"], role)
        for part, (wanted, counts) in COUNTS.items():
            answer = client.get(path + part, expect=200).json
            for count in counts(answer):
                self.assertEqual(count, among[wanted], f"{role} {part}: {answer}")
        self.assertEqual(client.post("/api/v1/portfolio-preview", {"filter": {}}, expect=200).json["members"], among["score"], role)
        groups = client.get("/api/v1/findings/groups?by=organisation", expect=200).json["items"]
        self.assertEqual({one["key"] for one in groups}, {tenant for tenant, detail in seen.items() if detail in ("findings", "evidence")}, role)
        self.assertEqual(client.get("/api/v1/organisations?limit=1", expect=200).json.get("total"), among["score"], role)

    def test_the_counts_would_tell_of_the_hidden(self) -> None:
        """Who sees everything counts one more everywhere, so the numbers above differ by nothing but the hidden organisation."""
        path = "/api/v1/portfolios/" + self.admin.post("/api/v1/portfolios", {"name": "alle", "form": "filter", "filter": {}}, expect=201).json["id"]
        self.assert_counts(self.admin, path, {tenant: "evidence" for tenant in TENANTS}, "administrator")

    def test_the_audit_log_of_home(self) -> None:
        client = self.users["security"]
        for one in client.items("/api/v1/audit?limit=500"):
            self.assertEqual(one["organisation"], "eget")
        for path in ("/api/v1/audit?organisation=skjult-42", "/api/v1/audit?object=skjult-42"):
            self.assertEqual([one for one in client.items(path) if one["organisation"] != "eget"], [])


class ValidRequests(MatrixCase):
    """Not only the door: whoever may do it, does it; and nobody else, though there is nothing wrong with what they send."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.logins = {client: f"rolle-{role}" for role, client in cls.users.items()}
        cls.victim = cls.service.user("leader", "eget", login="offer")
        cls.victim_id = cls.victim.get("/api/v1/me").json["id"]
        cls.lost_id = cls.service.user("leader", "eget").get("/api/v1/me").json["id"]

    def log_in_victim(self) -> None:
        self.victim.logged_in(self.victim.post("/api/v1/login", {"login": "offer", "password": PASSWORD}, expect=200))

    def test_the_valid_requests_are_of_this_contract(self) -> None:
        served = {operation for operation, _, _ in self.operations()}
        self.assertEqual((TABLE["valid"].keys() | TABLE["elsewhere"].keys()) - served, set(), "no such operation")
        self.assertEqual(TABLE["valid"].keys() & TABLE["elsewhere"].keys(), set())
        for operation, journey in TABLE["elsewhere"].items():
            self.assertTrue((ROOT / "tests" / "journeys" / f"{journey}.py").exists(), operation)

    def test_who_may_does_and_nobody_else(self) -> None:
        wrong, done, denied = [], 0, 0
        for role, user in self.users.items():
            may = set(ROLES[role]["may"])
            for operation, method, pattern in self.operations():
                if method == "GET" or operation in TABLE["elsewhere"]:
                    continue
                row = ROWS[operation]
                tenants = list(TENANTS) if "{organisation}" in pattern and row.get("detail", "none") != "none" else ["eget"]
                for tenant in tenants:
                    want = expected(row, role, tenant)
                    things = Things(self, user, may, tenant, operation)
                    if operation == "logout":
                        things.user = self.service.nobody()
                        things.user.logged_in(things.user.post("/api/v1/login", {"login": f"rolle-{role}", "password": PASSWORD}, expect=200))
                    where = f"{role:14} {operation:22} {tenant:10}"
                    try:
                        request = ValidRequest(things, self.contract, TABLE["valid"], operation, method, pattern)
                        if want != "past" and "organisation" in TABLE["valid"].get(operation, {}).get("path", {}):
                            request.path = pattern.replace("{organisation}", tenant)
                        answer = request.send()
                        if operation == "treatFinding" and answer.status == 201:
                            treatment = answer.json["treatment"]["id"]
                            self.admin.delete(f"{request.path}/{treatment}", expect=200)
                        if operation == "changePassword":
                            user.csrf = answer.json.get("csrf") or user.csrf
                        things.end()
                    except AssertionError as error:  # told with the others
                        wrong.append(f"{where} {str(error)[:400]}")
                        continue
                    good = {"past": answer.status < 300, "forbidden": answer.status == 403, "hidden": answer.status == 404}[want]
                    done, denied = done + (want == "past"), denied + (want != "past")
                    if not good:
                        wrong.append(f"{where} {answer.status}, should be {want}: {answer.body[:300].decode()}")
        self.read_everything(wrong)
        print(f"\n{done} valid requests done, {denied} denied")
        self.assertEqual(wrong, [], f"{len(wrong)} wrong; a body that is not enough is mended under `valid` in tests/access_matrix.yaml:\n"
                         + "\n".join(wrong[:60]))
        # Every operation has succeeded here, each answer as the contract says; or in the journey named for it.
        succeeded = {operation for operation, status in self.contract.seen if status < 400}
        never = {operation for operation, _, _ in self.operations()} - succeeded - TABLE["elsewhere"].keys()
        self.assertEqual(never, set(), "operations that succeed in no journey")
        self.assertGreater(done, 400)
        self.assertGreater(denied, 800)

    def read_everything(self, wrong: list[str]) -> None:
        """What changes nothing, once as the administrator."""
        user, may = self.users["administrator"], set(ROLES["administrator"]["may"])
        for operation, method, pattern in self.operations():
            if method != "GET" or operation in TABLE["elsewhere"]:
                continue
            try:
                answer = ValidRequest(Things(self, user, may, "eget", operation), self.contract, TABLE["valid"], operation, method, pattern).send()
            except (AssertionError, AttributeError) as error:
                wrong.append(f"{operation}: {str(error)[:300]}")
                continue
            if answer.status >= 400:
                wrong.append(f"{operation}: {answer.status} {answer.body[:300].decode()}")


if __name__ == "__main__":
    unittest.main()
