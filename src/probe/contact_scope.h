// Who may be contacted: nobody who has objected, and nothing of special-purpose networks but what the
// operator has named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/network.h"

namespace utsyn::probe {

class ContactScope {
 public:
  explicit ContactScope(const Settings& settings);

  // Those of the settings, and these.
  void opt_out(const std::vector<std::string>& also);
  // May be asked wherever it lies.
  void trust(const Endpoint& endpoint);
  bool trusts(const Endpoint& endpoint) const;

  // Why not, or nothing.
  std::optional<Unseen> refuses(const IpAddress& address) const;
  std::optional<Unseen> refuses(const Endpoint& endpoint) const;
  std::optional<Unseen> refuses(std::string_view host) const;

 private:
  std::vector<Cidr> allowed_networks_;
  std::vector<std::string> settled_;  // opt-outs of the settings
  std::vector<Cidr> opted_out_networks_;
  std::vector<std::string> opted_out_names_;
  std::vector<Endpoint> trusted_;
};

}  // namespace utsyn::probe
