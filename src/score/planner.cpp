#include "score/planner.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>

namespace utsyn::score {
namespace {

struct Step {  // an action that fixes something
  const std::string* id = nullptr;
  std::uint64_t minutes = 0;
  std::vector<std::size_t> entries;
};

// The actions that can matter, sorted by id, of each id the last. One that fixes no finding with points never
// belongs to a best set: without it S and the minutes are as good and the actions fewer.
std::vector<Step> steps(const Standing& standing, const Plan& plan) {
  std::map<std::string_view, const Action*> last;
  for (const Action& action : plan.actions) last[action.id] = &action;
  std::vector<Step> steps;
  for (const auto& [id, action] : last) {
    Step step{&action->id, static_cast<std::uint64_t>(action->minutes), {}};
    for (const std::string& finding : action->fixes)
      if (const auto entry = standing.find(finding); entry && standing.entries()[*entry].points > 0)
        step.entries.push_back(*entry);
    std::ranges::sort(step.entries);
    const auto repeated = std::ranges::unique(step.entries);
    step.entries.erase(repeated.begin(), repeated.end());
    if (!step.entries.empty()) steps.push_back(std::move(step));
  }
  return steps;
}

void take(Standing& standing, const Step& step) {
  for (const std::size_t entry : step.entries) standing.remove(entry);
}
void undo(Standing& standing, const Step& step) {
  for (const std::size_t entry : step.entries) standing.restore(entry);
}

PlanAnswer out_of_reach(std::int64_t score_cp) { return {.reachable = false, .score_cp = score_cp}; }

// ---- Every set, for up to 16 actions ----

struct Choice {
  std::uint32_t set = 0;  // bit i: the i-th smallest id
  std::uint64_t minutes = 0;
  std::int64_t score_cp = 0;
};

// Of two sets of the same size the one with the smaller list of ids has the lowest bit in which they differ.
bool smaller_list(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t differ = a ^ b;
  return differ != 0 && (a & (differ & (~differ + 1))) != 0;
}

bool better(const Choice& a, const Choice& b, bool by_score) {
  if (by_score && a.score_cp != b.score_cp) return a.score_cp > b.score_cp;
  if (a.minutes != b.minutes) return a.minutes < b.minutes;
  if (a.score_cp != b.score_cp) return a.score_cp > b.score_cp;
  const int size_a = std::popcount(a.set);
  const int size_b = std::popcount(b.set);
  return size_a != size_b ? size_a < size_b : smaller_list(a.set, b.set);
}

PlanAnswer try_every_set(Standing standing, const std::vector<Step>& steps, const Plan& plan) {
  // A Gray code changes one action at a time, the first half the times: let that be the one with least to do.
  std::vector<std::uint32_t> order(steps.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(steps[i].entries.size(), i); });

  const bool by_score = plan.budget_min.has_value();
  const auto allowed = [&](const Choice& choice) {
    return by_score ? choice.minutes <= static_cast<std::uint64_t>(*plan.budget_min)
                    : choice.score_cp >= *plan.target_cp;
  };
  Choice now{.score_cp = standing.score_cp()};
  std::optional<Choice> best;
  std::int64_t everything_cp = now.score_cp;
  for (std::uint32_t count = 0;;) {
    if (allowed(now) && (!best || better(now, *best, by_score))) best = now;
    everything_cp = std::max(everything_cp, now.score_cp);  // S never falls when more is fixed
    if (++count == std::uint32_t{1} << steps.size()) break;
    const std::uint32_t changed = order[static_cast<std::size_t>(std::countr_zero(count))];
    now.set ^= std::uint32_t{1} << changed;
    if ((now.set >> changed & 1U) != 0) {
      take(standing, steps[changed]);
      now.minutes += steps[changed].minutes;
    } else {
      undo(standing, steps[changed]);
      now.minutes -= steps[changed].minutes;
    }
    now.score_cp = standing.score_cp();
  }
  if (!best) return out_of_reach(everything_cp);
  PlanAnswer answer{.minutes = static_cast<std::int64_t>(best->minutes), .score_cp = best->score_cp};
  for (std::size_t i = 0; i < steps.size(); ++i)
    if ((best->set >> i & 1U) != 0) answer.actions.push_back(*steps[i].id);
  return answer;
}

// ---- Branch and bound, for more ----

// A set of steps by index, with what the rules of preference look at.
struct Candidate {
  std::vector<std::size_t> set;  // sorted; the indices follow the ids
  std::uint64_t minutes = 0;
  std::int64_t score_cp = 0;
};

bool better(const Candidate& a, const Candidate& b, bool by_score) {
  if (by_score && a.score_cp != b.score_cp) return a.score_cp > b.score_cp;
  if (a.minutes != b.minutes) return a.minutes < b.minutes;
  if (a.score_cp != b.score_cp) return a.score_cp > b.score_cp;
  if (a.set.size() != b.set.size()) return a.set.size() < b.set.size();
  return a.set < b.set;
}

// Two standings walk the tree of decisions together: `done` has the chosen actions taken, `hope` also every
// undecided one. More fixes never lower S, so S(hope) bounds the whole branch, gates and all. The second
// bound is on the sum of w * r^2: an asset can give at most what it gives when everything is fixed, each
// action is credited with all its assets, and a fractional knapsack over these credits bounds the minutes or
// the gain from the right side.
class Search {
 public:
  Search(const Standing& standing, const std::vector<Step>& steps, const Plan& plan, std::uint64_t work)
      : done_(standing), hope_(standing), steps_(steps), plan_(plan), work_left_(work) {
    for (const Step& step : steps_) take(hope_, step);
    credit(standing);
  }

