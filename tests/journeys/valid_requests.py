"""Requests that must succeed for whoever may send them: one for each operation that changes something.

The body is the one that tests/access_matrix.yaml gives under `valid`, else the smallest that the OpenAPI schema allows. A word
that begins with $ stands for something made for this one request (Things), and so does each parameter of the path."""

from __future__ import annotations

import itertools
import re
import secrets
import urllib.parse
from datetime import datetime, timedelta, timezone

from service import PASSWORD, Client, Contract
from test_access import totp


def example(contract: Contract, schema: dict) -> object:
    """The smallest value of a schema: what is required, the first choice, the lowest number."""
    schema = contract.follow(schema)
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return example(contract, schema[choice][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return {name: example(contract, schema["properties"][name]) for name in schema.get("required", [])}
    if kind == "array":
        return [example(contract, schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    if kind == "boolean":
        return True
    if kind == "string":
        return "because it is so"[:schema.get("maxLength", 100)].ljust(schema.get("minLength", 0), "x")
    raise AssertionError(f"no example of {schema}")


class Things:
    """What a request needs to be there before it: each made by whoever can make it, fresh for each request."""

    count = itertools.count(1)

    def __init__(self, place, user: Client, may: set[str], tenant: str | None, operation: str) -> None:
        self.place, self.user, self.may, self.operation = place, user, may, operation
        self.admin: Client = place.admin
        self.tenant = tenant or "eget"
        self.home = f"/api/v1/organisations/{self.tenant}"
        self.undo: list = []
        self.after: list = []  # what the user itself does once it has succeeded
        self.made: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self.made:
            self.made[name] = getattr(self, name)()
        return self.made[name]

    def end(self) -> None:
        for step in reversed(self.undo):
            step()

    def maker(self, permission: str) -> Client:
        """Who makes what belongs to its maker: the user, where it may."""
        return self.user if permission in self.may else self.admin

    def number(self) -> int:
        return next(self.count)

    # Words of bodies.
    def tomorrow(self) -> str:
        return (datetime.now(timezone.utc) + timedelta(days=30)).strftime("%Y-%m-%d")

    def now(self) -> str:
        return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def unique(self) -> str:
        return f"ny {self.number()} {secrets.token_hex(3)}"

    def password(self) -> str:
        return PASSWORD

    def domain_of_tenant(self) -> str:
        return self.place.domains[self.tenant]

    def new_domain(self) -> str:
        return f"ny-{self.number()}.example"

    def new_host(self) -> str:
        return f"ny-{self.number()}.{self.place.domains[self.tenant]}"

    def fresh_organisation(self) -> str:
        return self.admin.post("/api/v1/organisations", {"name": f"Ny {self.number()}"}, expect=201).json["id"]

    def numbered_organisation(self) -> str:
        """The number of an organisation that the user may not have seen: nine digits, the last by modulus 11."""
        while True:
            first = f"8{secrets.randbelow(10 ** 7):07}"
            last = -sum(int(digit) * weight for digit, weight in zip(first, (3, 2, 7, 6, 5, 4, 3, 2))) % 11
            if last < 10:
                break
        self.admin.post("/api/v1/organisations", {"name": f"Ny {self.number()}", "number": f"{first}{last}"}, expect=201)
        return f"{first}{last}"

    # Parameters of paths.
    def organisation(self) -> str:
        return self.tenant

    def asset_path(self) -> str:
        return f"{self.home}/assets/{urllib.parse.quote(self.place.assets[self.tenant][0], safe='')}"

    def asset(self) -> str:
        path = self.asset_path()
        if self.operation == "answerAssetValue":
            self.admin.put(f"{path}/value", {"value": 25, "reason": "to be answered"}, expect=200)
            self.undo.append(self.decline_value)
        if self.operation == "decideAsset" and self.admin.get(path).json["asset"]["state"] != "proposed":
            self.admin.put(f"{path}/decision", {"state": "proposed", "reason": "to be decided anew"}, expect=200)
        return self.place.assets[self.tenant][0]

    def other_value(self) -> int:
        """Lowering waits for a second person, who says no."""
        self.undo.append(self.decline_value)
        return 200 if self.admin.get(self.asset_path()).json["asset"]["value"] == 400 else 400

    def decline_value(self) -> None:
        for one in (self.admin, self.place.users["administrator"]):
            one.post(f"{self.asset_path()}/value/answer", {"approved": False, "reason": "for the next one"})

    def finding(self) -> str:
        return self.place.findings[self.tenant][0]

    def treatment(self) -> str:
        path = f"{self.home}/findings/{urllib.parse.quote(self['finding'], safe='')}/treatments"
        wanted = {"withdrawTreatment": {"kind": "acceptance", "owner": "Kari", "reason": "for now", "until": self.tomorrow()},
                  "approveCompensation": {"kind": "compensation", "reason": "from the office only", "until": self.tomorrow()},
                  "answerDispute": {"kind": "dispute", "reason": "not ours", "evidence": self.unique()}}[self.operation]
        made = self.admin.post(path, wanted, expect=201).json["treatment"]["id"]
        self.undo.append(lambda: self.admin.delete(f"{path}/{made}"))
        return made

    def filter(self) -> str:
        return self.user.post("/api/v1/saved-filters", {"name": self.unique(), "filter": {}}, expect=201).json["id"]

    def portfolio(self) -> str:
        made = self.maker("manage_portfolios").post("/api/v1/portfolios", {"name": self.unique(), "form": "list"}, expect=201).json["id"]
        if self.operation == "removePortfolioMember":
            self.maker("manage_portfolios").put(f"/api/v1/portfolios/{made}/members/{self.tenant}", {}, expect=204)
        if self.operation == "removePortfolioShare":
            self.maker("manage_portfolios").put(f"/api/v1/portfolios/{made}/shares/{self['user_']}", {}, expect=204)
        return made

    def channel(self) -> str:
        wanted = {"name": self.unique(), "kind": "webhook", "address": "https://hook.example/x"}
        made = self.user.post("/api/v1/channels", wanted, expect=201).json["id"]
        if self.operation != "deleteChannel":
            self.undo.append(lambda: self.user.delete(f"/api/v1/channels/{made}"))
        return made

    def own_mail(self) -> str:
        """An e-mail channel of the user's, which they have not confirmed."""
        self.user.patch("/api/v1/me", {"email": "kari@fjordvik.example"}, expect=200)
        made = self.user.post("/api/v1/channels", {"name": self.unique(), "kind": "email", "address": "kari@fjordvik.example"}, expect=201).json["id"]
        self.undo.append(lambda: self.user.delete(f"/api/v1/channels/{made}"))
        return made

    def schedule(self) -> str:
        wanted = {"what": "members", "portfolio": "all", "channel": self["own_mail"], "every": "week", "day": 1, "hour": 7}
        return self.user.post("/api/v1/report-schedules", wanted, expect=201).json["id"]

    def rule(self) -> str:
        return self.user.post("/api/v1/alert-rules", {"kind": "new_asset", "channel": self["channel"]}, expect=201).json["id"]

    def user_(self) -> str:
        # A reset takes the password: it is not the one that others go on with.
        return self.place.lost_id if self.operation == "resetUser" else self.place.victim_id

    def token(self) -> str:
        if self.operation == "revokeToken":
            return self.user.post("/api/v1/me/tokens", {"name": "to be revoked", "scopes": ["read"], "days": 1}, expect=201).json["id"]
        self.place.log_in_victim()
        return self.place.victim.post("/api/v1/me/tokens", {"name": "to be revoked", "scopes": ["read"], "days": 1}, expect=201).json["id"]

    def session(self) -> str:
        other = self.place.service.nobody()
        other.post("/api/v1/login", {"login": self.place.logins[self.user], "password": PASSWORD}, expect=200)
        return next(one["id"] for one in self.user.get("/api/v1/me/sessions").json["items"] if not one["present"])

    def totp_code(self) -> str:
        made = self.user.post("/api/v1/me/totp", {"password": PASSWORD}, expect=200).json
        self.after.append(self.without_totp)
        return totp(made["secret"])

    def without_totp(self) -> None:
        self.user.post("/api/v1/me/totp/remove", {"password": PASSWORD}, expect=204)

    def password_with_totp(self) -> str:
        made = self.user.post("/api/v1/me/totp", {"password": PASSWORD}, expect=200).json
        self.user.post("/api/v1/me/totp/confirm", {"code": totp(made["secret"])}, expect=200)
        if self.operation != "removeTotp":
            self.after.append(self.without_totp)
        return PASSWORD

    def giver(self) -> str:
        """The user gives it at home; elsewhere somebody gave it on paper."""
        return "" if self.tenant == "eget" else "the director"

    def consent(self) -> str:
        wanted = {"scope": "comparison", "given_by": "the director"}
        return self.admin.post(f"{self.home}/consents", wanted, expect=201).json["id"]

    def kind(self) -> str:
        return "domain"

    def name(self) -> str:
        name = self.new_domain()
        self.admin.post(f"{self.home}/targets", {"kind": "domain", "name": name}, expect=201)
        return name

    def waiting_name(self) -> str:
        """A domain that a supplier's seat of the organisation has asked for."""
        name = self.new_domain()
        asker = self.place.service.user("supplier", self.tenant)
        asker.post(f"{self.home}/targets", {"kind": "domain", "name": name}, expect=201)
        return name

    def supplier(self) -> str:
        supplier = self["fresh_organisation"]
        self.admin.post(f"{self.home}/suppliers", {"supplier": supplier}, expect=201)
        return supplier

    def pattern(self) -> str:
        name = f"{self.new_domain()}"
        self.admin.post("/api/v1/opt-outs", {"pattern": name, "reason": "asked"}, expect=201)
        return name


def filled(value: object, things: Things) -> object:
    if isinstance(value, dict):
        return {name: filled(one, things) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    if isinstance(value, str) and value.startswith("$"):
        return things[value[1:]]
    return value


class ValidRequest:
    """A request ready to be sent."""

    def __init__(self, things: Things, contract: Contract, table: dict, operation: str, method: str, pattern: str) -> None:
        given = table.get(operation) or {}
        self.things = things
        place = {**{name: f"${name}" for name in re.findall(r"{(\w+)}", pattern)}, **given.get("path", {})}
        if "user" in place:
            place["user"] = "$user_"
        body = given.get("body")
        self.raw = filled(given["csv"], things).encode() if "csv" in given else None
        schema = contract.operation(method, pattern.replace("{", "x").replace("}", "x")).get("requestBody")
        if body is None and schema and self.raw is None:
            body = example(contract, contract.follow(schema)["content"]["application/json"]["schema"])
        self.body = filled(body, things)
        path = pattern
        for name, value in place.items():
            path = path.replace("{" + name + "}", urllib.parse.quote(str(filled(value, things)), safe=""))
        asked = [contract.follow(one) for one in contract.operation(method, pattern.replace("{", "x").replace("}", "x")).get("parameters", [])]
        query = {one["name"]: example(contract, one["schema"]) for one in asked if one["in"] == "query" and one.get("required")}
        query |= {name: filled(value, things) for name, value in given.get("query", {}).items()}
        query = urllib.parse.urlencode(query, doseq=True)
        self.path = path + ("?" + query if query else "")
        self.method = method

    def send(self):
        headers = {"Content-Type": "text/csv"} if self.raw is not None else {}
        answer = self.things.user.request(self.method, self.path, self.body, raw=self.raw, headers=headers)
        if answer.status < 300:
            for step in self.things.after:
                step()
        return answer
