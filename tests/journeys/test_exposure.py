#!/usr/bin/python3
"""Who exposes a product: what the lab's real servers say of themselves, told organisation by organisation with the record that
shows it; to each reader those whose findings the reader sees. Every answer is held against the OpenAPI document."""

from __future__ import annotations

import csv
import io
import unittest

from house import SLOWER
from service import Service
from test_alerts import measured, wait_until


class Exposure(unittest.TestCase):
    def test_a_product_is_asked_for_and_found(self) -> None:
        with Service(measuring=True) as service:
            admin = service.administrator()
            steinlia = measured(admin, "Steinlia kommune", "steinlia.example")
            nordsky = measured(admin, "Nordsky Drift AS", "nordsky.example")

            def products(client, q: str = "") -> dict:
                answer = client.get(f"/api/v1/exposure/products?most=100&q={q}").json
                return {one["name"]: one["organisations"] for one in answer["items"]}

            # What organisations lean on is read out of their evidence every minute.
            wait_until(lambda: {"nginx", "Postfix", "Knot DNS"} <= products(admin).keys()
                       and len(admin.get("/api/v1/exposure?product=nginx").json["items"]) == 2, 90 * SLOWER)
            self.assertEqual(products(admin, "post").keys(), {"Postfix"})

            def places(product: str, client=admin) -> dict[tuple, dict]:
                found = client.items(f"/api/v1/exposure?product={product}")
                return {(one["organisation"], place["host"], place["port"]): place for one in found for place in one["places"]}

            mail = places("POSTFIX")[steinlia, "mail.steinlia.example", 25]
            self.assertEqual((mail["product"], mail["version"], mail["told_by"]), ("Postfix", "2.11.0", "greeting"))
            self.assertIn("ESMTP Postfix 2.11.0", mail["said"])
            names = places("knot%20dns")[steinlia, "ns.steinlia.example", 53]
            self.assertEqual(names["told_by"], "version.bind")
            self.assertRegex(names["version"], r"^\d+\.\d+")
            web = places("nginx")[steinlia, "www.steinlia.example", 443]
            self.assertRegex(web["said"], r"^nginx/\d+\.\d+")
            self.assertTrue(web["said"].endswith(web["version"]))
            self.assertIn(nordsky, {organisation for organisation, _, _ in places("nginx")})

            # The record is the one that the finding about the banner rests on.
            finding = next(one for one in admin.items(f"/api/v1/organisations/{steinlia}/findings?check=http.server-banner&limit=100")
                           if one["asset"].startswith("www.steinlia.example"))
            detail = admin.get(f"/api/v1/organisations/{steinlia}/findings/{finding['id'].replace('@', '%40')}").json
            self.assertIn(web["evidence"], {one["id"] for one in detail["evidence_now"]})

            def whose(query: str, client=admin) -> set[str]:
                return {one["organisation"] for one in client.items(f"/api/v1/exposure?{query}")}

            self.assertEqual(whose("product=postfix&version=2.11"), {steinlia})
            self.assertEqual(whose("product=postfix&version=2.1"), set(), "a version is no text")
            self.assertEqual(whose("product=nginx&kind=supplier"), set(), "both were registered as something else")
            self.assertEqual(whose("product=noSuchThing"), set())

            file = admin.get("/api/v1/exposure/table?product=nginx&format=csv&lang=en").body.decode()
            rows = list(csv.DictReader(io.StringIO(file)))
            self.assertEqual({(row["Id"], row["Host"], int(row["Port"]), row["Version"], row["Record"]) for row in rows},
                             {(*key, place["version"] or "", place["evidence"]) for key, place in places("nginx").items()})

            # Who sees the findings of one is told of that one, and counts of so few are not told.
            reader = service.user("security", nordsky, login="nora")
            self.assertEqual(whose("product=nginx", reader), {nordsky})
            self.assertEqual(reader.get("/api/v1/exposure?product=nginx").json["total"], 1)
            self.assertEqual(whose("product=postfix&version=2.11.0", reader), set())
            answer = reader.get("/api/v1/exposure/products").json
            self.assertEqual((answer["members"], answer["suppressed"], {one["organisations"] for one in answer["items"]}), (1, True, {None}))
            self.assertIsNone(reader.get("/api/v1/exposure/breakdown?product=nginx").json["total"]["organisations"])
            for path in ("/exposure/table?product=nginx&format=csv", "/exposure?product=nginx&limit=500"):
                self.assertNotIn(steinlia, reader.get(f"/api/v1{path}").body.decode(), path)
            for wrong in ("", "?product=nginx&kind=king", "?product=nginx&by=county", "?product=" + "x" * 61):
                self.assertEqual(reader.get(f"/api/v1/exposure{wrong}", expect=422).problem, "wrong-field", wrong)


if __name__ == "__main__":
    unittest.main()
