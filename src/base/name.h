// Host and domain names as DNS wants them: lower case A-labels, no final dot, RFC 1035 lengths, IDNA 2008.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace utsyn {

enum class NameError {
  empty,
  too_long,
  label_too_long,
  empty_label,
  bad_character,
  bad_idn,
  is_address,
  single_label
};
std::string_view describe(NameError error);  // an English clause for an error line

// "Blåfjell.Example." -> "xn--blfjell-fxa.example". Underscores are allowed (service labels). Names without a
// dot are refused: nothing of an organisation lives there.
Result<std::string, NameError> normalise_name(std::string_view typed);

// The name with its A-labels shown as Unicode, for people; the input when it cannot be.
std::string display_name(std::string_view name);

// The name one label up: "a.b.c" -> "b.c"; empty at the top.
std::string_view parent_name(std::string_view name);
bool is_subdomain(std::string_view name, std::string_view of);  // or equal

}  // namespace utsyn