  PlanAnswer answer() {
    if (plan_.target_cp && hope_.score_cp() < *plan_.target_cp) return out_of_reach(hope_.score_cp());
    const Candidate nothing{.score_cp = done_.score_cp()};
    if (plan_.target_cp) {
      best_ = drop_one_by_one();
      highest_squares_ = squares_for(*plan_.target_cp);
      if (nothing.score_cp >= *plan_.target_cp) offer(nothing);
    } else {
      best_ = nothing;
      best_single();
      fill_budget();
    }
    bool finished = steps_.size() <= deepest && force_what_must_be();
    if (finished) {
      // The candidate with only what must be done, then everything that can be added to it.
      offer_if_allowed();
      finished = branch(0);
    }
    PlanAnswer answer{.minutes = static_cast<std::int64_t>(best_.minutes), .score_cp = best_.score_cp};
    answer.exact = finished;
    for (const std::size_t step : best_.set) answer.actions.push_back(*steps_[step].id);
    return answer;
  }

 private:
  static constexpr std::size_t deepest = 512;  // of the recursion

  bool by_score() const { return plan_.budget_min.has_value(); }
  std::uint64_t budget() const { return static_cast<std::uint64_t>(*plan_.budget_min); }

  // For each step the most it can take off the sum of w * r^2, in whatever company.
  void credit(const Standing& standing) {
    credits_.resize(steps_.size());
    std::vector<std::uint32_t> assets;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      assets.clear();
      for (const std::size_t entry : steps_[i].entries) assets.push_back(standing.entries()[entry].asset);
      std::ranges::sort(assets);
      const auto repeated = std::ranges::unique(assets);
      assets.erase(repeated.begin(), repeated.end());
      for (const std::uint32_t asset : assets)
        credits_[i] +=
            standing.asset_squares(standing.assets()[asset]) - hope_.asset_squares(hope_.assets()[asset]);
    }
  }

  // The largest sum of w * r^2 with which S can still reach the target, gates apart; nothing when none can.
  std::optional<U128> squares_for(std::int64_t target_cp) const {
    const auto reaches = [&](std::uint64_t loss_ppm) {
      return settle(U128{loss_ppm} * loss_ppm * done_.weights().sum, done_.weights().sum,
                    done_.breach_permille(), std::nullopt, done_.coverage())
                 .score_cp >= target_cp;
    };
    if (!reaches(0)) return std::nullopt;
    std::uint64_t good = 0;
    std::uint64_t bad = 1'000'001;  // D stays below 10^6
    while (bad - good > 1) {
      const std::uint64_t middle = (good + bad) / 2;
      (reaches(middle) ? good : bad) = middle;
    }
    return done_.weights().sum * (U128{good + 1} * (good + 1)) - 1;
  }

