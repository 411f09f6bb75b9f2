// The texts and the weight class of each check, from data/checks/ID.json: what people read about a check lies
// outside the code, in three languages.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "checks/decision.h"
#include "checks/texts.h"

namespace utsyn::checks {

// What the check finds is one numbered vulnerability, and CISA's catalogue of known exploited vulnerabilities
// (KEV, public domain) lists it.
struct KnownExploited {
  std::string cve;
  std::string added;  // to the catalogue: 2022-05-04
};

struct CatalogueEntry {
  std::string id;
  std::string area;
  std::string scope;
  Severity severity = Severity::info;
  std::string intrusiveness;
  std::vector<std::string> references;
  std::optional<KnownExploited> known_exploited;
  Texts title;
  Texts why;
  Texts remedy;
  Decision decision;
  std::map<std::string, Texts, std::less<>> reasons;     // only the check's own; see reason_text
  std::map<std::string, Texts, std::less<>> situations;  // likewise; see situation_text
};

// Sorted by id. The entry "common" is not among them.
std::span<const CatalogueEntry> catalogue();
const CatalogueEntry* catalogue_entry(std::string_view id);

// Null for a check that is not in the catalogue, and for what nobody is known to exploit.
const KnownExploited* known_exploited(std::string_view check);

// A check of the full profile: asked only where the owner has proved the domain and consented, and never part
// of the score that everybody is compared on.
bool needs_consent(std::string_view check);

// What a verdict's reason code means: the check's own sentence, else the one that all checks share
// ("timed-out", "not-measured"..., from data/checks/common.json). Null when there is none.
const Texts* reason_text(const CatalogueEntry& entry, std::string_view reason);

// The situation of an example. Its English stands in the example itself and is the key of the other two, in
// the check's own file or, where several checks have it, in common.json. Null when there is none.
const Texts* situation_text(const CatalogueEntry& entry, std::string_view situation);
// Those that checks share.
const std::map<std::string, Texts, std::less<>>& common_situations();

// The keys of the decisions that checks share, as data/checks/common.json has them.
std::span<const std::string> shared_decisions();

}  // namespace utsyn::checks
