#include "engine/ownership.h"

#include <gtest/gtest.h>

namespace utsyn::engine {
namespace {

constexpr std::string_view kToken = "abcdefghijklmnopqrstuvwxyz";

DnsAnswer txt(std::vector<std::string> records, DnsStatus status = DnsStatus::found) {
  DnsAnswer answer;
  answer.name = "_utsyn-challenge.fjord.example";
  answer.type = "TXT";
  answer.status = status;
  answer.records = std::move(records);
  return answer;
}

TextFile file(std::string body, int status = 200, bool certificate_valid = true) {
  TextFile out;
  out.url = "https://fjord.example/.well-known/utsyn-challenge";
  out.status = status;
  out.body = std::move(body);
  out.certificate_valid = certificate_valid;
  return out;
}

struct Case {
  const char* name;
  OwnershipSeen seen;
  Proof proof;
};

DnsAnswer bogus() {
  auto answer = txt({"\"utsyn-challenge=abcdefghijklmnopqrstuvwxyz\""});
  answer.security = Security::bogus;
  return answer;
}
TextFile moved() {
  auto out = file("abcdefghijklmnopqrstuvwxyz");
  out.redirected = true;
  return out;
}

const Case kCases[] = {
    {"TheRecord", {"fjord.example", txt({"\"utsyn-challenge=abcdefghijklmnopqrstuvwxyz\""}), {}}, Proof::dns},
    {"InTwoStrings",
     {"fjord.example", txt({"\"utsyn-challenge=abcdefghijklm\" \"nopqrstuvwxyz\""}), {}},
     Proof::dns},
    {"AmongOthers",
     {"fjord.example", txt({"\"other\"", "\"utsyn-challenge=abcdefghijklmnopqrstuvwxyz\""}), {}},
     Proof::dns},
    {"SomebodyElsesToken",
     {"fjord.example", txt({"\"utsyn-challenge=zzzzzzzzzzzzzzzzzzzzzzzzzz\""}), Unseen::refused},
     Proof::none},
    {"TheTokenInsideAnother",
     {"fjord.example", txt({"\"utsyn-challenge=abcdefghijklmnopqrstuvwxyzabc\""}), Unseen::refused},
     Proof::none},
    {"NoTokenAtAll", {"fjord.example", txt({"\"utsyn-challenge=\""}), Unseen::refused}, Proof::none},
    {"NoRecord", {"fjord.example", txt({}, DnsStatus::nxdomain), Unseen::refused}, Proof::none},
    {"TheServersWereSilent", {"fjord.example", txt({}, DnsStatus::error), Unseen::refused}, Proof::unknown},
    {"TheWebServerWasSilent",
     {"fjord.example", txt({}, DnsStatus::nodata), Unseen::timed_out},
     Proof::unknown},
    {"NoWebServer", {"fjord.example", txt({}, DnsStatus::nodata), Unseen::unreachable}, Proof::none},
    {"BogusSignature", {"fjord.example", bogus(), Unseen::refused}, Proof::none},
    {"TheFile",
     {"fjord.example", txt({}, DnsStatus::nodata), file("abcdefghijklmnopqrstuvwxyz\n")},
     Proof::file},
    {"WithoutATrustedCertificate",
     {"fjord.example", txt({}, DnsStatus::nodata), file("abcdefghijklmnopqrstuvwxyz", 200, false)},
     Proof::none},
    {"APageThatSaysNotFound",
     {"fjord.example", txt({}, DnsStatus::nodata), file("abcdefghijklmnopqrstuvwxyz", 404)},
     Proof::none},
    {"APageThatHoldsIt",
     {"fjord.example", txt({}, DnsStatus::nodata), file("<p>abcdefghijklmnopqrstuvwxyz</p>")},
     Proof::none},
    {"FromElsewhere", {"fjord.example", txt({}, DnsStatus::nodata), moved()}, Proof::none},
};

TEST(Ownership, IsProvedByRecordOrFile) {
  for (const auto& [name, seen, proof] : kCases) EXPECT_EQ(judge_ownership(seen, kToken), proof) << name;
}

TEST(Ownership, AnEmptyTokenProvesNothing) {
  EXPECT_EQ(judge_ownership({"fjord.example", txt({"\"utsyn-challenge=\""}), file("")}, ""), Proof::none);
}

TEST(Ownership, EvidenceIsTheSameForTheSameAnswer) {
  const OwnershipSeen seen{"fjord.example", txt({"\"a\""}), Unseen::timed_out};
  const auto evidence = ownership_evidence(seen);
  EXPECT_EQ(evidence, ownership_evidence(seen));
  EXPECT_NE(evidence.find("\"why\":\"timed_out\""), std::string::npos) << evidence;
  EXPECT_NE(evidence.find("\"sha256\""), std::string::npos);
  EXPECT_NE(evidence, ownership_evidence({"fjord.example", txt({"\"b\""}), Unseen::timed_out}));
}

}  // namespace
}  // namespace utsyn::engine
