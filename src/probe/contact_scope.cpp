#include "probe/contact_scope.h"

#include <algorithm>

namespace utsyn::probe {

ContactScope::ContactScope(const Settings& settings)
    : allowed_networks_(settings.allow_networks), settled_(settings.opt_out) {
  opt_out({});
}

void ContactScope::trust(const Endpoint& endpoint) {
  if (!trusts(endpoint)) trusted_.push_back(endpoint);
}

void ContactScope::opt_out(const std::vector<std::string>& also) {
  opted_out_networks_.clear();
  opted_out_names_.clear();
  auto entries = settled_;
  entries.insert(entries.end(), also.begin(), also.end());
  for (const auto& entry : entries) {
    if (const auto network = Cidr::parse(entry)) {
      opted_out_networks_.push_back(*network);
    } else if (const auto name = lower(trim(entry)); !name.empty()) {
      opted_out_names_.push_back(name.back() == '.' ? name.substr(0, name.size() - 1) : name);
    }
  }
}

std::optional<Unseen> ContactScope::refuses(const IpAddress& address) const {
  const auto holds = [&](const Cidr& network) { return network.contains(address); };
  if (std::any_of(opted_out_networks_.begin(), opted_out_networks_.end(), holds)) return Unseen::opted_out;
  if (special_purpose(address).empty()) return std::nullopt;
  if (std::any_of(allowed_networks_.begin(), allowed_networks_.end(), holds)) return std::nullopt;
  return Unseen::out_of_scope;
}

bool ContactScope::trusts(const Endpoint& endpoint) const {
  return std::find(trusted_.begin(), trusted_.end(), endpoint) != trusted_.end();
}
std::optional<Unseen> ContactScope::refuses(const Endpoint& endpoint) const {
  if (trusts(endpoint)) return std::nullopt;
  return refuses(endpoint.address);
}

// An organisation that objects by name objects for what lies under that name as well.
std::optional<Unseen> ContactScope::refuses(std::string_view host) const {
  if (opted_out_names_.empty() && opted_out_networks_.empty()) return std::nullopt;
  if (const auto literal = IpAddress::parse(host)) {
    const auto holds = [&](const Cidr& network) { return network.contains(*literal); };
    if (std::any_of(opted_out_networks_.begin(), opted_out_networks_.end(), holds)) return Unseen::opted_out;
    return std::nullopt;
  }
  const auto name = lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  for (const auto& pattern : opted_out_names_) {
    if (name == pattern || glob_match(pattern, name)) return Unseen::opted_out;
    if (name.size() > pattern.size() && name.ends_with(pattern) &&
        name[name.size() - pattern.size() - 1] == '.')
      return Unseen::opted_out;
  }
  return std::nullopt;
}

}  // namespace utsyn::probe
