#include "portfolio/past_answers.h"

#include <algorithm>

#include "portfolio/suppression.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

bool sees(const Members& members, std::size_t at) {
  return !members.findings.empty() && members.findings[at] != 0;
}

}  // namespace

std::size_t PastAnswers::bytes() const {
  std::size_t out = members_.rows.capacity() * sizeof(RowNumber) +
                    members_.weights.capacity() * sizeof(std::int64_t) +
                    slot_.capacity() * sizeof(std::uint32_t) + members_.findings.capacity();
  for (const auto& [day, counts] : days_) {
    for (const auto& tally : counts.tallies) out += tally.bytes();
    out += counts.answers.capacity() * sizeof(counts.answers.front()) + counts.trouble.bytes();
  }
  return out;
}

std::vector<std::uint32_t> PastAnswers::slots_of(const Table& table, const Members& members) {
  std::vector<std::uint32_t> out;
  if (!dimension_) return out;
  // The slot of each stratum first: there are few.
  std::vector<std::uint32_t> of_stratum;
  of_stratum.reserve(table.strata.size());
  for (const auto& stratum : table.strata) {
    const auto number = stratum[static_cast<std::size_t>(*dimension_)];
    if (number >= slot_of_cell_.size()) slot_of_cell_.resize(number + 1, kNoNumber);
    if (slot_of_cell_[number] == kNoNumber) slot_of_cell_[number] = static_cast<std::uint32_t>(slots_++);
    of_stratum.push_back(slot_of_cell_[number]);
  }
  out.reserve(members.rows.size());
  for (const auto row : members.rows) out.push_back(of_stratum[table.stratum[row]]);
  return out;
}

void PastAnswers::hold(const Table& table, Members members) {
  // A stamp that stands says that the rows are the same ones, too.
  std::erase_if(days_, [&](const auto& kept) {
    const auto* past = table.at_day(kept.first);
    return past == nullptr || past->day != kept.first || past->stamp != kept.second.stamp;
  });
  if (days_.empty()) {
    slot_of_cell_.clear();
    slots_ = dimension_ ? 0 : 1;
  }
  auto slots = slots_of(table, members);
  if (dimension_) {
    const auto strata = in_strata(table, members.rows);
    cells_ = cells_of(table, strata, *dimension_);
    hidden_now_ = authority_ ? std::vector<bool>(cells_.keys.size()) : hidden_in(table, strata, *dimension_);
  }
  if (!days_.empty() && (members.rows != members_.rows || members.weights != members_.weights ||
                         members.findings != members_.findings || slots != slot_))
    replace(table, members, slots);
  members_ = std::move(members);
  slot_ = std::move(slots);
}

// Takes away who was a member, or was one in another way, and adds who is one.
void PastAnswers::replace(const Table& table, const Members& members,
                          const std::vector<std::uint32_t>& slots) {
  struct Place {
    RowNumber row;
    std::int64_t weight;
    std::uint32_t slot;
    bool findings;
  };
  std::vector<Place> leaving;
  std::vector<Place> joining;
  const auto slot_at = [](const std::vector<std::uint32_t>& of, std::size_t at) {
    return of.empty() ? 0U : of[at];
  };
  const auto was = [&](std::size_t at) {
    return Place{members_.rows[at], members_.weight(at), slot_at(slot_, at), sees(members_, at)};
  };
  const auto is = [&](std::size_t at) {
    return Place{members.rows[at], members.weight(at), slot_at(slots, at), sees(members, at)};
  };
  std::size_t old_at = 0;
  std::size_t new_at = 0;
  while (old_at < members_.rows.size() || new_at < members.rows.size()) {
    if (new_at == members.rows.size() ||
        (old_at < members_.rows.size() && members_.rows[old_at] < members.rows[new_at])) {
      leaving.push_back(was(old_at++));
    } else if (old_at == members_.rows.size() || members.rows[new_at] < members_.rows[old_at]) {
      joining.push_back(is(new_at++));
    } else {
      const auto before = was(old_at++);
      const auto now = is(new_at++);
      if (before.weight == now.weight && before.slot == now.slot && before.findings == now.findings) continue;
      leaving.push_back(before);
      joining.push_back(now);
    }
  }
  // Then counting again is quicker.
  if (leaving.size() + joining.size() > members.rows.size() / 4) {
    days_.clear();
    return;
  }
  for (auto& [day, counts] : days_) {
    const auto* past = table.at_day(day);
    counts.tallies.resize(slots_);
    counts.answers.resize(slots_);
    for (const auto& place : leaving) {
      const auto score_cp = past->score_cp[place.row];
      counts.tallies[place.slot].remove(past_one(score_cp, place.weight));
      if (place.findings && !past->trouble.empty())
        counts.trouble.remove(day, score_cp, past->trouble[place.row]);
      counts.answers[place.slot].reset();
    }
    for (const auto& place : joining) {
      const auto score_cp = past->score_cp[place.row];
      counts.tallies[place.slot].add(past_one(score_cp, place.weight));
      if (place.findings && !past->trouble.empty())
        counts.trouble.add(day, score_cp, past->trouble[place.row]);
      counts.answers[place.slot].reset();
    }
  }
}

