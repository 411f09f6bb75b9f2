// The members of an organisation: their names, their bounds, and the form in which they are kept.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "footprint/fold.h"
#include "footprint/index.h"
#include "footprint/organisation_number.h"
#include "footprint/register.h"

namespace utsyn::footprint {
namespace {

constexpr TextField kText[] = {
    {"number", &Details::number},
    {"name", &Details::name},
    {"kind", &Details::kind},
    {"form", &Details::form},
    {"municipality", &Details::municipality},
    {"county", &Details::county},
    {"kostra", &Details::kostra},
    {"sector", &Details::sector},
    {"language", &Details::language},
    {"industry", &Details::industry},
    {"parent", &Details::parent},
    {"website", &Details::website},
};
constexpr NumberField kNumbers[] = {
    {"population", &Details::population, 1'000'000'000},
    {"employees", &Details::employees, 100'000'000},
};
constexpr FlagField kFlags[] = {{"bankrupt", &Details::bankrupt}, {"winding_up", &Details::winding_up}};

constexpr std::string_view kKinds[] = {"municipality", "county", "state", "supplier", "other"};

// Numbers that Statistics Norway has given to counties (Klass 104): those since 2024, those that were before
// (a file may be old), and what stands for no county. Municipalities begin with them.
constexpr std::string_view kCounties[] = {
    "03", "11", "15", "18", "31", "32", "33", "34", "39", "40", "42", "46", "50", "55", "56",  // since 2024
    "30", "38", "54",                                                                          // 2020 to 2023
    "01", "02", "04", "05", "06", "07", "08", "09", "10", "12", "14", "16", "17", "19", "20",  // before
    "21", "22", "23", "25",  // Svalbard, Jan Mayen, the continental shelf, abroad
    "98", "99",              // an exercise; not stated
};
// KOSTRA's groups of municipalities (Klass 112, since 2020); counties and city districts have codes of their
// own.
constexpr std::string_view kMunicipalityGroup = "EKG";
constexpr std::uint64_t kMunicipalityGroups = 17;

bool digits(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
bool county_number(std::string_view text) {
  return std::ranges::find(kCounties, text) != std::end(kCounties);
}
bool kostra_group(std::string_view text) {
  if (!text.starts_with(kMunicipalityGroup)) return true;
  text.remove_prefix(kMunicipalityGroup.size());
  const auto number = parse_uint(text);
  return text.size() == 2 && number && *number >= 1 && *number <= kMunicipalityGroups;
}
bool code(std::string_view text, std::size_t most) {
  return text.size() <= most && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
         });
}
// Letters and signs as they are written, on one line.
bool line_of_text(std::string_view text, std::size_t most) {
  return text.size() <= most && valid_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  // Norwegian letters of the codes (SÆR), small to capital.
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] == '\xC3' && static_cast<unsigned char>(out[i + 1]) >= 0xA0 && out[i + 1] != '\xB7')
      out[i + 1] = static_cast<char>(out[i + 1] - 0x20);
  }
  return out;
}

// The language form, as Enhetsregisteret and people write it.
Text language_of(std::string_view typed) {
  const auto small = folded(typed);
  if (small == "nb" || small == "no" || small == "bokmål" || small == "bokmaal") return "nb";
  if (small == "nn" || small == "nynorsk") return "nn";
  if (small == "en" || small == "english" || small == "engelsk") return "en";
  return std::nullopt;
}

class Tidying {
 public:
  explicit Tidying(Details& details) : details_(details) {}

  std::vector<Fault> all() {
    for (const auto& field : kText) {
      auto& value = details_.*field.member;
      if (!value) continue;
      *value = trim(*value);
      if (value->empty()) value.reset();
    }
    number("number", details_.number);
    number("parent", details_.parent);
    if (details_.parent && details_.parent == details_.number) fault("parent", "own-parent");
    take("name", details_.name, "name", [](std::string& v) { return line_of_text(v, 300); });
    take("kind", details_.kind, "kind", [](std::string& v) {
      v = lower(v);
      return std::ranges::find(kKinds, v) != std::end(kKinds);
    });
    take("form", details_.form, "form", [](std::string& v) {
      v = upper(v);
      return line_of_text(v, 12) && v.find(' ') == std::string::npos;
    });
    take("municipality", details_.municipality, "municipality", [](std::string& v) {
      if (digits(v, 3, 3)) v.insert(0, "0");  // a spreadsheet took the first zero
      return digits(v, 4, 4) && county_number(v.substr(0, 2));
    });
    take("county", details_.county, "county", [](std::string& v) {
      if (digits(v, 1, 1)) v.insert(0, "0");
      return county_number(v);
    });
    take("kostra", details_.kostra, "kostra", [](std::string& v) {
      v = upper(v);
      if (digits(v, 1, 2)) v = "EKG" + std::string(v.size() == 1 ? "0" : "") + v;
      return code(v, 12) && kostra_group(v);
    });
    take("sector", details_.sector, "sector", [](std::string& v) { return digits(v, 4, 4); });
    take("industry", details_.industry, "industry", [](std::string& v) { return code(v, 12); });
    take("website", details_.website, "website",
         [](std::string& v) { return line_of_text(v, 300) && v.find(' ') == std::string::npos; });
    if (details_.language) {
      if (auto language = language_of(*details_.language)) {
        details_.language = language;
      } else {
        fault("language", "language", *details_.language);
      }
    }
    county();
    for (const auto& field : kNumbers) {
      const auto& value = details_.*field.member;
      if (value && (*value < 0 || *value > field.most))
        faults_.push_back(
            {std::string(field.name), "count", {std::to_string(*value), std::to_string(field.most)}});
    }
    return std::move(faults_);
  }

 private:
  template <class Good>
  void take(std::string_view field, Text& value, std::string_view problem, Good good) {
    if (!value) return;
    const auto typed = *value;
    if (!good(*value)) fault(field, problem, typed);
  }
  void number(std::string_view field, Text& value) {
    if (!value) return;
    if (auto kept = organisation_number(*value)) {
      value = std::move(kept);
    } else {
      fault(field, "number", *value);
    }
  }
  // A municipality lies in the county of its first two digits (Svalbard and Jan Mayen too).
  void county() {
    if (!details_.municipality || details_.municipality->size() != 4) return;
    const auto of = details_.municipality->substr(0, 2);
    if (!details_.county) {
      details_.county = of;
    } else if (details_.county->size() == 2 && *details_.county != of) {
      faults_.push_back({"county", "county-of-municipality", {*details_.county, *details_.municipality, of}});
    }
  }
  void fault(std::string_view field, std::string_view problem, std::string_view typed = {}) {
    std::vector<std::string> values;
    if (!typed.empty()) values.push_back(shown_text(typed));
    faults_.push_back({std::string(field), std::string(problem), std::move(values)});
  }

  Details& details_;
  std::vector<Fault> faults_;
};

}  // namespace

std::string shown_text(std::string_view typed, std::size_t most) {
  if (!valid_utf8(typed)) return printable(typed, most);
  auto end = std::min(typed.size(), most);
  while (end < typed.size() && (static_cast<unsigned char>(typed[end]) & 0xC0U) == 0x80U) --end;
  return std::string(typed.substr(0, end));
}

std::span<const TextField> text_fields() { return kText; }
std::span<const NumberField> number_fields() { return kNumbers; }
std::span<const FlagField> flag_fields() { return kFlags; }

std::vector<Fault> tidy(Details& details) { return Tidying(details).all(); }

}  // namespace utsyn::footprint
