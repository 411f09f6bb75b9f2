#include "portfolio/suppression.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "score/constants.h"
#include "score/portfolio.h"

namespace utsyn::portfolio {
namespace {

using score::suppressed_below;

// Organisations that lie in the same cell of every partition are told apart by none: they count as one atom.
struct Atom {
  std::vector<std::uint32_t> cells;
  std::uint64_t count = 0;
};

std::vector<Atom> atoms_of(std::span<const Partition> partitions, std::span<const std::uint64_t> many) {
  std::vector<Atom> atoms;
  if (partitions.empty()) return atoms;
  const std::size_t count = partitions.front().cell_of.size();
  // Refined one partition at a time: the number of an atom and the next cell give the number of a finer one.
  std::vector<std::uint32_t> atom_of(count, 0);
  std::size_t known = 1;
  for (const auto& partition : partitions) {
    const std::uint64_t width = partition.keys.size();
    std::unordered_map<std::uint64_t, std::uint32_t> finer;
    std::vector<std::uint32_t> direct;
    if (known * width < (std::size_t{1} << 22U)) direct.assign(known * width, 0);
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t key = atom_of[i] * width + partition.cell_of[i];
      if (!direct.empty()) {
        if (direct[key] == 0) direct[key] = ++next;
        atom_of[i] = direct[key] - 1;
      } else {
        const auto [at, added] = finer.try_emplace(key, next);
        if (added) ++next;
        atom_of[i] = at->second;
      }
    }
    known = std::max<std::size_t>(next, 1);
  }
  atoms.resize(count == 0 ? 0 : known);
  for (std::size_t i = 0; i < count; ++i) {
    auto& atom = atoms[atom_of[i]];
    if (atom.cells.empty())
      for (const auto& partition : partitions) atom.cells.push_back(partition.cell_of[i]);
    atom.count += many.empty() ? 1 : many[i];
  }
  return atoms;
}

using Sizes = std::vector<std::uint64_t>;

// Hides the smallest cell that is shown, of those that `may`; false when there is none.
template <class May>
bool hide_smallest(const Partition& partition, const Sizes& sizes, std::vector<bool>& hidden, May may) {
  std::optional<std::size_t> smallest;
  for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
    if (hidden[cell] || !may(cell)) continue;
    if (!smallest ||
        std::tie(sizes[cell], partition.keys[cell]) < std::tie(sizes[*smallest], partition.keys[*smallest]))
      smallest = cell;
  }
  if (!smallest) return false;
  hidden[*smallest] = true;
  return true;
}

std::uint64_t hidden_sum(const Sizes& sizes, const std::vector<bool>& hidden) {
  std::uint64_t sum = 0;
  for (std::size_t cell = 0; cell < hidden.size(); ++cell) sum += hidden[cell] ? sizes[cell] : 0;
  return sum;
}

struct Side {
  const Partition* partition;
  const Sizes* sizes;
  std::vector<bool>* hidden;
  std::size_t index;  // among the partitions

  // Node 0 is everything hidden, the cells follow.
  std::size_t nodes() const { return partition->keys.size() + 1; }
  std::size_t node_of(std::uint32_t cell) const { return (*hidden)[cell] ? 0 : cell + 1; }
};

// Whether something had to be hidden.
bool mend(Side a, Side b, std::span<const Atom> atoms) {
  const std::size_t nodes = a.nodes() + b.nodes();
  std::vector<std::vector<std::uint64_t>> edges(nodes, std::vector<std::uint64_t>(nodes));
  for (const auto& atom : atoms) {
    const auto from = a.node_of(atom.cells[a.index]);
    const auto to = a.nodes() + b.node_of(atom.cells[b.index]);
    edges[from][to] += atom.count;
    edges[to][from] += atom.count;
  }
  const Cut cut = least_cut(edges);
  if (cut.edges == 0 || cut.edges >= suppressed_below) return false;
  std::vector<bool> within(nodes);
  for (const auto node : cut.side) within[node] = true;
  const auto hide_in = [&](Side side, std::size_t first, bool inside) {
    return hide_smallest(*side.partition, *side.sizes, *side.hidden, [&](std::size_t cell) {
      return (*side.sizes)[cell] > 0 && within[first + cell + 1] == inside;
    });
  };
  return hide_in(b, a.nodes(), true) || hide_in(a, 0, true) || hide_in(b, a.nodes(), false) ||
         hide_in(a, 0, false);
}

}  // namespace

