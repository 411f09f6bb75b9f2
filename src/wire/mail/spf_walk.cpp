#include "wire/mail/spf_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "wire/dns/records.h"

namespace utsyn::wire {
namespace {

constexpr unsigned term_limit = 20000;  // terms evaluated in one walk

struct Fetched {
  AnswerStatus status = AnswerStatus::missing;
  std::vector<std::string> selected;
  std::optional<Result<SpfRecord, SpfError>> parsed;  // when exactly one is selected
};

// What the terms of a record mean in the end. Own terms (the apex record and what it redirects to) keep their
// qualifier. Inside an include only "+" counts, and what it gives is the qualifier of the include.
struct Standing {
  bool own = true;
  std::optional<SpfQualifier> gives;  // inside an include; empty when it can authorise nobody

  std::optional<SpfQualifier> result_of(SpfQualifier qualifier) const {
    if (own) return qualifier;
    return qualifier == SpfQualifier::pass ? gives : std::nullopt;
  }
};

template <class T>
void add_once(std::vector<T>& list, T item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(std::move(item));
}

class Walker {
 public:
  Walker(std::string apex, const AnswerSource& source) : apex_(std::move(apex)), source_(source) {}

  SpfWalk walk() {
    const auto& own = fetch(apex_);
    walk_.apex_status = own.status;
    walk_.selected = own.selected;
    if (own.status == AnswerStatus::error) walk_.temporary_error = true;
    if (own.parsed) {
      if (*own.parsed) {
        walk_.record = **own.parsed;
        inside_.push_back(apex_);
        evaluate(apex_, own, Standing{});
      } else {
        walk_.parse_error = own.parsed->error();
      }
    }
    std::ranges::sort(walk_.missing);
    return std::move(walk_);
  }

 private:
  Answer ask(const std::string& name, RecordType type) {
    if (!asked_.contains(name) && asked_.size() >= spf_walk_names) {
      walk_.cut_off = true;
      return {AnswerStatus::missing, {}};
    }
    asked_.insert(name);
    auto answer = source_.answer(name, type);
    if (answer.status == AnswerStatus::missing) add_once(walk_.missing, WantedLookup{name, type});
    if (answer.status == AnswerStatus::error) walk_.temporary_error = true;
    if (answer.status == AnswerStatus::found && answer.values.empty()) answer.status = AnswerStatus::nodata;
    return answer;
  }

  const Fetched& fetch(const std::string& name) {
    const auto known = records_.find(name);
    if (known != records_.end()) return known->second;
    auto answer = ask(name, RecordType::txt);
    Fetched fetched;
    fetched.status = answer.status;
    for (const auto& value : answer.values) {
      auto txt = joined_txt(value);
      if (txt && is_spf(*txt)) fetched.selected.push_back(std::move(*txt));
    }
    if (fetched.selected.size() == 1) fetched.parsed = parse_spf(fetched.selected.front());
    return records_.emplace(name, std::move(fetched)).first->second;
  }

  static bool is_void(const Answer& answer) {
    return answer.status == AnswerStatus::nodata || answer.status == AnswerStatus::nxdomain;
  }

  void count_void(const std::string& name) {
    ++walk_.void_lookups;
    add_once(walk_.void_names, name);
  }

  void add_target(const std::string& name, std::string_view term, const std::string& in_record_of) {
    if (name != apex_) add_once(walk_.targets, SpfTarget{name, std::string(term), in_record_of});
  }

  void add_network(const Cidr& network, const SpfTerm& term, const std::string& domain,
                   const Standing& standing) {
    const auto qualifier = standing.result_of(term.qualifier);
    if (!qualifier) return;
    if (!networks_seen_.emplace(network, term.mechanism, *qualifier, domain).second) return;
    walk_.networks.push_back({network, term.mechanism, *qualifier, domain});
  }

  void evaluate(const std::string& domain, const Fetched& fetched, const Standing& standing) {
    if (++records_evaluated_ > spf_walk_records) {
      walk_.cut_off = true;
      return;
    }
    if (recorded_.insert(domain).second) {
      walk_.records.push_back({domain, fetched.selected.front(), standing.own});
    }
    const auto& record = **fetched.parsed;
    for (const auto& term : record.terms) {
      if (++terms_evaluated_ > term_limit) {
        walk_.cut_off = true;
        return;
      }
      if (term.mechanism == SpfMechanism::all) {
        reach_all(term, domain, standing);
        return;
      }
      evaluate_term(term, domain, standing);
    }
    if (record.redirect) follow_redirect(*record.redirect, domain, standing);
  }

  void reach_all(const SpfTerm& term, const std::string& domain, const Standing& standing) {
    if (standing.own) {
      walk_.default_qualifier = term.qualifier;
      walk_.default_from_redirect = domain != apex_;
    } else if (standing.result_of(term.qualifier) == SpfQualifier::pass) {
      add_once(walk_.includes_that_pass_all, domain);
    }
  }

