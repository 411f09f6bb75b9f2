#include "portfolio/filter.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <utility>

#include "base/text.h"
#include "footprint/fold.h"
#include "portfolio/picking.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

constexpr std::size_t kLongestValue = 200;
constexpr std::size_t kMostLargest = 100'000;

struct Wrong {
  FilterError error;
};
[[noreturn]] void wrong(std::string pointer, std::string detail) {
  throw Wrong{{std::move(pointer), std::move(detail)}};
}

std::string text_of(const json::value& value, const std::string& pointer) {
  if (!value.is_string() || value.as_string().empty() || value.as_string().size() > kLongestValue)
    wrong(pointer, "a text of 1 to 200 bytes is needed");
  return std::string(value.as_string());
}

std::int64_t number_of(const json::value& value, const std::string& pointer, std::int64_t least,
                       std::int64_t most) {
  std::int64_t number = least - 1;
  if (value.is_int64()) number = value.as_int64();
  // As write_filter() leaves a count.
  if (value.is_uint64() && std::in_range<std::int64_t>(value.as_uint64()))
    number = static_cast<std::int64_t>(value.as_uint64());
  if (number < least || number > most)
    wrong(pointer,
          "a whole number from " + std::to_string(least) + " to " + std::to_string(most) + " is needed");
  return number;
}

std::vector<std::string> texts_of(const json::value& value, const std::string& pointer,
                                  bool (*fits)(std::string_view), const char* form) {
  if (!value.is_array() || value.as_array().size() > kMostFilterValues)
    wrong(pointer, "a list of at most " + std::to_string(kMostFilterValues) + " is needed");
  std::vector<std::string> texts;
  for (const auto& item : value.as_array()) {
    const auto at = pointer + "/" + std::to_string(texts.size());
    texts.push_back(text_of(item, at));
    if (!fits(texts.back())) wrong(at, form);
  }
  return texts;
}

template <class Enum, std::size_t size>
std::vector<Enum> words_of(const json::value& value, const std::string& pointer,
                           const std::array<std::string_view, size>& words) {
  std::vector<Enum> out;
  for (const auto& text : texts_of(value, pointer, [](std::string_view) { return true; }, "")) {
    const auto at = std::ranges::find(words, text);
    if (at == words.end()) {
      std::string choices;
      for (const auto word : words) choices += (choices.empty() ? "" : ", ") + std::string(word);
      wrong(pointer + "/" + std::to_string(out.size()), "one of " + choices + " is needed");
    }
    out.push_back(static_cast<Enum>(at - words.begin()));
  }
  return out;
}

Range range_of(const json::value& value, const std::string& pointer, std::int64_t most) {
  if (!value.is_object() || value.as_object().empty())
    wrong(pointer, "an object with least, most or both is needed");
  Range range{0, most};
  for (const auto& [name, bound] : value.as_object()) {
    const auto at = pointer + "/" + std::string(name);
    if (name == "least") {
      range.least = number_of(bound, at, 0, most);
    } else if (name == "most") {
      range.most = number_of(bound, at, 0, most);
    } else {
      wrong(at, "unknown member; least and most are known");
    }
  }
  if (range.least > range.most) wrong(pointer, "least is above most");
  return range;
}

