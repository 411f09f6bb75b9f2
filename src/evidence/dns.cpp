#include "evidence/dns.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"

namespace utsyn {

std::string control_label(std::string_view domain) {
  return "u" + sha256_hex("utsyn control label " + std::string(domain)).substr(0, 15);
}

void DnsAnswers::add(DnsAnswer answer) {
  answer.name = lower(answer.name);
  const auto at = std::lower_bound(
      answers_.begin(), answers_.end(), answer,
      [](const auto& a, const auto& b) { return std::tie(a.name, a.type) < std::tie(b.name, b.type); });
  if (at != answers_.end() && at->name == answer.name && at->type == answer.type) {
    *at = std::move(answer);
  } else {
    answers_.insert(at, std::move(answer));
  }
}

const DnsAnswer* DnsAnswers::find(std::string_view name, std::string_view type) const {
  const auto wanted = lower(name);
  const auto at =
      std::lower_bound(answers_.begin(), answers_.end(), std::pair{std::string_view(wanted), type},
                       [](const DnsAnswer& a, const auto& key) {
                         return std::pair<std::string_view, std::string_view>(a.name, a.type) < key;
                       });
  if (at == answers_.end() || at->name != wanted || at->type != type) return nullptr;
  if (log_ != nullptr) log_->push_back(static_cast<std::size_t>(at - answers_.begin()));
  return &*at;
}

}  // namespace utsyn