  // The fallback of section 9: all actions, then by falling minutes each one that is not needed leaves.
  Candidate drop_one_by_one() {
    std::vector<std::size_t> order(steps_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      return steps_[a].minutes != steps_[b].minutes ? steps_[a].minutes > steps_[b].minutes : a < b;
    });
    Standing standing = hope_;
    Candidate kept{.score_cp = standing.score_cp()};
    for (const std::size_t i : order) {
      undo(standing, steps_[i]);
      if (standing.score_cp() >= *plan_.target_cp) continue;
      take(standing, steps_[i]);
      kept.set.push_back(i);
      kept.minutes += steps_[i].minutes;
    }
    std::ranges::sort(kept.set);
    kept.score_cp = standing.score_cp();
    return kept;
  }

  void best_single() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].minutes > budget()) continue;
      take(done_, steps_[i]);
      offer({.set = {i}, .minutes = steps_[i].minutes, .score_cp = done_.score_cp()});
      undo(done_, steps_[i]);
    }
  }

  void fill_budget() {
    Standing standing = done_;
    Candidate filled;
    for (const std::size_t i : by_worth()) {
      if (filled.minutes + steps_[i].minutes > budget()) continue;
      take(standing, steps_[i]);
      filled.set.push_back(i);
      filled.minutes += steps_[i].minutes;
    }
    std::ranges::sort(filled.set);
    filled.score_cp = standing.score_cp();
    offer(filled);
  }

  // The steps by falling credit per minute, those that take no time first, ties by id.
  std::vector<std::size_t> by_worth() const {
    std::vector<std::size_t> order(steps_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      const bool at_once = steps_[a].minutes == 0;
      if (at_once != (steps_[b].minutes == 0)) return at_once;
      const U128 worth_a = at_once ? credits_[a] : credits_[a] * steps_[b].minutes;
      const U128 worth_b = at_once ? credits_[b] : credits_[b] * steps_[a].minutes;
      return worth_a != worth_b ? worth_a > worth_b : a < b;
    });
    return order;
  }

  // What the target cannot do without is chosen before the search; the rest is its order. False when the work
  // ran out on the way.
  bool force_what_must_be() {
    for (const std::size_t i : by_worth()) {
      if (plan_.target_cp) {
        undo(hope_, steps_[i]);
        const bool needed = hope_.score_cp() < *plan_.target_cp;
        take(hope_, steps_[i]);
        if (!spend(2 * steps_[i].entries.size())) return false;
        if (needed) {
          choose(i);
          continue;
        }
      }
      order_.push_back(i);
    }
    minutes_before_.assign(order_.size() + 1, 0);
    credits_before_.assign(order_.size() + 1, 0);
    for (std::size_t k = 0; k < order_.size(); ++k) {
      minutes_before_[k + 1] = minutes_before_[k] + steps_[order_[k]].minutes;
      credits_before_[k + 1] = credits_before_[k] + credits_[order_[k]];
    }
    return true;
  }

  bool spend(std::size_t units) {
    if (units >= work_left_) return false;
    work_left_ -= units;
    return true;
  }

  void choose(std::size_t i) {
    take(done_, steps_[i]);
    chosen_.push_back(i);
    minutes_ += steps_[i].minutes;
  }
  void unchoose(std::size_t i) {
    undo(done_, steps_[i]);
    chosen_.pop_back();
    minutes_ -= steps_[i].minutes;
  }

  void offer(const Candidate& candidate) {
    if (better(candidate, best_, by_score())) best_ = candidate;
  }
  void offer_if_allowed() {
    const std::int64_t score_cp = done_.score_cp();
    if (plan_.target_cp ? score_cp < *plan_.target_cp : minutes_ > budget()) return;
    Candidate candidate{chosen_, minutes_, score_cp};
    std::ranges::sort(candidate.set);
    offer(candidate);
  }

  // Could some larger set below this node be preferred to the best one known?
  bool promising(std::size_t depth) const {
    return plan_.target_cp ? promising_for_target(depth) : promising_for_budget(depth);
  }

  bool promising_for_target(std::size_t depth) const {
    const std::int64_t most_cp = hope_.score_cp();
    if (most_cp < *plan_.target_cp || !highest_squares_) return false;
    std::uint64_t least = minutes_;
    if (const U128 squares = done_.squares(); squares > *highest_squares_) {
      const U128 goal = credits_before_[depth] + (squares - *highest_squares_);
      const auto reached = std::ranges::lower_bound(credits_before_, goal);
      if (reached == credits_before_.end()) return false;
      // All steps before the last one whole, and of the last as much as it takes; minutes are whole numbers.
      const auto last = static_cast<std::size_t>(reached - credits_before_.begin()) - 1;
      const Step& step = steps_[order_[last]];
      const U128 credit = credits_[order_[last]];
      least += minutes_before_[last] - minutes_before_[depth];
      least +=
          static_cast<std::uint64_t>(((goal - credits_before_[last]) * step.minutes + credit - 1) / credit);
    }
    return could_win(least, most_cp);
  }

  bool promising_for_budget(std::size_t depth) const {
    const std::uint64_t minutes_left = budget() - minutes_;
    const auto beyond =
        std::ranges::upper_bound(minutes_before_.begin() + static_cast<std::ptrdiff_t>(depth),
                                 minutes_before_.end(), minutes_before_[depth] + minutes_left);
    const auto whole = static_cast<std::size_t>(beyond - minutes_before_.begin()) - 1;
    U128 gain = credits_before_[whole] - credits_before_[depth];
    if (whole < order_.size()) {
      const std::uint64_t part = minutes_left - (minutes_before_[whole] - minutes_before_[depth]);
      gain += credits_[order_[whole]] * part / steps_[order_[whole]].minutes + 1;
    }
    U128 least_squares = hope_.squares();
    if (const U128 squares = done_.squares(); squares > gain)
      least_squares = std::max(least_squares, squares - gain);
    const Outcome outcome = settle(least_squares, done_.weights().sum, done_.breach_permille(),
                                   hope_.lowest_gate(), done_.coverage());
    return could_win(minutes_, outcome.score_cp);
  }

  // A set below has at least one action more than are chosen now.
  bool could_win(std::uint64_t least_minutes, std::int64_t most_cp) const {
    const std::size_t least_actions = chosen_.size() + 1;
    if (by_score() && most_cp != best_.score_cp) return most_cp > best_.score_cp;
    if (least_minutes != best_.minutes) return least_minutes < best_.minutes;
    if (most_cp != best_.score_cp) return most_cp > best_.score_cp;
    return least_actions <= best_.set.size();
  }

  // The set chosen so far has been offered; tries every larger one below. False when the work ran out.
  bool branch(std::size_t depth) {
    if (depth == order_.size() || !promising(depth)) return true;
    const std::size_t i = order_[depth];
    if (!spend(2 + 4 * steps_[i].entries.size())) return false;
    bool finished = true;
    if (!plan_.budget_min || minutes_ + steps_[i].minutes <= budget()) {
      choose(i);
      offer_if_allowed();
      finished = branch(depth + 1);
      unchoose(i);
    }
    if (!finished) return false;
    undo(hope_, steps_[i]);
    finished = branch(depth + 1);
    take(hope_, steps_[i]);
    return finished;
  }

  Standing done_;
  Standing hope_;
  const std::vector<Step>& steps_;
  const Plan& plan_;
  std::uint64_t work_left_;
  std::vector<U128> credits_;
  std::optional<U128> highest_squares_;
  Candidate best_;

  std::vector<std::size_t> order_;             // what is open to choice
  std::vector<std::uint64_t> minutes_before_;  // prefix sums along order_
  std::vector<U128> credits_before_;
  std::vector<std::size_t> chosen_;
  std::uint64_t minutes_ = 0;
};

}  // namespace

