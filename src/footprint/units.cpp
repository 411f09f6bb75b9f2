// Enhetsregisteret: units as its open API writes them (one, a list of them, or a page with "_embedded").
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/name.h"
#include "base/text.h"
#include "footprint/import.h"
#include "footprint/organisation_number.h"
#include "wire/http/psl.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;

Text text_at(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  if (member == nullptr) return std::nullopt;
  if (const auto* text = member->if_string()) {
    if (trim(std::string_view(*text)).empty()) return std::nullopt;
    return std::string(trim(std::string_view(*text)));
  }
  if (const auto* number = member->if_int64()) return std::to_string(*number);
  return std::nullopt;
}
const json::object* object_at(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member == nullptr ? nullptr : member->if_object();
}
Text code_at(const json::object& object, std::string_view name) {
  const auto* inner = object_at(object, name);
  return inner == nullptr ? std::nullopt : text_at(*inner, "kode");
}
bool truth_at(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_bool() && member->get_bool();
}

// KOMM and FYLK are what they say. State bodies are STAT and SÆR, and ORGL where the sector is the state's
// (an ORGL may be a municipality's too). Of the rest nothing can be said.
Text kind_of(const Text& form, const Text& sector) {
  if (!form) return std::nullopt;
  if (*form == "KOMM") return "municipality";
  if (*form == "FYLK") return "county";
  const bool state = sector == "6100" || (!sector && *form == "STAT");
  if ((*form == "STAT" || *form == "ORGL" || *form == "SÆR") && state) return "state";
  return std::nullopt;
}

// A website is a domain of its own when the address is a registrable domain, or www under it, and no page of
// somebody else's site ("www.example.no/bld" tells of no domain).
std::optional<std::string> domain_of_website(std::string_view website) {
  auto rest = website;
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  const auto path = rest.substr(host.size());
  if (!path.empty() && path != "/") return std::nullopt;
  if (istarts_with(host, "www.")) host.remove_prefix(4);
  if (host.find_first_of(":@ ") != std::string_view::npos) return std::nullopt;
  auto name = normalise_name(host);
  if (!name || wire::registrable_domain(*name) != *name) return std::nullopt;
  return *name;
}

class UnitReader {
 public:
  explicit UnitReader(ImportFile& file) : file_(file) {}

  void read(const json::value& value) {
    ++file_.rows;
    const auto before = file_.faults.size();
    const auto* unit = value.if_object();
    if (unit == nullptr || !unit->contains("organisasjonsnummer")) {
      note("organisasjonsnummer", {"", "unit-form", {}});
      return;
    }
    ImportItem item;
    item.row = file_.rows;
    auto& details = item.details;
    details.number = text_at(*unit, "organisasjonsnummer");
    details.name = text_at(*unit, "navn");
    details.form = code_at(*unit, "organisasjonsform");
    details.sector = code_at(*unit, "institusjonellSektorkode");
    details.industry = code_at(*unit, "naeringskode1");
    details.kind = kind_of(details.form, details.sector);
    details.parent = text_at(*unit, "overordnetEnhet");
    details.website = text_at(*unit, "hjemmeside");
    details.language = text_at(*unit, "maalform");
    details.municipality = text_at(*unit, "kommunenummer");
    for (const auto* address : {"forretningsadresse", "beliggenhetsadresse", "postadresse"}) {
      const auto* inner = object_at(*unit, address);
      if (!details.municipality && inner != nullptr) details.municipality = text_at(*inner, "kommunenummer");
    }
    if (const auto* employees = unit->if_contains("antallAnsatte")) {
      if (const auto* count = employees->if_int64()) details.employees = *count;
    }
    if (unit->contains("konkurs")) details.bankrupt = truth_at(*unit, "konkurs");
    if (unit->contains("underAvvikling") || unit->contains("underTvangsavviklingEllerTvangsopplosning"))
      details.winding_up =
          truth_at(*unit, "underAvvikling") || truth_at(*unit, "underTvangsavviklingEllerTvangsopplosning");
    if (details.form == "BEDR" || details.form == "AAFY")
      note("organisasjonsform", {"form", "sub-unit", {details.parent.value_or("?")}});
    if (const auto gone = text_at(*unit, "slettedato"))
      note("slettedato", {"", "unit-deleted", {printable(*gone, 20)}});
    if (!details.name) note("navn", {"name", "name-missing", {}});
    if (details.website) {
      if (auto domain = domain_of_website(*details.website)) item.domains.push_back(std::move(*domain));
    }
    for (auto& fault : tidy(details)) {
      // What the register calls it.
      static const std::map<std::string_view, std::string_view> kMembers = {
          {"number", "organisasjonsnummer"}, {"name", "navn"},
          {"form", "organisasjonsform"},     {"sector", "institusjonellSektorkode"},
          {"industry", "naeringskode1"},     {"parent", "overordnetEnhet"},
          {"website", "hjemmeside"},         {"language", "maalform"},
          {"municipality", "kommunenummer"}, {"employees", "antallAnsatte"}};
      const auto member = kMembers.find(fault.field);
      note(member == kMembers.end() ? fault.field : std::string(member->second), std::move(fault));
    }
    if (details.number && organisation_number(*details.number)) {
      const auto [at, fresh] = numbers_.emplace(*details.number, item.row);
      if (!fresh)
        note("organisasjonsnummer",
             {"number", "number-twice", {shown_number(*details.number), std::to_string(at->second)}});
    }
    if (file_.faults.size() == before) file_.items.push_back(std::move(item));
  }

 private:
  void note(std::string column, Fault fault) {
    if (file_.faults.size() < kMostFaults)
      file_.faults.push_back({file_.rows, std::move(column), std::move(fault)});
  }
  ImportFile& file_;
  std::map<std::string, std::size_t> numbers_;
};

// A page of the API: {"_embedded": {"enheter": [...]}}, "underenheter" likewise.
const json::array* embedded(const json::value& document) {
  if (const auto* list = document.if_array()) return list;
  const auto* object = document.if_object();
  const auto* inner = object == nullptr ? nullptr : object_at(*object, "_embedded");
  if (inner == nullptr) return nullptr;
  for (const auto& [name, value] : *inner) {
    if (const auto* list = value.if_array()) return list;
  }
  return nullptr;
}

}  // namespace

ImportFile read_units(std::string_view text) {
  ImportFile out;
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto document = json::parse(text, error, {}, options);
  if (error) {
    out.faults.push_back({1, "", {"", "no-json", {}}});
    return out;
  }
  UnitReader reader(out);
  if (const auto* list = embedded(document)) {
    for (const auto& unit : *list) {
      if (out.rows == kMostImportRows) {
        out.faults.push_back({out.rows, "", {"", "too-many-rows", {std::to_string(kMostImportRows)}}});
        break;
      }
      reader.read(unit);
    }
    if (list->empty()) out.faults.push_back({1, "", {"", "no-rows", {}}});
  } else {
    reader.read(document);
  }
  return out;
}

}  // namespace utsyn::footprint
