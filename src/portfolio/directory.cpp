#include "portfolio/directory.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "portfolio/picking.h"

namespace utsyn::portfolio {
namespace {

using footprint::Sort;

// A bit for each row.
class RowSet {
 public:
  explicit RowSet(std::size_t rows) : bits_((rows + 63) / 64) {}
  void add(RowNumber row) { bits_[row / 64] |= std::uint64_t{1} << row % 64; }
  bool has(RowNumber row) const { return (bits_[row / 64] >> row % 64 & 1U) != 0; }
  std::vector<RowNumber> rows() const {
    std::size_t count = 0;
    for (const auto bits : bits_) count += static_cast<std::size_t>(std::popcount(bits));
    std::vector<RowNumber> out;
    out.reserve(count);
    for (std::size_t word = 0; word < bits_.size(); ++word)
      for (auto bits = bits_[word]; bits != 0; bits &= bits - 1)
        out.push_back(static_cast<RowNumber>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
    return out;
  }

 private:
  std::vector<std::uint64_t> bits_;
};

RowSet rows_with(const Table& table, std::string_view prefix) {
  RowSet rows(table.size());
  table.word_index.each(prefix, [&](RowNumber row) { rows.add(row); });
  return rows;
}

// Those that have a word beginning with each prefix, in row order, looked for among all: the rarest beginning
// gives the candidates. To ask a candidate itself takes about as long as going along eight of the index.
std::vector<RowNumber> found_by(const Table& table, const std::vector<std::string>& prefixes) {
  std::vector<std::pair<std::size_t, std::string_view>> rarest_first;
  rarest_first.reserve(prefixes.size());
  for (const auto& prefix : prefixes) rarest_first.emplace_back(table.word_index.count(prefix), prefix);
  std::ranges::sort(rarest_first);
  auto rows = rows_with(table, rarest_first.front().second).rows();
  for (const auto& [count, prefix] : std::span(rarest_first).subspan(1)) {
    if (count / 8 > rows.size()) {
      std::erase_if(rows, [&](RowNumber row) { return !has_word(table.words_of[row], prefix); });
    } else {
      const auto others = rows_with(table, prefix);
      std::erase_if(rows, [&](RowNumber row) { return !others.has(row); });
    }
  }
  return rows;
}

bool within(std::uint32_t number, const footprint::Number& from, const footprint::Number& to) {
  return number != kNoNumber && (!from || number >= *from) && (!to || number <= *to);
}

Narrowing listed_rows(const Table& table, const Seen& seen, const footprint::Filter& filter,
                      const std::vector<std::string>& prefixes) {
  const auto none = [] { return Narrowing(std::vector<RowNumber>{}); };
  const auto wanted = filter.removed ? InRegister::left : InRegister::yes;
  // What the columns do not know, no organisation has.
  std::uint8_t kind = 0;
  if (filter.kind) {
    const auto at = std::ranges::find(score::kind_words, *filter.kind);
    if (at == score::kind_words.end()) return none();
    kind = static_cast<std::uint8_t>(at - score::kind_words.begin());
  }
  struct Word {
    const footprint::Text* given;
    const std::vector<std::uint16_t>* column;
    std::uint32_t number = kNoNumber;
  };
  // The one that leaves the fewest first.
  Word words[] = {{&filter.municipality, &table.municipality},
                  {&filter.county, &table.county},
                  {&filter.kostra, &table.kostra},
                  {&filter.sector, &table.sector}};
  for (auto& word : words) {
    if (!*word.given) continue;
    word.number = table.words.find(**word.given);
    if (word.number == kNoNumber) return none();
  }

  auto left = [&] {
    if (!seen.sees_all()) return Narrowing(seen.granted_rows());
    if (!prefixes.empty()) return Narrowing(found_by(table, prefixes));
    if (!filter.removed) return Narrowing(std::span<const RowNumber>(table.listed_rows));
    return Narrowing(table.size(), [&](RowNumber row) { return table.in_register[row] == wanted; });
  }();
  left.keep(!seen.sees_all() || !prefixes.empty(),
            [&](RowNumber row) { return table.in_register[row] == wanted; });
  for (const auto& word : words)
    left.keep(word.number != kNoNumber, [&](RowNumber row) { return (*word.column)[row] == word.number; });
  left.keep(filter.kind.has_value(), [&](RowNumber row) { return table.kind[row] == kind; });
  left.keep(filter.population_from || filter.population_to, [&](RowNumber row) {
    return within(table.population[row], filter.population_from, filter.population_to);
  });
  left.keep(filter.employees_from || filter.employees_to, [&](RowNumber row) {
    return within(table.employees[row], filter.employees_from, filter.employees_to);
  });
  left.keep(filter.sort == Sort::score, [&](RowNumber row) { return table.measured[row] != 0; });
  // The index knows every word; which of them the reader may look for, the organisation says.
  left.keep(!seen.sees_all(access::Detail::findings) && !prefixes.empty(), [&](RowNumber row) {
    const bool hosts = seen.detail(row) >= access::Detail::findings;
    return std::ranges::all_of(prefixes, [&](const auto& prefix) {
      return hosts ? has_word(table.words_of[row], prefix) : has_shown_word(table.words_of[row], prefix);
    });
  });
  return left;
}

// The number in a key that the database sorts by: -1 when unknown.
std::int64_t number_of(const Table& table, RowNumber row, Sort sort) {
  const auto known = [](std::uint32_t number) { return number == kNoNumber ? -1 : std::int64_t{number}; };
  if (sort == Sort::population) return known(table.population[row]);
  if (sort == Sort::employees) return known(table.employees[row]);
  return table.score_cp[row];
}

}  // namespace

DirectoryPage directory_page(const Table& table, const Seen& seen, const footprint::Filter& filter,
                             std::size_t limit, const std::vector<std::string>& after) {
  footprint::ListKey from;
  if (!after.empty()) from = footprint::key_from(after, filter.sort);
  const auto prefixes = footprint::prefixes_of(filter.text);
  if (prefixes.empty() && !trim(filter.text).empty()) return {};
  const auto narrowed = listed_rows(table, seen, filter, prefixes);
  const auto rows = narrowed.rows();

  const bool by_name = filter.sort == Sort::name;
  const auto turned = [&](std::uint64_t key) { return filter.descending ? kLastKey - key : key; };
  const auto turned_number = [&](std::int64_t number) {
    return turned(static_cast<std::uint64_t>(number + 1));
  };
  Place start;
  if (!after.empty())
    start = {by_name ? turned(first_bytes(from.text)) : turned_number(from.number), from.text,
             first_bytes(from.id), from.id};
  const auto pick = [&](auto key_of, auto name_of) {
    return first_of(table, rows, limit + 1, after.empty() ? nullptr : &start, filter.descending, key_of,
                    name_of);
  };
  const auto no_name = [](RowNumber) { return std::string_view{}; };
  std::vector<RowNumber> page;
  switch (filter.sort) {
    case Sort::name:
      page = pick([&](RowNumber row) { return turned(table.name_key[row]); },
                  [&](RowNumber row) { return table.sort_name[row]; });
      break;
    case Sort::population:
      page = pick([&](RowNumber row) { return turned_number(number_of(table, row, Sort::population)); },
                  no_name);
      break;
    case Sort::employees:
      page =
          pick([&](RowNumber row) { return turned_number(number_of(table, row, Sort::employees)); }, no_name);
      break;
    case Sort::score:
      page = pick([&](RowNumber row) { return turned_number(table.score_cp[row]); }, no_name);
      break;
  }
  DirectoryPage out;
  out.total = static_cast<std::int64_t>(rows.size());
  if (page.size() > limit) {
    page.pop_back();
    const auto last = page.back();
    out.next_after = footprint::cursor_from(
        {by_name ? std::string(table.sort_name[last]) : std::string(),
         by_name ? 0 : number_of(table, last, filter.sort), std::string(table.id[last])},
        filter.sort);
  }
  for (const auto row : page) out.ids.emplace_back(table.id[row]);
  return out;
}

}  // namespace utsyn::portfolio