PlanAnswer answer_plan(const Standing& standing, const Plan& plan, const PlanLimits& limits) {
  const std::vector<Step> open = steps(standing, plan);
  if (open.size() <= std::min<std::size_t>(limits.every_set_up_to, 20))
    return try_every_set(standing, open, plan);
  return Search(standing, open, plan, limits.work).answer();
}

PlanAnswer answer_plan(const Organisation& organisation, const Plan& plan, const PlanLimits& limits) {
  return answer_plan(Standing(organisation), plan, limits);
}

std::vector<NationalAction> rank_national(std::span<const Customer> customers) {
  std::map<std::string_view, NationalAction> by_id;
  for (const Customer& customer : customers) {
    if (!customer.organisation->plan) continue;
    const Plan& plan = *customer.organisation->plan;
    for (const Action& action : plan.actions) by_id[action.id].id = action.id;
    Standing standing(*customer.organisation);
    const std::int64_t score_cp = standing.score_cp();
    for (const Step& step : steps(standing, plan)) {
      take(standing, step);
      const std::int64_t gain = standing.score_cp() - score_cp;
      undo(standing, step);
      if (gain == 0) continue;
      NationalAction& action = by_id[*step.id];
      action.points_of_people += static_cast<std::uint64_t>(gain) * customer.inhabitants;
      ++action.customers;
    }
  }
  std::vector<NationalAction> ranked;
  ranked.reserve(by_id.size());
  for (auto& [id, action] : by_id) ranked.push_back(std::move(action));
  std::ranges::sort(ranked, [](const NationalAction& a, const NationalAction& b) {
    return a.points_of_people != b.points_of_people ? a.points_of_people > b.points_of_people : a.id < b.id;
  });
  return ranked;
}

}  // namespace utsyn::score
