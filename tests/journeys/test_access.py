#!/usr/bin/python3
"""Login and what it opens: the first start, passwords, the second factor, sessions and tokens, lock-out, invitations, the audit
log, and OpenID providers, a real one and a hostile one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import sqlite3
import struct
import subprocess
import threading
import time
import unittest
import urllib.parse

from house import SLOWER, utsyn
from openid import CLIENT, SECRET, HostileProvider, Key, RealProvider, base64url
from service import PASSWORD, POSTGRESQL, Client, Service

OTHER_PASSWORD = "et annet ord om fjellet 77"


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238, written out here so that two programs agree on it."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((time.time() if at is None else at) // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def token_of(link: str) -> str:
    return link.split("#", 1)[1]


class AccessCase(unittest.TestCase):
    arguments: tuple[str, ...] = ()
    database = "sqlite"

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(cls.database, arguments=cls.arguments).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.home = cls.admin.post("/api/v1/organisations", {"name": "Fjordvik kommune", "kind": "municipality"}, expect=201).json["id"]
        cls.vendor = cls.admin.post("/api/v1/organisations", {"name": "Leverandøren AS", "kind": "supplier"}, expect=201).json["id"]

    def user_id(self, client: Client) -> str:
        return client.get("/api/v1/me").json["id"]

    def login(self, login: str, password: str = PASSWORD, client: Client | None = None, expect: int | None = None, **options) -> tuple[Client, object]:
        client = client or self.service.nobody()
        answer = client.post("/api/v1/login", {"login": login, "password": password}, expect=expect, **options)
        if answer.status == 200:
            client.csrf = answer.json["csrf"] or ""
        return client, answer


class FirstStart(unittest.TestCase):
    def test_the_link_makes_one_administrator_once(self) -> None:
        with Service() as service:
            nobody = service.nobody()
            self.assertEqual(nobody.get("/api/v1/login").json, {"first_start": True, "providers": []})
            token = token_of(service.link)
            person = {"token": token, "login": "Sjefen@Example.no", "name": "Sjef", "password": PASSWORD}
            for wrong, field in (({"password": "kort"}, "/password"), ({"password": "sjefen@example.no1"}, "/password"),
                                 ({"login": "æ"}, "/login"), ({"name": " "}, "/name"), ({"language": "de"}, "/language")):
                refused = nobody.post("/api/v1/first-start", {**person, **wrong}, expect=422)
                self.assertEqual(refused.json["field"], field)
            self.assertEqual(nobody.post("/api/v1/first-start", {**person, "token": token[:-1] + "a" * 2}, expect=410).problem, "link-ended")
            made = nobody.post("/api/v1/first-start", person, expect=201)
            cookies = made.headers["set-cookie"].split("\n")
            self.assertEqual([cookie.split("=")[0] for cookie in cookies], ["__Host-utsyn", "__Host-utsyn-device"])
            for cookie in cookies:
                for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
                    self.assertIn(word, cookie)
            me = nobody.get("/api/v1/me").json
            self.assertEqual((me["login"], me["role"], me["everywhere"]), ("sjefen@example.no", "administrator", "evidence"))
            self.assertEqual(service.nobody().post("/api/v1/first-start", person, expect=410).problem, "link-ended")
            self.assertFalse(nobody.get("/api/v1/login").json["first_start"])
            # No password, no token and no link is in the store, in the log or in the audit log.
            words = (PASSWORD, token, nobody.cookies["__Host-utsyn"])
            for path in service.folder.rglob("*"):
                if path.is_file() and path.name != "stderr":
                    for word in words:
                        self.assertNotIn(word.encode(), path.read_bytes(), f"{path.name} holds a secret")
            service.restart()
            self.assertEqual(service.link, "", "there is a user: no link is printed")
            nobody.get("/api/v1/me")


class KeyFile(unittest.TestCase):
    def test_secrets_are_sealed_and_a_lost_key_is_told(self) -> None:
        for database in ("sqlite", "postgresql"):
            with self.subTest(database):
                self.sealed_on(database)

    def sealed_on(self, database: str) -> None:
        with Service(database) as service:
            admin = service.administrator()
            wanted, once = {"name": "x", "kind": "webhook", "address": "https://hook.example/x"}, {"Idempotency-Key": "made-once"}
            hook = admin.post("/api/v1/channels", wanted, headers=once, expect=201).json
            # The answer held a secret, so it was not kept to be given again.
            self.assertEqual(admin.post("/api/v1/channels", wanted, headers=once, expect=409).problem, "answer-not-kept")
            service.stop()
            if database == "sqlite":
                kept = b"".join(path.read_bytes() for path in service.folder.glob("utsyn.db*"))
            else:
                kept = subprocess.run([POSTGRESQL / "pg_dump", service.db], check=True, capture_output=True, timeout=60).stdout
            self.assertIn(hook["id"].encode(), kept)
            self.assertNotIn(hook["secret"].encode(), kept)
            key = service.folder / "key"
            right = key.read_text()
            key.unlink()
            with self.assertRaisesRegex(AssertionError, r"ended with 1:\n(?s:.)*the key file \S+ is not there.*--forget-sealed"):
                service.start()
            service.errors.close()
            self.assertFalse(key.exists())
            key.write_text("0" * 64 + "\n")
            key.chmod(0o600)
            with self.assertRaisesRegex(AssertionError, r"ended with 1:\n(?s:.)*holds another key"):
                service.start()
            service.errors.close()
            key.write_text(right)
            service.start()
            self.assertTrue(admin.get("/api/v1/channels").json["items"][0]["active"])
            service.stop()
            key.unlink()
            service.arguments = ("--forget-sealed",)
            service.start()
            forgotten, = admin.get("/api/v1/channels").json["items"]
            self.assertFalse(forgotten["active"])
            self.assertIn("make the channel anew", forgotten["last_error"])
            self.assertIn("service.forget-sealed", {one["action"] for one in admin.items("/api/v1/audit")})


class Restored(unittest.TestCase):
    def test_a_restored_store_logs_nobody_in_and_sends_nothing_again(self) -> None:
        with Service() as service:
            admin = service.administrator()
            kari = service.user("auditor")
            token = admin.with_token(["read"])
            waiting = admin.post("/api/v1/invitations", {"role": "auditor", "login": "later@example.no"}, expect=201).json
            file = service.folder / "backup"
            self.assertEqual(utsyn("backup", "--db", service.db, file).status, 0)
            service.stop()
            with sqlite3.connect(service.db) as store:
                entries = store.execute("SELECT count(*) FROM audit").fetchone()[0]
            store.close()
            service.db = str(service.folder / "restored.db")
            ran = utsyn("restore", "--db", service.db, file)
            self.assertEqual(ran.status, 0, ran.err)
            self.assertRegex(ran.err, r"2 sessions and 1 one-time links are ended")
            self.assertRegex(ran.err, r"2 users and 1 API tokens are as they were at 20.*revoke again")
            with sqlite3.connect(service.db) as store:
                self.assertEqual(store.execute("SELECT count(*) FROM session").fetchone()[0], 0)
                self.assertEqual(store.execute("SELECT action FROM audit ORDER BY number DESC LIMIT 1").fetchone()[0], "service.restore")
                self.assertGreaterEqual(store.execute("SELECT count(*) FROM audit").fetchone()[0], entries)
            store.close()
            service.start()
            for client in (admin, kari):
                self.assertEqual(client.request("GET", "/api/v1/me").status, 401)
            self.assertEqual(token.request("GET", "/api/v1/me").status, 200, "as it was, and said")
            person = {"token": token_of(waiting["link"]), "login": "later@example.no", "name": "Senere", "password": PASSWORD}
            self.assertEqual(service.nobody().post("/api/v1/invitation/accept", person, expect=410).problem, "link-ended")


class Login(AccessCase):
    def test_wrong_logins_look_alike(self) -> None:
        self.service.user("leader", login="fins")
        away = self.service.user("leader", login="borte")
        self.admin.patch(f"/api/v1/users/{self.user_id(away)}", {"disabled": True}, expect=200)
        self.assertEqual(away.get("/api/v1/me", expect=401).problem, "session-ended")
        answers, times = [], {}
        for login, password in (("fins", OTHER_PASSWORD), ("finnes.ikke", PASSWORD), ("borte", PASSWORD)):
            for attempt in range(3):
                _, answer = self.login(login, password, expect=401)
                times.setdefault(login, []).append(answer.seconds)
                problem = answer.json
                del problem["instance"]
                answers.append((problem, sorted(answer.headers.keys() - {"date", "x-request-id"}), bool(answer.cookies)))
        self.assertTrue(all(one == answers[0] for one in answers), answers)
        best = {login: min(values) for login, values in times.items()}
        self.assertLess(max(best.values()), 3 * min(best.values()), f"time tells which logins there are: {best}")

    def test_a_planted_session_is_not_taken_over(self) -> None:
        self.service.user("leader", login="plantet")
        client = self.service.nobody()
        client.cookies["__Host-utsyn"] = "a" * 52
        client, _ = self.login("plantet", client=client, expect=200)
        first = client.cookies["__Host-utsyn"]
        self.assertNotEqual(first, "a" * 52)
        client, _ = self.login("plantet", client=client, expect=200)
        self.assertNotEqual(client.cookies["__Host-utsyn"], first)
        # Two cookies of one name: somebody planted one.
        doubled = {"Cookie": f"__Host-utsyn={first}; __Host-utsyn={'b' * 52}"}
        self.service.nobody().get("/api/v1/me", headers=doubled, expect=401)

    def test_csrf(self) -> None:
        client = self.service.user("leader", login="utsatt")
        change = {"name": "Endret"}
        bare = Client(self.service, cookies=client.cookies)
        self.assertEqual(bare.patch("/api/v1/me", change, expect=403).problem, "csrf")
        other = self.service.user("leader")
        self.assertEqual(Client(self.service, cookies=client.cookies, csrf=other.csrf).patch("/api/v1/me", change, expect=403).problem, "csrf")
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            self.assertEqual(client.patch("/api/v1/me", change, headers=headers).status, 403, headers)
            self.assertEqual(self.service.nobody().post("/api/v1/login", {"login": "utsatt", "password": PASSWORD}, headers=headers).status, 403, headers)
        self.assertEqual(client.get("/api/v1/me").json["name"], "utsatt")
        own = f"http://127.0.0.1:{self.service.port}"
        client.patch("/api/v1/me", change, headers={"Origin": own, "Sec-Fetch-Site": "same-origin"}, expect=200)

    def test_sessions(self) -> None:
        first = self.service.user("leader", login="flere.steder")
        second, _ = self.login("flere.steder", expect=200)
        stranger = self.service.user("leader")
        sessions = first.items("/api/v1/me/sessions")
        self.assertEqual(len(sessions), 2)
        self.assertEqual(sum(one["present"] for one in sessions), 1)
        of_second = next(one["id"] for one in sessions if not one["present"])
        self.assertEqual(stranger.delete(f"/api/v1/me/sessions/{of_second}", expect=404).problem, "not-found")
        first.delete(f"/api/v1/me/sessions/{of_second}", expect=204)
        second.get("/api/v1/me", expect=401)
        stolen = Client(self.service, cookies=first.cookies, csrf=first.csrf)
        first.post("/api/v1/logout", {}, expect=200)
        self.assertEqual(stolen.get("/api/v1/me", expect=401).problem, "session-ended")

    def test_a_new_password_ends_what_was_stolen(self) -> None:
        client = self.service.user("leader", login="bytter")
        stolen = Client(self.service, cookies=client.cookies, csrf=client.csrf)
        self.assertEqual(client.post("/api/v1/me/password", {"current": OTHER_PASSWORD, "new": OTHER_PASSWORD}, expect=403).problem, "wrong-password")
        self.assertEqual(client.post("/api/v1/me/password", {"current": PASSWORD, "new": "kort"}, expect=422).json["field"], "/new")
        changed = client.post("/api/v1/me/password", {"current": PASSWORD, "new": OTHER_PASSWORD}, expect=200)
        client.logged_in(changed).get("/api/v1/me")
        stolen.get("/api/v1/me", expect=401)
        self.login("bytter", PASSWORD, expect=401)
        self.login("bytter", OTHER_PASSWORD, expect=200)

    def test_second_factor(self) -> None:
        client = self.service.user("security", self.home, login="tofaktor")
        client.post("/api/v1/me/totp", {"password": OTHER_PASSWORD}, expect=403)
        enrolment = client.post("/api/v1/me/totp", {"password": PASSWORD}, expect=200).json
        self.assertIn("secret=" + enrolment["secret"].upper(), enrolment["uri"])
        self.assertTrue(enrolment["uri"].startswith("otpauth://totp/Utsyn:tofaktor?"))
        self.assertEqual(client.post("/api/v1/me/totp/confirm", {"code": "abcdef"}, expect=422).json["field"], "/code")
        used = totp(enrolment["secret"])
        codes = client.post("/api/v1/me/totp/confirm", {"code": used}, expect=200).json["recovery_codes"]
        self.assertEqual(len(set(codes)), 10)
        client.post("/api/v1/me/totp", {"password": PASSWORD}, expect=409)

        half, answer = self.login("tofaktor", expect=200)
        self.assertEqual(answer.json, {"state": "second-factor", "csrf": None})
        half.get("/api/v1/me", expect=401)
        half.get("/api/v1/me/sessions", expect=401)
        # The code that confirmed is used; the one of the next step is not.
        self.assertEqual(half.post("/api/v1/login/second-factor", {"code": used}, expect=401).problem, "wrong-code")
        ahead = totp(enrolment["secret"], time.time() + 30)
        if ahead == used:
            self.skipTest("two steps with one code")
        whole = half.post("/api/v1/login/second-factor", {"code": ahead}, expect=200)
        self.assertEqual(whole.json["state"], "open")
        half.logged_in(whole).get("/api/v1/me")

        again, _ = self.login("tofaktor", expect=200)
        again.post("/api/v1/login/second-factor", {"code": ahead}, expect=401)
        again.post("/api/v1/login/second-factor", {"code": codes[0].upper().replace("-", " ")}, expect=200)
        third, _ = self.login("tofaktor", expect=200)
        third.post("/api/v1/login/second-factor", {"code": codes[0]}, expect=401)
        third.logged_in(third.post("/api/v1/login/second-factor", {"code": codes[1]}, expect=200))
        self.assertEqual(third.get("/api/v1/me").json["recovery_codes"], 8)
        fresh = third.post("/api/v1/me/recovery-codes", {"password": PASSWORD}, expect=200).json["recovery_codes"]
        self.assertFalse(set(fresh) & set(codes))
        fourth, _ = self.login("tofaktor", expect=200)
        fourth.post("/api/v1/login/second-factor", {"code": codes[2]}, expect=401)
        third.post("/api/v1/me/totp/remove", {"password": PASSWORD}, expect=204)
        _, plain = self.login("tofaktor", expect=200)
        self.assertEqual(plain.json["state"], "open")
        # The secret lies sealed.
        for path in self.service.folder.glob("utsyn.db*"):
            self.assertNotIn(enrolment["secret"].encode(), path.read_bytes())

    def test_reset_by_link(self) -> None:
        client = self.service.user("leader", login="glemsk")
        made = self.admin.post(f"/api/v1/users/{self.user_id(client)}/reset", expect=201).json
        client.get("/api/v1/me", expect=401)
        self.login("glemsk", expect=401)
        token = token_of(made["link"])
        nobody = self.service.nobody()
        nobody.post("/api/v1/reset", {"token": token, "password": "kort"}, expect=422)
        nobody.post("/api/v1/invitation/accept", {"token": token, "login": "annen", "name": "x", "password": PASSWORD}, expect=410)
        nobody.logged_in(nobody.post("/api/v1/reset", {"token": token, "password": OTHER_PASSWORD}, expect=201)).get("/api/v1/me")
        self.service.nobody().post("/api/v1/reset", {"token": token, "password": PASSWORD}, expect=410)
        self.login("glemsk", OTHER_PASSWORD, expect=200)

    def test_an_old_link_opens_nothing(self) -> None:
        client = self.service.user("leader", login="to.lenker")
        token = client.with_token(["read"])
        path = f"/api/v1/users/{self.user_id(client)}/reset"
        old, fresh = (token_of(self.admin.post(path, expect=201).json["link"]) for _ in range(2))
        self.assertEqual(token.get("/api/v1/me", expect=401).problem, "token-refused")
        self.service.nobody().post("/api/v1/reset", {"token": old, "password": OTHER_PASSWORD}, expect=410)
        client = self.service.nobody()
        client.logged_in(client.post("/api/v1/reset", {"token": fresh, "password": OTHER_PASSWORD}, expect=201))
        enrolment = client.post("/api/v1/me/totp", {"password": OTHER_PASSWORD}, expect=200).json
        client.post("/api/v1/me/totp/confirm", {"code": totp(enrolment["secret"])}, expect=200)
        self.service.nobody().post("/api/v1/reset", {"token": old, "password": PASSWORD}, expect=410)
        # Not even a link in force stands in for the second factor: one that was made while there was none.
        self.service.sql(f"INSERT INTO one_time_link (id, hash, kind, account, login, role, email, created, created_by, expires) SELECT 'x', '{hashlib.sha256(old.encode()).hexdigest()}', 'reset', id, '', role, '', 1, 'x', {int(time.time()) + 600} FROM account WHERE login = 'to.lenker'")
        thief = self.service.nobody()
        half = thief.post("/api/v1/reset", {"token": old, "password": PASSWORD}, expect=201)
        self.assertEqual(half.json, {"state": "second-factor", "csrf": None})
        thief.get("/api/v1/me", expect=401)

    def test_tokens_end_with_a_password_when_asked(self) -> None:
        client = self.service.user("leader", login="programmerer")
        token = client.with_token(["read"])
        client.logged_in(client.post("/api/v1/me/password", {"current": PASSWORD, "new": OTHER_PASSWORD}, expect=200))
        token.get("/api/v1/me", expect=200)
        client.post("/api/v1/me/password", {"current": OTHER_PASSWORD, "new": PASSWORD, "revoke_tokens": True}, expect=200)
        self.assertEqual(token.get("/api/v1/me", expect=401).problem, "token-refused")

    def test_last_administrator(self) -> None:
        # Another who cannot log in does not count.
        other = self.service.user("administrator", login="uten.passord")
        self.admin.post(f"/api/v1/users/{self.user_id(other)}/reset", expect=201)
        me = self.user_id(self.admin)
        for change in ({"disabled": True}, {"role": "leader"}):
            self.assertEqual(self.admin.patch(f"/api/v1/users/{me}", change, expect=409).problem, "last-administrator")


class LoginOnPostgreSQL(Login):
    database = "postgresql"


class LockOut(AccessCase):
    arguments = ("--trusted-proxy", "127.0.0.0/8")

    def attempt(self, address: str, password: str, client: Client | None = None, login: str = "kari") -> object:
        headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
        return self.login(login, password, client, headers=headers)[1]

    def test_guessing_elsewhere_never_locks_the_owner_out(self) -> None:
        self.service.user("leader", login="kari")
        self.service.user("leader", login="ola")
        known = self.service.nobody()
        self.assertEqual(self.attempt("198.51.100.20", PASSWORD, known).status, 200)
        self.assertIn("__Host-utsyn-device", known.cookies)
        device = {"__Host-utsyn-device": known.cookies["__Host-utsyn-device"]}
        statuses = [self.attempt(f"203.0.113.{host}", "galt passord her").status for host in range(1, 8)]
        self.assertEqual(statuses[:5], [401] * 5)
        self.assertIn(429, statuses[5:])
        held = self.attempt("203.0.113.200", PASSWORD)
        self.assertEqual((held.status, held.problem), (429, "too-many-attempts"))
        self.assertGreaterEqual(int(held.headers["retry-after"]), 1)
        # Elsewhere, and in the same network with a known browser.
        self.assertEqual(self.attempt("198.51.100.99", PASSWORD).status, 200)
        self.assertEqual(self.attempt("203.0.113.1", PASSWORD, Client(self.service, cookies=device)).status, 200)
        # Another user in the guesser's network; and Kari's browser proves nothing for others.
        self.assertEqual(self.attempt("203.0.113.1", PASSWORD, login="ola").status, 200)
        for _ in range(6):
            last = self.attempt("203.0.113.1", "galt passord her", Client(self.service, cookies=device), login="ola")
        self.assertEqual(last.status, 429)

    def test_unknown_logins_are_held_up_alike(self) -> None:
        statuses = [self.attempt("192.0.2.1", "galt passord her", login="finnes.ikke").status for _ in range(7)]
        self.assertEqual(statuses[:5], [401] * 5)
        self.assertIn(429, statuses[5:])

    def test_a_password_travels_by_tls(self) -> None:
        headers = {"X-Forwarded-For": "192.0.2.77", "X-Forwarded-Proto": "http"}
        _, refused = self.login("kari", headers=headers)
        self.assertEqual((refused.status, refused.problem), (403, "insecure-connection"))


class Tokens(AccessCase):
    def test_scopes(self) -> None:
        reader = self.admin.with_token(["read"])
        reader.get("/api/v1/organisations")
        self.assertEqual(reader.get("/api/v1/me").json["permissions"], ["read"])
        for method, path, body in (("POST", "/api/v1/organisations", {"name": "Ny"}), ("GET", "/api/v1/users", None), ("GET", "/api/v1/audit", None)):
            self.assertEqual(reader.request(method, path, body, expect=403).problem, "forbidden", path)
        # A token makes no tokens, no sessions, no passwords.
        for method, path, body in (("POST", "/api/v1/me/tokens", {"name": "x", "scopes": ["read"]}), ("GET", "/api/v1/me/tokens", None),
                                   ("POST", "/api/v1/me/password", {"current": PASSWORD, "new": OTHER_PASSWORD}), ("POST", "/api/v1/logout", {})):
            self.assertEqual(reader.request(method, path, body, expect=403).problem, "forbidden", path)

    def test_what_one_has_not_got_is_not_given_away(self) -> None:
        leader = self.service.user("leader", self.home)
        for scopes in (["manage_access"], ["read", "read_nation"], ["root"], [], "read"):
            self.assertEqual(leader.post("/api/v1/me/tokens", {"name": "x", "scopes": scopes}, expect=422).json["field"], "/scopes")
        # Scopes end where the role does: who is made a leader keeps no more in his token.
        boss = self.service.user("security", self.home)
        token = boss.with_token(["read", "read_audit"])
        token.get("/api/v1/audit")
        self.admin.patch(f"/api/v1/users/{self.user_id(boss)}", {"role": "leader"}, expect=200)
        token.get("/api/v1/audit", expect=403)
        self.admin.patch(f"/api/v1/users/{self.user_id(boss)}", {"disabled": True}, expect=200)
        self.assertEqual(token.get("/api/v1/me", expect=401).problem, "token-refused")

    def test_revoked(self) -> None:
        leader = self.service.user("leader", self.home)
        token = leader.with_token(["read"])
        token.get("/api/v1/me")
        listed = leader.items("/api/v1/me/tokens")
        self.assertEqual(len(listed), 1)
        self.assertNotIn(token.token, json.dumps(listed))
        self.assertIsNotNone(listed[0]["used"])
        other = self.service.user("leader", self.home)
        other.delete(f"/api/v1/me/tokens/{listed[0]['id']}", expect=404)
        self.admin.delete(f"/api/v1/users/{self.user_id(leader)}/tokens/{listed[0]['id']}", expect=204)
        self.assertEqual(token.get("/api/v1/me", expect=401).problem, "token-refused")

    def test_broken_headers(self) -> None:
        good = self.service.user("leader", self.home)
        for header in ("Bearer", "Bearer ", "Basic eDp5", "Bearer utsyn_", "Bearer utsyn_" + "a" * 52, "bearer x y", "Bearer " + "a" * 2000):
            client = Client(self.service, cookies=good.cookies, csrf=good.csrf)
            self.assertEqual(client.get("/api/v1/me", headers={"Authorization": header}, expect=401).status, 401, header)

    def test_expired(self) -> None:
        leader = self.service.user("leader", self.home)
        token = leader.with_token(["read"])
        self.service.stop()
        with sqlite3.connect(self.service.db) as store:
            store.execute("UPDATE api_token SET expires = ?", (int(time.time()) - 1,))
        store.close()
        self.service.start()
        self.assertEqual(token.get("/api/v1/me", expect=401).problem, "token-refused")


class Invitations(AccessCase):
    def test_a_supplier_is_invited_without_an_administrator(self) -> None:
        self.admin.post(f"/api/v1/organisations/{self.home}/suppliers", {"supplier": self.vendor}, expect=201)
        buyer = self.service.user("procurement", self.home)
        self.assertEqual(buyer.post("/api/v1/invitations", {"role": "supplier"}, expect=422).json["field"], "/organisation")
        buyer.post("/api/v1/invitations", {"role": "security", "organisation": self.home}, expect=403)
        buyer.post("/api/v1/invitations", {"role": "security", "organisation": self.vendor}, expect=403)
        made = buyer.post("/api/v1/invitations", {"role": "supplier", "organisation": self.vendor, "email": "ola@leverandor.no"}, expect=201).json
        self.assertEqual([one["id"] for one in buyer.items("/api/v1/invitations")], [made["id"]])
        self.assertEqual(self.service.user("procurement", self.home).items("/api/v1/invitations"), [])
        nobody = self.service.nobody()
        seen = nobody.post("/api/v1/invitation", {"token": token_of(made["link"])}, expect=200).json
        self.assertEqual((seen["role"], seen["organisation_name"]), ("supplier", "Leverandøren AS"))
        person = {"token": token_of(made["link"]), "login": "ola@leverandor.no", "name": "Ola", "password": PASSWORD}
        supplier = nobody.logged_in(nobody.post("/api/v1/invitation/accept", person, expect=201))
        self.service.nobody().post("/api/v1/invitation/accept", {**person, "login": "annen"}, expect=410)

        # Sees itself whole, the others not at all, and who follows it.
        self.assertEqual([one["id"] for one in supplier.items("/api/v1/organisations")], [self.vendor])
        supplier.get(f"/api/v1/organisations/{self.home}", expect=404)
        followers = supplier.items(f"/api/v1/organisations/{self.vendor}/followers")
        self.assertEqual([(one["name"], one["why"], one["detail"]) for one in followers], [("Fjordvik kommune", "customer", "score")])
        # Invites colleagues, but nobody else; and from now on the customer does not.
        colleague = supplier.post("/api/v1/invitations", {"role": "supplier", "organisation": self.vendor}, expect=201).json
        supplier.post("/api/v1/invitations", {"role": "supplier", "organisation": self.home}, expect=404)
        supplier.post("/api/v1/invitations", {"role": "administrator"}, expect=403)
        buyer.post("/api/v1/invitations", {"role": "supplier", "organisation": self.vendor}, expect=403)
        buyer.delete(f"/api/v1/invitations/{colleague['id']}", expect=404)
        supplier.delete(f"/api/v1/invitations/{colleague['id']}", expect=204)
        self.service.nobody().post("/api/v1/invitation/accept", {**person, "token": token_of(colleague["link"]), "login": "annen"}, expect=410)

    def invited(self, made: dict, login: str, expect: int) -> Client:
        client = self.service.nobody()
        answer = client.post("/api/v1/invitation/accept", {"token": token_of(made["link"]), "login": login, "name": login, "password": PASSWORD}, expect=expect)
        return client.logged_in(answer) if expect == 201 else client

    def test_an_invitation_holds_as_long_as_its_inviter_may_invite(self) -> None:
        vendor = self.admin.post("/api/v1/organisations", {"name": "Tredje leverandør AS", "kind": "supplier"}, expect=201).json["id"]
        self.admin.post(f"/api/v1/organisations/{self.home}/suppliers", {"supplier": vendor}, expect=201)
        wanted = {"role": "supplier", "organisation": vendor}
        officer = self.service.user("security", self.home)
        first, second = (officer.post("/api/v1/invitations", wanted, expect=201).json for _ in range(2))
        supplier = self.invited(first, "ekte", 201)
        self.service.nobody().post("/api/v1/invitation", {"token": token_of(second["link"])}, expect=410)
        self.invited(second, "kunden.selv", 410)
        colleague = supplier.post("/api/v1/invitations", wanted, expect=201).json
        away = f"/api/v1/users/{self.user_id(supplier)}"
        self.admin.patch(away, {"disabled": True}, expect=200)
        self.invited(colleague, "tilbake", 410)
        self.admin.patch(away, {"disabled": False}, expect=200)
        self.invited(colleague, "tilbake", 410)

    def test_a_token_invites_nobody(self) -> None:
        vendor = self.admin.post("/api/v1/organisations", {"name": "Fjerde leverandør AS", "kind": "supplier"}, expect=201).json["id"]
        self.admin.post(f"/api/v1/organisations/{self.home}/suppliers", {"supplier": vendor}, expect=201)
        wanted = {"role": "supplier", "organisation": vendor}
        buyer = self.service.user("procurement", self.home)
        made = buyer.post("/api/v1/invitations", wanted, expect=201).json
        for client, scopes in ((buyer, ["read", "manage_suppliers"]), (self.service.user("supplier", vendor), ["read"]), (self.admin, ["read"])):
            token = client.with_token(scopes)
            self.assertEqual(token.post("/api/v1/invitations", wanted, expect=403).problem, "forbidden", scopes)
            if client is buyer:
                self.assertEqual(token.delete(f"/api/v1/invitations/{made['id']}", expect=403).problem, "forbidden")
        token = self.admin.with_token(["read", "manage_access"])
        token.delete("/api/v1/invitations/" + token.post("/api/v1/invitations", wanted, expect=201).json["id"], expect=204)

    def test_grants(self) -> None:
        reader = self.service.user("security", self.home)
        id_ = self.user_id(reader)
        # Nobody's supplier here: of those home buys from it sees the score without a grant.
        vendor = self.admin.post("/api/v1/organisations", {"name": "En annen leverandør AS", "kind": "supplier"}, expect=201).json["id"]
        path = f"/api/v1/organisations/{vendor}"
        reader.get(path, expect=404)
        grant = f"/api/v1/users/{id_}/grants/{vendor}"
        self.assertEqual(self.admin.put(grant, {"detail": "evidence", "reason": " "}, expect=422).json["field"], "/reason")
        self.assertEqual(self.admin.put(grant, {"detail": "all", "reason": "r"}, expect=422).json["field"], "/detail")
        self.assertEqual(self.admin.put(grant, {"detail": "score", "reason": "r", "acts": True}, expect=422).json["field"], "/acts")
        self.assertEqual(self.admin.put(grant, {"detail": "score", "reason": "r", "until": "2020-01-01"}, expect=422).json["field"], "/until")
        self.admin.put(f"/api/v1/users/{id_}/grants/nobody", {"detail": "score", "reason": "r"}, expect=404)
        self.admin.put(grant, {"detail": "findings", "reason": "vår leverandør"}, expect=200)
        reader.get(path)
        self.assertEqual(reader.get("/api/v1/me").json["grants"][0]["detail"], "findings")
        # Granted to read is not granted to act.
        target = {"kind": "domain", "name": "leverandor.example"}
        self.assertEqual(reader.post(path + "/targets", target, expect=403).problem, "forbidden")
        reader.get(path + "/followers", expect=403)
        self.admin.put(grant, {"detail": "findings", "reason": "drifter for dem", "acts": True}, expect=200)
        reader.post(path + "/targets", target, expect=201)
        self.admin.delete(grant, expect=204)
        reader.get(path, expect=404)
        self.admin.delete(grant, expect=404)


class Audit(AccessCase):
    def test_who_reads_what(self) -> None:
        officer = self.service.user("security", self.home)
        auditor = self.service.user("auditor")
        self.service.user("supplier", self.vendor)
        all_ = auditor.items("/api/v1/audit?limit=500")
        own = officer.items("/api/v1/audit?limit=7")
        self.assertEqual([one["number"] for one in all_], list(range(all_[0]["number"], 0, -1)))
        self.assertEqual({one["organisation"] for one in own}, {self.home})
        self.assertEqual([one["number"] for one in own], [one["number"] for one in all_ if one["organisation"] == self.home])
        self.assertEqual(officer.items(f"/api/v1/audit?organisation={self.vendor}"), [])
        self.assertTrue(auditor.items(f"/api/v1/audit?organisation={self.vendor}&action=user."))
        actor = self.user_id(self.admin)
        self.assertTrue(all(one["actor"] == actor and one["actor_name"] == "sjefen" for one in auditor.items(f"/api/v1/audit?actor={actor}")))
        self.service.user("leader", self.home).get("/api/v1/audit", expect=403)
        self.assertEqual(auditor.get("/api/v1/audit/check").json["whole"], True)
        officer.get("/api/v1/audit/check", expect=403)

        lines = [json.loads(line) for line in auditor.get("/api/v1/audit/export").body.decode().splitlines()]
        self.assertEqual([one["number"] for one in lines[:len(all_)]], [one["number"] for one in reversed(all_)])
        for before, after in zip(lines, lines[1:]):
            self.assertEqual(after["previous"], before["hash"])
        rest = auditor.get(f"/api/v1/audit/export?after={lines[-2]['number']}").body.decode().splitlines()
        self.assertEqual(json.loads(rest[0])["number"], lines[-1]["number"])
        self.assertEqual({json.loads(line)["organisation"] for line in officer.get("/api/v1/audit/export").body.decode().splitlines()}, {self.home})

    def stream(self, client: Client, query: str = "") -> tuple[list[dict], http.client.HTTPConnection]:
        """Reads the stream of a token in a thread of its own; the entries that have come, and what to close."""
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60 * SLOWER)
        connection.request("GET", "/api/v1/audit/stream" + query, headers={"Authorization": f"Bearer {client.token}"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/jsonl"))
        came: list[dict] = []

        def read() -> None:
            try:
                for line in answer:
                    if line.strip():
                        came.append(json.loads(line))
            except (OSError, ValueError, AttributeError, http.client.HTTPException):
                pass
            came.append({"end": True})

        threading.Thread(target=read, daemon=True).start()
        return came, connection

    def test_the_log_as_a_stream(self) -> None:
        auditor = self.service.user("auditor").with_token(["read_audit"])
        officer = self.service.user("security", self.home)
        own = officer.with_token(["read_audit"])
        self.assertEqual(self.service.user("leader", self.home).get("/api/v1/audit/stream", expect=403).problem, "forbidden")
        self.assertEqual(self.service.nobody().get("/api/v1/audit/stream", expect=401).problem, "login-needed")
        last = auditor.get("/api/v1/audit?limit=1").json["items"][0]["number"]
        everything, first = self.stream(auditor)
        earlier, second = self.stream(auditor, f"?after={last - 3}")
        only_own, third = self.stream(own)
        for made in (self.vendor, self.home):
            self.admin.patch(f"/api/v1/organisations/{made}", {"industry": "84.110"}, expect=200)
        end = time.monotonic() + 20 * SLOWER
        while time.monotonic() < end and (len(everything) < 2 or len(earlier) < 5 or not only_own):
            time.sleep(0.1)
        self.assertEqual([one["organisation"] for one in everything], [self.vendor, self.home])
        self.assertEqual([one["number"] for one in earlier], [last - 2, last - 1, last, last + 1, last + 2])
        self.assertEqual([one["organisation"] for one in only_own], [self.home])
        entry = self.service.contract.document["components"]["schemas"]["AuditEntry"]
        for one in earlier:
            self.service.contract.validate(one, entry, "a line of the stream")
        self.assertEqual([after["previous"] for after in earlier[1:]], [before["hash"] for before in earlier[:-1]])
        # A token that is taken back ends its stream.
        made = officer.get("/api/v1/me/tokens").json["items"][0]["id"]
        officer.delete(f"/api/v1/me/tokens/{made}", expect=204)
        end = time.monotonic() + 25 * SLOWER
        while time.monotonic() < end and "end" not in only_own[-1]:
            time.sleep(0.2)
        self.assertIn("end", only_own[-1])
        self.assertNotIn("end", everything[-1])
        for one in (first, second, third):
            one.close()

    def test_doctor_finds_what_was_changed_behind_the_back(self) -> None:
        with Service() as service:
            service.administrator().post("/api/v1/organisations", {"name": "En"}, expect=201)
            service.stop()
            options = ("--db", service.db, "--key-file", service.folder / "key")
            good = utsyn("doctor", "--json", *options)
            words = {line["what"]: line for line in good.document}
            self.assertEqual([line["state"] for line in good.document if line["what"] == "audit"], ["ok", "ok"], good.out)
            self.assertEqual(words["key"]["state"], "ok", good.out)
            with sqlite3.connect(service.db) as store:
                store.execute("UPDATE audit SET actor = 'another' WHERE number = 2")
            store.close()
            bad = utsyn("doctor", *options)
            self.assertEqual(bad.status, 1)
            self.assertRegex(bad.out, r"(?m)^BAD +audit +the chain is broken at entry 2\b")
            service.start()
            self.assertEqual(service.administrator().get("/api/v1/audit/check").json["first_broken"], 2)

    def test_doctor_finds_what_was_cut_off_the_end(self) -> None:
        with Service() as service:
            admin = service.administrator()
            admin.post("/api/v1/organisations", {"name": "En"}, expect=201)
            service.stop()
            with sqlite3.connect(service.db) as store:
                store.execute("DELETE FROM audit WHERE number > (SELECT max(number) - 1 FROM audit)")
                left = store.execute("SELECT max(number) FROM audit").fetchone()[0]
            store.close()
            bad = utsyn("doctor", "--db", service.db, "--key-file", service.folder / "key")
            self.assertEqual(bad.status, 1)
            self.assertRegex(bad.out, rf"(?m)^BAD +audit +entries are missing from {left + 1} on")
            service.start()
            check = service.administrator().get("/api/v1/audit/check").json
            self.assertEqual((check["whole"], check["first_broken"]), (False, left + 1))


class UserCommand(AccessCase):
    def test_users_from_the_machine_itself(self) -> None:
        db = ("--db", self.service.db)
        made = utsyn("user", "add", "Reserve@example.no", "--role", "administrator", "--json", *db)
        self.assertEqual(made.status, 0, made.err)
        self.assertNotIn("password", made.out)
        client = self.service.nobody()
        token = token_of(made.document["link"])
        accepted = client.post("/api/v1/invitation/accept", {"token": token, "name": "Reserve", "password": PASSWORD}, expect=201)
        client.logged_in(accepted)
        self.assertEqual(client.get("/api/v1/me").json["login"], "reserve@example.no")
        self.assertIn("reserve@example.no", utsyn("user", "list", *db).out)
        for arguments, status, word in ((("add", "x"), 2, "no login"), (("add", "noen"), 2, "--role"), (("add", "sjefen", "--role", "leader"), 1, "taken"),
                                        (("add", "noen", "--role", "supplier"), 2, "--organisation"), (("reset",), 2, "LOGIN"),
                                        (("reset", "finnes.ikke"), 1, "no user"), (("delete", "sjefen"), 2, "ACTION"),
                                        (("add", "noen", "--role", "leader", "--organisation", "finnes-ikke"), 1, "no organisation")):
            ran = utsyn("user", *arguments, *db)
            self.assertEqual(ran.status, status, (arguments, ran.err))
            self.assertIn(word, ran.err)
        reset = utsyn("user", "reset", "reserve@example.no", "--public-address", "https://utsyn.example.no/", *db)
        self.assertTrue(reset.out.startswith("https://utsyn.example.no/reset#"))
        client.get("/api/v1/me", expect=401)
        self.assertEqual(utsyn("user", "disable", "reserve@example.no", *db).status, 0)
        self.service.nobody().post("/api/v1/reset", {"token": token_of(reset.out.strip()), "password": OTHER_PASSWORD}, expect=410)
        self.assertEqual(utsyn("user", "disable", "sjefen", *db).status, 1, "the last administrator")
        self.assertEqual(utsyn("user", "enable", "reserve@example.no", *db).status, 0)


class OpenId(AccessCase):
    arguments = ("--oidc-loopback",)

    @property
    def redirect(self) -> str:
        return f"http://127.0.0.1:{self.service.port}/api/v1/login/callback"

    def record(self, issuer: str, **more: object) -> str:
        body = {"name": "Prøve", "issuer": issuer, "client": CLIENT, "secret": SECRET, **more}
        made = self.admin.post("/api/v1/login-providers", body, expect=201).json
        self.assertEqual(made["redirect_address"], self.redirect)
        self.assertNotIn(SECRET, json.dumps(made))
        return made["id"]

    def begin(self, provider: str, client: Client, **body: object) -> str:
        return client.post(f"/api/v1/login/providers/{provider}", body, expect=200).json["location"]

    def come_back(self, client: Client, target: str, expect: int = 303) -> object:
        url = urllib.parse.urlsplit(target)
        self.assertEqual(f"{url.scheme}://{url.netloc}{url.path}", self.redirect)
        answer = client.get(f"{url.path}?{url.query}", expect=expect)
        if answer.status == 303:
            client.csrf = client.get("/api/v1/me").json["csrf"]
        return answer

    def real(self, **options) -> RealProvider:
        provider = RealProvider(self.redirect, **options)
        self.addCleanup(provider.close)
        return provider

    def through(self, provider: RealProvider, record: str, expect: int = 303, **body: object) -> tuple[Client, object]:
        client = self.service.nobody()
        return client, self.come_back(client, provider.visit(self.begin(record, client, **body)), expect)

    # A real provider

    def test_login_logout_and_key_rotation(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer)
        provider.next("anne")
        # Known to the provider is not known here.
        _, stranger = self.through(provider, record, expect=403)
        self.assertEqual(stranger.problem, "not-invited")
        made = self.admin.post("/api/v1/invitations", {"role": "security", "organisation": self.home}, expect=201).json
        client, answer = self.through(provider, record, invitation=token_of(made["link"]), return_to="/virksomhet/1?fane=funn")
        self.assertEqual(answer.headers["location"], "/virksomhet/1?fane=funn")
        me = client.get("/api/v1/me").json
        self.assertEqual((me["login"], me["name"], me["role"], me["organisation"]), ("anne", "Name of anne", "security", self.home))
        self.assertFalse(me["password"])
        again, _ = self.through(provider, record)
        self.assertEqual(self.user_id(again), me["id"])
        self.login("anne", expect=401)

        provider.next("berit")
        _, other = self.through(provider, record, expect=403)
        self.assertEqual(other.problem, "not-invited")

        # The provider signs with a key nobody has seen before.
        provider.start(Key("RSA", "second"))
        provider.next("anne")
        end = time.monotonic() + 30
        while True:
            rotated = self.service.nobody()
            target = provider.visit(self.begin(record, rotated))
            url = urllib.parse.urlsplit(target)
            answer = rotated.get(f"{url.path}?{url.query}", expect=None)
            if answer.status == 303 or time.monotonic() > end:
                break
            time.sleep(3)  # unknown keys are asked for every ten seconds at most
        self.assertEqual(answer.status, 303, answer.body)

        out = again.post("/api/v1/logout", {}, expect=200).json["location"]
        self.assertTrue(out.startswith(provider.issuer + "/session/end?"))
        self.assertIn("id_token_hint=", out)
        again.get("/api/v1/me", expect=401)

        self.admin.patch(f"/api/v1/users/{me['id']}", {"disabled": True}, expect=200)
        self.through(provider, record, expect=403)

    def test_other_algorithms_and_methods(self) -> None:
        for algorithm, method in (("ES256", "client_secret_post"), ("PS256", "client_secret_basic")):
            with self.subTest(algorithm):
                provider = self.real(algorithm=algorithm, method=method)
                record = self.record(provider.issuer, admits="anyone", role="leader")
                provider.next(f"person-{algorithm.lower()}")
                client, _ = self.through(provider, record)
                self.assertEqual(client.get("/api/v1/me").json["role"], "leader")

    def test_level_of_assurance(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer, admits="anyone", role="leader", levels="substantial high")
        provider.next("cecilie", acr="low")
        _, refused = self.through(provider, record, expect=403)
        self.assertIn("level", refused.json["detail"])
        provider.next("cecilie", acr="high")
        self.through(provider, record)

    def test_the_person_says_no(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer)
        provider.next("dina", refuse=True)
        _, refused = self.through(provider, record, expect=403)
        self.assertIn("access_denied", refused.json["detail"])

    def test_identity_given_beforehand(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer)
        user = self.service.user("contract", self.home, login="erik")
        path = f"/api/v1/users/{self.user_id(user)}/identity"
        self.admin.put(path, {"issuer": provider.issuer, "subject": "e-1"}, expect=204)
        other = self.service.user("contract", self.home)
        self.admin.put(f"/api/v1/users/{self.user_id(other)}/identity", {"issuer": provider.issuer, "subject": "e-1"}, expect=409)
        provider.next("e-1")
        client, _ = self.through(provider, record)
        self.assertEqual(client.get("/api/v1/me").json["login"], "erik")

    def test_the_answer_fits_one_browser_once(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer, admits="anyone", role="leader")
        provider.next("frida")
        mine = self.service.nobody()
        target = provider.visit(self.begin(record, mine))
        # Sent to a victim's browser: without our cookie, and with another login's.
        self.come_back(self.service.nobody(), target, expect=403)
        victim = self.service.nobody()
        self.begin(record, victim)
        self.come_back(victim, target, expect=403)
        cookies = dict(mine.cookies)
        self.come_back(mine, target)
        self.assertNotIn("__Host-utsyn-login", mine.cookies)
        # The same code again.
        replay = Client(self.service, cookies=cookies)
        refused = self.come_back(replay, target, expect=403)
        self.assertIn("invalid_grant", refused.json["detail"])
        # Changed on the way.
        again = self.service.nobody()
        target = provider.visit(self.begin(record, again, return_to="/min/side"))
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)["state"][0]
        forged = state.split(".")[0] + "." + base64url(b"/annen/side")
        self.come_back(again, target.replace(urllib.parse.quote(state, safe=""), forged).replace(state, forged), expect=403)

    def test_returns_to_its_own_pages_only(self) -> None:
        provider = self.real()
        record = self.record(provider.issuer, admits="anyone", role="leader")
        provider.next("grete")
        for path in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/ok\r\nX: y", "javascript:alert(1)", ""):
            _, answer = self.through(provider, record, return_to=path)
            self.assertEqual(answer.headers["location"], "/", path)

    # A hostile one

    def forged(self, hostile: HostileProvider, record: str, make, expect: int, client: Client | None = None, **query: str) -> object:
        """A login in which the token endpoint gives make(nonce)."""
        client = client or self.service.nobody()
        location = self.begin(record, client)
        asked = {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(location).query).items()}
        self.assertEqual(asked["code_challenge_method"], "S256")
        hostile.token = make(asked["nonce"])
        return self.come_back(client, self.redirect + "?" + urllib.parse.urlencode({"code": "c", "state": asked["state"], **query}), expect)

    def hostile(self) -> tuple[HostileProvider, str]:
        hostile = HostileProvider()
        self.addCleanup(hostile.close)
        return hostile, self.record(hostile.issuer, admits="anyone", role="leader")

    def test_forged_tokens(self) -> None:
        hostile, record = self.hostile()
        now = int(time.time())
        other = Key("RSA", "k1")
        shared = lambda nonce: self._hmac_token(hostile, nonce)
        good = lambda nonce: hostile.key.token(hostile.claims(nonce))
        with_claims = lambda **changes: lambda nonce: hostile.key.token(hostile.claims(nonce, **changes))
        cases = {
            "expired": with_claims(exp=now - 120),
            "malformed": with_claims(exp=None),
            "not-yet-valid": with_claims(iat=now + 600),
            "issuer": with_claims(iss="https://login.example.no"),
            "audience": with_claims(aud="another"),
            "authorized-party": with_claims(aud=[CLIENT, "another"]),
            "nonce": with_claims(nonce="another"),
            "signature": lambda nonce: other.token(hostile.claims(nonce)),
            "unknown-key": lambda nonce: Key("RSA", "k9").token(hostile.claims(nonce)),
            "algorithm": lambda nonce: base64url(b'{"alg":"none"}') + "." + base64url(json.dumps(hostile.claims(nonce)).encode()) + ".",
        }
        more = {
            "nonce": with_claims(nonce=None),
            "not-yet-valid": with_claims(nbf=now + 600),
            "algorithm": shared,
            "audience": with_claims(aud=None),
            "signature": lambda nonce: good(nonce)[:-8] + "AAAAAAAA",
            "malformed": lambda nonce: "no.token",
        }
        for rows in (cases, more):
            for word, make in rows.items():
                with self.subTest(word):
                    refused = self.forged(hostile, record, make, 403)
                    self.assertEqual(refused.problem, "login-refused")
                    self.assertIn(f"({word})", refused.json["detail"])
                    self.assertNotIn("__Host-utsyn", refused.cookies)
        self.forged(hostile, record, good, 303)

    @staticmethod
    def _hmac_token(hostile: HostileProvider, nonce: str) -> str:
        """HS256 with the public key as the shared secret, the oldest trick."""
        body = base64url(json.dumps({"alg": "HS256", "kid": "k1"}).encode()) + "." + base64url(json.dumps(hostile.claims(nonce)).encode())
        return body + "." + base64url(hmac.new(json.dumps(hostile.key.jwk()).encode(), body.encode(), hashlib.sha256).digest())

    def test_unknown_keys_are_not_asked_for_without_end(self) -> None:
        hostile, record = self.hostile()
        for number in range(12):
            self.forged(hostile, record, lambda nonce, n=number: Key("EC", f"x{n}").token(hostile.claims(nonce)), 403)
        self.assertLessEqual(sum(one == "/jwks" for one in hostile.asked), 4)

    def test_wrong_answers_of_the_provider(self) -> None:
        hostile, record = self.hostile()
        good = lambda nonce: hostile.key.token(hostile.claims(nonce))
        # Mix-up (RFC 9207): another issuer names itself in the answer.
        self.assertIn("(issuer)", self.forged(hostile, record, good, 403, iss="https://login.example.no").json["detail"])
        self.forged(hostile, record, good, 303, iss=hostile.issuer)
        hostile.status = 400
        self.assertIn("invalid_grant", self.forged(hostile, record, good, 403).json["detail"])
        hostile.status = 200
        hostile.padding = b" " * 600_000
        self.assertEqual(self.forged(hostile, record, good, 502).problem, "login-provider")
        hostile.padding = b""
        # Who has just failed is left alone for half a minute.
        asked = sum(one == "/token" for one in hostile.asked)
        self.forged(hostile, record, good, 502)
        self.assertEqual(sum(one == "/token" for one in hostile.asked), asked)

    def test_records_are_checked_when_they_are_made(self) -> None:
        hostile = HostileProvider()
        self.addCleanup(hostile.close)
        body = {"name": "x", "issuer": hostile.issuer, "client": CLIENT}
        for change, field in (({"issuer": hostile.issuer + "/annen"}, "/issuer"), ({"issuer": "http://login.example.no"}, "/issuer"),
                              ({"issuer": "ftp://127.0.0.1"}, "/issuer"), ({"issuer": "https://user:x@login.example.no"}, "/issuer"),
                              ({"scopes": "profile"}, "/scopes"), ({"admits": "anyone"}, "/role"),
                              ({"admits": "anyone", "role": "administrator"}, "/role")):
            self.assertEqual(self.admin.post("/api/v1/login-providers", {**body, **change}, expect=422).json["field"], field, change)
        for discovery in ({"issuer": "https://login.example.no"}, {"token_endpoint": "http://192.0.2.1/token"}, {"jwks_uri": ""},
                          {"code_challenge_methods_supported": ["plain"]}):
            hostile.discovery = discovery
            self.assertEqual(self.admin.post("/api/v1/login-providers", body, expect=422).json["field"], "/issuer", discovery)
        hostile.discovery = {}
        made = self.admin.post("/api/v1/login-providers", {**body, "secret": SECRET}, expect=201).json
        path = f"/api/v1/login-providers/{made['id']}"
        self.assertTrue(self.admin.get(path).json["has_secret"])
        self.admin.patch(path, {"disabled": True}, expect=200)
        self.assertNotIn(made["id"], json.dumps(self.admin.get("/api/v1/login").json))
        self.service.nobody().post(f"/api/v1/login/providers/{made['id']}", {}, expect=404)
        self.admin.delete(path, expect=204)
        self.admin.get(path, expect=404)
        for file in self.service.folder.glob("utsyn.db*"):
            self.assertNotIn(SECRET.encode(), file.read_bytes())


if __name__ == "__main__":
    unittest.main()
