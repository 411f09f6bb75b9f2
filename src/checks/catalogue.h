// The texts and the weight class of each check, from data/checks/ID.json: what people read about a check lies
// outside the code, in three languages.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"

namespace utsyn::checks {

enum class Language { en, nb, nn };
BOOST_DESCRIBE_ENUM(Language, en, nb, nn)

struct Texts {
  std::string en;
  std::string nb;
  std::string nn;
  bool complete() const { return !en.empty() && !nb.empty() && !nn.empty(); }
};
const std::string& text(const Texts& texts, Language language);

struct CatalogueEntry {
  std::string id;
  std::string area;
  std::string scope;
  Severity severity = Severity::info;
  std::string intrusiveness;
  std::vector<std::string> references;
  Texts title;
  Texts why;
  Texts remedy;
  std::map<std::string, Texts, std::less<>> reasons;  // only the check's own; see reason_text
};

// Sorted by id. The entry "common" is not among them.
std::span<const CatalogueEntry> catalogue();
const CatalogueEntry* catalogue_entry(std::string_view id);

// A check of the full profile: asked only where the owner has proved the domain and consented, and never part
// of the score that everybody is compared on.
bool needs_consent(std::string_view check);

// What a verdict's reason code means: the check's own sentence, else the one that all checks share
// ("timed-out", "not-measured"..., from data/checks/common.json). Null when there is none.
const Texts* reason_text(const CatalogueEntry& entry, std::string_view reason);

}  // namespace utsyn::checks
