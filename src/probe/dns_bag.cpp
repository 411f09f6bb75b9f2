#include "probe/dns_bag.h"

#include <algorithm>
#include <set>

#include "probe/parallel.h"
#include "wire/dns/caa.h"
#include "wire/dns/name_wire.h"
#include "wire/http/psl.h"

namespace utsyn::probe {
namespace {

constexpr std::size_t reverse_names_per_address = 3;

// The bag keeps canonical names; a name that is none cannot be asked and is left out.
std::vector<Wanted> still_to_ask(const DnsAnswers& bag, const std::vector<Wanted>& wanted) {
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<Wanted> out;
  for (const auto& [name, type] : wanted) {
    const auto canonical = wire::canonical_name(name);
    if (!canonical || bag.find(*canonical, type) != nullptr) continue;
    if (bag.all().size() + out.size() >= answers_per_bag) break;
    if (seen.emplace(*canonical, type).second) out.push_back({*canonical, type});
  }
  return out;
}

Task<void> ask_one(Visit& visit, Resolver& resolver, DnsAnswers& bag, Wanted wanted) {
  auto answer = co_await resolver.ask(visit, std::move(wanted.name), std::move(wanted.type));
  bag.add(std::move(answer));
}

Task<void> validate_one(Visit& visit, Resolver& resolver, DnsAnswers& bag, Wanted wanted) {
  const auto verdict = co_await resolver.validate(visit, wanted.name, wanted.type);
  const auto* found = bag.find(wanted.name, wanted.type);
  if (found == nullptr) co_return;
  auto answer = *found;
  answer.security = verdict.security;
  answer.security_reason = verdict.reason;
  bag.add(std::move(answer));
}

}  // namespace

Task<void> ask_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::vector<Wanted> wanted) {
  auto asking = still_to_ask(bag, wanted);
  std::vector<Task<void>> tasks;
  tasks.reserve(asking.size());
  for (auto& one : asking) tasks.push_back(ask_one(visit, resolver, bag, std::move(one)));
  co_await together(std::move(tasks));
}

Task<void> validate_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::vector<Wanted> wanted) {
  co_await ask_into(visit, resolver, bag, wanted);
  std::vector<Task<void>> tasks;
  tasks.reserve(wanted.size());
  for (auto& one : wanted) tasks.push_back(validate_one(visit, resolver, bag, std::move(one)));
  co_await together(std::move(tasks));
}

Task<void> climb_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string name) {
  for (int step = 0; step < 128; ++step) {  // a name has at most 127 labels
    const auto climb = wire::climb_caa(name, BagSource(bag));
    std::vector<Wanted> wanted;
    wanted.reserve(climb.missing.size());
    for (const auto& missing : climb.missing) wanted.push_back({missing.name, wire::type_name(missing.type)});
    if (still_to_ask(bag, wanted).empty()) co_return;
    co_await ask_into(visit, resolver, bag, std::move(wanted));
  }
}

Task<void> ask_registrable_into(Visit& visit, Resolver& resolver, DnsAnswers& bag,
                                std::vector<std::string> names) {
  std::vector<Wanted> wanted;
  for (const auto& name : names) {
    if (auto domain = wire::registrable_domain(name)) wanted.push_back({std::move(*domain), "SOA"});
  }
  co_await ask_into(visit, resolver, bag, std::move(wanted));
}

Task<void> ask_reverse_into(Visit& visit, Resolver& resolver, DnsAnswers& bag,
                            std::vector<std::string> hosts) {
  std::vector<std::pair<std::string, std::string>> reverse;  // and the type of the address it is for
  std::vector<Wanted> wanted;
  for (const auto& host : hosts) {
    for (const auto* type : {"A", "AAAA"}) {
      for (const auto& text : records_of(bag, host, type)) {
        const auto address = IpAddress::parse(text);
        if (!address || !special_purpose(*address).empty()) {
          // Private addresses have no public reverse zone, unless the operator measures such a network.
          if (!address || visit.network().refuses(*address)) continue;
        }
        reverse.emplace_back(address->reverse_name(), type);
        wanted.push_back({address->reverse_name(), "PTR"});
      }
    }
  }
  co_await ask_into(visit, resolver, bag, std::move(wanted));
  wanted.clear();
  for (const auto& [name, type] : reverse) {
    auto names = records_of(bag, name, "PTR");
    if (names.size() > reverse_names_per_address) names.resize(reverse_names_per_address);
    for (auto& forward : names) wanted.push_back({std::move(forward), type});
  }
  co_await ask_into(visit, resolver, bag, std::move(wanted));
}

std::vector<std::string> records_of(const DnsAnswers& bag, std::string_view name, std::string_view type) {
  const auto* answer = bag.find(name, type);
  return answer != nullptr && answer->status == DnsStatus::found ? answer->records
                                                                 : std::vector<std::string>();
}

std::vector<std::string> aliases_of(const DnsAnswers& bag, std::string_view name, std::string_view type) {
  const auto* answer = bag.find(name, type);
  return answer != nullptr ? answer->aliases : std::vector<std::string>();
}

bool found_in(const DnsAnswers& bag, std::string_view name, std::string_view type) {
  const auto* answer = bag.find(name, type);
  return answer != nullptr && answer->status == DnsStatus::found;
}

wire::Answer BagSource::answer(std::string_view name, wire::RecordType type) const {
  const auto* found = bag_.find(name, wire::type_name(type));
  if (found == nullptr) return {};
  switch (found->status) {
    case DnsStatus::found:
      return {wire::AnswerStatus::found, found->records};
    case DnsStatus::nodata:
      return {wire::AnswerStatus::nodata, {}};
    case DnsStatus::nxdomain:
      return {wire::AnswerStatus::nxdomain, {}};
    case DnsStatus::error:
      break;
  }
  return {wire::AnswerStatus::error, {}};
}

}  // namespace utsyn::probe