bool digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void read_member(Filter& filter, std::string_view name, const json::value& value) {
  const std::string pointer = "/" + std::string(name);
  constexpr std::int64_t people = 1'000'000'000;
  if (name == "kinds") {
    filter.kinds = words_of<score::Kind>(value, pointer, score::kind_words);
  } else if (name == "counties") {
    filter.counties = texts_of(
        value, pointer, [](std::string_view text) { return digits(text, 2); },
        "two digits are needed, such as 03");
  } else if (name == "municipalities") {
    filter.municipalities = texts_of(
        value, pointer, [](std::string_view text) { return digits(text, 4); },
        "four digits are needed, such as 0301");
  } else if (name == "kostra_groups") {
    filter.kostra_groups =
        texts_of(value, pointer, [](std::string_view) { return true; }, "a KOSTRA group is needed");
  } else if (name == "sectors") {
    filter.sectors = texts_of(
        value, pointer, [](std::string_view text) { return digits(text, 4); },
        "the four digits of an institutional sector are needed, such as 6500");
  } else if (name == "grades") {
    filter.grades = words_of<score::Grade>(value, pointer, score::grade_words);
  } else if (name == "population") {
    filter.population = range_of(value, pointer, people);
  } else if (name == "employees") {
    filter.employees = range_of(value, pointer, people);
  } else if (name == "score_cp") {
    filter.score_cp = range_of(value, pointer, score::full_score_cp);
  } else if (name == "text") {
    filter.text = text_of(value, pointer);
  } else if (name == "open_check") {
    filter.open_check = text_of(value, pointer);
  } else if (name == "open_gate") {
    if (!value.is_bool()) wrong(pointer, "true or false is needed");
    filter.open_gate = value.as_bool();
  } else if (name == "suppliers_of") {
    filter.suppliers_of = text_of(value, pointer);
  } else if (name == "largest") {
    if (!value.is_object()) wrong(pointer, "an object with by and count is needed");
    for (const auto& [member, given] : value.as_object()) {
      const auto at = pointer + "/" + std::string(member);
      if (member == "by") {
        const auto by = text_of(given, at);
        if (by == "population") {
          filter.largest = Largest::population;
        } else if (by == "employees") {
          filter.largest = Largest::employees;
        } else {
          wrong(at, "population or employees is needed");
        }
      } else if (member == "count") {
        filter.largest_count = static_cast<std::size_t>(number_of(given, at, 1, kMostLargest));
      } else {
        wrong(at, "unknown member; by and count are known");
      }
    }
    if (filter.largest == Largest::none) wrong(pointer + "/by", "population or employees is needed");
    if (filter.largest_count == 0) wrong(pointer + "/count", "how many is needed");
  } else {
    wrong(pointer, "unknown member of a filter");
  }
}

json::object write_range(const Range& range) { return {{"least", range.least}, {"most", range.most}}; }

template <class Enum>
json::array words_json(const std::vector<Enum>& values) {
  json::array out;
  for (const auto value : values) out.emplace_back(json::string(score::word(value)));
  return out;
}
json::array texts_json(const std::vector<std::string>& values) {
  json::array out;
  for (const auto& value : values) out.emplace_back(value);
  return out;
}

// A set of small numbers, for membership in one look.
class NumberSet {
 public:
  NumberSet(const Words& words, const std::vector<std::string>& texts) : wanted_(!texts.empty()) {
    if (!wanted_) return;
    bits_.resize(words.size());
    for (const auto& text : texts)
      if (const auto number = words.find(text); number != kNoNumber) bits_[number] = 1;
  }
  bool fits(std::uint16_t number) const { return !wanted_ || (number < bits_.size() && bits_[number] != 0); }

 private:
  bool wanted_;
  std::vector<std::uint8_t> bits_;
};

template <class Enum>
std::uint32_t mask_of(const std::vector<Enum>& values) {
  std::uint32_t mask = 0;
  for (const auto value : values) mask |= 1U << static_cast<unsigned>(value);
  return values.empty() ? ~0U : mask;
}

bool within(const std::optional<Range>& range, std::uint32_t value) {
  return !range || (value != kNoNumber && value >= range->least && value <= range->most);
}

// The place of a row in the order as a number, the smaller the earlier; unknown ones are last. Calls
// `answer(number_of)` with a function of the row, made for this order once and not for each row.
template <class Answer>
auto with_keys(const Table& table, const Seen& seen, Sorting sorting, Answer answer) {
  const auto turned = [&](std::uint64_t key) { return sorting.descending ? kLastKey - key : key; };
  const auto number = [&](bool known, std::uint64_t value) {
    if (!known) return kLastKey;
    return sorting.descending ? kLastKey - 1 - value : value;
  };
  switch (sorting.by) {
    case Order::id:
      return answer([&](RowNumber row) { return turned(table.id_key[row]); });
    case Order::name:
      return answer([&](RowNumber row) { return turned(table.name_key[row]); });
    case Order::score:
      return answer([&](RowNumber row) { return number(table.rated(row), table.score_cp[row]); });
    case Order::population:
      return answer(
          [&](RowNumber row) { return number(table.population[row] != kNoNumber, table.population[row]); });
    case Order::coverage:
      return answer([&](RowNumber row) { return number(table.measured[row] != 0, table.coverage[row]); });
    case Order::measured:
      return answer([&](RowNumber row) {
        return number(table.measured[row] != 0, static_cast<std::uint64_t>(table.measured[row]));
      });
    case Order::overdue:
      break;
  }
  return answer([&](RowNumber row) {
    return number(table.measured[row] != 0 && seen.detail(row) >= Detail::findings, table.overdue_days[row]);
  });
}

}  // namespace

