// Many questions at once, collected in one bag of answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probe/dns.h"
#include "wire/dns/lookup.h"

namespace utsyn::probe {

struct Wanted {
  std::string name;
  std::string type;
};

inline constexpr std::size_t answers_per_bag = 800;  // whatever a zone refers to, we ask no more

// Asks what is not in the bag yet, all at the same time; the resolver sets the pace.
Task<void> ask_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::vector<Wanted> wanted);
// Adds the validator's verdict to the answers. What is not in the bag is asked first.
Task<void> validate_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::vector<Wanted> wanted);
// Fetches what a climb for CAA from this name needs.
Task<void> climb_into(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string name);
// The SOA of the registrable domain above each name: NXDOMAIN there tells that anybody may register it.
Task<void> ask_registrable_into(Visit& visit, Resolver& resolver, DnsAnswers& bag,
                                std::vector<std::string> names);
// PTR of each address of the host that the bag knows, and the addresses of the names they give.
Task<void> ask_reverse_into(Visit& visit, Resolver& resolver, DnsAnswers& bag,
                            std::vector<std::string> hosts);

// The records of an answer in the bag; none when it was not asked or not found.
std::vector<std::string> records_of(const DnsAnswers& bag, std::string_view name, std::string_view type);
std::vector<std::string> aliases_of(const DnsAnswers& bag, std::string_view name, std::string_view type);
bool found_in(const DnsAnswers& bag, std::string_view name, std::string_view type);

// The bag as the walks of src/wire see it.
class BagSource final : public wire::AnswerSource {
 public:
  explicit BagSource(const DnsAnswers& bag) : bag_(bag) {}
  wire::Answer answer(std::string_view name, wire::RecordType type) const override;

 private:
  const DnsAnswers& bag_;
};

}  // namespace utsyn::probe