Cut least_cut(const std::vector<std::vector<std::uint64_t>>& given) {
  Cut best;
  std::vector<bool> visited(given.size());
  for (std::size_t start = 0; start < given.size(); ++start) {
    if (visited[start]) continue;
    // One connected part at a time.
    std::vector<std::uint32_t> part{static_cast<std::uint32_t>(start)};
    visited[start] = true;
    for (std::size_t at = 0; at < part.size(); ++at)
      for (std::size_t other = 0; other < given.size(); ++other)
        if (!visited[other] && given[part[at]][other] > 0) {
          visited[other] = true;
          part.push_back(static_cast<std::uint32_t>(other));
        }
    std::vector<std::vector<std::uint64_t>> edges(part.size(), std::vector<std::uint64_t>(part.size()));
    for (std::size_t i = 0; i < part.size(); ++i)
      for (std::size_t j = 0; j < part.size(); ++j) edges[i][j] = given[part[i]][part[j]];
    std::vector<std::vector<std::uint32_t>> merged;
    merged.reserve(part.size());
    for (const auto node : part) merged.push_back({node});
    std::vector<std::size_t> left;
    left.reserve(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) left.push_back(i);
    while (left.size() > 1) {
      std::vector<std::uint64_t> bond(part.size());
      std::vector<bool> taken(part.size());
      std::size_t last = left.front();
      std::size_t before = last;
      for (std::size_t step = 0; step < left.size(); ++step) {
        std::optional<std::size_t> next;
        for (const auto node : left)
          if (!taken[node] && (!next || bond[node] > bond[*next])) next = node;
        taken[*next] = true;
        before = last;
        last = *next;
        for (const auto node : left)
          if (!taken[node]) bond[node] += edges[last][node];
      }
      if (best.edges == 0 || bond[last] < best.edges) best = {bond[last], merged[last]};
      merged[before].insert(merged[before].end(), merged[last].begin(), merged[last].end());
      for (const auto node : left) {
        edges[before][node] += edges[last][node];
        edges[node][before] = edges[before][node];
      }
      std::erase(left, last);
    }
  }
  return best;
}

std::vector<std::vector<bool>> hidden_cells(std::span<const Partition> partitions,
                                            std::span<const std::vector<bool>> already,
                                            std::span<const std::uint64_t> many) {
  const auto atoms = atoms_of(partitions, many);
  std::vector<Sizes> sizes;
  std::vector<std::vector<bool>> hidden;
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    sizes.emplace_back(partitions[p].keys.size());
    for (const auto& atom : atoms) sizes[p][atom.cells[p]] += atom.count;
    std::vector<score::Cell> cells;
    cells.reserve(sizes[p].size());
    for (std::size_t cell = 0; cell < sizes[p].size(); ++cell)
      cells.push_back({partitions[p].keys[cell], sizes[p][cell]});
    hidden.push_back(score::suppressed_cells(cells, true));
    if (p < already.size())
      for (std::size_t cell = 0; cell < already[p].size(); ++cell)
        if (already[p][cell]) hidden[p][cell] = true;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      // Several small ones together may still be fewer than five.
      while (hidden_sum(sizes[p], hidden[p]) > 0 && hidden_sum(sizes[p], hidden[p]) < suppressed_below &&
             hide_smallest(partitions[p], sizes[p], hidden[p], [](std::size_t) { return true; }))
        changed = true;
    }
    for (std::size_t a = 0; a < partitions.size(); ++a)
      for (std::size_t b = a + 1; b < partitions.size(); ++b)
        while (mend({&partitions[a], &sizes[a], &hidden[a], a}, {&partitions[b], &sizes[b], &hidden[b], b},
                    atoms))
          changed = true;
  }
  return hidden;
}

}  // namespace utsyn::portfolio
