// Reads the catalogue that the build carries inside the program. It is ours, so a fault in it is a fault of
// the build: it is thrown, and the tests of the room meet it first.
#include "checks/catalogue.h"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <boost/json.hpp>
#include <stdexcept>

#include "checks/registry.h"

namespace utsyn::checks {
namespace {

using Sentences = std::map<std::string, Texts, std::less<>>;

struct Catalogue {
  std::vector<CatalogueEntry> entries;
  Sentences common_reasons;
  Sentences common_situations;
  std::vector<std::string> shared_decisions;
};

std::string string_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

Texts texts_of(const boost::json::value* value) {
  if (value == nullptr || !value->is_object()) return {};
  const auto& object = value->get_object();
  return {string_at(object, "en"), string_at(object, "nb"), string_at(object, "nn")};
}

Sentences sentences_of(const boost::json::object& object, std::string_view member) {
  Sentences sentences;
  const auto* value = object.if_contains(member);
  if (value == nullptr || !value->is_object()) return sentences;
  for (const auto& [key, sentence] : value->get_object()) sentences[std::string(key)] = texts_of(&sentence);
  return sentences;
}

Sentences situations_of(const boost::json::object& object) {
  auto situations = sentences_of(object, "situations");
  for (auto& [english, texts] : situations) texts.en = english;
  return situations;
}

const Texts* sentence_of(const Sentences& own, const Sentences& shared, std::string_view key) {
  if (const auto found = own.find(key); found != own.end()) return &found->second;
  const auto found = shared.find(key);
  return found == shared.end() ? nullptr : &found->second;
}

CatalogueEntry entry_of(const boost::json::object& object, const boost::json::object& shared_decisions) {
  CatalogueEntry entry;
  entry.id = string_at(object, "id");
  entry.area = string_at(object, "area");
  entry.scope = string_at(object, "scope");
  const auto severity = string_at(object, "severity");
  if (!boost::describe::enum_from_string(severity.c_str(), entry.severity)) {
    throw std::logic_error("catalogue: " + entry.id + ": unknown severity '" + severity + "'");
  }
  entry.intrusiveness = string_at(object, "intrusiveness");
  if (const auto* references = object.if_contains("references"); references != nullptr) {
    for (const auto& reference : references->as_array()) {
      entry.references.emplace_back(reference.as_string());
    }
  }
  if (const auto* listed = object.if_contains("known_exploited"); listed != nullptr) {
    const auto& members = listed->as_object();
    entry.known_exploited = KnownExploited{string_at(members, "cve"), string_at(members, "added")};
  }
  entry.title = texts_of(object.if_contains("title"));
  entry.why = texts_of(object.if_contains("why"));
  entry.remedy = texts_of(object.if_contains("remedy"));
  entry.decision = decision_in(entry.id, object.if_contains("decision"), shared_decisions);
  entry.reasons = sentences_of(object, "reasons");
  entry.situations = situations_of(object);
  return entry;
}

const Catalogue& whole() {
  static const Catalogue read = [] {
    Catalogue out;
    const auto document = boost::json::parse(catalogue_json());
    boost::json::object decisions;  // before the entries, which name them
    for (const auto& value : document.as_array())
      if (const auto* shared = value.as_object().if_contains("decisions"); shared != nullptr)
        decisions = shared->as_object();
    for (const auto& [key, sentences] : decisions) out.shared_decisions.emplace_back(key);
    for (const auto& value : document.as_array()) {
      const auto& object = value.as_object();
      if (string_at(object, "id") == "common") {
        out.common_reasons = sentences_of(object, "reasons");
        out.common_situations = situations_of(object);
      } else {
        out.entries.push_back(entry_of(object, decisions));
      }
    }
    std::ranges::sort(out.entries, {}, &CatalogueEntry::id);
    return out;
  }();
  return read;
}

}  // namespace

const std::string& text(const Texts& texts, Language language) {
  switch (language) {
    case Language::nb:
      return texts.nb;
    case Language::nn:
      return texts.nn;
    case Language::en:
      break;
  }
  return texts.en;
}

std::span<const CatalogueEntry> catalogue() { return whole().entries; }

const CatalogueEntry* catalogue_entry(std::string_view id) {
  const auto& entries = whole().entries;
  const auto at = std::ranges::lower_bound(entries, id, {}, &CatalogueEntry::id);
  return at != entries.end() && at->id == id ? &*at : nullptr;
}

const KnownExploited* known_exploited(std::string_view check) {
  const auto* entry = catalogue_entry(check);
  return entry != nullptr && entry->known_exploited ? &*entry->known_exploited : nullptr;
}

bool needs_consent(std::string_view check) {
  const auto* entry = catalogue_entry(check);
  return entry != nullptr && entry->intrusiveness == "active-needs-consent";
}

const Texts* reason_text(const CatalogueEntry& entry, std::string_view reason) {
  return sentence_of(entry.reasons, whole().common_reasons, reason);
}

const Texts* situation_text(const CatalogueEntry& entry, std::string_view situation) {
  return sentence_of(entry.situations, whole().common_situations, situation);
}

const std::map<std::string, Texts, std::less<>>& common_situations() { return whole().common_situations; }

std::span<const std::string> shared_decisions() { return whole().shared_decisions; }

}  // namespace utsyn::checks
