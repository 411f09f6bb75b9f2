#include "portfolio/nation.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "portfolio/suppression.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

using access::Detail;
using score::suppressed_below;

constexpr auto kKind = static_cast<std::size_t>(Dimension::kind);
constexpr std::uint32_t number_of_kind(std::size_t kind) { return static_cast<std::uint32_t>(kind) + 1; }

// Could be told apart: some, but fewer than five.
constexpr bool few(std::uint64_t many) { return many > 0 && many < suppressed_below; }

void take_out(score::PortfolioAnswer& answer) { answer = {answer.members, true, std::nullopt}; }

std::uint64_t rated_in(const score::PortfolioAnswer& answer) {
  return answer.figures ? static_cast<std::uint64_t>(answer.figures->rated) : 0;
}

}  // namespace

access::Access counting_all(const access::Access& reader) {
  auto out = reader;
  out.everywhere = Detail::findings;
  out.organisations.clear();
  return out;
}

NationGuard::NationGuard(const Table& table, const Seen& named, Kind kind) : table_(&table), kind_(kind) {
  open_ = named.authority() || named.sees_all(Detail::findings);
  pictures_.resize(1 + score::kind_words.size());
  if (open_) return;
  layers_.push_back(in_strata(table, table.present_rows).rated);
  for (const auto wanted : {Detail::score, Detail::findings}) {
    auto& rows = named_[wanted == Detail::score ? 0 : 1];
    auto left = layers_.front();
    for (const auto row : named.rows(wanted)) {
      rows.push_back(row);
      if (table.rated(row)) --left[table.stratum[row]];
    }
    if (left != layers_.back()) layers_.push_back(std::move(left));
  }
  // A kind that is hidden among the kinds is shown nowhere.
  hide_small(0);
  auto& all = pictures_.front();
  for (std::size_t each = 0; each < score::kind_words.size(); ++each) {
    if (kind && static_cast<std::size_t>(*kind) != each) continue;
    hide_small(1 + each);
    if (all.whole || all.hidden[kKind].contains(number_of_kind(each))) pictures_[1 + each].whole = true;
  }
  if (kind) return;
  for (std::size_t each = 0; each < dimension_words.size(); ++each)
    if (each != kKind) hide_by_kinds(static_cast<Dimension>(each));
}

// Within one picture, by what all its breakdowns together would tell.
void NationGuard::hide_small(std::size_t picture) {
  auto& out = pictures_[picture];
  for (const auto& layer : layers_) {
    InStrata counts{layer, layer};
    for (std::size_t stratum = 0; stratum < layer.size(); ++stratum)
      if (picture > 0 && table_->strata[stratum][kKind] != number_of_kind(picture - 1))
        counts.members[stratum] = counts.rated[stratum] = 0;
    const auto sum = std::accumulate(counts.rated.begin(), counts.rated.end(), std::uint64_t{0});
    if (sum == 0) continue;
    if (few(sum)) out.whole = true;
    const auto hidden = hidden_in_all(*table_, counts);
    for (std::size_t each = 0; each < hidden.size(); ++each) {
      const auto cells = cells_of(*table_, counts, static_cast<Dimension>(each));
      for (std::size_t cell = 0; cell < cells.numbers.size(); ++cell)
        if (hidden[each][cell]) out.hidden[each].insert(cells.numbers[cell]);
    }
  }
}

// The picture of all beside those of the kinds. Of the places that are hidden in those, the sums by kind and
// by cell are shown; cells are hidden until no few can be worked out from these.
void NationGuard::hide_by_kinds(Dimension dimension) {
  const auto at = static_cast<std::size_t>(dimension);
  auto& hidden = pictures_.front().hidden[at];
  for (const auto& layer : layers_) {
    // Node 0: the kinds that are hidden; then the kinds; then the cells that are hidden, and the cells.
    constexpr std::size_t cells_begin = 1 + score::kind_words.size();
    std::map<std::uint32_t, std::uint64_t> sizes;             // by cell: what is hidden in it
    std::vector<std::pair<std::size_t, std::size_t>> strata;  // with the node of the kind
    for (std::size_t stratum = 0; stratum < layer.size(); ++stratum) {
      const auto cell = table_->strata[stratum][at];
      const auto kind = table_->strata[stratum][kKind];
      if (layer[stratum] == 0 || kind == 0) continue;
      const auto& picture = pictures_[kind];
      if (!picture.whole && !picture.hidden[at].contains(cell)) continue;
      sizes[cell] += layer[stratum];
      strata.emplace_back(stratum, picture.whole ? 0 : kind);
    }
    while (!pictures_.front().whole) {
      std::map<std::uint32_t, std::size_t> node;
      std::vector<std::uint32_t> shown;
      for (const auto& [cell, size] : sizes) {
        node[cell] = cells_begin;
        if (hidden.contains(cell)) continue;
        shown.push_back(cell);
        node[cell] = cells_begin + shown.size();
      }
      const auto nodes = cells_begin + 1 + shown.size();
      std::vector<std::vector<std::uint64_t>> edges(nodes, std::vector<std::uint64_t>(nodes));
      for (const auto& [stratum, from] : strata) {
        const auto to = node.at(table_->strata[stratum][at]);
        edges[from][to] += layer[stratum];
        edges[to][from] += layer[stratum];
      }
      const auto cut = least_cut(edges);
      if (!few(cut.edges) || shown.empty()) break;
      const std::set<std::size_t> side(cut.side.begin(), cut.side.end());
      // The smallest cell of the side that is told apart, else of the other.
      std::optional<std::uint32_t> chosen;
      for (const bool inside : {true, false}) {
        for (const auto cell : shown)
          if (side.contains(node.at(cell)) == inside && (!chosen || sizes[cell] < sizes[*chosen]))
            chosen = cell;
        if (chosen) break;
      }
      hidden.insert(*chosen);
    }
  }
}

