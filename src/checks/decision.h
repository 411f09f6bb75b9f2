// What a management can decide because of a check: one sentence that can be adopted in a meeting, in words
// that take no technical knowledge, and who carries it out. Checks that lead to the same decision share it by
// its key, so that ten weak ciphers are one decision and not ten alike.
#pragma once

#include <array>
#include <boost/json/fwd.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "checks/texts.h"

namespace utsyn::checks {

// Those after the first two are suppliers where the organisation leans on one for it; else its own staff.
enum class Role : std::uint8_t { it, web, mail_operator, dns_operator, registrar, network_operator };
inline constexpr std::array<std::string_view, 6> role_words = {
    "it", "web", "mail-operator", "dns-operator", "registrar", "network-operator"};
constexpr std::string_view word(Role role) { return role_words[static_cast<std::size_t>(role)]; }

// In characters: two lines in the report, and one breath when read aloud.
inline constexpr std::size_t longest_decision = 110;

struct Decision {
  std::string key;  // the shared one's name, else the id of the check
  Role role = Role::it;
  Texts sentence;
};

// `value` is the check's own decision as an object, or the name of one in `shared`. Throws std::logic_error
// with the id of the check when it is missing, lacks a language, is too long or not one sentence, or when
// nobody is named to carry it out: the catalogue is ours, so that is a fault of the build.
Decision decision_in(std::string_view check, const boost::json::value* value,
                     const boost::json::object& shared);

}  // namespace utsyn::checks
