#include "wire/mail/dmarc_discovery.h"

#include <algorithm>

#include "base/name.h"
#include "base/text.h"
#include "wire/dns/records.h"

namespace utsyn::wire {
namespace {

struct Place {
  std::string domain;
  AnswerStatus status = AnswerStatus::missing;
  std::vector<std::string> texts;                         // DMARC records only
  std::optional<Result<DmarcRecord, DmarcError>> parsed;  // when exactly one

  DmarcPsd psd() const { return parsed && *parsed ? (*parsed)->psd : DmarcPsd::unknown; }
};

Place look(std::string_view domain, const AnswerSource& source, DmarcDiscovery& discovery) {
  Place place{.domain = std::string(domain), .texts = {}, .parsed = {}};
  const auto name = "_dmarc." + place.domain;
  const auto answer = source.answer(name, RecordType::txt);
  place.status = answer.status;
  if (answer.status == AnswerStatus::missing) {
    discovery.missing.push_back({name, RecordType::txt});
    return place;
  }
  discovery.asked.push_back(name);
  if (answer.status != AnswerStatus::found) return place;
  for (const auto& value : answer.values) {
    auto txt = joined_txt(value);
    if (txt && is_dmarc(*txt)) place.texts.push_back(std::move(*txt));
  }
  if (place.texts.size() > 1) discovery.several_at.push_back(place.domain);
  if (place.texts.size() == 1) place.parsed = parse_dmarc(place.texts.front());
  return place;
}

void settle(DmarcDiscovery& discovery, const Place& place, std::string_view domain) {
  discovery.status = DmarcDiscoveryStatus::found;
  discovery.owner = place.domain;
  discovery.text = place.texts.front();
  discovery.inherited = place.domain != domain;
  if (*place.parsed)
    discovery.record = **place.parsed;
  else
    discovery.parse_error = place.parsed->error();
}

std::size_t label_count(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(name, '.')) + 1;
}

// RFC 9989 section 4.10: the domain, then its ancestors from seven labels on up to one label.
std::vector<std::string> walk_names(std::string_view domain) {
  std::vector<std::string> names{std::string(domain)};
  auto next = parent_name(domain);
  while (!next.empty() && label_count(next) >= dmarc_walk_queries) next = parent_name(next);
  for (; !next.empty(); next = parent_name(next)) names.emplace_back(next);
  return names;
}

std::string one_label_below(std::string_view domain, std::string_view ancestor) {
  auto name = domain;
  while (label_count(name) > label_count(ancestor) + 1) name = parent_name(name);
  return std::string(name);
}

DmarcPolicy lowered(DmarcPolicy policy) {
  return policy == DmarcPolicy::reject ? DmarcPolicy::quarantine : DmarcPolicy::none;
}

EffectivePolicy finish(const DmarcRecord& record, DmarcPolicy policy, std::string tag) {
  EffectivePolicy effective{.policy = policy, .tag = std::move(tag), .percent = record.percent.value_or(100)};
  if (record.testing && policy != DmarcPolicy::none) {
    effective.policy = lowered(policy);
    effective.lowered_by_testing = true;
  }
  return effective;
}

}  // namespace

DmarcDiscovery discover_dmarc_by_walk(std::string_view domain, const AnswerSource& source) {
  DmarcDiscovery discovery;
  const auto start = canonical_name(domain);
  if (!start || *start == ".") return discovery;

  std::vector<Place> places;
  for (const auto& name : walk_names(*start)) {
    places.push_back(look(name, source, discovery));
    if (places.back().psd() != DmarcPsd::unknown) break;
  }
  const auto has_record = [](const Place& place) { return place.parsed.has_value(); };
  const bool any_record = std::ranges::any_of(places, has_record);
  if (!discovery.missing.empty()) {
    discovery.status = DmarcDiscoveryStatus::incomplete;
    return discovery;
  }
  // Silence of a top-level domain cannot change the answer once somebody below it has spoken: a psd=y there
  // would name the same organisational domain.
  const bool any_error = std::ranges::any_of(places, [&](const Place& place) {
    return place.status == AnswerStatus::error && !(any_record && label_count(place.domain) == 1);
  });

  const Place* top = nullptr;
  if (!any_error) {
    // Places go upwards, so the last record has the fewest labels; psd=n and psd=y end the walk there.
    for (const auto& place : places) {
      if (place.parsed) top = &place;
    }
    if (top && top->psd() == DmarcPsd::yes && top->domain != *start) {
      discovery.organisational_domain = one_label_below(*start, top->domain);
    } else if (top) {
      discovery.organisational_domain = top->domain;
    }
  }
  if (has_record(places.front())) {
    settle(discovery, places.front(), *start);
    return discovery;
  }
  if (any_error) {
    discovery.status = DmarcDiscoveryStatus::error;
    return discovery;
  }
  if (!top) return discovery;
  const auto organisation = std::ranges::find(places, discovery.organisational_domain, &Place::domain);
  const bool organisation_speaks = organisation != places.end() && organisation->parsed;
  settle(discovery, organisation_speaks ? *organisation : *top, *start);
  return discovery;
}

DmarcDiscovery discover_dmarc_by_suffix_list(std::string_view domain, std::string_view organisational_domain,
                                             const AnswerSource& source) {
  DmarcDiscovery discovery;
  const auto start = canonical_name(domain);
  if (!start || *start == ".") return discovery;
  discovery.organisational_domain = lower(organisational_domain);
  std::vector<std::string> names{*start};
  if (!organisational_domain.empty() && discovery.organisational_domain != *start) {
    names.push_back(discovery.organisational_domain);
  }
  for (const auto& name : names) {
    const auto place = look(name, source, discovery);
    if (place.status == AnswerStatus::missing) {
      discovery.status = DmarcDiscoveryStatus::incomplete;
      return discovery;
    }
    if (place.status == AnswerStatus::error) {
      discovery.status = DmarcDiscoveryStatus::error;
      return discovery;
    }
    if (place.parsed) {
      settle(discovery, place, *start);
      return discovery;
    }
    if (place.texts.size() > 1)
      return discovery;  // RFC 7489 section 6.6.3: discovery ends, without a fallback
  }
  return discovery;
}

bool same_outcome(const DmarcDiscovery& a, const DmarcDiscovery& b) {
  const auto decided = [](const DmarcDiscovery& discovery) {
    return discovery.status == DmarcDiscoveryStatus::found || discovery.status == DmarcDiscoveryStatus::none;
  };
  return decided(a) && a.status == b.status && a.owner == b.owner && a.text == b.text;
}

EffectivePolicy effective_policy(const DmarcRecord& record, bool inherited, bool domain_exists) {
  if (inherited) return subdomain_policy(record, domain_exists);
  return finish(record, record.policy, "p");
}

EffectivePolicy subdomain_policy(const DmarcRecord& record, bool exists) {
  if (!exists && record.nonexistent_policy) return finish(record, *record.nonexistent_policy, "np");
  if (record.subdomain_policy) return finish(record, *record.subdomain_policy, "sp");
  return finish(record, record.policy, "p");
}

}  // namespace utsyn::wire