  void evaluate_term(const SpfTerm& term, const std::string& domain, const Standing& standing) {
    if (term.network) return add_network(*term.network, term, domain, standing);
    ++walk_.lookups;
    if (term.mechanism == SpfMechanism::ptr) (standing.own ? walk_.ptr_own : walk_.ptr_included) = true;
    if (term.macro) {
      ++walk_.macro_terms;
      return;
    }
    const auto& name = term.domain.empty() ? domain : term.domain;
    if (!term.domain.empty()) add_target(name, spf_mechanism_name(term.mechanism), domain);
    switch (term.mechanism) {
      case SpfMechanism::a:
        return evaluate_a(term, name, domain, standing);
      case SpfMechanism::mx:
        return evaluate_mx(name);
      case SpfMechanism::exists:
        if (is_void(ask(name, RecordType::a))) count_void(name);
        return;
      case SpfMechanism::include: {
        Standing inner{.own = false, .gives = standing.result_of(term.qualifier)};
        return follow(name, domain, inner, false);
      }
      default:
        return;  // ptr depends on who sends; all, ip4 and ip6 ask nothing
    }
  }

  // A and AAAA are one look-up in the count: a receiver asks only for the family of the sender.
  void evaluate_a(const SpfTerm& term, const std::string& name, const std::string& domain,
                  const Standing& standing) {
    const auto v4 = ask(name, RecordType::a);
    const auto v6 = ask(name, RecordType::aaaa);
    if (is_void(v4) && is_void(v6)) count_void(name);
    for (const auto* answer : {&v4, &v6}) {
      for (const auto& value : answer->values) {
        const auto address = IpAddress::parse(value);
        if (address)
          add_network({*address, address->is_v4() ? term.prefix4 : term.prefix6}, term, domain, standing);
      }
    }
  }

  void evaluate_mx(const std::string& name) {
    const auto answer = ask(name, RecordType::mx);
    if (is_void(answer)) count_void(name);
    std::set<std::string> hosts;
    for (const auto& value : answer.values) {
      if (auto mx = record_as<MxRecord>(RecordType::mx, value)) hosts.insert(std::move(mx->exchange));
    }
    if (hosts.size() > spf_mx_name_limit) add_once(walk_.mx_over_limit, name);
  }

  void follow_redirect(const SpfModifier& redirect, const std::string& domain, const Standing& standing) {
    ++walk_.lookups;
    if (redirect.macro) {
      ++walk_.macro_terms;
      return;
    }
    add_target(redirect.value, "redirect", domain);
    follow(redirect.value, domain, standing, true);
  }

  void follow(const std::string& name, const std::string& from, const Standing& standing, bool redirect) {
    const auto problem = [&](SpfProblemKind kind, std::string detail = {}) {
      add_once(walk_.problems, SpfProblem{kind, name, from, redirect, std::move(detail)});
    };
    if (std::ranges::find(inside_, name) != inside_.end()) return problem(SpfProblemKind::loop);
    if (inside_.size() > spf_walk_depth) {
      walk_.cut_off = true;
      return problem(SpfProblemKind::too_deep);
    }
    const auto& fetched = fetch(name);
    switch (fetched.status) {
      case AnswerStatus::missing:
        return;
      case AnswerStatus::error:
        return problem(SpfProblemKind::temporary);
      case AnswerStatus::nodata:
      case AnswerStatus::nxdomain:
        count_void(name);
        return problem(SpfProblemKind::none);
      case AnswerStatus::found:
        break;
    }
    if (fetched.selected.empty()) return problem(SpfProblemKind::none);
    if (fetched.selected.size() > 1) return problem(SpfProblemKind::several);
    if (!*fetched.parsed) return problem(SpfProblemKind::permerror, fetched.parsed->error().term);
    inside_.push_back(name);
    evaluate(name, fetched, standing);
    inside_.pop_back();
  }

  std::string apex_;
  const AnswerSource& source_;
  SpfWalk walk_;
  std::map<std::string, Fetched> records_;
  std::vector<std::string> inside_;
  std::set<std::string> asked_;
  std::set<std::string> recorded_;
  std::set<std::tuple<Cidr, SpfMechanism, SpfQualifier, std::string>> networks_seen_;
  std::size_t records_evaluated_ = 0;
  unsigned terms_evaluated_ = 0;
};

}  // namespace

std::string_view spf_problem_name(SpfProblemKind kind) {
  switch (kind) {
    case SpfProblemKind::none:
      return "none";
    case SpfProblemKind::several:
      return "several";
    case SpfProblemKind::permerror:
      return "permerror";
    case SpfProblemKind::loop:
      return "loop";
    case SpfProblemKind::temporary:
      return "temporary";
    case SpfProblemKind::too_deep:
      return "too-deep";
  }
  return "none";
}

SpfWalk walk_spf(std::string_view domain, const AnswerSource& source) {
  const auto apex = canonical_name(domain);
  if (!apex) return {};
  return Walker(*apex, source).walk();
}

}  // namespace utsyn::wire