Result<Filter, FilterError> read_filter(const json::value& document) {
  try {
    if (!document.is_object()) wrong("", "a filter is an object");
    Filter filter;
    for (const auto& [name, value] : document.as_object()) read_member(filter, name, value);
    return filter;
  } catch (Wrong& one) {
    return unexpected(std::move(one.error));
  }
}

json::object write_filter(const Filter& filter) {
  json::object out;
  if (!filter.kinds.empty()) out["kinds"] = words_json(filter.kinds);
  if (!filter.counties.empty()) out["counties"] = texts_json(filter.counties);
  if (!filter.municipalities.empty()) out["municipalities"] = texts_json(filter.municipalities);
  if (!filter.kostra_groups.empty()) out["kostra_groups"] = texts_json(filter.kostra_groups);
  if (!filter.sectors.empty()) out["sectors"] = texts_json(filter.sectors);
  if (!filter.grades.empty()) out["grades"] = words_json(filter.grades);
  if (filter.population) out["population"] = write_range(*filter.population);
  if (filter.employees) out["employees"] = write_range(*filter.employees);
  if (filter.score_cp) out["score_cp"] = write_range(*filter.score_cp);
  if (!filter.text.empty()) out["text"] = filter.text;
  if (!filter.open_check.empty()) out["open_check"] = filter.open_check;
  if (filter.open_gate) out["open_gate"] = true;
  if (!filter.suppliers_of.empty()) out["suppliers_of"] = filter.suppliers_of;
  if (filter.largest != Largest::none)
    out["largest"] = {{"by", filter.largest == Largest::population ? "population" : "employees"},
                      {"count", filter.largest_count}};
  return out;
}

Seen::Seen(const Table& table, const access::Access& access)
    : table_(&table), everywhere_(access.everywhere), authority_(access.authority) {
  for (const auto& [organisation, detail] : access.organisations)
    if (const auto row = table.find(organisation)) granted_.emplace_back(*row, detail);
  std::ranges::sort(granted_);
}

Detail Seen::detail(RowNumber row) const {
  const auto at = std::ranges::lower_bound(granted_, row, {}, &std::pair<RowNumber, Detail>::first);
  const auto granted = at != granted_.end() && at->first == row ? at->second : Detail::none;
  return std::max(granted, everywhere_);
}

std::vector<RowNumber> Seen::rows(Detail wanted) const {
  std::vector<RowNumber> rows;
  if (everywhere_ >= wanted) {
    rows = table_->present_rows;
  } else {
    for (const auto& [row, detail] : granted_)
      if (detail >= wanted && table_->present[row] != 0) rows.push_back(row);
  }
  return rows;
}

std::optional<Detail> Seen::everything_alike() const {
  const auto more = [&](const auto& granted) { return granted.second > everywhere_; };
  if (!sees_all() || std::ranges::any_of(granted_, more)) return std::nullopt;
  return everywhere_;
}

std::vector<RowNumber> Seen::granted_rows(Detail wanted) const {
  std::vector<RowNumber> rows;
  for (const auto& [row, detail] : granted_)
    if (detail >= wanted) rows.push_back(row);
  return rows;
}

std::vector<RowNumber> matching(const Table& table, const Seen& seen, const Filter& filter) {
  if (filter.suppliers_of.empty()) {
    // Without a copy of a million rows that a filter throws away again.
    if (seen.sees_all() && filter != Filter{}) return narrowed(table, seen, filter, table.present_rows);
    return narrowed(table, seen, filter, seen.rows());
  }
  const auto customer = table.find(filter.suppliers_of);
  if (!customer || !seen.sees(*customer, Detail::findings)) return {};
  std::vector<RowNumber> rows;
  for (const auto& supply : table.suppliers[*customer])
    if (seen.sees(supply.other)) rows.push_back(supply.other);
  std::ranges::sort(rows);
  return narrowed(table, seen, filter, rows);
}

