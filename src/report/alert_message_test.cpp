// What alerts say, in each form they leave the house in.
#include "report/alert_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/hash.h"

namespace utsyn::report {
namespace {

using followup::alerts::Alert;
using followup::alerts::Message;
using followup::alerts::RuleKind;
using testing::HasSubstr;
using testing::Not;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");

Message message(std::vector<Alert> alerts) {
  Message out;
  out.delivery.id = "d1";
  out.channel.kind = "email";
  out.alerts = std::move(alerts);
  return out;
}

Alert alert(RuleKind kind, std::string data, std::string organisation = "fjordvik") {
  return {"a1", organisation, organisation == "fjordvik" ? "Fjordvik kommune" : "Steinlia kommune",
          kind, kNow,         std::move(data)};
}

struct Said {
  RuleKind kind;
  const char* data;
  const char* nb;
  const char* en;
};
class AlertSentences : public testing::TestWithParam<Said> {};

TEST_P(AlertSentences, AreWholeInEveryLanguage) {
  const auto& [kind, data, nb, en] = GetParam();
  const auto one = message({alert(kind, data)});
  EXPECT_THAT(letter_of(one, checks::Language::nb, "").body, HasSubstr(nb));
  EXPECT_THAT(letter_of(one, checks::Language::en, "").body, HasSubstr(en));
  const auto nn = letter_of(one, checks::Language::nn, "").body;
  EXPECT_THAT(nn, Not(HasSubstr("?")));
  EXPECT_THAT(nn, Not(HasSubstr("{")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, AlertSentences,
    testing::Values(Said{RuleKind::grade_changed, R"({"before":"B","after":"A"})",
                         "Karakteren er nå A; den var B", "The grade is now A; it was B"},
                    Said{RuleKind::score_dropped, R"({"before_cp":8999,"after_cp":8000})",
                         "falt fra 89,9 til 80,0", "fell from 89.9 to 80.0"},
                    Said{RuleKind::new_critical, R"({"finding":"tls.no-such@www.fjordvik.example:443"})",
                         "Kritisk: tls.no-such (www.fjordvik.example:443)", "Critical: tls.no-such"},
                    Said{RuleKind::new_critical,
                         R"({"finding":"tls.no-such@a","known_exploited":{"cve":"CVE-2014-0160"}})",
                         "Utnyttes av angripere (CVE-2014-0160): tls.no-such (a)",
                         "Known to be exploited (CVE-2014-0160): tls.no-such (a)"},
                    Said{RuleKind::new_critical, R"({"finding":"tls.no-such@a","severity_before":"high"})",
                         "Er blitt kritisk: tls.no-such (a)", "Has become critical: tls.no-such (a)"},
                    Said{RuleKind::new_gate, R"({"finding":"tls.no-such@a","score_cp":5900})", "nede på 59,0",
                         "held down to 59.0"},
                    Said{RuleKind::coverage_fell, R"({"before":9100,"after":7000})", "fra 91 % til 70 %",
                         "from 91 % to 70 %"},
                    Said{RuleKind::certificate_expiring, R"({"finding":"cert.no-such@a"})",
                         "Sertifikat: cert.no-such (a)", "Certificate: cert.no-such (a)"},
                    Said{RuleKind::certificate_expiring,
                         R"({"finding":"cert.no-such@a","reason":"very-soon"})",
                         "Sertifikat, nå svært snart: cert.no-such (a)",
                         "Certificate, now very soon: cert.no-such (a)"},
                    Said{RuleKind::dispute_answered, R"({"finding":"x@a","answer":"upheld"})",
                         "fikk medhold: x (a)", "was upheld: x (a)"},
                    Said{RuleKind::dispute_answered, R"({"finding":"x@a","answer":"rejected"})",
                         "ble avvist: x (a)", "was rejected: x (a)"},
                    Said{RuleKind::deadline_near, R"({"finding":"x@a","days_left":3})",
                         "Frist om 3 dager: x (a)", "Due in 3 days: x (a)"},
                    Said{RuleKind::deadline_near, R"({"finding":"x@a","days_left":0})",
                         "Fristen er ute: x (a)", "deadline has passed: x (a)"}));

TEST(AlertLetter, GroupsByOrganisationAndCounts) {
  const auto letter =
      letter_of(message({alert(RuleKind::score_dropped, R"({"before_cp":9000,"after_cp":8000})"),
                         alert(RuleKind::new_asset, R"({"asset":"ny.fjordvik.example:443"})"),
                         alert(RuleKind::new_asset, R"({"asset":"x"})", "steinlia")}),
                checks::Language::nb, "https://utsyn.example");
  EXPECT_EQ(letter.subject, "Utsyn: 3 varsler om 2 virksomheter");
  EXPECT_THAT(letter.body, HasSubstr("Fjordvik kommune\nSe https://utsyn.example/virksomhet/fjordvik\n  - "));
  EXPECT_THAT(letter.body, HasSubstr("Er det deres?"));
}

TEST(AlertMail, NoNameBreaksOutOfItsHeader) {
  auto one = alert(RuleKind::new_asset, "{}");
  one.organisation_name = "Blåbær\r\nBcc: all@example.no " + std::string(200, 'x');
  const auto mail = mail_of(letter_of(message({one}), checks::Language::nb, ""), "utsyn@example.no",
                            "kari@example.no", "d1@example.no", kNow);
  const auto head = mail.substr(0, mail.find("\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Bcc")));
  EXPECT_THAT(head, HasSubstr("Date: Sat, 21 Nov 2026 08:00:00 +0000\r\n"));
  EXPECT_THAT(head, HasSubstr("Subject: =?UTF-8?B?"));
  for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 2) {
    end = mail.find("\r\n", at);
    EXPECT_LE((end == std::string::npos ? mail.size() : end) - at, 998U);
  }
}

TEST(AlertEventOut, CloudEventIsTheSameAtEveryTryAndSigned) {
  const auto body = cloud_event_of(message({alert(RuleKind::new_asset, R"({"asset":"x"})")}),
                                   "https://utsyn.example", kNow);
  const auto json = boost::json::parse(body);
  EXPECT_EQ(json.at("specversion").as_string(), "1.0");
  EXPECT_EQ(json.at("id").as_string(), "d1");
  EXPECT_EQ(json.at("data").at("alerts").at(0).at("data").at("asset").as_string(), "x");
  const auto signature = signature_of("secret", body, kNow);
  EXPECT_EQ(signature,
            "t=1795248000,v1=" + to_hex(hmac_sha256(as_bytes("secret"), as_bytes("1795248000." + body))));
  EXPECT_NE(signature, signature_of("other", body, kNow));
}

TEST(Hmac, Rfc4231TestCase2) {
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(AlertSyslog, OneLineEachAndNothingBreaksIt) {
  auto one = alert(RuleKind::new_critical, R"({"finding":"x@a"})", "fjord\"]vik");
  one.organisation_name = "Fjord\nvik";
  const auto lines = syslog_of(message({one}), "host", false);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], testing::StartsWith(
                            "<130>1 2026-11-21T08:00:00Z host utsyn - new_critical [utsyn@32473 id=\"a1\" "));
  EXPECT_THAT(lines[0], HasSubstr(R"(organisation="fjord\"\]vik")"));
  EXPECT_THAT(lines[0], Not(HasSubstr("\n")));
}

TEST(AlertOcsf, FindingsAreComplianceFindings) {
  const auto events = ocsf_of(message({alert(RuleKind::new_critical, R"({"finding":"tls.x@www:443"})"),
                                       alert(RuleKind::new_asset, R"({"asset":"x"})")}));
  ASSERT_EQ(events.size(), 2U);
  const auto first = boost::json::parse(events[0]);
  EXPECT_EQ(first.at("class_uid").as_int64(), 2003);
  EXPECT_EQ(first.at("type_uid").as_int64(), 200301);
  EXPECT_EQ(first.at("compliance").at("control").as_string(), "tls.x");
  EXPECT_EQ(boost::json::parse(events[1]).at("class_uid").as_int64(), 2004);
}

TEST(AlertTest, SaysThatItIsOneInEveryForm) {
  auto test = message({});
  test.test = true;
  test.delivery.created = kNow;
  for (const auto language : {checks::Language::nb, checks::Language::nn, checks::Language::en}) {
    EXPECT_THAT(letter_of(test, language, "").subject, HasSubstr("Utsyn"));
    EXPECT_THAT(letter_of(test, language, "").body, HasSubstr("Utsyn"));
  }
  const auto event = boost::json::parse(cloud_event_of(test, "", kNow));
  EXPECT_EQ(event.at("type").as_string(), "no.utsyn.test");
  EXPECT_TRUE(event.at("data").at("alerts").as_array().empty());
  const auto ocsf = ocsf_of(test);
  ASSERT_EQ(ocsf.size(), 1U);
  EXPECT_EQ(boost::json::parse(ocsf[0]).at("severity_id").as_int64(), 1);
  for (const bool as_ocsf : {false, true}) {
    const auto lines = syslog_of(test, "host", as_ocsf);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], testing::StartsWith(
                              "<134>1 2026-11-21T08:00:00Z host utsyn - test [utsyn@32473 id=\"d1\"] "));
  }
}

TEST(ConfirmLetter, HasTheLinkAndNothingOfAnyOrganisation) {
  auto asking = message({});
  asking.confirm_token = "tokentoken";
  for (const auto language : {checks::Language::nb, checks::Language::nn, checks::Language::en}) {
    const auto letter = letter_of(asking, language, "https://utsyn.example.no");
    EXPECT_THAT(letter.subject, HasSubstr("?"));
    EXPECT_THAT(letter.body, HasSubstr("\nhttps://utsyn.example.no/varsler/kanaler#confirm=tokentoken\n"));
    EXPECT_THAT(letter.body, Not(HasSubstr("{}")));
  }
}

}  // namespace
}  // namespace utsyn::report
