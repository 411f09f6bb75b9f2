// Proof that an organisation owns a domain: asked for through the network that all measuring goes through,
// judged by a pure function. What was seen is kept with the answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evidence/dns.h"
#include "evidence/http.h"

namespace utsyn::probe {
class Politeness;
}

namespace utsyn::engine {

struct RunSettings;

struct OwnershipSeen {
  std::string domain;
  DnsAnswer txt;  // _utsyn-challenge.DOMAIN
  Observed<TextFile>
      file;  // https://DOMAIN/.well-known/utsyn-challenge, asked for when the record gives nothing
};

// Waits for the answers, at most the deadline of a host. Only an answer over a channel whose certificate
// holds counts, and no redirect is followed: elsewhere somebody else may be the one who answers.
OwnershipSeen ask_ownership(const RunSettings& settings, probe::Politeness& politeness,
                            const std::string& domain, const std::string& token);

enum class Proof { none, dns, file, unknown };  // unknown: it could not be looked for
Proof judge_ownership(const OwnershipSeen& seen, std::string_view token);
// "", "dns", "file"; nothing when it could not be looked for.
std::optional<std::string_view> word(Proof proof);

// What was seen, as JSON: the record's texts, the file's address, status and the beginning of what it said.
std::string ownership_evidence(const OwnershipSeen& seen);

}  // namespace utsyn::engine