std::vector<RowNumber> narrowed(const Table& table, const Seen& seen, const Filter& filter,
                                std::span<const RowNumber> given) {
  const auto check = table.checks.find(filter.open_check);
  if (!filter.open_check.empty() && check == kNoNumber) return {};
  std::vector<std::uint8_t> supplies;
  if (!filter.suppliers_of.empty()) {
    const auto customer = table.find(filter.suppliers_of);
    if (!customer || !seen.sees(*customer, Detail::findings)) return {};
    supplies.resize(table.size());
    for (const auto& supply : table.suppliers[*customer]) supplies[supply.other] = 1;
  }
  Narrowing left(given);
  const auto by_word = [&](const std::vector<std::string>& wanted, const std::vector<std::uint16_t>& column) {
    const NumberSet numbers(table.words, wanted);
    left.keep(!wanted.empty(), [&](RowNumber row) { return numbers.fits(column[row]); });
  };
  const auto by_range = [&](const std::optional<Range>& range, const std::vector<std::uint32_t>& column) {
    left.keep(range.has_value(), [&](RowNumber row) { return within(range, column[row]); });
  };
  const auto sees_findings = [&](RowNumber row) { return seen.detail(row) >= Detail::findings; };
  const auto kinds = mask_of(filter.kinds);
  const auto grades = mask_of(filter.grades);
  by_word(filter.counties, table.county);
  by_word(filter.municipalities, table.municipality);
  by_word(filter.kostra_groups, table.kostra);
  by_word(filter.sectors, table.sector);
  left.keep(!filter.kinds.empty(), [&](RowNumber row) { return (kinds >> table.kind[row] & 1U) != 0; });
  left.keep(!filter.grades.empty(), [&](RowNumber row) { return (grades >> table.grade[row] & 1U) != 0; });
  by_range(filter.population, table.population);
  by_range(filter.employees, table.employees);
  left.keep(filter.score_cp.has_value(),
            [&](RowNumber row) { return table.rated(row) && within(filter.score_cp, table.score_cp[row]); });
  left.keep(!supplies.empty(), [&](RowNumber row) { return supplies[row] != 0; });
  left.keep(filter.open_gate, [&](RowNumber row) { return table.gated[row] != 0 && sees_findings(row); });
  left.keep(check != kNoNumber,
            [&](RowNumber row) { return table.has_check(row, check) && sees_findings(row); });
  const auto text = footprint::folded(filter.text);
  left.keep(!text.empty(), [&](RowNumber row) {
    return table.folded_name[row].find(text) != std::string_view::npos ||
           table.number[row].find(text) != std::string_view::npos;
  });
  auto rows = left.take();

  if (filter.largest != Largest::none) {
    const auto& column = filter.largest == Largest::population ? table.population : table.employees;
    std::erase_if(rows, [&](RowNumber row) { return column[row] == kNoNumber; });
    const auto larger = [&](RowNumber a, RowNumber b) {
      return column[a] != column[b] ? column[a] > column[b] : table.id[a] < table.id[b];
    };
    if (rows.size() > filter.largest_count) {
      const auto end = rows.begin() + static_cast<std::ptrdiff_t>(filter.largest_count);
      std::ranges::nth_element(rows, end, larger);
      rows.erase(end, rows.end());
      std::ranges::sort(rows);
    }
  }
  return rows;
}

std::optional<Sorting> sorting_named(std::string_view word) {
  Sorting sorting;
  if (word.starts_with('-')) {
    sorting.descending = true;
    word.remove_prefix(1);
  }
  constexpr std::array<std::string_view, 7> words = {"id",       "name",     "score",  "population",
                                                     "coverage", "measured", "overdue"};
  const auto at = std::ranges::find(words, word);
  if (at == words.end()) return std::nullopt;
  sorting.by = static_cast<Order>(at - words.begin());
  return sorting;
}

std::vector<std::string> sort_key(const Table& table, const Seen& seen, RowNumber row, Sorting sorting) {
  const auto key = with_keys(table, seen, sorting, [&](auto key_of) { return key_of(row); });
  return {std::to_string(key), std::string(table.sort_name[row]), std::string(table.id[row])};
}

std::vector<RowNumber> sorted_page(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                   Sorting sorting, std::span<const std::string> after, std::size_t limit) {
  // Names and ids turn round with the order; of equal numbers of another kind the smaller id comes first
  // either way.
  const bool by_name = sorting.by == Order::name;
  Place start;
  if (after.size() == 3) {
    std::from_chars(after[0].data(), after[0].data() + after[0].size(), start.key);
    if (by_name) start.name = after[1];
    start.id = after[2];
    start.id_key = first_bytes(start.id);
  }
  const bool turned = sorting.descending && (by_name || sorting.by == Order::id);
  const auto name_of = [&](RowNumber row) { return by_name ? table.sort_name[row] : std::string_view{}; };
  return with_keys(table, seen, sorting, [&](auto key_of) {
    return first_of(table, rows, limit, after.size() == 3 ? &start : nullptr, turned, key_of, name_of);
  });
}

}  // namespace utsyn::portfolio
