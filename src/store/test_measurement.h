// Small measurements of one organisation, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace utsyn::store::testing {

inline UtcTime day(int n) { return from_unix(1'795'168'800) + std::chrono::hours{24 * n}; }

inline Record record(const std::string& subject, const std::string& data) {
  return {record_id("dns.answer", subject, data), "dns.answer", subject, data};
}

inline Judged judged(const std::string& check, checks::Outcome outcome, const std::string& reason) {
  Judged out;
  out.asset = "fjord.example";
  out.check = check;
  out.verdict = checks::Verdict{outcome, reason}
                    .with("count", 3)
                    .with("names", checks::FactValue{std::vector<std::string>{"a", "b"}});
  out.severity = checks::Severity::high;
  out.evidence = {"sha256:1"};
  return out;
}

inline Measurement measurement(UtcTime time, std::vector<Record> records, std::vector<Judged> verdicts,
                               const std::vector<Finding>& before = {},
                               const std::string& output = "{\"score_cp\":9000}") {
  Measurement m;
  m.organisation = {"fjord", "Fjord kommune", "municipality"};
  m.time = time;
  m.profile = "core";
  Asset asset;
  asset.id = "fjord.example";
  asset.domain = asset.host = "fjord.example";
  asset.addresses = {"192.0.2.1"};
  asset.why = {"given"};
  m.assets = {{asset, std::move(records)}};
  m.verdicts = std::move(verdicts);
  auto advanced = advance(before, m.verdicts, time);
  m.findings = std::move(advanced.findings);
  m.events = std::move(advanced.events);
  m.method = "utsyn-1.0";
  m.input = R"({"method":"utsyn-1.0","assets":[],"findings":[],"coverage":0})";
  m.output = output;
  m.score_cp = 9000;
  m.grade = "A";
  return m;
}

}  // namespace utsyn::store::testing
