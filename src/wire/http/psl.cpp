#include "wire/http/psl.h"

#include <libpsl.h>

namespace utsyn::wire {
namespace {

// Names come normalised; this only keeps nonsense from the C library.
bool plausible(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.back() != '.' &&
         name.find('\0') == std::string::npos && name.find("..") == std::string::npos;
}

}  // namespace

std::string public_suffix(std::string_view name) {
  const std::string whole(name);
  if (!plausible(whole)) return {};
  const char* suffix = psl_unregistrable_domain(psl_builtin(), whole.c_str());
  return suffix == nullptr ? std::string() : std::string(suffix);
}

std::optional<std::string> registrable_domain(std::string_view name) {
  const std::string whole(name);
  if (!plausible(whole)) return std::nullopt;
  const char* domain = psl_registrable_domain(psl_builtin(), whole.c_str());
  if (domain == nullptr) return std::nullopt;
  return domain;
}

bool is_public_suffix(std::string_view name) { return !name.empty() && public_suffix(name) == name; }

bool same_site(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto domain = registrable_domain(a);
  return domain && domain == registrable_domain(b);
}

}  // namespace utsyn::wire