PastAnswers::Day& PastAnswers::counted(const Table::Past& past) {
  auto& day = days_[past.day];
  if (day.stamp == past.stamp) {
    day.tallies.resize(slots_);
    day.answers.resize(slots_);
    return day;
  }
  day.stamp = past.stamp;
  day.tallies.assign(slots_, {});
  day.answers.assign(slots_, std::nullopt);
  day.trouble = {};
  if (!dimension_ && !past.trouble.empty())
    for (std::size_t at = 0; at < members_.rows.size(); ++at)
      if (sees(members_, at))
        day.trouble.add(past.day, past.score_cp[members_.rows[at]], past.trouble[members_.rows[at]]);
  const auto slot = [&](std::size_t at) { return slot_.empty() ? 0U : slot_[at]; };
  if (!members_.weights.empty()) {
    for (std::size_t at = 0; at < members_.rows.size(); ++at)
      day.tallies[slot(at)].add(past_one(past.score_cp[members_.rows[at]], members_.weights[at]));
    return day;
  }
  // Ten thousand counters take a million of them in a millisecond.
  constexpr std::size_t many = score::full_score_cp + 1;
  std::vector<std::uint32_t> counts(slots_ * many);
  std::vector<std::size_t> unrated(slots_);
  std::vector<std::size_t> rated(slots_);
  for (std::size_t at = 0; at < members_.rows.size(); ++at) {
    const auto score_cp = past.score_cp[members_.rows[at]];
    if (score_cp == kNone) {
      ++unrated[slot(at)];
    } else {
      ++counts[slot(at) * many + score_cp];
      ++rated[slot(at)];
    }
  }
  for (std::size_t each = 0; each < slots_; ++each)
    if (rated[each] + unrated[each] > 0)
      day.tallies[each].add_scores(std::span(counts).subspan(each * many, many), unrated[each]);
  return day;
}

const score::PortfolioAnswer& PastAnswers::answer(Day& day, std::size_t slot) const {
  auto& known = day.answers[slot];
  if (!known) known = day.tallies[slot].answer(authority_);
  return *known;
}

std::shared_ptr<const PastAnswer> PastAnswers::ask(const Table& table, const Asked& asked,
                                                   const std::function<Members()>& members) {
  const bool known = asked.certain && version_ == table.version;
  if (known && last_ && asked_.from_day == asked.from_day && asked_.to_day == asked.to_day) return last_;
  last_.reset();
  if (!known) {
    version_.reset();
    hold(table, members());
    version_ = table.version;
  }
  auto out = std::make_shared<PastAnswer>();
  for (const auto& key : cells_.keys) out->cells.push_back({key, {}});
  const std::vector<std::vector<bool>> already{hidden_now_};
  for (const auto& past : days_within(table, asked.from_day, asked.to_day)) {
    auto& day = counted(past);
    if (!dimension_) {
      out->points.push_back({past.day, answer(day, 0), day.trouble.answer(authority_)});
      continue;
    }
    // Members of a cell stand for each other here: one place for each cell, as heavy as it is.
    std::vector<Partition> rated(1);
    rated[0].keys = cells_.keys;
    std::vector<std::uint64_t> many;
    for (std::uint32_t cell = 0; cell < cells_.keys.size(); ++cell) {
      const auto count = day.tallies[slot_of_cell_[cells_.numbers[cell]]].rated();
      if (count == 0) continue;
      rated[0].cell_of.push_back(cell);
      many.push_back(count);
    }
    const auto hidden = authority_ ? hidden_now_ : hidden_cells(rated, already, many).front();
    for (std::size_t cell = 0; cell < out->cells.size(); ++cell) {
      const auto slot = slot_of_cell_[cells_.numbers[cell]];
      out->cells[cell].points.push_back(
          {past.day,
           hidden[cell] ? score::PortfolioAnswer{day.tallies[slot].members(), true, std::nullopt}
                        : answer(day, slot),
           std::nullopt});
    }
  }
  asked_ = asked;
  last_ = out;
  return out;
}

}  // namespace utsyn::portfolio