bool NationGuard::hides(const Picture& picture, Dimension dimension, const std::string& key) const {
  const auto at = static_cast<std::size_t>(dimension);
  return picture.whole || std::ranges::any_of(picture.hidden[at], [&](std::uint32_t number) {
           return cell_name(*table_, number, dimension) == key;
         });
}

void NationGuard::guard(score::PortfolioAnswer& total) const {
  if (!open_ && asked().whole) take_out(total);
}

void NationGuard::guard(Breakdown& breakdown, Dimension dimension) const {
  if (open_) return;
  const auto& picture = asked();
  guard(breakdown.total);
  for (auto& cell : breakdown.cells)
    if (hides(picture, dimension, cell.key)) take_out(cell.answer);
}

void NationGuard::guard(std::vector<HistoryPoint>& total, std::vector<CellHistory>& cells,
                        Dimension dimension) const {
  if (open_) return;
  const auto& picture = asked();
  std::vector<bool> hidden;
  hidden.reserve(cells.size());
  for (const auto& cell : cells) hidden.push_back(hides(picture, dimension, cell.key));
  for (std::size_t point = 0; point < total.size(); ++point) {
    auto& day = total[point];
    const auto* past = table_->at_day(day.day);
    // By key, how many the reader knows by name; "" is all of them.
    std::array<std::map<std::string, std::uint64_t>, 2> known;
    for (std::size_t layer = 0; layer < named_.size(); ++layer)
      for (const auto row : named_[layer]) {
        if (kind_ && table_->kind[row] != static_cast<std::uint8_t>(*kind_)) continue;
        if (past == nullptr || past->day != day.day || past->score_cp[row] == kNone) continue;
        ++known[layer][""];
        ++known[layer][cell_key(*table_, row, dimension)];
      }
    const auto unknown = [&](std::size_t layer, const std::string& key,
                             const score::PortfolioAnswer& answer) {
      const auto found = known[layer].find(key);
      const auto named = found == known[layer].end() ? 0 : found->second;
      return rated_in(answer) - std::min(rated_in(answer), named);
    };
    const auto tells = [&](const std::string& key, const score::PortfolioAnswer& answer) {
      return few(unknown(0, key, answer)) || few(unknown(1, key, answer));
    };
    const bool whole = picture.whole || tells("", day.answer);
    std::array<std::uint64_t, 2> left{unknown(0, "", day.answer), unknown(1, "", day.answer)};
    if (whole) {
      take_out(day.answer);
      day.trouble.reset();
    }
    std::vector<std::size_t> shown;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      if (point >= cells[cell].points.size()) continue;
      auto& answer = cells[cell].points[point].answer;
      if (whole || hidden[cell] || tells(cells[cell].key, answer)) {
        take_out(answer);
      } else if (answer.figures) {
        shown.push_back(cell);
        for (std::size_t layer = 0; layer < left.size(); ++layer)
          left[layer] -= std::min(left[layer], unknown(layer, cells[cell].key, answer));
      }
    }
    // What the shown ones leave of all is hidden too.
    while (!shown.empty() && (few(left[0]) || few(left[1]))) {
      const auto smallest = std::ranges::min_element(
          shown, {}, [&](std::size_t cell) { return rated_in(cells[cell].points[point].answer); });
      auto& answer = cells[*smallest].points[point].answer;
      for (std::size_t layer = 0; layer < left.size(); ++layer)
        left[layer] += unknown(layer, cells[*smallest].key, answer);
      take_out(answer);
      shown.erase(smallest);
    }
  }
}

}  // namespace utsyn::portfolio
